"""The pass itself: gather, translate, publish, in this order, whatever fails on the way."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from threading import Event

from pipeline.article import Article, Page, Source, Validators
from pipeline.config import Settings
from pipeline.desk import decisions
from pipeline.desk.locks import one_pass
from pipeline.desk.press import Press
from pipeline.desk.progress import Progress, Silence
from pipeline.desk.report import Report, SourceReport, Stage
from pipeline.errors import BabelwireError, NotAnArticle, StoreError
from pipeline.extract import extract
from pipeline.ingest import Client, discover, fetch
from pipeline.store import Known, Store
from pipeline.translate import Models, Translator

log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """Runs passes over a store.

    `clock` gives the present moment; tests give their own. The translator is made at the first
    need and kept, so that a daemon's models stay loaded.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        progress: Progress | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self.settings = settings
        self.store = store
        self.progress = progress or Silence()
        self._clock = clock
        self._translator: Translator | None = None
        self._stopping = Event()

    def stop(self) -> None:
        """Ask the pass that runs, and any later one, to end at its next step. Thread-safe."""
        self._stopping.set()

    def run(self, only: Sequence[str] = (), *, force: bool = False) -> Report:
        """One pass over the sources with these ids (none: all of them).

        `force` fetches pages even when their servers say that they have not changed. Whatever
        fails is in the report; nothing else stops for it.

        Raises:
            BabelwireError: no source has such an id.
            StoreError: the database or the state directory cannot be used at all.
        """
        chosen = self._choose(only)
        with one_pass(self.settings.state_dir, self.progress):
            report = Report(started=self._clock())
            report.run = self.store.runs.start([source.id for source in chosen], report.started)
            self._guarded(report, "store", lambda: self._gather(chosen, report, force))
            self._guarded(report, "translate", lambda: self._translate(only, report))
            self._guarded(report, "publish", lambda: self._publish(only, report))
            report.interrupted = self._stopping.is_set()
            self.store.runs.finish(report.run, report.as_dict(), report.exit_code, self._clock())
        return report

    def _choose(self, only: Sequence[str]) -> list[Source]:
        sources = self.settings.sources
        for name in only:
            if name not in sources:
                raise BabelwireError(
                    name, "there is no such source", "see `babelwire sources list`"
                )
        return [source for source in sources.values() if not only or source.id in only]

    def _guarded(self, report: Report, stage: Stage, work: Callable[[], None]) -> None:
        """Do a stage; what stops it as a whole goes into the report, and the next one is done."""
        try:
            work()
        except BabelwireError as error:
            report.fail(stage, error)
        finally:
            self.progress.end()

    # ---- sources → articles

    def _gather(self, chosen: Sequence[Source], report: Report, force: bool) -> None:
        self.progress.begin("Gathering", len(chosen), "sources")
        with Client(self.settings.fetch) as client:
            for source in chosen:
                if self._stopping.is_set():
                    return
                self._visit(source, client, report, force)
                self.progress.advance()

    def _visit(self, source: Source, client: Client, report: Report, force: bool) -> None:
        """Discover a source's references and fetch the pages that are due."""
        tally = report.sources.setdefault(source.id, SourceReport())
        state = self.store.sources.state(source.id)
        try:
            with report.timed("discover"):
                found = discover(source, client, Validators() if force else state.validators)
        except BabelwireError as error:
            log.warning("%s", error, extra={"source": source.id})
            report.fail("discover", error, source=source.id)
            self.store.sources.failed(source.id, str(error), self._clock())
            # What earlier passes could not finish needs no new announcement.
            found = None
        if found is not None:
            for problem in found.problems:
                report.fail("discover", problem, source=source.id)
            tally.announced = len(found.references)
            with report.timed("store"):
                self.store.references.announce(found.references, self._clock())
        with report.timed("store"):
            due = self.store.references.due(source.id, self._clock(), source.limit)
            urls = [one.url for one in found.references] if found is not None else []
            announced = self.store.references.named(source.id, urls)
        again = announced if force else decisions.revisits(source, announced, due)
        taken = {known.id for known in due}
        for known in [*due, *(one for one in again if one.id not in taken)]:
            if self._stopping.is_set():
                return
            self._take(known, source, client, report, tally, force)
        if found is not None:
            self.store.sources.succeeded(source.id, found.validators, self._clock())

    def _take(
        self,
        known: Known,
        source: Source,
        client: Client,
        report: Report,
        tally: SourceReport,
        force: bool,
    ) -> None:
        """Fetch one page and keep the article in it."""
        stage: Stage = "fetch"
        validators = Validators()
        try:
            with report.timed("fetch"):
                page = fetch(known.reference, client, Validators() if force else known.validators)
            if page is None:
                tally.unchanged += 1
                self.store.references.unchanged(known, self._clock())
                return
            tally.fetched += 1
            stage, validators = "extract", page.validators
            with report.timed("extract"):
                article = self._extract(page, source)
            with report.timed("store"):
                article = decisions.with_hints(article, known.reference)
                kept = self.store.articles.keep(known, page, article, article.url, self._clock())
            tally.count(kept.change)
        except NotAnArticle as error:
            tally.rejected += 1
            report.fail("extract", error, source=source.id)
            self.store.references.rejected(known, validators, str(error), self._clock())
        except StoreError:
            raise
        except BabelwireError as error:
            tally.failed += 1
            log.warning("%s", error, extra={"source": source.id})
            report.fail(stage, error, source=source.id)
            self.store.references.failed(
                known, str(error), decisions.retry_at(known.attempts, error, self._clock())
            )

    def _extract(self, page: Page, source: Source) -> Article:
        try:
            return extract(page.content, page.url, charset=page.charset, language=source.language)
        except BabelwireError:
            raise
        except Exception as error:
            log.debug("extraction failed", exc_info=True)
            raise BabelwireError(
                page.url,
                f"the page broke the extractor ({type(error).__name__}: {error})",
                "please report the page",
            ) from error

    # ---- articles → translations

    def _translate(self, only: Sequence[str], report: Report) -> None:
        for language, sources in decisions.wanted(self.settings.feeds, only).items():
            number, pending = self.store.translations.pending(language, sources)
            if not number:
                continue
            self.progress.begin(f"Translating to {language}", 0, "words")
            with report.timed("translate"):
                self._translate_into(language, pending, report)
            self.progress.end()

    def _translate_into(
        self, language: str, pending: Iterable[tuple[str, str, Article]], report: Report
    ) -> None:
        # The translator gives the very article back that it was given: its identity leads to the
        # row it came from, where an address might not.
        waiting: dict[int, tuple[str, str, Article]] = {}

        def articles() -> Iterator[Article]:
            for row in pending:
                if self._stopping.is_set():
                    return
                waiting[id(row[2])] = row
                yield row[2]

        def advance(words: int) -> None:
            report.words += words
            self.progress.advance(words)

        translator = self.translator()
        for article, result in translator.translate(articles(), language, advance):
            name, digest, _ = waiting.pop(id(article))
            if isinstance(result, BabelwireError):
                report.fail("translate", result, language=language)
                self.store.translations.failed(name, language, str(result), self._clock())
                continue
            self.store.translations.keep(name, digest, result, self._clock())
            tally = report.translated if result.by_machine else report.untouched
            tally[language] = tally.get(language, 0) + 1
            report.segments += result.segments
            report.fresh += result.fresh

    def translator(self) -> Translator:
        """The translator over this store's memory.

        Raises:
            ModelError: the packages directory cannot be used.
        """
        if self._translator is None:
            options = self.settings.translate
            models = Models(options.packages_dir)
            models.ensure_embedded()
            self._translator = Translator(options, self.store.memory, models)
        return self._translator

    # ---- translations → feeds

    def _publish(self, only: Sequence[str], report: Report) -> None:
        feeds = [
            feed
            for feed in self.settings.feeds
            if not only or any(source in only for source in feed.sources)
        ]
        self.progress.begin("Publishing", sum(len(feed.languages) for feed in feeds), "feeds")
        press = Press(self.settings, self.store, report, self._clock)
        with report.timed("publish"):
            press.prepare()
            for feed in feeds:
                for language in feed.languages:
                    press.publish(feed, language)
                    self.progress.advance()
            press.announce()
