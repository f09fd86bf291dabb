"""Divide texts with spans into segments, and build translated texts with spans again.

`block` takes a text of `markup` and finds its sentences. `rebuild` takes a block and the
translations of its segments, and returns the text in the target language with every span. Both take
time in proportion to the text and its spans. Pure functions; never raises for complete
translations.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.translate.text.alignment import parse_links
from pipeline.translate.text.placing import place, untangle
from pipeline.translate.text.plain import plain
from pipeline.translate.text.segments import (
    Sentence,
    has_words,
    normalise,
    sentences,
    separator,
)
from pipeline.translate.text.spans import Span, Text
from pipeline.translate.text.touching import touching


@dataclass(frozen=True, slots=True)
class Block:
    """A text, the ranges of its sentences, and its `segments`: the sentences, normalised."""

    text: Text
    ranges: tuple[Sentence, ...]
    segments: tuple[str, ...]

    @property
    def aligned(self) -> set[str]:
        """The segments in which a span begins or ends: those that need alignment links."""
        edges = sorted({at for span in self.text.spans for at in (span.start, span.end)})
        found = set()
        for one, segment in zip(self.ranges, self.segments, strict=True):
            first = bisect_right(edges, one.start)
            if first < len(edges) and edges[first] < one.end:
                found.add(segment)
        return found


def block(text: Text, language: str) -> Block:
    """Return the block of a text in `language`: its sentences and segments."""
    text = plain(text)
    ranges = tuple(_divided(text, sentences(text.text, language)))
    return Block(text, ranges, tuple(normalise(text.text[r.start : r.end]) for r in ranges))


def _divided(text: Text, whole: Iterator[Sentence]) -> Iterator[Sentence]:
    """Divide sentences at the edges of touching elements; parts without words are left out."""
    cuts = touching(text) if text.spans else []
    for one in whole:
        inside = cuts[bisect_right(cuts, one.start) : bisect_left(cuts, one.end)]
        if not inside:
            yield one
            continue
        edges = [one.start, *inside, one.end]
        for start, end in pairwise(edges):
            part = text.text[start:end]
            if has_words(part):
                left = len(part) - len(part.lstrip())
                yield Sentence(start + left, start + len(part.rstrip()))


class _Pieces:
    """The spans of a text by its pieces: sentences, and what is before, between and after them.

    Piece 2n + 1 is sentence n, the others are between. A span counts in its first and its last
    piece only, so that one around thousands of sentences costs no more than another.
    """

    def __init__(self, block: Block) -> None:
        self.edges = [0]
        for one in block.ranges:
            self.edges += [one.start, one.end]
        self.edges.append(len(block.text.text))
        self._spans: dict[int, list[int]] = {}
        self._is_first: set[tuple[int, int]] = set()
        self._is_last: set[tuple[int, int]] = set()
        for number, span in enumerate(block.text.spans):
            first, last = self._reach(span)
            self._is_first.add((number, first))
            self._is_last.add((number, last))
            for piece in sorted({first, last}):
                self._spans.setdefault(piece, []).append(number)
        self.starts = [0] * len(block.text.spans)
        self.ends = [0] * len(block.text.spans)

    def _reach(self, span: Span) -> tuple[int, int]:
        """Return the first and the last piece of a span."""
        last = max(0, bisect_left(self.edges, span.end) - 1)
        if span.start < span.end:
            return bisect_right(self.edges, span.start) - 1, last
        if last % 2 and span.start == self.edges[last + 1]:
            last += 1  # at the end of a sentence: it does not move inside
        return last, last

    def spans(self, piece: int) -> list[int]:
        """Return the numbers of the spans that begin or end in a piece."""
        return self._spans.get(piece, [])

    def note(self, number: int, piece: int, start: int, end: int) -> None:
        """Note the range that a span has in a piece of the result."""
        if (number, piece) in self._is_first:
            self.starts[number] = start
        if (number, piece) in self._is_last:
            self.ends[number] = end


def rebuild(
    block: Block,
    known: Mapping[str, str],
    source: str,
    target: str,
    links: Mapping[str, str] | None = None,
    kept: Mapping[str, Sequence[tuple[int, int]]] | None = None,
) -> Text:
    """Return the text in the target language, with its spans.

    `known` has the translation of each segment, `links` the alignment links in Pharaoh format,
    `kept` the ranges of each translation that are still the source's words.
    """
    text, spans = block.text.text, block.text.spans
    pieces = _Pieces(block)
    out: list[str] = []
    foreign: list[tuple[int, int]] = []
    length = 0
    joints: list[int] = []  # where sentences meet without a space, divided between two elements
    for number in range(len(pieces.edges) - 1):
        low, high = pieces.edges[number], pieces.edges[number + 1]
        here = pieces.spans(number)
        if number % 2:
            segment = block.segments[number // 2]
            written = known[segment]
            pairs = (links or {}).get(segment, "")
            places = _placed(text[low:high], written, low, spans, here, pairs, (source, target))
            foreign += [(length + a, length + b) for a, b in (kept or {}).get(segment, ())]
        else:
            written = text[low:high]
            if 0 < number < len(pieces.edges) - 2:
                written = separator(written, source, target)
                joints += [length] if not written and separator(" ", source, target) else []
            places = _between(spans, here, low, high, len(written))
        for span, (a, b) in zip(here, places, strict=True):
            pieces.note(span, number, length + a, length + b)
        out.append(written)
        length += len(written)
    result = "".join(out)
    if not spans:
        return Text(result, (), tuple(foreign))
    shape = [(span.start, span.end, span.parent) for span in spans]
    final = untangle(list(zip(pieces.starts, pieces.ends, strict=True)), shape, result)
    parents = {span.parent for span in spans}
    moved = [
        replace(span, start=a, end=b)
        if number in parents or span.inner is not None
        else _trimmed(replace(span, start=a, end=b), text[span.start : span.end], result)
        for number, (span, (a, b)) in enumerate(zip(spans, final, strict=True))
    ]
    touching_there = {span.start for span in moved} & {span.end for span in moved}
    apart = {
        at
        for at in joints
        if at not in touching_there and all(map(str.isalnum, result[at - 1 : at + 1]))
    }
    return _with_spaces(Text(result, tuple(moved), tuple(foreign)), block.text, apart)


def _placed(
    original: str,
    translated: str,
    at: int,
    spans: Sequence[Span],
    here: Sequence[int],
    links: str,
    languages: tuple[str, str],
) -> list[tuple[int, int]]:
    """Return the places of the spans `here` in the translation of the sentence that begins `at`."""
    if not here:
        return []
    local_number = {number: local for local, number in enumerate(here)}
    ranges = [
        (
            max(0, spans[n].start - at),
            min(len(original), spans[n].end - at),
            local_number.get(spans[n].parent, -1),
        )
        for n in here
    ]
    return place(original, translated, ranges, parse_links(links), languages)


def _between(
    spans: Sequence[Span], here: Sequence[int], low: int, high: int, length: int
) -> list[tuple[int, int]]:
    """Return the places of spans in what is between sentences, which has another length now."""
    found = []
    for number in here:
        start, end = max(spans[number].start, low) - low, min(spans[number].end, high) - low
        if high - low != length:
            start, end = 0 if start == 0 else length, 0 if end == 0 else length
        found.append((start, end))
    return found


def _with_spaces(text: Text, original: Text, apart: set[int]) -> Text:
    """Restore the space on both sides of an element without words, such as an image.

    White space in translations is normalised, so that only one of the two is left. Another space
    goes to each of the places `apart`, where words of two sentences have come together.
    """
    wanted = sorted(
        apart
        | {
            new.start
            for old, new in zip(original.spans, text.spans, strict=True)
            if old.start == old.end
            and original.text[max(0, old.start - 1) : old.start] == " "
            and original.text[old.end : old.end + 1] == " "
            and new.start == new.end
            and text.text[max(0, new.start - 1) : new.start].strip()
            and text.text[new.end : new.end + 1] == " "
        }
    )
    if not wanted:
        return text

    def moved(at: int) -> int:
        return at + bisect_left(wanted, at)

    # The element goes between the two spaces; other spans begin after both.
    there = set(wanted)
    spans = [
        replace(span, start=moved(span.start) + 1, end=moved(span.end) + 1)
        if span.start == span.end and span.start in there
        else replace(span, start=moved(span.start) + (span.start in apart), end=moved(span.end))
        for span in text.spans
    ]
    edges = [0, *wanted, len(text.text)]
    parts = [text.text[a:b] for a, b in pairwise(edges)]
    foreign = tuple((moved(low), moved(high)) for low, high in text.foreign)
    return Text(" ".join(parts), tuple(spans), foreign)


def _trimmed(span: Span, original: str, text: str) -> Span:
    """Move spaces at the edges of a span outside, unless they were inside in the original."""
    start, end = span.start, span.end
    while start < end and text[start].isspace() and not original[:1].isspace():
        start += 1
    while start < end and text[end - 1].isspace() and not original[-1:].isspace():
        end -= 1
    return span if start == end else replace(span, start=start, end=end)
