"""Names are evidence, not proof: text of the article in an element that is named as clutter.

In: the nodes that got their verdict for their class or id alone, and the container chosen as the
article's. `restore` takes back the verdicts of those that are plain prose in the flow of the
article. Never raises. What is named as navigation, sharing or a list of articles consists of links:
sentences without any disprove the name. Comments, biographies, appeals and notices are text
themselves: those must stand between paragraphs of the article as well.
"""

import re
from collections.abc import Iterable, Iterator

from pipeline.extract.page import lexicon, prose
from pipeline.extract.page.builder import within
from pipeline.extract.page.elements import HEADINGS
from pipeline.extract.page.node import Node, measure

_CONTROLS = ("form", "input", "button", "select", "textarea", "iframe", "dialog")
_LINKED = 0.1  # share of links that prose of an article may have in such an element
_SENTENCES = 0.6  # share of prose in its text outside headings
_LONG = 160  # characters of a text that is no label, though it ends in no sign (as in Thai)
_ENDS = re.compile("[.!?…。！？؟।።۔։][”’»›）)」』\"']*$")
_STATED = re.compile("[.…。।።۔։][”’»›）)」』\"']*$")  # appeals end in "!" and "?" only


def restore(named: Iterable[Node], container: Node, top: Node) -> None:
    """Take back the verdicts of the article's own paragraphs, and measure the page under `top`."""
    doubtful = {id(node) for node in named if _within(node, container)}
    if not doubtful:
        return
    order = list(_flow(container, doubtful))
    plain = {id(node) for node, _ in order if id(node) in doubtful and _is_plain(node)}
    kept = [
        node
        for place, (node, _) in enumerate(order)
        if id(node) in plain and _in_flow(node, place, order, plain)
    ]
    for node in kept:
        node.verdict = None
        prose.weigh(node)
    if kept:
        measure(top)
        prose.resum(top)


def _within(node: Node, container: Node) -> bool:
    for parent in node.ancestors():
        if parent is container:
            return True
        if parent.verdict is not None:
            return False
    return False


def _flow(container: Node, doubtful: set[int]) -> Iterator[tuple[Node, bool]]:
    """Yield the doubtful nodes and the leaves between them, in order, and which are paragraphs."""
    stack = [container]
    while stack:
        node = stack.pop()
        if id(node) in doubtful:
            yield node, False
        elif node.verdict is None and node.leaf:
            yield node, node.prose > 0 or (node.name == "p" and _is_sentence(node))
        elif node.verdict is None:
            stack.extend(child for child in reversed(node.children) if isinstance(child, Node))


def _is_sentence(leaf: Node) -> bool:
    return not leaf.links and _STATED.search(leaf.text()) is not None


def _is_plain(node: Node) -> bool:
    """Say whether a node is sentences with hardly a link, and nothing to press or to fill in."""
    if lexicon.named("elsewhere", node.key) or lexicon.named("apart", node.key):
        return False
    if node.tag is None or next(within(node.tag, *_CONTROLS), None) is not None:
        return False
    verdict, node.verdict = node.verdict, None
    measure(node)
    headed = any(leaf.name in HEADINGS and leaf.chars for leaf in node.leaves())
    leaves = [leaf for leaf in node.leaves() if leaf.chars and leaf.name not in HEADINGS]
    chars = sum(leaf.chars for leaf in leaves)
    said = sum(prose.value(leaf) for leaf in leaves)
    plain = said >= _SENTENCES * chars > 0 and node.links <= _LINKED * node.chars
    if node.name != "figcaption":
        texts = [leaf.text() for leaf in leaves]
        plain = plain and all(len(text) > _LONG or _ENDS.search(text) for text in texts)
        plain = plain and any(len(text) > _LONG or _STATED.search(text) for text in texts)
        if headed:  # a box of its own: "Our letter", "More on this", "About the author"
            plain = plain and len(leaves) > 1 and not lexicon.named("texts", node.key)
    node.verdict = verdict
    node.chars = node.links = 0
    return plain


def _in_flow(node: Node, place: int, order: list[tuple[Node, bool]], plain: set[int]) -> bool:
    before = _beside(order[:place][::-1], plain)
    if not lexicon.named("texts", node.key):
        return before or _beside(order[place + 1 :], plain)
    return before and _beside(order[place + 1 :], plain)


def _beside(order: list[tuple[Node, bool]], plain: set[int]) -> bool:
    """Say whether the nearest text is a paragraph, past headings and others in doubt."""
    for node, solid in order:
        if solid:
            return True
        if node.name in HEADINGS or id(node) in plain or not node.chars:
            continue
        return False
    return False
