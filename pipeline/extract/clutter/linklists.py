"""Lists of links inside the chosen container: related articles, tags, navigation.

In: the chosen container. Sets the verdict "links" of such lists. Never raises. Data tables stay,
and lists whose links lead to other sites: sources, shops, references.
"""

import re

from pipeline.extract.clutter import promotion
from pipeline.extract.page import urls
from pipeline.extract.page.elements import MEDIA
from pipeline.extract.page.node import Node

_ADDRESS = re.compile(r"https?://\S+/\S")
_CELL = 120  # width of a short cell of a table
_ROWS = 3  # rows of a data table


def mark(container: Node, url: str) -> None:
    """Set the verdict of containers that hold links and little else.

    `container` is measured and weighed; `url` is the page's address.
    """
    even: dict[int, bool] = {}  # by id() of table bodies: whether most rows are equally long
    stack = [container]
    while stack:
        node = stack.pop()
        if node is not container and not node.leaf and node.name not in ("tr", "tbody", "figure"):
            items = sum(1 for _ in node.leaves())
            little = node.prose < min(0.2 * node.chars, 0.3 * container.prose + 1)
            if node.chars and little and not _is_data_table(node) and not _is_cell(node, even):
                density = node.links / node.chars
                if density > 0.7 and (items > 1 or node.chars < 200) and not _lead_out(node, url):
                    node.verdict = "links"
                    continue
        stack.extend(child for child in node.nodes() if not child.leaf and child.verdict is None)


def _is_cell(node: Node, even: dict[int, bool]) -> bool:
    """Say whether a node is a short cell in rows of equal length: part of a data table."""
    row = node.parent
    if node.name not in ("td", "th") or node.chars > _CELL or row is None or row.parent is None:
        return False
    body = row.parent
    if id(body) not in even:
        cells = [_cells(other) for other in body.nodes() if other.name == "tr"]
        most = max(cells, default=0)
        even[id(body)] = len(cells) >= _ROWS and most > 1 and cells.count(most) > 0.7 * len(cells)
    return even[id(body)]


def _cells(row: Node) -> int:
    return sum(1 for cell in row.nodes() if cell.name in ("td", "th"))


def _lead_out(node: Node, url: str) -> bool:
    """Say whether a list's links lead to other sites, as sources, shops and references do."""
    if node.name not in ("ul", "ol", "table", "dl"):
        return False
    away = 0
    for inner in (inner for leaf in node.leaves() for inner in leaf.inlines()):
        if inner.name in MEDIA:
            return False
        if inner.name == "a" and inner.links:
            address, text = urls.image(inner.get("href"), url), inner.text()
            out = address and not urls.same_site(address, url)
            if _ADDRESS.match(text) or (out and not promotion.NETWORK.search(text)):
                away += inner.links
    return away > 0.7 * node.links


def cells(container: Node) -> frozenset[int]:
    """Return the `id()` of the nodes of the leaf blocks in tables that have headers."""
    return frozenset(
        id(leaf)
        for node in container.walk()
        if node.name == "table" and _is_data_table(node)
        for leaf in node.leaves()
    )


def _is_data_table(node: Node) -> bool:
    """Say whether a table has headers: results and key facts are mostly links on many sites."""
    if node.name != "table":
        return False
    return sum(1 for inner in node.walk() if inner.name in ("th", "caption")) > 1
