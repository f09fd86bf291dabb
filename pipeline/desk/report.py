"""The report of a pass: `run` shows it, the store keeps it, scripts read it as JSON."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from time import perf_counter, process_time, thread_time
from typing import Any, Literal

from pipeline.desk.waiting import Waiting
from pipeline.errors import BabelwireError

Stage = Literal["discover", "fetch", "extract", "store", "translate", "publish", "notify"]
Phase = Literal["collect", "extract", "wait", "translate", "publish"]

OTHER = "other"  # what is in no stage, or in no phase

# How many failures of one source at one stage, or of translations into one language, are listed:
# with the same reason, and in all. Others are only counted, so that a feed with a thousand dead
# links is a few lines.
_ALIKE = 3
_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failure, or several of the same cause.

    `count` is how many articles have exactly this failure. `others` is how many similar failures of
    the same source and stage are not listed. `new`: what failed did not fail like this before.
    """

    stage: Stage
    thing: str
    reason: str
    remedy: str = ""
    source: str = ""
    language: str = ""
    count: int = 1
    others: int = 0
    new: bool = True

    def __str__(self) -> str:
        message = str(BabelwireError(self.thing, self.reason, self.remedy))
        if self.source and self.source != self.thing:
            message = f"{self.source}: {message}"
        if self.count > 1:
            message += f" ({self.count:,} articles wait for it)"
        return f"{message} (and {self.others:,} more like it)" if self.others else message


@dataclass(slots=True, kw_only=True)
class SourceReport:
    """The result of visiting one source, in numbers of pages. `notes` are messages for people.

    `dropped` are those that a rule of the source leaves out. `carried` counts known articles whose
    enclosures the source announces otherwise than before: their pages are not fetched.

    `left` pages wait for another visit, which should be at least `wait` seconds later.
    """

    announced: int = 0
    fetched: int = 0
    unchanged: int = 0
    new: int = 0
    changed: int = 0
    rejected: int = 0
    dropped: int = 0
    carried: int = 0
    failed: int = 0
    gone: int = 0
    left: int = 0
    wait: float = 0.0
    notes: list[str] = field(default_factory=list)

    def count(self, change: Literal["new", "changed", "same"]) -> None:
        """Count a stored article."""
        if change == "new":
            self.new += 1
        elif change == "changed":
            self.changed += 1
        else:
            self.unchanged += 1


@dataclass(frozen=True, slots=True)
class Clocks:
    """What the clocks of this process said when a pass began: seconds, of no epoch."""

    elapsed: float = field(default_factory=perf_counter)
    processor: float = field(default_factory=process_time)


