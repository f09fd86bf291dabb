"""Hidden parts of an article that a click shows: slides, panels of tabs, answers to questions.

In: the hidden nodes of a measured outline. Out: those that are parts of the article. Never raises.
A part is hidden beside shown ones built alike, or has a control; it stands in an article or beside
its prose, holds prose or a picture, and repeats nothing that is shown. Whole articles behind "Read
more" are the matter of `body.hidden`, dialogs and menus nobody's.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from bs4 import Tag

from pipeline.extract.page import lexicon
from pipeline.extract.page.builder import within
from pipeline.extract.page.elements import PICTURES, SUBHEADINGS
from pipeline.extract.page.lexicon import fold
from pipeline.extract.page.node import Node, unjudged
from pipeline.extract.page.prose import value

_PARTS = re.compile(
    r"(^|[\s-])(slide|slides|tab-?(pane|panel|content)|panel|accordion|collapse|faq|answer|carousel-item)"
    r"([\s-]|$)"
)
_SLIDES = frozenset({"slide", "tabpanel"})
_OUTSIDE = frozenset({"nav", "header", "footer", "aside", "form", "dialog"})
_CONTROLS = SUBHEADINGS | {"a", "button", "label", "summary", "dt"}
_OPENERS = _CONTROLS | {"div", "span", "li"}
_BEGINNING = 40  # letters of a block that are compared
_UP = 4  # levels to the article, or to the block that holds its prose
_MOST = 400  # children that are looked at for others built alike


def find(hidden: Sequence[Node], top: Node) -> list[Node]:
    """Return the hidden nodes that are parts of the article."""
    rows = _rows(hidden)
    likely = [
        node for node in hidden if (node.get("id") or id(node) in rows) and _is_in_article(node)
    ]
    if any(id(node) not in rows for node in likely):
        controlled = _controlled(top)
        likely = [node for node in likely if id(node) in rows or node.get("id") in controlled]
    if not likely:
        return []
    shown = {_start(leaf) for leaf in top.leaves()}
    return [node for node in likely if _says_more(node, shown)]


def repeats(hidden: Sequence[Node], top: Node) -> bool:
    """Say whether a hidden node has a block that is shown as well."""
    shown = {_start(leaf) for leaf in top.leaves()}
    return any(_starts(_leaves(node)) & shown for node in hidden)


def name_titles(parts: Sequence[Node]) -> None:
    """Make the links that open the parts the text they are, and no links to elsewhere."""
    for node in parts:
        siblings = list(islice(node.parent.nodes(), _MOST)) if node.parent is not None else []
        place = next((n for n, one in enumerate(siblings) if one is node), 0)
        for link in siblings[place - 1].inlines() if place else ():
            if link.name == "a" and link.get("href").startswith("#"):
                link.name = "span"


def _controlled(top: Node) -> frozenset[str]:
    """Return the ids that links, buttons and labels of a page say they open."""
    if top.tag is None:
        return frozenset()
    found: set[str] = set()
    for tag in within(top.tag, *_OPENERS):
        attrs = tag.attrs
        if not attrs:
            continue
        for name in ("aria-controls", "data-target", "data-bs-target"):
            found.update(word.lstrip("#") for word in str(attrs.get(name) or "").split())
        href = str(attrs.get("href") or "")
        toggles = attrs.get("role") in ("tab", "button") or "aria-expanded" in attrs
        if href.startswith("#") and (toggles or any("toggle" in name for name in attrs)):
            found.add(href[1:])
    return frozenset(found - {""})


def _rows(hidden: Sequence[Node]) -> set[int]:
    """Return the `id()` of nodes that are one of several slides, panels or answers in a row."""
    found: set[int] = set()
    parents = {id(node.parent): node.parent for node in hidden if node.parent is not None}
    unseen = {id(node) for node in hidden}
    for parent in parents.values():
        kinds: dict[tuple[str, str, bool], list[Node]] = {}
        for child in islice(parent.nodes(), _MOST):
            kind = child.name, child.key.partition(" ")[0], _is_opened(child)
            kinds.setdefault(kind, []).append(child)
        for (_, key, opened), nodes in kinds.items():
            some = any(id(node) not in unseen for node in nodes)
            alike = some and any(_is_named(node, key) for node in nodes)
            if len(nodes) > 1 and (alike or opened):
                found.update(id(node) for node in nodes if id(node) in unseen)
    return found


def _is_named(node: Node, key: str) -> bool:
    role = node.get("role") or node.get("aria-roledescription")
    return role.lower() in _SLIDES or _PARTS.search(key) is not None


def _is_opened(node: Node) -> bool:
    """Say whether the element before a node looks like its control: a button, a heading."""
    beside = node.tag.previous_siblings if node.tag is not None else ()
    before = next((one for one in beside if isinstance(one, Tag)), None)
    return before is not None and (before.name in _CONTROLS or before.get("role") == "button")


def _is_in_article(node: Node) -> bool:
    if node.name in _OUTSIDE or node.get("role") in ("dialog", "alertdialog", "menu", "form"):
        return False
    within = False
    for level, above in enumerate(node.ancestors()):
        if above.name in _OUTSIDE or above.verdict is not None:
            return False
        within = within or above.name in ("article", "main")
        if level < _UP and not within:
            beside = (child for child in above.children if isinstance(child, Node))
            within = any(leaf.leaf and value(leaf) > 0 for leaf in islice(beside, 40))
    return within


def _says_more(node: Node, shown: set[str]) -> bool:
    """Say whether a hidden node holds prose or a picture, and nothing that is shown already."""
    leaves = _leaves(node)
    if _starts(leaves) & shown or any(lexicon.named("chrome", one.key) for one in (node, *leaves)):
        return False
    with unjudged(node):
        return any(value(leaf) > 0 for leaf in leaves) or any(
            inner.name in PICTURES for leaf in leaves for inner in _inner(leaf)
        )


def _leaves(node: Node) -> list[Node]:
    with unjudged(node):
        return list(node.leaves())


def _starts(leaves: Sequence[Node]) -> set[str]:
    return {start for leaf in leaves if len(start := _start(leaf)) == _BEGINNING}


def _inner(leaf: Node) -> Iterator[Node]:
    yield leaf
    yield from leaf.inlines()


def _start(leaf: Node) -> str:
    with unjudged(leaf):
        return fold(leaf.text()[: 4 * _BEGINNING])[:_BEGINNING]
