"""Recognise pages that hold no article, and articles cut off by a paywall.

In: what extraction found on a page. Out: the reason why it is no article (consent, login or pay
wall; bot, age or region check; error page; index page; no text), or None. Never raises: the caller
does.
"""

from dataclasses import dataclass

from pipeline.extract.clutter import consent
from pipeline.extract.page import lexicon
from pipeline.extract.page.node import width

_SHORT = 2000  # width of text below which the phrases of a wall or an error page decide


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of a page when it is judged.

    `text` is the article's, `page` all that the page shows, `links` the share of text in links (0
    to 1), `consent` the width of the consent notices. `declared` says that the page declares an
    article.
    """

    title: str
    text: str
    page: str
    links: float
    consent: int
    declared: bool


def reason(finding: Finding) -> str | None:
    """Return the reason why a page holds no article, None where it holds one."""
    size = width(finding.text)
    title = lexicon.normal(finding.title)
    everything = lexicon.normal(f"{finding.title} {finding.page[:6000]}")
    if size < _SHORT:
        for kind, words in _kinds("title").items():
            if len(title) < 90 and lexicon.holds(title, words):
                return _REASONS[kind]
        for kind, words in _kinds("text").items():
            if width(finding.page) < _SHORT and lexicon.holds(everything, words):
                return _REASONS[kind]
    if not finding.text.strip():
        page = finding.page[:6000]
        said = consent.told(page)
        walled = (
            finding.consent > 200
            or consent.signs(page) >= 2
            or ("cookie" in said and len(said) > 2)
        )
        if walled:
            return "a consent wall and nothing else"
        return _INDEX if finding.links > 0.6 else "no text"
    if size < 600 and consent.signs(finding.text) >= 2:
        return "a consent wall and nothing else"
    if finding.links > 0.6 and size > 200:
        return _INDEX
    if size < 60 and not finding.declared:
        return "too little text for an article"
    return None


def is_partial(hidden: str, text: str) -> bool:
    """Say whether a short text is cut off: the page around it mentions a subscription."""
    if width(text) > 6000:
        return False
    words = lexicon.normal(hidden)
    return lexicon.holds(words, lexicon.phrases("walls", "paywall", "words"))


_INDEX = "an index page: most of its text is links"
_REASONS = {
    "bot": "a bot check, not the article",
    "missing": "an error page: the article is not there",
    "region": "not shown where this server is: the site bars the region",
    "age": "an age check, not the article",
    "login": "a login wall and nothing else",
    "script": "a page that shows nothing without JavaScript",
}


def _kinds(where: str) -> dict[str, tuple[str, ...]]:
    return {kind: lexicon.phrases("walls", kind, where) for kind in _REASONS}
