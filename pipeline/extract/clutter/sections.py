"""Sections named by their heading that are not the article: "Related articles" and the like.

In: the container chosen as the article's. `mark` gives the verdict "section" to such a heading and
to the blocks that belong to it. Never raises.
"""

from pipeline.extract.page import lexicon
from pipeline.extract.page.elements import HEADINGS
from pipeline.extract.page.node import Node

_AFTER = 0.35  # prose after the article as a share of the article's
_ARTICLE = 600  # prose of a short article


def mark(container: Node) -> None:
    """Drop a heading such as "Related articles" and what follows it, up to the next prose."""
    starts = lexicon.phrases("boilerplate", "section", "starts")
    leaves = list(container.leaves())
    for i, leaf in enumerate(leaves):
        if leaf.chars > 90 or leaf.verdict is not None or leaf.name == "h1":
            continue
        words = lexicon.normal(leaf.text())
        if not lexicon.begins(words, starts):
            continue
        strong = leaf.name in HEADINGS or _all_strong(leaf)
        if strong and _ends_article(words, starts, leaves[: i + 1], leaves[i + 1 :]):
            for other in leaves[i:]:
                other.verdict = "section"
            return
        following = leaves[i + 1 : i + 40]
        taken: list[Node] = []
        for other in following:
            if other.name in HEADINGS and taken:
                break
            if other.prose > 80:
                break
            taken.append(other)
        linked = sum(other.links for other in taken)
        chars = sum(other.chars for other in taken)
        if not strong and linked < 0.5 * max(1, chars):
            continue
        if linked > 0.4 * chars or not taken or i + 1 + len(taken) >= len(leaves):
            leaf.verdict = "section"
            for other in taken:
                if linked > 0.4 * chars:
                    other.verdict = "section"


def _ends_article(
    words: str, starts: lexicon.Phrases, before: list[Node], after: list[Node]
) -> bool:
    """Say whether a heading that is exactly a section's name comes after the whole article."""
    name = words.strip()
    prose = sum(leaf.prose for leaf in before)
    if prose < _ARTICLE or not any(name == start.strip() for start in starts):
        return False
    # "Discussion" and "Privacy" may be headings of the article itself: then few links follow.
    links, chars = sum(leaf.links for leaf in after), sum(leaf.chars for leaf in after)
    clear = " " in name or not name.isascii() or links > 0.1 * chars
    return clear and sum(leaf.prose for leaf in after) < _AFTER * prose


def _all_strong(leaf: Node) -> bool:
    inner = [child for child in leaf.children if not isinstance(child, str) or child.strip()]
    return bool(inner) and all(
        isinstance(child, Node) and child.name in ("strong", "b", "h2") for child in inner
    )
