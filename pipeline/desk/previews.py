"""What a preview says of an article: the values that `preview`, `extract` and the API give.

Takes an article and its translation; returns values that JSON can hold. Pure.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from pipeline.article import Article, Translation
from pipeline.extract import plain_text


def in_translation(article: Article, translation: Translation) -> Article:
    """The article with the texts of its translation; its other facts stay."""
    return replace(
        article,
        title=translation.title,
        summary=translation.summary,
        html=translation.html,
        text=plain_text(translation.html),
    )


def facts(article: Article) -> dict[str, Any]:
    """The texts of an article and the facts that most pages have; times in ISO 8601."""
    return {
        "url": article.url,
        "title": article.title,
        "authors": list(article.authors),
        "published": _iso(article.published),
        "modified": _iso(article.modified),
        "language": article.language,
        "image": article.image,
        "summary": article.summary,
        "text": article.text,
        "html": article.html,
    }


def as_dict(article: Article, translation: Translation | None) -> dict[str, Any]:
    """All that is known of an article, which is `in_translation` if there is one.

    `source_language` and `models` say what was translated, and by what; without a translation the
    keys are missing.
    """
    data = facts(article) | {
        "partial": article.partial,
        "next_page": article.next_page,
        "site": article.site,
        "section": article.section,
        "keywords": list(article.keywords),
        "origins": dict(article.origins),
    }
    if translation is not None:
        data["language"] = translation.language
        data["source_language"] = translation.source_language
        data["models"] = list(translation.models)
    return data


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
