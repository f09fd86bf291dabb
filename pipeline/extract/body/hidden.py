"""Articles that a page shows the beginning of, and holds whole but hidden until "Read more".

In: what is hidden on a page, and the article that is shown. Out: what may hold the whole article,
and whether it does. It refuses whatever loses a line or a picture of what is shown, and copies of
it with something of the site's before or after.
"""

from collections.abc import Iterable, Sequence
from itertools import islice

from bs4 import Tag

from pipeline.extract.body.render import Body
from pipeline.extract.page.lexicon import fold
from pipeline.extract.page.node import Node, measure, width

LEAST = 600
"""Width of the shortest hidden element that may hold an article."""

_OPENING = 8  # blocks that are shown, one of which must be hidden again
_MOST = 2  # hidden elements that are read; each is as long as the article
_BEGINNING = 40  # letters
_LINE = 60  # width of a line that says something
_LONGER = 1.5  # how much longer a whole article is at least than what is shown of it


def candidates(hidden: Iterable[Node], shown: Node) -> list[tuple[Tag, list[Node]]]:
    """Return the hidden elements, the longest first, that hold a beginning of the shown article.

    Beside each stand the blocks that are shown above that beginning: a standfirst, a picture.
    """
    opening = list(islice(shown.leaves(), _OPENING))
    starts = [fold(leaf.text())[:_BEGINNING] for leaf in opening]
    found: list[tuple[int, Tag, list[Node]]] = []
    for node in hidden:
        verdict, node.verdict = node.verdict, None
        measure(node)
        if node.chars > 0.9 * shown.chars and node.tag is not None:
            text = fold(node.text())
            for place, start in enumerate(starts):
                if len(start) == _BEGINNING and start in text:
                    found.append((node.chars, node.tag, opening[:place]))
                    break
        node.verdict = verdict
    found.sort(key=lambda one: -one[0])
    return [(tag, above) for _, tag, above in found[:_MOST]]


def completes(whole: Body, shown: Body) -> bool:
    """Say whether a body has all lines and pictures of the one that is shown, in order, and more.

    Of the last line that is shown only the beginning may be there. More is what stands between the
    lines that are shown; what stands after them counts where it makes the article much longer.
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
    """Return where the lines that are seen stand among all, [] where one does not."""
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
