"""Boilerplate told by structure: landmarks, roles, names, what is hidden, what is mostly links.

In: a measured outline. Out: verdicts on the nodes that stand around the article.
It never gives one to a node that holds a substantial part of the page's prose.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

from pipeline.extract.page import lexicon
from pipeline.extract.page.elements import PICTURES
from pipeline.extract.page.node import Node

_ROLES: Final = frozenset(
    [
        "navigation",
        "banner",
        "contentinfo",
        "search",
        "menu",
        "menubar",
        "toolbar",
        "tablist",
        "dialog",
        "alertdialog",
        "alert",
        "complementary",
        "form",
        "status",
        "tooltip",
    ]
)
_HEADING = re.compile("h[2-6]")
# What is hidden at some widths only: "hidden-xs", "d-none-on-mobile".
_AT_WIDTHS = re.compile(
    r"[\w-]*(hidden|hide|invisible|none)-(on-)?"
    r"(x*[sml]|xs|xl|sm|md|lg|mobile|tablet|phone|desktop|small|medium|large|print)\b[\w-]*"
)
_ARTICLE = 500.0  # prose of a short article, in characters
_MOST = 0.6  # share of the page's prose that siblings built alike hold in a live blog
_SHORT = 200.0  # prose of a block that says more than an advertisement
_LABEL = 30  # width of the label of a fact check's verdict
_WIDE = 200  # pixels
_DEEP = 4  # levels that a picture may lie under its figure
_AD = re.compile(r"\b(ads?|adv)\b")
_EMBED = re.compile("embed|tweet|twitter|instagram|facebook-post|tiktok|youtube")
_LANDMARKS: Final = frozenset(["nav", "footer", "aside", "form"])
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_MICRODATA = frozenset({"articlebody", "text", "description", "headline"})


def mark_hidden(top: Node) -> list[Node]:
    """Give the verdict "hidden" to what a browser does not show, and return it."""
    found: list[Node] = []
    stack = [top]
    while stack:
        node = stack.pop()
        tag = node.tag
        if tag is not None and tag.attrs and node is not top and node.name not in ("body", "html"):
            attrs = tag.attrs
            style = attrs.get("style")
            if (
                ("hidden" in attrs and attrs["hidden"] != "until-found")
                or (isinstance(style, str) and _INVISIBLE.search(style) and not _is_late(node))
                or (attrs.get("aria-hidden") == "true" and not node.inline and node.chars < 200)
            ):
                node.verdict = "hidden"
                found.append(node)
            if node.verdict:
                continue
        stack.extend(node.nodes())
    return found


def _is_late(node: Node) -> bool:
    """Say whether a picture is only hidden until a script has loaded it."""
    if node.name != "img" or node.tag is None:
        return False
    return any(name.startswith("data-") and "src" in name for name in node.tag.attrs)


def mark(top: Node, verdict: str = "") -> None:
    """Give verdicts to landmarks and to elements named as chrome.

    What is named a rating stays where it tells little but a fact check's `verdict`: readers' votes
    bear that name too.
    """
    rating = lexicon.normal(verdict) if verdict else ""
    total = max(1.0, top.prose)
    body = lexicon.content_patterns()[0]
    stack = [(top, False, False)]
    while stack:
        node, inside, most = stack.pop()
        if node is not top and node.tag is not None:
            judged = None if most else _judge(node, total, body, inside)
            if judged is not None and not (judged == "chrome" and _tells(node, rating)):
                node.verdict = judged
                continue
        inside = inside or node.name in ("article", "main")
        if not node.leaf:
            alike = _hold_most(node, total)
            stack.extend((child, inside, _built(child) in alike) for child in node.nodes())
        else:
            _inline(node)


@lru_cache(maxsize=8192)  # a page names many elements alike
def _at_all_widths(key: str) -> str:
    return _AT_WIDTHS.sub(" ", key)


def _tells(node: Node, rating: str) -> bool:
    if not rating or "rating" not in node.key or node.chars > len(rating) + _LABEL:
        return False
    return rating in lexicon.normal(node.text())


def _hold_most(node: Node, total: float) -> set[tuple[str, str]]:
    """Return how those children are built that together hold most of the page's prose.

    The items of a live blog are often named comments; one alone would look like a reader's.
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


