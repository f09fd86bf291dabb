"""Several texts on a page: the article is the one under its own headline.

In: an outline whose boilerplate has verdicts, and the page's title. `mark` sets the verdict "other"
of the texts that are certainly somebody else's: boxes above the headline (a form for members, a
notice, blurbs) and other articles beside or below the one that it heads (an endless page, a
ticker). Never raises. Nothing is marked where nothing says the title or little text follows it.
"""

import re
from collections.abc import Iterator
from itertools import islice

from pipeline.extract.clutter.chromerules import is_landmark_node
from pipeline.extract.page import lexicon
from pipeline.extract.page.builder import within
from pipeline.extract.page.elements import HEADINGS, MEDIA
from pipeline.extract.page.node import Node, measure

_ENOUGH = 200.0  # prose below a headline that may be a whole article
_SOME = 80.0  # prose below a headline that may be a short one, such as a film's description
_VERSES = 6  # lines of a text in short lines
_SHORT = 100  # width of such a text
_LINES = frozenset({"p", "li", "pre", "blockquote"})
_SENTENCE = 24  # characters of a sentence that is more than "By Ann Lee."
_SHARE = 0.25  # prose of an article beside a landmark, as a share of the landmark's
_LARGE = 0.3  # share of the page's prose up to which landmarks have a verdict already
_PARAGRAPHS = 3  # paragraphs of an article in an element of its own
_OPENING = 3  # blocks at the beginning of a text among which its heading must be
_DEEP = 3  # levels of elements around an article
_LINE = 120  # width of a line with facts on an article
_YEAR = re.compile(r"\b(1[3-9]|2[0-9])\d\d\b|\d\d?[./:年]\s?\d\d?")
_ENDS = (".", "!", "?", "。", "！", "？", "؟", "।")
_QUOTES = "\"'”’»“"
_CONTENT = frozenset({"figure", "blockquote", "table", "ul", "ol", "pre", "dl"})
_CONTROLS = ("form", "input", "button", "select", "textarea", "dialog")


def mark(top: Node, title: str) -> bool:
    """Set the verdicts of texts that are not the one under the headline; say whether there are."""
    headline, below = _headline(top, title)
    if headline is None:
        return False
    lines = _lines(headline, top)
    if below < _SOME and lines is None:
        return False
    found = _around(lines) if lines else []
    found += [*_above(headline, top, whole=below >= _ENOUGH), *_beside(headline)]
    for node in found:
        node.verdict = "other"
    for node in _landmarks(headline, top):
        node.verdict = "landmark"
        found.append(node)
    if found:
        measure(top)
    return bool(found) or lines is not None


def _headline(top: Node, title: str) -> tuple[Node | None, float]:
    """Return the first heading, else line, that says the title, and the prose below it."""
    said = lexicon.fold(title)
    leaves = list(top.leaves())
    near = 4 * len(title) + _LINE  # width of a line that may be the title
    same = [
        place
        for place, leaf in enumerate(leaves)
        if 0 < leaf.chars < near and lexicon.folds_to(leaf.text(), said)
    ]
    if not said or not same:
        return None, 0.0
    place = next((place for place in same if leaves[place].name in HEADINGS), same[0])
    return leaves[place], sum(other.prose for other in leaves[place + 1 :])


def _lines(headline: Node, top: Node) -> Node | None:
    """Return what holds the headline and a text in short lines, weighed as prose; None without.

    Dialogue and verse have no long sentences: beside blurbs they would weigh nothing.
    """
    for outer in islice(headline.ancestors(), _DEEP):
        if outer is top or outer.prose >= _ENOUGH:
            return None
        lines = [leaf for leaf in outer.leaves() if leaf.name in _LINES and not leaf.links]
        count = sum(1 + sum(one.name == "br" for one in leaf.inlines()) for leaf in lines)
        if count >= _VERSES and sum(leaf.chars for leaf in lines) >= _SHORT:
            for leaf in lines:
                leaf.prose = max(leaf.prose, float(leaf.chars))
            return outer
    return None


def _around(own: Node) -> list[Node]:
    """Return the texts with headings of their own beside a node."""
    parent = own.parent
    beside = parent.nodes() if parent is not None else ()
    return [node for node in beside if node is not own and _is_block(node) and _heading(node)]


def _landmarks(headline: Node, top: Node) -> list[Node]:
    """Return the forms, dialogs and sidebars without the headline, if there is a text without them.

    A landmark with much of the page's prose had no verdict: it might have been the article.
    """
    around = {id(node) for node in headline.ancestors()}
    found: list[Node] = []
    stack, prose = [top], 0.0
    passed = False
    while stack:
        node = stack.pop()
        passed = passed or node is headline
        if node.verdict is not None:
            continue
        if id(node) not in around and not node.inline and is_landmark_node(node):
            found.append(node)
        elif node.leaf:
            prose += node.prose if passed else 0.0
        else:
            stack.extend(child for child in reversed(node.children) if isinstance(child, Node))
    found = [node for node in found if node.prose > _LARGE * top.prose]
    most = max((node.prose for node in found), default=0.0)
    return found if prose >= max(_SOME, _SHARE * most) else []


