"""Parse feeds in RSS 0.9x, 1.0, 2.0 and Atom.

`parse_feed` takes the bytes of a feed and the URL they came from, and returns references, and an
error for each entry that cannot be used.
Raises SourceError when the bytes are not a feed. feedparser gets bytes only, never a URL or a path,
which it would open.
"""

import contextlib
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from typing import Any

import feedparser
import lxml.etree
import lxml.html

from pipeline.article import NO_FACTS, EntryFacts, Reference, Source
from pipeline.errors import BabelwireError, FetchError, SourceError
from pipeline.ingest.kinds import entryfacts
from pipeline.ingest.kinds.entries import asked, is_file, shared, told_apart, with_fragment
from pipeline.ingest.kinds.kind import each
from pipeline.ingest.kinds.repair import well_formed
from pipeline.ingest.kinds.shorten import trim
from pipeline.ingest.kinds.strip import MARK, strip_unread
from pipeline.ingest.kinds.timestamps import from_struct, plausible, read_date
from pipeline.ingest.polling import NO_HINTS, PollHints, feed_hints
from pipeline.ingest.text import MAX_HTML, is_complete, language_of, plain
from pipeline.ingest.urls import absolute, web_address
from pipeline.ingest.xml import clean_start

_REFERENCE = re.compile(rb"&#([xX][0-9a-fA-F]+|[0-9]+);?")
# Without escape: the encoding ISO-2022-JP uses it.
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]")
MAX_GUID = 600
"""The characters of a guid that count: at most 2,400 bytes, which PostgreSQL can index."""
MAX_SITE = 200
"""The characters of a feed's title that its entries have with them."""
_RELATIVE = re.compile(r"""\b(?:href|src)\s*=\s*["']?(?![a-zA-Z][\w+.-]*:|["'#])""")
# HTML that was escaped twice: it has no element, but begins and ends with a block.
_BLOCK = "(?:p|div|h[1-6]|ul|ol|dl|figure|table|section|article|blockquote)"
_ESCAPED = re.compile(rf"\s*&lt;{_BLOCK}\b.*&lt;/{_BLOCK}&gt;\s*$", re.I | re.S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The contents of a feed: references in its order, and one error for each unusable entry.

    `entries` is the number of entries in the feed, which may be more than were read. `hints` say
    how often the feed wants to be asked.
    """

    references: tuple[Reference, ...]
    problems: tuple[BabelwireError, ...] = ()
    title: str = ""
    language: str | None = None
    entries: int = 0
    hints: PollHints = NO_HINTS


def parse_feed(
    content: bytes, url: str, source: Source, now: datetime, headers: Mapping[str, str]
) -> Feed:
    """Parse a feed that came from `url`; `headers` are the response's.

    Raises SourceError when the bytes are not a feed, or one too large to read.
    """
    trimmed = trim(xml_characters(clean_start(content)), url)
    xml = well_formed(trimmed.content, headers.get("content-type", ""))
    if xml is None:
        raise SourceError(url, "is no RSS or Atom feed", "check the address in a browser")
    stripped, facts = strip_unread(xml, entryfacts.reader(url))
    try:
        parsed = feedparser.parse(
            io.BytesIO(stripped),
            # Without a charset here, feedparser uses the XML declaration, or UTF-8 as in repaired
            # feeds.
            response_headers={"content-type": "application/xml", "content-location": url},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # hostile bytes make feedparser raise errors of any type
        raise SourceError(url, f"cannot be read as a feed ({error})") from error
    if not parsed.get("version") and not parsed.entries:
        raise SourceError(url, "is no RSS or Atom feed", "check the address in a browser")
    language = language_of(parsed.feed.get("language"))
    title = plain(parsed.feed.get("title", ""), markup=True)
    home = _home(parsed.feed, url)
    wanted = source.language or language
    several = shared((_link(entry, wanted), _guid(entry)) for entry in parsed.entries)

    def reference(entry: Any) -> Reference:
        own = replace(_marked(entry, facts), site=title[:MAX_SITE])
        return _reference(entry, own, url, home, source, language, now, several)

    references, problems = each(parsed.entries, reference)
    return Feed(
        references=references,
        problems=problems,
        title=title,
        language=language,
        entries=max(trimmed.entries, len(parsed.entries)),
        hints=feed_hints(parsed.feed, trimmed.content),
    )


def xml_characters(content: bytes) -> bytes:
    """Return `content` without characters that XML 1.0 §2.2 forbids, raw or as references.

    A strict parser rejects the whole feed because of a single one. The encoding of `content` must
    be a superset of ASCII, see `clean_start`.
    """
    return _REFERENCE.sub(_checked, _CONTROL.sub(b" ", content))


def _checked(match: re.Match[bytes]) -> bytes:
    digits = match[1].decode()
    base = 16 if digits[0] in "xX" else 10
    code = int(digits.lstrip("xX")[:12] or "0", base)
    valid = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
    return match[0] if valid or 0x10000 <= code < 0x110000 else b" "


def newest_first(references: Iterable[Reference]) -> tuple[Reference, ...]:
    """Return the distinct references: the newest first, undated ones last.

    Undated references keep their order, as feeds list the newest entry first. A source's `limit` is
    not applied here: it is the number of references that one pass takes, and the others must stay
    for later passes.
    """
    distinct = told_apart(references)
    distinct.sort(key=lambda one: -one.published.timestamp() if one.published else float("inf"))
    return tuple(distinct)


def own_text(html: str, base: str, source: Source) -> str:
    """Return an entry's HTML for its reference, with absolute addresses (resolved against `base`).

    Returns "" when the source takes its text from pages, when the HTML is over MAX_HTML, or when it
    is only a teaser; a teaser is returned if the source's `text` is "entry".
    """
    # JSON strings can contain NUL and lone surrogates.
    html = html.replace("\0", "").encode("utf-8", "replace").decode().strip()
    if source.text == "page" or len(html) > MAX_HTML:
        return ""
    if "<" not in html and _ESCAPED.match(html):
        html = unescape(html)
    if not (html if source.text == "entry" else is_complete(html)):
        return ""
    if _RELATIVE.search(html):
        with contextlib.suppress(ValueError, lxml.etree.LxmlError):
            fragment = lxml.html.fragment_fromstring(html, create_parent="div")
            fragment.make_links_absolute(base, handle_failures="ignore")
            return str(lxml.html.tostring(fragment, encoding="unicode"))
    return html


def _marked(entry: Any, facts: Sequence[EntryFacts]) -> EntryFacts:
    """Return the facts of an entry that `strip_unread` has marked."""
    number = str(dict.get(entry, MARK, "")).strip()
    known = number.isascii() and number.isdigit() and len(number) < 9 and int(number) < len(facts)
    return facts[int(number)] if known else NO_FACTS


def _reference(
    entry: Any,
    facts: EntryFacts,
    base: str,
    home: str,
    source: Source,
    language: str | None,
    now: datetime,
    several: Collection[str],
) -> Reference:
    detail = entry.get("title_detail") or {}
    title = plain(entry.get("title", ""), markup=detail.get("type") != "text/plain")
    link, guid = _link(entry, source.language or language), _guid(entry)
    address = web_address(absolute(base, link)) if link else home
    source = asked(source, link, several, file=is_file(address, facts))
    html, entry_base = _content(entry, source)
    # Without xml:base, feedparser gives the feed's address; links are relative to the article.
    html = own_text(html, entry_base if entry_base not in ("", base) else address, source)
    if not link:
        if not (guid and html):
            raise FetchError(base, f"has an entry without a link ({title[:80]!r})")
        address = with_fragment(address, guid)
    return Reference(
        source=source.id,
        url=address,
        title=title or None,
        published=plausible(_published(entry), now),
        language=source.language or language_of(detail.get("language")) or language,
        html=html,
        updated=plausible(_date_of(entry, "updated"), now),
        guid=guid,
        facts=facts,
    )


def _guid(entry: Any) -> str:
    """Return what the feed calls an entry: its id, else a link that is only a part of a page."""
    guid, link = dict.get(entry, "id"), _link(entry)
    if isinstance(guid, str) and guid.strip():
        return guid.strip()[:MAX_GUID]
    return link[:MAX_GUID] if "#" in link else ""


def _home(feed: Any, url: str) -> str:
    """Return the address of the site that a feed belongs to, else the feed's own."""
    with contextlib.suppress(FetchError):
        return web_address(absolute(url, str(feed.get("link") or "")))
    return web_address(url)


def _published(entry: Any) -> datetime | None:
    # `_date_of` uses dict.get: feedparser's own `get` falls back from one key to another.
    keys = ("published", "updated", "created")
    return next((date for key in keys if (date := _date_of(entry, key))), None)


def _date_of(entry: Any, key: str) -> datetime | None:
    text = dict.get(entry, key)
    if not isinstance(text, str) or not text.strip():
        return None
    return read_date(text) or from_struct(dict.get(entry, f"{key}_parsed"))


def _content(entry: Any, source: Source) -> tuple[str, str]:
    """Return the longest content of an entry and its base URL.

    The summary counts only for a source whose `text` is "entry".
    """
    found = [one for one in entry.get("content") or [] if isinstance(one.get("value"), str)]
    if not found and source.text == "entry":
        found = [entry.get("summary_detail") or {}]
    best: Any = max(found, key=lambda one: len(one.get("value") or ""), default={})
    return best.get("value") or "", best.get("base") or ""


def _link(entry: Any, language: str | None = None) -> str:
    """Return the address of an entry's page, in `language` where it has several; "" for none.

    Atom allows alternates of several languages and media types (RFC 4287 §4.1.3).
    """
    links = [one for one in entry.get("links") or () if str(one.get("href") or "").strip()]
    pages = [one for one in links if one.get("rel", "alternate") == "alternate"]
    if len(pages) > 1:

        def unlike(one: Any) -> tuple[bool, int]:
            spoken = language_of(one.get("hreflang"))
            other = 0 if spoken and spoken == language else 2 if spoken else 1
            return "html" not in one.get("type", "text/html"), other

        return str(min(pages, key=unlike)["href"])
    link = entry.get("link")
    if isinstance(link, str) and link.strip():
        return link
    # feedparser's `link` is that of the last <link/>, which may be empty.
    if pages:
        return str(pages[0]["href"])
    # Some feeds give the article's address only in a guid with isPermaLink="false".
    guid = entry.get("id")
    return guid if isinstance(guid, str) and guid.startswith(("http://", "https://")) else ""
