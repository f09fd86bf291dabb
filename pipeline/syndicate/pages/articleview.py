"""The values of an article page: both texts, side by side if they match.

Takes an Entry; returns an ArticleView of sanitised HTML and plain lines, with a note if a machine
translated it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.article import Entry
from pipeline.syndicate.content import in_its_language, pairs
from pipeline.syndicate.feedstrings import translated_note
from pipeline.syndicate.markup import is_public, sanitise
from pipeline.syndicate.statenotes import title_note, waiting_note
from pipeline.syndicate.xmltext import plain_line, uri


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """An article in one language, with its original if that is in another language.

    `html`, `original_html` and `pairs` are sanitised. `pairs` holds the blocks of both texts side
    by side; None if they do not match, so that `original_html` is to be shown as a whole. `url` and
    `image` are "" if they are not public. `rights` is the licence, in a sentence. Without `stated`,
    nobody says when it was published, and no date is shown.
    """

    article: str
    language: str
    languages: tuple[str, ...]
    title: str
    summary: str
    html: str
    url: str
    published: datetime
    updated: datetime
    source: str
    note: str
    authors: tuple[str, ...] = ()
    image: str = ""
    rights: str = ""
    stated: bool = True
    by_machine: bool = False
    original_language: str = ""
    original_title: str = ""
    original_html: str = ""
    pairs: tuple[tuple[str, str], ...] | None = None


def article_view(entry: Entry, article: str, languages: Sequence[str]) -> ArticleView:
    """The view of an entry. `article` is the article's id, `languages` those of its pages."""
    translated = in_its_language(entry, sanitise(entry.html, entry.url))
    both = entry.original_html and entry.scope == "whole"
    original = sanitise(entry.original_html, entry.url) if both else ""
    together = pairs(translated, original) if original else None
    image = uri(entry.image or "")
    return ArticleView(
        article=article,
        language=entry.language,
        languages=tuple(languages),
        title=plain_line(entry.title) or plain_line(entry.original_title),
        summary=plain_line(entry.summary),
        html=translated,
        url=entry.url if is_public(entry.url) else "",
        published=entry.published,
        updated=entry.updated,
        source=plain_line(entry.source_title),
        note=_note(entry),
        authors=tuple(filter(None, map(plain_line, entry.authors))),
        image=image if is_public(image) else "",
        rights=plain_line(entry.rights),
        stated=entry.stated,
        by_machine=entry.by_machine,
        original_language=entry.original_language,
        original_title=plain_line(entry.original_title),
        original_html=original,
        pairs=None if together is None else tuple(together),
    )


def _note(entry: Entry) -> str:
    """What a machine translated of the entry, or that nothing is translated yet; else ""."""
    if entry.scope == "original":
        return waiting_note(entry.language, entry.original_language)
    if not entry.by_machine:
        return ""
    made = title_note if entry.scope == "title" else translated_note
    return made(entry.language, entry.original_language)
