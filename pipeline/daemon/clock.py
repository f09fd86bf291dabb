"""Detects that the system clock was set, or that the machine slept.

Compares the time of day with the monotonic clock; returns by how many seconds their difference has
changed since the last call. Drift and small corrections are ignored.
"""

import time
from collections.abc import Callable

# Seconds. Time services correct small errors gradually, and half a minute upsets no schedule.
_NOTICED = 30.0


class Clock:
    """Compares two clocks that return seconds: `wall` (time of day) and `steady` (monotonic)."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._apart = wall() - steady()

    def is_set(self) -> bool:
        """Whether the clock was set since the last `jump`."""
        return abs(self._wall() - self._steady() - self._apart) >= _NOTICED

    def jump(self) -> float:
        """By how many seconds the clock was set since the last `jump`; 0 if it was not."""
        apart = self._wall() - self._steady()
        jump = apart - self._apart
        self._apart = apart
        return jump if abs(jump) >= _NOTICED else 0.0
