"""The machine-readable declarations of a page, gathered in one walk of the tree.

In: a Beautiful Soup tree. Out: meta tags, links, JSON-LD objects, microdata, times, headings. Never
raises. What is declared may be wrong, or about another article: `metadata` decides.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import Any, Final

from bs4 import BeautifulSoup, Tag

from pipeline.extract.metadata import jsonld, jsonrepair
from pipeline.extract.metadata.furniture import Furniture
from pipeline.extract.page.builder import tags_of
from pipeline.extract.page.lexicon import fold


@dataclass(slots=True)
class Facts:
    """What a page declares.

    `meta` maps lower-case names to their values in order, `links` rel words to hrefs, `props` the
    properties of microdata or RDFa to elements. `things` are the JSON-LD objects. `signed` and
    `dated` are elements whose class or id announces an author or a date. `tree` is the whole page.
    """

    title: str = ""
    language: str = ""
    base: str = ""
    meta: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    things: list[dict[str, Any]] = field(default_factory=list)
    props: dict[str, list[Tag]] = field(default_factory=dict)
    times: list[Tag] = field(default_factory=list)
    headings: list[Tag] = field(default_factory=list)
    subheadings: list[Tag] = field(default_factory=list)
    signed: list[Tag] = field(default_factory=list)
    dated: list[Tag] = field(default_factory=list)
    furniture: Furniture = field(default_factory=Furniture)
    tree: BeautifulSoup | None = None

    def first(self, *names: str) -> tuple[str, str]:
        """Return the first non-empty value of these meta names, and its name."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value:
                    return value, name
        return "", ""


_SIGNED = re.compile(
    r"(^|\s)by(\s|$)|(^|[\s_-])(by-?lines?|authors?|author-?name|post-?author|article-?author|entry-?author|writer|"
    r"contributors?|reporter|journalist|auteur|autor|autoren|autore|redakteur|vcard|fn|p-author|"
    r"contrib|creator|posted-by|source-?author)([\s_-]|$)"
)
_DATED = re.compile(
    r"(^|[\s_-])(date|dates|datum|time|timestamp|time-?stamp|published|publish|pub-?date|publication|posted|"
    r"posted-?on|post-?date|entry-?date|article-?date|created|dateline|date-?line|date-?time|datetime|updated|"
    r"post-?meta|entry-?meta|article-?meta|meta|byline|article-?info|fecha|data|meta-?info|submitted|"
    r"postmetadata|dt-published|timeago|zeit|erstellt|veroeffentlicht|pubtime|publishtime)([\s_-]|\d|$)"
)
# What every match of the two holds: literals are found several times as fast.
_SIGN = re.compile(
    "by|author|writer|contrib|reporter|journalist|auteur|autor|redakteur|vcard|fn|creator"
)
_DAY = re.compile(
    "dat|time|publi|posted|creat|meta|byline|info|fecha|submitted|zeit|erstellt|veroeffentlicht"
)
# Elements whose names tell of all that is in them, or of nothing to be read.
_UNNAMED = frozenset({"body", "html", "main", "article", "img", "svg", "input"})
_LONGEST = 300  # characters of a class and id that are read
_SCRIPTS = 60  # JSON-LD scripts of a page that are read
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def gather(soup: BeautifulSoup) -> Facts:
    """Walk the tree once and note whatever may tell something about the article."""
    facts = Facts(tree=soup)
    count = 0
    for tag in tags_of(soup):
        name, attrs = tag.name, tag.attrs
        if name == "script":
            if "ld+json" in str(attrs.get("type") or "").lower() and count < _SCRIPTS:
                count += 1
                facts.things.extend(_things(tag.get_text()))
            continue
        note = _ELEMENTS.get(name)
        if note is not None:
            note(tag, facts)
        if attrs:
            if name != "meta" and ("itemprop" in attrs or "property" in attrs):
                _props(tag, facts)
            _named(tag, facts)
    facts.things = _own_first(facts)
    return facts


