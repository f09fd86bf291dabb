"""Notices that the clock was set, or that the machine slept.

In: the time of day and the monotonic time, looked at now and then. Out: how far the one has gone
beside the other since the last look. What a clock drifts by itself, and small corrections, count
for nothing.
"""

import time
from collections.abc import Callable

# Time services correct small errors step by step; nobody's schedule minds half a minute.
_NOTICED = 30.0


class Clock:
    """Compares two clocks, which give seconds: that of the wall and the monotonic one."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._apart = wall() - steady()

    def is_set(self) -> bool:
        """Whether the clock was set since the last look; this is none."""
        return abs(self._wall() - self._steady() - self._apart) >= _NOTICED

    def jump(self) -> float:
        """The seconds by which the clock was set since the last look, 0 where it was not."""
        apart = self._wall() - self._steady()
        jump = apart - self._apart
        self._apart = apart
        return jump if abs(jump) >= _NOTICED else 0.0
