"""Parse JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1).

`parse_json_feed` takes the bytes of a feed and the URL they came from, and returns references, and
an error for each item that cannot be used. Raises SourceError when the bytes are not a JSON Feed.
"""

import html
import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from pipeline.article import EntryFacts, Reference, Source
from pipeline.charsets import decode
from pipeline.errors import FetchError, SourceError
from pipeline.ingest.kinds.entries import asked, is_file, shared, with_fragment
from pipeline.ingest.kinds.entryfacts import facts_of_item
from pipeline.ingest.kinds.feed import MAX_GUID, MAX_SITE, Feed, own_text
from pipeline.ingest.kinds.kind import each
from pipeline.ingest.kinds.shorten import MAX_ENTRIES
from pipeline.ingest.kinds.timestamps import plausible, read_date
from pipeline.ingest.text import language_of, plain
from pipeline.ingest.urls import absolute, web_address


def is_json(content: bytes) -> bool:
    """Return whether a document is JSON rather than XML, judged by its first character."""
    return content[:100].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"{")


def parse_json_feed(
    content: bytes, url: str, source: Source, now: datetime, charset: str | None = None
) -> Feed:
    """Parse a JSON Feed that came from `url`, at most the newest MAX_ENTRIES items.

    `charset` is the one that HTTP declared. JSON is UTF-8 (RFC 8259 §8.1), but not everywhere.

    Raises SourceError when the bytes are not a JSON Feed.
    """
    try:
        text = decode(content, charset)[0].strip("\ufeff \t\r\n")
        # strict=False: control characters in strings are common. parse_int: int() raises for more
        # than 4,300 digits, and no such number is read here.
        parsed = json.loads(text, strict=False, parse_int=_number)
    except (ValueError, RecursionError) as error:
        reason = f"is broken JSON ({str(error)[:200]})"
        raise SourceError(url, reason, "check the address in a browser", retry=True) from error
    items = parsed.get("items") if isinstance(parsed, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(parsed.get("version")):
        raise SourceError(url, "is JSON, but not a JSON Feed", "check the address in a browser")
    items = [one for one in items if isinstance(one, dict)]
    language = language_of(parsed.get("language"))
    title = plain(parsed.get("title"), markup=False)
    several = shared((_link(item), _guid(item)) for item in items)

    def facts(item: dict[str, Any]) -> EntryFacts:
        return replace(facts_of_item(item, parsed, url), site=title[:MAX_SITE])

    references, problems = each(
        sorted(items, key=_age)[:MAX_ENTRIES],
        lambda item: _reference(item, facts(item), url, source, language, now, several),
    )
    return Feed(
        references=references,
        problems=problems,
        title=title,
        language=language,
        entries=len(items),
    )


def _number(digits: str) -> int:
    return int(digits) if len(digits) < 100 else 0


def _date(item: dict[str, Any]) -> datetime | None:
    return _date_of(item, "date_published") or _date_of(item, "date_modified")


def _date_of(item: dict[str, Any], key: str) -> datetime | None:
    value = item.get(key)
    return read_date(value) if isinstance(value, str) else None


def _age(item: dict[str, Any]) -> float:
    date = _date(item)
    return -date.timestamp() if date else float("inf")


def _link(item: dict[str, Any]) -> str:
    # `external_url` comes last: it is the page that the item of a link blog is about.
    links = (item.get("url"), item.get("id"), item.get("external_url"))
    return next((one for one in links if isinstance(one, str) and _is_link(one)), "")


def _guid(item: dict[str, Any]) -> str:
    # JSON Feed 1.1: an id that is no string is coerced to one.
    guid = item.get("id")
    return str(guid).strip()[:MAX_GUID] if isinstance(guid, str | int) else ""


def _reference(
    item: dict[str, Any],
    facts: EntryFacts,
    base: str,
    source: Source,
    language: str | None,
    now: datetime,
    several: Collection[str],
) -> Reference:
    title = plain(item.get("title"), markup=False)
    link, guid = _link(item), _guid(item)
    address = web_address(absolute(base, link)) if link else with_fragment(web_address(base), guid)
    source = asked(source, link, several, file=is_file(address, facts))
    has_text = any(isinstance(item.get(key), str) for key in ("content_html", "content_text"))
    if not link and not (guid and has_text and source.text == "entry"):
        raise FetchError(base, f"has an item without a link ({title[:80]!r})")
    text = item.get("content_html")
    if not isinstance(text, str) or not text.strip():
        words = item.get("content_text")
        text = f"<p>{html.escape(words)}</p>" if isinstance(words, str) else ""
    return Reference(
        source=source.id,
        url=address,
        title=title or None,
        published=plausible(_date(item), now),
        language=source.language or language_of(item.get("language")) or language,
        html=own_text(text.replace("\n\n", "</p><p>"), address, source),
        updated=plausible(_date_of(item, "date_modified"), now),
        guid=guid,
        facts=facts,
    )


def _is_link(value: str) -> bool:
    return value.startswith(("http://", "https://", "/"))
