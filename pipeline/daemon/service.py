"""The web server beside the scheduler, which moves when the settings give it another address.

Takes a function that creates a server from settings; None: nothing is served. Raises BabelwireError
if the server cannot start; one that cannot move stays, and the log says so.
"""

import logging
from collections.abc import Callable
from typing import Protocol

from pipeline.config import Settings
from pipeline.errors import BabelwireError

log = logging.getLogger(__name__)


class Service(Protocol):
    """Something that runs beside the scheduler: the web server."""

    def start(self) -> None:
        """Start. Raises BabelwireError if it cannot."""

    def stop(self) -> None:
        """Stop, within six seconds."""


class MovableService:
    """The running server, if there is one."""

    def __init__(self, create: Callable[[Settings], Service] | None) -> None:
        self._create = create
        self._running: Service | None = None
        self._address = ("", 0)

    def start(self, settings: Settings) -> None:
        """Start a server at the address of the settings."""
        if self._create is None:
            return
        service = self._create(settings)
        service.start()
        self._running, before = service, self._running
        self._address = settings.serve.host, settings.serve.port
        if before is not None:
            before.stop()

    def move(self, settings: Settings) -> None:
        """Serve at the address of new settings."""
        if self._running is None or self._address == (settings.serve.host, settings.serve.port):
            return
        try:
            self.start(settings)
        except BabelwireError as error:
            log.error("%s — the server stays at %s:%d", error, *self._address)

    def stop(self) -> None:
        """Stop the server."""
        if self._running is not None:
            self._running.stop()
