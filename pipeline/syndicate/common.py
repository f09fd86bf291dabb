"""What every format of a feed has in common: addresses, ids, links, the entries shown.

In come a FeedSpec, a language and entries, out plain values for the format builders. A language
code that is no language tag is refused.
"""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from pipeline import __version__
from pipeline.article import Entry, FeedSpec
from pipeline.syndicate.formats import FORMATS, formats_of
from pipeline.syndicate.language import language_tag
from pipeline.syndicate.markup import is_public
from pipeline.syndicate.xmltext import plain_line, uri

GENERATOR = "babelwire"
# When a feed without entries last changed: long ago, but not before there were feeds.
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Archive:
    """Which document of an archived feed (RFC 5005 §4) is built.

    `count` archive documents exist. `number` 0 is the feed that readers subscribe to, 1 the
    document with the oldest entries, `count` the newest of the archive.
    """

    number: int = 0
    count: int = 0


WHOLE = Archive()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """RFC 4287 §4.2.7; empty attributes are not written."""

    rel: str
    href: str
    type: str = ""
    hreflang: str = ""
    length: str = ""

    def attributes(self) -> dict[str, str]:
        """The attributes that have a value, in a fixed order."""
        pairs = (
            ("rel", self.rel),
            ("type", self.type),
            ("hreflang", self.hreflang),
            ("length", self.length),
            ("href", self.href),
        )
        return {name: value for name, value in pairs if value}


def path(feed: FeedSpec, language: str, suffix: str, number: int = 0) -> str:
    """The file of a feed under the output folder: "news/pt.rss", "news/pt.archive-3.rss"."""
    part = f".archive-{number}" if number else ""
    return f"{feed.id}/{language}{part}.{suffix}"


def address(feed: FeedSpec, language: str, suffix: str, number: int = 0) -> str:
    """The public address of one file of the feed, "" where the feed has no public address."""
    if not feed.base_url:
        return ""
    return uri(f"{feed.base_url.rstrip('/')}/{path(feed, language, suffix, number)}")


def feed_id(feed: FeedSpec, language: str) -> str:
    """A permanent id for one language of a feed (RFC 4287 §4.2.6), from its address or name.

    Its archive documents have the same: they are parts of one logical feed (RFC 5005 §1.2).
    """
    name = address(feed, language, "") or f"babelwire:{path(feed, language, '')}"
    return uuid.uuid5(uuid.NAMESPACE_URL, name).urn


def archive_fingerprint(feed: FeedSpec, language: str) -> str:
    """A digest of what the documents of a feed's archive depend on besides their entries.

    Neither the program's version nor what only the feed itself says is in it, so that what is
    closed is written once and never again until its settings change.
    """
    said = replace(
        feed,
        sources=(),
        languages=(),
        limit=0,
        titles={},
        descriptions={},
        hub="",
        archive=True,
        formats=tuple(form.suffix for form in formats_of(feed) if form.archived),
    )
    words = (title(feed, language), description(feed, language))
    return hashlib.sha256(repr((said, language, words)).encode()).hexdigest()[:48]


def fingerprint(
    feed: FeedSpec, language: str, entries: Iterable[Entry], archive: Archive = WHOLE
) -> str:
    """A digest of all that a feed's bytes depend on: equal digests, equal files.

    With it a caller tells without building whether a file on disk is current.
    """
    digest = hashlib.sha256(repr((__version__, feed, language, archive)).encode())
    for entry in entries:
        digest.update(repr(entry).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def moment(date: datetime) -> datetime:
    """`date` in whole seconds, aware, with an offset every format can write (±hh:mm)."""
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    date = date.replace(microsecond=0)
    offset = date.utcoffset() or timedelta()
    return date.astimezone(UTC) if offset % timedelta(minutes=1) else date


def published(entry: Entry) -> datetime:
    """When the entry appeared; a date after its last change is a mistake or an embargo."""
    return min(moment(entry.published), moment(entry.updated))


def shown(feed: FeedSpec, entries: Iterable[Entry]) -> list[Entry]:
    """The entries a feed shows: newest first, one per id, at most `feed.limit`."""
    oldest_first = sorted(entries, key=lambda entry: entry.id)
    oldest_first.sort(key=lambda entry: (published(entry), moment(entry.updated)))
    unique: dict[str, Entry] = {}
    for entry in reversed(oldest_first):
        unique.setdefault(entry.id, entry)
    return list(unique.values())[: feed.limit]


def newest_change(entries: Iterable[Entry]) -> datetime:
    """When the feed last changed; UNDATED where it has no entries, so that it has no clock."""
    return max((moment(entry.updated) for entry in entries), default=UNDATED)


def title(feed: FeedSpec, language: str) -> str:
    """The feed's title in its language, else its one title, else its id."""
    return plain_line(feed.titles.get(language, "")) or plain_line(feed.title) or feed.id


def description(feed: FeedSpec, language: str) -> str:
    """The feed's description in its language, else its one description, else its title."""
    own = plain_line(feed.descriptions.get(language, "")) or plain_line(feed.description)
    return own or title(feed, language)


def home(feed: FeedSpec, language: str, entries: Sequence[Entry]) -> str:
    """The feed's web page: its own, else its only source's, else its id (RSS must have one)."""
    if feed.base_url:
        return uri(f"{feed.base_url.rstrip('/')}/")
    sources = {uri(entry.source_url) for entry in entries}
    only = sources.pop() if len(sources) == 1 else ""
    return only if is_public(only) else feed_id(feed, language)


def entry_link(feed: FeedSpec, entry: Entry) -> str:
    """Where the entry leads: the original or its hosted page; "" where neither is public."""
    wanted = (entry.page, entry.url) if feed.link == "page" else (entry.url, entry.page)
    return next((url for url in map(uri, wanted) if is_public(url)), "")


def feed_links(
    feed: FeedSpec, language: str, suffix: str, archive: Archive = WHOLE
) -> tuple[Link, ...]:
    """Self, hub, archive, web page, the other formats, the other languages of a feed."""
    if not feed.base_url:
        return ()
    tag, media_type = language_tag(language), FORMATS[suffix].media_type

    def alternate(other: str, form: str) -> Link:
        return Link(
            rel="alternate",
            type=FORMATS[form].media_type,
            hreflang=language_tag(other),
            href=address(feed, other, form),
        )

    def document(rel: str, number: int) -> Link:
        return Link(rel=rel, type=media_type, href=address(feed, language, suffix, number))

    links = [document("self", archive.number)]
    if archive.number:
        links.append(document("current", 0))
    elif is_public(feed.hub):
        links.append(Link(rel="hub", href=uri(feed.hub)))
    previous = archive.number - 1 if archive.number else archive.count
    if previous > 0:
        links.append(document("prev-archive", previous))
    links.append(Link(rel="alternate", type="text/html", href=home(feed, language, ())))
    if not archive.number:
        others = [form.suffix for form in formats_of(feed) if form.suffix != suffix]
        links += [alternate(language, form) for form in others]
        links += [alternate(x, suffix) for x in feed.languages if language_tag(x) != tag]
    return tuple(links)
