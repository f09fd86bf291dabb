"""How a pass tells what it is doing to whoever watches."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from time import monotonic
from typing import Protocol

# Watches a step with a name; gives what the step calls to show that it gets on.
Watch = Callable[[str], AbstractContextManager[Callable[[], None]]]


@contextmanager
def unwatched(_name: str) -> Iterator[Callable[[], None]]:
    """A step that nobody watches."""
    yield lambda: None


class Progress(Protocol):
    """A watcher. All of its methods return at once and raise nothing."""

    def begin(self, task: str, total: int, unit: str) -> None:
        """A task begins; `total` units (0: unknown) lie ahead."""

    def advance(self, units: int = 1) -> None:
        """Some units of the task are done."""

    def end(self) -> None:
        """The task is over."""

    def note(self, message: str) -> None:
        """Something worth a line happened."""


class Silence:
    """A watcher that looks away."""

    def begin(self, task: str, total: int, unit: str) -> None:
        """Say nothing."""

    def advance(self, units: int = 1) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""

    def note(self, message: str) -> None:
        """Say nothing."""


class Beating:
    """A watcher that tells another one, and shows somebody else that there is progress."""

    def __init__(self, progress: Progress, beat: Callable[[], None]) -> None:
        self._progress = progress
        self._beat = beat

    def begin(self, task: str, total: int, unit: str) -> None:
        """Pass it on."""
        self._beat()
        self._progress.begin(task, total, unit)

    def advance(self, units: int = 1) -> None:
        """Pass it on."""
        self._beat()
        self._progress.advance(units)

    def end(self) -> None:
        """Pass it on."""
        self._progress.end()

    def note(self, message: str) -> None:
        """Pass it on."""
        self._progress.note(message)


class Spoken:
    """A watcher that says in words what is being done, and how far it is every `pause` seconds.

    `say` is called with a line such as "Translating to pt: 1,200 words".
    """

    def __init__(self, say: Callable[[str], None], pause: float = 1.0) -> None:
        self._say = say
        self._pause = pause
        self._task, self._unit = "", ""
        self._total = self._done = self._said = 0
        self._spoken = 0.0

    def begin(self, task: str, total: int, unit: str) -> None:
        """Say what begins."""
        self._task, self._total, self._unit, self._done = task, total, unit, 0
        self._speak()

    def advance(self, units: int = 1) -> None:
        """Say how far it is."""
        self._done += units
        if monotonic() - self._spoken >= self._pause:
            self._speak()

    def end(self) -> None:
        """Say how far it came."""
        if self._done != self._said:
            self._speak()

    def note(self, message: str) -> None:
        """Say it."""
        self._say(message)

    def _speak(self) -> None:
        of = f" of {self._total:,}" if self._total else ""
        amount = f": {self._done:,}{of} {self._unit}" if self._done else ""
        self._say(f"{self._task}{amount}")
        self._spoken, self._said = monotonic(), self._done
