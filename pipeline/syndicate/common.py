"""What all feed formats share: addresses, ids, links, the choice of entries.

Takes a FeedSpec, a language and entries; returns plain values for the format builders. Raises
PublishError for a language code that is no BCP 47 tag.
"""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

from pipeline import __version__
from pipeline.article import Entry, FeedSpec
from pipeline.syndicate.formats import FORMATS, formats_of
from pipeline.syndicate.language import language_name, language_tag
from pipeline.syndicate.markup import is_public
from pipeline.syndicate.xmltext import plain_line, uri

GENERATOR = "babelwire"
# The date of change of a feed without entries. Any fixed date will do.
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Archive:
    """Which document of an archived feed (RFC 5005 §4) is built.

    `number` 0 is the feed that readers subscribe to, 1 the archive document with the oldest
    entries, `count` (the number of archive documents) the one with the newest.
    """

    number: int = 0
    count: int = 0


WHOLE = Archive()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link element (RFC 4287 §4.2.7). Empty attributes are not written."""

    rel: str
    href: str
    type: str = ""
    hreflang: str = ""
    length: str = ""
    title: str = ""

    def attributes(self) -> dict[str, str]:
        """The attributes that are not empty, in a fixed order."""
        pairs = (
            ("rel", self.rel),
            ("type", self.type),
            ("hreflang", self.hreflang),
            ("length", self.length),
            ("title", self.title),
            ("href", self.href),
        )
        return {name: value for name, value in pairs if value}


def path(feed: FeedSpec, language: str, suffix: str, number: int = 0) -> str:
    """The path of a feed below the output folder: "news/pt.rss", "news/pt.archive-3.rss"."""
    part = f".archive-{number}" if number else ""
    return f"{feed.id}/{language}{part}.{suffix}"


def address(feed: FeedSpec, language: str, suffix: str, number: int = 0) -> str:
    """The public address of one file of the feed; "" if there is no public address."""
    if not feed.base_url:
        return ""
    return uri(f"{feed.base_url.rstrip('/')}/{path(feed, language, suffix, number)}")


def feed_id(feed: FeedSpec, language: str) -> str:
    """A permanent id for a feed in one language (RFC 4287 §4.2.6), from its address or path.

    Its archive documents have the same id: they are parts of one logical feed (RFC 5005 §1.2).
    """
    name = address(feed, language, "") or f"babelwire:{path(feed, language, '')}"
    return uuid.uuid5(uuid.NAMESPACE_URL, name).urn


def archive_fingerprint(feed: FeedSpec, language: str) -> str:
    """A digest of everything that archive documents depend on besides their entries.

    Leaves out the program's version and fields that only the feed itself has, so that a closed
    document is written once and not again until its settings change.
    """
    relevant = replace(
        feed,
        sources=(),
        languages=(),
        limit=0,
        titles={},
        descriptions={},
        hub="",
        archive=True,
        keep=(),
        drop=(),
        formats=tuple(form.suffix for form in formats_of(feed) if form.archived),
    )
    words = (title(feed, language), description(feed, language))
    return hashlib.sha256(repr((relevant, language, words)).encode()).hexdigest()[:48]


def fingerprint(
    feed: FeedSpec, language: str, entries: Iterable[Entry], archive: Archive = WHOLE
) -> str:
    """A digest of everything that the bytes of a feed depend on.

    With it a caller can tell, without building the feed, whether a file on disk is up to date.
    """
    digest = hashlib.sha256(repr((__version__, feed, language, archive)).encode())
    for entry in entries:
        digest.update(repr(entry).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def moment(date: datetime) -> datetime:
    """`date` in whole seconds, time-zone aware, with an offset in whole minutes."""
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    date = date.replace(microsecond=0)
    offset = date.utcoffset() or timedelta()
    return date.astimezone(UTC) if offset % timedelta(minutes=1) else date


def published(entry: Entry) -> datetime:
    """The date of publication, at most that of the last change: a later one is wrong."""
    return min(moment(entry.published), moment(entry.updated))


def shown(feed: FeedSpec, entries: Iterable[Entry]) -> list[Entry]:
    """The entries of a feed: those first that it showed last, one per id, at most `feed.limit`.

    Entries that it showed for the first time together are in the order of their dates.
    """
    oldest_first = sorted(entries, key=lambda entry: entry.id)
    oldest_first.sort(key=lambda entry: (published(entry), moment(entry.updated)))
    oldest_first.sort(key=_publication)
    unique: dict[str, Entry] = {}
    for entry in reversed(oldest_first):
        unique.setdefault(entry.id, entry)
    return list(unique.values())[: feed.limit]


def newest_change(entries: Sequence[Entry]) -> datetime:
    """When the feed last changed; UNDATED if it has no entries, to be independent of the clock.

    This is when an entry last changed. But an entry that was new here after a later change of
    another has changed the feed when it was first published: readers that compare the date of a
    feed must look again.
    """
    last = UNDATED
    known = UNDATED  # the last change of what was published before
    passes = groupby(sorted(entries, key=_publication), key=_publication)
    for publication, together in passes:
        changes = [moment(entry.updated) for entry in together]
        last = max(last, *changes, moment(publication) if min(changes) <= known else UNDATED)
        known = max(known, *changes)
    return last


def _publication(entry: Entry) -> datetime:
    return entry.first_published or published(entry)


def title(feed: FeedSpec, language: str) -> str:
    """The feed's title in this language, else its general title, else its id.

    With the name of the language where the feed has the same title in another one: a reader that
    subscribes to both could not tell them apart.
    """
    own = _title(feed, language)
    alike = any(_title(feed, code) == own for code in feed.languages if code != language)
    return full_title(feed, language) if alike else own


def full_title(feed: FeedSpec, language: str) -> str:
    """The feed's title with the name of the language: "News (português)"."""
    return f"{_title(feed, language)} ({language_name(language, language)})"


def _title(feed: FeedSpec, language: str) -> str:
    return plain_line(feed.titles.get(language, "")) or plain_line(feed.title) or feed.id


def description(feed: FeedSpec, language: str) -> str:
    """The feed's description in this language, else its general one, else its title."""
    own = plain_line(feed.descriptions.get(language, "")) or plain_line(feed.description)
    return own or title(feed, language)


def home(feed: FeedSpec, language: str, entries: Sequence[Entry]) -> str:
    """The feed's web page: its own, else its only source's, else its id (RSS requires one)."""
    if feed.base_url:
        return uri(f"{feed.base_url.rstrip('/')}/")
    sources = {uri(entry.source_url) for entry in entries}
    only = sources.pop() if len(sources) == 1 else ""
    return only if is_public(only) else feed_id(feed, language)


def entry_link(feed: FeedSpec, entry: Entry) -> str:
    """The entry's link: to the original or to its article page; "" if neither is public."""
    wanted = (entry.page, entry.url) if feed.link == "page" else (entry.url, entry.page)
    return next((url for url in map(uri, wanted) if is_public(url)), "")


def feed_links(
    feed: FeedSpec, language: str, suffix: str, archive: Archive = WHOLE
) -> tuple[Link, ...]:
    """The links of a feed: self, hub, archive, web page, other formats, other languages."""
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
