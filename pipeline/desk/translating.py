"""Translate the articles of a pass: those without a current translation, newest first.

Takes the ids of sources; stores translations, and adds to the report what was done, what failed and
what waits: for a model, or for a better one where too much of an article failed. What waits is not
tried in each pass: it costs a pass a few queries for each language, and ends when what it waits for
has changed. Raises ModelError when the packages folder cannot be used, and StoreError.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event, Lock

from pipeline.article import Article, Translation
from pipeline.compute import LOCAL, Compute
from pipeline.config import Settings
from pipeline.desk import decisions, terms
from pipeline.desk.guard import guard
from pipeline.desk.progress import Progress
from pipeline.desk.report import Report
from pipeline.desk.waiting import Waiting, waiting
from pipeline.editions import has_only_titles, has_originals, language_of
from pipeline.errors import BabelwireError, NoModel, PoorTranslation, StoreError
from pipeline.store import Setback, Store
from pipeline.translate import Models, Translator
from pipeline.translate.fingerprint import fingerprint

log = logging.getLogger(__name__)

_Row = tuple[str, str, Article]  # an article with its id and digest


class SharedTranslator:
    """The translator of desks with the same options: created when first needed, and kept."""

    def __init__(self, settings: Settings, store: Store, compute: Compute = LOCAL) -> None:
        self._compute = compute
        self._settings = settings
        self._store = store
        self._lock = Lock()
        self._translator: Translator | None = None

    def get(self) -> Translator:
        """The translator. Raises ModelError when the packages folder cannot be used."""
        with self._lock:
            if self._translator is None:
                options = self._settings.translate
                self._translator = Translator(
                    options,
                    self._store.memory,
                    Models.of(options),
                    self._settings.glossaries,
                    self._compute.elsewhere,
                )
            return self._translator

    def loaded(self) -> list[str]:
        """The names of the loaded models; none before the first translation."""
        return self._translator.loaded() if self._translator is not None else []


@dataclass(slots=True)
class _Language:
    """The translation of a pass into one language, for an edition.

    `made_by` has the fingerprint of the translator by the language of articles; `failed` collects
    the articles that failed, and why.
    """

    edition: str
    code: str
    made_by: Mapping[str, str]
    failed: dict[str, tuple[Setback, BabelwireError]]


class Translating:
    """Translates for one pass; ends at the next article when `stopping` is set."""

    def __init__(
        self, settings: Settings, store: Store, translators: SharedTranslator, stopping: Event
    ) -> None:
        self._settings = settings
        self._store = store
        self._translators = translators
        self._stopping = stopping

    def run(
        self,
        only: Sequence[str],
        report: Report,
        progress: Progress,
        clock: Callable[[], datetime],
    ) -> None:
        """Translate the stored articles of these sources (empty: of all)."""
        waits: dict[tuple[str, str], int] = {}  # told so far: editions of a language wait for one
        failed: set[tuple[str, str]] = set()
        for edition, sources in decisions.wanted(self._settings.feeds, only).items():
            language = language_of(edition)
            terms.refresh(self._store, edition, self._settings.glossaries)
            self._store.pending.watch(edition)
            pending = self._store.translations.pending_languages(edition, sources)
            without = self._waiting(edition, pending, report, waits)
            made_by = self._fingerprints(language, pending.keys() - {*without, ""})
            number, articles = self._store.translations.pending(edition, sources, without, made_by)
            one = _Language(edition, language, made_by, {})
            if number:
                progress.begin(f"Translating to {language}", 0, "words")
                with report.timed("translate"), self._told(one, report, clock, failed):
                    self._translate(one, articles, report, progress, clock)
                progress.end()
            if held := self._store.translations.held(edition, sources, made_by):
                report.held[language] = max(held, report.held.get(language, 0))
            if (number or pending) and has_originals(edition) and not self._stopping.is_set():
                self._show_originals(edition, sources, clock)

    def _show_originals(
        self, edition: str, sources: Sequence[str], clock: Callable[[], datetime]
    ) -> None:
        """Store the originals of articles that have no translation yet, to be shown meanwhile."""
        for name, digest, article in self._store.originals.missing(edition, sources):
            original = Translation(
                language=edition,
                source_language=article.language or "und",
                title=article.title,
                summary=article.summary,
                html=article.html,
                scope="original",
            )
            self._store.translations.keep(name, digest, original, clock())

    def _waiting(
        self,
        edition: str,
        pending: Mapping[str, int],
        report: Report,
        told: dict[tuple[str, str], int],
    ) -> list[str]:
        """Report which articles wait for a model. Returns the languages they are in.

        Such articles are not even loaded; the next pass asks for a model again.
        """
        if self._settings.translate.install_missing:  # the translator installs models
            pending = {code: number for code, number in pending.items() if not code}
        found = (
            waiting(pending, language_of(edition), self._translators.get().models)
            if pending
            else []
        )
        for one in found:
            pair = one.source, one.target
            if (more := one.articles - told.get(pair, 0)) > 0:
                told[pair] = one.articles
                report.wait(replace(one, articles=more))
        codes = [one.source for one in found if one.source]
        self._store.translations.forget_failures(edition, codes)
        return codes

    def _fingerprints(self, language: str, codes: Iterable[str]) -> dict[str, str]:
        """The translator's fingerprint for articles in each of these languages."""
        found = {code: self._fingerprint(code, language) for code in codes}
        return {code: made_by for code, made_by in found.items() if made_by}

    def _fingerprint(self, source: str, target: str) -> str:
        options, glossaries = self._settings.translate, self._settings.glossaries
        models = self._translators.get().models
        try:
            return fingerprint(models, options, glossaries, source, target)
        except NoModel:  # it will be installed
            return ""

    @contextmanager
    def _told(
        self,
        language: _Language,
        report: Report,
        clock: Callable[[], datetime],
        told: set[tuple[str, str]],
    ) -> Iterator[None]:
        """Store at the end of the block which articles failed in it, and add them to the report.

        `told` are those that are in the report already, for another edition of the language.
        """
        try:
            yield
        finally:
            setbacks = {name: setback for name, (setback, _) in language.failed.items()}
            new = self._store.translations.failed(language.edition, setbacks, clock())
            for name, (_, error) in language.failed.items():
                if isinstance(error, PoorTranslation) or (name, language.code) in told:
                    continue
                told.add((name, language.code))
                report.fail("translate", error, language=language.code, new=name in new)

    def _translate(
        self,
        language: _Language,
        pending: Iterable[_Row],
        report: Report,
        progress: Progress,
        clock: Callable[[], datetime],
    ) -> None:
        """Translate articles and store the results; note the errors of others in `language`."""
        # Results are matched to rows by the identity of the article object, which the translator
        # returns as it was given. Addresses may not be unique.
        under_way: dict[int, tuple[_Row, Article]] = {}

        def articles() -> Iterator[Article]:
            for row in pending:
                if self._stopping.is_set():
                    return
                article = _given(row[2], language.edition)
                under_way[id(article)] = row, article
                yield article

        def advance(words: int) -> None:
            report.words += words
            progress.advance(words)

        translator, stream = self._translators.get(), articles()
        while True:
            try:
                for article, result in translator.translate(stream, language.code, advance):
                    self._keep(under_way.pop(id(article))[0], result, language, report, clock())
                return
            except BabelwireError:
                raise
            except Exception:
                if not under_way:
                    raise
                log.debug("a window of articles broke the translator", exc_info=True)
            # One of these articles broke the translator. Translated one by one, it stops no other.
            for row, article in under_way.values():
                outcome: Translation | BabelwireError
                try:
                    with guard(article.url, "its translation"):
                        [(_, outcome)] = translator.translate([article], language.code, advance)
                except StoreError:
                    raise
                except BabelwireError as error:
                    outcome = error
                self._keep(row, outcome, language, report, clock())
            under_way.clear()

    def _keep(
        self,
        row: _Row,
        result: Translation | BabelwireError,
        language: _Language,
        report: Report,
        now: datetime,
    ) -> None:
        """Store the translation of an article and count it in the report, or why there is none."""
        name, digest, article = row
        source = article.language or ""
        if isinstance(result, NoModel):
            remedy = result.remedy
            report.wait(Waiting(source=source, target=language.code, articles=1, remedy=remedy))
            return
        if isinstance(result, BabelwireError):
            log.info("%s", result, extra={"article": name, "language": language.code})
            held_back = isinstance(result, PoorTranslation)
            # Installed by this pass, if it is not known yet.
            made_by = language.made_by.get(source) or self._fingerprint(source, language.code)
            setback = Setback(
                error=str(result), digest=digest, made_by=made_by if held_back else None
            )
            language.failed[name] = setback, result
            return
        if has_only_titles(language.edition):
            result = replace(
                result,
                summary=article.summary,
                html=article.html,
                scope="title" if result.by_machine else "whole",
            )
        kept = replace(result, language=language.edition)
        self._store.translations.keep(name, digest, kept, now)
        tally = report.translated if result.by_machine else report.untouched
        tally[language.code] = tally.get(language.code, 0) + 1
        report.segments += result.segments
        report.fresh += result.fresh
        report.doubts += result.doubts
        report.failed += result.failed


def _given(article: Article, edition: str) -> Article:
    """What of an article is translated for an edition."""
    if has_only_titles(edition):
        return replace(article, summary="", html="", text="")
    return article
