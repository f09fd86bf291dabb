"""One pass: collect, translate, publish, in this order, whatever fails on the way.

Takes the settings and a store; returns the report of the pass. Failures of single pages, articles
and feeds are in the report; StoreError is raised only if the store cannot be used at all.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from datetime import UTC, datetime
from threading import Event, Lock

from pipeline.article import Article, Source, Translation
from pipeline.config import Settings
from pipeline.desk import decisions, stories, terms
from pipeline.desk.collector import Collector
from pipeline.desk.guard import guard
from pipeline.desk.locks import held
from pipeline.desk.press import Press
from pipeline.desk.progress import NoProgress, Progress, Watch, WatchedProgress, unwatched
from pipeline.desk.report import Report, Stage
from pipeline.desk.waiting import Waiting, waiting
from pipeline.errors import BabelwireError, NoModel, PoorTranslation, StoreError
from pipeline.ingest import Client
from pipeline.store import Store
from pipeline.translate import Models, Translator

log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """Runs passes over a store.

    `clock` returns the present time; tests pass their own. Without a `client`, every pass creates
    one. With a `parent`, this desk stops when that one does and uses its translator, if its options
    are the same. The translator is created when first needed and kept, so that models stay loaded.
    `watch` is called around each step, and is told of its progress.
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
    ) -> None:
        self.settings = settings
        self.store = store
        self.progress = progress or NoProgress()
        self._clock = clock
        self._client = client
        self._watch = watch
        self._translator: Translator | None = None
        self._merging = Lock()
        self.stopping: Event = parent.stopping if parent else Event()
        if parent and _same_translator(parent.settings, settings):
            self._translator = parent.translator()

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
        self._guarded(report, "store", lambda: self.collect(chosen, report, force=force))
        return self.finish(report, only)

    def begin(self, sources: Sequence[Source]) -> Report:
        """Store the start of a pass. Returns its report."""
        report = Report(started=self._clock())
        report.number = self.store.passes.start([source.id for source in sources], report.started)
        return report

    def collect(self, chosen: Sequence[Source], report: Report, *, force: bool = False) -> None:
        """Visit the sources, several at a time.

        Raises:
            StoreError: the database or the state folder cannot be used.
        """
        self.progress.begin("Collecting", len(chosen), "sources")
        with nullcontext(self._client) if self._client else Client(self.settings.fetch) as client:
            collector = Collector(
                self.store, client, self.settings.poll, self._clock, self.stopping
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
        with (
            held(self.settings.state_dir, f"source-{source.id}", self.progress),
            self._watch(f"visit of {source.id}") as on_progress,
        ):
            if left:
                return collector.continue_visit(source, left, on_progress=on_progress)
            return collector.visit(source, force=force, on_progress=on_progress)

    def finish(self, report: Report, only: Sequence[str] = ()) -> Report:
        """Translate and publish the stored articles of these sources (empty: of all).

        Stores the report as that of a finished pass, and returns it.
        """
        with (
            held(self.settings.state_dir, "press", self.progress),
            self._watch("translating and publishing") as on_progress,
        ):
            progress = WatchedProgress(self.progress, on_progress)
            self._guarded(report, "translate", lambda: self._translate(only, report, progress))
            if any(feed.once for feed in self.settings.feeds):
                self._guarded(report, "store", lambda: stories.place(self.store, self._clock()))
            self._guarded(report, "publish", lambda: self._publish(only, report, progress))
            report.interrupted = self.stopping.is_set()
            elapsed = (self._clock() - report.started).total_seconds()
            report.elapsed = max(round(elapsed, 3), 0.0)  # the clock may have been set back
            self.store.passes.finish(
                report.number, report.as_dict(), report.exit_code, self._clock()
            )
        return report

    def choose(self, only: Sequence[str]) -> list[Source]:
        """The sources with these ids (empty: all).

        Raises:
            BabelwireError: there is no source with one of these ids.
        """
        sources = self.settings.sources
        for name in only:
            if name not in sources:
                raise BabelwireError(
                    name, "there is no such source", "see `babelwire sources list`"
                )
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

    def _translate(self, only: Sequence[str], report: Report, progress: Progress) -> None:
        for language, sources in decisions.wanted(self.settings.feeds, only).items():
            terms.refresh(self.store, language, self.settings.glossaries)
            without = self._waiting(language, sources, report)
            number, pending = self.store.translations.pending(language, sources, without)
            if not number:
                continue
            progress.begin(f"Translating to {language}", 0, "words")
            with report.timed("translate"):
                self._translate_into(language, pending, report, progress)
            progress.end()

    def _waiting(self, language: str, sources: Sequence[str], report: Report) -> list[str]:
        """Report which articles wait for a model. Returns the languages they are in.

        Such articles are not even loaded; the next pass asks for a model again.
        """
        pending = self.store.translations.pending_languages(language, sources)
        if self.settings.translate.install_missing:  # the translator installs models
            pending = {code: number for code, number in pending.items() if not code}
        found = waiting(pending, language, self.translator().models) if pending else []
        for one in found:
            report.wait(one)
        codes = [one.source for one in found if one.source]
        self.store.translations.forget_failures(language, codes)
        return codes

    def _translate_into(
        self,
        language: str,
        pending: Iterable[tuple[str, str, Article]],
        report: Report,
        progress: Progress,
    ) -> None:
        failed: dict[str, str] = {}
        try:
            self._translate_each(language, pending, failed, report, progress)
        finally:
            self.store.translations.failed(language, failed, self._clock())

    def _translate_each(
        self,
        language: str,
        pending: Iterable[tuple[str, str, Article]],
        failed: dict[str, str],
        report: Report,
        progress: Progress,
    ) -> None:
        """Translate articles and store the results; add the errors of others to `failed`."""
        # Results are matched to rows by the identity of the article object, which the translator
        # returns as it was given. Addresses may not be unique.
        under_way: dict[int, tuple[str, str, Article]] = {}

        def articles() -> Iterator[Article]:
            for row in pending:
                if self.stopping.is_set():
                    return
                under_way[id(row[2])] = row
                yield row[2]

        def advance(words: int) -> None:
            report.words += words
            progress.advance(words)

        translator, stream = self.translator(), articles()
        while True:
            try:
                for article, result in translator.translate(stream, language, advance):
                    row = under_way.pop(id(article))
                    self._keep(row, result, language, failed, report)
                return
            except BabelwireError:
                raise
            except Exception:
                if not under_way:
                    raise
                log.debug("a window of articles broke the translator", exc_info=True)
            # One of these articles broke the translator. Translated one by one, it stops no other.
            for row in under_way.values():
                article = row[2]
                outcome: Translation | BabelwireError
                try:
                    with guard(article.url, "its translation"):
                        [(_, outcome)] = translator.translate([article], language, advance)
                except StoreError:
                    raise
                except BabelwireError as error:
                    outcome = error
                self._keep(row, outcome, language, failed, report)
            under_way.clear()

    def _keep(
        self,
        row: tuple[str, str, Article],
        result: Translation | BabelwireError,
        language: str,
        failed: dict[str, str],
        report: Report,
    ) -> None:
        """Store the translation of an article and count it in the report, or why there is none."""
        name, digest, article = row
        if isinstance(result, NoModel):
            source = article.language or ""
            report.wait(Waiting(source=source, target=language, articles=1, remedy=result.remedy))
            return
        if isinstance(result, BabelwireError):
            log.info("%s", result, extra={"article": name, "language": language})
            report.fail("translate", result, language=language)
            report.held += isinstance(result, PoorTranslation)
            failed[name] = str(result)
            return
        self.store.translations.keep(name, digest, result, self._clock())
        tally = report.translated if result.by_machine else report.untouched
        tally[language] = tally.get(language, 0) + 1
        report.segments += result.segments
        report.fresh += result.fresh
        report.doubts += result.doubts
        report.failed += result.failed

    def translator(self) -> Translator:
        """The translator, which uses this store's translation memory.

        Raises:
            ModelError: the packages folder cannot be used.
        """
        if self._translator is None:
            options = self.settings.translate
            self._translator = Translator(
                options, self.store.memory, Models.of(options), self.settings.glossaries
            )
        return self._translator

    def loaded(self) -> list[str]:
        """The names of the loaded models; none before the first translation."""
        return self._translator.loaded() if self._translator is not None else []

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
        press = Press(self.settings, self.store, report, self._clock, self.label)
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
    return (one.translate, one.glossaries) == (other.translate, other.glossaries)
