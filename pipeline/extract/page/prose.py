"""How much of a block is prose.

In: the leaf blocks of a measured outline. Out: for each a number in characters, summed up the tree
in `prose`. Never raises. Headings, labels, lists of links and other short or linked text count as
0.
"""

import re
from typing import Final

from pipeline.extract.page.node import Node

# Ends of sentences and clauses, in many scripts.
_STOPS = re.compile('[.,;:!?…]\\s|[.!?…]$|[.!?]”|[、。，；：！？؟،؛۔।॥။።՝։·]|\\."')
_TEXTUAL: Final = frozenset(
    {"p", "li", "td", "dd", "pre", "blockquote", "div", "section", "article"}
)


def value(leaf: Node) -> float:
    """Return the prose of a block in characters: its text outside links, if in sentences."""
    chars = leaf.chars - leaf.links
    if chars < 40 or leaf.links > 0.5 * leaf.chars:
        return 0.0
    if leaf.name[0] == "h" and leaf.name[1:].isdigit():
        return 0.0
    text = leaf.text()
    stops = len(_STOPS.findall(text))
    if not stops and chars < 120:
        return 0.0
    # A sentence of 25 words has two or three stops; a text without any is a list of names.
    density = min(1.0, (stops + 0.5) * 90 / chars)
    factor = 1.0 if leaf.name not in ("li", "td", "dd") else 0.7
    return chars * density * factor


def weigh(top: Node) -> None:
    """Set `prose` of every node without a verdict: the sum over its leaf blocks."""
    order: list[Node] = []
    stack = [top]
    while stack:
        node = stack.pop()
        node.prose = 0.0
        if node.verdict is not None:
            continue
        order.append(node)
        if node.leaf:
            node.prose = value(node)
        else:
            stack.extend(node.nodes())
    for node in reversed(order):
        if node.parent is not None and node is not top:
            node.parent.prose += node.prose


def resum(top: Node) -> None:
    """Sum `prose` again after new verdicts, without examining the blocks again."""
    order: list[Node] = []
    stack = [top]
    while stack:
        node = stack.pop()
        if node.verdict is not None:
            node.prose = 0.0
            continue
        if not node.leaf:
            node.prose = 0.0
            stack.extend(node.nodes())
        order.append(node)
    for node in reversed(order):
        if node.parent is not None and node is not top:
            node.parent.prose += node.prose
