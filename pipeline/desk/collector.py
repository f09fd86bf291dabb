"""Collects articles from a source into the store: discover, fetch, extract.

Takes a source; returns a report. A failing source or page never stops the others, whatever
exception it raises. Only StoreError is raised.
"""

import logging
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event
from time import monotonic
from urllib.parse import urlsplit

from pipeline.article import Article, Page, Reference, Source, Validators
from pipeline.desk import decisions, landing, moves, repeats
from pipeline.desk.guard import guard
from pipeline.desk.keeping import keep
from pipeline.desk.multipage import MORE_PAGES, extract_page, joined
from pipeline.desk.recognising import recognised
from pipeline.desk.report import Report, SourceReport, Stage
from pipeline.errors import BabelwireError, FetchError, NotAnArticle, StoreError
from pipeline.ingest import (
    NO_HINTS,
    Client,
    Discovery,
    discover,
    fetch,
    identity,
    is_refusal,
    next_poll,
)
from pipeline.options import PollOptions
from pipeline.store import Known, SourceState, Store

log = logging.getLogger(__name__)

_GONE = 410  # RFC 9110 §15.5.11: gone for good


class Collector:
    """Visits sources, one per call. Thread-safe.

    A visit fetches no further page after `time_limit` seconds; `continue_visit` fetches the rest.
    """

    def __init__(
        self,
        store: Store,
        client: Client,
        polling: PollOptions,
        clock: Callable[[], datetime],
        stopping: Event,
        time_limit: float = math.inf,
    ) -> None:
        self._store = store
        self._client = client
        self._polling = polling
        self._clock = clock
        self._stopping = stopping
        self._time_limit = time_limit

    def visit(
        self, source: Source, *, force: bool = False, on_progress: Callable[[], None] = lambda: None
    ) -> Report:
        """Discover a source's references and fetch the pages that are due.

        `on_progress` is called before each page.

        Raises:
            StoreError: the database cannot be used.
        """
        until = monotonic() + self._time_limit
        report = Report(started=self._clock())
        tally = report.sources.setdefault(source.id, SourceReport())
        state = self._store.sources.state(source.id)
        at = moves.asked(source, state, self._clock())
        found = self._discover(source, at, state, report, tally, force)
        with report.timed("store"):
            due = self._store.references.due(source.id, self._clock(), source.limit)
            again = self._revisits(source, found, due, force)
        self._process_all(due, source, report, force, on_progress, until)
        if not tally.left:
            self._process_all(again, source, report, force, on_progress, until)
        self._learn(source, report)
        if self._stopping.is_set():
            return report
        if found is not None:
            now = self._clock()
            move = moves.after_answer(source, at, state, found.moved, now)
            tally.notes += [one for one in (*found.notes, moves.note(move, now)) if one]
            self._store.sources.succeeded(
                source.id, found.validators, now, move=move, notes=tally.notes
            )
        return report

    def continue_visit(
        self, source: Source, left: int, *, on_progress: Callable[[], None] = lambda: None
    ) -> Report:
        """Fetch the `left` pages that an earlier visit has left, without polling the source.

        Raises:
            StoreError: the database cannot be used.
        """
        until = monotonic() + self._time_limit
        report = Report(started=self._clock())
        report.sources[source.id] = SourceReport()
        due = self._store.references.due(source.id, self._clock(), left)
        self._process_all(due, source, report, False, on_progress, until)
        self._learn(source, report)
        return report

    def _learn(self, source: Source, report: Report) -> None:
        """Look for paragraphs that the source's articles repeat, if there are new articles."""
        tally = report.sources[source.id]
        if tally.new or tally.changed:
            with report.timed("extract"):
                note = repeats.learn(source, self._store, self._clock())
            tally.notes += [note] if note else []

    def _process_all(
        self,
        pages: Sequence[Known],
        source: Source,
        report: Report,
        force: bool,
        on_progress: Callable[[], None],
        until: float,
    ) -> None:
        """Process pages until all are done, the time is up, or the desk is stopping.

        Once a page cannot be fetched because its host has to wait, further pages of this host are
        left for another visit, with one note for all.
        """
        tally = report.sources[source.id]
        waiting_hosts: dict[str, tuple[int, BabelwireError, float]] = {}
        for number, known in enumerate(pages):
            if self._stopping.is_set():
                return
            if monotonic() >= until:
                tally.left += len(pages) - number
                tally.wait = 0.0
                tally.notes.append(f"{len(pages) - number:,} pages wait for the next visit")
                break
            host = urlsplit(known.reference.url).hostname or ""
            if host in waiting_hosts:
                count, error, wait = waiting_hosts[host]
            else:
                on_progress()
                left = self._process(known, source, report, tally, force)
                if left is None:
                    continue
                count, error, wait = 0, left, getattr(left, "wait", None) or 0.0
            waiting_hosts[host] = count + 1, error, wait
        for count, error, wait in waiting_hosts.values():
            tally.wait = min(tally.wait, wait) if tally.left else wait
            tally.left += count
            others = f" (and {count - 1:,} more pages wait with it)" if count > 1 else ""
            tally.notes.append(f"{error}{others}")

    def _revisits(
        self, source: Source, found: Discovery | None, due: list[Known], force: bool
    ) -> list[Known]:
        """The pages to fetch again, besides those that are due."""
        if found is None:
            return []
        # Folders and lists are small and have no other way to say that a page changed; a feed's
        # entries are announced again and again for weeks and are not asked for each time.
        if force or not source.url:
            urls = [one.url for one in found.references]
            named = self._store.references.named(source.id, urls)
            return decisions.revisits(source, named, due, self._clock(), force=force)
        now = self._clock()
        settled = self._store.references.settled(
            source.id, now - decisions.FIRST_RECHECK, now - decisions.LAST_RECHECK
        )
        return decisions.rechecks(source, settled, now)

    def _discover(
        self,
        source: Source,
        at: Source,
        state: SourceState,
        report: Report,
        tally: SourceReport,
        force: bool,
    ) -> Discovery | None:
        """Poll the source at `at`, and store what it announces; None if it could not be read.

        A failure here does not stop the visit: pages announced earlier are still processed.
        """
        backlog = decisions.backlog(source, state)
        try:
            with guard(at.url or source.id, "what it announces"):
                with report.timed("discover"):
                    validators = Validators() if force else state.validators
                    found = discover(at, self._client, validators)
                with report.timed("store"):
                    found = replace(found, references=self._announce(source, found, backlog))
        except StoreError:
            raise
        except BabelwireError as error:
            if self._stopping.is_set() and getattr(error, "not_sent", False):
                return None  # not a failure: the request was not sent because the desk is stopping
            log.warning("%s", error, extra={"source": source.id})
            report.fail("discover", error, source=source.id)
            move = moves.after_failure(source, at, state, error)
            self._store.sources.failed(source.id, str(error), self._clock(), move=move)
            # If a redirect target is gone, the address in the settings may still work.
            gone = getattr(error, "status", None) == _GONE and at.url == source.url
            self._plan(source, state, error=error, gone=gone)
            return None
        for problem in decisions.summarised(found.problems, source.url or source.id):
            log.warning("%s", problem, extra={"source": source.id})
            report.fail("discover", problem, source=source.id)
        tally.announced = len(found.references)
        if backlog and tally.announced > backlog:
            tally.notes.append(
                f"is new and announces {tally.announced:,} articles: the first {backlog:,} are "
                "taken, and new ones from now on (see `backlog`)"
            )
        self._plan(source, state, found=found)
        return found

    def _announce(self, source: Source, found: Discovery, backlog: int) -> tuple[Reference, ...]:
        """Store what a source announces; return the references as they are stored."""
        stored = self._store.references.alike(source.id, found.references)
        one = recognised(found.references, stored)
        self._store.references.again(one.moved, one.retitled, one.nameless)
        self._store.references.announce(one.entries, self._clock(), backlog)
        return tuple(one.entries)

    def _plan(
        self,
        source: Source,
        state: SourceState,
        *,
        found: Discovery | None = None,
        error: BabelwireError | None = None,
        gone: bool = False,
    ) -> None:
        """Store when the source is due next, from what it states and how the visit went."""
        if source.cron:
            return
        now = self._clock()
        if getattr(error, "not_sent", False):  # nothing learnt about the source: its host must wait
            wait = (getattr(error, "wait", None) or 0.0) * (1 + random.random() / 10) + 1  # noqa: S311
            later = now + timedelta(seconds=wait)
            self._store.sources.schedule(source.id, later, state.interval)
            return
        poll = next_poll(
            now,
            state.interval,
            self._polling,
            changed=found is not None and not found.unchanged,
            failures=state.failures + 1 if error is not None else 0,
            gone=gone,
            wait=getattr(error, "wait", None),
            hints=found.hints if found is not None else NO_HINTS,
            every=source.every,
            dice=random.random(),  # noqa: S311 - no secret
        )
        self._store.sources.schedule(source.id, poll.due, poll.interval)

    def _further_page(self, url: str, source: Source) -> Page | None:
        """Fetch a further page of an article, with the same settings as its first."""
        return fetch(Reference(source=source.id, url=url), self._client, Validators(), source)

    def _process(
        self, known: Known, source: Source, report: Report, tally: SourceReport, force: bool
    ) -> BabelwireError | None:
        """Fetch one page and store its article; failures are recorded and go into the report.

        Returns None, or the error if the page was not requested because its host has to wait.
        """
        stage: Stage = "fetch"
        validators = Validators()
        try:
            with guard(known.reference.url, "the page"):
                with report.timed("fetch"):
                    conditional = Validators() if force else known.validators
                    page = fetch(known.reference, self._client, conditional, source)
                if page is None:
                    tally.unchanged += 1
                    self._store.references.unchanged(known, self._clock())
                    return None
                tally.fetched += 1
                stage, validators = "extract", page.validators
                again = decisions.crash_retry_at(known, self._clock())
                self._store.references.begin(known, again)
                with report.timed("extract"):
                    article = extract_page(page, source)
                if article.next_page:
                    if source.join_pages == 1 and MORE_PAGES not in tally.notes:
                        tally.notes.append(MORE_PAGES)
                    with report.timed("fetch"):
                        article = joined(
                            article, source, lambda url: self._further_page(url, source)
                        )
                with report.timed("store"):
                    self._refuse_astray(article, page, known)
                    kept = keep(article, page, known, source, self._store, self._clock())
                tally.count(kept.change)
        except NotAnArticle as error:
            tally.rejected += 1
            log.info("%s", error, extra=_log_keys(source, known))
            report.fail("extract", error, source=source.id)
            self._store.references.rejected(known, validators, str(error), self._clock())
        except StoreError:
            raise
        except BabelwireError as error:
            if getattr(error, "not_sent", False):
                return error
            if decisions.is_gone(known, error):
                tally.gone += 1
                log.info("%s", error, extra=_log_keys(source, known))
                self._store.references.gone(known, str(error), self._clock())
                return None
            # The article of a page that was refused before has its text from the feed.
            if is_refusal(error) and self._store.articles.is_from_feed(known):
                tally.unchanged += 1
                self._store.references.unchanged(known, self._clock())
                return None
            tally.failed += 1
            log.warning("%s", error, extra=_log_keys(source, known))
            report.fail(stage, error, source=source.id)
            self._store.references.failed(
                known, str(error), decisions.retry_at(known.attempts, error, self._clock())
            )
        return None

    def _refuse_astray(self, article: Article, page: Page, known: Known) -> None:
        """Raise where the redirect of a page led to something else than its article.

        Raises:
            FetchError: the page of a stored article is gone (status 410, as servers should say).
            NotAnArticle: a new page never was the article.
        """
        url = known.reference.url
        if identity(url) == identity(page.url):
            return
        before = self._store.articles.find(known.article) if known.article else None
        taken = bool(self._store.references.named(known.reference.source, [page.url]))
        title = known.reference.title
        place = landing.astray(url, page.url, article, title, before, taken=taken)
        if not place:
            return
        reason = f"its page is gone: it redirects to {place} ({page.url})"
        if before is not None:
            raise FetchError(url, reason, "nothing is to be done: its text stays", status=_GONE)
        raise NotAnArticle(url, reason, "exclude it with the source's `exclude`")


def _log_keys(source: Source, known: Known) -> dict[str, str]:
    """The fields of a log line about this page."""
    return {"source": source.id, "article": known.article or known.reference.url}
