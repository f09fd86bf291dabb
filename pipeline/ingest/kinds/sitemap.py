"""Reading XML sitemaps, sitemap indexes, Google News sitemaps and lists of addresses.

In: the bytes of one such document (sitemaps.org protocol 0.9). Out: its addresses with their dates
and titles, and the sitemaps it names. Refuses what is none; no entity and no network is touched.
"""

import re
from collections.abc import Iterable, Sequence
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
from pipeline.ingest.xml import begun

# The protocol's own bound on one document.
MAX_URLS = 50_000
# How many sitemaps of an index are read in one go, the newest first.
MAX_SITEMAPS = 12
# How many indexes an index may be inside of.
MAX_DEPTH = 3

# Entries looked at: as many again may be of no use.
_MOST = 2 * MAX_URLS
_RECORDS = frozenset({"url", "sitemap"})
# How far below its entry a field may be: news have it one level down.
_DEPTH = 3
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
    """One address in a sitemap. `changed` is its lastmod or, better, its date of publication."""

    reference: Reference
    changed: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """What one document holds: pages, or further sitemaps with the date of their last change."""

    pages: tuple[Located, ...] = ()
    sitemaps: tuple[tuple[str, datetime | None], ...] = ()
    problems: tuple[BabelwireError, ...] = ()


def parse_sitemap(content: bytes, url: str, source: Source, now: datetime) -> Sitemap:
    """Parse a sitemap that came from `url`. Raises SourceError when the bytes are none."""
    content = begun(content)
    if not content[:200].lstrip().startswith(b"<"):
        return _lines(content, url, source)
    pages: list[Located] = []
    sitemaps: list[tuple[str, datetime | None]] = []
    problems: list[BabelwireError] = []
    known = False
    try:
        for tag, fields in islice(_records(content), _MOST):
            known = known or tag in ("urlset", "sitemapindex", "url", "sitemap")
            try:
                if tag == "url" and len(pages) < MAX_URLS:
                    pages.append(_page(fields, url, source, now))
                elif tag == "sitemap" and len(sitemaps) < MAX_URLS:
                    address = web_address(absolute(url, fields.get("loc", "")))
                    sitemaps.append((address, _date(fields, "lastmod", now)))
            except FetchError as error:
                # What it was raised through would be kept with it, 100,000 times.
                problems.append(error.with_traceback(None))
    except (lxml.etree.LxmlError, ValueError) as error:
        if not pages and not sitemaps:
            raise SourceError(url, f"cannot be read as a sitemap ({error})") from error
    if not known:
        raise SourceError(url, "is no XML sitemap", "check the address in a browser")
    return Sitemap(pages=tuple(pages), sitemaps=tuple(sitemaps), problems=tuple(problems))


def latest(pages: Iterable[Located]) -> tuple[Reference, ...]:
    """The first of each address, the latest change first, undated ones behind in their order."""
    first: dict[str, Located] = {}
    for page in pages:
        first.setdefault(page.reference.url, page)
    ordered = sorted(
        first.values(), key=lambda one: -one.changed.timestamp() if one.changed else float("inf")
    )
    return tuple(one.reference for one in ordered[:MAX_URLS])


def newest_sitemaps(
    sitemaps: Sequence[tuple[str, datetime | None]], oldest: datetime | None
) -> list[str]:
    """Which sitemaps of an index to read: those changed since `oldest`, the newest first.

    Without dates the last ones named come first: archives are numbered upwards. A news sitemap is
    read before any other, for it holds the last two days.
    """
    fresh = [(url, date) for url, date in sitemaps if not (oldest and date and date < oldest)]
    numbered = list(enumerate(fresh))
    numbered.sort(
        key=lambda one: (
            "news" not in one[1][0].lower(),
            -one[1][1].timestamp() if one[1][1] else float("inf"),
            -one[0],
        )
    )
    return [url for _, (url, _) in numbered[:MAX_SITEMAPS]]


def _records(content: bytes) -> Iterable[tuple[str, dict[str, str]]]:
    """The elements by local name: the root, then each url and sitemap with the text of its fields.

    The whole is parsed at once: fed piece by piece, libxml2 takes hours over a megabyte of unclosed
    tags.
    """
    # Repaired, what a DTD says would be text; as it is, it is nothing.
    if b"<!DOCTYPE" not in content:
        content = well_formed(content) or content
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
        # An image's or video's loc and title have namespaces of their own.
        elif name in _FIELDS and not _MEDIA.search(str(element.tag)) and _is_in(element, record):
            fields.setdefault(_FIELDS[name], (element.text or "").strip())
    if record is not None:
        yield _name(record), fields


def _is_in(element: lxml.etree._Element, record: lxml.etree._Element | None) -> bool:
    """Whether a field is one of the entry, and not of one that was opened before and not closed."""
    above = islice(element.iterancestors(), _DEPTH)
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
    """A text file with one address a line (sitemaps.org, "Text file")."""
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
        raise SourceError(url, "is no sitemap", "check the address in a browser")
    return Sitemap(pages=tuple(pages), problems=tuple(problems))
