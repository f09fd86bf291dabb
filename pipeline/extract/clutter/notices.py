"""Consent notices among the blocks of an article, judged as runs of blocks in any language.

In: the blocks of a container, in order, and the article's title. Out: the places of the blocks of
notices. Never raises.

No word is a verdict. Of each block the `FEATURES` are measured: how many subjects of notices it
has (`data/notices.toml`), whether it addresses the reader, what can be pressed in it or beside it,
what its neighbours speak of, and how much of its vocabulary the rest of the article shares. A
logistic model, whose weights `bench/train_notices.py` fits (`data/noticeweights.toml`), makes them
log-odds, and the most probable sequence of article and notice follows from these and the cost of a
change from one to the other. A run counts only where enough in it can come from nothing but a
notice, and where more of the article is left than goes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Final

from bs4 import Tag

from pipeline.extract.clutter import consent
from pipeline.extract.page import lexicon
from pipeline.extract.page.elements import ITEMS, SUBHEADINGS
from pipeline.extract.page.node import Node, width

FEATURES: Final = (
    *("constant", "density", "you", "we", "told", "cookie", "caseless"),
    *("button", "press", "label", "heading", "item", "long", "sentence"),
    *("digits", "quotes", "names", "shared", "first", "last"),
    *("beside", "next", "pressed", "buttons", "links", "adjacent"),
)
"""What is measured of a block, in the order of the model's weights."""

_LONGEST = 1200  # characters of a block that may belong to a notice
_LABEL = 40  # characters of a button whose words are not known
_LIKELY = 1.5  # log-odds of a block at the end of a run that neither speaks nor is pressed
_NEAR = 3  # blocks before and after that are neighbours
_EDGE = 8  # blocks at the beginning and at the end
_STEP = 60  # elements after a block among which its buttons stand
_STOP = re.compile(r"[.!?。！？।؟…]")
_WORD = re.compile(r"[^\W\d_]{4,}")
_WIDE = re.compile("[\u0e00-\u0e7f\u30a0-\u30ff\u3400-\u9fff]{2,}")
_QUOTE = re.compile('[“”«»„"「」『』]')
_INNER = re.compile(r"(?<=[\w,;] )[^\W\d_]\w+")
_PRESSED: Final = frozenset({"button", "checkbox", "radio", "submit"})
_TALK: Final = frozenset({"you", "we"})


@dataclass(frozen=True, slots=True)
class Line:
    """A block: its node, its text, the same normalised.

    `open` says that it may belong to a notice: it is no footnote and no caption.
    """

    node: Node
    text: str
    words: str
    open: bool = True


@dataclass(slots=True)
class _Seen:
    """What is found in a line by itself."""

    subjects: frozenset[str] = frozenset()
    cookie: bool = False
    button: bool = False
    press: bool = False
    label: bool = False
    links: int = 0

    def says(self, who: str) -> bool:
        """Whether the reader is addressed ("you"), or the site speaks of itself ("we")."""
        return who in self.subjects

    @property
    def count(self) -> int:
        """The number of subjects of notices, "you" and "we" not counted."""
        return len(self.subjects - _TALK) + self.cookie

    @property
    def telling(self) -> bool:
        """Whether it has enough of what notices have to be the first or the last of one."""
        if self.cookie or self.action or self.links:
            return True
        return self.count > (0 if self.label or self.subjects & _TALK else 1)

    @property
    def plain(self) -> bool:
        """Whether it has more than one or two subjects, which other texts have too."""
        if self.cookie or self.action or self.links:
            return True
        return self.count > 2 or bool(self.subjects & _TALK)

    @property
    def action(self) -> bool:
        return self.button or self.press


def find(lines: Sequence[Line], title: str) -> frozenset[int]:
    """Return the places of the lines that make up notices."""
    seen = [_see(line) for line in lines]
    if not any(one.cookie or one.count > 1 for one in seen):
        return frozenset()
    weights = _weights()
    odds = [sum(map(float.__mul__, weights.features, row)) for row in measured(lines, title, seen)]
    about = _is_about(title)
    found: set[int] = set()
    for start, end in _runs(odds, weights.change):
        run = _without_prose(seen, odds, range(start, end))
        told = [seen[place] for place in run]
        likely = _is_notice(told, sum(odds[place] for place in run), weights.least)
        if likely and (not about or any(one.action for one in told)):
            above = run[0] - 1
            if above >= 0 and _heads(lines[above], seen[above]):
                found.add(above)
            found.update(place for place in run if lines[place].open)
    taken = sum(width(lines[place].text) for place in found)
    whole = sum(width(line.text) for line in lines)
    return frozenset(found) if 2 * taken < whole else frozenset()


