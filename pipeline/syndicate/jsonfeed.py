"""Builds a feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/).

Takes a FeedSpec, a language and entries; returns UTF-8 JSON that depends on these only. Facts that
the format has no field for are in the extension object `_babelwire`.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.article import Enclosure, Entry, FeedSpec
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
from pipeline.syndicate.enclosures import Picture, episode_of, files_of, picture_of, timed
from pipeline.syndicate.language import language_tag
from pipeline.syndicate.markup import is_public
from pipeline.syndicate.summaries import entry_title, summary_of
from pipeline.syndicate.xmlfeeds import categories
from pipeline.syndicate.xmltext import plain_line, uri

# What is translated of an entry that is not translated as a whole.
_TRANSLATED = {"title": "title", "original": "nothing yet"}
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
    return _without_empty(
        {
            "id": uri(entry.id),
            "url": url,
            "external_url": original if is_public(original) and original != url else None,
            "title": entry_title(entry),
            "content_html": content(entry, feed.content),
            "summary": summary_of(entry),
            "image": picture.url if picture else None,
            "date_published": published(entry).isoformat(),
            "date_modified": moment(entry.updated).isoformat(),
            "authors": [{"name": name} for name in dict.fromkeys(authors) if name],
            "tags": [label for _, label in categories(entry)],
            "language": language_tag(
                entry.original_language if entry.scope == "original" else entry.language
            ),
            "attachments": _attachments(entry, picture),
            "_babelwire": _without_empty(
                {
                    "machine_translated": entry.by_machine,
                    "translated": None if entry.scope == "whole" else _TRANSLATED[entry.scope],
                    "original_language": language_tag(entry.original_language),
                    "source_title": source,
                    "source_url": page if is_public(page) else None,
                    "rights": plain_line(entry.rights),
                    "first_seen": None if entry.stated else published(entry).isoformat(),
                }
            ),
        }
    )


def _attachments(entry: Entry, picture: Picture | None) -> list[dict[str, Any]]:
    """The files of an item, and its lead image also if its size is not known."""
    files = list(files_of(entry))
    if picture and picture.type and all(one.url != picture.url for one in files):
        files.append(Enclosure(url=picture.url, type=picture.type))
    return [
        _without_empty(
            {
                "url": one.url,
                "mime_type": one.type,
                "title": one.title,
                "size_in_bytes": one.length or None,
                "duration_in_seconds": one.duration or None,
            }
        )
        for one in timed(tuple(files), episode_of(entry, tuple(files)))
    ]


def _without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
