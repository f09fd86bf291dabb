"""The title of the article, without the name of its site.

In: the machine-readable facts of a page and the names of its site. Out: the title and its origin,
("", "") for none. Never raises. A title that is only the site's name is ignored.
"""

import re
from collections.abc import Iterable
from functools import cache

from bs4 import Tag
from bs4.element import NavigableString, Script, Stylesheet

from pipeline.extract.metadata import headings, jsonld
from pipeline.extract.metadata.facts import Facts
from pipeline.extract.metadata.headings import Heading
from pipeline.extract.page import lexicon
from pipeline.extract.page.builder import around, tags_of
from pipeline.extract.page.elements import HEADINGS
from pipeline.extract.page.lexicon import fold

_SEPARATOR = re.compile(
    r"\s+[|\-–—―•·:»›«~/\\>¦]+\s+|\s*[|｜»¦]\s*|\s+::\s+|\s*_{1,2}\s*(?=\D)|(?<=\w)\s*—\s*"
    # Scripts without spaces put none around the separator either.
    r"|(?<=[\u3001-\u30ff\u4e00-\u9fff\uac00-\ud7af\uff01-\uff1f])\s*[:：\-]\s*(?=\S{2,12}$)"
)
_COLON = re.compile(r"\s*(?::\s|：)\s*")
_NO_TITLES = ["a", "head", "script", "style", "footer", "nav", "button", "option"]
_DATED = re.compile(
    r"^(?:\d{1,2}[./]\d{1,2}[./](?:\d{2}|\d{4})|\d{4}-\d\d-\d\d)\s*[-–—:|]\s+(?=\D)"
)
_WORDS = re.compile(r"\w+")
_LEAST = 10  # letters from which a heading may be a title
_TOPIC = 30  # letters up to which a heading may be the topic (kicker) above the title


def site_names(facts: Facts, host: str) -> set[str]:
    """Return the folded names of the page's site, among them its host's name."""
    names = [facts.first(name)[0] for name in ("og:site_name", "application-name", "publisher")]
    names += facts.meta.get("apple-mobile-web-app-title", [])
    organisations: list[str] = []
    for thing in facts.things:
        if any(kind.endswith(("Organization", "WebSite")) for kind in jsonld.kinds(thing)):
            organisations += list(jsonld.listed(thing.get("name")))
        organisations += [name for name, _ in jsonld.people(thing.get("publisher"), {})]
    # Some templates put the article's title into the site's name.
    page = fold(facts.title)
    names = [
        name
        for name in (*names, *organisations)
        if not page.startswith(fold(name)) or len(fold(name)) < 30
    ]
    names += _added(facts, {fold(name) for name in names})
    tops = facts.headings[: headings.MOST]
    headlines = _headlines(facts)
    names += [tag.get_text(" ") for tag in tops if headings.names_site(tag, host, headlines)]
    labels = host.removeprefix("www.").split(".")
    names += [host, ".".join(labels[-2:]), labels[-2 if len(labels) > 1 else 0]]
    return {folded for name in names if len(folded := fold(name)) > 1}


def _added(facts: Facts, sites: set[str]) -> list[str]:
    """Return what the title element adds to a longer declared title: the site's or a section's."""
    whole, found = facts.title, []
    for text, _ in _declared(facts):
        if fold(text) in sites or len(whole) >= 2 * len(text):
            continue
        around = (whole.removesuffix(text), whole.removeprefix(text))
        found += [rest for rest in around if rest not in ("", whole)]
    return found


def choose(facts: Facts, sites: set[str], host: str = "") -> tuple[str, str]:
    """Return the title and its origin, ("", "") where the page has none.

    The title is the heading that the page's declared titles repeat. Where there is none, it is the
    declared title, cut at a separator if one part is the site's name.
    """
    headlines = _headlines(facts)
    first, others = (
        [
            heading
            for heading in headings.read(tags, host, facts.furniture, headlines)
            if fold(heading.text) not in sites and fold(heading.text) not in _shelves()
        ]
        for tags in (facts.headings, facts.subheadings)
    )
    others = [heading for heading in others if not heading.aside]
    declared = list(_declared(facts))
    title, origin = (
        _repeated(first, others, declared, facts.title, sites)
        or _only(first, declared, facts.title)
        or _cut(facts, declared, sites, first, others)
        or _last(first, others, facts.title)
    )
    return _DATED.sub("", title), origin


