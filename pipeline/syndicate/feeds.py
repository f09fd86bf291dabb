"""A feed and its entries to the bytes of RSS 2.0 and Atom 1.0.

In come a FeedSpec, a language and entries; out UTF-8 XML that depends on these alone: no clock, no
host name, no version. A language that is no language tag is refused; a bad character, a naive
date or a local address never is: each is mended or left out.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

from feedgen.feed import FeedGenerator

from pipeline.article import Entry, FeedSpec
from pipeline.errors import PublishError
from pipeline.syndicate.extension import Link, Origin, WireEntryExtension, WireExtension
from pipeline.syndicate.language import language_tag
from pipeline.syndicate.markup import full_content, is_public, summary_content
from pipeline.syndicate.text import iri, never_markup, plain_line

GENERATOR = "babelwire"
RSS_TYPE = "application/rss+xml"
ATOM_TYPE = "application/atom+xml"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Format:
    """A feed format: `suffix` is the file's ending without the dot."""

    name: str
    suffix: str
    media_type: str
    build: Callable[[FeedSpec, str, Sequence[Entry]], bytes]


def rss(feed: FeedSpec, language: str, entries: Sequence[Entry]) -> bytes:
    """The feed as RSS 2.0 with `content:encoded`, `dc:creator` and `atom:link`.

    Raises PublishError for a language code that is no language tag.
    """
    generator = _generator(feed, language, entries, "rss")
    return _serialise(feed, generator.rss_str)


def atom(feed: FeedSpec, language: str, entries: Sequence[Entry]) -> bytes:
    """The feed as Atom 1.0 (RFC 4287). Raises PublishError as `rss` does."""
    generator = _generator(feed, language, entries, "atom")
    return _serialise(feed, generator.atom_str)


FORMATS: tuple[Format, ...] = (
    Format("RSS 2.0", "rss", RSS_TYPE, rss),
    Format("Atom 1.0", "atom", ATOM_TYPE, atom),
)


def address(feed: FeedSpec, language: str, suffix: str) -> str:
    """The public address of one file of the feed, "" where the feed has no public address."""
    return (
        iri(f"{feed.base_url.rstrip('/')}/{feed.id}/{language}.{suffix}") if feed.base_url else ""
    )


def feed_id(feed: FeedSpec, language: str) -> str:
    """A permanent id for one language of a feed (RFC 4287 §4.2.6), from its address or name."""
    name = address(feed, language, "") or f"babelwire:{feed.id}/{language}."
    return uuid.uuid5(uuid.NAMESPACE_URL, name).urn


def shown(feed: FeedSpec, entries: Iterable[Entry]) -> list[Entry]:
    """The entries a feed shows: newest first, one per id, at most `feed.limit`."""
    newest_first = sorted(entries, key=lambda entry: entry.id)
    newest_first.sort(key=lambda entry: (_moment(entry.published), _moment(entry.updated)))
    unique: dict[str, Entry] = {}
    for entry in reversed(newest_first):
        unique.setdefault(entry.id, entry)
    return list(unique.values())[: feed.limit]


def _moment(date: datetime) -> datetime:
    """`date` in whole seconds, aware, with an offset both feed formats can write (±hh:mm)."""
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    date = date.replace(microsecond=0)
    offset = date.utcoffset() or timedelta()
    return date.astimezone(UTC) if offset % timedelta(minutes=1) else date


def _serialise(feed: FeedSpec, build: Callable[[], bytes]) -> bytes:
    try:
        return build() + b"\n"
    except (ValueError, TypeError) as error:
        raise PublishError(
            f"feed {feed.id}", f"cannot be built: {error}", "check the feed's settings"
        ) from error


def _links(feed: FeedSpec, language: str, suffix: str) -> tuple[Link, ...]:
    """Self, the page, the same feed in the other format, the same format in other languages."""
    if not feed.base_url:
        return ()
    tag = language_tag(language)
    media_type = RSS_TYPE if suffix == "rss" else ATOM_TYPE
    twin = next(form for form in FORMATS if form.suffix != suffix)
    home = iri(f"{feed.base_url.rstrip('/')}/")
    return (
        Link(rel="self", type=media_type, href=address(feed, language, suffix)),
        Link(rel="alternate", type="text/html", href=home),
        Link(
            rel="alternate",
            type=twin.media_type,
            hreflang=tag,
            href=address(feed, language, twin.suffix),
        ),
        *(
            Link(
                rel="alternate",
                type=media_type,
                hreflang=language_tag(other),
                href=address(feed, other, suffix),
            )
            for other in feed.languages
            if language_tag(other) != tag
        ),
    )


