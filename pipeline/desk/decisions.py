"""What the desk decides, as pure functions: old state, new data and the time in, intents out."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from pipeline.article import Article, Entry, FeedSpec, Reference, Source
from pipeline.errors import BabelwireError, SourceError
from pipeline.store import Arrival, Known, Published, SourceState

# A page that failed is tried again after 5 minutes, 10, 20 … a day at most, 10 times in a row.
_FIRST_RETRY = timedelta(minutes=5)
_LAST_RETRY = timedelta(days=1)
_ATTEMPTS = 10
# Pages looked at again in one pass, when their first time is, and after how long nobody cares.
_LOOKS = 20
FIRST_LOOK = timedelta(hours=6)
LAST_LOOK = timedelta(days=8)
# Processes that may end during a page before the page is thought to be the reason.
_CHANCES = 2
# Lines about entries of one source that cannot be used.
_TOLD = 4


def retry_at(attempts: int, error: BabelwireError, now: datetime) -> datetime | None:
    """When a page that failed is tried again; None: not until it is announced as changed.

    `attempts` counts the failures before this one.
    """
    if not error.retry or attempts + 1 >= _ATTEMPTS:
        return None
    wait: timedelta = min(_FIRST_RETRY * 2**attempts, _LAST_RETRY)
    asked = timedelta(seconds=getattr(error, "wait", None) or 0)  # Retry-After, of the host itself
    return now + max(wait, asked)


def revived_at(known: Known, now: datetime) -> datetime:
    """When a page is tried again if the process ends while it is at work on it.

    At once, as a rule: somebody stopped or killed it. A page that takes the process with it every
    time, by its memory or a fault in a parser, must not do so for ever.
    """
    if known.attempts < _CHANCES:
        return now
    later = retry_at(known.attempts, BabelwireError("", "", retry=True), now)
    return later or now + _LAST_RETRY


def summed_up(problems: Sequence[BabelwireError], thing: str) -> list[BabelwireError]:
    """A source's unusable entries as a few lines: the first ones, and how many more there are."""
    if len(problems) <= _TOLD:
        return list(problems)
    more = len(problems) - _TOLD + 1
    rest = SourceError(
        thing, f"announces {more:,} more entries that cannot be used", problems[-1].remedy
    )
    return [*problems[: _TOLD - 1], rest]


def backlog(source: Source, state: SourceState) -> int:
    """How many of the announced references are wanted (0: all): a bound for a new source alone."""
    return source.backlog if state.last_success is None else 0


def revisits(
    source: Source,
    announced: Sequence[Known],
    due: Sequence[Known],
    now: datetime,
    *,
    force: bool = False,
) -> list[Known]:
    """Which announced pages to fetch again, besides those that are due: of a folder or a list,
    or all of them by `force`.

    What failed on the web has its own time to be tried again, and what is gone is gone. A file that
    failed may be another one now, unless it has a time of its own.
    """
    states = {"done", "rejected"}
    if force:
        states |= {"failed", "gone"}
    elif source.path:
        states |= {"failed"}
    taken = {known.id for known in due}
    return [
        known
        for known in announced
        if known.id not in taken
        and known.state in states
        and (force or known.state != "failed" or known.retry_at is None or known.retry_at <= now)
    ]


def looks(source: Source, settled: Sequence[Known], now: datetime) -> list[Known]:
    """Which pages of a feed, sitemap or index page to look at again: a bounded number.

    What the source says has changed at once, and each time after twice the time, for some say so
    at every asking; the others 6 hours after they were first seen, then 12, 24, 48, 96. A text that
    is in the feed itself costs nobody anything.
    """
    if source.text == "entry":
        return [known for known in settled if known.reference.html]
    found = []
    for known in settled:
        if known.fetched_at is None or known.first_seen is None:
            continue
        rest = known.fetched_at - known.first_seen
        if known.stated is None or known.stated == known.stated_seen:
            rest = max(rest, FIRST_LOOK)
        if now - known.fetched_at >= rest:
            found.append(known)
    return found[:_LOOKS]


def by_host(sources: Iterable[Source]) -> list[list[Source]]:
    """The sources in groups of the same host, in their order; each of no host by itself."""
    groups: dict[str, list[Source]] = {}
    for source in sources:
        host = urlsplit(source.url or next(iter(source.urls), "")).hostname
        groups.setdefault(host or f"/{source.id}", []).append(source)
    return list(groups.values())


def is_gone(known: Known, error: BabelwireError) -> bool:
    """Whether an error says that the page of a stored article is there no more (RFC 9110 §15.5)."""
    return known.article is not None and getattr(error, "status", None) in (404, 410)


def with_hints(article: Article, reference: Reference) -> Article:
    """The article, with what its source says of it where its page says nothing."""
    origins = dict(article.origins)
    published, title = article.published, article.title
    if published is None and reference.published is not None:
        published = reference.published
        origins["published"] = "source"
    if not title and reference.title:
        title = reference.title
        origins["title"] = "source"
    return replace(article, published=published, title=title, origins=origins)


def wanted(feeds: Iterable[FeedSpec], only: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """{language: sources whose articles are needed in it}, of `only` these sources ((): of all)."""
    needed: dict[str, dict[str, None]] = {}
    for feed in feeds:
        for language in feed.languages:
            chosen = [source for source in feed.sources if not only or source in only]
            if chosen:
                needed.setdefault(language, {}).update(dict.fromkeys(chosen))
    return {language: tuple(sources) for language, sources in needed.items()}


def to_entry(published: Published, sources: Mapping[str, Source], base_url: str = "") -> Entry:
    """An article in one language as its feed shows it; its page is under `base_url`, if any.

    The id is derived from the article's permanent one and the language (RFC 9562 §5.5): it stays
    when text or address change.
    """
    article, translation = published.article, published.translation
    source = sources.get(published.source)
    return Entry(
        id=uuid.uuid5(uuid.UUID(published.id), translation.language).urn,
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
        source_title=(source.title if source else "") or article.site or _host(article.url),
        source_url=_home(article.url),
        rights=source.rights if source else "",
        page=f"{base_url}/article/{published.id}/{translation.language}" if base_url else "",
        original_title=article.title if translation.by_machine else "",
        original_html=article.html if translation.by_machine else "",
    )


def to_close(arrived: Sequence[Arrival], shown: Collection[str], limit: int) -> list[list[Arrival]]:
    """The archive documents to close, `limit` articles each, the last perhaps shorter.

    Together the feed, which shows the articles with the ids `shown`, and its closed documents hold
    every article. A closed document is never opened again (RFC 5005 §4: what is at an archive's
    address should not change), so as long as the feed shows all that has arrived, none is closed; a
    short one is where an article arrives that is too old to be shown.
    """
    if all(one.article in shown for one in arrived):
        return []
    documents = [list(arrived[at : at + limit]) for at in range(0, len(arrived), limit)]
    if len(documents[-1]) < limit and all(one.article in shown for one in documents[-1]):
        documents.pop()
    return documents


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _home(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/" if parts.scheme in ("http", "https") else ""
