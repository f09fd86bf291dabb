"""An article with its translation, as it is read from a joined row. Feeds are made of these."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.article import Article, Translation
from pipeline.store.articles import to_article
from pipeline.store.schema import UNPUBLISHED, articles, translations

COLUMNS = (
    articles,
    translations.c.language.label("t_language"),
    translations.c.source_language,
    translations.c.title.label("t_title"),
    translations.c.summary.label("t_summary"),
    translations.c.html.label("t_html"),
    translations.c.models,
    translations.c.segments,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An article with its translation into one language.

    `first_seen` is when the article was first stored. `first_published` is when the feeds of the
    sources it was asked for first showed it; None if none has, or if it was not asked for by
    sources.
    """

    id: str
    source: str
    article: Article
    translation: Translation
    dated: datetime
    updated: datetime
    first_seen: datetime | None = None
    first_published: datetime | None = None


def published_row(row: Any, first_published: datetime | None = None) -> Published:
    """The `Published` in a row of an article joined with its translation (see COLUMNS)."""
    return Published(
        id=row.id,
        source=row.source,
        article=to_article(row),
        translation=Translation(
            language=row.t_language,
            source_language=row.source_language,
            title=row.t_title,
            summary=row.t_summary,
            html=row.t_html,
            models=tuple(row.models),
            segments=row.segments,
        ),
        dated=row.dated,
        updated=row.updated_at,
        first_seen=row.first_seen,
        first_published=first_published if first_published != UNPUBLISHED else None,
    )
