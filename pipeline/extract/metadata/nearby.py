"""A date that stands near the title, where nothing machine-readable names one.

In: the outline of the page, the title, the language. Out: the date a reader would take for it. It
refuses dates in long text, in comments and in lists of other articles.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from pipeline.extract import lexicon
from pipeline.extract.metadata import dates
from pipeline.extract.metadata.headings import fold
from pipeline.extract.metadata.people import in_byline
from pipeline.extract.outline import Node

_BEFORE, _AFTER = 8, 14  # blocks around the title
_SHORT = 110  # characters of a block whose date is the block's subject
_ELSEWHERE = frozenset({"hidden", "teaser", "consent", "links"})
_ASIDE = re.compile(
    r"(?:^|[\s-])(?<!category-)(?<!tag-)"
    r"(?:comments?|related|sidebar|footer|recent|popular|widget|copyright)"
)
_DATELINE = re.compile(r"\W*(\d{1,2}\.\s?\d{1,2}\.\s?\d{4}|\d{4}-\d\d-\d\d)\s*[\-–—:„“\"|/]")
_YEAR = re.compile(r"(19|20)\d\d|\d\d?\.\d\d?\.\d\d\b|\d\d?/\d\d?/\d\d\b")


def authors(top: Node, title: str) -> tuple[str, ...]:
    """Return the names of a byline near the title, () where there is none."""
    for _, text in _around(list(_blocks(top)), title):
        names = in_byline(text)
        if names:
            return names
    return ()


def find(top: Node, title: str, language: str | None) -> datetime | None:
    """Return the date nearest to the title: labelled as one, else after it, else before it."""
    blocks = list(_blocks(top))
    around = _around(blocks, title)
    for _, text in around:
        found = _in_short(text, language)
        if found is not None:
            return found
    for _, text in around:
        match = _DATELINE.match(text)
        found = dates.parse(match.group(1), language) if match else None
        if found is not None:
            return found
    for _, text in blocks:
        found = _labelled(text, language)
        if found is not None:
            return found
    return None


def _around(blocks: list[tuple[Node, str]], title: str) -> list[tuple[Node, str]]:
    """Return the blocks after the title, then those before it, nearest first."""
    wanted = fold(title)
    folded = [fold(text) for _, text in blocks]
    ranks = (
        (i for i, (node, _) in enumerate(blocks) if node.name == "h1" and folded[i] == wanted),
        (i for i, text in enumerate(folded) if wanted and text == wanted),
        # The title may be a part of its heading, beside the words over it.
        (i for i, (node, _) in enumerate(blocks) if node.name == "h1" and wanted in folded[i]),
    )
    place = next((i for rank in ranks for i in rank), None)
    if place is None:
        return blocks[:_AFTER]
    after = blocks[place + 1 : place + 1 + _AFTER]
    if folded[place] != wanted:
        after = [blocks[place], *after]
    return after + blocks[max(0, place - _BEFORE) : place][::-1]


def _in_short(text: str, language: str | None) -> datetime | None:
    if len(text) > _SHORT or not _YEAR.search(text) or "©" in text:
        return _labelled(text, language)
    return dates.parse(text, language)


def _labelled(text: str, language: str | None) -> datetime | None:
    """A date that follows a word such as "published" in a block of any length."""
    words = tuple(lexicon.data("dates")["labels"])
    low = text.casefold()
    for word in words:
        place = low.find(word)
        if place < 0 or (place and low[place - 1].isalpha()):
            continue
        rest = text[place + len(word) : place + len(word) + 50]
        if _YEAR.search(rest) and (found := dates.parse(rest, language)) is not None:
            return found
    return None


def _blocks(top: Node) -> Iterator[tuple[Node, str]]:
    stack = [top]
    while stack:
        node = stack.pop()
        if node.verdict in _ELSEWHERE or node.name in ("footer", "aside", "nav"):
            continue
        if node.key and node is not top and _ASIDE.search(node.key) and node.name != "body":
            continue
        if node.leaf:
            text = " ".join("".join(_strings(node)).split())
            if text:
                yield node, text
            continue
        stack.extend(child for child in reversed(node.children) if isinstance(child, Node))


def _strings(node: Node) -> Iterator[str]:
    """The text of a block, whatever verdicts lie in it."""
    stack: list[Node | str] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        else:
            yield " "
            stack.extend(reversed(item.children))
