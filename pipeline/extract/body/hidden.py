"""Articles of which a page shows the beginning and hides the whole until "Read more" is pressed.

In: the hidden elements of a page, and the article that is shown. Out: the elements that may hold
the whole article, and whether one does. Never raises. An element that lacks a line or picture of
the shown article does not, nor does a copy with only the site's own text before or after it.
"""

from collections.abc import Iterable, Sequence
from itertools import islice

from bs4 import Tag

from pipeline.extract.body.render import Body
from pipeline.extract.page.lexicon import fold
from pipeline.extract.page.node import Node, measure, unjudged, width

LEAST = 600
"""Width of the shortest hidden element that may hold an article."""

_OPENING = 8  # shown blocks, one of which must be in the hidden element as well
_MOST = 2  # hidden elements that are tried; each costs as much as the article
_BEGINNING = 40  # letters of a block that are compared
_LINE = 60  # letters of a line that counts as text
_LONGER = 1.5  # how many times as long as the shown one a whole article is


def candidates(hidden: Iterable[Node], shown: Node) -> list[tuple[Tag, list[Node]]]:
    """Return the hidden elements that contain a beginning of the shown article, the longest first.

    Each comes with the blocks that are shown above that beginning: a standfirst, a picture.
    """
    opening = list(islice(shown.leaves(), _OPENING))
    starts = [fold(leaf.text())[:_BEGINNING] for leaf in opening]
    found: list[tuple[int, Tag, list[Node]]] = []
    for node in hidden:
        with unjudged(node):
            measure(node)
            if node.chars > 0.9 * shown.chars and node.tag is not None:
                text = fold(node.text())
                for place, start in enumerate(starts):
                    if len(start) == _BEGINNING and start in text:
                        found.append((node.chars, node.tag, opening[:place]))
                        break
    found.sort(key=lambda one: -one[0])
    return [(tag, above) for _, tag, above in found[:_MOST]]


def reveal(hidden: Iterable[Node], title: str) -> list[Node]:
    """Take back the verdicts of what holds the page's headline and an article; return the rest.

    React sends the parts of a page hidden, and a script puts them where they belong.
    """
    said, rest = fold(title), []
    for node in hidden:
        verdict, node.verdict = node.verdict, None
        headed = node.chars >= LEAST and any(
            leaf.name in ("h1", "h2") and fold(leaf.text()) == said for leaf in node.leaves()
        )
        if not headed or not said:
            node.verdict = verdict
            rest.append(node)
    return rest


def completes(whole: Body, shown: Body) -> bool:
    """Say whether a body has all lines and pictures of the shown one, in order, and more.

    The last line that is shown may be cut off. More lines must be between the shown ones, or after
    them if they make the article much longer.
    """
    lines, seen = _lines(whole), _lines(shown)
    if not seen or len(whole.images) < len(shown.images):
        return False
    places = _places(lines, seen)
    if not places or places[0] > 0:
        return False
    if width(whole.text) >= _LONGER * width(shown.text):
        return True
    inside = set(range(places[-1])) - set(places)
    return places[-1] == len(lines) - 1 and any(len(lines[place]) > _LINE for place in inside)


def _lines(body: Body) -> list[str]:
    return [said for line in body.text.split("\n") if (said := fold(line))]


def _places(lines: Sequence[str], seen: Sequence[str]) -> list[int]:
    """Return the places of the shown lines among all lines, [] where one is missing."""
    found: list[int] = []
    at = 0
    for number, said in enumerate(seen, 1):
        last = number == len(seen) and len(said) >= _BEGINNING
        while at < len(lines) and lines[at] != said and not (last and lines[at].startswith(said)):
            at += 1
        if at == len(lines):
            return []
        found.append(at)
        at += 1
    return found
