"""APScheduler around the desk: each source at its own times, until a signal says stop.

In go the settings and an open store; nothing comes out but what the passes write. One pass runs at
a time, so no source is ever looked at twice at once.
"""

import logging
import random
import signal
from datetime import UTC, datetime, timedelta
from threading import Event
from types import FrameType
from typing import Protocol

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from pipeline.article import Source
from pipeline.config import Settings
from pipeline.desk import Desk
from pipeline.errors import BabelwireError
from pipeline.store import Store

log = logging.getLogger(__name__)

# Sources begin within this many seconds of the start, so that they do not all begin at once.
_SPREAD = 5.0


class Service(Protocol):
    """Something that runs beside the scheduler: the web server."""

    def start(self) -> None:
        """Begin; raises a BabelwireError where it cannot."""

    def stop(self) -> None:
        """End."""


class Daemon:
    """The scheduler: one job a source, one pass at a time.

    `settle` returns the trigger of a source; sources with neither interval nor cron expression are
    left to be run by hand. `desk` is one that others use as well, so that models are loaded once.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        service: Service | None = None,
        desk: Desk | None = None,
    ) -> None:
        self._settings = settings
        self._service = service
        self._desk = desk or Desk(settings, store)
        self._over = Event()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def run(self) -> None:
        """Work until SIGTERM or SIGINT, or until `stop` is called.

        Raises:
            BabelwireError: no source has a schedule, or the web server cannot start.
        """
        scheduled = [one for one in self._settings.sources.values() if trigger(one)]
        if not scheduled:
            raise BabelwireError(
                str(self._settings.path),
                "no source has a schedule",
                'give one `every = "30m"`, or run passes by hand with `babelwire run`',
            )
        if self._service is not None:
            self._service.start()
        previous = {one: signal.signal(one, self._signalled) for one in _SIGNALS}
        try:
            self._schedule(scheduled)
            self._scheduler.start()
            log.info("%d sources scheduled", len(scheduled))
            self._over.wait()
        finally:
            self._desk.stop()
            if self._scheduler.running:
                self._scheduler.shutdown(wait=True)
            if self._service is not None:
                self._service.stop()
            for one, handler in previous.items():
                signal.signal(one, handler)
        log.info("stopped")

    def stop(self) -> None:
        """End `run`, after the step that is under way. Thread-safe."""
        self._over.set()

    def _schedule(self, sources: list[Source]) -> None:
        for source in sources:
            options = {}
            if source.every:  # an interval begins now, a cron expression at its time
                wait = timedelta(seconds=random.uniform(0, _SPREAD))  # noqa: S311 - no secret
                options["next_run_time"] = datetime.now(UTC) + wait
            self._scheduler.add_job(
                self._pass, trigger(source), args=[source.id], id=source.id, **options
            )
        self._scheduler.add_listener(self._went_wrong, EVENT_JOB_ERROR | EVENT_JOB_MISSED)

    def _pass(self, source: str) -> None:
        if self._over.is_set():
            return
        report = self._desk.run([source])
        for failure in report.failures:
            log.warning("%s", failure, extra={"source": source})
        log.info(
            "pass %d: %d segments translated, %d files written, %.1f s",
            report.run,
            report.fresh,
            len(report.written),
            sum(report.seconds.values()),
            extra={"source": source},
        )

    def _went_wrong(self, event: JobExecutionEvent) -> None:
        # A pass reports what fails inside it; this is a pass that could not run at all. The job
        # stays scheduled.
        log.error("pass failed: %s", event.exception, extra={"source": event.job_id})

    def _signalled(self, number: int, _frame: FrameType | None) -> None:
        log.info("%s: stopping", signal.Signals(number).name)
        self.stop()


_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def trigger(source: Source) -> BaseTrigger | None:
    """When a source is due, as APScheduler understands it; None: only by hand."""
    if source.cron:
        return CronTrigger.from_crontab(source.cron, timezone=UTC)
    if source.every:
        return IntervalTrigger(seconds=round(source.every), timezone=UTC)
    return None
