"""Paragraphs that the articles of one source repeat at their edges: what the site says, not they.

In: articles of one source. Out: the paragraphs they have in common, and articles without them.
Pure. It takes nothing from the middle of an article, no heading, nothing short and nothing that
does not lead or call somewhere, and leaves an article that is hardly anything else as it is.
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
"""Characters of the longest repeat, folded."""

# A background paragraph of an agency stands in several articles too, but not in so many, nor always
# last; a site's own notice does.
_ARTICLES = 4
_SHARE = 0.4
_SHORTEST = 25  # width: "Read more" is not worth a rule, and "Ingredients" is right
# What speaks to readers names a place to turn to, or is set apart; an article's own words need not.
_PLACE = re.compile(r"www\.\w|\w@\w+\.\w|(?<!\w)@\w|©|\+?\d[\d\s().\u2011-]{5,}\d")
_LEFT = 80  # width of the text that must be left


def repeated(bodies: Sequence[str]) -> list[str]:
    """The repeats, folded, of the HTML of one source's latest articles, each of another page.

    A repeat is a paragraph, quotation or list that has a link, an address or a number to call, or
    is emphasised as a whole, and that stands in at least four of them and two of
    five, always among others like it at their beginnings or ends, and with a different rest each
    time.
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


def without(article: Article, repeats: Collection[str]) -> Article:
    """The article without these repeats at its edges."""
    if not repeats:
        return article
    soup = _tree(article.html)
    blocks = list(_blocks(soup))
    candidates = _candidates(blocks, [fold(block.get_text()) for block in blocks])
    start, end = _middle(candidates, frozenset(repeats))
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
    """The `words` of blocks, which are folded; "" for a block that cannot be a repeat."""
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


def _middle(page: Sequence[str], repeats: Collection[str]) -> tuple[int, int]:
    """Where the article is between the repeats at its beginning and at its end."""
    start, end = 0, len(page)
    while start < end and page[start] in repeats:
        start += 1
    while end > start and page[end - 1] in repeats:
        end -= 1
    return start, end