def _home(feed: FeedSpec, language: str, entries: Sequence[Entry]) -> str:
    """RSS asks for a web address of the channel; without one of its own, its only source's."""
    if feed.base_url:
        return iri(f"{feed.base_url.rstrip('/')}/")
    sources = {iri(entry.source_url) for entry in entries}
    only = sources.pop() if len(sources) == 1 else ""
    return only if is_public(only) else feed_id(feed, language)


def _generator(
    feed: FeedSpec, language: str, entries: Sequence[Entry], suffix: str
) -> FeedGenerator:
    tag = language_tag(language)
    entries = shown(feed, entries)
    title = plain_line(feed.title) or feed.id
    updated = max((_moment(entry.updated) for entry in entries), default=_EPOCH)
    generator = FeedGenerator()
    generator.register_extension("wire", WireExtension, WireEntryExtension)
    generator.id(feed_id(feed, language))
    generator.title(never_markup(title) if suffix == "rss" else title)
    generator.description(plain_line(feed.description) or title)
    generator.author(name=title)
    generator.generator(GENERATOR)
    generator.language(tag)
    generator.updated(updated)
    generator.wire.links = _links(feed, language, suffix)
    generator.wire.dated = bool(entries)
    if suffix == "rss":
        # Its only plain link: feedgen takes the last one it is given for the channel's own.
        generator.link(href=_home(feed, language, entries), rel="alternate")
    for entry in entries:
        _add(generator, feed, entry, suffix)
    return generator


def _add(generator: FeedGenerator, feed: FeedSpec, entry: Entry, suffix: str) -> None:
    item = generator.add_entry(order="append")
    title = plain_line(entry.title)
    summary = plain_line(entry.summary)
    published, updated = _moment(entry.published), _moment(entry.updated)
    url = iri(entry.url)
    item.id(iri(entry.id))
    title = title or summary or url
    item.title(never_markup(title) if suffix == "rss" else title)
    item.published(published)
    item.updated(updated)
    if is_public(url):
        item.link(href=url, rel="alternate")
        item.wire.links = (
            Link(
                rel="alternate",
                type="text/html",
                hreflang=language_tag(entry.original_language),
                href=url,
            ),
        )
    categories = dict.fromkeys(filter(None, map(plain_line, entry.categories)))
    item.category([{"term": category} for category in categories])
    source_title, source_url = plain_line(entry.source_title), iri(entry.source_url)
    authors = tuple(dict.fromkeys(filter(None, map(plain_line, entry.authors))))
    authors = authors or ((source_title,) if source_title else ())
    item.wire.authors = authors
    item.author([{"name": author} for author in authors])
    item.wire.modified = updated.isoformat() if updated != published else ""
    if is_public(source_url):
        item.wire.origin = Origin(
            title=source_title or source_url, url=source_url, updated=updated.isoformat()
        )
    if suffix == "rss":
        _rss_content(item, feed, entry, summary)
    else:
        _atom_content(item, feed, entry, summary)


def _rss_content(item: object, feed: FeedSpec, entry: Entry, summary: str) -> None:
    """RSS descriptions are HTML; with full content both must be set, or feedgen merges them."""
    if feed.content == "summary":
        item.description(summary_content(entry))  # type: ignore[attr-defined]
        return
    item.description(  # type: ignore[attr-defined]
        escape(summary or plain_line(entry.title), quote=False)
    )
    item.content(full_content(entry), type="html")  # type: ignore[attr-defined]


def _atom_content(item: object, feed: FeedSpec, entry: Entry, summary: str) -> None:
    """Atom needs content or an alternate link: a summary without link becomes the content."""
    if feed.content == "summary":
        if is_public(iri(entry.url)):
            item.summary(summary_content(entry), type="html")  # type: ignore[attr-defined]
        else:
            item.content(summary_content(entry), type="html")  # type: ignore[attr-defined]
        return
    if summary:
        item.summary(summary)  # type: ignore[attr-defined]
    item.content(full_content(entry), type="html")  # type: ignore[attr-defined]
