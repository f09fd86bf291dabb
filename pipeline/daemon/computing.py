"""What the daemon does for workers: it runs their scheduler, if it is to, and shows their state."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from pipeline.compute import state
from pipeline.config import Settings
from pipeline.desk import Desk
from pipeline.errors import BabelwireError
from pipeline.options import ComputeOptions
from pipeline.scheduleraddress import parsed

if TYPE_CHECKING:
    from pipeline.compute.scheduler import Embedded

log = logging.getLogger(__name__)

# Seconds until a scheduler that cannot listen is started again; they double with each failure.
_FIRST_RETRY = 2.0
_LAST_RETRY = 60.0


class Computing:
    """The scheduler in this process (`compute.embedded`), and the state of workers on disk.

    A scheduler that cannot listen, or has ended, is started again, at growing intervals. Meanwhile
    work is computed in this process. Why is logged once, and shown in the state. `clock` returns
    seconds.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._options = ComputeOptions()
        self._scheduler: Embedded | None = None
        self._trouble = ""
        self._pause, self._due = _FIRST_RETRY, 0.0
        self._desk: Desk | None = None

    def start(self, settings: Settings) -> None:
        """Run the scheduler that these settings want, and no other."""
        options = settings.compute
        if options == self._options:
            return
        if self._scheduler is not None:
            self._scheduler.close()
            self._scheduler = None
        self._options, self._trouble = options, ""
        self._pause, self._due = _FIRST_RETRY, self._clock()
        if not options.scheduler:
            state.forget(settings.state_dir)
        self._listen()

    def _listen(self) -> None:
        """Start the scheduler if it is to run and does not, unless that has just failed."""
        options = self._options
        if not (options.scheduler and options.embedded):
            return
        if self._scheduler is not None:
            if self._scheduler.is_running:
                return
            self._scheduler = None
            log.error("the scheduler of workers has ended: it is started again")
        if self._clock() < self._due:
            return
        self._due = self._clock() + self._pause
        self._pause = min(2 * self._pause, _LAST_RETRY)
        from pipeline.compute.scheduler import Embedded

        try:
            self._scheduler = Embedded(parsed(options.scheduler), options.certificates)
        except BabelwireError as error:
            why = f"{error.reason} — {error.remedy}" if error.remedy else error.reason
            if why != self._trouble:
                log.error("%s — until then work is computed in this process", error)
            self._trouble = why
        else:
            self._trouble, self._pause = "", _FIRST_RETRY
            log.info("the scheduler of workers listens at %s", options.scheduler)

    def keep(self, desk: Desk) -> None:
        """Close the connections of an earlier desk that this one does not use."""
        if self._desk is not None and self._desk.compute is not desk.compute:
            self._desk.compute.close()
        self._desk = desk

    def show(self, desk: Desk) -> None:
        """Write which workers there are, and what was computed where, for `status`.

        Also tries again to run the scheduler. Called every few seconds.
        """
        self._listen()
        self._desk = self._desk or desk
        desk.compute.note(self._trouble)
        desk.show_compute()

    def close(self) -> None:
        """End the connections, then the scheduler."""
        self._options = ComputeOptions()  # nothing is started any more
        if self._desk is not None:
            self._desk.compute.close()
        if self._scheduler is not None:
            self._scheduler.close()
