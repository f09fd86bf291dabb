"""Builds a feed as RSS 2.0 and Atom 1.0, with feedgen.

Takes a FeedSpec, a language and entries; returns UTF-8 XML that depends on these only, not on
clock, host name or version. Raises PublishError for a language code that is no BCP 47 tag. Bad
characters, naive dates and local addresses are corrected or left out.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from feedgen.feed import FeedGenerator

from pipeline.article import Entry, FeedSpec
from pipeline.errors import PublishError
from pipeline.syndicate.common import (
    GENERATOR,
    WHOLE,
    Archive,
    Link,
    description,
    entry_link,
    feed_id,
    feed_links,
    home,
    moment,
    newest_change,
    published,
    title,
)
from pipeline.syndicate.content import content
from pipeline.syndicate.enclosures import episode_of, files_of, picture_of, timed
from pipeline.syndicate.extension import Origin, WireEntryExtension, WireExtension
from pipeline.syndicate.language import language_tag
from pipeline.syndicate.markup import is_public
from pipeline.syndicate.style import STYLESHEET_NAME
from pipeline.syndicate.summaries import entry_title, summary_of
from pipeline.syndicate.xmltext import clearly_text, never_markup, plain_line, uri


def rss(feed: FeedSpec, language: str, entries: Sequence[Entry], archive: Archive = WHOLE) -> bytes:
    """These entries as RSS 2.0 with `content:encoded`, `dc:creator` and `atom:link`.

    Raises PublishError for a language code that is no BCP 47 tag.
    """
    generator = _generator(feed, language, entries, "rss", archive)
    # RSS requires a link to the channel's page. Set only one here: feedgen would use the last.
    generator.link(href=home(feed, language, entries), rel="alternate")
    generator.title(never_markup(title(feed, language)))
    generator.description(never_markup(description(feed, language)))
    generator.updated(newest_change(entries))
    picture = next((url for url in (feed.logo, feed.icon) if _shown_by_rss(url)), "")
    if picture:
        generator.image(url=uri(picture))
    if feed.rights:
        generator.rights(never_markup(plain_line(feed.rights)))
    for entry in entries:
        _rss_item(generator.add_entry(order="append"), feed, entry)
    return _serialise(feed, generator.rss_str)


def atom(
    feed: FeedSpec, language: str, entries: Sequence[Entry], archive: Archive = WHOLE
) -> bytes:
    """These entries as Atom 1.0 (RFC 4287). Raises PublishError as `rss` does."""
    generator = _generator(feed, language, entries, "atom", archive)
    generator.title(clearly_text(title(feed, language)))
    generator.description(clearly_text(description(feed, language)))
    last = newest_change(entries)
    generator.updated(max(last, *map(distinct_update, entries)) if entries else last)
    if is_public(feed.icon):
        generator.icon(uri(feed.icon))
    picture = next((url for url in (feed.logo, feed.icon) if is_public(url)), "")
    if picture:
        generator.logo(uri(picture))
    if feed.rights:
        generator.rights(clearly_text(plain_line(feed.rights)))
    for entry in entries:
        _atom_entry(generator.add_entry(order="append"), feed, entry)
    return _serialise(feed, generator.atom_str)


def _serialise(feed: FeedSpec, build: Any) -> bytes:
    try:
        return bytes(build()) + b"\n"
    except (ValueError, TypeError) as error:
        raise PublishError(
            f"feed {feed.id}", f"cannot be built: {error}", "check the feed's settings"
        ) from error


def _generator(
    feed: FeedSpec, language: str, entries: Sequence[Entry], suffix: str, archive: Archive
) -> Any:
    tag = language_tag(language)
    generator = FeedGenerator()
    generator.register_extension("wire", WireExtension, WireEntryExtension)
    generator.id(feed_id(feed, language))
    generator.author(name=title(feed, language))
    generator.generator(GENERATOR)
    generator.language(tag)
    if feed.ttl > 0:
        generator.ttl(feed.ttl)
    generator.wire.links = feed_links(feed, language, suffix, archive)
    generator.wire.dated = bool(entries)
    generator.wire.archived = archive.number > 0
    generator.wire.language = tag
    generator.wire.podcast = suffix == "rss" and any(
        episode_of(entry, files_of(entry)) for entry in entries
    )
    # Relative, so that it works wherever the output folder is served.
    generator.wire.stylesheet = f"../{STYLESHEET_NAME}"
    return generator


def _common(item: Any, feed: FeedSpec, entry: Entry) -> None:
    url = entry_link(feed, entry)
    item.id(uri(entry.id))
    item.published(published(entry))
    item.updated(moment(entry.updated))
    if url:
        item.link(href=url, rel="alternate")
    source_title, source_url = plain_line(entry.source_title), uri(entry.source_url)
    authors = tuple(dict.fromkeys(filter(None, map(plain_line, entry.authors))))
    authors = authors or ((source_title,) if source_title else ())
    item.author([{"name": author} for author in authors])
    item.wire.authors = authors
    item.wire.picture = picture_of(entry)
    updated = moment(entry.updated).isoformat()
    if is_public(source_url):
        item.wire.origin = Origin(title=source_title or source_url, url=source_url, updated=updated)


def _rss_item(item: Any, feed: FeedSpec, entry: Entry) -> None:
    """Fill an item. The description is HTML. If there is content, both must be set, because feedgen
    would write the content as the description."""
    _common(item, feed, entry)
    item.title(never_markup(entry_title(entry)))
    item.category([{"term": never_markup(label)} for _, label in categories(entry)])
    item.wire.rights = plain_line(entry.rights)
    if moment(entry.updated) != published(entry):
        item.wire.modified = moment(entry.updated).isoformat()
    files = files_of(entry)
    if files:
        item.enclosure(files[0].url, files[0].length, files[0].type)
    item.wire.files = files[1:]  # the profile allows one enclosure
    item.wire.episode = episode_of(entry, files)
    if feed.content == "summary":
        item.description(content(entry, "summary"))
    else:
        summary = summary_of(entry) or entry_title(entry)
        # Not escaped: browsers would show "&amp;", and to readers it is the same text.
        item.description(never_markup(summary))
        item.content(content(entry, feed.content), type="html")


def _atom_entry(item: Any, feed: FeedSpec, entry: Entry) -> None:
    """Fill an entry. Atom requires content or an alternate link: without a link, the summary is
    written as content."""
    _common(item, feed, entry)
    item.updated(distinct_update(entry))
    item.title(clearly_text(entry_title(entry)))
    item.category(
        [
            {"term": term, **({"label": label} if label != term else {})}
            for term, label in categories(entry)
        ]
    )
    if entry.rights:
        item.rights(clearly_text(plain_line(entry.rights)))
    item.wire.links = entry_links(feed, entry)
    files = files_of(entry)
    item.wire.files = tuple(one for one in timed(files, episode_of(entry, files)) if one.duration)
    if feed.content == "summary" and entry_link(feed, entry):
        item.summary(content(entry, "summary"), type="html")
        return
    if entry.summary and feed.content != "summary":
        item.summary(clearly_text(summary_of(entry)))
    item.content(content(entry, feed.content), type="html")


def distinct_update(entry: Entry) -> datetime:
    """When an entry last changed, with a fraction of a second derived from its id.

    Pages often state the day only, and Atom validators report two entries with the same `updated`,
    as some readers take them for one.
    """
    digest = hashlib.sha256(entry.id.encode("utf-8", "backslashreplace")).digest()
    fraction = int.from_bytes(digest[:8], "big") % 1_000_000
    return moment(entry.updated).replace(microsecond=fraction)


def _shown_by_rss(url: str) -> bool:
    """Whether RSS 2.0 allows the image: GIF, JPEG or PNG, or an address without an ending."""
    ending = urlsplit(url).path.rpartition("/")[2].rpartition(".")[2].lower()
    named = "." in urlsplit(url).path.rpartition("/")[2]
    return is_public(url) and (not named or ending in ("gif", "jpg", "jpeg", "png"))


def categories(entry: Entry) -> list[tuple[str, str]]:
    """The categories without duplicates: (category, its label in the entry's language)."""
    labels = entry.labels if len(entry.labels) == len(entry.categories) else entry.categories
    found: dict[str, str] = {}
    for term, label in zip(map(plain_line, entry.categories), map(plain_line, labels), strict=True):
        if term:
            found.setdefault(term, label or term)
    return list(found.items())


def entry_links(feed: FeedSpec, entry: Entry) -> tuple[Link, ...]:
    """The links of an Atom entry: its page, the original if that is another, its files."""
    url, original = entry_link(feed, entry), uri(entry.url)
    links = []
    if url:
        language = entry.original_language if url == original else entry.language
        links.append(
            Link(rel="alternate", type="text/html", hreflang=language_tag(language), href=url)
        )
    if is_public(original) and original != url:
        tag = language_tag(entry.original_language)
        links.append(Link(rel="via", type="text/html", hreflang=tag, href=original))
    links += [
        Link(
            rel="enclosure",
            type=file.type,
            length=str(file.length) if file.length else "",
            title=file.title,
            href=file.url,
        )
        for file in files_of(entry)
    ]
    return tuple(links)
