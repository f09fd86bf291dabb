"""The `Backend` of the pages that reads from the store.

Takes a Store, the feeds and sources of the settings, and `Triggers`; returns the values defined in
`backend`. Raises BabelwireError for a pass over an unknown source, or if too many passes wait.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.article import FeedSpec, Source
from pipeline.compute import ComputeState
from pipeline.desk import decisions, silence
from pipeline.desk.cataloguing import left_out, record
from pipeline.desk.previewing import Wanted
from pipeline.desk.waiting import Waiting
from pipeline.editions import by_language, edition_of
from pipeline.errors import BabelwireError
from pipeline.store import STATES, Asked, Key, PassRecord, Published, SourceState, Store
from pipeline.syndicate import images, opml
from pipeline.syndicate.pages import (
    LATEST,
    ArticleView,
    Channel,
    Headline,
    article_view,
    channel,
    headline,
)
from pipeline.web import sourcedetails
from pipeline.web.backend import LAST_PAGE, Pass, Query, SourceHealth, SourceView, Status
from pipeline.web.triggers import Triggers

PAGE_SIZE = 25
_DAYS = 14
_PASSES = 20
_STATES = sorted(STATES)
_UNVISITED = SourceState()


def _now() -> datetime:
    return datetime.now(UTC)


class StoreBackend:
    """See `Backend`. `models` returns the names of the installed packages, `lacking` which articles
    wait for another one, `compute` what workers do.

    `triggers` runs the triggered passes, and may outlive this backend; None: passes cannot be
    triggered. `running` returns whether the pass with a number is running. `previews` makes
    previews (`Previewer.preview`); None: nobody can have one. `confined`: articles of other
    sources than these are not shown, even to who knows their ids. `image_base` is the public
    address that images known to the image cache are below; "": they stay where they are.
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
        previews: Callable[[Wanted], dict[str, Any]] | None = None,
        confined: bool = False,
        image_base: str = "",
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._store = store
        self._confined = confined
        self._image_base = image_base
        self._feeds = {feed.id: feed for feed in feeds}
        self._sources = sources
        self._triggers = triggers
        self._models = models
        self._running = running
        self._lacking = lacking
        self._compute = compute
        self._previews = previews
        self._clock = clock

    def feeds(self) -> Sequence[Channel]:
        """Every feed in every language, with its latest entries."""
        shown = [(feed, code) for feed in self._feeds.values() for code in feed.languages]
        asked = [Asked.of(feed, language) for feed, language in shown]
        latest = self._store.translations.listed(asked, LATEST, whole=False)
        totals = self._store.archives.totals(asked)
        return [
            self._channel(feed, language, found, total)
            for (feed, language), found, total in zip(shown, latest, totals, strict=True)
        ]

    def entries(self, feed: str, language: str, before: str = "") -> tuple[Channel, str] | None:
        """One page of the entries of a feed, and the key of the next page."""
        spec, key = self._feeds.get(feed), Key.read(before) if before else None
        if spec is None or language not in spec.languages or (before and key is None):
            return None
        asked = [Asked.of(spec, language)]
        listed = self._store.translations.listed
        [found] = listed(asked, PAGE_SIZE + 1, key, whole=False)
        if not found and before:
            return None
        older = str(found[PAGE_SIZE - 1].key) if len(found) > PAGE_SIZE else ""
        [total] = self._store.archives.totals(asked)
        return self._channel(spec, language, found[:PAGE_SIZE], total), older

    def article(self, article: str, language: str) -> ArticleView | None:
        """The article in a language, if any feed has that language."""
        found = self._store.browsing.article(article, language)
        if found is None or language not in self.languages():
            return None
        if self._confined and not self._store.browsing.appears(article, tuple(self._sources)):
            return None
        shown = self.languages()
        languages = [x for x in self._store.browsing.languages(article) if x in shown]
        entry = decisions.to_entry(found, self._sources)
        if self._image_base:
            entry, _ = images.pointed(entry, self._image_base, self._store.images.shown(article))
        return article_view(entry, article, languages, found.source, tuple(self._feeds.values()))

    def search(self, query: str, language: str, page: int) -> tuple[Sequence[Headline], bool, int]:
        """One page of the articles with all words of `query`, in the languages of the feeds."""
        shown = self.languages()
        wanted = [language] if language in shown else [] if language else shown
        if not wanted or not 1 <= page <= LAST_PAGE:
            return (), False, 0
        editions = {
            edition_of(feed, code): code
            for feed in self._feeds.values()
            for code in feed.languages
            if code in wanted
        }
        found, total = self._store.search.find(
            query, list(editions), PAGE_SIZE + 1, tuple(self._sources), (page - 1) * PAGE_SIZE
        )
        more = len(found) > PAGE_SIZE and page < LAST_PAGE
        listed = [
            Headline(
                article=hit.article,
                language=editions[hit.language],
                title=hit.title,
                snippet=hit.snippet,
                published=hit.dated,
                source=decisions.source_title(self._sources.get(hit.source), hit.site, hit.url),
            )
            for hit in found[:PAGE_SIZE]
        ]
        return listed, more, total

    def subscriptions(self, root: str, language: str) -> bytes | None:
        """All feeds as OPML, or those in `language`; None: there are none."""
        if language and language not in self.languages():
            return None
        feeds = [replace(feed, base_url=feed.base_url or root) for feed in self._feeds.values()]
        return opml(feeds, language)

    def languages(self) -> Sequence[str]:
        """The languages of all feeds, without duplicates."""
        return list(dict.fromkeys(code for feed in self._feeds.values() for code in feed.languages))

    def status(self) -> Status:
        """The figures of the status page."""
        articles = self._store.articles.counts()
        failures = self._store.translations.failures()
        return Status(
            sources=self._healths(self._sources.values(), self._store.sources.states(), articles),
            articles=sum(articles.values()),
            others=sum(n for source, n in articles.items() if source not in self._sources),
            languages=dict(sorted(by_language(self._store.translations.counts()).items())),
            memory=self._store.memory.count(),
            untranslated=sum(not one.held_back for one in failures),
            held=sum(one.held_back for one in failures),
            per_day=self._per_day(),
            passes=tuple(self.passes()),
            models=tuple(self._models()),
            compute=self._compute(),
        )

    def passes(self) -> Sequence[Pass]:
        """The passes that wait, then the latest ones."""
        waiting = self._triggers.unfinished() if self._triggers else ()
        return [*waiting, *(self._pass(run) for run in self._store.passes.latest(_PASSES))]

    def source(self, source: str, state: str, page: int) -> SourceView | None:
        """A source with one page of its entries in a state; None: there is no such."""
        known = self._sources.get(source)
        if known is None or not 1 <= page <= LAST_PAGE:
            return None
        states = {source: self._store.sources.state(source)}
        [health] = self._healths([known], states, self._store.articles.counts())
        return sourcedetails.view(self._store, health, state, page, self._pass)

    def retry(self, source: str) -> tuple[int, Pass]:
        """As `babelwire retry SOURCE`, but for failed segments, which are of no source."""
        if self._triggers is None or source not in self._sources:
            return 0, self.trigger([source])  # which says what is wrong
        number = self._store.references.retry([source])
        self._store.translations.release(sources=[source])
        return number, self.trigger([source])

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

    def announced(self, query: Query) -> tuple[list[dict[str, Any]], bool]:
        """The entries of a query, and whether more follow."""
        found = self._store.catalogue.page(
            query.limit + 1,
            before=query.before,
            sources=query.sources,
            states=query.states,
            language=query.language,
            since=query.since,
        )
        shown = found[: query.limit]
        return [record(one, left_out(self._store, one)) for one in shown], len(found) > len(shown)

    def preview(self, wanted: Wanted) -> dict[str, Any]:
        """The article of a page, of which nothing is stored."""
        if self._previews is None:
            raise BabelwireError("preview", "pages cannot be previewed here")
        return self._previews(wanted)

    def _channel(
        self, feed: FeedSpec, language: str, found: Sequence[Published], total: int
    ) -> Channel:
        latest = [headline(decisions.to_entry(one, self._sources), one.id) for one in found]
        return channel(feed, language, latest, total)

    def _healths(
        self,
        sources: Iterable[Source],
        states: Mapping[str, SourceState],
        articles: Mapping[str, int],
    ) -> tuple[SourceHealth, ...]:
        """The health of these sources, of all of which the store is asked at once."""
        shown = {one.id: (one, states.get(one.id, _UNVISITED)) for one in sources}
        looked = {name: known.last_success for name, (_, known) in shown.items()}
        rhythms = silence.rhythms(self._store, looked)
        counts = self._store.references.counts()
        return tuple(
            SourceHealth(
                id=source.id,
                title=source.title or source.id,
                every=source.every or 0,
                cron=source.cron or "",
                last_success=known.last_success,
                failures=known.failures,
                error=known.error or "",
                pages={
                    state: counts[source.id, state]
                    for state in _STATES
                    if (source.id, state) in counts
                },
                newest=rhythms[source.id].newest,
                silent=rhythms[source.id].silent,
                articles=articles.get(source.id, 0),
            )
            for source, known in shown.values()
        )

    def _pass(self, run: PassRecord) -> Pass:
        ended = "failed" if run.exit_code else "done"
        ended = ended if run.complete else "unfinished"
        running = run.finished is None and self._running(run.id)
        return Pass(
            id=str(run.id),
            state="running" if running else ended,
            sources=run.sources,
            started=run.started,
            finished=run.finished,
            **sourcedetails.said(run.report or {}),
        )

    def _per_day(self) -> dict[str, Mapping[str, int]]:
        """Articles per day and original language for the last 14 days, with days without any."""
        today = self._clock().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        days = [today - timedelta(days=back) for back in range(_DAYS - 1, -1, -1)]
        found = self._store.browsing.per_day(days[0])
        return {day.date().isoformat(): found.get(day.date().isoformat(), {}) for day in days}