@dataclass(slots=True, kw_only=True)
class Report:
    """The report of a pass, filled while it runs.

    Of time there are three figures, in seconds. `elapsed` is the duration of the pass; `phases`
    divides it, and adds up to it. `seconds` is the time that passed in each stage, summed over
    sources that are visited at the same time, so that it may be more than the duration.
    `processor` is processor time by stage, of all threads; what is in no stage is "other". In a
    daemon, "translate" and "other" have what the process did besides, and the visits are before
    the pass: their time is not in `elapsed`.

    `words` and `segments` count what was to be translated (source words; distinct segments).
    `fresh` counts the segments that a model translated, `doubts` those whose translation may be
    wrong, `failed` those of `doubts` that stayed untranslated. `waiting` says how many articles
    wait for which model, `held` how many are held back from a language because too many of their
    segments failed; neither is a failure. `written` are paths below the output folder, `pages`
    counts the article pages written or removed.
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
    held: dict[str, int] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    unchanged: int = 0
    pages: int = 0
    failures: list[Failure] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    interrupted: bool = False
    elapsed: float = 0.0
    phases: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)
    clocks: Clocks = field(default_factory=Clocks, repr=False, compare=False)

    @property
    def exit_code(self) -> int:
        """0: nothing failed that had not failed before; 1: something new failed."""
        return 1 if any(one.new for one in self.failures) else 0

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Add the time of the block to the stage's seconds, and its processor time.

        Models compute in threads of their own: of "translate" it is the time of the process.
        """
        processor = process_time if stage == "translate" else thread_time
        begin, worked = perf_counter(), processor()
        try:
            yield
        finally:
            _add(self.seconds, stage, perf_counter() - begin)
            _add(self.processor, stage, processor() - worked)

    @contextmanager
    def phase(self, phase: Phase) -> Iterator[None]:
        """Add the time of the block to the phase. Phases follow one another."""
        begin = perf_counter()
        try:
            yield
        finally:
            _add(self.phases, phase, perf_counter() - begin)

    def ended(self) -> None:
        """Take the times of the pass: it ends now."""
        self.elapsed = perf_counter() - self.clocks.elapsed
        used = process_time() - self.clocks.processor
        for parts, whole in ((self.phases, self.elapsed), (self.processor, used)):
            parts.pop(OTHER, None)
            parts[OTHER] = max(whole - sum(parts.values()), 0.0)

    def bring(self, visit: "Report") -> None:
        """Add a visit that ended before the pass began."""
        self.merge(visit)
        used = self.clocks.processor - sum(visit.processor.values())
        self.clocks = replace(self.clocks, processor=used)

    def follow(self, earlier: "Report") -> None:
        """Add what was done before the pass began, and let the pass begin there."""
        self.merge(earlier)
        self.started, self.clocks = earlier.started, earlier.clocks
        for phase, seconds in earlier.phases.items():
            _add(self.phases, phase, seconds)

    def fail(
        self,
        stage: Stage,
        error: BabelwireError,
        *,
        source: str = "",
        language: str = "",
        new: bool = True,
    ) -> None:
        """Add a failure; with `new`, one that was not there before."""
        self._add(
            Failure(
                stage=stage,
                thing=error.thing,
                reason=error.reason,
                remedy=error.remedy,
                source=source,
                language=language,
                new=new,
            )
        )

    def compare(self, before: "Report") -> None:
        """Take the failures that an earlier pass over the same sources had, too, as known."""
        known = {_cause(one) for one in before.failures}
        self.failures = [
            replace(one, new=one.new and _cause(one) not in known) for one in self.failures
        ]

    def _add(self, new: Failure) -> None:
        """Add a failure.

        One with the same cause and remedy as a listed one increases its `count`. If enough of the
        source and stage are listed, it increases the `others` of the last similar one. So new
        failures and known ones are listed separately.
        """
        alike = of_source = 0
        last = -1
        grouped = new.source or new.stage == "translate"
        for number, known in enumerate(self.failures):
            if _cause(known) == _cause(new):
                self.failures[number] = replace(
                    known,
                    count=known.count + new.count,
                    others=known.others + new.others,
                    new=known.new or new.new,
                )
                return
            if grouped and _group(known) == _group(new):
                of_source += 1
                same = known.reason == new.reason
                alike += same
                last = number if same or not alike else last
        if alike < _ALIKE and of_source < _LISTED:
            self.failures.append(new)
            return
        known = self.failures[last]
        self.failures[last] = replace(known, others=known.others + new.count + new.others)

    def wait(self, new: Waiting) -> None:
        """Add articles that wait for a model."""
        for number, known in enumerate(self.waiting):
            if (known.source, known.target) == (new.source, new.target):
                self.waiting[number] = replace(known, articles=known.articles + new.articles)
                return
        self.waiting.append(new)

    def merge(self, other: "Report") -> None:
        """Add the sources, times and failures of the report of a visit."""
        self.sources |= other.sources
        for mine, others in (
            (self.seconds, other.seconds),
            (self.processor, other.processor),
        ):
            for stage, seconds in others.items():
                _add(mine, stage, seconds)
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
        values["waiting"] = [Waiting(**one) for one in values.get("waiting", ())]
        if not isinstance(values.get("held"), dict):  # of an earlier version
            values["held"] = {}
        return cls(**values)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        data = asdict(self)
        del data["clocks"]
        data["started"] = self.started.isoformat()
        for parts in ("seconds", "phases", "processor"):
            data[parts] = {name: round(value, 4) for name, value in data[parts].items()}
        data["elapsed"] = round(self.elapsed, 4)
        data["exit_code"] = self.exit_code
        return data


def _add(seconds: dict[str, float], name: str, more: float) -> None:
    seconds[name] = seconds.get(name, 0.0) + more


def _group(failure: Failure) -> tuple[str, ...]:
    """Failures for which this is equal are listed up to a number."""
    return failure.stage, failure.source, failure.language, str(failure.new)


def _cause(failure: Failure) -> tuple[str, ...]:
    """Failures for which this is equal are listed as one."""
    return failure.stage, failure.source, failure.thing, failure.reason, failure.remedy
