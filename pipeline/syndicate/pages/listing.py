"""Lists of feeds and of their latest articles: the values of the index page and of a feed's page.

Takes FeedSpecs and entries; returns frozen values of plain text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.article import Entry, FeedSpec
from pipeline.syndicate.common import entry_link
from pipeline.syndicate.formats import formats_of
from pipeline.syndicate.pages import pagestrings
from pipeline.syndicate.summaries import entry_title, summary_of

LATEST = 5
"""How many of the latest articles of a feed the index shows."""
_SNIPPET = 240  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """An article in one language, for lists. `snippet` is plain text. `url` is where it leads
    ("": to its article page)."""

    article: str
    language: str
    title: str
    snippet: str
    published: datetime
    source: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed in one language.

    `formats` are the suffixes of its files, `total` is the number of its articles in the store (0:
    not counted), `latest` are the newest, newest first.
    """

    feed: str
    language: str
    title: str
    description: str
    formats: tuple[str, ...]
    languages: tuple[str, ...]
    total: int = 0
    latest: tuple[Headline, ...] = ()

    @property
    def updated(self) -> datetime | None:
        """The date of its newest entry; None: it has none."""
        return self.latest[0].published if self.latest else None


def channel(
    feed: FeedSpec, language: str, latest: Sequence[Headline] = (), total: int = 0
) -> Channel:
    """A feed in one language, with its latest articles."""
    return Channel(
        feed=feed.id,
        language=language,
        title=feed.titles.get(language) or feed.title or feed.id,
        description=feed.descriptions.get(language) or feed.description,
        formats=tuple(form.suffix for form in formats_of(feed)),
        languages=feed.languages,
        total=total,
        latest=tuple(latest),
    )


def headline(entry: Entry, article: str, feed: FeedSpec | None = None) -> Headline:
    """An entry in a list. `article` is the article's id. It leads to the article page or, with a
    `feed`, to where an entry of that leads."""
    return Headline(
        article=article,
        language=entry.language,
        title=entry_title(entry),
        snippet=shortened(summary_of(entry), _SNIPPET),
        published=entry.published,
        source=entry.source_title,
        url=entry_link(feed, entry) if feed else "",
    )


def by_language(feeds: Sequence[Channel], spoken: str) -> list[tuple[str, list[Channel]]]:
    """Feeds by language: the page's language first, the others sorted by their own names."""
    found: dict[str, list[Channel]] = {}
    for feed in feeds:
        found.setdefault(feed.language, []).append(feed)

    def place(language: str) -> tuple[bool, str]:
        own = pagestrings.name(language, language)
        return pagestrings.spoken(language, other="") != spoken, own.casefold()

    return [(language, found[language]) for language in sorted(found, key=place)]


def shortened(text: str, most: int) -> str:
    """At most so many characters, cut at a word."""
    if len(text) <= most:
        return text
    cut = text[:most]
    return (cut.rsplit(" ", 1)[0] or cut).rstrip() + "…"
