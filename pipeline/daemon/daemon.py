"""The scheduler: one job per source, and one thread that translates and publishes the results."""

import logging
import signal
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic, sleep
from types import FrameType

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from pipeline.article import Source
from pipeline.config import Settings
from pipeline.daemon.clock import Clock
from pipeline.daemon.computing import Computing
from pipeline.daemon.heap import limit_arenas, release_free_memory
from pipeline.daemon.hubwatch import HubWatch
from pipeline.daemon.notify import notify, watchdog_seconds
from pipeline.daemon.packageswatch import PackagesWatch
from pipeline.daemon.publisher import Publisher
from pipeline.daemon.requested import RequestedPasses
from pipeline.daemon.schedule import Regular, first_time, next_time, resume_time, trigger
from pipeline.daemon.service import MovableService, Service
from pipeline.daemon.settingswatch import SettingsWatch
from pipeline.daemon.steps import Steps
from pipeline.desk import Collector, Desk, Report, livestate, prune
from pipeline.desk.locks import daemon_lock
from pipeline.desk.progress import units
from pipeline.errors import BabelwireError, SettingsError
from pipeline.ingest import Client
from pipeline.store import Store
from pipeline.translate import Translator

log = logging.getLogger(__name__)

# Seconds from the signal until steps that still run are abandoned, which is safe: the store and the
# files are consistent at any moment. The web server takes at most 6 more to end.
GRACE = 13.0
# Seconds without progress after which a step is cut off. Progress is made with each page, each poll
# of a source (at most a dozen sitemaps), each batch of sentences and each feed.
STEP_LIMIT = 1800.0
# Seconds after which a visit fetches no further page. Its articles are published while another
# visit continues, and no source keeps others waiting for hours.
VISIT_LIMIT = 300.0
_CONTINUE_AFTER = 1.0  # seconds between a visit and one that continues it
_FIRST_PRUNE = timedelta(minutes=10)  # after the start, when most sources have been visited
_CHECK_EVERY = 2.0  # seconds between two checks for pass requests and new settings
_PRUNE_EVERY = 86_400.0
_LOST = (
    "{}: was deleted or replaced while the daemon ran, so the daemon ends (exit code 1) — restore "
    "a backup if there is one, and start it again: articles that sources still announce come back "
    "under the same ids"
)
_MAINTENANCE = ("requests", "settings", "watchdog", "hubs", "prune")


