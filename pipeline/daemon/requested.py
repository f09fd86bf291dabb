"""Makes the passes that are requested from the daemon: by `babelwire run`, or over HTTP.

Takes the oldest request from the store and answers it with the number of its pass. A request is
answered even if no pass could be made, and one whose pass was stopped waits for the next start.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event

from pipeline.config import Settings
from pipeline.daemon.publisher import log_report
from pipeline.desk import Desk, Report
from pipeline.desk.progress import ProgressLines, Watch
from pipeline.errors import BabelwireError, StoreError
from pipeline.ingest import Client
from pipeline.store import PassRequest, Store

log = logging.getLogger(__name__)


class RequestedPasses:
    """Makes one requested pass at a time. `watch` is called around each of its steps."""

    def __init__(self, store: Store, stopping: Event, watch: Watch) -> None:
        self._store = store
        self._stopping = stopping
        self._watch = watch
        self._unanswered: dict[int, int | None] = {}  # because the database could not be written

    def make_next(
        self, settings: Settings, client: Client, parent: Desk, done: Callable[[Report], None]
    ) -> None:
        """Make the pass that was requested first, if one is, and call `done` with its report.

        Raises BabelwireError if no pass could be made.
        """
        for earlier, made in [*self._unanswered.items()]:
            self._answer(earlier, made)
        if self._stopping.is_set():
            return
        request = self._store.pass_requests.take(datetime.now(UTC))
        if request is None:
            return
        number: int | None = None
        try:
            report = self._pass(request, settings, client, parent)
            number = report.number
            if report.interrupted:
                return
            log_report(report)
            done(report)
        except BabelwireError as error:
            self._store.pass_requests.note(request.id, str(error))
            raise
        finally:
            # One that was stopped is made at the next start, or by who waits for it.
            if not self._stopping.is_set():
                self._answer(request.id, number)

    def _pass(
        self, request: PassRequest, settings: Settings, client: Client, parent: Desk
    ) -> Report:
        desk = Desk(
            settings,
            self._store,
            ProgressLines(lambda words: self._store.pass_requests.note(request.id, words)),
            client=client,
            parent=parent,
            watch=self._watch,
            announce=False,
        )
        return desk.run(request.sources, force=request.force)

    def _answer(self, request: int, number: int | None) -> None:
        self._unanswered[request] = number
        try:
            self._store.pass_requests.finish(request, number, datetime.now(UTC))
        except StoreError as error:
            log.warning("%s", error)  # it is answered before the next one is made
        else:
            del self._unanswered[request]
