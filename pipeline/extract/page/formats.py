"""Recognise texts in other formats than HTML: feeds, site maps, JSON, other XML, plain text.

In: the text of a document. Out: what it is and what to do with it, None where it may be a page.
Never raises. Only the beginning and the first tag of HTML are looked for; nothing is parsed.
"""

import re
from typing import Final

_AS_FEED = 'add it as a source: `babelwire add`, or kind = "feed" in the settings'
_NO_PAGE = "give the HTML page of the article; take this out of the source"
_KNOWN: Final = {
    "rss": ("an RSS feed, not a page", _AS_FEED),
    "rdf": ("an RSS feed, not a page", _AS_FEED),
    "feed": ("an Atom feed, not a page", _AS_FEED),
    "urlset": ("a site map, not a page", 'add it as a source: kind = "sitemap" in the settings'),
    "sitemapindex": (
        "a site map, not a page",
        'add it as a source: kind = "sitemap" in the settings',
    ),
    "opml": ("a list of feeds (OPML), not a page", "import it: `babelwire sources import FILE`"),
}
# What may stand before the root: byte order mark, XML declaration, comments, document type.
_PROLOGUE = re.compile(
    r"(?:\s|\ufeff|<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>)*", re.S
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_JSON = re.compile(r'[\[{]\s*["\[{]')
_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org')
_HTML = re.compile(
    r"<(?:!doctype\s+html|(?:html|head|title|body|main|article|section|div|p|h[1-6]|ul|ol|li|table|tr"
    r"|td|pre|blockquote|center|span|font|br|template)[\s/>])",
    re.I,
)
_HEAD = 4000  # characters in which a JSON Feed names its version


def other(text: str) -> tuple[str, str] | None:
    """Return what a text is that is no HTML, and the remedy; None where it may be HTML."""
    start = _end_of_prologue(text)
    root = _ROOT.match(text, start)
    if root is not None and root[1].lower() in _KNOWN:
        return _KNOWN[root[1].lower()]
    if _JSON.match(text, start):
        if _JSON_FEED.search(text[:_HEAD]):
            return "a JSON Feed, not a page", _AS_FEED
        return "JSON, not HTML", _NO_PAGE
    if _HTML.search(text) is not None:
        return None
    if root is not None and text.startswith("<?xml", len(text) - len(text.lstrip("\ufeff \t\r\n"))):
        return f"XML (<{root[1]}>), not HTML", _NO_PAGE
    return "plain text, not HTML: it has no tags", _NO_PAGE


def _end_of_prologue(text: str) -> int:
    match = _PROLOGUE.match(text)
    return match.end() if match is not None else 0