def _meta(tag: Tag, facts: Facts) -> None:
    attrs = tag.attrs
    content = str(attrs.get("content") or attrs.get("value") or "").strip()
    if not content:
        return
    content = " ".join(unescape(content).split())
    for key in ("property", "name", "itemprop", "http-equiv"):
        value = attrs.get(key)
        if value:
            prefix = "itemprop:" if key == "itemprop" else ""
            for name in str(value).lower().split():
                facts.meta.setdefault(prefix + name, []).append(content)


def _link(tag: Tag, facts: Facts) -> None:
    href = str(tag.attrs.get("href") or "")
    for rel in str(tag.attrs.get("rel") or "").lower().split():
        facts.links.setdefault(rel, []).append(href)


def _html(tag: Tag, facts: Facts) -> None:
    facts.language = str(tag.attrs.get("lang") or tag.attrs.get("xml:lang") or "").strip()


def _base(tag: Tag, facts: Facts) -> None:
    facts.base = facts.base or str(tag.attrs.get("href") or "")


def _title(tag: Tag, facts: Facts) -> None:
    facts.title = facts.title or " ".join(tag.get_text().split())


# What is noted of elements with these names, beside their class, id and microdata.
_ELEMENTS: Final[dict[str, Callable[[Tag, Facts], None]]] = {
    "meta": _meta,
    "link": _link,
    "html": _html,
    "base": _base,
    "title": _title,
    "time": lambda tag, facts: facts.times.append(tag),
    "h1": lambda tag, facts: facts.headings.append(tag),
    "h2": lambda tag, facts: facts.subheadings.append(tag),
}


def _props(tag: Tag, facts: Facts) -> None:
    """Note the properties that microdata (`itemprop`) or RDFa (`property`) give an element."""
    prop = tag.attrs.get("itemprop") or tag.attrs.get("property")
    if prop:
        for word in str(prop).lower().replace("schema:", "").split():
            facts.props.setdefault(word, []).append(tag)


def _own_first(facts: Facts) -> list[dict[str, Any]]:
    """Put the objects first whose headline the page repeats: others are of related articles."""
    shown = [facts.title, *facts.meta.get("og:title", ())]
    shown += [tag.get_text(" ") for tag in facts.headings[:10]]
    whole = [fold(unescape(text)) for text in shown]

    def foreign(thing: dict[str, Any]) -> bool:
        headline = fold(jsonld.plain(thing.get("headline")))
        return not headline or not any(headline in text for text in whole)

    return sorted(facts.things, key=foreign)


def _named(tag: Tag, facts: Facts) -> None:
    attrs = tag.attrs
    if tag.name == "a" and str(attrs.get("rel") or "").lower() == "author":
        facts.signed.insert(sum(1 for t in facts.signed if t.name == "a" and t.get("rel")), tag)
        return
    label = attrs.get("class") or attrs.get("id")
    if not label or tag.name in _UNNAMED:
        return
    signed, dated = _announces(
        f"{attrs.get('class', '')} {attrs.get('id', '')} {attrs.get('data-testid', '')}"
    )
    if signed and len(facts.signed) < 60:
        facts.signed.append(tag)
    if dated and len(facts.dated) < 60:
        facts.dated.append(tag)


@lru_cache(maxsize=8192)  # many elements of a page have the same class and id
def _announces(words: str) -> tuple[bool, bool]:
    """Say whether an element's class and id announce an author, and whether a date."""
    if not words.islower():
        words = _CAMEL.sub("-", words).lower()
    if len(words) > _LONGEST:
        return False, False
    signed = _SIGN.search(words) and _SIGNED.search(words) and "follow" not in words
    return bool(signed), bool(_DAY.search(words) and _DATED.search(words))


def _things(text: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON-LD script, those of `@graph` and lists one by one."""
    stack = list(jsonrepair.values(text))
    while stack:
        item = stack.pop(0)
        if isinstance(item, list):
            stack[:0] = item[:200]
        elif isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            if graph:
                stack.append(graph)
            main = item.get("mainEntity")
            if isinstance(main, (dict, list)):
                stack.append(main)
