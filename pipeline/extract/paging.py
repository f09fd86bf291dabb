"""Articles of several pages: the address of the next page.

In: the tree of a page and its address. Out: the address of the next page of the same article, or
None. Never raises. `rel="next"` that names another article, as in the archives of blogs, is
ignored.
"""

import re
from functools import cache
from urllib.parse import parse_qsl, urlsplit

from bs4 import BeautifulSoup

from pipeline.extract.page import urls
from pipeline.extract.page.builder import tags_of

_NUMBER = re.compile(
    r"(?P<sign>[/?&,;_.-]?(?:page|pages|seite|pagina|página|strana|strona|side|sida|sivu|p|pg|pn)?"
    r"[/=_.-]?)(?P<number>\d{1,3})(?P<end>/?(?:\.[a-z]{3,5})?)$",
    re.I,
)
_END = 16  # characters at the end of an address in which a number of three digits is
_ENDING = re.compile(r"(/?(?:\.[a-z]{3,5})?)$", re.I)


def next_page(soup: BeautifulSoup, url: str, base: str, part: int = 1) -> str | None:
    """Return the address of the next page, None where this is the last or the only one.

    `part` is this page's number in the article. A link is the next page's if its address is this
    one's with the next number: `/title` and `/title/2`, `/title-2.html`, `/title?page=2`. Links
    with `rel="next"` (HTML, §4.6.7) are tried first, and may have the number in any parameter.
    """
    number, ending = str(part + 1), _ending_in(part + 1)
    found: list[tuple[bool, str]] = []
    for tag in tags_of(soup):
        if tag.name in ("a", "link"):
            href = str(tag.attrs.get("href") or "")
            # Resolve only the few links that can match; one without a path ends like the base.
            if number not in href and number not in base:
                continue
            own = href.partition("#")[0].strip("./? \t\r\n")
            if ending.search(own, max(0, len(own) - _END)) or (href and not own):
                found.append(("next" not in str(tag.attrs.get("rel") or "").split(), href))
    for is_other, href in sorted(found, key=lambda pair: pair[0]):
        address = urls.image(href, base).partition("#")[0]
        if address and (
            follows(url, address, part) or (not is_other and counts(url, address, part))
        ):
            return address
    return None


def counts(url: str, other: str, part: int = 1) -> bool:
    """Say whether `other` is `url` with the next number in one parameter of its query."""
    here, there = urlsplit(url), urlsplit(other)
    if here[:3] != there[:3]:
        return False
    own, following = dict(parse_qsl(here.query)), dict(parse_qsl(there.query))
    changed = {name for name in {*own, *following} if own.get(name) != following.get(name)}
    return (
        len(changed) == 1
        and following.get(name := changed.pop()) == str(part + 1)
        and own.get(name, str(part)) == str(part)
    )


@cache
def _ending_in(number: int) -> re.Pattern[str]:
    return re.compile(rf"(?<!\d)0{{0,2}}{number}(?:/?\.[a-z]{{3,5}})?$", re.I)


def follows(url: str, other: str, part: int = 1) -> bool:
    """Say whether `url` is the address of page `part` of an article, and `other` of the next."""
    here, there = urlsplit(url), urlsplit(other)
    if (here.scheme, here.netloc) != (there.scheme, there.netloc):
        return False
    own, following = _tail(url), _tail(other)
    if following is None or int(following["number"]) != part + 1 or not following["sign"]:
        return False
    if own is not None and int(own["number"]) == part:
        # This page's address has a number too: nothing else may differ.
        return _before(own) == _before(following) and own["sign"] == following["sign"]
    return part == 1 and _ENDING.sub("", _before(following)) == _ENDING.sub("", _whole(url))


def _whole(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}".rstrip("?")


def _tail(url: str) -> re.Match[str] | None:
    return _NUMBER.search(_whole(url))


def _before(match: re.Match[str]) -> str:
    return match.string[: match.start()]
