"""Where the sources of a site may be: addresses to try, and why.

`steps` takes the response to an address that a person typed, and yields lists of leads, the most
promising list first. Nothing is asked but robots.txt. Never raises for what is in a page: links
that are no web addresses are left out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from requests.utils import parse_header_links

from pipeline.errors import FetchError
from pipeline.ingest.html import base_of, read_html
from pipeline.ingest.http.answers import Response
from pipeline.ingest.http.client import Client
from pipeline.ingest.kinds.registry import KINDS
from pipeline.ingest.text import language_of, media_type, plain
from pipeline.ingest.urls import absolute, web_address

FEED_ENDINGS = (
    ".rss",
    ".atom",
    ".rdf",
    "rss.xml",
    "feed.xml",
    "feeds.xml",
    "atom.xml",
    "feed.json",
)
# A word of a link's text or a part of its address by which it may lead to a feed.
_FEED_WORD = re.compile(r"(?<![^\W_])(?:rss2?|atom|feeds?|rdf|json ?feed)(?![^\W_])", re.I)
_LONGEST_TEXT = 80  # characters of a link that says "RSS"; a headline about feeds is longer
_LONGEST_SLUG = 3  # words of an address that says so
# Media types that feeds are sent with, among much else.
_VAGUE_TYPES = frozenset({"application/xml", "text/xml", "application/json", ""})
# Usual addresses of feeds and sitemaps that no page links to, the most usual first.
WELL_KNOWN: tuple[tuple[str, str], ...] = (
    ("feed", "/feed"),
    ("feed", "/rss"),
    ("feed", "/rss.xml"),
    ("feed", "/feed.xml"),
    ("feed", "/atom.xml"),
    ("feed", "/index.xml"),
    ("feed", "/feed.json"),
    ("feed", "/feeds/posts/default"),
    ("sitemap", "/sitemap.xml"),
    ("sitemap", "/sitemap_index.xml"),
    ("sitemap", "/news-sitemap.xml"),
)
_MAX_LINKS = 20_000


@dataclass(frozen=True, slots=True)
class Lead:
    """An address that may be a source of a kind, and why."""

    kind: str
    url: str
    reason: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class _Link:
    """A link that says what it leads to: a `link` element, or a Link header (RFC 8288)."""

    href: str
    relations: frozenset[str]
    media_type: str
    title: str
    language: str | None
    reason: str


def steps(response: Response, client: Client) -> Iterator[list[Lead]]:
    """Yield what to try: the address itself, or what its page, its site and habit say."""
    here = response.url
    if not is_html(response):
        head = response.content[:2_000]
        kind = "sitemap" if b"<urlset" in head or b"<sitemapindex" in head else "feed"
        kind = _kinds().get(media_type(response.headers.get("content-type", "")), kind)
        yield [Lead(kind, here, "the address itself is one")]
        return
    page = read_html(response.content, response.charset)
    base = base_of(page, here)
    spoken = _language(page)
    links = [(here, one) for one in _of_headers(response)]
    # What is relative to a wrong `base` element may be right without it.
    links += [(place, one) for place in dict.fromkeys((base, here)) for one in _of_page(page)]
    yield list(_named(links, spoken))
    yield list(_vague(links, spoken))
    yield list(_linked(page, base))
    yield [
        Lead("sitemap", one, "robots.txt names it")
        for one in sorted(client.sitemaps(here), key=lambda one: "news" not in one.lower())
    ]
    yield [
        Lead(kind, urljoin(here, path), f"{path} is where a {kind} often is")
        for kind, path in WELL_KNOWN
    ]
    yield [Lead("index", here, "the page links to articles")]


def is_html(response: Response) -> bool:
    """Return whether a response is an HTML page and no feed or sitemap sent as one."""
    head = response.content[:2_000].lower()
    if b"<rss" in head or b"<feed" in head or b"<rdf:rdf" in head or b"<urlset" in head:
        return False
    media = response.headers.get("content-type", "").lower()
    return "html" in media or b"<html" in head or b"<!doctype html" in head


def _of_headers(response: Response) -> Iterator[_Link]:
    for one in parse_header_links(response.headers.get("link", "")[:8_000]):
        yield _Link(
            href=str(one.get("url", "")),
            relations=frozenset(str(one.get("rel", "")).lower().split()),
            media_type=media_type(str(one.get("type", ""))),
            title=plain(one.get("title"), markup=False),
            language=language_of(one.get("hreflang")),
            reason="the Link header names it as its feed",
        )


def _of_page(page: BeautifulSoup) -> Iterator[_Link]:
    for link in page.find_all("link", href=True)[:_MAX_LINKS]:
        yield _Link(
            href=str(link["href"]),
            relations=frozenset(one.lower() for one in link.get("rel") or []),
            media_type=media_type(str(link.get("type") or "")),
            title=plain(link.get("title"), markup=False),
            language=language_of(link.get("hreflang")),
            reason="the page names it as its feed",
        )


def _named(links: Iterable[tuple[str, _Link]], spoken: str | None) -> Iterator[Lead]:
    """Yield what says that it is a feed: WHATWG HTML §4.6.7.1 "alternate", or `rel="feed"`.

    Those in the page's own language come first.
    """
    kinds = _kinds()
    for base, one in _own_language_first(links, spoken):
        kind = kinds.get(one.media_type)
        if "feed" in one.relations or ("alternate" in one.relations and kind is not None):
            yield from _lead(kind or "feed", base, one.href, one.reason, one.title)


def _vague(links: Iterable[tuple[str, _Link]], spoken: str | None) -> Iterator[Lead]:
    """Yield alternates whose media type, or the lack of one, leaves open whether they are feeds.

    A page in another language or for another medium is named so, too: where no type is given, the
    link has to say that it is a feed.
    """
    for base, one in _own_language_first(links, spoken):
        if one.relations & {"stylesheet", "feed"} or "alternate" not in one.relations:
            continue
        says = _FEED_WORD.search(f"{one.title} {_words(one.href)}")
        if one.media_type in _VAGUE_TYPES and (one.media_type or says):
            yield from _lead("feed", base, one.href, f"{one.reason}, without its type", one.title)


def _own_language_first(
    links: Iterable[tuple[str, _Link]], spoken: str | None
) -> list[tuple[str, _Link]]:
    return sorted(links, key=lambda pair: pair[1].language not in (None, spoken))


def _linked(page: BeautifulSoup, base: str) -> Iterator[Lead]:
    """Yield the links of a page whose text or address looks like that of a feed, texts first."""
    found: list[tuple[int, str]] = []
    for link in page.find_all("a", href=True)[:_MAX_LINKS]:
        href = str(link["href"])[:2_000]
        if _FEED_WORD.search(_text(link)):
            found.append((0, href))
        elif href.partition("?")[0].lower().endswith(FEED_ENDINGS):
            found.append((1, href))
        elif _FEED_WORD.search(_words(href)):
            found.append((2, href))
    for _, href in sorted(found, key=lambda one: one[0]):
        yield from _lead("feed", base, href, "the page links to it")


def _text(link: Tag) -> str:
    """Return what a link says, also to those who do not see it; "" where it says much."""
    said = [link.get_text(" "), str(link.get("title") or ""), str(link.get("aria-label") or "")]
    said += [str(image.get("alt") or "") for image in link.find_all("img", limit=3)]
    said = [text for one in said if (text := plain(one[:1_000], markup=False))]
    return " ".join(one for one in said if len(one) <= _LONGEST_TEXT)


def _words(href: str) -> str:
    """Return the last part of an address's path, unless it is a headline's, and its query."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    slug = unquote(parts.path.rstrip("/").rpartition("/")[2]).replace("-", " ")
    return f"{slug if len(slug.split()) <= _LONGEST_SLUG else ''} {parts.query}"


def _language(page: BeautifulSoup) -> str | None:
    html = page.find("html")
    return language_of(html.get("lang")) if isinstance(html, Tag) else None


def _kinds() -> dict[str, str]:
    """Which kind of source documents of a media type are, as far as the type alone tells."""
    usable = KINDS.usable().items()
    return {media: name for name, kind in reversed(usable) for media in kind.media_types}


def _lead(kind: str, base: str, href: str, reason: str, title: str = "") -> Iterator[Lead]:
    try:
        yield Lead(kind, web_address(absolute(base, href)), reason, title)
    except FetchError:
        return
