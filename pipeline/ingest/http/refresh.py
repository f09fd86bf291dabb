"""Pages that only lead on: `<meta http-equiv="refresh">` and the Refresh header.

In: a response. Out: where it leads, or None. It refuses to leave a page that has something of its
own to read, that reloads itself, or that waits longer than a moment: news pages reload themselves
every few minutes.
"""

import re
from collections.abc import Iterator
from itertools import islice

from bs4 import BeautifulSoup, Tag

from pipeline.ingest.html import base_of, read_html
from pipeline.ingest.http.answers import Response
from pipeline.ingest.text import COMPLETE, weight
from pipeline.ingest.urls import absolute, web_address

# Seconds: "you will be redirected in 10 seconds" is a redirect, a page that waits longer is read.
MOMENT = 10
# Characters a page may show, links and all, and still be a mere sign to another one.
SIGN = 1_000
# Bytes of a page that leads on those alone who run no scripts: a large one shows its text by them.
BARE = 20_000

_SAID = re.compile(rb"http-equiv\s*+=\s*+[\"']?\s*+refresh", re.IGNORECASE)
_TAG = 9_000  # bytes of a meta element that are looked at
_SEVERAL = 8  # of them on one page: browsers obey the first
# HTML §4.2.5.3, "shared declarative refresh steps": the time, of which only the whole seconds
# count, a divider, and perhaps "url=" before the address.
_TIME = re.compile(r"[ \t\n\f\r]*+(?:(\d++)|(?=\.))[\d.]*+(?:\Z|(?=[;, \t\n\f\r]))", re.ASCII)
_DIVIDER = re.compile(r"[ \t\n\f\r]*[;,]?[ \t\n\f\r]*")
_URL = re.compile(r"url[ \t\n\f\r]*=[ \t\n\f\r]*", re.IGNORECASE)
_UNREAD = (
    *("script", "style", "noscript", "template", "title", "nav", "header", "footer"),
    *("form", "button", "select", "textarea"),
)


def declared(text: str) -> tuple[int, str] | None:
    """The seconds and the address ("": the page's own) that a refresh declares; None for none."""
    time = _TIME.match(text)
    if time is None:
        return None
    divider = _DIVIDER.match(text, time.end())
    rest = text[divider.end() if divider else time.end() :]
    named = _URL.match(rest)
    if named:
        rest = rest[named.end() :]
    elif rest[:1] in ("u", "U"):
        return _seconds(time), rest  # an address that begins with a u, quotes and all
    if rest[:1] in ('"', "'"):
        rest = rest[1:].partition(rest[0])[0]
    return _seconds(time), rest


def _seconds(time: re.Match[str]) -> int:
    return int(time[1][:9]) if time[1] else 0


def onward(response: Response) -> str | None:
    """The address that a page leads on to, where leading on is all that it does.

    From a page deep in a site to a front page nothing is followed: so say sites that a page is not
    there. Raises FetchError where the address is none that may be asked.
    """
    if not any(_is_short(text) for text in _hints(response)):
        return None
    page = read_html(response.content, response.charset)
    text = next(_declarations(response, page), "")
    said = declared(text)
    if said is None or said[0] > MOMENT or not said[1].strip():
        return None
    place = web_address(absolute(base_of(page, response.url), said[1]), "leads on to ")
    if place == web_address(response.url) or (_is_root(place) and not _is_root(response.url)):
        return None
    return None if _has_words(page) else place


def _hints(response: Response) -> Iterator[str]:
    """What may be declarations, found without reading the whole page."""
    yield response.headers.get("refresh", "")
    content = response.content.replace(b"\0", b"")  # UTF-16
    for match in islice(_SAID.finditer(content), _SEVERAL):
        start = max(0, content.rfind(b"<", max(0, match.start() - _TAG), match.start()))
        tags = read_html(content[start : start + _TAG], "latin-1").find_all("meta", limit=1)
        yield from (str(tag.get("content") or "") for tag in tags)


def _is_short(text: str) -> bool:
    said = declared(text)
    return said is not None and said[0] <= MOMENT


def _declarations(response: Response, page: BeautifulSoup) -> Iterator[str]:
    """The declarations that count, of which browsers obey the first."""
    if header := response.headers.get("refresh"):
        yield header
    for tag in page.find_all("meta", attrs={"http-equiv": True, "content": True}):
        if str(tag["http-equiv"]).strip().lower() != "refresh":
            continue
        if tag.find_parent("noscript") and len(response.content) > BARE:
            continue
        if declared(str(tag["content"])) is not None:
            yield str(tag["content"])


def _has_words(page: BeautifulSoup) -> bool:
    for tag in page.find_all(_UNREAD):
        if not tag.decomposed:
            tag.decompose()
    everything = weight(page.get_text(" "))
    links = (weight(one.get_text(" ")) for one in page.find_all("a") if isinstance(one, Tag))
    return everything > SIGN or everything - sum(links) >= COMPLETE


def _is_root(url: str) -> bool:
    return url.partition("://")[2].partition("/")[2] == ""
