"""The values of an article page: both texts, side by side if they match.

Takes an Entry; returns an ArticleView of sanitised HTML and plain lines, with a note if a machine
translated it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.article import Entry, FeedSpec
from pipeline.syndicate.common import full_title, path
from pipeline.syndicate.content import in_its_language, pairs
from pipeline.syndicate.formats import formats_of
from pipeline.syndicate.markup import is_public, sanitise
from pipeline.syndicate.statenotes import machine_note, waiting_note
from pipeline.syndicate.summaries import entry_title, summary_of
from pipeline.syndicate.xmltext import plain_line, uri


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """A feed that an article may be in: its path below the public address, its media type, and its
    title with its language."""

    path: str
    media_type: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """An article in one language, with its original if that is in another language.

    `html`, `original_html` and `pairs` are sanitised. `pairs` holds the blocks of both texts side
    by side; None if they do not match, so that `original_html` is to be shown as a whole. `url` and
    `image` are "" if they are not public. `rights` is the licence, in a sentence. Without `stated`,
    nobody says when it was published, and no date is shown. `feeds` are those of its source in its
    language.
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
    feeds: tuple[FeedLink, ...] = ()


def article_view(
    entry: Entry,
    article: str,
    languages: Sequence[str],
    source: str = "",
    feeds: Sequence[FeedSpec] = (),
) -> ArticleView:
    """The view of an entry. `article` is the article's id, `languages` those of its pages, `source`
    the id of its source, `feeds` all there are."""
    translated = in_its_language(entry, sanitise(entry.html, entry.url, on_page=True))
    both = entry.original_html and entry.scope == "whole"
    original = sanitise(entry.original_html, entry.url, on_page=True) if both else ""
    together = pairs(translated, original) if original else None
    image = uri(entry.image or "")
    return ArticleView(
        article=article,
        language=entry.language,
        languages=tuple(languages),
        title=entry_title(entry),
        summary=summary_of(entry),
        html=translated,
        url=entry.url if is_public(entry.url) else "",
        published=entry.published,
        updated=entry.updated,
        source=plain_line(entry.source_title),
        note=waiting_note(entry) or machine_note(entry),
        authors=tuple(filter(None, map(plain_line, entry.authors))),
        image=image if is_public(image) else "",
        rights=plain_line(entry.rights),
        stated=entry.stated,
        by_machine=entry.by_machine,
        original_language=entry.original_language,
        original_title=plain_line(entry.original_title),
        original_html=original,
        pairs=None if together is None else tuple(together),
        feeds=tuple(
            FeedLink(
                path=path(feed, entry.language, form.suffix),
                media_type=form.media_type,
                title=full_title(feed, entry.language),
            )
            for feed in feeds
            if entry.language in feed.languages and source in (feed.sources or (source,))
            for form in formats_of(feed)[:1]
        ),
    )
