"""Read what a source announces, and fetch the page behind a reference.

`discover` takes a source, a client and the validators of the last visit, and returns the references
the source has now. `fetch` takes a reference and returns its page, or None if it is unchanged.
Raises SourceError when a whole source cannot be read, FetchError when one page cannot be fetched.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from pipeline.article import Page, Reference, Source, Validators
from pipeline.errors import BabelwireError, FetchError, SourceError
from pipeline.ingest.addressing import clean
from pipeline.ingest.choosing import page_of, wanted
from pipeline.ingest.http.answers import NO_VALIDATORS, Response
from pipeline.ingest.http.client import ACCEPT_FEED, ACCEPT_PAGE, Client
from pipeline.ingest.http.decode import gunzipped
from pipeline.ingest.http.manner import request_settings
from pipeline.ingest.http.robots import Disallowed
from pipeline.ingest.http.sniffing import non_page_type
from pipeline.ingest.kinds.feed import Feed, newest_first, parse_feed
from pipeline.ingest.kinds.folder import list_pages, read_page
from pipeline.ingest.kinds.index import parse_index
from pipeline.ingest.kinds.jsonfeed import is_json, parse_json_feed
from pipeline.ingest.kinds.sitemap import (
    MAX_DEPTH,
    MAX_SITEMAPS,
    Sitemap,
    latest,
    newest_sitemaps,
    parse_sitemap,
)
from pipeline.ingest.polling import NO_HINTS, PollHints, http_hints
from pipeline.ingest.urls import web_address

# The response headers that extraction uses.
KEPT_HEADERS = ("content-type", "content-language", "last-modified")
# With these statuses the page exists but the site refuses it to us: a complete entry replaces it.
REFUSED = frozenset({401, 402, 403, 405, 406, 451})


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What a source announces now.

    `validators` make the next discovery a conditional request. Store them only together with
    `references`: an `unchanged` feed is not read again and gives no references.
    `problems` has one error for each entry that cannot be used. `hints` say when the source wants
    to be asked again. `moved` is its new address after a permanent redirect. `notes` are remarks on
    a source that works, for a person to read.
    """

    references: tuple[Reference, ...] = ()
    validators: Validators = NO_VALIDATORS
    unchanged: bool = False
    problems: tuple[BabelwireError, ...] = ()
    hints: PollHints = NO_HINTS
    moved: str | None = None
    title: str = ""
    language: str | None = None
    notes: tuple[str, ...] = ()


def discover(source: Source, client: Client, validators: Validators = NO_VALIDATORS) -> Discovery:
    """Return what `source` announces; a conditional request if `validators` are given.

    A folder and a list of addresses always give all their references; other kinds give none when
    they are unchanged. References that the source's patterns or `max_age` exclude are left out. An
    entry that cannot be used is one of the `problems`. Raises SourceError when the source as a
    whole cannot be read.
    """
    found = _DISCOVER[source.kind](source, client, validators)
    if not (source.include or source.exclude or source.max_age):
        return found
    return replace(found, references=tuple(wanted(found.references, source, datetime.now(UTC))))


