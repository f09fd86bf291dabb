"""Recognise pages that hold no article.

In: what extraction found on a page. Out: the reason why it is no article (consent, login or pay
wall; bot, age or region check; error or maintenance page; index page; no text), or None. Never
raises: the caller does.

A short page is weighed: what an article has (a date, authors, a declared type, paragraphs) against
the signs of an obstacle (the words of walls, the code of an error, a field for a password). A page
that declares an article and shows paragraphs of it is never a wall, whatever its words.
"""

from dataclasses import dataclass
from functools import cache

from pipeline.extract import obstacles
from pipeline.extract.clutter import consent
from pipeline.extract.page import lexicon
from pipeline.extract.page.node import width

OPENING = 6000  # characters of a page that are read
SHORT = 2000  # width of text below which a page may be a wall or an error page
_PARAGRAPHS = 3  # paragraphs that a wall rarely has
_LONG = 600  # width of the paragraphs of most articles
_LITTLE = 60  # width of the shortest text of an article
_UNDECLARED = 100  # the same where the page tells nothing else of an article


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of a page when it is judged.

    `titles` are the title, the one in the head and the main headings, `text` is the article's,
    `page` the beginning of all that the page shows. `links` is the share of text in links (0 to 1),
    `consent` the width of the consent notices. `declared` says that the page declares an article or
    tells its date and authors, `facts` how many of type, date and authors it tells. `found` are the
    obstacles in its elements (`obstacles.find`). `titles` and `found` are read of texts below SHORT
    only.
    """

    titles: tuple[str, ...]
    text: str
    page: str
    links: float
    consent: int
    declared: bool
    facts: int
    found: frozenset[str]


def reason(finding: Finding) -> str | None:
    """Return the reason why a page holds no article, None where it holds one."""
    size = width(finding.text)
    if size < SHORT:
        own = [part for part in finding.text.split("\n\n") if _is_paragraph(part)]
        wall = None if finding.declared and own else _wall(finding, own)
        if wall is not None:
            return wall
    if not finding.text.strip():
        page = finding.page[:OPENING]
        said = consent.told(page)
        walled = (
            finding.consent > 200
            or consent.signs(page) >= 2
            or ("cookie" in said and len(said) > 2)
        )
        if walled:
            return _CONSENT
        return _INDEX if finding.links > 0.6 else "no text"
    if finding.links > 0.6 and size > 200:
        return _INDEX
    if not finding.declared and size < (_LITTLE if finding.facts else _UNDECLARED):
        return "too little text for an article"
    return None


def _wall(finding: Finding, own: list[str]) -> str | None:
    """Weigh the signs of an obstacle against those of an article; return what it is, or None."""
    evidence = finding.facts + (len(own) >= _PARAGRAPHS) + (sum(map(width, own)) >= _LONG)
    signs: dict[str, int] = {}
    for title in finding.titles:
        words = lexicon.normal(title)
        for kind in _REASONS:
            signs[kind] = max(signs.get(kind, 0), _titled(words, kind))
    # A line beside paragraphs ("Log in to comment") is no wall before them.
    scope = finding.text if len(own) > 1 else finding.page
    if width(scope) < SHORT:
        words = lexicon.normal(" ".join((*finding.titles, scope[:OPENING])))
        for kind in _REASONS:
            if lexicon.holds(words, lexicon.phrases("walls", kind, "text")):
                signs[kind] += 2
    # A text with other paragraphs and without buttons is about consent, and asks for none.
    asking = not own or "buttons" in finding.found
    named = any(consent.suspicious(title) for title in finding.titles)
    if asking and (named or width(finding.text) < _LONG) and consent.signs(finding.text) > 1:
        signs["consent"] = 2
    elif len(consent.told(finding.text)) > 1 and "buttons" in finding.found:
        signs["consent"] = 1
    told = {kind: weight for kind, weight in signs.items() if weight}
    others = obstacles.said((*finding.titles, *finding.text.split("\n\n")))
    if len(own) <= 1:
        others |= finding.found & obstacles.ASKING
    others |= finding.found & obstacles.LEADING
    if sum(told.values()) + len(others) <= evidence:
        return None
    if told:
        return _REASONS.get(max(told, key=lambda kind: told[kind]), _CONSENT)
    return f"a wall or an error page: little text, but {', '.join(sorted(others))}"


def _is_paragraph(text: str) -> bool:
    """Say whether a block is prose that speaks neither of an obstacle nor of consent."""
    if width(text) < _LITTLE or consent.signs(text) > 0:
        return False
    words = lexicon.normal(text)
    return not any(
        lexicon.holds(words, lexicon.phrases("walls", kind, "text")) for kind in _REASONS
    )


def _titled(words: str, kind: str) -> int:
    """Return how surely a normalised title is a wall's: 3 as a whole, 1 by half of its letters."""
    best = 0
    for phrase in _titles(kind):
        if phrase == words:
            return 3
        if len(phrase) >= len(words) / 2 and phrase in words:
            best = 1
    return best


@cache
def _titles(kind: str) -> tuple[str, ...]:
    return tuple(f" {phrase.strip()} " for phrase in lexicon.phrases("walls", kind, "title"))


_INDEX = "an index page: most of its text is links"
_CONSENT = "a consent wall and nothing else"
_REASONS = {
    "bot": "a bot check, not the article",
    "missing": "an error page: the article is not there",
    "maintenance": "a maintenance page, not the article",
    "region": "not shown where this server is: the site bars the region",
    "age": "an age check, not the article",
    "login": "a login wall and nothing else",
    "script": "a page that shows nothing without JavaScript",
}
_COOKIE = 'give the source the cookie of a browser %s: headers = { Cookie = "name=value" }'
_REMEDIES = {
    _CONSENT: _COOKIE % "in which you have answered it",
    _REASONS["login"]: _COOKIE % "in which you have logged in",
    _REASONS["age"]: _COOKIE % "in which you have answered it",
}


def is_brief(reason: str) -> bool:
    """Return whether a page that was refused for a `reason` is likely to be an article soon."""
    return reason == _REASONS["maintenance"]


def remedy(reason: str) -> str:
    """What to do about a page that was refused for a `reason`."""
    if is_brief(reason):
        return "it is tried again soon"
    return _REMEDIES.get(reason, "take it out of the source if it stays so")