def _is_about(title: str) -> bool:
    """Say whether the article itself is about cookies or privacy: then only buttons tell."""
    subjects = lexicon.subjects(lexicon.normal(title))
    return consent.names_cookies(title) or bool(subjects & {"privacy", "consent"})


def _without_prose(seen: Sequence[_Seen], odds: Sequence[float], run: range) -> range:
    """Return a run without what at its ends may as well be the article beside it.

    A short line may be the notice's heading or button where no article is on its other side.
    """
    edge = run[0] == 0 or run[-1] == len(seen) - 1
    own = [
        place
        for place in run
        if (seen[place].telling and (seen[place].plain or odds[place] > _LIKELY))
        or (seen[place].label and edge)
    ]
    return range(own[0], own[-1] + 1) if own else range(0)


def _heads(line: Line, one: _Seen) -> bool:
    """Say whether the line above a run is its heading."""
    return line.open and one.label and (one.telling or line.node.name in SUBHEADINGS)


def _is_notice(run: Sequence[_Seen], odds: float, least: float) -> bool:
    """Say whether a run has what only a notice has: subjects, and an address or something to press.

    A sentence about cookies that addresses nobody is no notice without a button, or a second one.
    """
    if odds < least:
        return False
    subjects = frozenset[str]().union(*(one.subjects for one in run))
    if not (any(one.cookie for one in run) or len(subjects - _TALK) > 2):
        return False
    return bool(subjects & _TALK) or any(one.action or one.links for one in run) or len(run) > 1


def measured(
    lines: Sequence[Line], title: str, seen: Sequence[_Seen] | None = None
) -> list[list[float]]:
    """Return the `FEATURES` of each line."""
    seen = seen or [_see(line) for line in lines]
    shared = _shared(lines, title, seen)
    beside = _pressed(lines, seen)
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
                float(one.press),
                float(one.label),
                float(line.node.name[:1] == "h" and line.node.name[1:].isdigit()),
                float(line.node.name in ITEMS),
                float(size > 350),
                float(_STOP.search(text) is not None),
                min(2, len(re.findall(r"\d+", text))) / 2,
                float(_QUOTE.search(text) is not None),
                min(4, sum(word[0].isupper() for word in _INNER.findall(text))) / 2,
                shared[place],
                float(place < _EDGE),
                float(place >= len(lines) - _EDGE),
                min(6, max((other.count for other in around), default=0)) / 3,
                min(6, max((other.count for other in adjacent), default=0)) / 3,
                min(2, beside[place]) / 2,
                min(2, sum(other.button for other in around)) / 2,
                min(2, one.links) / 2,
                float(any(other.action for other in adjacent)),
            ]
        )
    return rows


def _see(line: Line) -> _Seen:
    if not line.open or len(line.text) > _LONGEST:
        return _Seen()
    text, words = line.text, line.words
    bare, unquoted = consent.unquoted(text)  # a quoted notice is reported
    short = len(text) <= _LABEL and _STOP.search(text) is None
    pressed = list(_pressed_links(line.node))
    return _Seen(
        subjects=lexicon.subjects(unquoted),
        cookie=consent.names_cookies(bare),
        button=lexicon.is_button(words),
        press=len(text) <= 3 * _LABEL and _is_pressed(line.node, text, pressed),
        label=short,
        links=len(pressed),
    )


def _is_pressed(leaf: Node, text: str, pressed: Sequence[str]) -> bool:
    """Say whether a block is nothing but what is pressed: by its role, or by its links."""
    if any(_is_button(node) for node in islice((leaf, *leaf.ancestors()), 2)):
        return True
    return sum(map(len, pressed)) > 0.6 * max(1, len(text))


def _pressed_links(leaf: Node) -> Iterator[str]:
    """Yield the words of the links of a block that lead nowhere or are buttons by their role."""
    for node in leaf.inlines():
        address = node.get("href")
        nowhere = node.name == "a" and (address[:1] in ("#", "") or "javascript:" in address[:12])
        if _is_button(node) or nowhere:
            words = node.text()
            if len(words) > 3:  # no mark of a footnote
                yield words


