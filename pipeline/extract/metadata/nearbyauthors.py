"""Authors named near the title, for pages without a good machine-readable author.

In: the blocks around the title. Out: the names that a reader would take for the authors'. Never
raises. A name needs a sign: a word such as "by", a label, or a link to an author's page.
"""

import re
from functools import cache

from pipeline.extract.metadata import names
from pipeline.extract.metadata.nearby import Block, Surroundings, strings
from pipeline.extract.page import lexicon, urls
from pipeline.extract.page.lexicon import fold
from pipeline.extract.page.node import Node

_BESIDE = 4  # blocks after the title in which a name beside a date counts
_LINE = 140  # characters of a block that may be a byline
_NAMED = re.compile(r"(?:^|[\s-])(?:authors?|byline|vcard|writer|autor|auteur)(?:[\s-]|$)")


def find(surroundings: Surroundings, url: str) -> tuple[str, ...]:
    """Return the authors named near the title, else after a label in the article, () for none.

    `url` is the page's address: only links within its site lead to its authors' pages.
    """
    near = list(surroundings.near())
    for place, block in enumerate(near):
        if len(block.text) > _LINE:
            continue
        following = near[place + 1] if place + 1 < len(near) else None
        found = (
            names.in_byline(block.text, named=_NAMED.search(block.node.key) is not None)
            or _labelled(block, following)
            or _linked(block, url)
            or (place < _BESIDE and names.beside_date(block.text))
        )
        if found:
            return found
    for block in surroundings.blocks:
        if len(block.text) <= _LINE and _sign().match(block.text):
            found = names.in_byline(block.text)
            if found:
                return found
    return ()


def _labelled(block: Block, following: Block | None) -> tuple[str, ...]:
    """Return the names in the block after one that is only a label such as "Author"."""
    if following is None or len(following.text) > _LINE or not names.labels(block.text):
        return ()
    found = names.cleaned([following.text], set())
    if len(found) == 1 and names.is_word(found[0]) and len(following.text) < 2 * len(found[0]):
        return found
    return found if all(names.is_name(name) for name in found) else ()


def _linked(block: Block, url: str) -> tuple[str, ...]:
    """Return the names in links to authors' pages."""
    found: list[str] = []
    for node in _links(block.node):
        match = _path().search(node.get("href").casefold())
        address = urls.absolute(node.get("href"), url) or url
        if match is None or not (urls.same_site(address, url) or not urls.site(url)):
            continue
        # A single word is a name where the address contains it: /user/marianne.
        found += [
            name
            for name in names.cleaned(["".join(strings(node))], set())
            if names.is_name(name) or fold(name) == fold(match.group(1))
        ]
    return tuple(found)


def _links(node: Node) -> list[Node]:
    found, stack = [], [node]
    while stack:
        item = stack.pop()
        if item.name == "a":
            found.append(item)
        stack.extend(child for child in reversed(item.children) if isinstance(child, Node))
    return found


@cache
def _path() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in lexicon.data("people")["paths"])
    return re.compile(rf"/(?:{words})/(?!(?:login|register|signup|logout)\b)([^/?#.]+)")


@cache
def _sign() -> re.Pattern[str]:
    words = sorted(lexicon.data("people")["signs"], key=len, reverse=True)
    return re.compile(rf"\W*(?:{'|'.join(map(re.escape, words))})\s?[:：]", re.I)
