"""Apply the CSS selectors of a source's settings, which name its articles and their metadata.

In: a tree and CSS selectors (Selectors Level 4, as Soup Sieve implements them). Out: a smaller
tree, and metadata that override those found. Never raises: selectors are checked when the settings
are read. A selector without a match, or whose match holds no title, name or date, has no effect.
"""

from collections.abc import Sequence
from dataclasses import replace

import soupsieve
from bs4 import BeautifulSoup, Tag

from pipeline.article import Selectors
from pipeline.extract.metadata import Metadata, names
from pipeline.extract.metadata import dates as dating
from pipeline.extract.metadata.published import Dates, machine_date
from pipeline.extract.page import urls

_NAME = 80  # characters of an author's name


def remove(root: Tag, selectors: Sequence[str]) -> None:
    """Remove every element that matches one of the selectors."""
    for selector in selectors:
        for tag in soupsieve.select(selector, root):
            if not tag.decomposed:
                tag.decompose()


def article(soup: BeautifulSoup, selectors: Sequence[str]) -> Tag | None:
    """Return the elements that match the first selector with a match, in one new element.

    None where no selector matches. The elements are in document order; one inside another is
    included once.
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


def facts(soup: BeautifulSoup, selectors: Selectors, found: Metadata) -> Metadata:
    """Return the metadata of a page, with those that selectors name in place of those found."""
    origins = dict(found.origins)
    title = next((text for tag in _first(soup, selectors.headline) if (text := _text(tag))), "")
    if title:
        found, origins["title"] = replace(found, title=title), "selector"
    signed = _first(soup, selectors.author)
    authors = names.cleaned((_lines(tag) for tag in signed), set())
    if not authors:  # the settings say that it is a name
        authors = tuple(dict.fromkeys(t for tag in signed if 0 < len(t := _text(tag)) <= _NAME))
    if authors:
        found, origins["authors"] = replace(found, authors=authors, signed=True), "selector"
    for tag in _first(soup, selectors.date):
        texts = (machine_date(tag), _text(tag))
        moment = next((m for text in texts if (m := dating.parse(text, found.language_tag))), None)
        if moment is not None:
            chosen = Dates(moment, "selector", found.modified, sure=True)
            found = replace(found, published=moment, dates=chosen)
            origins["published"] = "selector"
            break
    return replace(found, origins=origins)


def next_page(soup: BeautifulSoup, selectors: Sequence[str], url: str, base: str) -> str | None:
    """Return the address of the first matching link, None where it leads to another site."""
    for tag in _first(soup, selectors):
        link = tag if tag.get("href") else tag.find(href=True)
        address = urls.image(str(link["href"]), base) if isinstance(link, Tag) else ""
        address = address.partition("#")[0]
        if address and address != url and urls.same_site(address, url):
            return address
    return None


def _first(soup: BeautifulSoup, selectors: Sequence[str]) -> list[Tag]:
    """Return the matches of the first selector that has any."""
    return next((found for one in selectors if (found := soupsieve.select(one, soup))), [])


def _text(tag: Tag) -> str:
    return " ".join(_lines(tag).split())


def _lines(tag: Tag) -> str:
    """Return the text of an element, or the content of a meta element."""
    content = tag.get("content") if tag.name in ("meta", "link") else None
    return content if isinstance(content, str) else tag.get_text("\n")
