"""What the settings of a source say of its pages: where the article is, what is not part of it.

In: a tree and CSS selectors (Selectors Level 4, as Soup Sieve knows them). Out: a smaller tree.
It refuses nothing: selectors are checked when settings are read; those that fit nothing do nothing.
"""

from collections.abc import Sequence

import soupsieve
from bs4 import BeautifulSoup, Tag


def remove(root: Tag, selectors: Sequence[str]) -> None:
    """Take out every element that fits one of the selectors."""
    for selector in selectors:
        for tag in soupsieve.select(selector, root):
            if not tag.decomposed:
                tag.decompose()


def article(soup: BeautifulSoup, selectors: Sequence[str]) -> Tag | None:
    """Return the elements that fit the first selector which fits any, in one; None for none.

    Several elements are taken in the order of the page; those within another only once.
    """
    for selector in selectors:
        found = soupsieve.select(selector, soup)
        if not found:
            continue
        outer = [tag for tag in found if not any(tag is not o and o in tag.parents for o in found)]
        whole = soup.new_tag("div")
        for tag in outer:
            whole.append(tag.extract())
        return whole
    return None
