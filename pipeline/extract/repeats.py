"""Blocks that the articles of one source repeat at their edges: the site's own words.

In: articles of one source. Out: the blocks they have in common, and articles without these blocks.
Never raises, and pure. Nothing is removed from the middle of an article; no heading, nothing short,
and nothing without a link, an address or emphasis. An article that would hardly have text left
stays as it is.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from bs4 import BeautifulSoup, Tag

from pipeline.article import Article
from pipeline.extract import first_sentences, plain_text
from pipeline.extract.page.elements import EMPHASIS
from pipeline.extract.page.lexicon import fold
from pipeline.extract.page.node import width
from pipeline.extract.page.parsing import parse

WINDOW: Final = 20
"""How many of a source's latest articles are compared."""
LONGEST: Final = 1000
"""Characters of the longest repeated block, folded."""

# An agency's background paragraph is in several articles as well, but in fewer, and not always
# last.
_ARTICLES = 4
_SHARE = 0.4
_SHORTEST = 25  # width: "Read more" does little harm, and "Ingredients" belongs to the article
# Notes to readers name a place to turn to, or are emphasised; an article's own words need not.
_PLACE = re.compile(r"www\.\w|\w@\w+\.\w|(?<!\w)@\w|©|\+?\d[\d\s().\u2011-]{5,}\d")
_LEFT = 80  # width of the text that must remain


def repeated(bodies: Sequence[str]) -> list[str]:
    """Return the repeated blocks, folded, of the HTML of one source's latest articles.

    Each HTML is of another page. A repeated block is a paragraph, quotation or list that has a
    link, an address or a telephone number, or is emphasised as a whole. It is in at least four of
    the articles and two of five, always next to other repeated blocks at the beginning or the end,
    and each time with a different rest.
    """
    if len(bodies) < _ARTICLES:
        return []
    words, pages = [], []
    for html in bodies:
        blocks = list(_blocks(_tree(html)))
        words.append([fold(block.get_text()) for block in blocks])
        pages.append(_candidates(blocks, words[-1]))
    enough = max(_ARTICLES, math.ceil(_SHARE * len(pages)))
    counts = Counter(text for page in pages for text in set(page) if text)
    found = {text for text, count in counts.items() if count >= enough}
    while found:
        rests: dict[str, set[str]] = {text: set() for text in found}
        inside: set[str] = set()
        for page, said in zip(pages, words, strict=True):
            start, end = _middle(page, found)
            inside |= found.intersection(page[start:end])
            rest = "".join(said[start:end])
            for text in found.intersection(page[:start] + page[end:]) if rest else ():
                rests[text].add(rest)
        weak = inside | {text for text, seen in rests.items() if len(seen) < enough}
        if not weak:
            break
        found -= weak
    return sorted(found)


def without(article: Article, known: Collection[str]) -> Article:
    """Return the article without these repeated blocks at its edges."""
    if not known:
        return article
    soup = _tree(article.html)
    blocks = list(_blocks(soup))
    candidates = _candidates(blocks, [fold(block.get_text()) for block in blocks])
    start, end = _middle(candidates, frozenset(known))
    if (start, end) == (0, len(blocks)):
        return article
    for block in blocks[:start] + blocks[end:]:
        block.decompose()
    html = soup.body.decode_contents(formatter="minimal").strip() if soup.body else ""
    text = plain_text(html)
    if width(text) < _LEFT:
        return article
    begun = start > 0 and article.origins.get("summary") == "body"
    summary = first_sentences(text) if begun else article.summary
    return replace(article, html=html, text=text, summary=summary)


def _tree(html: str) -> BeautifulSoup:
    return parse(f"<html><body>{html}</body></html>")


def _blocks(soup: BeautifulSoup) -> Iterator[Tag]:
    return (block for block in soup.body or () if isinstance(block, Tag))


def _candidates(blocks: Sequence[Tag], words: Sequence[str]) -> list[str]:
    """Return the folded `words` of blocks, "" for a block that cannot be a repeated one."""
    pairs = zip(blocks, words, strict=True)
    return [said[:LONGEST] if _may_be_one(block) else "" for block, said in pairs]


def _may_be_one(block: Tag) -> bool:
    if block.name not in ("p", "blockquote", "ul", "ol") or block.img is not None:
        return False
    text = " ".join(block.get_text(" ").split())
    if width(text) < _SHORTEST:
        return False
    return bool(block.a or _PLACE.search(text)) or _is_apart(block, text)


def _is_apart(block: Tag, text: str) -> bool:
    return any(
        len("".join(one.get_text().split())) > 0.9 * len("".join(text.split()))
        for one in block.find_all(list(EMPHASIS))
    )


def _middle(page: Sequence[str], known: Collection[str]) -> tuple[int, int]:
    """Return the start and end of the article between the repeated blocks at its edges."""
    start, end = 0, len(page)
    while start < end and page[start] in known:
        start += 1
    while end > start and page[end - 1] in known:
        end -= 1
    return start, end
