"""Parse XML sitemaps, sitemap indexes, Google News sitemaps and text lists of addresses.

`parse_sitemap` takes the bytes of one such document (sitemaps.org protocol 0.9), and returns its
addresses with dates and titles, and the sitemaps it names.
Raises SourceError when the bytes are not a sitemap. Entities are not expanded, nothing is fetched.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import lxml.etree

from pipeline import safexml
from pipeline.article import Reference, Source
from pipeline.errors import BabelwireError, FetchError, SourceError
from pipeline.ingest.kinds.repair import well_formed
from pipeline.ingest.kinds.timestamps import plausible, read_date
from pipeline.ingest.text import language_of, plain
from pipeline.ingest.urls import absolute, web_address
from pipeline.ingest.xml import clean_start

# The protocol's limit for one document.
MAX_URLS = 50_000
# How deep sitemap indexes may be nested.
MAX_DEPTH = 3

# Entries that are read, unusable ones included.
_MAX_RECORDS = 2 * MAX_URLS
_RECORDS = frozenset({"url", "sitemap"})
# How many levels below its entry a field may be: those of Google News are one level deeper.
_FIELD_DEPTH = 3
_LINE = re.compile(r"https?://\S{1,8000}")
_MEDIA = re.compile(r"(?:image|video)[^}]*\}")
_FIELDS = {
    "loc": "loc",
    "lastmod": "lastmod",
    "publication_date": "published",
    "title": "title",
    "language": "language",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """One address in a sitemap; `changed` is its date of publication, else its lastmod."""

    reference: Reference
    changed: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """The contents of one document: pages, or further sitemaps with their lastmod."""

    pages: tuple[Located, ...] = ()
    sitemaps: tuple[tuple[str, datetime | None], ...] = ()
    problems: tuple[BabelwireError, ...] = ()


def parse_sitemap(
    content: bytes, url: str, source: Source, now: datetime, media_type: str = ""
) -> Sitemap:
    """Parse a sitemap that came from `url`; `media_type` may have its charset.

    Raises SourceError when the bytes are not a sitemap. An unusable entry is one of the `problems`.
    """
    content = clean_start(content)
    if not content[:200].lstrip().startswith(b"<"):
        return _lines(content, url, source)
    pages: list[Located] = []
    sitemaps: list[tuple[str, datetime | None]] = []
    problems: list[BabelwireError] = []
    known = False
    try:
        for tag, fields in islice(_records(content, media_type), _MAX_RECORDS):
            known = known or tag in ("urlset", "sitemapindex", "url", "sitemap")
            try:
                if tag == "url" and len(pages) < MAX_URLS:
                    pages.append(_page(fields, url, source, now))
                elif tag == "sitemap" and len(sitemaps) < MAX_URLS:
                    address = web_address(absolute(url, fields.get("loc", "")))
                    sitemaps.append((address, _date(fields, "lastmod", now)))
            except FetchError as error:
                # A traceback keeps its stack frames in memory, here up to 100,000 times.
                problems.append(error.with_traceback(None))
    except (lxml.etree.LxmlError, ValueError) as error:
        if not pages and not sitemaps:
            raise SourceError(url, f"cannot be read as a sitemap ({error})") from error
    if not known:
        raise SourceError(url, "is not an XML sitemap", "check the address in a browser")
    return Sitemap(pages=tuple(pages), sitemaps=tuple(sitemaps), problems=tuple(problems))


def latest(pages: Iterable[Located]) -> tuple[Reference, ...]:
    """Return the first reference of each address, the latest change first, undated ones last."""
    first: dict[str, Located] = {}
    for page in pages:
        first.setdefault(page.reference.url, page)
    ordered = sorted(
        first.values(), key=lambda one: -one.changed.timestamp() if one.changed else float("inf")
    )
    return tuple(one.reference for one in ordered[:MAX_URLS])


def _records(content: bytes, media_type: str) -> Iterable[tuple[str, dict[str, str]]]:
    """Yield the root, then each `url` and `sitemap`: its local name and the texts of its fields.

    The document is parsed as a whole: libxml2's incremental parser takes hours for a megabyte of
    unclosed tags.
    """
    # `well_formed` would turn a broken DTD into text; this parser ignores it.
    if b"<!DOCTYPE" not in content:
        content = well_formed(content, media_type) or content
    root = safexml.parse(content, recover=True, bare=True)
    if root is None:
        return
    yield _name(root), {}
    record, fields = None, dict[str, str]()
    for element in root.iter("{*}*"):
        name = _name(element)
        if name in _RECORDS:
            if record is not None:
                yield _name(record), fields
            record, fields = element, {}
        # The loc and title of an image or video belong to other namespaces.
        elif name in _FIELDS and not _MEDIA.search(str(element.tag)) and _is_in(element, record):
            fields.setdefault(_FIELDS[name], (element.text or "").strip())
    if record is not None:
        yield _name(record), fields


def _is_in(element: lxml.etree._Element, record: lxml.etree._Element | None) -> bool:
    """Return whether a field belongs to `record`, not to an entry before it that is not closed."""
    above = islice(element.iterancestors(), _FIELD_DEPTH)
    return record is not None and any(one is record for one in above)


def _name(element: lxml.etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _page(fields: dict[str, str], base: str, source: Source, now: datetime) -> Located:
    if not fields.get("loc"):
        raise FetchError(base, "has an entry without an address")
    published = _date(fields, "published", now)
    reference = Reference(
        source=source.id,
        url=web_address(absolute(base, fields["loc"])),
        title=plain(fields.get("title"), markup=False) or None,
        published=published,
        language=source.language or language_of(fields.get("language")),
        updated=_date(fields, "lastmod", now),
    )
    return Located(reference=reference, changed=published or reference.updated)


def _date(fields: dict[str, str], name: str, now: datetime) -> datetime | None:
    text = fields.get(name, "")
    return plausible(read_date(text), now) if text else None


def _lines(content: bytes, url: str, source: Source) -> Sitemap:
    """Parse a text file with one address per line (sitemaps.org, "Text file")."""
    pages: list[Located] = []
    problems: list[BabelwireError] = []
    for line in content.decode("utf-8-sig", "replace").split("\n")[:MAX_URLS]:
        match = _LINE.fullmatch(line.strip())
        if match is None:
            continue
        try:
            address = web_address(match.group())
        except FetchError as error:
            problems.append(error)
            continue
        reference = Reference(source=source.id, url=address, language=source.language)
        pages.append(Located(reference=reference))
    if not pages:
        raise SourceError(url, "is not a sitemap", "check the address in a browser")
    return Sitemap(pages=tuple(pages), problems=tuple(problems))