def _judge(
    node: Node,
    total: float,
    body: re.Pattern[str],
    inside: bool,
) -> str | None:
    if node.name in ("body", "html", "main") or node.get("itemprop").lower() in _MICRODATA:
        return None
    share = node.prose / total
    if node.name in _LANDMARKS or node.get("role").lower() in _ROLES:
        return None if share > 0.3 else f"landmark {node.name}"
    if node.name == "header" and not inside:
        return None if share > 0.2 or _has_heading(node) else "landmark header"
    # The id of a heading is made of its words, which say nothing of the page's structure.
    key = node.get("class").lower() if _HEADING.fullmatch(node.name) else node.key
    key = _at_all_widths(key)
    if _is_prose(node):
        key = _AD.sub(" ", key)
    if key and share > 0.3 and _is_elsewhere(node, total):
        return "elsewhere"
    if not key or share > 0.3:
        return None
    if node.name == "article" and share > 0.1:
        return None
    if node.name in ("figure", "table", "tbody", "tr", "blockquote", "pre", "h1", "picture"):
        return None
    if node.name == "td" and not lexicon.named("elsewhere", key):
        return None
    if _is_picture_in_figure(node):
        return None
    if lexicon.named("hidden", key):
        return "hidden"
    if lexicon.named("chrome", key) or (share < 0.1 and lexicon.named("furniture", key)):
        if _EMBED.search(key) and _is_embed(node):
            return None
        if body.search(key) and share > 0.02:
            return None
        return "chrome"
    if lexicon.named("meta", key) and node.chars < 400 and node.prose < 0.1 * total:
        return "meta"
    return None


def _is_picture_in_figure(node: Node) -> bool:
    """Say whether a node holds a figure's picture: "image-and-copyright" is no legal notice."""
    if not any(parent.name == "figure" for parent in islice(node.ancestors(), _DEEP)):
        return False
    return any(
        inner.name in PICTURES and ".svg" not in inner.get("src")
        for inner in (node, *node.inlines())
    )


def _is_large(node: Node) -> bool:
    """Say whether a picture is too wide to be the icon that its name speaks of."""
    digits = node.get("width") if node.name in ("img", "amp-img") else ""
    return digits.isdigit() and int(digits) >= _WIDE


def _is_prose(node: Node) -> bool:
    """Say whether a node is text in sentences: no advertisement, whatever its name has room for."""
    return node.prose > _SHORT and node.links < 0.2 * node.chars


def _is_elsewhere(node: Node, total: float) -> bool:
    """Say whether a long node is named as what cannot be the article, with an article beside it."""
    if total - node.prose < _ARTICLE or not lexicon.named("elsewhere", node.key):
        return False
    return not _has_heading(node) and not any(inner.name == "main" for inner in node.walk())


def _is_embed(node: Node) -> bool:
    """Say whether a node holds somebody's post: a quotation, a player, a picture."""
    return any(child.name in ("blockquote", "iframe", "video", "figure") for child in _below(node))


def _below(node: Node) -> Iterator[Node]:
    yield from node.walk()
    for leaf in node.leaves():
        yield from leaf.inlines()


def _has_heading(node: Node) -> bool:
    return any(child.name == "h1" for child in node.walk())


def _inline(leaf: Node) -> None:
    """Take named chrome and what is hidden out of a paragraph too."""
    for node in leaf.inlines():
        if node.key and node.name != "a" and lexicon.named("overlay", node.key):
            node.verdict = "overlay"
            continue
        if _is_large(node) or _is_picture_in_figure(node):
            continue
        small = node.chars < min(200, max(40, 0.6 * leaf.chars))
        if small and node.key and node.name != "a" and lexicon.named("chrome", node.key):
            node.verdict = "chrome"
