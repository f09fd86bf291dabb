"""Edit a text and map its words, so that alignment links stay correct.

`edited` takes a text and replacements of ranges, and returns the new text with the mapping from old
to new words. `carried` applies such mappings to alignment links. Pure functions; never raises.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.translate.text.alignment import Links, parse_links, pharaoh, words


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of the characters [start, end) by `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A text after its edits; `old` is the text before."""

    text: str
    old: str
    edits: tuple[Edit, ...]

    @property
    def became(self) -> tuple[tuple[int, ...], ...]:
        """For each word of the old text, the numbers of its words in the new text.

        Computed on demand: few texts have links.
        """
        before = words(self.old)
        if not self.edits:
            return tuple((number,) for number in range(len(before)))
        shifted = self._shifted_ranges()
        there = words(self.text)
        found = []
        for start, end in before:
            low, high = _new_position(shifted, start, False), _new_position(shifted, end, True)
            found.append(tuple(n for n, (a, b) in enumerate(there) if a < high and b > low))
        return tuple(found)

    @property
    def came_from(self) -> dict[int, tuple[int, ...]]:
        """For words of the new text, the numbers of the old words that they come from."""
        found: dict[int, tuple[int, ...]] = {}
        for old, news in enumerate(self.became):
            for new in news:
                found[new] = (*found.get(new, ()), old)
        return found

    def _shifted_ranges(self) -> list[tuple[int, int, int, int]]:
        """Return (start, end, new start, new end) of each edit."""
        shifted, shift = [], 0
        for one in self.edits:
            start = one.start + shift
            shifted.append((one.start, one.end, start, start + len(one.text)))
            shift += len(one.text) - (one.end - one.start)
        return shifted


def edited(text: str, edits: Sequence[Edit]) -> Edited:
    """Apply edits, which must be in order and must not overlap."""
    out: list[str] = []
    at = 0
    for one in edits:
        out += [text[at : one.start], one.text]
        at = one.end
    return Edited("".join([*out, text[at:]]), text, tuple(edits))


def _new_position(shifted: Sequence[tuple[int, int, int, int]], position: int, is_end: bool) -> int:
    """Return the position in the new text for one in the old text."""
    shift = 0
    for start, end, new_start, new_end in shifted:
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
    """Return alignment links after edits; links of removed words are dropped.

    `sources` and `targets` map the number of each old word to those of the new words.
    """

    def after(
        word: int, became: Mapping[int, Sequence[int]] | Sequence[Sequence[int]]
    ) -> Sequence[int]:
        if isinstance(became, Mapping):
            return became.get(word, ())
        return became[word] if word < len(became) else ()

    return frozenset((s, t) for a, b in links for s in after(a, sources) for t in after(b, targets))


def relinked(links: str, source: Edited, target: Edited) -> str:
    """Return links in Pharaoh format for the source before its edits and the target after them."""
    return pharaoh(carried(parse_links(links), source.came_from, target.became)) if links else ""
