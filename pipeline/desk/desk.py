"""One pass: collect, translate, publish, in this order, whatever fails on the way.

Takes the settings and a store; returns the report of the pass. Failures of single pages, articles
and feeds are in the report; StoreError is raised only if the store cannot be used at all.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, nullcontext, suppress
from datetime import UTC, datetime
from threading import Event, Lock

from pipeline.article import Source
from pipeline.compute import Compute, compute_of
from pipeline.compute import state as computestate
from pipeline.config import Settings
from pipeline.desk import decisions, renaming, stories
from pipeline.desk.collector import Collector
from pipeline.desk.guard import guard
from pipeline.desk.locks import SignOfLife, Stopped, held, pass_sign
from pipeline.desk.press import Press
from pipeline.desk.progress import NoProgress, Progress, Watch, WatchedProgress, unwatched
from pipeline.desk.report import Report, Stage
from pipeline.desk.translating import SharedTranslator, Translating
from pipeline.errors import BabelwireError, StoreError, UsageError
from pipeline.ingest import Client
from pipeline.store import Store
from pipeline.translate import Translator

log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """Runs passes over a store.

    `clock` returns the present time; tests pass their own. Without a `client`, every pass creates
    one. With a `parent`, this desk stops when that one does and uses its translator, if its options
    are the same, and computes where it does. The translator is created when first needed and kept,
    so that models stay loaded; so a folder of packages that cannot be used fails the translation of
    a pass, not the pass.
    `watch` is called around each step, and is told of its progress. With `announce`, a pass
    notifies the hubs of changed feeds.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        progress: Progress | None = None,
        clock: Callable[[], datetime] = _now,
        client: Client | None = None,
        parent: "Desk | None" = None,
        watch: Watch = unwatched,
        *,
        announce: bool = True,
    ) -> None:
        self.settings = settings
        self.store = store
        self.progress = progress or NoProgress()
        self._clock = clock
        self._client = client
        self._watch = watch
        self._announce = announce
        self._merging = Lock()
        self._signs: dict[int, SignOfLife] = {}  # of the running passes
        self._renamed: dict[str, str] = {}
        self.stopping: Event = parent.stopping if parent else Event()
        self.compute: Compute = (
            parent.compute
            if parent and _same_compute(parent.settings, settings)
            else compute_of(settings.compute, settings.translate)
        )
        self._translators: SharedTranslator = (
            parent._translators
            if parent and _same_translator(parent.settings, settings)
            else SharedTranslator(settings, store, self.compute)
        )

    def stop(self) -> None:
        """Let the running pass, and any later one, end at its next step. Thread-safe."""
        self.stopping.set()

    def run(self, only: Sequence[str] = (), *, force: bool = False) -> Report:
        """Run one pass over the sources with these ids (empty: all).

        With `force`, pages are fetched and processed even if they have not changed. Failures are in
        the report; they stop nothing else.

        Raises:
            BabelwireError: there is no source with one of these ids.
            StoreError: the database or the state folder cannot be used at all.
        """
        chosen = self.choose(only)
        report = self.begin(chosen)
        with report.phase("collect"):
            self._guarded(report, "store", lambda: self.collect(chosen, report, force=force))
        return self.finish(report, only)

    def begin(self, sources: Sequence[Source]) -> Report:
        """Store the start of a pass, and show that it runs. Returns its report."""
        self._adopt()
        report = Report(started=self._clock())
        report.number = self.store.passes.start([source.id for source in sources], report.started)
        self._signs[report.number] = pass_sign(self.settings.state_dir, report.number)
        return report

    def collect(self, chosen: Sequence[Source], report: Report, *, force: bool = False) -> None:
        """Visit the sources, several at a time.

        Raises:
            StoreError: the database or the state folder cannot be used.
        """
        self.progress.begin("Collecting", len(chosen), "sources")
        with nullcontext(self._client) if self._client else Client(self.settings.fetch) as client:
            collector = Collector(
                self.store,
                client,
                self.settings.poll,
                self._clock,
                self.stopping,
                compute=self.compute,
            )
            if len(chosen) < 2:
                self._visit_each(chosen, collector, report, force)
                return
            with ThreadPoolExecutor(self.settings.fetch.concurrency, "fetch") as pool:
                # Sources of one host are visited one after the other: its requests are queued.
                visits = [
                    pool.submit(self._visit_each, group, collector, report, force)
                    for group in decisions.by_host(chosen)
                ]
                try:
                    for visit in as_completed(visits):
                        visit.result()
                except BaseException as error:
                    pool.shutdown(wait=False, cancel_futures=True)
                    if isinstance(error, KeyboardInterrupt):
                        self.stop()  # running visits end at their next page
                    raise
        report.sources = {
            one.id: report.sources[one.id] for one in chosen if one.id in report.sources
        }

    def _visit_each(
        self, sources: Sequence[Source], collector: Collector, report: Report, force: bool
    ) -> None:
        """Visit sources one after the other, and merge their reports into `report`."""
        for source in sources:
            brought = Report(started=report.started)
            try:
                with guard(source.url or source.id, "the source"):
                    brought = self.visit(source, collector, force=force)
            except StoreError as error:
                if not error.retry:
                    raise
                brought.fail("store", error)  # locked or full, perhaps only for a while
            except BabelwireError as error:
                brought.fail("discover", error, source=source.id)
            with self._merging:
                report.merge(brought)
                self.progress.advance()

    def visit(
        self,
        source: Source,
        collector: Collector,
        *,
        force: bool = False,
        left: int = 0,
    ) -> Report:
        """Visit one source, holding its lock, unless this desk is stopping.

        With `left`, only fetch that many pages, which an earlier visit has left.
        """
        if self.stopping.is_set():
            return Report(started=self._clock())
        lock = f"source-{source.id}"
        try:
            with (
                held(self.settings.state_dir, lock, self.progress, self.stopping),
                self._watch(f"visit of {source.id}") as on_progress,
            ):
                if left:
                    return collector.continue_visit(source, left, on_progress=on_progress)
                if self.store.sources.state(source.id).last_run is None:
                    self._adopt()
                report = collector.visit(source, force=force, on_progress=on_progress)
                if old := self._renamed.pop(source.id, ""):
                    report.sources[source.id].notes.append(renaming.note(old))
                return report
        except Stopped:
            return Report(started=self._clock())

    def _adopt(self) -> None:
        """Let renamed sources keep what is stored of them; when this desk stops, later."""
        with suppress(Stopped):
            self._renamed |= renaming.adopt(self.settings, self.store, self.progress, self.stopping)

    def finish(self, report: Report, only: Sequence[str] = ()) -> Report:
        """Translate and publish the stored articles of these sources (empty: of all).

        Stores the report as that of a finished pass, and returns it.
        """
        try:
            return self._finish(report, only)
        finally:
            self.show_compute()
            if report.number in self._signs:
                self._signs.pop(report.number).end()

    def _finish(self, report: Report, only: Sequence[str]) -> Report:
        with suppress(Stopped), ExitStack() as locked:
            with report.phase("wait"):
                lock = held(self.settings.state_dir, "press", self.progress, self.stopping)
                locked.enter_context(lock)
            on_progress = locked.enter_context(self._watch("translating and publishing"))
            progress = WatchedProgress(self.progress, on_progress)
            step = Translating(self.settings, self.store, self._translators, self.stopping)
            with report.phase("translate"):
                self._guarded(
                    report, "translate", lambda: step.run(only, report, progress, self._clock)
                )
            with report.phase("publish"):
                if any(feed.once for feed in self.settings.feeds):
                    self._guarded(report, "store", lambda: stories.place(self.store, self._clock()))
                self._guarded(report, "publish", lambda: self._publish(only, report, progress))
        report.interrupted = self.stopping.is_set()
        self._compare(report)
        report.ended()
        self.store.passes.finish(report.number, report.as_dict(), report.exit_code, self._clock())
        return report

    def _compare(self, report: Report) -> None:
        """Mark the failures that the pass before this one had, too."""
        if not report.failures:
            return
        before = self.store.passes.before(report.number)
        if before is not None and before.report:
            report.compare(Report.from_dict(before.report))

    def choose(self, only: Sequence[str]) -> list[Source]:
        """The sources with these ids (empty: all).

        Raises:
            UsageError: there is no source with one of these ids.
        """
        sources = self.settings.sources
        for name in only:
            if name not in sources:
                raise UsageError(name, "there is no such source", "see `babelwire sources list`")
        return [source for source in sources.values() if not only or source.id in only]

    def _guarded(self, report: Report, stage: Stage, work: Callable[[], None]) -> None:
        """Run a stage; an error that ends it goes into the report, so that the next one runs."""
        try:
            with guard(stage, "what it was given"):
                work()
        except BabelwireError as error:
            report.fail(stage, error)
        finally:
            self.progress.end()

    # ---- articles → translations

    def translator(self) -> Translator:
        """The translator, which uses this store's translation memory.

        Raises:
            ModelError: the packages folder cannot be used.
        """
        return self._translators.get()

    def loaded(self) -> list[str]:
        """The names of the loaded models; none before the first translation."""
        return self._translators.loaded()

    def show_compute(self) -> None:
        """Write which workers there are, and what was computed where, for `status`."""
        if (state := self.compute.state()) is not None:
            computestate.show(self.settings.state_dir, state)

    # ---- translations → feeds

    def label(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """Titles and labels in another language; unchanged if they cannot be translated."""
        try:
            return self.translator().texts(texts, source, target)
        except BabelwireError as error:
            log.debug("labels stay untranslated: %s", error, extra={"language": target})
            return list(texts)

    def _publish(self, only: Sequence[str], report: Report, progress: Progress) -> None:
        feeds = [
            feed
            for feed in self.settings.feeds
            if not only or any(source in only for source in feed.sources)
        ]
        progress.begin("Publishing", sum(len(feed.languages) for feed in feeds), "feeds")
        press = Press(
            self.settings, self.store, report, self._clock, self.label, announce=self._announce
        )
        with report.timed("publish"):
            press.prepare()
            for feed in feeds:
                for language in feed.languages:
                    try:
                        with guard(f"{feed.id}/{language}", "an entry"):
                            press.publish(feed, language)
                    except StoreError:
                        raise
                    except BabelwireError as error:
                        report.fail("publish", error, language=language)
                    progress.advance()
            press.finish()


def _same_translator(one: Settings, other: Settings) -> bool:
    return one.glossaries == other.glossaries and _same_compute(one, other)


def _same_compute(one: Settings, other: Settings) -> bool:
    return (one.translate, one.compute) == (other.translate, other.compute)
