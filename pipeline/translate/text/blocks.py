"""Divide texts with spans into segments, and build translated texts with spans again.

`block` takes a text of `markup` and finds its sentences. `rebuild` takes a block and the
translations of its segments, and returns the text in the target language with every span.
Pure functions; never raises for complete translations.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.translate.text.alignment import parse_links
from pipeline.translate.text.markup import Span, Text
from pipeline.translate.text.placing import place, untangle
from pipeline.translate.text.segments import Sentence, normalise, sentences, separator


@dataclass(frozen=True, slots=True)
class Block:
    """A text, the ranges of its sentences, and its `segments`: the sentences, normalised."""

    text: Text
    ranges: tuple[Sentence, ...]
    segments: tuple[str, ...]

    @property
    def aligned(self) -> set[str]:
        """The segments in which a span begins or ends: those that need alignment links."""
        return {
            segment
            for r, segment in zip(self.ranges, self.segments, strict=True)
            if any(r.start < s.start < r.end or r.start < s.end < r.end for s in self.text.spans)
        }


def block(text: Text, language: str) -> Block:
    """Return the block of a text in `language`: its sentences and segments."""
    ranges = tuple(sentences(text.text, language))
    return Block(text, ranges, tuple(normalise(text.text[r.start : r.end]) for r in ranges))


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
    out: list[str] = []
    foreign: list[tuple[int, int]] = []
    length = at = 0
    # For each span, the range in the result that its parts have so far.
    starts: list[int | None] = [None] * len(spans)
    ends: list[int | None] = [None] * len(spans)

    def note(number: int, start: int, end: int) -> None:
        if starts[number] is None:
            starts[number] = start
        ends[number] = end

    def between(upto: int, last: bool) -> None:
        nonlocal length
        piece = text[at:upto]
        joined = piece if last or not out else separator(piece, source, target)
        for number, span in enumerate(spans):
            a, b = max(span.start, at), min(span.end, upto)
            if a < b or (
                span.start == span.end and at <= span.start <= upto and starts[number] is None
            ):
                if joined == piece:
                    note(number, length + a - at, length + b - at)
                else:
                    note(number, length, length + len(joined))
        out.append(joined)
        length += len(joined)

    for sentence, segment in zip(block.ranges, block.segments, strict=True):
        between(sentence.start, False)
        translated = known[segment]
        inside = [
            n
            for n, span in enumerate(spans)
            if (span.start < sentence.end and span.end > sentence.start)
            or (span.start == span.end and sentence.start < span.start < sentence.end)
        ]
        if inside:
            original = text[sentence.start : sentence.end]
            local = [
                (
                    max(0, spans[n].start - sentence.start),
                    min(len(original), spans[n].end - sentence.start),
                    inside.index(spans[n].parent) if spans[n].parent in inside else -1,
                )
                for n in inside
            ]
            pairs = parse_links((links or {}).get(segment, ""))
            places = place(original, translated, local, pairs, (source, target))
            for n, (a, b) in zip(inside, places, strict=True):
                note(n, length + a, length + b)
        ranges = (kept or {}).get(segment, ())
        foreign += [(length + a, length + b) for a, b in ranges]
        out.append(translated)
        length += len(translated)
        at = sentence.end
    between(len(text), True)
    if not spans:
        return Text("".join(out), (), tuple(foreign))
    shape = [(span.start, span.end, span.parent) for span in spans]
    joined_ranges = [(a or 0, b or 0) for a, b in zip(starts, ends, strict=True)]
    final = untangle(joined_ranges, shape, length)
    result = "".join(out)
    parents = {span.parent for span in spans}
    moved = [
        replace(span, start=a, end=b)
        if number in parents or span.inner is not None
        else _trimmed(replace(span, start=a, end=b), text[span.start : span.end], result)
        for number, (span, (a, b)) in enumerate(zip(spans, final, strict=True))
    ]
    return _with_spaces(Text(result, tuple(moved), tuple(foreign)), block.text)


def _with_spaces(text: Text, original: Text) -> Text:
    """Restore the space on both sides of an element without words, such as an image.

    White space in translations is normalised, so that only one of the two is left.
    """
    wanted = sorted(
        {
            new.start
            for old, new in zip(original.spans, text.spans, strict=True)
            if old.start == old.end
            and original.text[: old.start].endswith(" ")
            and original.text[old.end :].startswith(" ")
            and new.start == new.end
            and text.text[: new.start][-1:].strip()
            and text.text[new.end :].startswith(" ")
        }
    )
    for at in reversed(wanted):

        def moved(place: int, at: int = at) -> int:
            return place + (place > at)

        spans = [
            # The element goes between the two spaces; other spans begin after both.
            replace(span, start=at + 1, end=at + 1)
            if span.start == span.end == at
            else replace(span, start=moved(span.start), end=moved(span.end))
            for span in text.spans
        ]
        foreign = tuple((moved(low), moved(high)) for low, high in text.foreign)
        text = Text(f"{text.text[:at]} {text.text[at:]}", tuple(spans), foreign)
    return text


def _trimmed(span: Span, original: str, text: str) -> Span:
    """Move spaces at the edges of a span outside, unless they were inside in the original."""
    start, end = span.start, span.end
    while start < end and text[start].isspace() and not original[:1].isspace():
        start += 1
    while start < end and text[end - 1].isspace() and not original[-1:].isspace():
        end -= 1
    return span if start == end else replace(span, start=start, end=end)
