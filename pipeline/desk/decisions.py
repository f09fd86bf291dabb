"""The decisions of the desk as pure functions: of old state, new data and the time."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.article import ContentMode, Entry, FeedSpec, Reference, Source
from pipeline.editions import edition_of
from pipeline.errors import BabelwireError, NotAnArticle, SourceError

if TYPE_CHECKING:
    from pipeline.store import Arrival, Known, Published, SourceState

GONE = 410
"""The status of what is gone for good (RFC 9110 §15.5.11)."""
# A failed page is retried after 5 minutes, 10, 20 … at most a day; 10 times in a row at most.
_FIRST_RETRY = timedelta(minutes=5)
_LAST_RETRY = timedelta(days=1)
_ATTEMPTS = 10
# How many pages are fetched again in one pass, how long after the first time, and until when.
_MOST_RECHECKS = 20
FIRST_RECHECK = timedelta(hours=6)
LAST_RECHECK = timedelta(days=8)
# How often the process may end during a page before it is read apart. If it ends again, it waits:
# ten seconds, then twice as long each time.
_CRASHES_ALLOWED = 2
_FIRST_CRASH_WAIT = timedelta(seconds=10)
# Characters of HTML in an archive document, originals included: in UTF-8, escaped, with all else,
# less than syndicate.feeds.MAX_BYTES but for the strangest texts.
_DOCUMENT = 1_500_000
_NEVER = datetime.min.replace(tzinfo=UTC)
# Most lines in the report about unusable entries of one source.
_PROBLEMS_LISTED = 4


def retry_at(attempts: int, error: BabelwireError, now: datetime) -> datetime | None:
    """When a failed page is retried; None: not until it is announced as changed.

    `attempts` is the number of failures before this one.
    """
    if not error.retry or attempts + 1 >= _ATTEMPTS:
        return None
    wait: timedelta = min(_FIRST_RETRY * 2**attempts, _LAST_RETRY)
    asked = timedelta(seconds=getattr(error, "wait", None) or 0)  # Retry-After
    return now + max(wait, asked)


def crash_retry_at(known: Known, now: datetime) -> datetime | None:
    """When a page is retried if the process ends while it reads it; None: at once.

    Who killed the process cannot be seen. A page that ends it is soon read in one of its own, which
    says so for certain; only where the system ends both, such as a container without memory, has
    the page to wait. It waits shortly, since the process may also have been stopped by chance, each
    time during this page.
    """
    if known.crashes < _CRASHES_ALLOWED:
        return None
    wait: timedelta = min(_FIRST_CRASH_WAIT * 2 ** (known.crashes - _CRASHES_ALLOWED), _LAST_RETRY)
    return now + wait


def is_read_apart(known: Known) -> bool:
    """Whether a page is read in a process of its own, because this one has ended during it."""
    return known.crashes >= _CRASHES_ALLOWED


def in_turn(pages: Iterable[Known]) -> list[Known]:
    """The pages in their order, but those last during which the process has ended.

    So a page that ends it keeps no other from being read.
    """
    return sorted(pages, key=lambda known: known.crashes)


def summarised(problems: Sequence[BabelwireError], thing: str) -> list[BabelwireError]:
    """The first few problems with a source's entries, and one that counts the others."""
    if len(problems) <= _PROBLEMS_LISTED:
        return list(problems)
    more = len(problems) - _PROBLEMS_LISTED + 1
    rest = SourceError(
        thing, f"announces {more:,} more entries that cannot be used", problems[-1].remedy
    )
    return [*problems[: _PROBLEMS_LISTED - 1], rest]


def backlog(source: Source, state: SourceState) -> int:
    """How many of the announced references are taken (0: all). Only a new source has a limit."""
    return source.backlog if state.last_success is None else 0


def revisits(
    source: Source,
    announced: Sequence[Known],
    due: Sequence[Known],
    now: datetime,
    *,
    force: bool = False,
) -> list[Known]:
    """Which announced pages to fetch again, besides those that are due: of a folder or a list of
    URLs, or with `force` of any source.

    Failed web pages are retried at their own time, and gone pages never (but with `force`). A
    failed file may have changed; it is read again unless its `retry_at` lies ahead. The page that
    was not fetched for longest comes first.
    """
    states = {"done", "rejected"}
    if force:
        states |= {"failed", "gone", "dropped"}
    elif source.path:
        states |= {"failed"}
    taken = {known.id for known in due}
    found = [
        known
        for known in announced
        if known.id not in taken
        and known.state in states
        and (force or known.state != "failed" or known.retry_at is None or known.retry_at <= now)
    ]
    return sorted(found, key=lambda one: one.fetched_at or _NEVER)


def rechecks(source: Source, settled: Sequence[Known], now: datetime) -> list[Known]:
    """Which known pages of a feed, sitemap or index page to fetch again: at most 20.

    A page is fetched again when its age doubles: 6 hours after it was first seen, then 12, 24, 48
    and 96. One that the source says has changed need not be 6 hours old, but its age must double
    too, because some sources state a change in every poll. Texts that are in the feed itself are
    all taken, since they need no request; an entry without a page of its own is not looked at
    otherwise, unless its source says that it has changed.
    """
    from pipeline.ingest import has_no_page  # with all parsers: not for `babelwire status`

    if source.text == "entry":
        return [known for known in settled if known.reference.html]
    found = []
    for known in settled:
        if known.fetched_at is None or known.first_seen is None:
            continue
        wait = known.fetched_at - known.first_seen
        if known.stated is None or known.stated == known.stated_seen:
            if has_no_page(known.reference) and not known.reference.html:
                continue
            wait = max(wait, FIRST_RECHECK)
        if now - known.fetched_at >= wait:
            found.append(known)
    return found[:_MOST_RECHECKS]


