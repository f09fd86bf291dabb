"""What the daemon is doing, and for how long: its watchdog.

In: steps that begin and end, in any thread. Out: those that take too long. It stops no step, since
no thread can be stopped: whoever watches the daemon from outside can restart it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic


class Steps:
    """The steps under way. `limit` is in seconds."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._lock = Lock()
        self._begun: dict[int, tuple[str, float]] = {}
        self._next = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A step that is under way while the block runs."""
        with self._lock:
            number = self._next
            self._next += 1
            self._begun[number] = (name, monotonic())
        try:
            yield
        finally:
            with self._lock:
                del self._begun[number]

    def under_way(self) -> list[str]:
        """The names of the steps under way."""
        with self._lock:
            return [name for name, _ in self._begun.values()]

    def overdue(self) -> list[tuple[str, float]]:
        """The steps that take longer than the limit, and their seconds so far."""
        now = monotonic()
        with self._lock:
            return [
                (name, now - begun)
                for name, begun in self._begun.values()
                if now - begun > self._limit
            ]
