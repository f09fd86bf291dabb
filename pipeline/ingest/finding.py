"""Find the feeds, sitemaps and index pages of a site.

`find_sources` takes an address that a person typed and returns candidates, the best first, each
with the reason and what it announces. `check` asks one source and stores nothing.
Raises SourceError when the address cannot be fetched or nothing there announces articles.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from pipeline.article import Source
from pipeline.errors import BabelwireError, FetchError, SourceError
from pipeline.ingest.discovery import discover
from pipeline.ingest.html import read_html
from pipeline.ingest.http.answers import Response
from pipeline.ingest.http.client import ACCEPT_PAGE, Client
from pipeline.ingest.kinds.kind import Discovery, source_error
from pipeline.ingest.kinds.registry import KINDS
from pipeline.ingest.text import plain
from pipeline.ingest.urls import absolute, web_address

FEED_ENDINGS = (".rss", ".atom", "/rss", "/feed", "/atom", "rss.xml", "feed.xml", "atom.xml")
FEED_WORDS = frozenset({"rss", "atom", "rss feed", "rss-feed", "atom feed", "feed"})
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
# The most candidates that one call tries: each costs requests, which are paced as always.
MAX_PROBES = 16
# So many good sources end the search.
ENOUGH = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A source that works.

    `reason` says why it was looked at. `announced` is the number of its references now, `complete`
    of those whose entry has the whole article, `newest` the latest date of publication.
    """

    kind: str
    url: str
    reason: str
    title: str = ""
    language: str | None = None
    announced: int = 0
    complete: int = 0
    newest: datetime | None = None

    def source(self, name: str) -> Source:
        """Return the source to add, with the id `name`."""
        return Source.of(name, self.kind, url=self.url, title=self.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The candidates, the best first; `rejected` has (address, reason) of all others tried."""

    candidates: tuple[Candidate, ...]
    rejected: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Lead:
    kind: str
    url: str
    reason: str
    title: str = ""


def find_sources(url: str, client: Client) -> Finding:
    """Return what can be subscribed to at `url`: a site's home page, a section, a feed, a sitemap.

    Tries, in this order, the address itself, the feeds its page names and links to, the sitemaps
    in its robots.txt, well-known addresses, and the links of the page. Stops after the first step
    that finds a source; a sitemap of the whole site and a feed of comments do not count.
    Tries at most MAX_PROBES candidates. Raises SourceError when the address cannot be fetched or
    nothing was found.
    """
    address = web_address(url if "://" in url else f"https://{url}")
    try:
        response = client.get(
            address, accept=f"{ACCEPT_PAGE},application/xml;q=0.9", follow_refresh=True
        )
    except FetchError as error:
        raise source_error(error) from error
    found: list[Candidate] = []
    rejected: list[tuple[str, str]] = []
    seen: set[str] = set()
    for step in _steps(response, client):
        for lead in step:
            if lead.url in seen or len(seen) >= MAX_PROBES:
                continue
            seen.add(lead.url)
            try:
                found.append(_probe(lead, client))
            except BabelwireError as error:
                rejected.append((lead.url, error.reason))
        if sum(_rank(one) < _RANKS["sitemap"] for one in found) >= ENOUGH:
            break
    if not found:
        raise SourceError(
            address,
            "announces no articles that babelwire can find",
            "name a feed, or an index page with `links`, CSS selectors",
        )
    return Finding(candidates=tuple(sorted(found, key=_rank)), rejected=tuple(rejected))


def _steps(response: Response, client: Client) -> Iterator[list[_Lead]]:
    here = response.url
    if not _is_html(response):
        head = response.content[:2_000]
        kind = "sitemap" if b"<urlset" in head or b"<sitemapindex" in head else "feed"
        kind = _kinds().get(_media_type(response.headers.get("content-type", "")), kind)
        yield [_Lead(kind, here, "the address itself is one")]
        return
    page = read_html(response.content, response.charset)
    yield list(_named_feeds(page, here))
    yield list(_linked_feeds(page, here))
    yield [
        _Lead("sitemap", one, "robots.txt names it")
        for one in sorted(client.sitemaps(here), key=lambda one: "news" not in one.lower())
    ]
    yield [
        _Lead(kind, urljoin(here, path), f"{path} is where a {kind} often is")
        for kind, path in WELL_KNOWN
    ]
    yield [_Lead("index", here, "the page links to articles")]


def _named_feeds(page: BeautifulSoup, here: str) -> Iterator[_Lead]:
    """Yield the feeds that a page's `link` elements name (WHATWG HTML §4.6.7.1, "alternate")."""
    kinds = _kinds()
    for link in page.find_all("link", href=True):
        relations = [one.lower() for one in link.get("rel") or []]
        kind = kinds.get(_media_type(str(link.get("type") or "")))
        if "alternate" not in relations or kind is None:
            continue
        title = plain(link.get("title"), markup=False)
        yield from _lead(kind, here, link, "the page names it as its feed", title)


def _kinds() -> dict[str, str]:
    """Which kind of source documents of a media type are, as far as the type alone tells."""
    usable = KINDS.usable().items()
    return {media: name for name, kind in reversed(usable) for media in kind.media_types}


def _media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()


def _linked_feeds(page: BeautifulSoup, here: str) -> Iterator[_Lead]:
    """Yield the links of a page whose address or text looks like that of a feed."""
    for link in page.find_all("a", href=True):
        path = str(link["href"])[:2_000].partition("?")[0].lower().rstrip("/")
        words = plain(link.get_text(" ")[:200], markup=False).lower()
        if path.endswith(FEED_ENDINGS) or words in FEED_WORDS:
            yield from _lead("feed", here, link, "the page links to it")


def _lead(kind: str, here: str, link: Tag, reason: str, title: str = "") -> Iterator[_Lead]:
    try:
        yield _Lead(kind, web_address(absolute(here, str(link["href"]))), reason, title)
    except FetchError:
        return


def _probe(lead: _Lead, client: Client) -> Candidate:
    found = discover(Source(id="found", kind=lead.kind, url=lead.url), client)
    if not found.references:
        raise SourceError(lead.url, "announces nothing just now")
    return _candidate(lead, found)


def _candidate(lead: _Lead, found: Discovery) -> Candidate:
    languages = {one.language for one in found.references if one.language}
    return Candidate(
        kind=lead.kind,
        url=found.moved or lead.url,
        reason=lead.reason,
        title=found.title or lead.title,
        language=found.language or (languages.pop() if len(languages) == 1 else None),
        announced=len(found.references),
        complete=sum(bool(one.html) for one in found.references),
        newest=max((one.published for one in found.references if one.published), default=None),
    )


_RANKS = {"feed": 0, "news sitemap": 1, "comments": 4, "sitemap": 3, "index": 2}


def _rank(one: Candidate) -> int:
    """Return the rank to sort by: feeds, news sitemaps, index pages, other sitemaps, comments."""
    if one.kind == "feed" and "comment" in f"{one.url} {one.title}".lower():
        return _RANKS["comments"]
    if one.kind == "sitemap" and one.newest is not None:
        return _RANKS["news sitemap"]
    return _RANKS.get(one.kind, _RANKS["feed"])


def _is_html(response: Response) -> bool:
    head = response.content[:2_000].lower()
    if b"<rss" in head or b"<feed" in head or b"<rdf:rdf" in head or b"<urlset" in head:
        return False
    media = response.headers.get("content-type", "").lower()
    return "html" in media or b"<html" in head or b"<!doctype html" in head


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a source announces now; nothing is stored.

    `dated` counts the references with a date, `complete` those whose entry has the whole article.
    `source` has the new address if the source has moved.
    """

    source: Source
    found: Discovery
    language: str | None
    dated: int
    complete: int
    newest: datetime | None


def check(source: Source, client: Client) -> Check:
    """Ask a source once and return what it announces.

    Pass the first of `found.references` to `fetch` to see one of its articles. Raises SourceError
    when the source cannot be read.
    """
    found = discover(source, client)
    languages = [one.language for one in found.references if one.language]
    common = max(set(languages), key=languages.count) if languages else None
    return Check(
        source=replace(source, url=found.moved) if found.moved else source,
        found=found,
        language=source.language or common or found.language,
        dated=sum(one.published is not None for one in found.references),
        complete=sum(bool(one.html) for one in found.references),
        newest=max((one.published for one in found.references if one.published), default=None),
    )
