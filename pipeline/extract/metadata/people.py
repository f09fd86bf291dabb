"""The authors of the article, as the page declares them.

In: the machine-readable facts of a page. Out: the authors' names, each once, their origin, and
whether they are certain. Never raises. The site's own name is no author; logins and organisations
are taken only if there is nobody else.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from bs4 import Tag

from pipeline.extract.metadata import jsonld
from pipeline.extract.metadata.facts import Facts
from pipeline.extract.metadata.names import (
    cleaned,
    is_body,
    is_company,
    is_desk,
    is_handle,
    is_name,
    is_word,
)
from pipeline.extract.page import lexicon
from pipeline.extract.page.lexicon import fold

_METAS = (
    "author", "article:author", "dc.creator", "dcterms.creator", "dc.author", "parsely-author",
    "sailthru.author", "byl", "citation_author", "article.author", "og:article:author",
    "article:author_name", "rbauthors", "cxenseparse:author", "itemprop:author", "twitter:data1",
)  # fmt: skip
_PERSONAL = frozenset({"json-ld", "microdata", "rel=author", "byline"})
_BYLINE = 160  # characters of an element that may be a byline


@dataclass(frozen=True, slots=True)
class Signature:
    """Authors and their origin; unless `sure`, a byline near the title is preferred to them."""

    names: tuple[str, ...] = ()
    origin: str = ""
    sure: bool = False


def choose(facts: Facts, sites: set[str]) -> Signature:
    """Return the authors that a page declares, an empty signature where it names none."""
    sources: list[tuple[list[str], str]] = []
    weak: list[Signature] = []
    for names, origin in _sources(facts):
        sources.append((names, origin))
        found = cleaned(names, sites)
        if not found:
            continue
        if all(_is_sure(name, origin) for name in found):
            return Signature(found, origin, sure=True)
        weak.append(Signature(found, origin))
    addressed = cleaned(_addressed(facts), sites)
    if addressed:
        weak.insert(0, Signature(addressed, "author's address"))
    # A blog may have its author's name: take it, if it is a person's and there is no other.
    bodies = _organised(facts)
    for names, origin in sources if not weak else ():
        found = cleaned(names, bodies) if origin in _PERSONAL else ()
        if found and all(is_name(name) for name in found):
            return Signature(found, origin)
    organisations = cleaned(_organisations(facts), sites)
    if organisations:
        weak.append(Signature(organisations, "json-ld"))
    return min(weak, key=_doubt, default=Signature())


def _is_sure(name: str, origin: str) -> bool:
    if is_desk(name) or is_body(name):
        return False
    # A forum shows logins as names; where JSON-LD has a login, the page may show the name as well.
    # An element with a byline's class may hold anything; a declared value is meant as a name.
    if is_handle(name):
        return origin in ("byline", "rel=author", "microdata")
    return origin not in ("byline", "rel=author") or is_name(name)


def _doubt(signature: Signature) -> int:
    names = signature.names
    if any(is_desk(name) for name in names):
        return 3
    if signature.origin == "byline" and not all(is_name(name) for name in names):
        return 1 if all(is_word(name) for name in names) else 2
    return int(any(is_body(name) for name in names))


def _sources(facts: Facts) -> Iterator[tuple[list[str], str]]:
    known = jsonld.by_id(facts.things)
    for thing in jsonld.describing(facts.things):
        pairs = jsonld.people(thing.get("author", thing.get("creator")), known)
        yield [name for name, organised in pairs if not organised], "json-ld"
    for name in _METAS:
        values = facts.meta.get(name, ())
        if name == "twitter:data1" and not re.match(
            r"written|by\b|author", facts.first("twitter:label1")[0], re.I
        ):
            continue
        # A company that is declared as the author of every page owns the site, or built it.
        yield [value for value in values if value[0] != "@" and not is_company(value)], name
    yield [_text(tag) for tag in facts.props.get("author", ())], "microdata"
    signed = [tag for tag in facts.signed if not facts.furniture.holds(tag)]
    linked = [tag for tag in signed if tag.get("rel") == "author"]
    yield [_text(tag) for tag in linked], "rel=author"
    for tag in signed:
        text = _text(tag)
        if len(text) <= _BYLINE and not is_company(text):
            yield [text], "byline"


def _organisations(facts: Facts) -> Iterator[str]:
    known = jsonld.by_id(facts.things)
    for thing in jsonld.describing(facts.things):
        for name, organised in jsonld.people(thing.get("author", thing.get("creator")), known):
            if organised:
                yield name


def _organised(facts: Facts) -> set[str]:
    """Return the folded names that JSON-LD gives to organisations."""
    named = (
        name
        for thing in facts.things
        if any(kind.endswith("Organization") for kind in jsonld.kinds(thing))
        for name in jsonld.listed(thing.get("name"))
    )
    publishers = (
        name
        for thing in facts.things
        for name, organised in jsonld.people(thing.get("publisher"), {})
        if organised
    )
    return {fold(name) for name in (*named, *publishers)}


def _addressed(facts: Facts) -> Iterable[str]:
    """Yield the name in the address of an author's page: /authors/jane-doe."""
    for value in facts.meta.get("article:author", ()):
        if name := in_address(value):
            yield name


def in_address(address: str) -> str:
    """Return the name at the end of the address of an author's page, "" for none."""
    parts = [unquote(part) for part in urlsplit(address).path.strip("/").split("/")]
    if len(parts) < 2 or parts[-2].casefold() not in lexicon.data("people")["paths"]:
        return ""
    words = parts[-1].split("-")
    if not 2 <= len(words) <= 4 or not all(word.isalpha() and len(word) > 1 for word in words):
        return ""
    return " ".join(words).title()


def _text(tag: Tag) -> str:
    inner = tag.find(itemprop="name")
    chosen = inner if isinstance(inner, Tag) else tag
    content = chosen.get("content")
    return content if isinstance(content, str) else chosen.get_text("\n").strip()
