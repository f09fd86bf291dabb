"""Reading a feed: RSS 0.9x, 1.0, 2.0 and Atom.

In: the bytes of a feed and the address they came from. Out: references, and the entries that could
not be used. Refuses what is no feed at all. feedparser sees bytes only, never a URL or file.
"""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urljoin

import feedparser

from pipeline.article import Reference, Source
from pipeline.errors import BabelwireError, FetchError, SourceError
from pipeline.ingest.client import web_address
from pipeline.ingest.dates import from_struct, plausible

_TAG = re.compile(r"<[^<>]{0,2000}>")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?=$|[-_])")
_REFERENCE = re.compile(rb"&#([xX][0-9a-fA-F]+|[0-9]+);?")
# Escape is left alone: ISO-2022-JP is made of it.
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]")
MAX_TITLE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed holds: references in the feed's order, and one error for each unusable entry."""

    references: tuple[Reference, ...]
    problems: tuple[BabelwireError, ...] = ()
    title: str = ""
    language: str | None = None


def parse_feed(
    content: bytes, url: str, source: Source, now: datetime, headers: Mapping[str, str]
) -> Feed:
    """Parse a feed that came from `url`. Raises SourceError when the bytes are no feed."""
    try:
        parsed = feedparser.parse(
            io.BytesIO(xml_characters(content)),
            response_headers={
                "content-type": headers.get("content-type", ""),
                "content-location": url,
            },
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # whatever hostile bytes make a parser raise
        raise SourceError(url, f"cannot be read as a feed ({error})") from error
    if not parsed.get("version") and not parsed.entries:
        raise SourceError(url, "is no RSS or Atom feed", "check the address in a browser")
    language = _language(parsed.feed.get("language"))
    references: list[Reference] = []
    problems: list[BabelwireError] = []
    for entry in parsed.entries:
        try:
            references.append(_reference(entry, url, source, language, now))
        except FetchError as error:
            problems.append(error)
    return Feed(
        references=tuple(references),
        problems=tuple(problems),
        title=plain(parsed.feed.get("title", ""), markup=True),
        language=language,
    )


def xml_characters(content: bytes) -> bytes:
    """`content` without the characters that XML 1.0 §2.2 forbids, raw or as references.

    A single one of them makes a strict parser give up the whole feed. UTF-16 and UTF-32, in which
    those bytes mean other things, stay as they are.
    """
    if b"\0" in content[:100]:
        return content
    return _REFERENCE.sub(_checked, _CONTROL.sub(b" ", content))


def _checked(match: re.Match[bytes]) -> bytes:
    digits = match[1].decode()
    base = 16 if digits[0] in "xX" else 10
    code = int(digits.lstrip("xX")[:12] or "0", base)
    valid = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
    return match[0] if valid or 0x10000 <= code < 0x110000 else b" "


def newest_first(references: Iterable[Reference]) -> tuple[Reference, ...]:
    """The first of each address, newest first where dated.

    Undated references keep their place relative to each other behind the dated ones, as feeds are
    written newest first. A source's `limit` is none of discovery's business: it says how many
    references one pass takes, and whoever dropped the others here would never see them again.
    """
    first: dict[str, Reference] = {}
    for reference in references:
        first.setdefault(reference.url, reference)
    distinct = list(first.values())
    distinct.sort(key=lambda one: -one.published.timestamp() if one.published else float("inf"))
    return tuple(distinct)


def plain(text: Any, *, markup: bool) -> str:
    """`text` as one line without markup (where it is `markup`) or control characters."""
    if not isinstance(text, str):
        return ""
    text = text[: 4 * MAX_TITLE]
    if markup:
        text = unescape(_TAG.sub("", text))
    # isprintable() is false for controls, lone surrogates and line separators alike, and for
    # the joiners that scripts and emoji need: those are format characters and stay.
    kept = (c if c.isprintable() or c in "\u200c\u200d" else " " for c in text)
    return " ".join("".join(kept).split())[:MAX_TITLE]


def _reference(
    entry: Any, base: str, source: Source, language: str | None, now: datetime
) -> Reference:
    detail = entry.get("title_detail") or {}
    title = plain(entry.get("title", ""), markup=detail.get("type") != "text/plain")
    link = _link(entry)
    if not link:
        raise FetchError(base, f"has an entry without a link ({title[:80]!r})")
    published = from_struct(
        dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    )
    return Reference(
        source=source.id,
        url=web_address(absolute(base, link)),
        title=title or None,
        published=plausible(published, now),
        language=source.language or _language(detail.get("language")) or language,
    )


def _link(entry: Any) -> str:
    link = entry.get("link")
    if isinstance(link, str) and link.strip():
        return link
    # Some feeds name the article only in a guid that is a permalink though it says otherwise.
    guid = entry.get("id")
    return guid if isinstance(guid, str) and guid.startswith(("http://", "https://")) else ""


def absolute(base: str, link: str) -> str:
    """`link` as an absolute URL, white space inside it undone (WHATWG URL §4.4).

    Raises FetchError where it is no URL.
    """
    cleaned = link.strip().replace("\n", "").replace("\r", "").replace("\t", "")
    try:
        return urljoin(base, cleaned)
    except ValueError as error:
        raise FetchError(link[:200], f"is no valid address ({error})") from error


def _language(value: Any) -> str | None:
    match = _LANGUAGE.match(value.strip()) if isinstance(value, str) else None
    return match.group().lower() if match else None