class Daemon:
    """The scheduler.

    `reload` reads the settings file again, and raises SettingsError if it is invalid. `serve`
    creates the web server of settings; it is called when this is known to be the only daemon, and
    when the server's address changes. `renew` is called with new settings. Sources with neither an
    interval nor a cron expression are not visited. `step_limit` is after how many seconds without
    progress a step is cut off.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        reload: Callable[[], Settings],
        serve: Callable[[Settings], Service] | None = None,
        renew: Callable[[Settings], None] = lambda _: None,
        step_limit: float = STEP_LIMIT,
    ) -> None:
        self._settings = settings
        self._store = store
        self._reload = reload
        self._service = MovableService(serve)
        self._renew = renew
        self._clock = Clock()
        self._stopping = Event()
        self._step_limit = step_limit
        self._steps = Steps(step_limit)
        self._publisher = Publisher(self._finish)
        self._watch = SettingsWatch(settings)
        self._packages = PackagesWatch(settings)
        self._monitor = livestate.Monitor(settings.state_dir)
        self._client = Client(settings.fetch)
        self._hubs = HubWatch(store)
        self._requested = RequestedPasses(store, self._stopping, self._steps.step)
        self._compute = Computing()
        self._desk = self._new_desk(settings)
        self.stuck = False
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={
                "default": ThreadPoolExecutor(settings.fetch.concurrency),
                "maintenance": ThreadPoolExecutor(len(_MAINTENANCE)),
            },
            # Visits missed because the machine slept or was busy are made up by one visit.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def run(self) -> bool:
        """Run until SIGTERM or SIGINT, or until `stop` is called.

        Returns False if steps had to be abandoned: their threads may still run, and the process
        should end without waiting for them.

        Raises:
            BabelwireError: no source has a schedule, another daemon runs on this state folder, or
                the web server cannot start.
        """
        self._require_schedule(self._settings)
        limit_arenas()
        with ExitStack() as held:
            held.enter_context(daemon_lock(self._settings.state_dir))
            held.callback(self._compute.close)
            self._compute.start(self._settings)
            held.callback(self._monitor.close)
            self._service.start(self._settings)
            held.callback(self._service.stop)
            for number, handler in self._handlers().items():
                held.callback(signal.signal, number, signal.signal(number, handler))
            self._publisher.start()
            self._store.pass_requests.restart()
            self._schedule_maintenance()
            self._schedule()
            self._scheduler.start()
            notify("READY=1")
            while not self._stopping.wait(_CHECK_EVERY):
                if jump := self._clock.jump():
                    self._reschedule_all(jump)
            return self._shut_down()

    def stop(self) -> None:
        """End `run` after the running steps. Thread-safe."""
        self._stopping.set()

    def translator(self) -> Translator:
        """The translator of the present settings. Raises ModelError."""
        return self._desk.translator()

    def _new_desk(self, settings: Settings, parent: Desk | None = None) -> Desk:
        return Desk(
            settings,
            self._store,
            client=self._client,
            parent=parent,
            watch=self._steps.step,
            announce=False,
        )

    # ---- start and stop

    def _require_schedule(self, settings: Settings) -> None:
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
            self._watch.hang_up()

        return {signal.SIGTERM: end, signal.SIGINT: end, signal.SIGHUP: hang_up}

    def _shut_down(self) -> bool:
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
            log.warning("still running after %d s, abandoned: %s", GRACE, name)
        if not left:
            self._client.close()
        log.info("stopped")
        return not left and published

    # ---- scheduling

    def _schedule(self) -> None:
        """Replace the jobs of sources: one for each source that has a schedule."""
        now = datetime.now(UTC)
        scheduled = 0
        for job in self._scheduler.get_jobs():
            if job.id not in _MAINTENANCE:
                job.remove()
        for source in self._settings.sources.values():
            times = trigger(source)
            if times is None:
                continue
            scheduled += 1
            options = {}
            state = self._store.sources.state(source.id)
            due = state.due_at
            first = first_time(source, due, now)
            if source.cron and due is None:
                self._store.sources.schedule(source.id, next_time(source, now), None)
            left = 0
            if state.left and (due is None or resume_time(state.resume_at, now) < due):
                left, first = state.left, resume_time(state.resume_at, now)
            if first is not None:
                options["next_run_time"] = first
            self._scheduler.add_job(
                self._visit, times, args=[source.id, left], id=source.id, name=source.id, **options
            )
        log.info("%d %s scheduled", scheduled, units(scheduled, "sources"))

    def _schedule_maintenance(self) -> None:
        pause = min(60.0, (watchdog_seconds() or 120.0) / 2, self._step_limit / 2)
        for name, work, seconds in (
            ("requests", self._run_requested, _CHECK_EVERY),
            ("settings", self._check_settings, _CHECK_EVERY),
            ("watchdog", self._check_steps, pause),
            ("hubs", self._notify_hubs, _CHECK_EVERY),
        ):
            self._scheduler.add_job(
                work, Regular(seconds), id=name, name=name, executor="maintenance"
            )
        self._scheduler.add_job(
            self._prune,
            Regular(_PRUNE_EVERY),
            next_run_time=datetime.now(UTC) + _FIRST_PRUNE,
            id="prune",
            name="prune",
            executor="maintenance",
        )
        self._scheduler.add_listener(self._log_failure, EVENT_JOB_ERROR)

    def _log_failure(self, event: JobExecutionEvent) -> None:
        # Failures inside a visit are in its report. Here the job itself failed; it stays scheduled.
        error = event.exception
        if not isinstance(error, BabelwireError):
            error = f"unexpected {type(error).__name__}: {error}\n{event.traceback}"
        log.error("%s", error, extra={"source": event.job_id})

    def _reschedule_all(self, jump: float) -> None:
        """Compute all due times again, because the clock was set or the machine slept."""
        log.warning("the clock jumped by %+.0f s: all visits are scheduled again", jump)
        now = datetime.now(UTC)
        for name in _MAINTENANCE:
            wait = _FIRST_PRUNE if name == "prune" else timedelta()
            self._scheduler.modify_job(name, next_run_time=now + wait)
        self._schedule()

    # ---- the jobs

    def _visit(self, name: str, left: int = 0) -> None:
        """Visit a source, or fetch the pages an earlier one has `left`; queue its report."""
        source = self._settings.sources.get(name)
        if source is None or self._stopping.is_set():
            return
        collector = Collector(
            self._store,
            self._client,
            self._settings.poll,
            lambda: datetime.now(UTC),
            self._desk.stopping,
            VISIT_LIMIT,
            self._desk.compute,
        )
        report = self._desk.visit(source, collector, left=left)
        self._publisher.put(report)
        self._plan(source, report)

    def _plan(self, source: Source, report: Report) -> None:
        """Schedule the next visit: when due, or earlier if pages are left. Store the due time."""
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
            more = now + timedelta(seconds=max(tally.wait, _CONTINUE_AFTER))
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
            report.bring(one)
        try:
            return self._desk.finish(report, known)
        finally:
            self._hubs.wake()

    def _run_requested(self) -> None:
        """Make the pass that was requested first, if there is one."""
        self._requested.make_next(self._settings, self._client, self._desk, self._after_requested)

    def _after_requested(self, report: Report) -> None:
        self._hubs.wake()
        # The pass may have found a source that was asked no more.
        for source in filter(None, map(self._settings.sources.get, report.sources)):
            self._plan(source, report)

    def _notify_hubs(self) -> None:
        with self._steps.step("notifying hubs"):
            self._hubs.run(self._settings.feeds)

    def _check_settings(self) -> None:
        """Load the settings again if a file has changed or SIGHUP came; also write the live state.

        Invalid settings are logged, and the old ones stay. Articles may wait for new models.
        """
        if self._store.is_lost():
            log.critical("%s", _LOST.format(self._store.database.name))
            self.stuck = True
            self.stop()
            return
        self._monitor.show(self._desk.loaded(), self._steps.under_way(), self._publisher.waiting())
        self._compute.show(self._desk)
        if self._packages.changed(self._settings):
            self._publisher.look_after_all()
        if not self._watch.changed(self._settings):
            return
        try:
            settings = self._reload()
            self._require_schedule(settings)
        except SettingsError as error:
            log.error("the new settings are invalid, the old ones stay:\n%s", error)
            return
        except BabelwireError as error:
            log.error("%s — the old settings stay", error)
            return
        for name in ("state_dir", "database"):
            if getattr(settings.document, name) != getattr(self._settings.document, name):
                log.error("%s cannot change while the daemon runs: the old settings stay", name)
                return
        if settings.fetch.concurrency != self._settings.fetch.concurrency:
            log.warning("fetch.concurrency takes effect when the daemon is restarted")
        self._forget_intervals(settings)
        self._service.move(settings)
        self._settings = settings
        # The new client takes over what is known of hosts, so that a reload asks none too soon.
        self._client = Client(settings.fetch, previous=self._client)
        self._compute.start(settings)
        self._desk = self._new_desk(settings, self._desk)
        self._compute.keep(self._desk)
        self._schedule()
        self._renew(settings)
        self._hubs.wake()
        log.info("settings read again")

    def _forget_intervals(self, settings: Settings) -> None:
        """Discard the learnt interval of sources whose `every` has changed."""
        for name, source in settings.sources.items():
            old = self._settings.sources.get(name)
            if old is not None and old.every != source.every:
                due = self._store.sources.state(name).due_at
                self._store.sources.schedule(name, due, None)

    def _prune(self) -> None:
        if self._clock.is_set():
            return  # the new time may be wrong: nothing is deleted by it
        with self._steps.step("pruning"):
            pruned = prune(self._settings, self._store, datetime.now(UTC))
        log.info("pruned %s", asdict(pruned))

    def _check_steps(self) -> None:
        release_free_memory()
        for name, seconds in self._steps.cut_off():
            log.error("cut off after %.0f s without progress: %s", seconds, name)
        if stuck := self._steps.stuck():
            # Probably code in C that does not return: only a restart helps, and it is safe.
            log.critical("cannot be cut off, so the daemon ends: %s", ", ".join(stuck))
            self.stuck = True
            self.stop()
            return
        notify("WATCHDOG=1")
