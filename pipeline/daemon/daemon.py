"""The scheduler: a job a source, one thread that translates and publishes what they bring."""

import logging
import signal
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from types import FrameType
from typing import Protocol

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from pipeline.article import Source
from pipeline.config import Settings
from pipeline.daemon.clock import Clock
from pipeline.daemon.heap import give_back, share_arenas
from pipeline.daemon.notify import notify, watchdog_seconds
from pipeline.daemon.publisher import Publisher, log_report
from pipeline.daemon.schedule import first_time, next_time, trigger
from pipeline.daemon.steps import Steps
from pipeline.desk import Collector, Desk, Report, livestate, prune
from pipeline.desk.locks import daemons_own
from pipeline.desk.progress import Spoken
from pipeline.errors import BabelwireError, SettingsError
from pipeline.ingest import Client
from pipeline.store import Store

log = logging.getLogger(__name__)

# Seconds from the signal to the end: steps that are still under way then are abandoned. The store
# and the files are whole at any moment.
GRACE = 20.0
# Seconds after which a step that does not get on is cut off: a page, a source's announcement (at
# worst a dozen sitemaps), a batch of sentences, a feed.
STEP_LIMIT = 1800.0
# Seconds after which a visit takes no further page: what it brought is translated and published
# while another visit goes on, and no source keeps others waiting for hours.
VISIT = 300.0
_AGAIN = 1.0  # seconds between two visits of which one goes on where the other has stopped
_FIRST_PRUNE = timedelta(minutes=10)  # after the start, when the rush is over
_LOOK = 2.0  # seconds between two looks at pass requests and the settings file
_HOUSEKEEPING = ("requests", "settings", "watchdog", "prune")


class Service(Protocol):
    """Something that runs beside the scheduler: the web server."""

    def start(self) -> None:
        """Begin; raises a BabelwireError where it cannot."""

    def stop(self) -> None:
        """End."""


