"""The data source of the pages, as a protocol, and the values it returns.

Pages are written and tested against `Backend`, never against a database. Its methods take ids and
return frozen values; what does not exist is None or empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from pipeline.compute import ComputeState
from pipeline.desk.previewing import Wanted
from pipeline.desk.waiting import Waiting
from pipeline.store import Item
from pipeline.syndicate.pages import ArticleView, Channel, Headline


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """The state of a source: visited every `every` seconds, by the crontab expression `cron`, or
    (neither) by hand. `pages` counts its references by state. `newest` is the date of its newest
    article; `silent` says that it has had none for much longer than is usual for it. `articles` are
    those stored of it."""

    id: str
    title: str
    every: float = 0
    cron: str = ""
    last_success: datetime | None
    failures: int
    error: str
    pages: Mapping[str, int] = field(default_factory=dict)
    newest: datetime | None = None
    silent: bool = False
    articles: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Failures of a pass that have their source, stage and reason in common.

    `things` are some of those that failed, `count` is the number of all. `remedies` say what to do.
    """

    source: str
    stage: str
    reason: str
    things: tuple[str, ...]
    count: int
    remedies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """A pass. `id` is its number, or the id given to one that was triggered here.

    `state` is "waiting", "running", "done", "failed", or "unfinished" if it was stopped or killed.
    `said` is the latest progress line of a running one ("Translating to pt: 1,200 words").
    `seconds` are by stage. `problems` are its `failures`, grouped.
    """

    id: str
    state: str
    sources: tuple[str, ...] = ()
    started: datetime | None = None
    finished: datetime | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    words: int = 0
    failures: tuple[str, ...] = ()
    said: str = ""
    problems: tuple[Problem, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The pass as JSON can hold it."""
        return {
            "id": self.id,
            "state": self.state,
            "sources": list(self.sources),
            "started": self.started and self.started.isoformat(),
            "finished": self.finished and self.finished.isoformat(),
            "seconds": dict(self.seconds),
            "words": self.words,
            "said": self.said,
            "failures": list(self.failures),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a pass did for one source. `pages` counts by what became of them."""

    run: str
    state: str
    started: datetime | None
    pages: Mapping[str, int]
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A source for whoever runs the site: its last visits, and one list of its entries.

    `state` is that of the `items`, of which another list follows if there are `more`.
    """

    health: SourceHealth
    visits: tuple[Visit, ...]
    notes: tuple[str, ...]
    due: datetime | None
    state: str
    items: tuple[Item, ...]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The figures of the status page.

    `articles` counts articles, each once; `others` those of sources that the settings do not have
    any more. `languages` counts articles by language they exist in, `memory` segments in the
    translation memory, `untranslated` failed translations, `held` those held back. `per_day` counts
    articles by ISO date, oldest first, and by the language they were written in. `models` are names
    of packages. `compute` is about workers (None: none are used).
    """

    sources: tuple[SourceHealth, ...] = ()
    articles: int = 0
    others: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)
    memory: int = 0
    untranslated: int = 0
    held: int = 0
    per_day: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    passes: tuple[Pass, ...] = ()
    models: tuple[str, ...] = ()
    compute: ComputeState | None = None

    @property
    def ended(self) -> Pass | None:
        """The last pass that has ended; None: none has."""
        return next((one for one in self.passes if one.finished), None)


PAGE_OF_ENTRIES = 25
LAST_PAGE = 200
"""The last page of a list with numbered pages, so that no crawler makes the store count far
back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which entries the API lists: see `store.Catalogue.page`."""

    limit: int = PAGE_OF_ENTRIES
    before: int = 0
    sources: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    language: str = ""
    since: datetime | None = None


class Backend(Protocol):
    """Everything the pages need. Methods may block; they are called off the event loop.

    Each raises StoreError if the store cannot be read.
    """

    def feeds(self) -> Sequence[Channel]:
        """Every feed in every language, with its latest entries."""

    def entries(self, feed: str, language: str, before: str = "") -> tuple[Channel, str] | None:
        """One page of a feed's entries as its `latest`: the first, or the one that begins after
        the key `before`; and the key of the next page ("": there is none)."""

    def article(self, article: str, language: str) -> ArticleView | None:
        """The article in a language, or None."""

    def search(self, query: str, language: str, page: int) -> tuple[Sequence[Headline], bool, int]:
        """One page (from 1) of the articles whose title or text has all words of `query`, best
        first, and whether another follows. `language` "": any.

        Also how many match, no more than one more than are ranked: the newest RANKED.
        """

    def subscriptions(self, root: str, language: str) -> bytes | None:
        """All feeds as OPML, or those in `language` ("": all); None: no feed has that language.

        Addresses are below `root` if the settings have no public address.
        """

    def languages(self) -> Sequence[str]:
        """The languages that feeds are published in."""

    def status(self) -> Status:
        """The figures of the status page."""

    def passes(self) -> Sequence[Pass]:
        """The passes of `Status`: those that wait here, then the latest of the store."""

    def source(self, source: str, state: str, page: int) -> SourceView | None:
        """A source with one page (from 1) of its entries in a state ("": that which needs attention
        first); None: there is no such source or state."""

    def retry(self, source: str) -> tuple[int, Pass]:
        """Let failed pages, and those without an article, be fetched again, and failed translations
        be made again; start a pass over the source. Returns the number of pages, and the pass.

        Raises BabelwireError for an unknown source, or if too many passes wait.
        """

    def lacking(self) -> Sequence[Waiting]:
        """Which articles wait for which model."""

    def ready(self) -> bool:
        """Whether the store answers."""

    def trigger(self, sources: Sequence[str]) -> Pass:
        """Start a pass over `sources` (empty: all), or let it wait.

        Raises BabelwireError for an unknown source, or if too many passes wait.
        """

    def run(self, run: str) -> Pass | None:
        """The pass with the id that `trigger` returned, or with this number; else None."""

    def announced(self, query: Query) -> tuple[list[dict[str, Any]], bool]:
        """The entries of a query as JSON can hold them (`cataloguing.record`), and whether more
        follow."""

    def preview(self, wanted: Wanted) -> dict[str, Any]:
        """The article of a page as JSON can hold it (`previews.as_dict`).

        Raises what `Previewer.preview` raises.
        """