def _above(headline: Node, top: Node, *, whole: bool) -> Iterator[Node]:
    """Yield the boxes before the headline to fill in, and texts if a `whole` article is below."""
    inner = headline
    for outer in headline.ancestors():
        for node in outer.nodes():
            if node is inner:
                break
            if _is_block(node) and (_asks(node) or (whole and _is_text(node))):
                yield node
        if outer is top:
            return
        inner = outer


def _beside(headline: Node) -> Iterator[Node]:
    """Yield the articles that follow the headline's, level by level."""
    inner, closed = headline, False
    for outer in headline.ancestors():
        if closed or inner.prose >= _ENOUGH or (inner.name == "article" and _says(inner)):
            after = False
            for node in outer.nodes():
                if after and _is_block(node) and _is_other(node, inner, closed=closed):
                    yield node
                after = after or node is inner
        closed = closed or (
            outer.name in ("article", "main")
            and outer.prose >= _ENOUGH
            and _paragraphs(outer) >= _PARAGRAPHS
        )
        inner = outer


def _is_other(node: Node, own: Node, *, closed: bool) -> bool:
    """Say whether a text after the article (`own`) is another one.

    After an article or main element every text with a heading of its own is; otherwise one built
    like the article, with a heading and a line that dates or signs it, as the article has.
    """
    if closed:
        return bool(_heading(node))
    alike = [one for one in _shells(node) if _alike(one, own)]
    if not alike:
        return False
    return (
        any(_is_headed(one, own) for one in alike)
        or (_is_dated(own) and _is_dated(node))
        or bool(_byline(own) and _byline(own) == _byline(node))
    )


def _is_headed(one: Node, other: Node) -> bool:
    """Say whether two elements are articles, each with a main headline of its own."""
    first, second = (next(iter(_opening(node, 1)), None) for node in (one, other))
    if one.name != "article" or first is None or second is None:
        return False
    both = first.name == second.name == "h1"
    return both and lexicon.fold(first.text()) != lexicon.fold(second.text())


def _says(node: Node) -> bool:
    """Say whether an element has a sentence, which may be short, and not only a byline."""
    return any(
        leaf.name not in HEADINGS
        and leaf.chars >= _SENTENCE
        and leaf.text().rstrip(_QUOTES).endswith(_ENDS)
        for leaf in node.leaves()
    )


def _byline(node: Node) -> str:
    """Return the first word of a short line below a text's heading ("By"), "" without one."""
    opening = list(_opening(node, 2))
    if len(opening) < 2 or opening[0].name not in HEADINGS or opening[1].chars > _LINE:
        return ""
    line = opening[1].text()
    return "" if line.endswith(_ENDS) else line.split()[0]


def _shells(node: Node) -> Iterator[Node]:
    """Yield a node and those that are all of it."""
    for _ in range(_DEEP):
        yield node
        if node.leaf:
            return
        inner = [child for child in node.nodes() if child.chars]
        if len(inner) != 1:
            return
        node = inner[0]


def _alike(one: Node, other: Node) -> bool:
    """Say whether two nodes are built alike: the same element, with a class in common if any."""
    mine, yours = _classes(one), _classes(other)
    return one.name == other.name and bool(mine & yours or mine == yours)


def _classes(node: Node) -> frozenset[str]:
    names = node.get("class").split()
    return frozenset(name for name in names if not any(map(str.isdigit, name)))


def _is_block(node: Node) -> bool:
    return node.verdict is None and not node.leaf and node.prose > 0 and node.name not in _CONTENT


def _is_dated(node: Node) -> bool:
    """Say whether a text begins with a heading and a line with a date."""
    opening = list(_opening(node, _OPENING + 1))
    place = next((i for i, leaf in enumerate(opening) if leaf.name in HEADINGS), None)
    if place is None:
        return False
    beside = opening[:place] + opening[place + 1 :]
    lines = (leaf.text() for leaf in beside if leaf.chars < _LINE)
    return any(_YEAR.search(line) and not line.endswith(_ENDS) for line in lines)


def _heading(node: Node) -> bool:
    return any(leaf.name in HEADINGS for leaf in _opening(node, _OPENING))


def _opening(node: Node, most: int) -> Iterator[Node]:
    for leaf in node.leaves():
        if leaf.chars:
            yield leaf
            most -= 1
            if not most:
                return


def _paragraphs(node: Node) -> int:
    return sum(1 for leaf in node.leaves() if leaf.prose > 0)


def _is_text(node: Node) -> bool:
    """Say whether a box is a text of its own, and not the captions of the article's pictures."""
    pictured = any(
        inner.name in MEDIA for leaf in node.leaves() for inner in (leaf, *leaf.inlines())
    )
    return not pictured and (_paragraphs(node) > 1 or _heading(node))


def _asks(node: Node) -> bool:
    return node.tag is not None and next(within(node.tag, *_CONTROLS), None) is not None
