"""The title of the article, without the name of its site.

In: the facts of a page and the names of its site. Out: the title and where it was found.
It refuses titles that are nothing but the site's name.
"""

import re
from collections.abc import Iterable

from bs4 import Tag

from pipeline.extract.metadata import things
from pipeline.extract.metadata.facts import Facts, is_aside

_SEPARATOR = re.compile(
    r"\s+[|\-–—―•·:»›«~/\\>¦]+\s+|\s*[|｜»¦]\s*|\s+::\s+|\s*_{1,2}\s*(?=\D)|(?<=\w)\s*—\s*"
)
_LETTERS = re.compile(r"[\W_]+")
_WORDS = re.compile(r"\w+")


def fold(text: str) -> str:
    """Return letters and digits only, case-folded: what makes two titles the same."""
    return _LETTERS.sub("", text.casefold())


def site_names(facts: Facts, host: str) -> set[str]:
    """Return the folded names a page gives its site, its host's name among them."""
    names = [facts.first(name)[0] for name in ("og:site_name", "application-name", "publisher")]
    names += facts.meta.get("apple-mobile-web-app-title", [])
    for thing in facts.things:
        if any(kind.endswith(("Organization", "WebSite")) for kind in things.kinds(thing)):
            names += list(things.listed(thing.get("name")))
        names += [name for name, _ in things.people(thing.get("publisher"), {})]
    names += [tag.get_text(" ") for tag in facts.headings if _leads_home(tag, host)]
    labels = host.removeprefix("www.").split(".")
    names += [host, ".".join(labels[-2:]), labels[-2 if len(labels) > 1 else 0]]
    return {folded for name in names if len(folded := fold(name)) > 1}


def _leads_home(tag: Tag, host: str) -> bool:
    """Say whether a heading is a link to the home page: the site's name, not the article's."""
    link = tag if tag.name == "a" else tag.find("a") or tag.find_parent("a")
    if not isinstance(link, Tag):
        return False
    href = str(link.get("href") or "")
    home = rf"(https?:)?(//(www\.)?{re.escape(host)})?/?(index\.\w+)?"
    return re.fullmatch(home, href) is not None


def choose(facts: Facts, sites: set[str]) -> tuple[str, str]:
    """Return the title and its origin, ("", "") where the page names none.

    A heading that the page's own title repeats is the title as the reader sees it. Without one,
    what the page declares is taken, cut at separators where a part is the site's name.
    """
    declared = list(_declared(facts))
    shown = facts.title
    headings = [
        text
        for tag in facts.headings
        if (text := " ".join(tag.get_text(" ").split())) and fold(text) not in sites
    ]
    known = [fold(text) for text, _ in declared] + ([fold(shown)] if shown else [])
    for text in headings:
        folded = fold(text)
        if len(folded) > 3 and any(folded in other for other in known):
            return _without_kicker(text, declared, sites), "h1"
    for text, origin in declared:
        title = without_site(text, sites, headings)
        if title and fold(title) not in sites:
            if len(headings) == 1 and _alike(headings[0], title):
                return headings[0], "h1"
            return title, origin
    if shown:
        title = without_site(shown, sites, headings)
        if len(headings) == 1 and (fold(title) in sites or _alike(headings[0], title)):
            return headings[0], "h1"
        if title and fold(title) not in sites:
            return title, "title"
    if headings:
        return headings[0], "h1"
    for tag in facts.subheadings:
        text = " ".join(tag.get_text(" ").split())
        if len(text) > 15 and not is_aside(tag) and not _leads_home(tag, ""):
            return text, tag.name
    return (shown, "title") if shown else ("", "")


def _without_kicker(text: str, declared: list[tuple[str, str]], sites: set[str]) -> str:
    """Return a heading without the words over it, where the page declares the title alone."""
    whole = fold(text)
    for title, _ in declared:
        alone = without_site(title, sites)
        folded = fold(alone)
        if len(folded) > 12 and folded != whole and whole.endswith(folded) and alone in text:
            return alone
    return text


def _alike(one: str, other: str) -> bool:
    """Say whether two titles share most of their words: one is the other, edited."""
    a, b = set(_WORDS.findall(one.casefold())), set(_WORDS.findall(other.casefold()))
    return bool(a and b) and len(a & b) >= 0.6 * min(len(a), len(b)) and min(len(a), len(b)) > 2


def _declared(facts: Facts) -> Iterable[tuple[str, str]]:
    for tag in facts.props.get("headline", ()):
        text = " ".join(tag.get_text(" ").split())
        if text and len(text) < 300:
            yield text, "microdata"
            break
    for thing in things.describing(facts.things):
        text = things.plain(thing.get("headline"))
        if text:
            yield text, "json-ld"
            break
    for name in ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title"):
        for text in facts.meta.get(name, ())[:1]:
            yield text, name


def without_site(text: str, sites: set[str], headings: Iterable[str] = ()) -> str:
    """Cut the site's name, and what stands beyond it, off either end of a title."""
    text = " ".join(text.split())
    cuts = list(_SEPARATOR.finditer(text))
    if not cuts:
        return text
    whole = {fold(heading) for heading in headings}
    starts = [0, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), len(text)]
    first, last = 0, len(starts) - 1
    # A heading that is one stretch of the title settles it.
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
    return text[starts[first] : ends[last]].strip()


def _names_site(part: str, sites: set[str]) -> bool:
    folded = fold(part)
    if not folded or folded in sites:
        return True
    return any(
        (len(site) > 3 and site in folded and len(folded) < len(site) + 14)
        or (len(folded) > 3 and folded in site and len(part.split()) < 4)
        for site in sites
    )
