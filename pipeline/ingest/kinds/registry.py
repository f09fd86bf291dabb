"""The kinds of source by name: the built-in ones, and those that plug-ins bring.

In: the name in a source's settings. Out: its Kind. Raises PluginError for a name that nothing has.
"""

import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from pipeline import plugins
from pipeline.article import Reference, Source, Validators
from pipeline.errors import SourceError
from pipeline.ingest.addressing import clean
from pipeline.ingest.http.answers import NO_VALIDATORS, Response
from pipeline.ingest.http.client import ACCEPT_FEED, ACCEPT_PAGE, Client
from pipeline.ingest.kinds.feed import newest_first, parse_feed
from pipeline.ingest.kinds.folder import list_pages
from pipeline.ingest.kinds.index import parse_index
from pipeline.ingest.kinds.jsonfeed import is_json, parse_json_feed
from pipeline.ingest.kinds.kind import (
    LISTS,
    Discovery,
    Kind,
    ask,
    each,
    one_document,
    unchanged,
    unpacked,
)
from pipeline.ingest.kinds.sitemap import (
    MAX_DEPTH,
    Sitemap,
    latest,
    parse_sitemap,
)
from pipeline.ingest.kinds.sitemapindex import MAX_SITEMAPS, choose
from pipeline.ingest.polling import NO_HINTS, http_hints
from pipeline.ingest.urls import web_address

_NEEDS = ("url", "urls", "path")


def _folder(source: Source, _: Client, validators: Validators) -> Discovery:
    references, listing, problems = list_pages(source)
    return Discovery(
        references=newest_first(references),
        validators=listing,
        unchanged=listing.digest == validators.digest,
        problems=tuple(problems),
    )


def _urls(source: Source, _: Client, validators: Validators) -> Discovery:
    def reference(url: str) -> Reference:
        return Reference(source=source.id, url=web_address(url), language=source.language)

    references, problems = each(source.urls, reference)
    return Discovery(references=newest_first(references), validators=validators, problems=problems)


def _feed(response: Response, source: Source) -> Discovery:
    now = datetime.now(UTC)
    if is_json(response.content):
        feed = parse_json_feed(response.content, response.url, source, now, response.charset)
    else:
        feed = parse_feed(response.content, response.url, source, now, response.headers)
    read = len(feed.references) + len(feed.problems)
    notes = [f"has {feed.entries:,} entries; the newest {read:,} are read"]
    return Discovery(
        references=newest_first(_cleaned(feed.references)),
        problems=feed.problems,
        hints=feed.hints,
        title=feed.title,
        language=feed.language,
        notes=tuple(notes) if feed.entries > read else (),
    )


def _index(response: Response, source: Source) -> Discovery:
    index = parse_index(response.content, response.url, source, datetime.now(UTC), response.charset)
    return Discovery(
        references=_cleaned(index.references),
        problems=index.problems,
        title=index.title,
        language=index.language,
    )


def _cleaned(references: tuple[Reference, ...]) -> tuple[Reference, ...]:
    return tuple(replace(one, url=_without_tracking(one.url)) for one in references)


def _without_tracking(url: str) -> str:
    """Return an address as `clean` does, but with the fragment of an entry without a link."""
    address, mark, fragment = url.partition("#")
    return f"{clean(address)}{mark}{fragment}"


