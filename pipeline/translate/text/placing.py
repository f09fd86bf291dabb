"""Place the inline elements of a sentence in its translation.

`place` takes a sentence with the ranges of its elements, and its translation with alignment links.
It returns ranges over the translation: no element is lost, none crosses another, and every child is
inside its parent. Pure functions; never raises.
"""

import re
from collections.abc import Collection, Sequence

from pipeline.translate.text.alignment import project, words

_WORD = re.compile(r"\w+")


def verbatim(source: str, target: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where the translation has the range's words unchanged, or None.

    Of several places the one nearest to the same relative position.
    """
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
    """Return the place of a range that is part of a word ("H<sub>2</sub>O"), or None.

    The translation must have the word unchanged, or with the same letters around the range
    ("1<sup>st</sup>" and "1o").
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
    """Return the place of the neighbour of a single word without links, or None.

    The next word comes first, then the previous one. Example: the translation of "former
    chancellor" may be one word, to which only "chancellor" is linked.
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
    """Return the words at the same relative position: the fallback."""
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
    """Return ranges over `target` for (start, end, parent) ranges over `source`, in their order.

    Words that are unchanged in the translation take precedence over alignment links, and links over
    the relative position.
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
    """Make the placed ranges a tree again: widen parents to their children, separate siblings."""
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
            if pair[0] < other[1] and other[0] < pair[1]:  # they overlap: shorten the later one
                if pair[1] - other[1] >= other[0] - pair[0]:
                    pair[0], pair[1] = other[1], max(pair[1], other[1])
                else:
                    pair[1] = other[0]
            elif pair[0] == pair[1] and other[0] < pair[0] < other[1]:
                pair[0] = pair[1] = other[1]
        taken.setdefault(parent, []).append(pair)
    return [(a, b) for a, b in out]
