"""What the settings of a source say of its pages: where the article and its facts are.

In: a tree and CSS selectors (Selectors Level 4, as Soup Sieve knows them). Out: a smaller tree, and
facts that overrule those found. It refuses nothing: selectors are checked when settings are read;
those that fit nothing, or nothing with a title, a name or a date in it, do nothing.
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


def facts(soup: BeautifulSoup, selectors: Selectors, found: Metadata) -> Metadata:
    """Return the facts of a page with those that selectors name in place of those found."""
    origins = dict(found.origins)
    title = next((text for tag in _first(soup, selectors.headline) if (text := _text(tag))), "")
    if title:
        found, origins["title"] = replace(found, title=title), "selector"
    signed = _first(soup, selectors.author)
    authors = names.cleaned((_lines(tag) for tag in signed), set())
    if not authors:  # whoever selected it knows that it is a name
        authors = tuple(dict.fromkeys(t for tag in signed if 0 < len(t := _text(tag)) <= _NAME))
    if authors:
        found, origins["authors"] = replace(found, authors=authors, signed=True), "selector"
    for tag in _first(soup, selectors.date):
        texts = (machine_date(tag), _text(tag))
        moment = next((m for text in texts if (m := dating.parse(text, found.language_tag))), None)
        if moment is not None:
            told = Dates(moment, "selector", found.modified, sure=True)
            found = replace(found, published=moment, dates=told)
            origins["published"] = "selector"
            break
    return replace(found, origins=origins)


def next_page(soup: BeautifulSoup, selectors: Sequence[str], url: str, base: str) -> str | None:
    """Return the address that the first fitting link leads to, None where it leaves the site."""
    for tag in _first(soup, selectors):
        link = tag if tag.get("href") else tag.find(href=True)
        address = urls.image(str(link["href"]), base) if isinstance(link, Tag) else ""
        address = address.partition("#")[0]
        if address and address != url and urls.same_site(address, url):
            return address
    return None


def _first(soup: BeautifulSoup, selectors: Sequence[str]) -> list[Tag]:
    """Return what the first selector fits that fits anything."""
    return next((found for one in selectors if (found := soupsieve.select(one, soup))), [])


def _text(tag: Tag) -> str:
    return " ".join(_lines(tag).split())


def _lines(tag: Tag) -> str:
    """The text of an element, or what a meta element says."""
    content = tag.get("content") if tag.name in ("meta", "link") else None
    return content if isinstance(content, str) else tag.get_text("\n")
