"""Find the feeds, sitemaps and index pages of a site.

`find_sources` takes an address that a person typed and returns candidates, the best first, each
with the reason and what it announces. `check` asks one source and stores nothing.
Raises SourceError when the address cannot be fetched or nothing there announces articles.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from pipeline.article import Source
from pipeline.errors import BabelwireError, FetchError, SourceError
from pipeline.ingest.discovery import discover
from pipeline.ingest.http.answers import Response
from pipeline.ingest.http.client import ACCEPT_PAGE, Client
from pipeline.ingest.kinds.kind import LISTS, Discovery, source_error
from pipeline.ingest.leads import Lead, steps
from pipeline.ingest.urls import web_address

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


def find_sources(url: str, client: Client) -> Finding:
    """Return what can be subscribed to at `url`: a site's home page, a section, a feed, a sitemap.

    An address without a scheme is asked by https, and by http where https fails. Tries, in this
    order, the address itself, the feeds its page and its headers name and its page links to, the
    sitemaps in its robots.txt, well-known addresses, and the links of the page. Stops after the
    first step that finds a source; a sitemap of the whole site and a feed of comments do not count.
    Tries at most MAX_PROBES candidates. Raises SourceError when the address cannot be fetched or
    nothing was found; it says what was tried.
    """
    response = _page(url.strip(), client)
    found: list[Candidate] = []
    rejected: list[tuple[str, str]] = []
    seen: set[str] = set()
    for step in steps(response, client):
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
            response.url,
            f"announces no articles that babelwire can find; {_tried(rejected, response.url)}",
            "name a feed, or an index page with `links`, CSS selectors",
        )
    return Finding(candidates=tuple(sorted(found, key=_rank)), rejected=tuple(rejected))


def _page(url: str, client: Client) -> Response:
    """Return the response to what a person typed. Raises SourceError."""
    accept = f"{ACCEPT_PAGE},application/xml;q=0.9"
    schemes = ("",) if "://" in url else ("https://", "http://")
    failed: list[FetchError] = []
    for scheme in schemes:
        try:
            address = web_address(f"{scheme}{url}")
            return client.get(address, accept=accept, follow_refresh=True, times=LISTS)
        except FetchError as error:
            failed.append(error)
            if error.status is not None:
                break
    first, *others = failed
    if others:
        reason = f"https: {first.reason}; http: {others[0].reason}"
        raise SourceError(url, reason, others[0].remedy or "check the address") from first
    if url.lower().startswith("https://") and first.status is None:
        first.remedy = "check the address; try it with http:// if the site has no https"
    raise source_error(first) from first


def _tried(rejected: list[tuple[str, str]], here: str) -> str:
    """Return what was tried and what came of it, addresses of one reason together."""
    site = f"{urlsplit(here).scheme}://{urlsplit(here).netloc}"
    reasons: dict[str, list[str]] = {}
    for address, reason in rejected:
        reasons.setdefault(reason, []).append(address.removeprefix(site) or "/")
    return "tried " + "; ".join(
        f"{', '.join(several)} ({reason})" for reason, several in reasons.items()
    )


def _probe(lead: Lead, client: Client) -> Candidate:
    found = discover(Source(id="found", kind=lead.kind, url=lead.url), client)
    if not found.references:
        raise SourceError(lead.url, "announces nothing just now")
    return _candidate(lead, found)


def _candidate(lead: Lead, found: Discovery) -> Candidate:
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
