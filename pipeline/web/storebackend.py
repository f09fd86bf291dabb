"""The `Backend` of the pages that reads from the store.

Takes a Store, the feeds and sources of the settings, and `Triggers`; returns the values defined in
`backend`. Raises BabelwireError for a pass over an unknown source, or if too many passes wait.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from urllib.parse import urlsplit

from pipeline.article import FeedSpec, Source
from pipeline.compute import ComputeState
from pipeline.desk import decisions, silence
from pipeline.desk.waiting import Waiting
from pipeline.errors import BabelwireError
from pipeline.store import Hit, PassRecord, Published, Store
from pipeline.syndicate import formats_of, opml
from pipeline.syndicate.pages import ArticleView, article_view
from pipeline.web.backend import Channel, Headline, Pass, SourceHealth, Status
from pipeline.web.triggers import Triggers

PAGE_SIZE = 25
_LATEST = 5
_LAST_PAGE = 200
_DAYS = 14
_SNIPPET = 240


def _now() -> datetime:
    return datetime.now(UTC)


class StoreBackend:
    """See `Backend`. `models` returns the names of the installed packages, `lacking` which articles
    wait for another one, `compute` what workers do.

    `triggers` runs the triggered passes, and may outlive this backend; None: passes cannot be
    triggered. `running` returns whether the pass with a number is running.
    """

    def __init__(
        self,
        store: Store,
        feeds: Sequence[FeedSpec],
        sources: Mapping[str, Source],
        *,
        triggers: Triggers | None = None,
        models: Callable[[], Sequence[str]] = tuple,
        running: Callable[[int], bool] = lambda _: False,
        lacking: Callable[[], Sequence[Waiting]] = tuple,
        compute: Callable[[], ComputeState | None] = lambda: None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._store = store
        self._feeds = {feed.id: feed for feed in feeds}
        self._sources = sources
        self._triggers = triggers
        self._models = models
        self._running = running
        self._lacking = lacking
        self._compute = compute
        self._clock = clock

    def feeds(self) -> Sequence[Channel]:
        """Every feed in every language, with its latest entries."""
        return [
            self._channel(feed, language, self._newest(feed, language, 0, _LATEST))
            for feed in self._feeds.values()
            for language in feed.languages
        ]

    def entries(self, feed: str, language: str, page: int) -> tuple[Channel, bool] | None:
        """One page of the entries of a feed, and whether another follows."""
        spec = self._feeds.get(feed)
        if spec is None or language not in spec.languages or not 1 <= page <= _LAST_PAGE:
            return None
        found = self._newest(spec, language, (page - 1) * PAGE_SIZE, PAGE_SIZE + 1)
        if not found and page > 1:
            return None
        more = len(found) > PAGE_SIZE and page < _LAST_PAGE
        return self._channel(spec, language, found[:PAGE_SIZE]), more

    def article(self, article: str, language: str) -> ArticleView | None:
        """The article in a language, if any feed has that language."""
        found = self._store.browsing.article(article, language)
        if found is None or language not in self.languages():
            return None
        shown = self.languages()
        languages = [x for x in self._store.browsing.languages(article) if x in shown]
        return article_view(decisions.to_entry(found, self._sources), article, languages)

    def search(self, query: str, language: str, page: int) -> tuple[Sequence[Headline], bool]:
        """One page of the articles with all words of `query`, in the languages of the feeds."""
        shown = self.languages()
        wanted = [language] if language in shown else [] if language else shown
        if not wanted or not 1 <= page <= _LAST_PAGE:
            return (), False
        found = self._store.search.find(
            query, wanted, PAGE_SIZE + 1, tuple(self._sources), (page - 1) * PAGE_SIZE
        )
        more = len(found) > PAGE_SIZE and page < _LAST_PAGE
        return [
            Headline(
                article=hit.article,
                language=hit.language,
                title=hit.title,
                snippet=hit.snippet,
                published=hit.dated,
                source=self._title(hit),
                by_machine=hit.by_machine,
            )
            for hit in found[:PAGE_SIZE]
        ], more

    def subscriptions(self, root: str, language: str) -> bytes | None:
        """All feeds as OPML, or those in `language`; None: there are none."""
        if language and language not in self.languages():
            return None
        feeds = [replace(feed, base_url=feed.base_url or root) for feed in self._feeds.values()]
        return opml(feeds, language)

    def languages(self) -> Sequence[str]:
        """The languages of all feeds, without duplicates."""
        return list(dict.fromkeys(code for feed in self._feeds.values() for code in feed.languages))

    def _title(self, hit: Hit) -> str:
        source = self._sources.get(hit.source)
        return (source.title if source else "") or hit.site or urlsplit(hit.url).hostname or ""

    def status(self) -> Status:
        """The figures of the status page."""
        counts = self._store.references.counts()
        passes = [self._pass(run) for run in self._store.passes.latest(20)]
        waiting = self._triggers.unfinished() if self._triggers else ()
        return Status(
            sources=tuple(self._health(one, counts) for one in self._sources.values()),
            articles=self._store.articles.count(),
            languages=dict(sorted(self._store.translations.counts().items())),
            memory=self._store.memory.count(),
            untranslated=len(self._store.translations.failures()),
            per_day=self._per_day(),
            passes=tuple(chain(waiting, passes)),
            models=tuple(self._models()),
            compute=self._compute(),
        )

    def lacking(self) -> Sequence[Waiting]:
        """Which articles wait for which model."""
        return self._lacking()

    def ready(self) -> bool:
        """Whether the store answers."""
        try:
            self._store.passes.latest(1)
        except BabelwireError:
            return False
        return True

    def trigger(self, sources: Sequence[str]) -> Pass:
        """Queue a pass, which runs in the background."""
        if self._triggers is None:
            raise BabelwireError("run", "passes cannot be triggered here")
        for name in sources:
            if name not in self._sources:
                raise BabelwireError(name, "there is no such source", "see the status page")
        return self._triggers.take(sources)

    def run(self, run: str) -> Pass | None:
        """The pass with the id that `trigger` returned, or with this number; else None."""
        triggered = self._triggers.find(run) if self._triggers else None
        if triggered is not None:
            return triggered
        if not (run.isascii() and run.isdigit() and len(run) < 16):
            return None
        found = self._store.passes.get(int(run))
        return self._pass(found) if found else None

    def _newest(self, feed: FeedSpec, language: str, skip: int, limit: int) -> list[Published]:
        newest = self._store.translations.newest
        found = newest(language, feed.sources, skip + limit, once=feed.once, feed=feed.id)
        return found[skip:]

    def _channel(self, feed: FeedSpec, language: str, found: Sequence[Published]) -> Channel:
        return Channel(
            feed=feed.id,
            language=language,
            title=feed.titles.get(language) or feed.title or feed.id,
            description=feed.descriptions.get(language) or feed.description,
            formats=tuple(form.suffix for form in formats_of(feed)),
            languages=feed.languages,
            total=self._store.archives.total(feed.id, language, feed.sources),
            latest=tuple(self._headline(one) for one in found),
        )

    def _headline(self, one: Published) -> Headline:
        entry = decisions.to_entry(one, self._sources)
        return Headline(
            article=one.id,
            language=entry.language,
            title=entry.title or entry.original_title,
            snippet=_shortened(entry.summary),
            published=entry.published,
            source=entry.source_title,
            by_machine=entry.by_machine,
        )

    def _health(self, source: Source, counts: Mapping[tuple[str, str], int]) -> SourceHealth:
        state = self._store.sources.state(source.id)
        rhythm = silence.rhythm_of(self._store, source.id, state.last_success)
        return SourceHealth(
            id=source.id,
            title=source.title or source.id,
            every=source.every or 0,
            cron=source.cron or "",
            last_run=state.last_run,
            last_success=state.last_success,
            failures=state.failures,
            error=state.error or "",
            pages={kind: n for (name, kind), n in sorted(counts.items()) if name == source.id},
            newest=rhythm.newest,
            silent=rhythm.silent,
        )

    def _pass(self, run: PassRecord) -> Pass:
        report = run.report or {}
        ended = "failed" if run.exit_code else "done"
        ended = ended if run.complete else "unfinished"
        running = run.finished is None and self._running(run.id)
        return Pass(
            id=str(run.id),
            state="running" if running else ended,
            sources=run.sources,
            started=run.started,
            finished=run.finished,
            seconds=report.get("seconds", {}),
            words=report.get("words", 0),
            failures=tuple(
                f"{one.get('thing')}: {one.get('reason')}" for one in report.get("failures", ())
            ),
        )

    def _per_day(self) -> dict[str, Mapping[str, int]]:
        """Articles per day and language for the last 14 days, including days without any."""
        today = self._clock().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        days = [today - timedelta(days=back) for back in range(_DAYS - 1, -1, -1)]
        found = self._store.browsing.per_day(days[0])
        return {day.date().isoformat(): found.get(day.date().isoformat(), {}) for day in days}


def _shortened(text: str) -> str:
    """At most 240 characters, cut at a word."""
    if len(text) <= _SNIPPET:
        return text
    cut = text[:_SNIPPET]
    return (cut.rsplit(" ", 1)[0] or cut).rstrip() + "…"
