"""The watchdog of the daemon: records running steps, and cuts off those without progress.

Steps begin, report progress and end, in any thread. A step without progress for too long gets an
exception raised in its thread. `stuck` returns those that go on even then: only a restart helps.
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock, get_ident
from time import monotonic

from pipeline.errors import BabelwireError


class CutOff(BabelwireError):  # noqa: N818
    """Raised in the thread of a step that made no progress for too long, at any point of its code.

    It is handled like any other failure of the page or source being processed.
    """

    def __init__(self) -> None:
        super().__init__("", "took too long and was cut off", "it is retried later", retry=True)


@dataclass(slots=True)
class _Step:
    name: str
    thread: int
    last_progress: float
    cut: bool = False


class Steps:
    """The running steps. `limit` is after how many seconds without progress one is cut off.

    `clock` returns seconds; tests pass their own.
    """

    def __init__(self, limit: float, clock: Callable[[], float] = monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._lock = Lock()
        self._begun: dict[int, _Step] = {}
        self._next = 0

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[], None]]:
        """Record a step while the block runs; yields a function to call whenever it progresses."""
        step = _Step(name, get_ident(), self._clock())

        def on_progress() -> None:
            # One that was cut off and goes on with the next page may be cut off again.
            step.last_progress, step.cut = self._clock(), False

        with self._lock:
            number = self._next
            self._next += 1
            self._begun[number] = step
        try:
            yield on_progress
        finally:
            self._end(number)

    def _end(self, number: int) -> None:
        """Forget a step. If it is cut off at this very moment, that is too late."""
        while number in self._begun:
            with suppress(CutOff), self._lock:
                if self._begun[number].cut:
                    _raise_in(get_ident(), None)
                del self._begun[number]

    def under_way(self) -> list[str]:
        """The names of the running steps."""
        with self._lock:
            return [step.name for step in self._begun.values()]

    def cut_off(self) -> list[tuple[str, float]]:
        """Cut off the steps without progress; returns their names and seconds without progress.

        CutOff is raised in their threads (PyThreadState_SetAsyncExc). It takes effect at the next
        bytecode: code in C is not interrupted.
        """
        now, found = self._clock(), []
        with self._lock:
            for step in self._begun.values():
                if now - step.last_progress > self._limit and not step.cut:
                    step.cut = True
                    found.append((step.name, now - step.last_progress))
                    _raise_in(step.thread, CutOff)
        return found

    def stuck(self) -> list[str]:
        """The steps still running without progress `limit` seconds after they were cut off."""
        now = self._clock()
        with self._lock:
            return [
                step.name
                for step in self._begun.values()
                if step.cut and now - step.last_progress > 2 * self._limit
            ]


def _raise_in(thread: int, error: type[Exception] | None) -> None:
    """Raise an exception in a thread at its next bytecode; None: raise none any more."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), None if error is None else ctypes.py_object(error)
    )
