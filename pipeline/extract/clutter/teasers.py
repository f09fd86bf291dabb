"""Lists of other articles: cards with a linked headline, and perhaps an excerpt.

In: a measured outline on which prose is weighed. Sets the verdict "teaser" of the cards. Never
raises. A single card is judged only if its class says "teaser": otherwise only repetition tells it
from the article.
"""

import re
from collections import defaultdict
from functools import lru_cache
from typing import Final

from pipeline.extract.page import urls
from pipeline.extract.page.elements import SUBHEADINGS
from pipeline.extract.page.node import Node

_IMAGE = re.compile(r"\.(jpe?g|png|webp|gif|avif|svg)([?#]|$)", re.I)
_TEASER = re.compile(r"(^|[\s-])teaser([\s-]|$)")
_FEWEST = 3  # cards that make a list
_LONGEST = 700  # width of a card's text
_EXCERPT = 480  # width of a card's text outside links
_STREAM = 8  # cards and advertisements of a portal's stream
_LONG = 1.5  # how many times as much text a card in a stream may have
_ARTICLE = 1000.0  # prose of an article beside it
_HEADLINE = 12  # width of the shortest headline
_NEVER: Final = frozenset(
    {"tr", "tbody", "thead", "table", "dl", "dt", "dd", "figure", "p", "blockquote"}
)


def mark(top: Node, url: str) -> None:
    """Set the verdict of cards that are in a row and built alike; `url` is the page's address."""
    stack = [top]
    while stack:
        node = stack.pop()
        if _is_link_block(node, url) or (_is_named(node) and _is_card(node, url)):
            node.verdict = "teaser"
            continue
        children = node.nodes()
        groups: dict[tuple[str, str], list[Node]] = defaultdict(list)
        for child in children if len(children) >= _FEWEST else ():
            if child.verdict is None and child.name not in _NEVER and child.tag is not None:
                groups[_built(child)].append(child)
        for group in groups.values():
            if len(group) < _FEWEST:
                continue
            cards = [child for child in group if _is_card(child, url)]
            if len(cards) >= _FEWEST and len(cards) >= 0.7 * len(group):
                for card in cards:
                    card.verdict = "teaser"
            elif _is_stream(node, group, cards, top, url):
                for child in group:
                    child.verdict = "teaser"
        stack += [child for child in children if not child.leaf and child.verdict is None]


def _is_named(node: Node) -> bool:
    return "teaser" in node.key and _TEASER.search(node.key) is not None


def _is_stream(node: Node, group: list[Node], cards: list[Node], top: Node, url: str) -> bool:
    """Say whether a long row is a portal's stream: cards, some with more text, and advertisements.

    There must be an article beside it; otherwise the row is the page's own text.
    """
    if len(group) < _STREAM or len(cards) < 0.3 * len(group) or top.prose - node.prose < _ARTICLE:
        return False
    if any(inner.name == "h1" for inner in node.walk()):
        return False
    long = sum(1 for child in group if child in cards or _is_card(child, url, _LONG))
    return long >= 0.7 * len(group)


def _is_link_block(node: Node, url: str) -> bool:
    """Say whether a node is one big link around headings and paragraphs."""
    if node.name != "a" or node.inline or not 0 < node.chars <= _LONGEST:
        return False
    if any(inner.name in ("figure", "h1") for inner in node.walk()):
        return False
    href = node.get("href")
    return bool(href) and not href.startswith("#") and bool(urls.image(href, url))


def _built(node: Node) -> tuple[str, str]:
    """Return how a node is built: its name and the first word of its key without a digit."""
    return node.name, _first_word(node.key)


@lru_cache(maxsize=8192)  # many elements of a page have the same key
def _first_word(key: str) -> str:
    return next((word for word in key.split() if not any(map(str.isdigit, word))), "")


def _is_card(node: Node, url: str, longer: float = 1.0) -> bool:
    excerpt = node.chars - node.links
    if not 0 < node.chars <= longer * _LONGEST or excerpt > longer * _EXCERPT or not node.links:
        return False
    headline = False
    prose = 0
    titled = False  # heading without a link, then text: a link after that only says "more"
    for leaf in node.leaves():
        around = _link_around(leaf, node)
        linked = leaf.chars if around else leaf.links
        if (
            leaf.chars >= _HEADLINE
            and linked >= 0.8 * leaf.chars
            and _leads_on(around or leaf, url)
        ):
            headline = headline or not (titled and prose)
        elif leaf.chars > 60:
            prose += 1
        elif leaf.name in SUBHEADINGS and leaf.chars and not leaf.links and not around:
            titled = True
    return headline and prose <= 3 * longer


def _link_around(leaf: Node, card: Node) -> Node | None:
    """Return the link around a whole block of a card: `<a><h3>…</h3></a>`."""
    for node in leaf.ancestors():
        if node.name == "a" and node.get("href"):
            return node
        if node is card:
            break
    return None


def _leads_on(leaf: Node, url: str) -> bool:
    """Say whether the links of a block lead to other pages of the site."""
    for node in (leaf, *leaf.inlines()):
        href = node.get("href") if node.name == "a" else ""
        if href.startswith("/") and not href.startswith("//"):
            return not _IMAGE.search(href)
        if href and not href.startswith("#"):
            address = urls.image(href, url)
            if _IMAGE.search(address):
                return False  # the picture in full size
            return not address or not urls.site(url) or urls.same_site(address, url)
    return False
