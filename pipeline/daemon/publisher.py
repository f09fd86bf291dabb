"""The thread that translates and publishes what visits bring.

In: the reports of visits, from any thread. Out: passes, one at a time, over all that has come
meanwhile. Whatever goes wrong is logged, and what could not be written is tried again later.
"""

import logging
import math
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from time import monotonic

from pipeline.desk import Report
from pipeline.errors import BabelwireError

log = logging.getLogger(__name__)

# Seconds after which what waits for a model, or lost its file, is looked after without any news; so
# is at first what a daemon that was killed had stored and not published.
_TIDY = 900.0
# Stages whose failures are this machine's, not a page's: they are tried again with the next visit.
_OURS = ("store", "publish")
# Stages whose failures the visit has logged already.
_VISITED = ("discover", "fetch", "extract")


class Publisher:
    """`finish` translates and publishes what reports say of the sources with these names (none: of
    all sources)."""

    def __init__(self, finish: Callable[[list[Report], list[str]], Report]) -> None:
        self._finish = finish
        self._brought: SimpleQueue[Report | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="press", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def put(self, report: Report) -> None:
        """Hand in what a visit brought."""
        self._brought.put(report)

    def waiting(self) -> int:
        """How many visits wait."""
        return self._brought.qsize()

    def end(self, patience: float) -> bool:
        """Take no more, and wait for the pass under way; False where that takes too long."""
        self._brought.put(None)
        self._thread.join(patience)
        return not self._thread.is_alive()

    def _work(self) -> None:
        """Translate and publish what visits brought, as much at a time as there is."""
        finished = -math.inf
        late: list[str] = []  # sources of which something could not be finished
        while (first := self._brought.get()) is not None:
            brought = [first]
            while not self._brought.empty():
                if (another := self._brought.get()) is None:
                    return
                brought.append(another)
            tidy = monotonic() - finished >= _TIDY
            if not (tidy or late or any(map(_has_news, brought))):
                continue
            names = [*late, *(name for report in brought for name in report.sources)]
            late = names
            try:
                report = self._finish(brought, [] if tidy else names)
            except BabelwireError as error:
                log.error("%s", error)
            except Exception:  # the only thread that publishes must outlive whatever it meets
                log.exception("translating and publishing failed")
            else:
                log_report(report)
                if not any(one.stage in _OURS for one in report.failures):
                    finished, late = monotonic() if tidy else finished, []


def log_report(report: Report) -> None:
    """Log what a pass did, and what of it failed; a visit logs its failures itself."""
    source = ",".join(report.sources)
    for failure in report.failures:
        if failure.stage in _VISITED:
            continue
        keys = {"source": failure.source or source}
        if failure.language:
            keys["language"] = failure.language
        log.warning("%s", failure, extra=keys)
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
