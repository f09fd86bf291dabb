"""The data source of the pages, as a protocol, and the values it returns.

Pages are written and tested against `Backend`, never against a database. Its methods take ids and
return frozen values; what does not exist is None or empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from pipeline.compute import ComputeState
from pipeline.desk.waiting import Waiting
from pipeline.syndicate.pages import ArticleView


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """An article in one language, for lists. `snippet` is plain text."""

    article: str
    language: str
    title: str
    snippet: str
    published: datetime
    source: str
    by_machine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed in one language.

    `formats` are the suffixes of its files, `total` is the number of its articles in the store,
    `latest` are the newest, newest first.
    """

    feed: str
    language: str
    title: str
    description: str
    formats: tuple[str, ...]
    languages: tuple[str, ...]
    total: int = 0
    latest: tuple[Headline, ...] = ()

    @property
    def updated(self) -> datetime | None:
        """The date of its newest entry; None: it has none."""
        return self.latest[0].published if self.latest else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """The state of a source: visited every `every` seconds, by the crontab expression `cron`, or
    (neither) by hand. `pages` counts its references by state. `newest` is the date of its newest
    article; `silent` says that it has had none for much longer than is usual for it."""

    id: str
    title: str
    every: float = 0
    cron: str = ""
    last_run: datetime | None
    last_success: datetime | None
    failures: int
    error: str
    pages: Mapping[str, int] = field(default_factory=dict)
    newest: datetime | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """A pass. `id` is its number, or the id given to one that was triggered here.

    `state` is "waiting", "running", "done", "failed", or "unfinished" if it was stopped or killed.
    `said` is the latest progress line of a running one ("Translating to pt: 1,200 words").
    `seconds` are by stage.
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
class Status:
    """The figures of the status page.

    `languages` counts articles by language, `memory` segments in the translation memory,
    `untranslated` failed translations. `per_day` counts articles by ISO date, oldest first, and by
    language. `models` are names of packages. `compute` is about workers (None: none are used).
    """

    sources: tuple[SourceHealth, ...] = ()
    articles: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)
    memory: int = 0
    untranslated: int = 0
    per_day: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    passes: tuple[Pass, ...] = ()
    models: tuple[str, ...] = ()
    compute: ComputeState | None = None


class Backend(Protocol):
    """Everything the pages need. Methods may block; they are called off the event loop.

    Each raises StoreError if the store cannot be read.
    """

    def feeds(self) -> Sequence[Channel]:
        """Every feed in every language, with its latest entries."""

    def entries(self, feed: str, language: str, page: int) -> tuple[Channel, bool] | None:
        """One page (from 1) of a feed's entries as its `latest`, and whether another follows."""

    def article(self, article: str, language: str) -> ArticleView | None:
        """The article in a language, or None."""

    def search(self, query: str, language: str, page: int) -> tuple[Sequence[Headline], bool]:
        """One page (from 1) of the articles whose title or text has all words of `query`, best
        first, and whether another follows. `language` "": any."""

    def subscriptions(self, root: str, language: str) -> bytes | None:
        """All feeds as OPML, or those in `language` ("": all); None: no feed has that language.

        Addresses are below `root` if the settings have no public address.
        """

    def languages(self) -> Sequence[str]:
        """The languages that feeds are published in."""

    def status(self) -> Status:
        """The figures of the status page."""

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
