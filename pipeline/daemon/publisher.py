"""The thread that translates and publishes the results of visits.

Takes the reports of visits, from any thread; runs one pass at a time over all that have arrived.
Failures are logged. Files that could not be written are retried after the next visit.
"""

import logging
import math
from collections.abc import Callable
from datetime import UTC, datetime
from queue import SimpleQueue
from threading import Thread
from time import monotonic

from pipeline.desk import Report
from pipeline.desk.waiting import held_back
from pipeline.errors import BabelwireError

log = logging.getLogger(__name__)

# Seconds between full passes: after this time, and at the start, the next visit leads to a pass
# over all sources, even without news. It translates articles that waited for a model, writes lost
# files, and publishes what a killed daemon had only stored.
_FULL_PASS_EVERY = 900.0
# In the queue instead of the report of a visit: all sources are looked after.
_ALL = Report(started=datetime.min.replace(tzinfo=UTC))
# Stages whose failures are caused by this machine, not by a page: retried after the next visit.
_LOCAL_STAGES = ("store", "publish")
# Stages whose failures the visit has already logged.
_LOGGED_STAGES = ("discover", "fetch", "extract")


class Publisher:
    """Runs `finish(reports, source ids)` for the visits that arrive.

    `finish` translates and publishes the articles of these sources (empty: of all) and returns the
    report of the pass.
    """

    def __init__(self, finish: Callable[[list[Report], list[str]], Report]) -> None:
        self._finish = finish
        self._brought: SimpleQueue[Report | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="press", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def put(self, report: Report) -> None:
        """Queue the report of a visit."""
        self._brought.put(report)

    def look_after_all(self) -> None:
        """Have a pass made over all sources, without a visit."""
        self._brought.put(_ALL)

    def waiting(self) -> int:
        """How many visits are queued."""
        return self._brought.qsize()

    def end(self, timeout: float) -> bool:
        """Stop the thread after its current pass. Returns False if that takes over `timeout` s."""
        self._brought.put(None)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        """Process queued visits until `end`, all that are there in one pass."""
        finished = -math.inf
        unfinished: list[str] = []  # sources of passes that failed
        while (first := self._brought.get()) is not None:
            brought = [first]
            while not self._brought.empty():
                if (another := self._brought.get()) is None:
                    return
                brought.append(another)
            full = monotonic() - finished >= _FULL_PASS_EVERY
            full = full or any(one is _ALL for one in brought)
            brought = [one for one in brought if one is not _ALL]
            if not (full or unfinished or any(map(_has_news, brought))):
                continue
            names = [*unfinished, *(name for report in brought for name in report.sources)]
            unfinished = names
            try:
                report = self._finish(brought, [] if full else names)
            except BabelwireError as error:
                log.error("%s", error)
            except Exception:  # the only thread that publishes must survive any error
                log.exception("translating and publishing failed")
            else:
                log_report(report)
                if not any(one.stage in _LOCAL_STAGES for one in report.failures):
                    finished, unfinished = monotonic() if full else finished, []


def log_report(report: Report) -> None:
    """Log a pass and its failures, except those that visits have already logged."""
    source = ",".join(report.sources)
    for failure in report.failures:
        if failure.stage in _LOGGED_STAGES:
            continue
        keys = {"source": failure.source or source}
        if failure.language:
            keys["language"] = failure.language
        log.log(logging.WARNING if failure.new else logging.INFO, "%s", failure, extra=keys)
    for one in report.waiting:
        log.info("%s", one, extra={"language": one.target})
    for language, number in report.held.items():
        log.info("%s", held_back(number, language), extra={"language": language})
    log.info(
        "pass %d: %d new, %d changed, %d segments translated, %d files written, %.1f s",
        report.number,
        sum(one.new for one in report.sources.values()),
        sum(one.changed for one in report.sources.values()),
        report.fresh,
        len(report.written),
        report.elapsed,
        extra={"source": source},
    )


def _has_news(report: Report) -> bool:
    return bool(report.failures) or any(one.new or one.changed for one in report.sources.values())
