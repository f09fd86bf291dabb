"""Builds a feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/).

Takes a FeedSpec, a language and entries; returns UTF-8 JSON that depends on these only. Facts that
the format has no field for are in the extension object `_babelwire`.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.article import Entry, FeedSpec
from pipeline.syndicate.common import (
    WHOLE,
    Archive,
    address,
    description,
    entry_link,
    home,
    moment,
    published,
    title,
)
from pipeline.syndicate.content import content
from pipeline.syndicate.language import language_tag
from pipeline.syndicate.markup import is_public
from pipeline.syndicate.xmlfeeds import categories, entry_title, picture_of
from pipeline.syndicate.xmltext import plain_line, uri

VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(
    feed: FeedSpec, language: str, entries: Sequence[Entry], archive: Archive = WHOLE
) -> bytes:
    """These entries as JSON Feed.

    Raises PublishError for a language code that is no BCP 47 tag.
    """
    tag = language_tag(language)
    page = home(feed, language, entries)
    previous = archive.number - 1 if archive.number else archive.count
    hub = uri(feed.hub) if feed.base_url and is_public(feed.hub) else ""
    hub = "" if archive.number else hub  # archive documents never change
    document = {
        "version": VERSION,
        "title": title(feed, language),
        "home_page_url": page if is_public(page) else None,
        "feed_url": address(feed, language, "json", archive.number),
        "next_url": address(feed, language, "json", previous) if previous > 0 else None,
        "description": description(feed, language),
        "icon": uri(feed.logo) if is_public(feed.logo) else None,
        "favicon": uri(feed.icon) if is_public(feed.icon) else None,
        "language": tag,
        "authors": [{"name": title(feed, language)}],
        "hubs": [{"type": "WebSub", "url": hub}] if hub else None,
        "items": [_item(feed, entry) for entry in entries],
    }
    kept = _without_empty(document)
    kept.setdefault("items", [])
    return json.dumps(kept, ensure_ascii=False, indent=1).encode() + b"\n"


def _item(feed: FeedSpec, entry: Entry) -> dict[str, Any]:
    url, original, page = entry_link(feed, entry), uri(entry.url), uri(entry.source_url)
    picture = picture_of(entry)
    source = plain_line(entry.source_title)
    authors = [name for name in map(plain_line, entry.authors) if name] or [source]
    attachments = []
    if picture and picture.type:
        size = {"size_in_bytes": picture.length} if picture.length else {}
        attachments = [{"url": picture.url, "mime_type": picture.type, **size}]
    return _without_empty(
        {
            "id": uri(entry.id),
            "url": url,
            "external_url": original if is_public(original) and original != url else None,
            "title": entry_title(entry),
            "content_html": content(entry, feed.content),
            "summary": plain_line(entry.summary),
            "image": picture.url if picture else None,
            "date_published": published(entry).isoformat(),
            "date_modified": moment(entry.updated).isoformat(),
            "authors": [{"name": name} for name in dict.fromkeys(authors) if name],
            "tags": [label for _, label in categories(entry)],
            "language": language_tag(entry.language),
            "attachments": attachments,
            "_babelwire": _without_empty(
                {
                    "machine_translated": entry.by_machine,
                    "original_language": language_tag(entry.original_language),
                    "source_title": source,
                    "source_url": page if is_public(page) else None,
                    "rights": plain_line(entry.rights),
                }
            ),
        }
    )


def _without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
