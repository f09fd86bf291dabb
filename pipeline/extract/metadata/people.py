"""Who wrote the article.

In: the facts of a page. Out: the authors' names, each once, and where they were found.
It refuses the site's own name, roles, addresses, dates and what is too long to be a name.
"""

import re
from collections.abc import Iterable

from bs4 import Tag

from pipeline.extract import lexicon
from pipeline.extract.metadata import things
from pipeline.extract.metadata.facts import Facts
from pipeline.extract.metadata.headings import fold

_METAS = (
    "author", "article:author", "dc.creator", "dcterms.creator", "dc.author", "parsely-author",
    "sailthru.author", "byl", "citation_author", "article.author", "og:article:author",
    "article:author_name", "rbauthors", "cxenseparse:author", "itemprop:author", "twitter:data1",
)  # fmt: skip
_PERSONAL = frozenset({"json-ld", "microdata", "rel=author", "byline"})
_SPLIT = re.compile(r"\s*(?:[;|•·\n/＆、，]|\s&\s)\s*")
_PARENTHESES = re.compile(r"[(\[（【][^)\]）】]*[)\]）】]?")
_NOT_A_NAME = re.compile(r"https?:|www\.|@|\d{2}|[{}<>=]|\.(com|org|net|de|fr)\b", re.I)
_ADDRESS = re.compile(r"\s*(https?:)?//|\s*www\.", re.I)
_JUNK_EDGE = re.compile(r"^[\W_]+|[\s,;:|•·/\\\-–—*]+$")


def choose(facts: Facts, sites: set[str]) -> tuple[tuple[str, ...], str]:
    """Return the authors and their origin, ((), "") where the page names none."""
    for names, origin in _sources(facts):
        found = _clean(names, sites)
        if found:
            return found, origin
    # A blog may be called like its author: better than nobody, where a person is named so. The
    # last source holds organisations.
    for names, origin in list(_sources(facts))[:-1]:
        found = _clean(names, set()) if origin in _PERSONAL else ()
        if found and all(_like_a_name(name) for name in found):
            return found, origin
    return (), ""


def _sources(facts: Facts) -> Iterable[tuple[list[str], str]]:
    known = things.by_id(facts.things)
    spare: list[str] = []
    for thing in things.describing(facts.things):
        pairs = list(things.people(thing.get("author", thing.get("creator")), known))
        persons = [name for name, organised in pairs if not organised]
        spare += [name for name, organised in pairs if organised]
        if persons:
            yield persons, "json-ld"
    for name in _METAS:
        values = facts.meta.get(name)
        if (values and name != "twitter:data1") or (
            values and re.match(r"written|by\b|author", facts.first("twitter:label1")[0], re.I)
        ):
            yield values, name
    yield [_text(tag) for tag in facts.props.get("author", ())], "microdata"
    signed = [tag for tag in facts.signed if not facts.furniture.holds(tag)]
    linked = [tag for tag in signed if tag.get("rel") == "author"]
    yield [_text(tag) for tag in linked], "rel=author"
    for tag in signed:
        yield [_text(tag)], "byline"
    yield spare, "json-ld"


def _text(tag: Tag) -> str:
    inner = tag.find(itemprop="name")
    chosen = inner if isinstance(inner, Tag) else tag
    content = chosen.get("content")
    return content if isinstance(content, str) else chosen.get_text("\n").strip()


def _clean(values: Iterable[str], sites: set[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for value in values:
        if len(value) > 400 or _ADDRESS.match(value):
            continue
        for part in _parts(value):
            key = fold(part)
            if key and key not in sites and key not in found and not _refused(part):
                found[key] = part
    whole = list(found.items())
    kept = [
        name for key, name in whole if not any(key != other and key in other for other, _ in whole)
    ]
    return tuple(kept[:12])


def _parts(value: str) -> Iterable[str]:
    value = _PARENTHESES.sub(" ", value.replace("\xa0", " "))
    for line in _SPLIT.split(value):
        line = _before_role(_without_by(line))
        pieces = re.split(_and(), line) if len(line.split()) > 3 else [line]
        for piece in pieces:
            yield from _by_comma(piece)


def _by_comma(text: str) -> Iterable[str]:
    """Yield names set apart by commas; what follows a comma and is no name is a role or place."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 2 and len(parts[0].split()) == 1 and 1 <= len(parts[1].split()) <= 2:
        yield _tidy(f"{parts[1]} {parts[0]}" if parts[1][:1].isupper() else parts[0])
        return
    for number, part in enumerate(parts):
        if number and (len(part.split()) < 2 or not _capitalised(part)):
            continue
        yield _tidy(part)


def _tidy(text: str) -> str:
    text = _JUNK_EDGE.sub("", " ".join(_without_by(text).split()))
    return text.title() if text.isupper() and len(text) > 5 and " " in text else text


def _capitalised(text: str) -> bool:
    words = text.split()
    return all(not word[:1].islower() or len(word) < 4 for word in words)


def _refused(name: str) -> bool:
    words = name.split()
    if not 1 < len(name) <= 60 or len(words) > 6 or _NOT_A_NAME.search(name):
        return True
    if not any(char.isalpha() for char in name):
        return True
    if name.isascii() and len(words) > 1 and not any(word[:1].isupper() for word in words):
        return True
    folded = f" {lexicon.normal(name).strip()} "
    return folded in {f" {word} " for word in (*_words("nobody"), *_words("by"))} or any(
        f" {word} " in folded for word in _words("role")
    )


def in_byline(text: str) -> tuple[str, ...]:
    """Return the authors a short text names after a word such as "by", () where it names none."""
    if len(text) > 100 or not _by().match(text):
        return ()
    rest = _without_by(text)
    names = _clean([rest], set())
    return names if names and all(_like_a_name(name) for name in names) else ()


def _like_a_name(name: str) -> bool:
    """Two to four words with capitals, or a name in a script without them."""
    words = name.split()
    if not name[:1].isascii() and not name[:1].isupper() and not name[:1].islower():
        return len(name) <= 12
    return 2 <= len(words) <= 4 and words[0][:1].isupper() and words[-1][:1].isupper()


def _words(key: str) -> tuple[str, ...]:
    return tuple(lexicon.data("people")[key])


def _without_by(text: str) -> str:
    return _by().sub("", text.strip(), count=1).strip()


def _by() -> re.Pattern[str]:
    return _compiled("by", r"^\W*(?:{})(?:\s*[:：]\s*|\s+)")


def _and() -> re.Pattern[str]:
    return _compiled("and", r"\s+(?:{})\s+")


def _compiled(key: str, frame: str) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(_words(key), key=len, reverse=True))
    return re.compile(frame.format(words), re.I)


def _before_role(text: str) -> str:
    """Cut at words that begin something else: "Jane Doe for The Times", "Jane Doe on 3 May"."""
    return re.split(_compiled("ends", r"\s+(?:{})\b"), text)[0]
