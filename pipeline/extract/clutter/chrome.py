"""Boilerplate recognised by structure: landmarks, roles, class names, hidden elements.

In: a measured outline on which prose is weighed. `mark_hidden` and `mark` set the verdicts of the
nodes around the article; `chromerules` holds the rules for one node. A node that holds a
substantial part of the page's prose gets none, unless it is named as comments or the like. Never
raises.
"""

import re
from collections import defaultdict

from pipeline.extract.clutter import chromerules, folds
from pipeline.extract.clutter.chromerules import Element
from pipeline.extract.page import lexicon, styles
from pipeline.extract.page.node import Node, measure

_MOST = 0.6  # share of the page's prose that siblings built alike hold in a live blog
_BY_NAME = frozenset({"chrome", "meta"})
_WIDE = 200  # pixels
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def mark_hidden(top: Node) -> list[Node]:
    """Set the verdict "hidden" of nodes that a browser does not show, and return them.

    What style sheets in the page hide is shown where it is most of the text: a script shows it.
    Parts of the article that a click shows get no verdict.
    """
    found, styled = _hidden(top, by_style=True)
    most = 2 * sum(node.chars - node.links for node in styled) > top.chars - top.links
    if most and not folds.repeats(styled, top):
        for node in found:
            node.verdict = None
        found, _ = _hidden(top, by_style=False)
    if not found:
        return found
    parts = folds.find(found, top)
    for node in parts:
        node.verdict = None
    if parts:
        folds.name_titles(parts)
        measure(top)
    shown = [node for node in found if node.verdict is None]
    return [node for node in found if node.verdict] + [
        inner for node in shown for inner in _hidden(node, by_style=True)[0]
    ]


def _hidden(top: Node, *, by_style: bool) -> tuple[list[Node], list[Node]]:
    """Set the verdicts under a node; return those that got one, and which of them by a style."""
    found: list[Node] = []
    styled: list[Node] = []
    stack = [top]
    while stack:
        node = stack.pop()
        tag = node.tag
        if tag is not None and tag.attrs and node is not top and node.name not in ("body", "html"):
            attrs = tag.attrs
            style = attrs.get("style")
            if (
                ("hidden" in attrs and attrs["hidden"] != "until-found")
                or (isinstance(style, str) and _is_unseen(style) and not _is_late(node))
                or (attrs.get("aria-hidden") == "true" and not node.inline and node.chars < 200)
            ):
                node.verdict = "hidden"
                found.append(node)
            elif by_style and styles.HIDDEN in attrs and _has_words(node):
                node.verdict = "hidden"
                found.append(node)
                styled.append(node)
            if node.verdict:
                continue
        if node.children:
            stack += node.nodes()
    return found, styled


def _has_words(node: Node) -> bool:
    """Say whether a node is more than a sign, which may part the words on its sides."""
    return node.chars > 3 or any(map(str.isalnum, node.text()))


def _is_unseen(style: str) -> bool:
    return _INVISIBLE.search(style) is not None or styles.clips(style)


def _is_late(node: Node) -> bool:
    """Say whether a picture is hidden only until a script has loaded it."""
    if node.name != "img" or node.tag is None:
        return False
    return any(name.startswith("data-") and "src" in name for name in node.tag.attrs)


def mark(top: Node, verdict: str = "") -> list[Node]:
    """Set the verdicts of landmarks and of elements named as boilerplate.

    `verdict` is a fact check's: the element that shows it stays though its name says "rating".
    Returns the nodes that were judged by their names alone.
    """
    named: list[Node] = []
    rating = lexicon.normal(verdict) if verdict else ""
    total = max(1.0, top.prose)
    stack = [(top, False, False)]
    while stack:
        node, inside, most = stack.pop()
        if node is not top and node.tag is not None:
            judged = chromerules.judge(Element(node, total, inside, most, rating))
            if judged is not None:
                node.verdict = judged
                if judged in _BY_NAME:
                    named.append(node)
                continue
        inside = inside or node.name in ("article", "main")
        if not node.leaf:
            alike = _hold_most(node, total)
            stack.extend((child, inside, _built(child) in alike) for child in node.nodes())
        else:
            _inline(node)
    return named


def _hold_most(node: Node, total: float) -> set[tuple[str, str]]:
    """Return the kinds of children (see `_built`) that together hold most of the page's prose.

    The items of a live blog often have the class of a comment, but one item alone would be a
    reader's.
    """
    if node.prose < _MOST * total or lexicon.named("elsewhere", node.key):
        return set()
    sums: dict[tuple[str, str], list[float]] = defaultdict(list)
    for child in node.nodes():
        sums[_built(child)].append(child.prose)
    return {
        built
        for built, values in sums.items()
        if len(values) > 2 and built[1] and sum(values) > _MOST * total
    }


def _built(node: Node) -> tuple[str, str]:
    return node.name, node.key.partition(" ")[0]


def _is_large(node: Node) -> bool:
    """Say whether a picture is too wide for the icon that its class names."""
    digits = node.get("width") if node.name in ("img", "amp-img") else ""
    return digits.isdigit() and int(digits) >= chromerules.WIDE


def _inline(leaf: Node) -> None:
    """Set the verdicts of hidden and boilerplate elements inside a paragraph."""
    for node in leaf.inlines():
        if not node.key or node.name == "a":
            continue
        if lexicon.named("overlay", node.key):
            node.verdict = "overlay"
            continue
        if _is_large(node) or chromerules.holds_figure_picture(node):
            continue
        if chromerules.is_shared_photo(node):
            continue
        small = node.chars < min(200, max(40, 0.6 * leaf.chars))
        unseen = lexicon.named("hidden", node.key) and _has_words(node)
        if small and (unseen or lexicon.named("chrome", node.key)):
            node.verdict = "chrome"
