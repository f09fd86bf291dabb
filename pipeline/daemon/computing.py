"""What the daemon does for workers: it runs their scheduler, if it is to, and shows their state."""

import logging
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


class Computing:
    """The scheduler in this process (`compute.embedded`), and the state of workers on disk."""

    def __init__(self) -> None:
        self._options = ComputeOptions()
        self._scheduler: Embedded | None = None
        self._desk: Desk | None = None

    def start(self, settings: Settings) -> None:
        """Run the scheduler that these settings want, and no other.

        Where it cannot listen, that is logged, and work is computed in this process.
        """
        options = settings.compute
        if options == self._options:
            return
        if self._scheduler is not None:
            self._scheduler.close()
            self._scheduler = None
        self._options = options
        if not options.scheduler:
            state.forget(settings.state_dir)
        if not (options.scheduler and options.embedded):
            return
        from pipeline.compute.scheduler import Embedded

        try:
            self._scheduler = Embedded(parsed(options.scheduler), options.certificates)
        except BabelwireError as error:
            log.error("%s — until then work is computed in this process", error)
            return
        log.info("the scheduler of workers listens at %s", options.scheduler)

    def keep(self, desk: Desk) -> None:
        """Close the connections of an earlier desk that this one does not use."""
        if self._desk is not None and self._desk.compute is not desk.compute:
            self._desk.compute.close()
        self._desk = desk

    def show(self, desk: Desk) -> None:
        """Write which workers there are, and what was computed where, for `status`."""
        self._desk = self._desk or desk
        desk.show_compute()

    def close(self) -> None:
        """End the connections, then the scheduler."""
        if self._desk is not None:
            self._desk.compute.close()
        if self._scheduler is not None:
            self._scheduler.close()
