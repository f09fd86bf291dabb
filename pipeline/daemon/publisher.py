"""The thread that translates and publishes the results of visits.

Takes the reports of visits, from any thread; runs one pass at a time over all that have arrived.
Failures are logged. What could not be stored or written is retried by itself, at growing intervals,
so that a full disk does not make each visit a pass.
"""

import logging
import math
from collections.abc import Callable
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from pipeline.desk import Report
from pipeline.desk.progress import units
from pipeline.desk.waiting import held_back
from pipeline.errors import BabelwireError

log = logging.getLogger(__name__)

# Seconds between full passes: after this time, and at the start, the next visit leads to a pass
# over all sources, even without news. It translates articles that waited for a model, writes lost
# files, and publishes what a killed daemon had only stored.
_FULL_PASS_EVERY = 900.0
# Seconds until a pass that failed is made again; they double with each failure.
_FIRST_RETRY = 10.0
_LAST_RETRY = 60.0
# In the queue instead of the report of a visit: all sources are looked after.
_ALL = Report(started=datetime.min.replace(tzinfo=UTC))
# Stages whose failures are caused by this machine, not by a page: the pass is made again.
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
        self._full_at = -math.inf  # when the next visit leads to a full pass
        # What failed: these sources, or all; when it is retried, and how often it failed.
        self._late: list[str] = []
        self._late_all = False
        self._retry_at = math.inf
        self._failures = 0

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
        """Process queued visits until `end`, all that are there in one pass; retry what failed."""
        while (brought := self._take()) is not None:
            retried = monotonic() >= self._retry_at
            full = any(one is _ALL for one in brought) or (retried and self._late_all)
            brought = [one for one in brought if one is not _ALL]
            full = full or (bool(brought) and monotonic() >= self._full_at)
            if not (full or retried or any(map(_has_news, brought))):
                continue
            names = self._late if retried else []
            names = [*names, *(name for report in brought for name in report.sources)]
            self._settle(self._passed(brought, names, full), names, full, retried)

    def _take(self) -> list[Report] | None:
        """All queued visits, as soon as there is one or something is retried; None: the end."""
        wait = None if math.isinf(self._retry_at) else max(self._retry_at - monotonic(), 0.0)
        brought: list[Report] = []
        try:
            while not brought or not self._brought.empty():
                if (one := self._brought.get(timeout=wait)) is None:
                    return None
                brought.append(one)
        except Empty:
            pass
        return brought

    def _passed(self, brought: list[Report], names: list[str], full: bool) -> bool:
        """Make a pass; returns whether everything could be stored and written."""
        try:
            report = self._finish(brought, [] if full else [*dict.fromkeys(names)])
        except BabelwireError as error:
            log.error("%s", error)
        except Exception:  # the only thread that publishes must survive any error
            log.exception("translating and publishing failed")
        else:
            log_report(report)
            return not any(one.stage in _LOCAL_STAGES for one in report.failures)
        return False

    def _settle(self, well: bool, names: list[str], full: bool, retried: bool) -> None:
        """Note what is to be made again, and when."""
        if well and (full or retried):  # nothing is late any more
            self._late, self._late_all, self._retry_at, self._failures = [], False, math.inf, 0
        if full:
            self._full_at = monotonic() + _FULL_PASS_EVERY
        if not well:
            self._late = [*dict.fromkeys((*self._late, *names))]
            self._late_all = self._late_all or full
            if retried or math.isinf(self._retry_at):
                pause = min(_FIRST_RETRY * 2 ** min(self._failures, 9), _LAST_RETRY)
                self._retry_at, self._failures = monotonic() + pause, self._failures + 1


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
        "pass %d: %d new, %d changed, %d %s translated, %d %s written, %.1f s",
        report.number,
        sum(one.new for one in report.sources.values()),
        sum(one.changed for one in report.sources.values()),
        report.fresh,
        units(report.fresh, "segments"),
        len(report.written),
        units(len(report.written), "files"),
        report.elapsed,
        extra={"source": source},
    )


def _has_news(report: Report) -> bool:
    visited = report.sources.values()
    return bool(report.failures) or any(one.new or one.changed or one.carried for one in visited)
