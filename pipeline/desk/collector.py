"""Collects articles from a source into the store: discover, fetch, extract.

Takes a source; returns a report. A failing source or page never stops the others, whatever
exception it raises. Only StoreError is raised.
"""

import logging
import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Event
from time import monotonic
from urllib.parse import urlsplit

from pipeline.article import FROM_FEED, Article, Page, Reference, Source, Validators
from pipeline.compute import LOCAL, Compute
from pipeline.desk import asking, decisions, landing, moves, renaming, repeats, sifting
from pipeline.desk.announcing import Announcing
from pipeline.desk.apart import Died, extract_apart
from pipeline.desk.guard import guard
from pipeline.desk.keeping import keep
from pipeline.desk.multipage import MORE_PAGES, extract_page, joined
from pipeline.desk.report import Report, SourceReport, Stage
from pipeline.errors import BabelwireError, FetchError, NotAnArticle, StoreError
from pipeline.ingest import (
    Client,
    Discovery,
    fetch,
    identity,
    is_refusal,
)
from pipeline.keywords import Rules
from pipeline.options import PollOptions
from pipeline.store import Known, SourceState, Store

log = logging.getLogger(__name__)


class Collector:
    """Visits sources, one per call. Thread-safe.

    A visit fetches no further page after `time_limit` seconds; `continue_visit` fetches the rest,
    also in another process: how many are left is stored before the first page. `compute` says where
    articles are extracted.
    """

    def __init__(
        self,
        store: Store,
        client: Client,
        polling: PollOptions,
        clock: Callable[[], datetime],
        stopping: Event,
        time_limit: float = math.inf,
        compute: Compute = LOCAL,
    ) -> None:
        self._store = store
        self._client = client
        self._clock = clock
        self._stopping = stopping
        self._time_limit = time_limit
        self._compute = compute
        self._announcing = Announcing(store, client, polling, clock, stopping)

    def _extract(self, page: Page, source: Source, part: int = 1) -> Article:
        """The article on a page, computed here or by a worker."""
        return extract_page(page, source, part, extracting=self._compute.extract)

    def visit(
        self, source: Source, *, force: bool = False, on_progress: Callable[[], None] = lambda: None
    ) -> Report:
        """Discover a source's references and fetch the pages that are due.

        `on_progress` is called before each page.

        Raises:
            StoreError: the database cannot be used.
        """
        report = Report(started=self._clock())
        tally = report.sources.setdefault(source.id, SourceReport())
        state = self._store.sources.state(source.id)
        until = monotonic() + self._time_limit
        at = moves.asked(source, state, self._clock())
        ask = asking.question(at, state, self._clock(), force=force)
        if ask.afresh and state.last_run is not None:
            self._store.references.forget_validators(source.id)
        found, lied = self._announcing.ask(source, at, state, ask, report, tally)
        with report.timed("store"):
            now, rules = self._clock(), Rules(source.keep, source.drop)
            due = sifting.due(self._store, source, rules, source.limit, now, tally)
            again = self._revisits(source, found, due, force)
        pages = decisions.in_turn([*due, *again])
        self._process_all(pages, source, rules, report, force, on_progress, until, state)
        sifting.tell_slow(rules, report, "extract", source.id, source.id)
        self._learn(source, report)
        if self._stopping.is_set():
            return report
        if found is not None:
            now = self._clock()
            move = moves.after_answer(source, at, state, found.moved, now)
            tally.notes += [one for one in (*found.notes, moves.note(move, now)) if one]
            wrong = now if lied else None if ask.afresh else state.distrusted_at
            tally.notes += [asking.distrust(wrong)] if wrong else []
            full = not found.unchanged or not asking.is_conditional(ask.validators)
            self._store.sources.succeeded(
                source.id,
                SourceState(
                    validators=found.validators,
                    last_run=now,
                    last_success=now,
                    move=move,
                    notes=tuple(tally.notes),
                    asked=ask.asked,
                    full_at=now if full else state.full_at,
                    distrusted_at=wrong,
                    place=renaming.place(source),
                ),
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
        state = self._store.sources.state(source.id)
        now, rules = self._clock(), Rules(source.keep, source.drop)
        report = Report(started=state.visit_at or now)
        tally = report.sources[source.id] = SourceReport()
        pages = sifting.due(self._store, source, rules, left, now, tally)
        if left > len(pages):
            pages += self._rest(source, report.started, pages)
        pages = decisions.in_turn(pages)
        self._process_all(pages, source, rules, report, False, on_progress, until, state)
        sifting.tell_slow(rules, report, "extract", source.id, source.id)
        self._learn(source, report)
        return report

    def _rest(self, source: Source, began: datetime, due: list[Known]) -> list[Known]:
        """The pages that the visit that began then was to fetch again, and has not."""
        if source.url:
            return self._rechecks(source)
        announced = self._store.references.announced(source.id, began)
        again = decisions.revisits(source, announced, due, self._clock())
        # One that failed in this visit has not been fetched since, but it had its turn.
        return [
            one
            for one in again
            if one.state != "failed" and (one.fetched_at is None or one.fetched_at < began)
        ]

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
        rules: Rules,
        report: Report,
        force: bool,
        on_progress: Callable[[], None],
        until: float,
        state: SourceState,
    ) -> None:
        """Process pages until all are done, the time is up, or the desk is stopping.

        What is left is stored for the visit that goes on with it, which `state` is compared with.

        Once a page cannot be fetched because its host has to wait, further pages of this host are
        left for another visit, with one note for all.
        """
        if not pages and not state.left:
            return
        tally = report.sources[source.id]
        began = report.started
        self._store.sources.leave(source.id, len(pages), began)
        waiting_hosts: dict[str, tuple[int, BabelwireError, float]] = {}
        for number, known in enumerate(pages):
            if self._stopping.is_set():
                tally.left, tally.wait = len(pages) - number, 0.0
                break
            if monotonic() >= until:
                tally.left, tally.wait = len(pages) - number, 0.0
                tally.notes.append(f"{len(pages) - number:,} pages wait for the next visit")
                break
            host = urlsplit(known.reference.url).hostname or ""
            if host in waiting_hosts:
                count, error, wait = waiting_hosts[host]
            else:
                on_progress()
                left = self._process(known, source, rules, report, tally, force)
                if left is None:
                    continue
                count, error, wait = 0, left, getattr(left, "wait", None) or 0.0
            waiting_hosts[host] = count + 1, error, wait
        for count, error, wait in waiting_hosts.values():
            tally.wait = min(tally.wait, wait) if tally.left else wait
            tally.left += count
            others = f" (and {count - 1:,} more pages wait with it)" if count > 1 else ""
            tally.notes.append(f"{error}{others}")
        resume_at = self._clock() + timedelta(seconds=tally.wait) if tally.left else None
        self._store.sources.leave(source.id, tally.left, began, resume_at)

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
        return self._rechecks(source)

    def _rechecks(self, source: Source) -> list[Known]:
        """The known pages of a feed, sitemap or index page that may have changed."""
        now = self._clock()
        settled = self._store.references.settled(
            source.id, now - decisions.FIRST_RECHECK, now - decisions.LAST_RECHECK
        )
        return decisions.rechecks(source, settled, now)

    def _further_page(self, url: str, source: Source) -> Page | None:
        """Fetch a further page of an article, with the same settings as its first."""
        return fetch(Reference(source=source.id, url=url), self._client, Validators(), source)

    def _process(
        self,
        known: Known,
        source: Source,
        rules: Rules,
        report: Report,
        tally: SourceReport,
        force: bool,
    ) -> BabelwireError | None:
        """Fetch one page and store its article; failures are recorded and go into the report.

        Returns None, or the error if the page was not requested because its host has to wait.
        """
        stage: Stage = "fetch"
        validators = Validators()
        try:
            with guard(known.reference.url, "the page"):
                with report.timed("fetch"):
                    conditional = asking.of_page(known, self._clock(), force=force)
                    page = fetch(known.reference, self._client, conditional, source)
                if page is None:
                    tally.unchanged += 1
                    full = not asking.is_conditional(conditional)
                    self._store.references.unchanged(known, self._clock(), full=full)
                    return None
                tally.fetched += 1
                stage, validators = "extract", page.validators
                again = decisions.crash_retry_at(known, self._clock())
                self._store.references.begin(known, again)
                extracting = extract_apart if decisions.is_read_apart(known) else self._extract
                with report.timed("extract"):
                    article = extracting(page, source)
                if article.next_page:
                    if source.join_pages == 1 and MORE_PAGES not in tally.notes:
                        tally.notes.append(MORE_PAGES)
                    with report.timed("fetch"):
                        article = joined(
                            article, source, lambda url: self._further_page(url, source), extracting
                        )
                with report.timed("store"):
                    self._refuse_astray(article, page, known)
                    self._refuse_foreign(article, page, known)
                    if reason := sifting.reason(rules, article, known):
                        tally.dropped += 1
                        self._store.references.dropped({known.id: reason}, self._clock())
                        return None
                    kept = keep(article, page, known, source, self._store, self._clock())
                tally.count(kept.change)
        except NotAnArticle as refused:
            if refused.retry:  # of a site that is being maintained, as one with status 503
                self._fail(refused, "extract", known, source, report, tally)
                return None
            error = decisions.remedied(refused, known.reference, source)
            tally.rejected += 1
            log.info("%s", error, extra=_log_keys(source, known))
            report.fail("extract", error, source=source.id, new=decisions.is_news(known, error))
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
            self._fail(error, stage, known, source, report, tally)
        return None

    def _fail(
        self,
        error: BabelwireError,
        stage: Stage,
        known: Known,
        source: Source,
        report: Report,
        tally: SourceReport,
    ) -> None:
        """Report that a page failed, and store that and when it is retried."""
        tally.failed += 1
        log.warning("%s", error, extra=_log_keys(source, known))
        report.fail(stage, error, source=source.id, new=decisions.is_news(known, error))
        self._store.references.failed(
            known,
            str(error),
            decisions.retry_at(known.attempts, error, self._clock()),
            crashed=isinstance(error, Died),
        )

    def _refuse_foreign(self, article: Article, page: Page, known: Known) -> None:
        """Raise NotAnArticle where the page of a feed's new entry is a wall, or of something else.

        Only an entry has a guid, and what it calls an article; a link may say "Read more".
        """
        reference = known.reference
        if known.article or not reference.guid or FROM_FEED in page.headers:
            return
        moved = identity(reference.url) != identity(page.url)
        if landing.is_foreign(article, reference, moved=moved):
            reason = f"its page says nothing of {reference.title!r}: it may be a wall"
            remedy = 'look at it; `text = "entry"` takes the text of the feed'
            raise NotAnArticle(reference.url, reason, remedy, retry=not moved)

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
        there = self._store.references.named(known.reference.source, [page.url])
        other = there[0].reference.title if there else None
        title = known.reference.title
        taken = bool(there)
        place = landing.astray(url, page.url, article, title, before, taken=taken, other=other)
        if not place:
            return
        reason = f"its page is gone: it redirects to {place} ({page.url})"
        if before is not None:
            raise FetchError(
                url, reason, "nothing is to be done: its text stays", status=decisions.GONE
            )
        raise NotAnArticle(url, reason, "exclude it with the source's `exclude`")


def _log_keys(source: Source, known: Known) -> dict[str, str]:
    """The fields of a log line about this page."""
    return {"source": source.id, "article": known.article or known.reference.url}
