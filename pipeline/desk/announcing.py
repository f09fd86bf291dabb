"""Asks a source what it announces, stores that, and plans when to ask again.

Takes a source and its state; returns what it announces. Only StoreError is raised: another failure
is reported, stored with the source, and leads to a later visit.
"""

import logging
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event

from pipeline.article import Reference, Source
from pipeline.desk import decisions, moves, renaming
from pipeline.desk.asking import Question
from pipeline.desk.guard import guard
from pipeline.desk.recognising import recognised
from pipeline.desk.report import Report, SourceReport
from pipeline.errors import BabelwireError, StoreError
from pipeline.ingest import NO_HINTS, Client, Discovery, discover, next_poll
from pipeline.options import PollOptions
from pipeline.store import SourceState, Store

log = logging.getLogger(__name__)


class Announcing:
    """Asks sources, one per call. Thread-safe."""

    def __init__(
        self,
        store: Store,
        client: Client,
        polling: PollOptions,
        clock: Callable[[], datetime],
        stopping: Event,
    ) -> None:
        self._store = store
        self._client = client
        self._polling = polling
        self._clock = clock
        self._stopping = stopping

    def ask(
        self,
        source: Source,
        at: Source,
        state: SourceState,
        ask: Question,
        report: Report,
        tally: SourceReport,
    ) -> tuple[Discovery | None, bool]:
        """Poll the source at `at`, and store what it announces; None if it could not be read.

        Also returns whether the source's server answers 304 although there is something new. A
        failure here does not stop the visit: pages announced earlier are still processed.
        """
        backlog = decisions.backlog(source, state)
        try:
            with guard(at.url or source.id, "what it announces"):
                with report.timed("discover"):
                    found = discover(at, self._client, ask.validators)
                with report.timed("store"):
                    references, fresh = self._announce(source, found, backlog, tally)
                    found = replace(found, references=references)
        except StoreError:
            raise
        except BabelwireError as error:
            if self._stopping.is_set() and getattr(error, "not_sent", False):
                return None, False  # no failure: the desk is stopping, and sent no request
            log.warning("%s", error, extra={"source": source.id})
            new = state.error != str(error)
            report.fail("discover", error, source=source.id, new=new)
            move = moves.after_failure(source, at, state, error)
            where = renaming.place(source)
            self._store.sources.failed(source.id, str(error), self._clock(), move=move, place=where)
            # If a redirect target is gone, the address in the settings may still work.
            gone = getattr(error, "status", None) == decisions.GONE and at.url == source.url
            self._plan(source, state, error=error, gone=gone)
            return None, False
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
        return found, ask.checking and fresh and self._is_304(at, state)

    def _is_304(self, at: Source, state: SourceState) -> bool:
        """Ask conditionally what has just been read in full; whether it is said to be unchanged."""
        try:
            with guard(at.url, "what it announces"):
                return discover(at, self._client, state.validators).unchanged
        except BabelwireError as error:
            log.info("%s", error, extra={"source": at.id})
            return False

    def _announce(
        self, source: Source, found: Discovery, backlog: int, tally: SourceReport
    ) -> tuple[tuple[Reference, ...], bool]:
        """Store what a source announces; return the references as they are stored, and whether any
        of them is new."""
        stored = self._store.references.alike(source.id, found.references)
        one = recognised(found.references, stored)
        self._store.references.again(one.moved, one.retitled, one.nameless)
        self._store.references.announce(one.entries, self._clock(), backlog)
        self._store.articles.carry(source.id, one.carried)
        tally.carried = len(one.carried)
        known = {known.reference.url for known in stored}
        return tuple(one.entries), any(entry.url not in known for entry in one.entries)

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
