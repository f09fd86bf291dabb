"""Output for people: progress of a pass, its report, errors, tables.

Results go to standard output, everything else to standard error, so that a pipe gets data only.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, Self

# Rich takes long to import: only bars and tables on a terminal need it.
if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from pipeline.desk import Report

# The stages of a visit, which several threads go through at the same time.
_VISITS = ("discover", "fetch", "extract", "store")

# What a terminal would obey: titles and error messages come from others.
_CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n"}


@cache
def _console(*, error: bool = False) -> Console:
    """The terminal: bars that move on it make room for lines that are printed through it."""
    from rich.console import Console

    return Console(stderr=error, soft_wrap=True, highlight=False)


def say(text: str = "") -> None:
    """Print a line to standard output, without control characters."""
    sys.stdout.write(f"{text.translate(_CONTROLS)}\n")
    sys.stdout.flush()


def tell(text: str) -> None:
    """Print a line to standard error, without control characters, above bars that move there."""
    text = text.translate(_CONTROLS)
    if _console.cache_info().currsize:
        _console(error=True).print(text, markup=False, emoji=False)
    else:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


class PlainProgress:
    """A `Progress` that prints one line per task, for logs and pipes."""

    def begin(self, task: str, total: int, unit: str) -> None:
        """Print the task."""
        from pipeline.desk.progress import units

        tell(f"{task}: {total:,} {units(total, unit)}" if total else task)

    def advance(self, units: int = 1) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Do nothing."""

    def note(self, message: str) -> None:
        """Print the message."""
        tell(message)


class _Moving:
    """A context manager that shows progress bars while its block runs."""

    _bars: Bars

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()


class BarProgress(_Moving):
    """A `Progress` with bars on a terminal. A context manager."""

    def __init__(self) -> None:
        from rich import progress as parts

        self._bars = parts.Progress(
            parts.SpinnerColumn(),
            parts.TextColumn("{task.description}"),
            parts.BarColumn(),
            parts.MofNCompleteColumn(),
            parts.TextColumn("{task.fields[unit]}"),
            parts.TimeElapsedColumn(),
            console=_console(error=True),
        )
        self._task: TaskID | None = None

    def begin(self, task: str, total: int, unit: str) -> None:
        """Add a bar."""
        self.end()
        from pipeline.desk.progress import units

        self._task = self._bars.add_task(task, total=total or None, unit=units(total, unit))

    def advance(self, units: int = 1) -> None:
        """Move the bar."""
        if self._task is not None:
            self._bars.advance(self._task, units)

    def end(self) -> None:
        """Stop the bar where it is."""
        if self._task is not None:
            done = self._bars.tasks[self._bars.task_ids.index(self._task)].completed
            self._bars.update(self._task, total=max(done, 1), completed=max(done, 1))
            self._bars.stop_task(self._task)
            self._task = None

    def note(self, message: str) -> None:
        """Print a line above the bars."""
        self._bars.console.print(message, markup=False, emoji=False)


def progress() -> PlainProgress | BarProgress:
    """Bars on a terminal, else lines."""
    return BarProgress() if sys.stderr.isatty() else PlainProgress()


class Downloads(_Moving):
    """Progress of downloads: bars on a terminal, else one line per file. A context manager."""

    def __init__(self) -> None:
        from rich import progress as parts

        self._bars = parts.Progress(
            parts.TextColumn("{task.description}"),
            parts.BarColumn(),
            parts.DownloadColumn(),
            parts.TransferSpeedColumn(),
            parts.TimeRemainingColumn(),
            console=_console(error=True),
            disable=not sys.stderr.isatty(),
        )
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, name: str, received: int, total: int) -> None:
        """Show that `received` of `total` bytes (0: unknown) of a file have arrived."""
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=total or None)
            if not sys.stderr.isatty():
                tell(f"fetching {name}" + (f", {total / 1e6:.1f} MB" if total else ""))
        self._bars.update(self._tasks[name], completed=received, total=total or None)


def downloads() -> Downloads:
    """Shows the progress of downloads."""
    return Downloads()


