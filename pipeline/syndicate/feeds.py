"""The formats that a feed is published in, with a limit on their size.

Takes a FeedSpec, a language and entries; returns the bytes of one file, at most MAX_BYTES long.
Raises PublishError for a language code that is no BCP 47 tag.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.article import Entry, FeedSpec
from pipeline.syndicate.common import WHOLE, Archive, shown
from pipeline.syndicate.formats import FORMATS, Format
from pipeline.syndicate.jsonfeed import json_feed as build_json
from pipeline.syndicate.xmlfeeds import atom as build_atom
from pipeline.syndicate.xmlfeeds import rss as build_rss

# The W3C validator reads no further, and readers on telephones give up sooner.
MAX_BYTES = 5_000_000

Build = Callable[[FeedSpec, str, Sequence[Entry], Archive], bytes]


def rss(feed: FeedSpec, language: str, entries: Sequence[Entry], archive: Archive = WHOLE) -> bytes:
    """The feed as RSS 2.0: newest entries first, one per id, at most `feed.limit`.

    Raises PublishError for a language code that is no language tag.
    """
    return _bounded(build_rss, feed, language, entries, archive)[0]


def atom(
    feed: FeedSpec, language: str, entries: Sequence[Entry], archive: Archive = WHOLE
) -> bytes:
    """The feed as Atom 1.0 (RFC 4287), of the same entries as `rss`."""
    return _bounded(build_atom, feed, language, entries, archive)[0]


def json_feed(
    feed: FeedSpec, language: str, entries: Sequence[Entry], archive: Archive = WHOLE
) -> bytes:
    """The feed as JSON Feed 1.1, of the same entries as `rss`."""
    return _bounded(build_json, feed, language, entries, archive)[0]


for _form in (
    Format(
        name="RSS 2.0",
        label="RSS",
        suffix="rss",
        media_type="application/rss+xml",
        build=rss,
        archived=True,
    ),
    Format(
        name="Atom 1.0",
        label="Atom",
        suffix="atom",
        media_type="application/atom+xml",
        build=atom,
        archived=True,
    ),
    Format(
        name="JSON Feed 1.1",
        label="JSON",
        suffix="json",
        media_type="application/feed+json",
        build=json_feed,
        archived=True,
    ),
):
    FORMATS.register(_form.suffix, _form)


_BUILDERS: dict[str, Build] = {"rss": build_rss, "atom": build_atom, "json": build_json}


def fitted(
    form: Format,
    feed: FeedSpec,
    language: str,
    entries: Sequence[Entry],
    archive: Archive = WHOLE,
) -> tuple[bytes, int]:
    """The feed in a format, and how many of the entries that `shown` gives it has room for.

    Raises what the format's `build` raises.
    """
    if form.archived:
        return _bounded(_BUILDERS[form.suffix], feed, language, entries, archive)
    return form.build(feed, language, entries), len(shown(feed, entries))


def _bounded(
    build: Build, feed: FeedSpec, language: str, entries: Sequence[Entry], archive: Archive
) -> tuple[bytes, int]:
    """Build the feed within MAX_BYTES. An archive document must have all its entries, so it is
    shortened to summaries; the feed itself loses its last entries. Returns how many it has."""
    kept = shown(replace(feed, limit=len(entries)) if archive.number else feed, entries)
    document = build(feed, language, kept, archive)
    if len(document) > MAX_BYTES and archive.number:
        return build(replace(feed, content="summary"), language, kept, archive), len(kept)
    while len(document) > MAX_BYTES and len(kept) > 1:
        share = MAX_BYTES / len(document)
        kept = kept[: max(1, min(len(kept) - 1, int(len(kept) * share)))]
        document = build(feed, language, kept, archive)
    return document, len(kept)