def fetch(
    reference: Reference,
    client: Client,
    validators: Validators = NO_VALIDATORS,
    source: Source | None = None,
) -> Page | None:
    """Return the page behind `reference`, or None when `validators` still describe it.

    `source` gives the request settings, and says whether the entry's own text is used other_type.
    Without a source the page is fetched, and a complete entry replaces a page that the site
    refuses. Raises FetchError.
    """
    if reference.url.startswith("file:"):
        return read_page(reference, validators, client.options.max_bytes)
    text = source.text if source else "auto"
    if text == "entry" and reference.html:
        return page_of(reference, validators)
    try:
        response = client.get(
            reference.url, validators, settings=request_settings(source), follow_refresh=True
        )
    except FetchError as error:
        refused = error.status in REFUSED or isinstance(error, Disallowed)
        if text == "page" or not reference.html or not refused:
            raise
        return page_of(reference, validators)
    if response.not_modified:
        return None
    if other_type := non_page_type(response.headers.get("content-type", ""), response.content):
        raise FetchError(
            reference.url,
            f"is not an HTML page ({other_type})",
            "exclude it with the source's `exclude`",
        )
    return Page(
        reference=reference,
        url=response.url,
        content=response.content,
        headers=_kept(response.headers),
        validators=response.validators,
    )


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers to store, cut to 1,000 characters: a server may send megabytes of them."""
    return {name: headers[name][:1_000] for name in KEPT_HEADERS if name in headers}


def _folder(source: Source, _: Client, validators: Validators) -> Discovery:
    references, listing, problems = list_pages(source)
    return Discovery(
        references=newest_first(references),
        validators=listing,
        unchanged=listing.digest == validators.digest,
        problems=tuple(problems),
    )


def _urls(source: Source, _: Client, validators: Validators) -> Discovery:
    references: list[Reference] = []
    problems: list[BabelwireError] = []
    for url in source.urls:
        try:
            address = web_address(url)
        except FetchError as error:
            problems.append(error)
        else:
            references.append(Reference(source=source.id, url=address, language=source.language))
    return Discovery(
        references=newest_first(references), validators=validators, problems=tuple(problems)
    )


def _feed(source: Source, client: Client, validators: Validators) -> Discovery:
    response = _ask(source.url, source, client, validators, ACCEPT_FEED)
    if response.not_modified:
        return _unchanged(response)
    feed = read_feed(response, source, client.options.max_bytes)
    read = len(feed.references) + len(feed.problems)
    notes = [f"has {feed.entries:,} entries; the newest {read:,} are read"]
    return Discovery(
        references=newest_first(_cleaned(feed.references)),
        validators=response.validators,
        problems=feed.problems,
        hints=http_hints(feed.hints, response.headers),
        moved=response.moved,
        title=feed.title,
        language=feed.language,
        notes=tuple(notes) if feed.entries > read else (),
    )


def read_feed(response: Response, source: Source, max_bytes: int) -> Feed:
    """Return the feed (RSS, Atom or JSON Feed) in a response.

    Raises SourceError when the response is not a feed.
    """
    content = _plain(response, max_bytes)
    now = datetime.now(UTC)
    if is_json(content):
        return parse_json_feed(content, response.url, source, now)
    return parse_feed(content, response.url, source, now, response.headers)


def _sitemap(source: Source, client: Client, validators: Validators) -> Discovery:
    now = datetime.now(UTC)
    response = _ask(source.url, source, client, validators, ACCEPT_FEED)
    if response.not_modified:
        return _unchanged(response)
    first = read_sitemap(response, source, client.options.max_bytes, now)
    oldest = now - timedelta(seconds=source.max_age) if source.max_age else None
    pages, problems, seen = list(first.pages), list(first.problems), response.validators
    if first.sitemaps:
        digest = hashlib.sha256()
        for part in _below(first, {source.url, response.url}, source, client, now, oldest):
            if isinstance(part, SourceError):
                problems.append(part)
                continue
            digest.update(part.digest.encode())
            pages += part.sitemap.pages
            problems += part.sitemap.problems
        if not pages and problems:
            raise problems[0]
        # An index may stay the same while its sitemaps change, so its own validators are no use:
        # the digest covers the contents of all sitemaps.
        seen = Validators(digest=digest.hexdigest())
        if seen.digest == validators.digest:
            return replace(_unchanged(response), validators=seen)
    if oldest:
        pages = [page for page in pages if not (page.changed and page.changed < oldest)]
    return Discovery(
        references=latest(pages),
        validators=seen,
        problems=tuple(problems),
        hints=http_hints(NO_HINTS, response.headers),
        moved=response.moved,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A sitemap that an index names, and the SHA-256 of its bytes in hexadecimal."""

    sitemap: Sitemap
    digest: str


