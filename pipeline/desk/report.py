"""What a pass did: the report that `run` shows, `status` remembers and scripts read as JSON."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from time import perf_counter
from typing import Any, Literal

from pipeline.errors import BabelwireError

Stage = Literal["discover", "fetch", "extract", "store", "translate", "publish"]

# Failures of one source at one stage that are listed: with the same reason, and in all. The others
# are counted, so that a feed of a thousand dead links is a few lines.
_ALIKE = 3
_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One thing that went wrong.

    `count` is how many articles wait for the same remedy, `others` how many failures like this one,
    of the same source and stage, are not listed.
    """

    stage: Stage
    thing: str
    reason: str
    remedy: str = ""
    source: str = ""
    language: str = ""
    count: int = 1
    others: int = 0

    def __str__(self) -> str:
        message = str(BabelwireError(self.thing, self.reason, self.remedy))
        if self.count > 1:
            message += f" ({self.count} articles wait for it)"
        return f"{message} (and {self.others:,} more like it)" if self.others else message


@dataclass(slots=True, kw_only=True)
class SourceReport:
    """What a pass found at one source, in pages; `notes` are what a person may want to know.

    `left` are pages that wait for another visit, which makes sense in `wait` seconds.
    """

    announced: int = 0
    fetched: int = 0
    unchanged: int = 0
    new: int = 0
    changed: int = 0
    rejected: int = 0
    failed: int = 0
    gone: int = 0
    left: int = 0
    wait: float = 0.0
    notes: list[str] = field(default_factory=list)

    def count(self, change: Literal["new", "changed", "same"]) -> None:
        """Count what keeping an article did."""
        if change == "new":
            self.new += 1
        elif change == "changed":
            self.changed += 1
        else:
            self.unchanged += 1


@dataclass(slots=True, kw_only=True)
class Report:
    """A pass, while it runs and after.

    `seconds` are per stage, summed over the sources that were visited at once; `elapsed` are those
    of the clock. `words` and `segments` are what the translation stage was given to translate
    (source words; distinct segments), `fresh` the segments that a model had to translate, `doubts`
    those whose translation may be wrong all the same, `failed` those of them that stayed in their
    own words, `held` the articles held back because too many did. `written` are paths relative to
    the output directory, `pages` how many pages of articles were written there or taken away.
    """

    started: datetime
    number: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    sources: dict[str, SourceReport] = field(default_factory=dict)
    translated: dict[str, int] = field(default_factory=dict)
    untouched: dict[str, int] = field(default_factory=dict)
    words: int = 0
    segments: int = 0
    fresh: int = 0
    doubts: int = 0
    failed: int = 0
    held: int = 0
    written: list[str] = field(default_factory=list)
    unchanged: int = 0
    pages: int = 0
    failures: list[Failure] = field(default_factory=list)
    interrupted: bool = False
    elapsed: float = 0.0

    @property
    def exit_code(self) -> int:
        """0: all went well; 1: something failed."""
        return 1 if self.failures else 0

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Add the time of the block to the stage's seconds."""
        begin = perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + perf_counter() - begin

    def fail(
        self, stage: Stage, error: BabelwireError, *, source: str = "", language: str = ""
    ) -> None:
        """Add a failure."""
        self._add(
            Failure(
                stage=stage,
                thing=error.thing,
                reason=error.reason,
                remedy=error.remedy,
                source=source,
                language=language,
            )
        )

    def _add(self, new: Failure) -> None:
        """Add a failure: as one more of a listed one of its source with the same cause and remedy,
        by itself, or, where its source has enough listed, to the last of those most like it."""
        alike = of_source = 0
        last = -1
        for number, known in enumerate(self.failures):
            if _cause(known) == _cause(new):
                self.failures[number] = replace(
                    known, count=known.count + new.count, others=known.others + new.others
                )
                return
            if new.source and (known.stage, known.source) == (new.stage, new.source):
                of_source += 1
                same = known.reason == new.reason
                alike += same
                last = number if same or not alike else last
        if alike < _ALIKE and of_source < _LISTED:
            self.failures.append(new)
            return
        known = self.failures[last]
        self.failures[last] = replace(known, others=known.others + new.count + new.others)

    def merge(self, other: "Report") -> None:
        """Add what another report says to this one: of sources visited apart."""
        self.sources |= other.sources
        for stage, seconds in other.seconds.items():
            self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds
        for failure in other.failures:
            self._add(failure)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Report":
        """The report that `as_dict` wrote."""
        values = {key: value for key, value in data.items() if key != "exit_code"}
        values["started"] = datetime.fromisoformat(values["started"])
        values["sources"] = {
            name: SourceReport(**source) for name, source in values["sources"].items()
        }
        values["failures"] = [Failure(**failure) for failure in values["failures"]]
        return cls(**values)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        data = asdict(self)
        data["started"] = self.started.isoformat()
        data["seconds"] = {stage: round(value, 4) for stage, value in self.seconds.items()}
        data["exit_code"] = self.exit_code
        return data


def _cause(failure: Failure) -> tuple[str, ...]:
    """What is equal for failures that are told as one."""
    return failure.stage, failure.source, failure.thing, failure.reason, failure.remedy
