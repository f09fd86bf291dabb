"""The marks in a text that lead to notes below it.

In: the container of an article. Out: the links that are marks. Never raises. A table of contents
and a list of pages have short links too: a mark is raised, in brackets, or named one.
"""

import re
from urllib.parse import unquote

from pipeline.extract.page.elements import HEADINGS
from pipeline.extract.page.node import Node

_LONGEST = 6  # characters: "[123]"
_MARK = re.compile(r"[\[(]?(\d{1,4}|[*†‡§¶]{1,3}|[a-z]{1,4})[\])]?", re.I)
_BRACKETS = re.compile(r"[\[(].*[\])]")
_NAMED = re.compile(r"note|(^|[\s-])(fn|cite|ref)", re.I)
_UP = 4  # levels between a mark and the element that raises it


def find(container: Node) -> frozenset[int]:
    """Return the `id()` of the links that lead from a mark to an element further below."""
    links: list[tuple[Node, int, str]] = []
    targets: dict[str, int] = {}
    for place, node in enumerate(container.inlines()):
        if node.tag is None:
            continue
        if node.name not in HEADINGS:
            for name in (node.get("id"), node.get("name")):
                if name:
                    targets[name] = place
        if node.name == "a" and 0 < node.chars <= _LONGEST and _is_mark(node):
            href = node.get("href")
            if href.startswith("#"):
                links.append((node, place, unquote(href[1:])))
    return frozenset(id(node) for node, place, name in links if targets.get(name, -1) > place)


def is_raised(node: Node) -> bool:
    """Say whether a node is in a superscript, or holds nothing else."""
    above: Node | None = node
    for _ in range(_UP):
        if above is None or not above.inline:
            break
        if above.name == "sup":
            return True
        above = above.parent
    inner = [child for child in node.children if not isinstance(child, str) or child.strip()]
    return len(inner) == 1 and isinstance(inner[0], Node) and inner[0].name == "sup"


def is_bracketed(node: Node) -> bool:
    """Say whether the text of a node is in brackets."""
    return _BRACKETS.fullmatch(node.text()) is not None


def _is_mark(link: Node) -> bool:
    if not _MARK.fullmatch(link.text()):
        return False
    named = _NAMED.search(f"{link.get('class')} {link.get('rel')} {link.get('role')}")
    return named is not None or is_bracketed(link) or is_raised(link)