def by_host(sources: Iterable[Source]) -> list[list[Source]]:
    """The sources grouped by host, in their order. One without a host is a group by itself."""
    groups: dict[str, list[Source]] = {}
    for source in sources:
        host = urlsplit(source.url or next(iter(source.urls), "")).hostname
        groups.setdefault(host or f"/{source.id}", []).append(source)
    return list(groups.values())


def is_gone(known: Known, error: BabelwireError) -> bool:
    """Whether an error says that the page of a stored article is gone (RFC 9110 §15.5)."""
    return known.article is not None and getattr(error, "status", None) in (404, GONE)


def is_news(known: Known, error: BabelwireError) -> bool:
    """Whether a page fails for the first time, or otherwise than before.

    Its last error is known until it succeeds, also where it was asked to be fetched again.
    """
    return known.error != str(error)


def remedied(error: NotAnArticle, reference: Reference, source: Source) -> NotAnArticle:
    """The error, which says how to take the text of the feed if the page shows none and it has."""
    if not reference.html or source.text == "entry":
        return error
    remedy = 'set the source\'s text = "entry": its feed has the text'
    return NotAnArticle(error.thing, error.reason, remedy)


def wanted(feeds: Iterable[FeedSpec], only: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """{edition: sources whose articles are needed in it}, from the sources `only` (empty: all)."""
    needed: dict[str, dict[str, None]] = {}
    for feed in feeds:
        for language in feed.languages:
            chosen = [source for source in feed.sources if not only or source in only]
            if chosen:
                needed.setdefault(edition_of(feed, language), {}).update(dict.fromkeys(chosen))
    return {language: tuple(sources) for language, sources in needed.items()}


def entry_id(
    published: Published, content: ContentMode = "full", plain_until: datetime | None = None
) -> str:
    """The id of an article in one language, in feeds with this content (RFC 9562 §5.5).

    It is derived from the article's permanent id, so that it stays when the text or the address
    changes. Feeds with another content have another id for it: readers such as newsboat know an
    entry by its id in whatever feed it is, and would show the content of one feed only. An article
    that was first seen before `plain_until` has the same in all feeds, as all had then.
    """
    name = published.translation.language
    seen = published.first_seen
    if content != "full" and not (plain_until and seen and seen < plain_until):
        name = f"{name} {content}"
    return uuid.uuid5(uuid.UUID(published.id), name).urn


def source_title(source: Source | None, site: str | None, url: str) -> str:
    """What the source of an article is called: as the settings say, as its page says, its host."""
    return (source.title if source else "") or site or _host(url)


def to_entry(
    published: Published,
    sources: Mapping[str, Source],
    base_url: str = "",
    content: ContentMode = "full",
    plain_until: datetime | None = None,
) -> Entry:
    """The entry of an article in one language, in a feed with this content.

    With a `base_url` it has a page below that. For `plain_until` see `entry_id`.
    """
    article, translation = published.article, published.translation
    source = sources.get(published.source)
    return Entry(
        id=entry_id(published, content, plain_until),
        url=article.url,
        title=translation.title,
        summary=translation.summary,
        html=translation.html,
        language=translation.language,
        original_language=translation.source_language,
        by_machine=translation.by_machine,
        published=published.dated,
        updated=max(published.updated, published.dated),
        authors=article.authors,
        image=article.image,
        categories=article.keywords,
        enclosures=article.enclosures,
        episode=article.episode,
        source_title=source_title(source, article.site, article.url),
        source_url=_home(article.url),
        rights=source.rights if source else "",
        page=f"{base_url}/article/{published.id}/{translation.language}" if base_url else "",
        original_title=article.title if translation.by_machine else "",
        original_html=article.html if translation.by_machine else "",
        first_published=published.first_published,
        scope=translation.scope,
        stated=article.published is not None and article.published <= published.dated,
    )


def to_close(arrived: Sequence[Arrival], shown: Collection[str], limit: int) -> list[list[Arrival]]:
    """The archive documents to close: `limit` articles each, the last may have fewer.

    Every article must be in the feed, which shows the ids `shown`, or in a closed document. A
    closed document must not change (RFC 5005 §4), so none is closed as long as the feed shows all
    that arrived. One with fewer articles is closed when an article arrives that is too old for the
    feed.
    """
    if all(one.article in shown for one in arrived):
        return []
    documents = [list(arrived[at : at + limit]) for at in range(0, len(arrived), limit)]
    if len(documents[-1]) < limit and all(one.article in shown for one in documents[-1]):
        documents.pop()
    return documents


def divided(
    documents: Iterable[Sequence[Arrival]], sizes: Mapping[str, int]
) -> list[list[Arrival]]:
    """Divide archive documents that would be too large, by the `sizes` of articles.

    So a document has whole texts, which a file of limited size could have summaries of only.
    """
    found: list[list[Arrival]] = []
    for document in documents:
        room = 0
        for one in document:
            size = sizes.get(one.article, 0)
            if one is document[0] or size > room:
                found.append([])
                room = _DOCUMENT
            found[-1].append(one)
            room -= size
    return found


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _home(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/" if parts.scheme in ("http", "https") else ""
