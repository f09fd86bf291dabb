"""What stands with choices, judged as one: notices in languages of which no list knows a word.

In: the lines of a container with what is seen in them, in order. Out: the `Region`s that may be a
notice, each with its `FEATURES` for a model (`notices`). Never raises.

A region ends in a run of choices, or of links to a policy, and begins some lines above; or it is a
box with choices in it. What tells a notice from the article above a row of buttons is what it does
not share: its words with the article's other words, numbers, names and quotations with reports.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.extract.clutter.noticelines import CAPITAL, QUOTE, Line, Seen, units_of
from pipeline.extract.page.elements import ITEMS, SUBHEADINGS
from pipeline.extract.page.node import width

FEATURES: Final = (
    *("constant", "several", "box", "policy", "heading", "titled", "begins", "ends"),
    *("lines", "items", "long", "cookie", "cognates", "shared", "worst", "above"),
    *("digits", "quotes", "names", "strange", "told", "topic", "off", "rows"),
)
"""What is measured of a region, in the order of the model's weights."""

_LINES = 9  # lines of a region above its choices
_WIDTH = 2000  # of the largest region
_ROWS = 20  # runs of choices looked at from each end of the text
_NEAR = 12  # lines around a region that it is compared with
_LONG = 350  # width of a line longer than those of a notice
_SHORT = re.compile(r"\b[^\W\d_]{1,4}\b")
_WORD = re.compile(r"[^\W\d_]{3,}")
_NUMBER = re.compile(r"\d+")
_FEW = 4  # short words of a line that tell nothing of its language
_GRAMMAR = 40  # short words of a text that tells something of its language


@dataclass(frozen=True, slots=True)
class Region:
    """Lines that may be a notice: their places, the run that they end in, and their features."""

    lines: range
    row: int
    features: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """The lines, and what all regions are measured by."""

    lines: Sequence[Line]
    seen: Sequence[Seen]
    units: list[set[str]]
    spans: dict[str, tuple[int, int]]
    strange: list[float]
    named: list[bool]
    rows: int

    def shared(self, places: range, region: range) -> float:
        """Return the share of the vocabulary of lines that stands outside a region, 0 to 1."""
        own = set[str]().union(*(self.units[place] for place in places))
        common = 0
        for unit in own:
            first, last = self.spans[unit]
            common += first < region.start or last >= region.stop
        return common / max(4, len(own))

    def worst(self, region: range) -> float:
        """Return the greatest share of a line of several words that stands outside a region."""
        lines = (place for place in region if len(self.units[place]) >= _FEW)
        shares = (self.shared(range(place, place + 1), region) for place in lines)
        return max(shares, default=0.0)

    def off(self, region: range) -> float:
        """Return the share of other lines with a word of the title, 0 where one of its own has."""
        if any(self.named[place] for place in region):
            return 0.0
        around = range(max(0, region.start - _NEAR), min(len(self.lines), region.stop + _NEAR))
        others = [place for place in around if place not in region and not self.seen[place].label]
        return sum(self.named[place] for place in others) / max(3, len(others))

    def beside(self, place: int) -> float:
        """Return the share of a neighbour's vocabulary; a half where there is none."""
        one = range(place, place + 1)
        return self.shared(one, one) if 0 <= place < len(self.lines) else 0.5


def find(lines: Sequence[Line], seen: Sequence[Seen], title: str) -> list[Region]:
    """Return the regions that may be a notice."""
    rows = [row for row in _rows(lines) if len(row) <= _LINES]
    if len(rows) > 2 * _ROWS:
        rows = rows[:_ROWS] + rows[-_ROWS:]
    if not rows:
        return []
    topics = _units(title)
    units = [_units(line.text) for line in lines]
    common = Counter(unit for found in units for unit in found)
    often = max(3, 0.4 * len(lines))
    units = [{unit for unit in found if common[unit] < often or unit in topics} for found in units]
    spans: dict[str, tuple[int, int]] = dict.fromkeys(topics, (-1, -1))
    for place, found in enumerate(units):
        for unit in found:
            spans[unit] = (spans.get(unit, (place, place))[0], place)
    named = [bool(found & topics) for found in units]
    text = _Text(lines, seen, units, spans, _strange(lines), named, len(rows))
    return [
        Region(region, row.start, _measured(text, region))
        for row in rows
        for region in _around(lines, row)
    ]


