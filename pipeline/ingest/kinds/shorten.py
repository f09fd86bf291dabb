"""Shorten huge feeds to their newest entries before feedparser, which is slow, reads them.

`trim` takes the bytes of an RSS or Atom feed of any size, and returns the feed with its newest
entries only, and the number of entries that it had.
Raises SourceError for a feed that stays too large with few entries.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

from pipeline.errors import SourceError
from pipeline.ingest.kinds.timestamps import read_date

# Bounds on what feedparser reads: it takes 0.3 ms per entry and up to 20 µs per element, so four
# seconds at most. For tags within one entry its time is quadratic, hence MAX_ENTRY_TAGS.
MAX_ENTRIES = 1_000
MAX_BYTES = 4_000_000
MAX_TAGS = 200_000
MAX_ENTRY = 500_000
MAX_ENTRY_TAGS = 20_000
# Longer texts, in bytes, are removed from an entry that is too large; the entry itself is kept.
MAX_TEXT = 100_000

_MARK = re.compile(
    rb"<(?:!\[CDATA\[|!--|(?P<end>/)?(?:[A-Za-z_][\w.-]{0,30}:)?(?:item|entry)(?=[\s/>]))"
)
_ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}
_DATE = re.compile(
    rb"<(?:pubDate|(?:dc:)?date|published|updated|issued|modified)(?:\s[^<>]{0,200})?>([^<>]{4,60})<"
)
# A category in RSS or Atom; an entry keeps so many of them.
_CATEGORY = re.compile(
    rb"<category(?:\s[^<>]{0,1000})?"
    rb"(?:/>|>(?:<!\[CDATA\[[^\]]{0,1000}\]\]>|[^<]{0,1000})</category>)"
)
_MAX_CATEGORIES = 100
# What is kept of an entry that is too large without its long texts.
_FACT = re.compile(
    rb"<((?:[A-Za-z_][\w.-]{0,30}:)?(?:title|link|guid|id|pubDate|date|published|updated|issued"
    rb"|modified))(?=[\s/>])[^<>]{0,2000}"
    rb"(?:(?<=/)>|>(?:[^<]{0,4000}|\s{0,100}<!\[CDATA\[[^\]]{0,4000}\]\]>\s{0,100})</\1\s{0,100}>)"
)
_MAX_FACTS = 20
_MAX_FACT = 4_000  # bytes
_OPENER = re.compile(rb"<!\[CDATA\[|<!--")
# A picture inside the text, as a data: URL.
_DATA_URL = re.compile(rb"data:[\w/+.;=,%-]{1000,}")


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A feed of at most MAX_ENTRIES entries, and the number of entries it had before."""

    content: bytes
    entries: int


def trim(content: bytes, url: str) -> Trimmed:
    """Return the feed with its newest entries only, in the feed's order.

    Undated entries count as the oldest ones.

    Takes time linear in the size. A feed that is small already is returned unchanged. Raises
    SourceError, which names `url`, when the feed cannot be made small.
    """
    spans = _entries(content)
    small = len(content) <= MAX_ENTRY and content.count(b"<") <= MAX_ENTRY_TAGS
    if small and len(spans) <= MAX_ENTRIES:
        return Trimmed(content, len(spans))
    content, spans = _reduced(content, spans)
    kept = sorted(_newest(content, spans))
    around = [(0, spans[0][0]), (spans[-1][1], len(content))] if spans else [(0, len(content))]
    if not kept or not all(_is_small(content, span) for span in around):
        raise SourceError(
            url,
            f"is a feed of {len(content):,} bytes that cannot be divided into entries",
            "ask the site for a smaller feed",
        )
    parts = [content[: spans[0][0]], *(content[a:b] for a, b in kept), content[spans[-1][1] :]]
    return Trimmed(b"".join(parts), len(spans))