def many(count: int, thing: str) -> str:
    """How many there are: "1 page", "2 pages"."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def report(done: Report) -> None:
    """Print the report of a pass, for people."""
    from pipeline.config.languages import question
    from pipeline.desk.waiting import held_back

    for name, source in done.sources.items():
        parts = [
            f"{source.announced} announced",
            f"{source.new} new",
            f"{source.changed} changed",
            f"{source.unchanged} unchanged",
        ]
        parts += [f"{source.rejected} no article"] if source.rejected else []
        parts += [f"{source.dropped} dropped by its rules"] if source.dropped else []
        parts += [f"{source.failed} failed"] if source.failed else []
        parts += [f"{source.gone} gone"] if source.gone else []
        say(f"{name}: {', '.join(parts)}")
        for note in source.notes:
            say(f"  {note}")
    for language in sorted({*done.translated, *done.untouched}):
        by_machine = done.translated.get(language, 0)
        untouched = done.untouched.get(language, 0)
        translated = many(by_machine, "article")
        say(f"{language}: {translated} translated, {untouched} already in this language")
    seconds = done.seconds.get("translate", 0.0)
    speed = f", {done.words / seconds:,.0f} words/s" if done.fresh and seconds else ""
    known = done.segments - done.fresh
    say(f"{many(done.fresh, 'segment')} translated, {known} from the memory{speed}")
    if done.doubts:
        say(
            f"{many(done.doubts, 'segment')} whose translation may be wrong: see `babelwire status`"
        )
    if done.failed:
        say(f"{many(done.failed, 'segment')} left untranslated")
    pages = f", {many(done.pages, 'article page')}" if done.pages else ""
    say(f"{many(len(done.written), 'file')} written, {done.unchanged} unchanged{pages}")
    for line in times(done):
        say(line)
    if done.interrupted:
        tell("stopped before the end; the next pass continues from here")
    for one in done.waiting:
        tell(str(one))
        if asked := question(one.source, one.target):
            tell(f"  {asked}")
    for language, number in done.held.items():
        tell(held_back(number, language))
    for failure in done.failures:
        tell(f"{'failed' if failure.new else 'still failing'}: {failure}")


def times(done: Report) -> list[str]:
    """How long a pass took and what for: elapsed time, that of visits, processor time.

    The parts of a line add up to its total; visits at the same time take longer in sum than
    collecting does.
    """
    lines = [_divided("in all", done.phases, done.elapsed)]
    visited = {stage: done.seconds[stage] for stage in _VISITS if stage in done.seconds}
    if "collect" in done.phases and visited:
        at_once = ", several at a time" if len(done.sources) > 1 else ""
        lines.append(_divided(f"in {many(len(done.sources), 'visit')}{at_once}", visited))
    lines.append(_divided("of processor time", done.processor))
    return lines


def _divided(what: str, parts: Mapping[str, float], whole: float | None = None) -> str:
    """A duration and its parts: "3.20 s in all (collect 2.10 s, publish 1.10 s)"."""
    shown = {name: f"{seconds:.2f}" for name, seconds in parts.items()}
    shares = ", ".join(f"{name} {text} s" for name, text in shown.items() if float(text))
    total = sum(parts.values()) if whole is None else whole
    return f"{total:.2f} s {what}" + (f" ({shares})" if shares else "")


def width() -> int:
    """The width of lines for people, in columns: that of the terminal (80 without), 100 at most."""
    return max(40, min(shutil.get_terminal_size().columns, 100))


def wrapped(text: str, indent: int, first: str = "") -> list[str]:
    """The text as lines of at most `width()` columns. The first begins with `first`, the others
    with `indent` spaces. Words, also long addresses, stay whole, to be copied."""
    return textwrap.wrap(
        " ".join(text.split()),
        width(),
        initial_indent=first or " " * indent,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def local(moment: datetime | str | None) -> str:
    """A time for people: in the time zone of this machine, to the minute; "" for None."""
    if moment is None:
        return ""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; tab-separated values if standard output is no terminal."""
    if not sys.stdout.isatty():
        for row in rows:
            sys.stdout.write("\t".join(str(cell) for cell in row) + "\n")
        return
    from rich.table import Table

    grid = Table(box=None, pad_edge=False)
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*(str(cell) for cell in row))
    _console().print(grid)
