"""What is measured of the blocks of an article to tell those of a consent notice.

In: `Line`s, the blocks of a container, in order, and the article's title. Out: what is `seen` in a
line by itself, and the `FEATURES` of each line among the others. Never raises. No word is a
verdict: words of lists, words that many languages share, what can be pressed, and how much of a
block's vocabulary the rest of the article shares are numbers for a model (`notices`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.extract.clutter import choices, consent
from pipeline.extract.page import cognates, lexicon
from pipeline.extract.page.elements import ITEMS
from pipeline.extract.page.node import width

FEATURES: Final = (
    *("constant", "density", "you", "we", "told", "cookie", "caseless"),
    *("button", "press", "label", "heading", "item", "long", "sentence"),
    *("digits", "quotes", "names", "shared", "first", "last"),
    *("beside", "next", "pressed", "buttons", "links", "adjacent"),
)
"""What is measured of a block, in the order of the model's weights."""

_LONGEST = 1200  # characters of a block that may belong to a notice
_NEAR = 3  # blocks before and after that are neighbours
_EDGE = 8  # blocks at the beginning and at the end
_WORD = re.compile(r"[^\W\d_]{4,}")
_WIDE = re.compile("[\u0e00-\u0e7f\u30a0-\u30ff\u3400-\u9fff]{2,}")
QUOTE = re.compile('[“”«»„"「」『』]')
CAPITAL = re.compile(r"(?<=[\w,;] )[^\W\d_]\w+")
TALK: Final = frozenset({"you", "we"})
"""Subjects that are no subjects: whom a text addresses, and who speaks."""


@dataclass(frozen=True, slots=True)
class Line:
    """A block: the name of its element, its text, the same normalised, what is pressed around it.

    `open` says that it may belong to a notice: it is no footnote and no caption.
    """

    name: str
    text: str
    words: str
    shape: choices.Shape = choices.NOTHING
    open: bool = True


@dataclass(slots=True)
class Seen:
    """What is found in a line by itself."""

    subjects: frozenset[str] = frozenset()
    cookie: bool = False
    cognates: frozenset[str] = frozenset()
    button: bool = False
    label: bool = False
    shape: choices.Shape = choices.NOTHING

    def says(self, who: str) -> bool:
        """Whether the reader is addressed ("you"), or the site speaks of itself ("we")."""
        return who in self.subjects

    @property
    def count(self) -> int:
        """The number of subjects of notices, "you" and "we" not counted."""
        return len(self.subjects - TALK) + self.cookie

    @property
    def telling(self) -> bool:
        """Whether it has enough of what notices have to be the first or the last of one."""
        if self.cookie or self.action or self.shape.links:
            return True
        return self.count > (0 if self.label or self.subjects & TALK else 1)

    @property
    def plain(self) -> bool:
        """Whether it has more than one or two subjects, which other texts have too."""
        if self.cookie or self.action or self.shape.links:
            return True
        return self.count > 2 or bool(self.subjects & TALK)

    @property
    def action(self) -> bool:
        return self.button or self.shape.press


def measured(
    lines: Sequence[Line], title: str, seen: Sequence[Seen] | None = None
) -> list[list[float]]:
    """Return the `FEATURES` of each line."""
    seen = seen or [see(line) for line in lines]
    shared = _shared(lines, title, seen)
    beside = _summed([one.shape.controls for one in seen])
    rows = []
    for place, (line, one) in enumerate(zip(lines, seen, strict=True)):
        around = [*seen[max(0, place - _NEAR) : place], *seen[place + 1 : place + 1 + _NEAR]]
        adjacent = [*seen[max(0, place - 1) : place], *seen[place + 1 : place + 2]]
        text = line.text
        size = max(1, width(text))
        rows.append(
            [
                1.0,
                min(1.0, 15 * one.count / max(40, size)) ** 0.5,
                float(one.says("you")),
                float(one.says("we")),
                float(one.count > 1 and (one.says("you") or one.says("we"))),
                float(one.cookie),
                float(text.upper() == text.lower()),
                float(one.button),
                float(one.shape.press),
                float(one.label),
                float(line.name[:1] == "h" and line.name[1:].isdigit()),
                float(line.name in ITEMS),
                float(size > 350),
                float(choices.STOP.search(text) is not None),
                min(2, len(re.findall(r"\d+", text))) / 2,
                float(QUOTE.search(text) is not None),
                min(4, sum(word[0].isupper() for word in CAPITAL.findall(text))) / 2,
                shared[place],
                float(place < _EDGE),
                float(place >= len(lines) - _EDGE),
                min(6, max((other.count for other in around), default=0)) / 3,
                min(6, max((other.count for other in adjacent), default=0)) / 3,
                min(2, beside[place]) / 2,
                min(2, sum(other.button for other in around)) / 2,
                min(2, one.shape.links) / 2,
                float(any(other.action for other in adjacent)),
            ]
        )
    return rows


def see(line: Line) -> Seen:
    if not line.open or len(line.text) > _LONGEST:
        return Seen()
    text, words = line.text, line.words
    bare, unquoted = consent.unquoted(text)  # a quoted notice is reported
    short = len(text) <= choices.LABEL and choices.STOP.search(text) is None
    return Seen(
        subjects=lexicon.subjects(unquoted),
        cookie=consent.names_cookies(bare),
        button=lexicon.is_button(words),
        cognates=cognates.subjects(text),
        shape=line.shape,
        label=short,
    )


def _summed(counts: Sequence[int]) -> list[int]:
    """Return the sum of each number and its neighbours."""
    return [sum(counts[max(0, place - _NEAR) : place + 1 + _NEAR]) for place in range(len(counts))]


def _shared(lines: Sequence[Line], title: str, seen: Sequence[Seen]) -> list[float]:
    """Return the share of each line's vocabulary that the article's other lines have, 0 to 1."""
    units = [units_of(line.text) for line in lines]
    places: dict[str, set[int]] = {}
    for place, (one, found) in enumerate(zip(seen, units, strict=True)):
        if one.count < 2 and not one.cookie and not one.action:
            for unit in found:
                places.setdefault(unit, set()).add(place)
    for unit in units_of(title):
        places.setdefault(unit, set()).add(-1)
    shares = []
    for place, found in enumerate(units):
        common = sum(_elsewhere(places.get(unit), place) for unit in found)
        shares.append(common / max(4, len(found)))
    return shares


def _elsewhere(places: set[int] | None, place: int) -> bool:
    """Say whether any of the places is another one."""
    return places is not None and (len(places) > 1 or place not in places)


def units_of(text: str) -> set[str]:
    """Return the beginnings of a text's words, or pairs of signs where no space parts words."""
    units = {word[:6] for word in _WORD.findall(text.casefold())} if text else set()
    for run in _WIDE.findall(text):
        units.discard(run[:6])
        units.update(run[place : place + 2] for place in range(len(run) - 1))
    return units
