"""Sentences of the article that are set in large letters beside it once more.

In: the blocks of an article's container. Out: the places of those that only repeat, word for word,
what a longer paragraph says, and that are set apart from it. Never raises. Headings, captions,
items of lists and whatever looks like the paragraphs around it are none.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from pipeline.extract.clutter.blockrules import Block
from pipeline.extract.page.elements import HEADINGS, ITEMS
from pipeline.extract.page.node import Node

_SHORTEST = 30  # characters of a sentence that is repeated by no coincidence
_LONGEST = 400
_MOST = 60  # blocks of a page that are compared with all paragraphs
_DEEP = 3  # levels at which a quotation may be set apart


def find(blocks: Sequence[Block]) -> Iterator[int]:
    """Yield the places of the pull quotes."""
    paragraphs = [block for block in blocks if block.solid]
    apart = (place for place, block in enumerate(blocks) if _may_be(block))
    for place in islice(apart, _MOST):
        block = blocks[place]
        for other in paragraphs:
            longer = len(other.words) > len(block.words)
            if (
                longer
                and block.words in other.words
                and _setting(block.node) - _setting(other.node)
            ):
                yield place
                break


def _may_be(block: Block) -> bool:
    if block.note or block.node.name in HEADINGS or block.node.name in ITEMS:
        return False
    if not _SHORTEST <= len(block.words) <= _LONGEST:
        return False
    return bool(_setting(block.node))


def _setting(node: Node) -> frozenset[str]:
    """Return what sets a block apart: the elements and names of what holds nothing else."""
    found: set[str] = set()
    for one in (node, *islice(node.ancestors(), _DEEP)):
        if one.chars != node.chars or one.name in ("figure", "figcaption"):
            break
        if one.name in ("aside", "q"):
            found.add(one.name)
        found.update(one.key.split())
    return frozenset(found)