def _repeated(
    first: list[Heading],
    others: list[Heading],
    declared: list[tuple[str, str]],
    shown: str,
    sites: set[str],
) -> tuple[str, str] | None:
    """Return the heading that the declared titles repeat: an equal one, else the longest in them.

    An h2 counts only if it equals a declared title and every matching h1 is short enough for a
    topic.
    """
    raw = [text for text, _ in declared]
    exact = {fold(text) for text in raw} | {fold(without_site(text, sites)) for text in raw}
    exact = {text for text in exact if len(text) > 3 and text not in sites}
    whole = [fold(text) for text in (*raw, shown) if text]
    for heading in first:
        if heading.joined and (text := _with_kicker(heading, declared, shown, sites)):
            return text, "h1"
        for text in (heading.text, heading.whole, *heading.runs):
            if fold(text) in exact:
                return (heading.text if text == heading.whole else text), "h1"
    within = [h.text for h in first if any(fold(h.text) in other for other in whole)]
    longest = max(within, key=lambda text: len(fold(text)), default="")
    if len(fold(longest)) < _TOPIC:
        for heading in others:
            for text in (heading.text, heading.whole, *heading.runs):
                if len(fold(text)) >= _LEAST and fold(text) in exact:
                    return text, "h2"
    if len(fold(longest)) < _LEAST:
        for heading in others:
            if len(heading.text) > 2 * _LEAST and any(_is_stretch(heading.text, o) for o in raw):
                return heading.text, "h2"
    if len(fold(longest)) > 3:
        return longest, "h1"
    return None


def _with_kicker(
    heading: Heading, declared: list[tuple[str, str]], shown: str, sites: set[str]
) -> str:
    """Return a heading as "Kicker: Title" where two sources declare that, "" elsewhere.

    More sources must declare it than the title alone. The sources are JSON-LD, the meta elements
    together (one is copied from another), and the title element; microdata is the heading itself.
    """
    votes: dict[str, set[str]] = {}
    spelled: dict[str, str] = {}
    for text, origin in [*declared, (shown, "title")]:
        if origin != "microdata":
            source = origin if origin in ("json-ld", "title") else "meta"
            text = without_site(text, sites, (heading.whole, heading.text))
            votes.setdefault(fold(text), set()).add(source)
            spelled.setdefault(fold(text), text)
    whole, alone = (votes.get(fold(text), set()) for text in (heading.whole, heading.text))
    return spelled[fold(heading.whole)] if len(whole) > max(1, len(alone)) else ""


def _is_stretch(text: str, title: str) -> bool:
    """Say whether a title consists of a text and of parts that separators set apart from it."""
    return fold(without_site(title, set(), [text])) == fold(text) != fold(title)


def _only(
    first: list[Heading], declared: list[tuple[str, str]], shown: str
) -> tuple[str, str] | None:
    """Return the only h1, or the only one of a title's class, if a known title is like it.

    Of several the first counts if it alone is like a title that the page declares.
    """
    titles = [fold(text) for text, _ in declared]
    long = [h for h in first if not h.aside and len(fold(h.text)) > _LEAST]
    for group in ([heading for heading in long if heading.titled], long):
        known = [*titles, fold(shown)] if len(group) == 1 else titles
        akin = [h for h in group if any(_akin(fold(h.text), other) for other in known)]
        if len(akin) == 1 and akin[0] is group[0]:
            return akin[0].text, "h1"
    return None


def _akin(one: str, other: str) -> bool:
    """Say whether two folded titles share a sequence of letters as long as a word."""
    size = 5 if one.isascii() else 4
    return any(one[i : i + size] in other for i in range(len(one) - size + 1))


def _cut(
    facts: Facts,
    declared: list[tuple[str, str]],
    sites: set[str],
    first: list[Heading],
    others: list[Heading],
) -> tuple[str, str] | None:
    """Return the declared title, else the title element's, without the name of the site."""
    known = [heading.text for heading in (*first, *others)]
    for text, origin in [*declared, (facts.title, "title")]:
        title = _standing(text, facts, sites) or without_site(text, sites, known)
        if title and fold(title) not in sites:
            return title, origin
    return None


