"""Changes to a text, and what they do to its words.

In go a text and replacements of ranges of it, out come the new text and which of its words each old
word became, so that word links (see `alignment`) can follow. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.translate.text.alignment import Links, words


@dataclass(frozen=True, slots=True)
class Edit:
    """The characters [start, end) become `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A text after its edits."""

    text: str
    old: str
    edits: tuple[Edit, ...]

    @property
    def became(self) -> tuple[tuple[int, ...], ...]:
        """For each word of the old text those of the new one; for links, which few texts have."""
        before = words(self.old)
        if not self.edits:
            return tuple((number,) for number in range(len(before)))
        moved = self._moved()
        there = words(self.text)
        found = []
        for start, end in before:
            low, high = _place(moved, start, False), _place(moved, end, True)
            found.append(tuple(n for n, (a, b) in enumerate(there) if a < high and b > low))
        return tuple(found)

    @property
    def came_from(self) -> dict[int, tuple[int, ...]]:
        """For words of the new text the words of the old one that became them."""
        found: dict[int, tuple[int, ...]] = {}
        for old, news in enumerate(self.became):
            for new in news:
                found[new] = (*found.get(new, ()), old)
        return found

    def _moved(self) -> list[tuple[int, int, int, int]]:
        """Each edit's old range and its new one."""
        moved, shift = [], 0
        for one in self.edits:
            start = one.start + shift
            moved.append((one.start, one.end, start, start + len(one.text)))
            shift += len(one.text) - (one.end - one.start)
        return moved


def edited(text: str, edits: Sequence[Edit]) -> Edited:
    """Apply edits that do not overlap, given in the order of their places."""
    out: list[str] = []
    at = 0
    for one in edits:
        out += [text[at : one.start], one.text]
        at = one.end
    return Edited("".join([*out, text[at:]]), text, tuple(edits))


def _place(moved: Sequence[tuple[int, int, int, int]], position: int, is_end: bool) -> int:
    """Where a position of the old text is in the new one."""
    shift = 0
    for start, end, new_start, new_end in moved:
        if position < start or (position == start and (is_end or start == end)):
            break
        if position < end or (position == end and is_end):
            return new_end if is_end else new_start
        shift = new_end - end
    return position + shift


def carried(
    links: Iterable[tuple[int, int]],
    sources: Mapping[int, Sequence[int]] | Sequence[Sequence[int]],
    targets: Mapping[int, Sequence[int]] | Sequence[Sequence[int]],
) -> Links:
    """Word links after edits: each word of a link goes to what it became; what is gone goes."""

    def after(
        word: int, became: Mapping[int, Sequence[int]] | Sequence[Sequence[int]]
    ) -> Sequence[int]:
        if isinstance(became, Mapping):
            return became.get(word, ())
        return became[word] if word < len(became) else ()

    return frozenset((s, t) for a, b in links for s in after(a, sources) for t in after(b, targets))
