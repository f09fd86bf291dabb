"""Place the inline elements of a sentence in its translation.

`place` takes a sentence with the ranges of its elements, and its translation with alignment links.
It returns ranges over the translation: no element is lost, none crosses another, every child is
inside its parent, and none that had words is empty, as far as there are words. The time is in
proportion to the number of elements. Pure functions; never raises.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Sequence

from pipeline.translate.text.alignment import Projection
from pipeline.translate.text.spans import is_stand_in

_WORD = re.compile(r"\w+")
_WORD_LENGTH = 60  # characters that are searched for a word beside an element
_QUOTES = "\"'“”„«»‘’‚‹›"


class _Placer:
    """Places ranges of one sentence; what they have in common is computed once."""

    def __init__(
        self,
        source: str,
        target: str,
        links: Collection[tuple[int, int]],
        languages: tuple[str, str],
    ) -> None:
        self.source, self.target = source, target
        self.projection = Projection(source, target, links, languages)
        self._runs = [match.span() for match in _WORD.finditer(source)]
        self._run_ends = [end for _, end in self._runs]
        self._at: dict[str, list[int]] = {}  # where the target has a word
        for match in _WORD.finditer(target):
            self._at.setdefault(match[0], []).append(match.start())
        self._starts = [a for a, _ in self.projection.there]
        self._ends = [b for _, b in self.projection.there]

    def place(self, start: int, end: int) -> tuple[int, int]:
        if start <= 0 and end >= len(self.source):
            return 0, len(self.target)
        if start >= end:
            at = self._point(start)
            return at, at
        same = self._verbatim(start, end)
        if same:
            return same
        if is_stand_in(self.source[start:end]):
            at = self._proportional(start, end)[1]
            return at, at
        return (
            self._within(start, end)
            or self._beside_hyphen(start, end)
            or self._beside(start, end)
            or self._proportional(start, end)
        )

    def _verbatim(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where the translation has the range's words unchanged, or None.

        Of several places the one nearest to the same relative position.
        """
        inside = self.source[start:end].strip()
        wanted = start / max(1, len(self.source)) * len(self.target)
        first = _WORD.search(inside)
        if first is None:
            found = self._nearest(inside, round(wanted)) if inside else -1
        else:
            shift = first.start()
            places = self._at.get(first[0], [])
            middle = bisect_left(places, wanted + shift)
            near = [*places[middle : middle + _TRIED], *places[max(0, middle - _TRIED) : middle]]
            fitting = [at - shift for at in near if self._has_at(inside, at - shift)]
            found = min(fitting, key=lambda at: abs(at - wanted), default=-1)
        return (found, found + len(inside)) if found >= 0 else None

    def _has_at(self, inside: str, at: int) -> bool:
        end = at + len(inside)
        if at < 0 or not self.target.startswith(inside, at):
            return False
        return not (_is_word(inside[-1]) and _is_word(self.target[end : end + 1]))

    def _nearest(self, inside: str, wanted: int) -> int:
        right = self.target.find(inside, wanted)
        left = self.target.rfind(inside, 0, wanted + len(inside))
        if right < 0 or left < 0:
            return max(right, left)
        return right if right - wanted < wanted - left else left

    def _run(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the source's run of letters and digits that [start, end) is a part of, or None."""
        number = bisect_right(self._run_ends, start)
        if number == len(self._runs):
            return None
        low, high = self._runs[number]
        inside = low <= start and end <= high and (start, end) != (low, high)
        return (low, high) if inside else None

    def _within(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the place of a range that is part of a word ("H<sub>2</sub>O"), or None.

        The translation must have the word unchanged, or with the same letters around the range
        ("1<sup>st</sup>" and "1o").
        """
        run = self._run(start, end)
        if run is None:
            return None
        low, high = run
        same = self._verbatim(low, high)
        if same:
            return same[0] + start - low, same[0] + end - low
        before, after = self.source[low:start], self.source[end:high]
        there = self.projection.of(low, high)
        if there is None:
            return None
        word = self.target[slice(*there)]
        if len(word) <= len(before) + len(after) or not (
            word.startswith(before) and word.endswith(after)
        ):
            return None
        return there[0] + len(before), there[1] - len(after)

    def _beside_hyphen(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the place by alignment, without the part of a word before or after the range.

        The links number "1-London" as one word, of which only "London" may be in the range.
        """
        there = self.projection.of(start, end)
        if there is None:
            return None
        inside = self.projection.inside(start, end)
        low, high = self.projection.here[inside[0]][0], self.projection.here[inside[-1]][1]
        before, after = self.source[low:start], self.source[end:high]
        word = self.target[slice(*there)]
        if before and word.startswith(before) and len(word) > len(before):
            there = there[0] + len(before), there[1]
        if after and word.endswith(after) and there[1] - there[0] > len(after):
            there = there[0], there[1] - len(after)
        return there

    def _beside(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the place of the neighbour of a single word without links, or None.

        The next word comes first, then the previous one. Example: the translation of "former
        chancellor" may be one word, to which only "chancellor" is linked.
        """
        here = self.projection.here
        inside = self.projection.inside(start, end)
        if len(inside) != 1:
            return None
        for near in (inside[0] + 1, inside[0] - 1):
            if 0 <= near < len(here) and self.source[here[near][0]].isalnum():
                found = self.projection.of(*here[near])
                if found:
                    return found
        return None

    def _proportional(self, start: int, end: int) -> tuple[int, int]:
        """Return the words at the same relative position: the fallback."""
        if not self._starts:
            return 0, len(self.target)
        scale = len(self.target) / max(1, len(self.source))
        left = _closest(self._starts, start * scale)
        right = _closest(self._ends[bisect_right(self._ends, left) :], end * scale)
        return left, right

    def _point(self, at: int) -> int:
        """Return the place of an element without words.

        It stays behind the word that it follows without a space, or before the word that follows
        it; a note mark also stays behind that word's punctuation. Else it goes behind the
        translation of the word before it, or to the same relative position.
        """
        if at <= 0:
            return 0
        if at >= len(self.source):
            return len(self.target)
        left, right = self.source[at - 1], self.source[at]
        if left.isspace() and not right.isspace():
            following = self.projection.inside(at, at + 1)
            there = self._word(following[0]) if following else None
            if there:
                return there[0]
        before = len(self.source[:at].rstrip())
        number = bisect_left(self._run_ends, before)
        if number < len(self._runs) and self._runs[number][0] < before < self._run_ends[number]:
            return self._in_word(*self._runs[number], before)
        word = self.projection.inside(0, before)
        last = next((n for n in reversed(word[-_TRIED:]) if self._is_word_here(n)), None)
        there = self._word(last) if last is not None else None
        if last is None or there is None:
            scale = len(self.target) / max(1, len(self.source))
            return _closest([0, *self._ends], at * scale)
        place = there[1]
        for mark in self.source[self.projection.here[last][1] : before]:
            shown = self.target[place : place + 1]
            if shown and (shown == mark or (mark in _QUOTES and shown in _QUOTES)):
                place += 1
        return place

    def _is_word_here(self, number: int) -> bool:
        return self.source[self.projection.here[number][0]].isalnum()

    def _word(self, number: int) -> tuple[int, int] | None:
        """Return the place of one of the source's words, or None."""
        start, end = self.projection.here[number]
        return self._verbatim(start, end) or self.projection.of(start, end)

    def _in_word(self, low: int, high: int, at: int) -> int:
        """Return the place of an element inside a word ("inter<wbr>national")."""
        there = self._verbatim(low, high) or self.projection.of(low, high)
        if there is None:
            return self._proportional(low, high)[1]
        prefix = self.source[low:at]
        same = self.target.startswith(prefix, there[0]) and there[0] + len(prefix) < there[1]
        return there[0] + len(prefix) if same else there[1]


_TRIED = 8
"""Occurrences of a word on each side of its expected place that are compared."""


def _is_word(char: str) -> bool:
    return _WORD.match(char) is not None


def _closest(edges: Sequence[int], wanted: float) -> int:
    """Return the one of some sorted numbers that is closest to another."""
    at = bisect_left(edges, wanted)
    return min(edges[max(0, at - 1) : at + 1], key=lambda edge: abs(edge - wanted))


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
    placer = _Placer(source, target, links, languages)
    placed = [placer.place(start, end) for start, end, _ in ranges]
    return untangle(placed, ranges, target)


def untangle(
    placed: Sequence[tuple[int, int]], ranges: Sequence[tuple[int, int, int]], target: str
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
    for number, (start, end, parent) in enumerate(ranges):
        low, high = (0, len(target)) if parent < 0 else out[parent]
        pair = out[number]
        pair[0], pair[1] = min(max(pair[0], low), high), min(max(pair[1], low), high)
        siblings = taken.setdefault(parent, [])
        _separate(pair, siblings)
        if start < end and pair[0] == pair[1] and placed[number][0] < placed[number][1]:
            if parent >= 0 and ranges[parent][:2] == (start, end):
                pair[:] = low, high
            else:
                _share(pair, siblings, target, (low, high))
        insort(siblings, pair)
    for pair, (_, _, parent) in zip(out, ranges, strict=True):
        if parent >= 0:  # it may have given words to a sibling since
            low, high = out[parent]
            pair[0], pair[1] = min(max(pair[0], low), high), min(max(pair[1], low), high)
    return [(a, b) for a, b in out]


def _separate(pair: list[int], siblings: Sequence[list[int]]) -> None:
    """Shorten a range so that it overlaps none of its siblings, which are sorted and apart."""
    at = bisect_left(siblings, pair[0], key=lambda one: one[1])
    while at < len(siblings) and siblings[at][0] < max(pair[1], pair[0] + 1):
        other = siblings[at]
        at += 1
        if other[0] <= pair[0] < pair[1] <= other[1] and _makes_room(other, pair):
            continue
        if pair[0] < other[1] and other[0] < pair[1]:
            if other[0] <= pair[0] and pair[1] <= other[1]:
                pair[0] = pair[1] = other[1]
            elif pair[1] - other[1] >= other[0] - pair[0]:
                pair[0], pair[1] = other[1], max(pair[1], other[1])
            else:
                pair[1] = other[0]
        elif pair[0] == pair[1] and other[0] < pair[0] < other[1]:
            pair[0] = pair[1] = other[1]


def _makes_room(other: list[int], pair: Sequence[int]) -> bool:
    """Shorten a range around another one to the side beside it, if most of it is there."""
    left, right = pair[0] - other[0], other[1] - pair[1]
    if max(left, right) * 2 < other[1] - other[0]:
        return False
    if right >= left:
        other[0] = pair[1]
    else:
        other[1] = pair[0]
    return True


def _share(
    pair: list[int], siblings: Sequence[list[int]], target: str, bounds: tuple[int, int]
) -> None:
    """Give an empty range that had words the word beside it, or a part of its neighbour's words.

    A link without words would be lost for readers.
    """
    at = bisect_left(siblings, pair[0], key=lambda one: one[1])
    left = siblings[at - 1] if at and siblings[at - 1][1] <= pair[0] else None
    if at < len(siblings) and siblings[at][1] <= pair[0]:
        left, at = siblings[at], at + 1
    right = siblings[at] if at < len(siblings) else None
    after = _WORD.search(target, pair[0], right[0] if right else bounds[1])
    before = _last_word(target, left[1] if left else bounds[0], pair[0])
    if after:
        pair[:] = after.span()
    elif before:
        pair[:] = before
    elif left and left[1] == pair[0] and left[1] - left[0] > 1:
        cut = _middle(target, *left)
        pair[0], pair[1], left[1] = cut, left[1], cut
    elif right and right[0] == pair[0] and right[1] - right[0] > 1:
        cut = _middle(target, *right)
        pair[0], pair[1], right[0] = right[0], cut, cut


def _last_word(target: str, start: int, end: int) -> tuple[int, int] | None:
    near = max(start, end - _WORD_LENGTH)
    return max((m.span() for m in _WORD.finditer(target, near, end)), default=None)


def _middle(target: str, start: int, end: int) -> int:
    """Return where to cut a range in two: between words if it has several, else in the middle."""
    middle = (start + end) // 2
    edges = [m.start() for m in _WORD.finditer(target, start, end)][1:]
    return min(edges, key=lambda edge: abs(edge - middle), default=max(start + 1, middle))
