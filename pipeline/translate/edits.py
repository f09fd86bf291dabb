"""Changes to a text, and what they do to its words.

In go a text and replacements of ranges of it, out come the new text and which of its words each old
word became, so that word links (see `alignment`) can follow. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.translate.alignment import Links, words


@dataclass(frozen=True, slots=True)
class Edit:
    """The characters [start, end) become `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A text after its edits. `became` has for each word of the old text those of the new one."""

    text: str
    became: tuple[tuple[int, ...], ...]

    @property
    def came_from(self) -> dict[int, tuple[int, ...]]:
        """For words of the new text the words of the old one that became them."""
        found: dict[int, tuple[int, ...]] = {}
        for old, news in enumerate(self.became):
            for new in news:
                found[new] = (*found.get(new, ()), old)
        return found


def edited(text: str, edits: Sequence[Edit]) -> Edited:
    """Apply edits that do not overlap, given in the order of their places."""
    out: list[str] = []
    moved: list[tuple[int, int, int, int]] = []  # each edit's old range and new one
    at = length = 0
    for one in edits:
        out += [text[at : one.start], one.text]
        length += one.start - at
        moved.append((one.start, one.end, length, length + len(one.text)))
        length += len(one.text)
        at = one.end
    new = "".join([*out, text[at:]])
    if not edits:
        return Edited(new, tuple((number,) for number in range(len(words(text)))))
    there = words(new)

    def place(position: int, is_end: bool) -> int:
        shift = 0
        for start, end, new_start, new_end in moved:
            if position < start or (position == start and (is_end or start == end)):
                break
            if position < end or (position == end and is_end):
                return new_end if is_end else new_start
            shift = new_end - end
        return position + shift

    became = []
    for start, end in words(text):
        low, high = place(start, False), place(end, True)
        became.append(tuple(n for n, (a, b) in enumerate(there) if a < high and b > low))
    return Edited(new, tuple(became))


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
