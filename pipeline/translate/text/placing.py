"""Where the inline elements of a sentence go in its translation.

In goes a sentence with ranges and its translation, out come ranges over the translation: no element
is lost, none crosses another, and every child lies within its parent. Pure.
"""

import re
from collections.abc import Collection, Sequence

from pipeline.translate.text.alignment import project, words

_WORD = re.compile(r"\w+")


def verbatim(source: str, target: str, start: int, end: int) -> tuple[int, int] | None:
    """The range's words where the translation has them unchanged, nearest to their place."""
    inside = source[start:end].strip()
    if not inside:
        return None
    found = [m.start() for m in re.finditer(rf"(?<!\w){re.escape(inside)}(?!\w)", target)]
    if not found:
        return None
    wanted = start / max(1, len(source)) * len(target)
    best = min(found, key=lambda at: abs(at - wanted))
    return best, best + len(inside)


def within(
    source: str,
    target: str,
    start: int,
    end: int,
    links: Collection[tuple[int, int]] = (),
) -> tuple[int, int] | None:
    """The letters of a range that is a part of a word ("H<sub>2</sub>O"), in the same word there.

    The word is there unchanged, or with the same letters around ("1<sup>st</sup>", "1o").
    """
    match = next((m for m in _WORD.finditer(source) if m.start() < end and m.end() > start), None)
    if start >= end or match is None or not (match.start() <= start and end <= match.end()):
        return None
    low, high = match.span()
    if (start, end) == (low, high):
        return None
    same = verbatim(source, target, low, high)
    if same:
        return same[0] + start - low, same[0] + end - low
    before, after = source[low:start], source[end:high]
    there = project(source, target, low, high, links)
    if there is None:
        return None
    word = target[slice(*there)]
    if len(word) <= len(before) + len(after) or not (
        word.startswith(before) and word.endswith(after)
    ):
        return None
    return there[0] + len(before), there[1] - len(after)


def beside(
    source: str,
    target: str,
    start: int,
    end: int,
    links: Collection[tuple[int, int]],
    languages: tuple[str, str] = ("", ""),
) -> tuple[int, int] | None:
    """The words that a word without links has gone into: those of the next one, or of the last.

    Of "the former chancellor" nothing is linked to "former" where the translation has one word.
    """
    there = words(source)
    inside = [n for n, (a, b) in enumerate(there) if a < end and b > start]
    if len(inside) != 1:
        return None
    for near in (inside[0] + 1, inside[0] - 1):
        if 0 <= near < len(there) and source[there[near][0]].isalnum():
            found = project(source, target, *there[near], links, languages)
            if found:
                return found
    return None


def proportional(source: str, target: str, start: int, end: int) -> tuple[int, int]:
    """The words at the same relative place: the fallback where nothing better is known."""
    if not target:
        return 0, 0
    if start <= 0 and end >= len(source) and end > start:
        return 0, len(target)
    there = words(target)
    if not there:
        return 0, len(target) if end > start else 0
    scale = len(target) / max(1, len(source))
    if start >= end:
        if start <= 0:
            return 0, 0
        if start >= len(source):
            return len(target), len(target)
        edges = [0, *(b for _, b in there)]
        at = min(edges, key=lambda edge: abs(edge - start * scale))
        return at, at
    left = min((a for a, _ in there), key=lambda edge: abs(edge - start * scale))
    right = min((b for _, b in there if b > left), key=lambda edge: abs(edge - end * scale))
    return left, right


def place(
    source: str,
    target: str,
    ranges: Sequence[tuple[int, int, int]],
    links: Collection[tuple[int, int]] = (),
    languages: tuple[str, str] = ("", ""),
) -> list[tuple[int, int]]:
    """Ranges over `target` for (start, end, parent) ranges over `source`, in their order.

    Words that occur unchanged on both sides win over the links of the alignment, these over the
    relative place.
    """
    placed: list[tuple[int, int]] = []
    for start, end, _ in ranges:
        if start <= 0 and end >= len(source):
            placed.append((0, len(target)))
            continue
        placed.append(
            verbatim(source, target, start, end)
            or within(source, target, start, end, links)
            or project(source, target, start, end, links, languages)
            or beside(source, target, start, end, links, languages)
            or proportional(source, target, start, end)
        )
    return untangle(placed, ranges, len(target))


def untangle(
    placed: Sequence[tuple[int, int]], ranges: Sequence[tuple[int, int, int]], length: int
) -> list[tuple[int, int]]:
    """Make placed ranges a tree again: parents widened to hold children, siblings cut apart."""
    out = [list(pair) for pair in placed]
    for number in range(len(out) - 1, -1, -1):
        parent = ranges[number][2]
        if parent >= 0 and out[number][0] < out[number][1]:
            if ranges[parent][0] == ranges[number][0] and ranges[parent][1] == ranges[number][1]:
                out[parent] = list(out[number])
            out[parent][0] = min(out[parent][0], out[number][0])
            out[parent][1] = max(out[parent][1], out[number][1])
    taken: dict[int, list[list[int]]] = {}
    for number, (_, _, parent) in enumerate(ranges):
        low, high = (0, length) if parent < 0 else out[parent]
        pair = out[number]
        pair[0], pair[1] = min(max(pair[0], low), high), min(max(pair[1], low), high)
        for other in taken.get(parent, ()):
            if pair[0] < other[1] and other[0] < pair[1]:  # they overlap: the later one yields
                if pair[1] - other[1] >= other[0] - pair[0]:
                    pair[0], pair[1] = other[1], max(pair[1], other[1])
                else:
                    pair[1] = other[0]
            elif pair[0] == pair[1] and other[0] < pair[0] < other[1]:
                pair[0] = pair[1] = other[1]
        taken.setdefault(parent, []).append(pair)
    return [(a, b) for a, b in out]
