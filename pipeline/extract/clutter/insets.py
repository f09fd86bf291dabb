"""Galleries of other articles in an article: "Business news in pictures, 1/50" in one on hotels.

In: the chosen container and the article's title. Sets the verdict "inset" of such galleries. Never
raises. A gallery that is the article, or whose heading shares a word with the title, stays.
"""

import re

from pipeline.extract.page import lexicon
from pipeline.extract.page.node import Node

_GALLERY = re.compile(
    r"(^|[\s-])(galler(y|ies)|galerie|galeria|galería|slide-?show|carousel|fotostrecke)"
)
_ARTICLE = 1500.0  # prose outside a gallery that is an article by itself
_FEWEST = 6  # headings of a gallery that is an article of its own
_WORD = 4  # letters of a word that tells the subject


def mark(container: Node, title: str) -> None:
    """Set the verdict of galleries on another subject with more prose than the article."""
    stack = [container]
    while stack:
        node = stack.pop()
        if node is not container and node.key and _GALLERY.search(node.key):
            rest = container.prose - node.prose
            if rest > _ARTICLE and node.prose > rest and _is_foreign(node, title):
                node.verdict = "inset"
                continue
        stack.extend(child for child in node.nodes() if child.verdict is None and not child.leaf)


def _is_foreign(gallery: Node, title: str) -> bool:
    """Say whether a gallery has many items, and a heading that shares no word with the title."""
    headings = [leaf for leaf in gallery.leaves() if re.fullmatch("h[1-6]", leaf.name)]
    if len(headings) < _FEWEST:
        return False
    return not _words(headings[0].text()) & _words(title)


def _words(text: str) -> set[str]:
    return {word for word in lexicon.normal(text).split() if len(word) >= _WORD}
