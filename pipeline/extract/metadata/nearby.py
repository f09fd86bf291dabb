"""The blocks of text around the title of an article.

In: the outline of a page and the title. Out: the blocks after the title and before it. Never
raises. Hidden elements, comments, lists of other articles, side columns and the footer are left
out, except for a small box between the title and the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.extract.page.lexicon import fold, folds_to
from pipeline.extract.page.node import Node

_BEFORE, _AFTER = 8, 14  # blocks around the title
_CLOSE = 6  # blocks after the title among which a box beside the text counts
_BOX = 220  # characters of a small box
_ELSEWHERE = frozenset({"hidden", "teaser", "consent", "links"})
_ASIDE = re.compile(
    r"(?:^|[\s-])(?<!category-)(?<!tag-)"
    r"(?:comments?|related|sidebar|footer|recent|popular|widget|copyright)"
)
_THREAD = re.compile(r"(?:^|[\s-])(?:comments?|related|recent|popular|copyright)")
# Quotations and pictures have dates and authors of their own; a bar at the top shows today's date.
_QUOTED = frozenset({"blockquote", "figure", "footer", "nav"})
_BAR = re.compile(
    r"(?:^|[\s-])(?:nav-?(?:top|bar|wrap(?:per)?)|top-?(?:bar|nav)|current-(?:date|time)|clock)(?:[\s-]|$)"
)


@dataclass(frozen=True, slots=True)
class Block:
    """A leaf of the outline and its text; `boxed`: it is in a side column."""

    node: Node
    text: str
    boxed: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The `blocks` of the page, and those `after` and `before` the title, the nearest first."""

    blocks: tuple[Block, ...]
    after: tuple[Block, ...]
    before: tuple[Block, ...]

    def near(self) -> Iterator[Block]:
        """Yield the blocks after the title, then those before it, the nearest first."""
        yield from self.after
        yield from self.before


def blocks_near(top: Node, title: str) -> Surroundings:
    """Return the blocks around the title; if it is not found, the first count as after it."""
    everything = list(_blocks(top))
    blocks = tuple(everything)
    wanted = fold(title)
    headings = [i for i, block in enumerate(everything) if block.node.name == "h1"]
    ranks = (
        (i for i in headings if folds_to(everything[i].text, wanted)),
        (i for i, block in enumerate(everything) if wanted and folds_to(block.text, wanted)),
        # The heading may contain more than the title, such as a kicker.
        (i for i in headings if wanted in fold(everything[i].text)),
    )
    place = next((i for rank in ranks for i in rank), None)
    if place is None:
        first = [block for block in everything if not block.boxed][:_AFTER]
        return Surroundings(blocks, tuple(first), ())
    following = everything[place + 1 : place + 1 + _AFTER]
    after = [block for i, block in enumerate(following) if not block.boxed or i < _CLOSE]
    if not folds_to(everything[place].text, wanted):
        after.insert(0, everything[place])
    before = [b for b in everything[max(0, place - _BEFORE) : place] if not b.boxed]
    return Surroundings(blocks, tuple(after), tuple(before[::-1]))


def _blocks(top: Node) -> Iterator[Block]:
    stack: list[tuple[Node, bool]] = [(top, False)]
    while stack:
        node, boxed = stack.pop()
        if node.verdict in _ELSEWHERE or node.name in _QUOTED or _is_bar(node):
            continue
        if node is not top and node.name != "body" and not boxed:
            if node.key and _ASIDE.search(node.key):
                if _THREAD.search(node.key) or _long(node):
                    continue
                boxed = True
            elif node.name == "aside":
                if _long(node):
                    continue
                boxed = True
        if node.leaf:
            text = " ".join("".join(strings(node)).split())
            if text:
                yield Block(node, text, boxed)
            continue
        stack += [(child, boxed) for child in node.nodes()[::-1]]


def _is_bar(node: Node) -> bool:
    return (
        bool(node.key)
        and _BAR.search(node.key) is not None
        and node.name != "body"
        and not any(parent.name == "article" for parent in node.ancestors())
    )


def _long(node: Node) -> bool:
    size = 0
    for piece in strings(node):
        size += len(piece.strip())
        if size > _BOX:
            return True
    return False


def strings(node: Node) -> Iterator[str]:
    """Yield the strings of a block, including those of nodes with a verdict."""
    stack: list[Node | str] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        else:
            yield " "
            stack += item.children[::-1]
