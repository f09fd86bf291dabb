"""How a pass shows its progress: the protocol `Progress`, and classes that implement it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from time import monotonic
from typing import Protocol

# A context manager around a step with this name. It yields a function that the step calls whenever
# it makes progress.
Watch = Callable[[str], AbstractContextManager[Callable[[], None]]]


@contextmanager
def unwatched(_name: str) -> Iterator[Callable[[], None]]:
    """A `Watch` that does nothing."""
    yield lambda: None


def units(number: int, unit: str) -> str:
    """What `number` of a unit, given in the plural, are called: "sources", but 1 "source"."""
    return unit.removesuffix("s") if number == 1 else unit


class Progress(Protocol):
    """Shows the progress of tasks, one at a time. All methods return at once and raise nothing."""

    def begin(self, task: str, total: int, unit: str) -> None:
        """A task of `total` units (0: unknown) begins; `unit` is a plural."""

    def advance(self, units: int = 1) -> None:
        """Some more units of the task are done."""

    def end(self) -> None:
        """The task has ended."""

    def note(self, message: str) -> None:
        """Show a message."""


class NoProgress:
    """A `Progress` that shows nothing."""

    def begin(self, task: str, total: int, unit: str) -> None:
        """Do nothing."""

    def advance(self, units: int = 1) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Do nothing."""

    def note(self, message: str) -> None:
        """Do nothing."""


class WatchedProgress:
    """Forwards to another `Progress`, and calls `on_progress` when a task begins or advances."""

    def __init__(self, progress: Progress, on_progress: Callable[[], None]) -> None:
        self._progress = progress
        self._on_progress = on_progress

    def begin(self, task: str, total: int, unit: str) -> None:
        """Pass it on."""
        self._on_progress()
        self._progress.begin(task, total, unit)

    def advance(self, units: int = 1) -> None:
        """Pass it on."""
        self._on_progress()
        self._progress.advance(units)

    def end(self) -> None:
        """Pass it on."""
        self._progress.end()

    def note(self, message: str) -> None:
        """Pass it on."""
        self._progress.note(message)


class ProgressLines:
    """Shows progress as lines of text, at most one every `pause` seconds for a task.

    `say` is called with a line such as "Translating to pt: 1,200 words".
    """

    def __init__(self, say: Callable[[str], None], pause: float = 1.0) -> None:
        self._say = say
        self._pause = pause
        self._task, self._unit = "", ""
        self._total = self._done = self._said = 0
        self._spoken = 0.0

    def begin(self, task: str, total: int, unit: str) -> None:
        """Show the task."""
        self._task, self._total, self._unit, self._done = task, total, unit, 0
        self._speak()

    def advance(self, units: int = 1) -> None:
        """Show how many units are done."""
        self._done += units
        if monotonic() - self._spoken >= self._pause:
            self._speak()

    def end(self) -> None:
        """Show how many units were done."""
        if self._done != self._said:
            self._speak()

    def note(self, message: str) -> None:
        """Show the message."""
        self._say(message)

    def _speak(self) -> None:
        of = f" of {self._total:,}" if self._total else ""
        amount = (
            f": {self._done:,}{of} {units(self._total or self._done, self._unit)}"
            if self._done
            else ""
        )
        self._say(f"{self._task}{amount}")
        self._spoken, self._said = monotonic(), self._done