class Daemon:
    """The scheduler.

    `reload` reads the settings file again; it raises SettingsError where that is wrong. `serve`
    makes the web server, once it is sure that this is the only daemon; `renew` is called with
    settings that are new. Sources with neither
    interval nor cron expression are left to be run by hand.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        reload: Callable[[], Settings],
        serve: Callable[[], Service] | None = None,
        renew: Callable[[Settings], None] = lambda _: None,
        step_limit: float = STEP_LIMIT,
    ) -> None:
        self._settings = settings
        self._store = store
        self._reload = reload
        self._serve = serve
        self._renew = renew
        self._clock = Clock()
        self._over = Event()
        self._hangup = Event()
        self._step_limit = step_limit
        self._steps = Steps(step_limit)
        self._publisher = Publisher(self._finish)
        self._written = _stamp(settings)
        self._monitor = livestate.Monitor(settings.state_dir)
        self._client = Client(settings.fetch)
        self._desk = Desk(settings, store, client=self._client, watch=self._steps.step)
        self.stuck = False
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={
                "default": ThreadPoolExecutor(settings.fetch.concurrency),
                "house": ThreadPoolExecutor(len(_HOUSEKEEPING)),
            },
            # A time that was missed, because the machine slept or was busy, is made up for once.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def run(self) -> bool:
        """Work until SIGTERM or SIGINT, or until `stop` is called.

        Returns False where steps had to be abandoned: their threads may still run, and the process
        should end without waiting for them.

        Raises:
            BabelwireError: no source has a schedule, another daemon works on this state directory,
                or the web server cannot start.
        """
        self._must_have_work(self._settings)
        share_arenas()
        with ExitStack() as held:
            held.enter_context(daemons_own(self._settings.state_dir))
            held.callback(self._monitor.close)
            if self._serve is not None:
                service = self._serve()
                service.start()
                held.callback(service.stop)
            for number, handler in self._handlers().items():
                held.callback(signal.signal, number, signal.signal(number, handler))
            self._publisher.start()
            self._store.pass_requests.restart()
            self._keep_house()
            self._schedule()
            self._scheduler.start()
            notify("READY=1")
            while not self._over.wait(_LOOK):
                if jump := self._clock.jump():
                    self._set_right(jump)
            return self._end()

    def stop(self) -> None:
        """End `run`, after the steps that are under way. Thread-safe."""
        self._over.set()

    # ---- beginning and ending

    def _must_have_work(self, settings: Settings) -> None:
        if not any(trigger(one) for one in settings.sources.values()):
            raise BabelwireError(
                str(settings.path),
                "no source has a schedule",
                'give one `every = "30m"`, or run passes by hand with `babelwire run`',
            )

    def _handlers(self) -> dict[int, Callable[[int, FrameType | None], None]]:
        def end(number: int, _frame: FrameType | None) -> None:
            log.info("%s: stopping", signal.Signals(number).name)
            self.stop()

        def hang_up(_number: int, _frame: FrameType | None) -> None:
            self._hangup.set()

        return {signal.SIGTERM: end, signal.SIGINT: end, signal.SIGHUP: hang_up}

    def _end(self) -> bool:
        notify("STOPPING=1")
        self._desk.stop()
        self._client.stop()
        self._scheduler.remove_all_jobs()
        self._scheduler.shutdown(wait=False)
        deadline = monotonic() + GRACE
        published = self._publisher.end(GRACE)
        while (left := self._steps.under_way()) and monotonic() < deadline:
            sleep(0.05)
        for name in left:
            log.warning("abandoned after %d s: %s", GRACE, name)
        if not left:
            self._client.close()
        log.info("stopped")
        return not left and published

    # ---- scheduling

    def _schedule(self) -> None:
        """One job for each source that has a schedule, and none for any other."""
        now = datetime.now(UTC)
        scheduled = 0
        for job in self._scheduler.get_jobs():
            if job.id not in _HOUSEKEEPING:
                job.remove()
        for source in self._settings.sources.values():
            times = trigger(source)
            if times is None:
                continue
            scheduled += 1
            options = {}
            due = self._store.sources.state(source.id).due_at
            first = first_time(source, due, now)
            if source.cron and due is None:
                self._store.sources.schedule(source.id, next_time(source, now), None)
            if first is not None:
                options["next_run_time"] = first
            self._scheduler.add_job(
                self._visit, times, args=[source.id], id=source.id, name=source.id, **options
            )
        log.info("%d sources scheduled", scheduled)

    def _keep_house(self) -> None:
        for name, work in (("requests", self._requested), ("settings", self._look_at_settings)):
            self._scheduler.add_job(
                work, "interval", seconds=_LOOK, id=name, name=name, executor="house"
            )
        pause = min(60.0, (watchdog_seconds() or 120.0) / 2, self._step_limit / 2)
        self._scheduler.add_job(
            self._watch, "interval", seconds=pause, id="watchdog", name="watchdog", executor="house"
        )
        self._scheduler.add_job(
            self._prune,
            "interval",
            days=1,
            next_run_time=datetime.now(UTC) + _FIRST_PRUNE,
            id="prune",
            name="prune",
            executor="house",
        )
        self._scheduler.add_listener(self._went_wrong, EVENT_JOB_ERROR)

    def _went_wrong(self, event: JobExecutionEvent) -> None:
        # A visit reports what fails inside it; this is one that could not be made at all. The job
        # stays scheduled.
        said = event.exception
        if not isinstance(said, BabelwireError):
            said = f"unexpected {type(said).__name__}: {said}\n{event.traceback}"
        log.error("%s", said, extra={"source": event.job_id})

    def _set_right(self, jump: float) -> None:
        """The clock was set, or the machine slept: whatever waits for a moment that the clock has
        gone away from gets a new one."""
        log.warning("the clock went %+.0f s all at once: the times are set anew", jump)
        now = datetime.now(UTC)
        for name in _HOUSEKEEPING:
            wait = _FIRST_PRUNE if name == "prune" else timedelta()
            self._scheduler.modify_job(name, next_run_time=now + wait)
        self._schedule()

    # ---- the jobs

    def _visit(self, name: str, left: int = 0) -> None:
        """Visit a source, or go on with the pages a visit has `left`; what it brought is translated
        and published by another thread."""
        source = self._settings.sources.get(name)
        if source is None or self._over.is_set():
            return
        collector = Collector(
            self._store,
            self._client,
            self._settings.poll,
            lambda: datetime.now(UTC),
            self._desk.stopping,
            VISIT,
        )
        report = self._desk.visit(source, collector, left=left)
        self._publisher.put(report)
        self._plan(source, report)

    def _plan(self, source: Source, report: Report) -> None:
        """Set the source's next visit: when it is due, or before that, to go on with what is left.

        The database remembers the due time alone.
        """
        now = datetime.now(UTC)
        if source.cron:
            due = next_time(source, now)
            self._store.sources.schedule(source.id, due, None)
        else:
            due = self._store.sources.state(source.id).due_at
        if self._scheduler.get_job(source.id) is None:
            return
        tally = report.sources.get(source.id)
        if tally is not None and tally.left:
            more = now + timedelta(seconds=max(tally.wait, _AGAIN))
            if due is None or more < due:
                self._scheduler.modify_job(
                    source.id, next_run_time=more, args=[source.id, tally.left]
                )
                return
        self._scheduler.modify_job(source.id, next_run_time=due, args=[source.id])

    def _finish(self, brought: list[Report], names: list[str]) -> Report:
        settings = self._settings
        wanted = dict.fromkeys(names or settings.sources)
        known = [name for name in wanted if name in settings.sources]
        report = self._desk.begin([settings.sources[name] for name in known])
        for one in brought:
            report.merge(one)
        return self._desk.finish(report, known)

    def _requested(self) -> None:
        """Make the pass that somebody asked for by hand, if there is one."""
        request = self._store.pass_requests.take(datetime.now(UTC))
        if request is None:
            return
        desk = Desk(
            self._settings,
            self._store,
            Spoken(lambda words: self._store.pass_requests.note(request.id, words)),
            client=self._client,
            partner=self._desk,
            watch=self._steps.step,
        )
        number = None
        try:
            report = desk.run(request.sources, force=request.force)
            number = report.number
            log_report(report)
        except BabelwireError as error:
            self._store.pass_requests.note(request.id, str(error))
            raise
        finally:
            self._store.pass_requests.finish(request.id, number, datetime.now(UTC))

    def _look_at_settings(self) -> None:
        """Take new settings where the file has changed, or where a signal said so."""
        self._monitor.show(self._desk.loaded(), self._steps.under_way(), self._publisher.waiting())
        asked = self._hangup.is_set()
        self._hangup.clear()
        written = _stamp(self._settings)
        if not asked and written == self._written:
            return
        self._written = written
        try:
            settings = self._reload()
            self._must_have_work(settings)
        except SettingsError as error:
            log.error("the new settings are wrong, the old ones stay:\n%s", error)
            return
        except BabelwireError as error:
            log.error("%s — the old settings stay", error)
            return
        if settings.state_dir != self._settings.state_dir:
            log.error("state_dir cannot change while the daemon runs: the old settings stay")
            return
        self._forget_intervals(settings)
        self._settings = settings
        # What is known of hosts stays: a reload is no reason to ask one sooner.
        self._client = Client(settings.fetch, forerunner=self._client)
        self._desk = Desk(
            settings,
            self._store,
            client=self._client,
            partner=self._desk,
            watch=self._steps.step,
        )
        self._schedule()
        self._renew(settings)
        log.info("settings read again")

    def _forget_intervals(self, settings: Settings) -> None:
        """What was learnt of how often a source changes counts no more where its `every` is new."""
        for name, source in settings.sources.items():
            old = self._settings.sources.get(name)
            if old is not None and old.every != source.every:
                due = self._store.sources.state(name).due_at
                self._store.sources.schedule(name, due, None)

    def _prune(self) -> None:
        if self._clock.is_set():
            return  # perhaps to a wrong time: it may be right again in a while
        pruned = prune(self._settings, self._store, datetime.now(UTC))
        log.info("pruned %s", asdict(pruned))

    def _watch(self) -> None:
        give_back()
        for name, seconds in self._steps.cut_off():
            log.error("cut off, for it did not get on for %.0f s: %s", seconds, name)
        if stuck := self._steps.stuck():
            # Code in C that does not return: only a new process helps, and the state is whole.
            log.critical("cannot be cut off, so the daemon ends: %s", ", ".join(stuck))
            self.stuck = True
            self.stop()
            return
        notify("WATCHDOG=1")


def _stamp(settings: Settings) -> list[tuple[int, int] | None]:
    """What tells that the settings or a glossary were written: see `_written`."""
    glossaries = chain.from_iterable(settings.glossary_files.values())
    return [_written(path) for path in (settings.path, *glossaries)]


def _written(path: Path) -> tuple[int, int] | None:
    """A file's time and size. None while it is away."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size