def _is_button(node: Node) -> bool:
    return node.get("role").lower() == "button" or node.get("tabindex") == "0"


def _pressed(lines: Sequence[Line], seen: Sequence[_Seen]) -> list[int]:
    """Count what can be pressed near each line; the outline leaves elements of forms out."""
    own = []
    following: list[Tag | None] = [_tag(line.node) for line in lines]
    afters: list[Tag | None] = [None] * len(following)
    for place in range(len(following) - 2, -1, -1):
        afters[place] = following[place + 1] or afters[place + 1]
    for place, one in enumerate(seen):
        count = max(int(one.press), one.links)
        tag = following[place]
        if tag is not None and any(
            other.count or other.cookie for other in seen[max(0, place - _NEAR) : place + _NEAR]
        ):
            after = afters[place]
            count += sum(map(_is_control, _until(tag, after)))
        own.append(count)
    return [sum(own[max(0, place - _NEAR) : place + 1 + _NEAR]) for place in range(len(own))]


def _tag(leaf: Node) -> Tag | None:
    if leaf.tag is not None:
        return leaf.tag
    return next((node.tag for node in leaf.inlines() if node.tag is not None), None)


def _until(tag: Tag, after: Tag | None) -> Iterator[Tag]:
    for element in islice(tag.next_elements, _STEP):
        if element is after:
            return
        if isinstance(element, Tag):
            yield element


def _is_control(tag: Tag) -> bool:
    """Say whether an element is pressed: also one that another rule has taken out already."""
    if tag.name == "a":
        address = str(tag.get("href", ""))
        return tag.get("role") == "button" or address == "#" or address.startswith("javascript:")
    return tag.name == "button" or (tag.name == "input" and tag.get("type") in _PRESSED)


def _shared(lines: Sequence[Line], title: str, seen: Sequence[_Seen]) -> list[float]:
    """Return the share of each line's vocabulary that the article's other lines have, 0 to 1."""
    units = [_units(line.text) for line in lines]
    places: dict[str, set[int]] = {}
    for place, (one, found) in enumerate(zip(seen, units, strict=True)):
        if one.count < 2 and not one.cookie and not one.action:
            for unit in found:
                places.setdefault(unit, set()).add(place)
    for unit in _units(title):
        places.setdefault(unit, set()).add(-1)
    shares = []
    for place, found in enumerate(units):
        common = sum(_elsewhere(places.get(unit), place) for unit in found)
        shares.append(common / max(4, len(found)))
    return shares


def _elsewhere(places: set[int] | None, place: int) -> bool:
    """Say whether any of the places is another one."""
    return places is not None and (len(places) > 1 or place not in places)


def _units(text: str) -> set[str]:
    """Return the beginnings of a text's words, or pairs of signs where no space parts words."""
    units = {word[:6] for word in _WORD.findall(text.casefold())} if text else set()
    for run in _WIDE.findall(text):
        units.discard(run[:6])
        units.update(run[place : place + 2] for place in range(len(run) - 1))
    return units


def _runs(odds: Sequence[float], change: float) -> Iterator[tuple[int, int]]:
    """Yield the beginning and end of each notice in the most probable sequence (Viterbi)."""
    back: list[tuple[bool, bool]] = []
    article, notice = 0.0, -change
    for value in odds:
        back.append((notice - change > article, notice >= article - change))
        article, notice = max(article, notice - change), max(notice, article - change) + value
    state = notice - change > article
    states = []
    for from_notice, stays in reversed(back):
        states.append(state)
        state = stays if state else from_notice
    states.reverse()
    start = None
    for place, inside in enumerate([*states, False]):
        if inside and start is None:
            start = place
        elif not inside and start is not None:
            yield start, place
            start = None


@dataclass(frozen=True, slots=True)
class _Weights:
    """The weights of the features; the cost of a change; the least log-odds of a run."""

    features: tuple[float, ...]
    change: float
    least: float


@cache
def _weights() -> _Weights:
    data = lexicon.data("noticeweights")
    features = tuple(float(data["features"][name]) for name in FEATURES)
    return _Weights(features, float(data["change"]), float(data["least"]))