def _entries(content: bytes) -> list[tuple[int, int]]:
    """Return the span (start, end) of each outermost `item` or `entry` element."""
    spans: list[tuple[int, int]] = []
    position, begin = 0, -1
    while match := _MARK.search(content, position):
        position = match.end()
        close = _ENDS.get(match.group())
        if close is not None:
            position = content.find(close, position)
            if position < 0:
                break
        elif not match["end"]:
            # An entry inside an open one: the first was not closed, as in some broken feeds.
            if begin >= 0:
                spans.append((begin, match.start()))
            begin = match.start()
        elif begin >= 0:
            end = content.find(b">", position)
            if end < 0:
                break
            spans.append((begin, end + 1))
            begin, position = -1, end + 1
    return spans


def _reduced(content: bytes, spans: list[tuple[int, int]]) -> tuple[bytes, list[tuple[int, int]]]:
    """Return the feed with its large parts made smaller, and the new spans of its entries."""
    parts: list[bytes] = []
    new_spans: list[tuple[int, int]] = []
    size = position = 0
    for begin, end in [*spans, (len(content), len(content))]:
        for span in ((position, begin), (begin, end)):
            part = content[slice(*span)]
            small = part if _is_small(content, span) else _smaller(part)
            is_entry = span[0] == begin and begin < end
            if is_entry and not _is_small(small, (0, len(small))):
                small = _facts(small)
            parts.append(small)
        size += len(parts[-2])
        new_spans.append((size, size + len(parts[-1])))
        size += len(parts[-1])
        position = end
    return b"".join(parts), new_spans[:-1]


def _smaller(part: bytes) -> bytes:
    """Return `part` without data: URLs, surplus categories and, if it is still too large, without
    long texts."""
    seen = count()
    part = _CATEGORY.sub(lambda one: one[0] if next(seen) < _MAX_CATEGORIES else b"", part)
    part = _DATA_URL.sub(b"", part)
    if len(part) <= MAX_ENTRY:
        return part
    return b"".join(
        _without_long_texts(piece) if opener is None else piece
        for opener, piece in _pieces(part)
        if opener is None or len(piece) <= MAX_TEXT
    )


def _facts(entry: bytes) -> bytes:
    """Return an entry with nothing but its title, links, ids and dates."""
    bare = b"".join(
        piece
        for opener, piece in _pieces(entry)
        if opener is None or (opener != b"<!--" and len(piece) <= _MAX_FACT)
    )
    start = bare[: bare.find(b">") + 1]
    facts = [match[0] for match in islice(_FACT.finditer(bare), _MAX_FACTS)]
    end = bare[bare.rfind(b"<") :]
    return b"".join([start, *facts, end]) if end.startswith(b"</") else start + b"".join(facts)


def _pieces(part: bytes) -> Iterator[tuple[bytes | None, bytes]]:
    """Yield markup, CDATA sections and comments in order, the latter two with their openers.

    What is not closed is markup, so that each byte is looked at once.
    """
    position = 0
    for match in _OPENER.finditer(part):
        if match.start() < position:
            continue
        end = part.find(_ENDS[match[0]], match.end())
        if end < 0:
            break
        yield None, part[position : match.start()]
        position = end + len(_ENDS[match[0]])
        yield match[0], part[match.start() : position]
    yield None, part[position:]


def _without_long_texts(markup: bytes) -> bytes:
    """Return `markup` without the texts between its tags that are longer than MAX_TEXT."""
    runs = (
        one if len(one) <= MAX_TEXT else one[: one.find(b">") + 1] for one in markup.split(b"<")
    )
    return b"<".join(runs)


def _is_small(content: bytes, span: tuple[int, int]) -> bool:
    return span[1] - span[0] <= MAX_ENTRY and content.count(b"<", *span) <= MAX_ENTRY_TAGS


def _newest(content: bytes, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    def age(span: tuple[int, int]) -> float:
        match = _DATE.search(content, span[0], min(span[1], span[0] + 20_000))
        date = read_date(match[1].decode("ascii", "replace")) if match else None
        return -date.timestamp() if date else float("inf")

    kept: list[tuple[int, int]] = []
    size = tags = 0
    for span in sorted((one for one in spans if _is_small(content, one)), key=age)[:MAX_ENTRIES]:
        size += span[1] - span[0]
        tags += content.count(b"<", *span)
        if size > MAX_BYTES or tags > MAX_TAGS:
            break
        kept.append(span)
    return kept
