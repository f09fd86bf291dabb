"""The headings of a page, as candidates for the title of its article.

In: heading elements. Out: their text, without what is above, below or beside the title in them.
Never raises. Headings that name the site or are invisible are left out; those in furniture are
marked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from pipeline.extract.metadata.furniture import Furniture
from pipeline.extract.page import lexicon
from pipeline.extract.page.builder import around, within
from pipeline.extract.page.lexicon import fold

_APART = frozenset({"time", "button", "svg", "style", "script", "small", "noscript", "sup"})
MOST = 40  # headings of a level that are read


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that may be the title.

    `text` is the title alone, `whole` the text of the element, `runs` the beginnings and ends of it
    between its child elements. `joined` says that a colon joins what is before the title to it, be
    it for screen readers only. `titled` says that its class names a title, `aside` that it is in
    page furniture.
    """

    text: str
    whole: str
    runs: tuple[str, ...]
    joined: bool
    titled: bool
    aside: bool


def read(
    tags: list[Tag], host: str, furniture: Furniture, headlines: frozenset[str] = frozenset()
) -> list[Heading]:
    """Return the headings that may be the article's, in order; `host` is the page's.

    `headlines` are the headlines that microdata and JSON-LD declare, folded.
    """
    found = []
    for tag in tags[:MOST]:
        if names_site(tag, host, headlines):
            continue
        whole = _squeezed(tag.get_text(" "))
        if not whole or _named("unseen").search(_key(tag)):
            continue
        text = _squeezed(" ".join(_alone(tag)))
        parts = tuple(part for child in tag.children if (part := _squeezed(_string(child))))
        runs = _runs(parts) if 1 < len(parts) <= 6 else ()
        titled = _named("title").search(_key(tag)) is not None
        alone = text if len(fold(text)) >= 5 or len(fold(text)) == len(fold(whole)) else whole
        alone = alone.lstrip(" :：")
        before = whole.removesuffix(alone).rstrip()
        joined = before != whole and before.endswith((":", "："))
        found.append(Heading(alone, whole, runs, joined, titled, furniture.holds(tag)))
    return found


def names_site(tag: Tag, host: str, headlines: frozenset[str] = frozenset()) -> bool:
    """Say whether a heading names the site: by its class, or as a link to the home page.

    A heading with the class "blog-title" is a post's title where the page declares it as the
    headline.
    """
    if _named("site").search(_key(tag)) and fold(tag.get_text(" ")) not in headlines:
        return True
    link = tag if tag.name == "a" else next(within(tag, "a"), None) or around(tag, "a")
    if link is None:
        return False
    href = str(link.get("href") or "")
    home = rf"(https?:)?(//(www\.)?{re.escape(host)})?/?(index\.\w+)?"
    return re.fullmatch(home, href) is not None


def _alone(tag: Tag) -> Iterator[str]:
    """Yield the strings of a heading without elements that are beside the title.

    What is before an element that holds a colon only, for screen readers, is a kicker.
    """
    children = list(tag.children)
    colons = [
        place + 1
        for place, child in enumerate(children[:-1])
        if isinstance(child, Tag) and child.get_text().strip() in (":", "：")
    ]
    for child in children[max(colons, default=0) :]:
        if isinstance(child, Tag):
            if child.name not in _APART and not _named("beside").search(_key(child)):
                yield from _alone(child)
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            yield str(child)


def _string(child: PageElement) -> str:
    if isinstance(child, Tag):
        return child.get_text(" ")
    return "" if isinstance(child, PreformattedString) else str(child)


def _runs(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the beginnings and the ends of a heading, cut between its children."""
    cuts = range(1, len(parts))
    return tuple(
        [" ".join(parts[cut:]) for cut in cuts] + [" ".join(parts[:cut]) for cut in cuts[::-1]]
    )


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _key(tag: Tag) -> str:
    return f"{tag.get('class') or ''} {tag.get('id') or ''}".lower()


@cache
def _named(key: str) -> re.Pattern[str]:
    words = "".join(lexicon.data("titles")[key].split())
    return re.compile(rf"(?:^|[\s_-])(?:{words})(?:[\s_-]|$)")