def _sitemap(source: Source, client: Client, validators: Validators) -> Discovery:
    now = datetime.now(UTC)
    response = ask(source.url, source, client, validators, ACCEPT_FEED, times=LISTS)
    if response.not_modified:
        return unchanged(response)
    first = _read_sitemap(response, source, client, now)
    oldest = now - timedelta(seconds=source.max_age) if source.max_age else None
    pages, problems, seen = list(first.pages), list(first.problems), response.validators
    notes: list[str] = []
    if first.sitemaps:
        digest = hashlib.sha256()
        for part in _below(first, {source.url, response.url}, source, client, now, oldest):
            if isinstance(part, SourceError):
                problems.append(part)
                continue
            if isinstance(part, str):
                notes.append(part)
                continue
            digest.update(part.digest.encode())
            pages += part.sitemap.pages
            problems += part.sitemap.problems
        if not pages and problems:
            raise problems[0]
        # An index may stay the same while its sitemaps change, so that its own validators say
        # nothing: only what all of them hold does.
        seen = Validators(digest=digest.hexdigest())
        if seen.digest == validators.digest:
            return replace(unchanged(response), validators=seen)
    if oldest:
        pages = [one for one in pages if not (one.changed and one.changed < oldest)]
    return Discovery(
        references=latest(pages),
        validators=seen,
        problems=tuple(problems),
        hints=http_hints(NO_HINTS, response.headers),
        moved=response.moved,
        notes=tuple(notes),
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
) -> Iterator[_Part | SourceError | str]:
    """The sitemaps below an index, the most promising of each index first; notes on those not read.

    At most MAX_SITEMAPS with pages are read, and as many indexes. sitemaps.org forbids an index
    inside another one, and sites do it all the same: one is read as long as it is not too deep.
    What was `asked` for already is not asked for again.
    """
    top = choose(first.sitemaps, oldest)
    waiting = deque((url, 1) for url in top.read)
    left, indexes = MAX_SITEMAPS, MAX_SITEMAPS
    if all(url in asked for url, _ in waiting):
        yield SourceError(source.url, "is a sitemap index that names nothing but itself")
    if top.left_out:
        yield top.note()
    while waiting and left and indexes:
        url, depth = waiting.popleft()
        if url in asked:
            continue
        asked.add(url)
        try:
            response = ask(url, source, client, NO_VALIDATORS, ACCEPT_FEED, times=LISTS)
            found = _read_sitemap(response, source, client, now)
        except SourceError as error:
            left -= 1
            yield error
            continue
        left, indexes = (left, indexes - 1) if found.sitemaps else (left - 1, indexes)
        yield _Part(found, response.validators.digest or "")
        if found.sitemaps and depth >= MAX_DEPTH:
            yield SourceError(
                url,
                f"is a sitemap index inside {MAX_DEPTH} others: it is not followed",
                "add it as a source of its own",
            )
        elif found.sitemaps:
            below = choose(found.sitemaps, oldest)
            waiting.extend((one, depth + 1) for one in below.read)
            if below.left_out:
                yield f"{url} {below.note()}"
    if unread := [url for url, _ in waiting if url not in asked]:
        yield f"{len(unread):,} sitemaps of indexes in its index are not read: {unread[0]} …"


def _read_sitemap(response: Response, source: Source, client: Client, now: datetime) -> Sitemap:
    content, media_type = (
        unpacked(response, client, LISTS).content,
        response.headers.get("content-type", ""),
    )
    return parse_sitemap(content, response.url, source, now, media_type)


def _fault(_: str, kind: Kind) -> str:
    """What is wrong with a plug-in's kind, "" where nothing is."""
    if kind.needs not in _NEEDS:
        return f"needs `{kind.needs}`, which is none of {', '.join(_NEEDS)}"
    return "" if callable(kind.read) else "has a `read` that cannot be called"


KINDS = plugins.Registry(plugins.KINDS, Kind, _fault)
KINDS.register("folder", Kind(description="a folder of saved pages", read=_folder, needs="path"))
KINDS.register("urls", Kind(description="a list of article addresses", read=_urls, needs="urls"))
KINDS.register(
    "feed",
    Kind(
        description="an RSS, Atom or JSON feed",
        read=one_document(_feed, ACCEPT_FEED, times=LISTS),
        media_types=(
            "application/rss+xml",
            "application/atom+xml",
            "application/feed+json",
            "application/rdf+xml",
        ),
    ),
)
KINDS.register("sitemap", Kind(description="an XML sitemap or an index of them", read=_sitemap))
KINDS.register(
    "index",
    Kind(
        description="a page that links to articles",
        read=one_document(_index, ACCEPT_PAGE, follow_refresh=True),
    ),
)
