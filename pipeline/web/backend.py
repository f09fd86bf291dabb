"""What the pages need to know, as a protocol, and the values they show.

In come identifiers, out come frozen values; how they are kept is the implementation's. Pages are
written and tested against this, never against a database. What does not exist is None or empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from pipeline.syndicate.pages import ArticleView


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """An article in one language, as a list shows it. `snippet` is plain text."""

    article: str
    language: str
    title: str
    snippet: str
    published: datetime
    source: str
    by_machine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed in one language. `formats` are the suffixes it is published in, `total` its entries
    in the store, `latest` its newest ones, newest first."""

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
        """When its newest entry appeared."""
        return self.latest[0].published if self.latest else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """A source, as the operator sees it: asked every `every` seconds, or by its crontab `cron`, or
    (neither) by hand. `pages` counts its references by state."""

    id: str
    title: str
    every: float = 0
    cron: str = ""
    last_run: datetime | None
    last_success: datetime | None
    failures: int
    error: str
    pages: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """A pass of the pipeline. `id` is the pass's number, or the name given to one that waits.

    `state` is "waiting", "running", "done" or "failed"; `said` is the last word on how one that
    runs is getting on ("Translating to pt: 1,200 words"); `seconds` are by stage.
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
    """The whole desk at a glance. `per_day` counts articles by ISO date, oldest first, and within a
    day by the languages they are there in; `untranslated` are translations that could not be
    made; `models` package names."""

    sources: tuple[SourceHealth, ...] = ()
    articles: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)
    memory: int = 0
    untranslated: int = 0
    per_day: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    passes: tuple[Pass, ...] = ()
    models: tuple[str, ...] = ()


class Backend(Protocol):
    """Everything the pages ask. Methods may block; they are called off the event loop.

    Each raises StoreError where what it needs cannot be read.
    """

    def feeds(self) -> Sequence[Channel]:
        """Every feed in every language, with its latest entries."""

    def entries(self, feed: str, language: str, page: int) -> tuple[Channel, bool] | None:
        """One page (from 1) of a feed's entries as its `latest`, and whether another follows."""

    def article(self, article: str, language: str) -> ArticleView | None:
        """An article in a language."""

    def search(self, query: str, language: str, page: int) -> tuple[Sequence[Headline], bool]:
        """One page (from 1) of the articles whose title or text holds all words of `query`, best
        first, and whether another follows; language "": any."""

    def subscriptions(self, root: str, language: str) -> bytes | None:
        """All feeds as OPML, or those in `language`; addresses are under `root` where the settings
        name no public one. None: nothing is published in that language."""

    def languages(self) -> Sequence[str]:
        """The languages that feeds are published in."""

    def status(self) -> Status:
        """Sources, articles, passes."""

    def ready(self) -> bool:
        """Whether the store answers."""

    def trigger(self, sources: Sequence[str]) -> Pass:
        """Have a pass run over `sources` (none: all); raises BabelwireError for an unknown one."""

    def run(self, run: str) -> Pass | None:
        """A pass by the id `trigger` gave, or by its number."""