def _standing(text: str, facts: Facts, sites: set[str]) -> str:
    """Return the longest part of a declared title that stands alone on the page, "" for none.

    On pages without an h1 the title may be in any element. The names of sections and of the site,
    which are the other parts, are in links, or below the article; the last part, which is mostly
    the site's name, counts only in a heading. A colon is mostly a part of the title: what is after
    it counts only as the first heading of the page, of whatever level.
    """
    if facts.tree is None:
        return ""
    heading = next((tag for tag in tags_of(facts.tree) if tag.name in HEADINGS), None)
    first = fold(heading.get_text(" ")) if heading is not None else ""
    for colon in _COLON.finditer(text):
        if len(first) >= _LEAST and fold(text[colon.end() :]) == first:
            return text[colon.end() :]
    cuts = list(_SEPARATOR.finditer(text))
    starts = [0, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), len(text)]
    last = fold(text[starts[-1] :])
    parts = {
        folded: part
        for i, start in enumerate(starts)
        for end in ends[i:]
        if len(folded := fold(part := text[start:end].strip())) >= _LEAST
        and part != text
        and folded not in sites
        and fold(text).count(folded) == 1  # what a title says twice is a section
    }
    found = {
        folded
        for string in (facts.tree.descendants if parts else ())
        if isinstance(string, NavigableString)
        and not isinstance(string, Script | Stylesheet)
        and (folded := fold(string)) in parts
        and isinstance(string.parent, Tag)
        and around(string, *_NO_TITLES) is None
        and (folded != last or around(string, *HEADINGS) is not None)
        and not facts.furniture.holds(string.parent)
    }
    return parts[max(found, key=len)] if found else ""


def _last(first: list[Heading], others: list[Heading], shown: str) -> tuple[str, str]:
    if first:
        return first[0].text, "h1"
    for heading in others:
        if len(heading.text) > 15:
            return heading.text, "h2"
    return (shown, "title") if shown else ("", "")


def _headlines(facts: Facts) -> frozenset[str]:
    """Return the folded headlines that microdata and JSON-LD declare."""
    declared = (text for text, origin in _declared(facts) if origin in ("microdata", "json-ld"))
    return frozenset(map(fold, declared)) - {""}


def _declared(facts: Facts) -> Iterable[tuple[str, str]]:
    for tag in facts.props.get("headline", ()):
        text = " ".join(tag.get_text(" ").split())
        if text and len(text) < 300:
            yield text, "microdata"
            break
    for thing in jsonld.describing(facts.things):
        text = jsonld.plain(thing.get("headline"))
        if text:
            yield text, "json-ld"
            break
    for name in ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title"):
        for text in facts.meta.get(name, ())[:1]:
            yield text, name


def without_site(text: str, sites: set[str], headings: Iterable[str] = ()) -> str:
    """Cut the site's name, and what is beyond it, off either end of a title."""
    text = " ".join(text.split())
    cuts = list(_SEPARATOR.finditer(text))
    if not cuts:
        return text
    whole = {fold(heading) for heading in headings}
    starts = [0, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), len(text)]
    first, last = 0, len(starts) - 1
    # A heading that equals a part of the title is the title.
    for i in range(len(starts)):
        for j in range(len(starts) - 1, i - 1, -1):
            if fold(text[starts[i] : ends[j]]) in whole:
                return text[starts[i] : ends[j]]
    for place in range(last, 0, -1):
        if _names_site(text[starts[place] : ends[last]], sites) or _names_site(
            text[starts[place] : ends[place]], sites
        ):
            last = place - 1
            break
    if first < last and _names_site(text[starts[0] : ends[0]], sites):
        first = 1
    while first < last and fold(text[starts[last] : ends[last]]) in _shelves():
        last -= 1
    while first < last and fold(text[starts[first] : ends[first]]) in _shelves():
        first += 1
    return text[starts[first] : ends[last]].strip()


def _names_site(part: str, sites: set[str]) -> bool:
    folded = fold(part)
    if not folded or folded in sites:
        return True
    if len(part) <= 8 and part.endswith(_site_endings()):
        return True
    return any(
        (len(site) > 3 and site in folded and len(folded) < len(site) + 14)
        or (len(folded) > 3 and folded in site and len(part.split()) < 4)
        for site in sites
    )


@cache
def _shelves() -> frozenset[str]:
    return frozenset(fold(name) for name in lexicon.data("titles")["shelves"])


@cache
def _site_endings() -> tuple[str, ...]:
    return tuple(lexicon.data("titles")["endings"])