def _rows(lines: Sequence[Line]) -> Iterator[range]:
    """Yield the runs of lines with choices or links to a policy."""
    place = 0
    while place < len(lines):
        end = place
        while end < len(lines) and lines[end].shape.offers:
            end += 1
        if end > place:
            yield range(place, end)
        place = max(end, place + 1)


def _around(lines: Sequence[Line], row: range) -> Iterator[range]:
    """Yield what may be one notice with a run of choices: up to a heading, or a box."""
    size = sum(width(lines[place].text) for place in row)
    for start in range(row.start, max(-1, row.start - _LINES), -1):
        size += width(lines[start].text)
        if size > _WIDTH and start < row.start:
            break
        yield range(start, row.stop)
        if lines[start].name in SUBHEADINGS:
            break
    box = lines[row.start].shape.box
    if box:
        start, stop = row.start, row.stop
        while start > 0 and lines[start - 1].shape.box == box:
            start -= 1
        while stop < len(lines) and lines[stop].shape.box == box:
            stop += 1
        if stop > row.stop or start < row.start - _LINES:
            yield range(start, stop)


def _measured(text: _Text, region: range) -> tuple[float, ...]:
    lines = [text.lines[place] for place in region]
    seen = [text.seen[place] for place in region]
    offered = sum(line.shape.choices for line in lines)
    told = [line for line, one in zip(lines, seen, strict=True) if not one.label]
    prose = " ".join(line.text for line in told)
    words = max(4, prose.count(" ") + 1)
    box = lines[0].shape.box
    boxed = box != 0 and all(line.shape.box == box for line in lines)
    whole = boxed and not any(
        0 <= place < len(text.lines) and text.lines[place].shape.box == box
        for place in (region.start - 1, region.stop)
    )
    known = frozenset[str]().union(*(one.cognates for one in seen))
    return (
        1.0,
        float(offered > 1),
        float(whole),
        float(any(line.shape.policy for line in lines)),
        float(lines[0].name in SUBHEADINGS),
        float(seen[0].label and len(told) > 0),
        float(region.start == 0),
        float(region.stop == len(text.lines)),
        min(8, len(lines)) / 8,
        sum(line.name in ITEMS for line in lines) / len(lines),
        float(any(width(line.text) > _LONG for line in lines)),
        float(any(one.cookie for one in seen)),
        min(4, len(known)) / 4,
        text.shared(region, region),
        text.worst(region),
        text.beside(region.start - 1),
        min(3, max((len(_NUMBER.findall(line.text)) for line in told), default=0)) / 3,
        float(QUOTE.search(prose) is not None),
        min(1.0, 5 * sum(word[0].isupper() for word in CAPITAL.findall(prose)) / words),
        sum(text.strange[place] for place in region) / len(lines),
        float(bool(told)),
        float(any(text.named[place] for place in region)),
        text.off(region),
        min(4, text.rows) / 4,
    )


def _units(text: str) -> set[str]:
    found = units_of(text)
    found.update(word[:6] for word in _WORD.findall(text.casefold()))
    return found


def _strange(lines: Sequence[Line]) -> list[float]:
    """Return how sure it is that a line is in another language than the lines around: 0 to 1.

    Short words are those of a language's grammar; every text of a language has many of them.
    """
    short = [_SHORT.findall(line.words) for line in lines]
    places: Counter[str] = Counter()
    for words in short:
        places.update(set(words))
    if sum(map(len, short)) < _GRAMMAR:
        return [0.0] * len(lines)
    shown = []
    for words in short:
        common = sum(places[word] > 1 for word in words)
        shown.append(max(0.0, 1 - 3 * common / len(words)) if len(words) > _FEW else 0.0)
    return shown
