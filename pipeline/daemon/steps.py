"""What the daemon is doing, and for how long: its watchdog.

In: steps that begin, show that they get on, and end, in any thread. Out: those that do not get on
for too long are cut off. A step that holds out even then is named: nothing but a new process helps.
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock, get_ident
from time import monotonic

from pipeline.errors import BabelwireError


class CutOff(BabelwireError):  # noqa: N818
    """Raised inside a step that did not get on for too long, wherever it is just then.

    Whoever works on a page or a source catches it as they catch any failure of it.
    """

    def __init__(self) -> None:
        super().__init__("", "took too long and was cut off", "it is tried again later", retry=True)


@dataclass(slots=True)
class _Step:
    name: str
    thread: int
    beaten: float
    cut: bool = False


class Steps:
    """The steps under way. One that does not get on for `limit` seconds is cut off."""

    def __init__(self, limit: float, clock: Callable[[], float] = monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._lock = Lock()
        self._begun: dict[int, _Step] = {}
        self._next = 0

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[], None]]:
        """A step that is under way while the block runs; what it gives is to be called now and
        then, to show that the step gets on."""
        step = _Step(name, get_ident(), self._clock())

        def beat() -> None:
            step.beaten = self._clock()

        with self._lock:
            number = self._next
            self._next += 1
            self._begun[number] = step
        try:
            yield beat
        finally:
            with self._lock:
                del self._begun[number]

    def under_way(self) -> list[str]:
        """The names of the steps under way."""
        with self._lock:
            return [step.name for step in self._begun.values()]

    def cut_off(self) -> list[tuple[str, float]]:
        """Cut off the steps that do not get on; their names and the seconds of that so far.

        An exception is raised in their threads (PyThreadState_SetAsyncExc), which they meet at
        their next bytecode: code written in C ends first.
        """
        now, found = self._clock(), []
        with self._lock:
            for step in self._begun.values():
                if now - step.beaten > self._limit and not step.cut:
                    step.cut = True
                    found.append((step.name, now - step.beaten))
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(step.thread), ctypes.py_object(CutOff)
                    )
        return found

    def stuck(self) -> list[str]:
        """The steps that have held out for another `limit` after they were cut off."""
        now = self._clock()
        with self._lock:
            return [
                step.name
                for step in self._begun.values()
                if step.cut and now - step.beaten > 2 * self._limit
            ]
