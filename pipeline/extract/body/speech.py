"""The language and direction of the blocks of an article, where they are not those of the article.

In: the container. Out: for a node, the attributes `lang` and `dir` to write. Never raises. Elements
that are not written (a `div`) hand theirs down to the blocks in them.
"""

import re
from collections import Counter
from collections.abc import Container, Mapping

from pipeline.extract.page.node import Node

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_NOTHING: Mapping[str, str] = {}
_DIRECTIONS = frozenset({"ltr", "rtl", "auto"})


class Speech:
    """What an article is written in, and which of its blocks are in something else.

    `written` are the names of the blocks that are written as elements of their own.
    """

    def __init__(self, container: Node, written: Container[str]) -> None:
        self._given: dict[int, Mapping[str, str]] = {}
        languages: Counter[str] = Counter()
        directions: Counter[str] = Counter()
        language, direction = _above(container, "lang"), _above(container, "dir")
        stack: list[tuple[Node, str, str, Mapping[str, str]]]
        stack = [(container, language, direction, _NOTHING)]
        while stack:
            node, language, direction, pending = stack.pop()
            own = _own(node)
            language, direction = own.get("lang", language), own.get("dir", direction)
            if node is not container:
                pending = {**pending, **own} if own else pending
            if node.leaf:
                languages[_primary(language)] += node.chars
                directions[direction] += node.chars
            if node.leaf or (node is not container and node.name in written):
                if pending:
                    self._given[id(node)] = pending
                pending = _NOTHING
            if not node.leaf:
                children = (child for child in node.nodes() if child.verdict is None)
                stack.extend((child, language, direction, pending) for child in children)
        self._language = languages.most_common(1)[0][0] if languages else ""
        self._direction = (directions.most_common(1)[0][0] if directions else "") or "ltr"

    def attributes(self, node: Node) -> str:
        """Return the attributes of a node as markup: a language only where it is another one.

        A block's own direction is kept, since the page's may stand nowhere else.
        """
        said = {**_own(node), **self._given.get(id(node), _NOTHING)}
        if not said:
            return ""
        language, direction = said.get("lang", ""), said.get("dir", "")
        out = ""
        if language and _primary(language) != self._language:
            out += f' lang="{language}"'
        if direction and (direction != self._direction or _keeps(node)):
            out += f' dir="{direction}"'
        return out


def _keeps(node: Node) -> bool:
    return bool(not node.inline and _value(node, "dir"))


def _own(node: Node) -> Mapping[str, str]:
    """Return what the attributes of a node's own element say."""
    attrs = node.tag.attrs if node.tag is not None else _NOTHING
    if "lang" not in attrs and "dir" not in attrs:
        return _NOTHING
    return {name: value for name in ("lang", "dir") if (value := _value(node, name))}


def _value(node: Node, name: str) -> str:
    value = node.get(name).strip()
    if name == "dir":
        return value.lower() if value.lower() in _DIRECTIONS else ""
    return value if _LANGUAGE.fullmatch(value) else ""


def _above(container: Node, name: str) -> str:
    """Return what the nearest element around the article, or the container, says."""
    value = _value(container, name)
    if value or container.tag is None:
        return value
    for tag in container.tag.parents:
        found = tag.attrs.get(name) if tag.attrs else None
        if isinstance(found, str) and found:
            return found if name == "lang" else found.lower()
    return ""


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()
