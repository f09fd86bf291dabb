"""Footnotes: the blocks that short marks in the text link to, anywhere on the page.

In: the chosen container. Out: the leaf blocks that are notes. Never raises. A table of contents or
an anchor is no note: a mark is a number or a sign, and comes before the block it links to.
"""

from collections.abc import Iterator
from itertools import islice

from pipeline.extract.page.node import Node

_MARK = 6  # characters of the longest mark: "[123]"
_LEVELS = 3  # levels between a note's block and the element with its id


def find(container: Node) -> frozenset[int]:
    """Return the `id()` of the nodes of the leaf blocks that are notes."""
    marks: set[str] = set()
    notes: set[int] = set()
    for leaf in container.leaves():
        inlines = list(leaf.inlines())
        if marks and any(
            _names(node) & marks for node in (*islice(_up(leaf, container), _LEVELS), *inlines)
        ):
            notes.add(id(leaf))
        marks.update(
            href[1:]
            for node in inlines
            if node.name == "a"
            and (href := node.get("href")).startswith("#")
            and "comment" not in href
            and 0 < node.chars <= _MARK
        )
    return frozenset(notes)


def _up(leaf: Node, container: Node) -> Iterator[Node]:
    yield leaf
    for node in leaf.ancestors():
        if node is container:
            break
        yield node


def _names(node: Node) -> set[str]:
    if node.tag is None:
        return set()
    return {node.get("id"), node.get("name")} - {""}
