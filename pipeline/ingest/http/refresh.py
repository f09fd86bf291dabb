"""Recognise pages that only redirect: `<meta http-equiv="refresh">` and the Refresh header.

`refresh_target` takes a response and returns the URL it redirects to, or None. A page with a text
of its own, one that reloads itself, and one with a delay over MAX_DELAY are not redirects: news
pages reload themselves every few minutes.
Raises FetchError when the target is not an address that may be fetched.
"""

import re
from collections.abc import Iterator
from itertools import islice

from bs4 import BeautifulSoup, Tag

from pipeline.ingest.html import base_of, read_html
from pipeline.ingest.http.answers import Response
from pipeline.ingest.text import COMPLETE, weight
from pipeline.ingest.urls import absolute, web_address

# The longest delay of a redirect, in seconds; a page with a longer one is read itself.
MAX_DELAY = 10
# The most letters of text, links included, that a page may have to count as a mere redirect.
MAX_LETTERS = 1_000
# A refresh inside `noscript` counts only on pages up to so many bytes: a larger page probably shows
# its text with scripts.
MAX_NOSCRIPT_PAGE = 20_000

_META_REFRESH = re.compile(rb"http-equiv\s*+=\s*+[\"']?\s*+refresh", re.IGNORECASE)
_MAX_TAG = 9_000  # bytes of a meta element that are read
_MAX_METAS = 8  # refresh elements of a page that are read; browsers obey the first
# HTML §4.2.5.3, "shared declarative refresh steps": the time (only whole seconds count), a
# separator, and optionally "url=" before the address.
_TIME = re.compile(r"[ \t\n\f\r]*+(?:(\d++)|(?=\.))[\d.]*+(?:\Z|(?=[;, \t\n\f\r]))", re.ASCII)
_SEPARATOR = re.compile(r"[ \t\n\f\r]*[;,]?[ \t\n\f\r]*")
_URL = re.compile(r"url[ \t\n\f\r]*=[ \t\n\f\r]*", re.IGNORECASE)
_NOT_TEXT = (
    *("script", "style", "noscript", "template", "title", "nav", "header", "footer"),
    *("form", "button", "select", "textarea"),
)


def parse_refresh(text: str) -> tuple[int, str] | None:
    """Parse a refresh value: return its seconds and its address ("": the page itself), or None."""
    time = _TIME.match(text)
    if time is None:
        return None
    separator = _SEPARATOR.match(text, time.end())
    rest = text[separator.end() if separator else time.end() :]
    named = _URL.match(rest)
    if named:
        rest = rest[named.end() :]
    elif rest[:1] in ("u", "U"):
        return _seconds(time), rest  # not "url=": an address that begins with a u, quotes included
    if rest[:1] in ('"', "'"):
        rest = rest[1:].partition(rest[0])[0]
    return _seconds(time), rest


def _seconds(time: re.Match[str]) -> int:
    return int(time[1][:9]) if time[1] else 0


def refresh_target(response: Response) -> str | None:
    """Return the URL that a page redirects to, or None when it is more than a redirect.

    A refresh from inside a site to its front page is not followed: sites use it instead of 404.
    Raises FetchError when the target is not an address that may be fetched.
    """
    if not any(_is_short(text) for text in _possible_values(response)):
        return None
    page = read_html(response.content, response.charset)
    text = next(_refresh_values(response, page), "")
    refresh = parse_refresh(text)
    if refresh is None or refresh[0] > MAX_DELAY or not refresh[1].strip():
        return None
    place = web_address(absolute(base_of(page, response.url), refresh[1]), "redirects to ")
    if place == web_address(response.url) or (_is_root(place) and not _is_root(response.url)):
        return None
    return None if _has_text(page) else place


def _possible_values(response: Response) -> Iterator[str]:
    """Yield possible refresh values, without parsing the whole page."""
    yield response.headers.get("refresh", "")
    content = response.content.replace(b"\0", b"")  # UTF-16
    for match in islice(_META_REFRESH.finditer(content), _MAX_METAS):
        start = max(0, content.rfind(b"<", max(0, match.start() - _MAX_TAG), match.start()))
        tags = read_html(content[start : start + _MAX_TAG], "latin-1").find_all("meta", limit=1)
        yield from (str(tag.get("content") or "") for tag in tags)


def _is_short(text: str) -> bool:
    refresh = parse_refresh(text)
    return refresh is not None and refresh[0] <= MAX_DELAY


def _refresh_values(response: Response, page: BeautifulSoup) -> Iterator[str]:
    """Yield the valid refresh values; browsers obey the first."""
    if header := response.headers.get("refresh"):
        yield header
    for tag in page.find_all("meta", attrs={"http-equiv": True, "content": True}):
        if str(tag["http-equiv"]).strip().lower() != "refresh":
            continue
        if tag.find_parent("noscript") and len(response.content) > MAX_NOSCRIPT_PAGE:
            continue
        if parse_refresh(str(tag["content"])) is not None:
            yield str(tag["content"])


def _has_text(page: BeautifulSoup) -> bool:
    for tag in page.find_all(_NOT_TEXT):
        if not tag.decomposed:
            tag.decompose()
    everything = weight(page.get_text(" "))
    links = (weight(one.get_text(" ")) for one in page.find_all("a") if isinstance(one, Tag))
    return everything > MAX_LETTERS or everything - sum(links) >= COMPLETE


def _is_root(url: str) -> bool:
    return url.partition("://")[2].partition("/")[2] == ""
