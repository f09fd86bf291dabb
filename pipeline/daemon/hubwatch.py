"""Notifies WebSub hubs beside the passes, and retries those that fail, at growing intervals.

Takes the feeds; failures are logged, the first of a hub as a warning. Raises StoreError.
"""

import logging
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from time import monotonic

from pipeline.article import FeedSpec
from pipeline.desk.hubs import Notice, notify, owed
from pipeline.desk.progress import units
from pipeline.errors import PublishError, StoreError
from pipeline.store import Store

log = logging.getLogger(__name__)

# Seconds until a failing hub is notified again; they double with each failure.
_FIRST_RETRY = 60.0
_LAST_RETRY = 3600.0


class HubWatch:
    """Which hubs failed, and when they are notified again. `clock` returns seconds."""

    def __init__(self, store: Store, clock: Callable[[], float] = monotonic) -> None:
        self._store = store
        self._clock = clock
        self._due = -math.inf
        self._failing: dict[str, tuple[int, float]] = {}  # failures, and when to try again

    def wake(self) -> None:
        """Feeds may have changed: look at once. Thread-safe."""
        self._due = -math.inf

    def run(self, feeds: Iterable[FeedSpec]) -> None:
        """Notify the hubs that are due of what they have not received."""
        if self._clock() < self._due:
            return
        self._due = math.inf  # before it is asked for: a pass may end meanwhile
        try:
            self._notify(owed(feeds, self._store))
        except StoreError:
            self._due = min(self._due, self._clock() + _FIRST_RETRY)
            raise

    def _notify(self, waiting: Mapping[str, Sequence[Notice]]) -> None:
        self._failing = {hub: one for hub, one in self._failing.items() if hub in waiting}
        for hub, notices in waiting.items():
            failures, at = self._failing.get(hub, (0, -math.inf))
            if at <= self._clock():
                try:
                    notify(hub, notices, self._store, lambda: datetime.now(UTC))
                except PublishError as error:
                    level = logging.INFO if failures else logging.WARNING
                    log.log(level, "%s", error)
                    at = self._clock() + min(_FIRST_RETRY * 2 ** min(failures, 9), _LAST_RETRY)
                    self._failing[hub] = failures + 1, at
                else:
                    if self._failing.pop(hub, None):
                        number = len(notices)
                        log.info("hub %s: notified of %d %s", hub, number, units(number, "files"))
                    continue
            self._due = min(self._due, at)
