"""From a source to the articles in the store: discover, fetch, extract.

In: sources. Out: a report a source. A failing source or page never stops the others, whatever it
fails of: what nobody has thought of is a failure like any other.
"""

import logging
import math
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Event
from time import monotonic
from urllib.parse import urlsplit

from pipeline.article import Page, Reference, Source, Validators
from pipeline.desk import decisions, moves, repeats
from pipeline.desk.guard import guard
from pipeline.desk.keeping import keep
from pipeline.desk.multipage import extract_page, joined
from pipeline.desk.report import Report, SourceReport, Stage
from pipeline.errors import BabelwireError, NotAnArticle, StoreError
from pipeline.ingest import (
    NO_HINTS,
    Client,
    Discovery,
    discover,
    fetch,
    next_poll,
)
from pipeline.options import PollOptions
from pipeline.store import Known, SourceState, Store

log = logging.getLogger(__name__)

_GONE = 410  # RFC 9110 §15.5.11: the server says that it is for good


class Collector:
    """Visits sources, one at a call; calls may come from several threads.

    A visit takes no further page after `patience` seconds; another one goes on with those left.
    """

    def __init__(
        self,
        store: Store,
        client: Client,
        polling: PollOptions,
        clock: Callable[[], datetime],
        stopping: Event,
        patience: float = math.inf,
    ) -> None:
        self._store = store
        self._client = client
        self._polling = polling
        self._clock = clock
        self._stopping = stopping
        self._patience = patience

    def visit(
        self, source: Source, *, force: bool = False, beat: Callable[[], None] = lambda: None
    ) -> Report:
        """Discover a source's references and fetch the pages that are due.

        `beat` is called before each page.

        Raises:
            StoreError: the database cannot be used.
        """
        until = monotonic() + self._patience
        report = Report(started=self._clock())
        tally = report.sources.setdefault(source.id, SourceReport())
        state = self._store.sources.state(source.id)
        at = moves.asked(source, state, self._clock())
        found = self._discover(source, at, state, report, tally, force)
        with report.timed("store"):
            due = self._store.references.due(source.id, self._clock(), source.limit)
            again = self._again(source, found, due, force)
        self._take_all(due, source, report, force, beat, until)
        if not tally.left:
            self._take_all(again, source, report, force, beat, until)
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

    def go_on(
        self, source: Source, left: int, *, beat: Callable[[], None] = lambda: None
    ) -> Report:
        """Fetch the pages, `left` of them, that another visit has left, without asking what is new.

        Raises:
            StoreError: the database cannot be used.
        """
        until = monotonic() + self._patience
        report = Report(started=self._clock())
        report.sources[source.id] = SourceReport()
        due = self._store.references.due(source.id, self._clock(), left)
        self._take_all(due, source, report, False, beat, until)
        self._learn(source, report)
        return report

    def _learn(self, source: Source, report: Report) -> None:
        """Look for what the source's articles repeat, where there are more of them now."""
        tally = report.sources[source.id]
        if tally.new or tally.changed:
            with report.timed("extract"):
                note = repeats.learn(source, self._store, self._clock())
            tally.notes += [note] if note else []

    def _take_all(
        self,
        pages: Sequence[Known],
        source: Source,
        report: Report,
        force: bool,
        beat: Callable[[], None],
        until: float,
    ) -> None:
        """Take pages until there are no more, time is up, or somebody says stop.

        Those of a host that is to be left alone just now are left, without a word each.
        """
        tally = report.sources[source.id]
        resting: dict[str, tuple[int, BabelwireError, float]] = {}
        for number, known in enumerate(pages):
            if self._stopping.is_set():
                return
            if monotonic() >= until:
                tally.left += len(pages) - number
                tally.wait = 0.0
                tally.notes.append(f"{len(pages) - number:,} pages wait for the next visit")
                break
            host = urlsplit(known.reference.url).hostname or ""
            if host in resting:
                count, error, wait = resting[host]
            else:
                beat()
                left = self._take(known, source, report, tally, force)
                if left is None:
                    continue
                count, error, wait = 0, left, getattr(left, "wait", None) or 0.0
            resting[host] = count + 1, error, wait
        for count, error, wait in resting.values():
            tally.wait = min(tally.wait, wait) if tally.left else wait
            tally.left += count
            others = f" (and {count - 1:,} more pages wait with it)" if count > 1 else ""
            tally.notes.append(f"{error}{others}")

    def _again(
        self, source: Source, found: Discovery | None, due: list[Known], force: bool
    ) -> list[Known]:
        """The pages to look at again, besides those that are due."""
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
            source.id, now - decisions.FIRST_LOOK, now - decisions.LAST_LOOK
        )
        return decisions.looks(source, settled, now)

    def _discover(
        self,
        source: Source,
        at: Source,
        state: SourceState,
        report: Report,
        tally: SourceReport,
        force: bool,
    ) -> Discovery | None:
        """What the source, asked as `at`, announces, stored; None where it could not be read.

        What earlier passes could not finish needs no new announcement and is done all the same.
        """
        backlog = decisions.backlog(source, state)
        try:
            with guard(at.url or source.id, "what it announces"):
                with report.timed("discover"):
                    validators = Validators() if force else state.validators
                    found = discover(at, self._client, validators)
                with report.timed("store"):
                    self._store.references.announce(found.references, self._clock(), backlog)
        except StoreError:
            raise
        except BabelwireError as error:
            if self._stopping.is_set() and getattr(error, "unasked", False):
                return None  # it would have been asked, had it not been for the end
            log.warning("%s", error, extra={"source": source.id})
            report.fail("discover", error, source=source.id)
            move = moves.after_failure(source, at, state, error)
            self._store.sources.failed(source.id, str(error), self._clock(), move=move)
            # The settings' own address may still be there.
            gone = getattr(error, "status", None) == _GONE and at.url == source.url
            self._plan(source, state, error=error, gone=gone)
            return None
        for problem in decisions.summed_up(found.problems, source.url or source.id):
            log.warning("%s", problem, extra={"source": source.id})
            report.fail("discover", problem, source=source.id)
        tally.announced = len(found.references)
        if backlog and tally.announced > backlog:
            tally.notes.append(
                f"is new and announces {tally.announced:,} articles: the first {backlog:,} are "
                "taken, and what is new from now on (see `backlog`)"
            )
        self._plan(source, state, found=found)
        return found

    def _plan(
        self,
        source: Source,
        state: SourceState,
        *,
        found: Discovery | None = None,
        error: BabelwireError | None = None,
        gone: bool = False,
    ) -> None:
        """Decide when the source is asked again: after what it says, and after how it goes."""
        if source.cron:
            return
        now = self._clock()
        if getattr(error, "unasked", False):  # nothing is known of the source: its host has no time
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

    def _another(self, url: str, source: Source) -> Page | None:
        """A further page of an article, asked for as its first was."""
        return fetch(Reference(source=source.id, url=url), self._client, Validators(), source)

    def _take(
        self, known: Known, source: Source, report: Report, tally: SourceReport, force: bool
    ) -> BabelwireError | None:
        """Fetch one page and keep the article in it; the reason where its host is left alone."""
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
                again = decisions.revived_at(known, self._clock())
                self._store.references.begin(known, again)
                with report.timed("extract"):
                    article = extract_page(page, source)
                if article.next_page and source.join_pages > 1:
                    with report.timed("fetch"):
                        article = joined(article, source, lambda url: self._another(url, source))
                with report.timed("store"):
                    kept = keep(article, page, known, source, self._store, self._clock())
                tally.count(kept.change)
        except NotAnArticle as error:
            tally.rejected += 1
            log.info("%s", error, extra=_keys(source, known))
            report.fail("extract", error, source=source.id)
            self._store.references.rejected(known, validators, str(error), self._clock())
        except StoreError:
            raise
        except BabelwireError as error:
            if getattr(error, "unasked", False):
                return error
            if decisions.is_gone(known, error):
                tally.gone += 1
                log.info("%s", error, extra=_keys(source, known))
                self._store.references.gone(known, str(error), self._clock())
                return None
            tally.failed += 1
            log.warning("%s", error, extra=_keys(source, known))
            report.fail(stage, error, source=source.id)
            self._store.references.failed(
                known, str(error), decisions.retry_at(known.attempts, error, self._clock())
            )
        return None


def _keys(source: Source, known: Known) -> dict[str, str]:
    """What the log says a line is about."""
    return {"source": source.id, "article": known.article or known.reference.url}
