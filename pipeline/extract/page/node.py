"""The nodes of an outline, and the measures of their text.

In: nodes as `outline` builds them. Out: their text, its width, and its width in links. Never
raises. Nodes with a verdict are not counted: they are no part of the article.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bs4 import Tag

_WIDE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_FEW = 40  # nodes up to which correcting costs less than measuring again


class Node:
    """An element, or a run of inline content between blocks (its `tag` is None).

    `children` holds nodes and strings in a leaf block or an inline element, only nodes in a
    container. `chars` is the width of the text in characters (white space collapsed; a character of
    a script without spaces counts as two) and `links` the part of it in links; `measure` sets both.
    `prose` is set by the `prose` module. `verdict` says why the node is no part of the article;
    None: it is part of it. A list of children that has been measured is replaced, never changed,
    where strings are added or removed.
    """

    __slots__ = (
        "chars",
        "children",
        "inline",
        "key",
        "leaf",
        "links",
        "measured",
        "name",
        "own",
        "parent",
        "prose",
        "tag",
        "verdict",
    )

    def __init__(self, name: str, tag: Tag | None, parent: "Node | None") -> None:
        self.name = name
        self.tag = tag
        self.parent = parent
        self.children: list[Node | str] = []
        self.inline = False
        self.leaf = False
        self.key = ""
        self.chars = 0
        self.links = 0
        self.prose = 0.0
        self.verdict: str | None = None
        # The width of the strings among the children, and the list it was computed from: a page is
        # measured many times, its strings once.
        self.own = 0
        self.measured: list[Node | str] | None = None

    def get(self, name: str) -> str:
        """Return the value of an attribute, "" where there is none."""
        if self.tag is None:
            return ""
        value = self.tag.attrs.get(name)
        return value if isinstance(value, str) else ""

    def has_button(self) -> bool:
        """Say whether a button, which is no block itself, stands among the node's children."""
        inner = self.tag.contents if self.tag is not None else ()
        return any(isinstance(one, Tag) and one.name == "button" for one in inner)

    def nodes(self) -> list["Node"]:
        """Return the child nodes without the strings between them."""
        return [child for child in self.children if isinstance(child, Node)]

    def walk(self) -> Iterator["Node"]:
        """Yield this node and the block nodes under it that have no verdict, in document order."""
        stack = [self]
        while stack:
            node = stack.pop()
            if node.verdict is not None:
                continue
            yield node
            if not node.leaf:
                stack += [one for one in reversed(node.children) if isinstance(one, Node)]

    def leaves(self) -> Iterator["Node"]:
        """Yield the leaf blocks under this node that have no verdict."""
        stack = [self]
        while stack:
            node = stack.pop()
            if node.verdict is None:
                if node.leaf:
                    yield node
                else:
                    stack += [one for one in reversed(node.children) if isinstance(one, Node)]

    def ancestors(self) -> Iterator["Node"]:
        """Yield the parent, its parent and so on."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def text(self) -> str:
        """Return the text of the nodes without a verdict, white space collapsed."""
        strings: list[str] = []
        stack: list[Node | str] = [self]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                strings.append(item)
            elif item.verdict is None:
                if item.name == "br" or not item.inline:
                    strings.append(" ")
                stack += item.children[::-1]
        return " ".join("".join(strings).split())

    def inlines(self) -> Iterator["Node"]:
        """Yield all nodes under this one that have no verdict, inline elements too."""
        stack = self.nodes()[::-1]
        while stack:
            node = stack.pop()
            if node.verdict is None:
                yield node
                if node.children:
                    stack += [one for one in reversed(node.children) if isinstance(one, Node)]


@contextmanager
def unjudged(node: Node) -> Iterator[None]:
    """Take the verdict from a node within the block: with one, a node has no text and no leaves."""
    verdict, node.verdict = node.verdict, None
    try:
        yield
    finally:
        node.verdict = verdict


def width(text: str) -> int:
    """Return the width of a text in characters; one of a script without spaces counts as two."""
    size = len(text)
    if text.isascii():
        return size
    return size + len(_WIDE.findall(text))


def measure(top: Node) -> None:
    """Set `chars` and `links` of every node that has no verdict."""
    order: list[Node] = []
    stack = [top]
    while stack:
        node = stack.pop()
        node.chars = node.links = 0
        if node.verdict is not None:
            continue
        order.append(node)
        children = node.children
        if node.measured is not children:
            node.own = _own(children)
            node.measured = children
        stack.extend([child for child in children if isinstance(child, Node)])
    for node in reversed(order):
        chars = node.chars = node.chars + node.own
        if node.name == "a" and node.get("href"):
            node.links = chars
        parent = node.parent
        if parent is not None and node is not top:
            parent.chars += chars
            parent.links += node.links


def take_out(nodes: Sequence[Node], top: Node) -> None:
    """Correct the measures above nodes under `top` that got a verdict since it was measured.

    No node of them may be inside another.
    """
    if len(nodes) > _FEW:
        measure(top)
        return
    for node in nodes:
        chars, links = node.chars, node.links
        node.chars = node.links = 0
        for parent in node.ancestors():
            if parent.verdict is not None:
                break
            parent.chars -= chars
            if parent.name == "a" and parent.get("href"):
                links = chars
            parent.links -= links


def _own(children: list[Node | str]) -> int:
    """Return the width of the strings among children, the white space of each collapsed."""
    own = 0
    for child in children:
        if isinstance(child, str):
            collapsed = " ".join(child.split())
            if collapsed:
                own += width(collapsed) + (not collapsed.isascii())
    return own