def _below(
    first: Sitemap,
    asked: set[str],
    source: Source,
    client: Client,
    now: datetime,
    oldest: datetime | None,
) -> Iterator[_Part | SourceError]:
    """Yield the sitemaps below an index, at most MAX_SITEMAPS, the newest of each index first.

    Yields a SourceError for a sitemap that cannot be read. sitemaps.org forbids an index inside
    another one, but sites do it: indexes are followed to MAX_DEPTH. Addresses in `asked` are not
    requested again.
    """
    waiting = deque((url, 1) for url in newest_sitemaps(first.sitemaps, oldest))
    left = MAX_SITEMAPS
    if all(url in asked for url, _ in waiting):
        yield SourceError(source.url, "is a sitemap index that names nothing but itself")
    while waiting and left:
        url, depth = waiting.popleft()
        if url in asked:
            continue
        asked.add(url)
        left -= 1
        try:
            response = _ask(url, source, client, NO_VALIDATORS, ACCEPT_FEED)
            found = read_sitemap(response, source, client.options.max_bytes, now)
        except SourceError as error:
            yield error
            continue
        yield _Part(found, response.validators.digest or "")
        if found.sitemaps and depth >= MAX_DEPTH:
            yield SourceError(
                url,
                f"is a sitemap index inside {MAX_DEPTH} others: it is not followed",
                "add it as a source of its own",
            )
        elif found.sitemaps:
            waiting.extend((inner, depth + 1) for inner in newest_sitemaps(found.sitemaps, oldest))


def read_sitemap(response: Response, source: Source, max_bytes: int, now: datetime) -> Sitemap:
    """Return the sitemap in a response, gzipped or not.

    Raises SourceError when the response is not a sitemap.
    """
    return parse_sitemap(_plain(response, max_bytes), response.url, source, now)


def _index(source: Source, client: Client, validators: Validators) -> Discovery:
    response = _ask(source.url, source, client, validators, ACCEPT_PAGE, follow_refresh=True)
    if response.not_modified:
        return _unchanged(response)
    index = parse_index(response.content, response.url, source, datetime.now(UTC), response.charset)
    return Discovery(
        references=_cleaned(index.references),
        validators=response.validators,
        problems=index.problems,
        hints=http_hints(NO_HINTS, response.headers),
        moved=response.moved,
        title=index.title,
        language=index.language,
    )


def _ask(
    url: str,
    source: Source,
    client: Client,
    validators: Validators,
    accept: str,
    *,
    follow_refresh: bool = False,
) -> Response:
    try:
        return client.get(
            url,
            validators,
            accept=accept,
            settings=request_settings(source),
            follow_refresh=follow_refresh,
        )
    except FetchError as error:
        raise source_error(error) from error


def source_error(error: FetchError) -> SourceError:
    """Return the same failure as the SourceError of a whole source."""
    return SourceError(
        error.thing,
        error.reason,
        error.remedy,
        retry=error.retry,
        status=error.status,
        wait=error.wait,
        not_sent=error.not_sent,
    )


def _plain(response: Response, max_bytes: int) -> bytes:
    try:
        return gunzipped(response.content, response.url, max_bytes)
    except FetchError as error:
        raise source_error(error) from error


def _unchanged(response: Response) -> Discovery:
    return Discovery(
        validators=response.validators,
        unchanged=True,
        hints=http_hints(NO_HINTS, response.headers),
        moved=response.moved,
    )


def _cleaned(references: tuple[Reference, ...]) -> tuple[Reference, ...]:
    return tuple(replace(reference, url=clean(reference.url)) for reference in references)


_DISCOVER: dict[str, Callable[[Source, Client, Validators], Discovery]] = {
    "folder": _folder,
    "urls": _urls,
    "feed": _feed,
    "sitemap": _sitemap,
    "index": _index,
}
