"""Consent notices among the blocks of an article, judged as runs of blocks in any language.

In: the blocks of a container, in order, and the article's title. Out: the places of the blocks of
notices. Never raises.

No word is a verdict. What is measured of each block (`noticelines`) a logistic model makes log-odds
that it belongs to a notice. There are two models, whose weights `bench/train_notices.py` fits
(`data/noticeweights.toml`). The one knows the words of lists (`data/notices.toml`): the most
probable sequence of article and notice follows from its log-odds and the cost of a change from one
to the other, and a run counts where enough in it can come from nothing but a notice. The other
knows no list, and works in languages that have none: it judges what stands above and around
choices. A notice takes less of the article than it leaves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pipeline.extract.clutter import consent, noticelines, regions
from pipeline.extract.clutter.noticelines import TALK, Line, Seen, measured, see
from pipeline.extract.page import lexicon
from pipeline.extract.page.elements import SUBHEADINGS
from pipeline.extract.page.node import width

MODELS: Final = ("words", "regions")
"""The model that knows the words of lists, and the one that needs none."""
FEATURES: Final = {"words": noticelines.FEATURES, "regions": regions.FEATURES}
_LIKELY = 1.5  # log-odds of a block at the end of a run that neither speaks nor is pressed
_READ = 2  # subjects of a text in a language that lists know
_SHARE = 2  # a notice is less than one part in so many of the text


def find(lines: Sequence[Line], title: str) -> frozenset[int]:
    """Return the places of the lines that make up notices."""
    seen = [see(line) for line in lines]
    told = any(one.cookie or one.count > 1 for one in seen)
    runs = [*(_told(lines, seen, title) if told else ()), *_offered(lines, seen, title)]
    about = _is_about(title)
    found: set[int] = set()
    for run in runs:
        if about and not any(seen[place].action or seen[place].shape.choices for place in run):
            continue
        above = run[0] - 1
        if above >= 0 and _heads(lines[above], seen[above]):
            found.add(above)
        found.update(place for place in run if lines[place].open)
    taken = sum(width(lines[place].text) for place in found)
    whole = sum(width(line.text) for line in lines)
    return frozenset(found) if _SHARE * taken < whole else frozenset()


def _is_about(title: str) -> bool:
    """Say whether the article itself is about cookies or privacy: then only buttons tell."""
    subjects = lexicon.subjects(lexicon.normal(title))
    return consent.names_cookies(title) or bool(subjects & {"privacy", "consent"})


def _heads(line: Line, one: Seen) -> bool:
    """Say whether the line above a run is its heading."""
    return line.open and one.label and (one.telling or line.name in SUBHEADINGS)


def _told(lines: Sequence[Line], seen: Sequence[Seen], title: str) -> Iterator[range]:
    """Yield the runs of lines that the words of lists make notices."""
    weights = _weights()["words"]
    odds = [weights.odds(row) for row in measured(lines, title, seen)]
    for start, end in _runs(odds, weights.change):
        run = _without_prose(seen, odds, range(start, end))
        likely = run and sum(odds[place] for place in run) >= weights.least
        if likely and _is_notice([seen[place] for place in run]):
            yield run


def _without_prose(seen: Sequence[Seen], odds: Sequence[float], run: range) -> range:
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


def _is_notice(run: Sequence[Seen]) -> bool:
    """Say whether a run has what only a notice has: subjects, and an address or something to press.

    A sentence about cookies that addresses nobody is no notice without a button, or a second one.
    """
    subjects = frozenset[str]().union(*(one.subjects for one in run))
    if not (any(one.cookie for one in run) or len(subjects - TALK) > 2):
        return False
    pressed = any(one.action or one.shape.links for one in run)
    return bool(subjects & TALK) or pressed or len(run) > 1


def _offered(lines: Sequence[Line], seen: Sequence[Seen], title: str) -> Iterator[range]:
    """Yield the runs of lines that what stands in and below them makes notices."""
    weights = _weights()["regions"]
    best: dict[int, tuple[float, range]] = {}
    for region in regions.find(lines, seen, title):
        odds = weights.odds(region.features)
        if odds > best.get(region.row, (weights.least, region.lines))[0]:
            best[region.row] = (odds, region.lines)
    for _, run in best.values():
        if _is_offer([seen[place] for place in run]):
            yield run


def _is_offer(run: Sequence[Seen]) -> bool:
    """Say whether a run offers choices as a notice does; one button needs a word known anywhere.

    Where lists know what it says, they know its buttons, its word for a cookie, or who speaks to
    whom.
    """
    subjects = frozenset[str]().union(*(one.subjects for one in run))
    known = subjects >= TALK or any(one.button or one.cookie for one in run)
    if len(subjects - TALK) > _READ and not known:
        return False
    offered = sum(one.shape.choices for one in run)
    return offered > 1 or any(one.cookie or one.cognates for one in run)


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
class Weights:
    """The weights of the features; the cost of a change; the least log-odds of a run."""

    features: tuple[float, ...]
    change: float
    least: float

    def odds(self, measured: Sequence[float]) -> float:
        return sum(map(float.__mul__, self.features, measured))


@cache
def _weights() -> dict[str, Weights]:
    return {name: _read(lexicon.data("noticeweights")[name], FEATURES[name]) for name in MODELS}


def _read(data: dict[str, Any], names: Sequence[str]) -> Weights:
    features = tuple(float(data["features"].get(name, 0.0)) for name in names)
    return Weights(features, float(data["change"]), float(data["least"]))
