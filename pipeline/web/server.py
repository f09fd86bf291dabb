"""Runs the application: in the foreground until a signal, or in a thread beside the scheduler.

Takes an ASGI application, a host and a port. Raises ServeError, before anything runs, if the
address is in use, not permitted or unknown.
"""

import contextlib
import errno
import logging
import signal
import socket
import threading
from collections.abc import Iterator
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from pipeline.errors import ServeError

_log = logging.getLogger(__name__)
_STOP_SECONDS = 5
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_REASONS = {
    errno.EADDRINUSE: ("the port is in use", "stop what listens there, or choose another port"),
    errno.EACCES: ("the port may not be used", "choose a port above 1023"),
    errno.EADDRNOTAVAIL: ("this machine has no such address", "choose 127.0.0.1 or 0.0.0.0"),
}


class _Uvicorn(uvicorn.Server):
    """uvicorn without its signal handlers, which raise the signal again after the stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Server:
    """An HTTP server in a thread of its own.

    The constructor binds the address, and raises ServeError if it cannot. `port` is the actual port
    if 0 was given. `start` returns when requests are answered, `stop` when the last one was.
    """

    def __init__(self, application: ASGIApp, host: str = "127.0.0.1", port: int = 8080) -> None:
        self.host = host
        self._socket = _bind(host, port)
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=_STOP_SECONDS,
        )
        self._uvicorn = _Uvicorn(config)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address for a browser on this machine, with a trailing slash."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(  # noqa: S104
            self.host, self.host
        )
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"

    def start(self) -> None:
        """Start answering requests. Raises ServeError if the server does not start."""
        ready = threading.Event()
        thread = threading.Thread(target=self._run, args=(ready,), name="web", daemon=True)
        self._thread = thread
        thread.start()
        while thread.is_alive() and not self._uvicorn.started:
            ready.wait(0.01)
        if not self._uvicorn.started:
            raise ServeError(self.url, "the web server did not start", "see the log")
        _log.info("serving %s", self.url)

    def _run(self, ended: threading.Event) -> None:
        try:
            self._uvicorn.run(sockets=[self._socket])
        finally:
            ended.set()

    def stop(self) -> None:
        """Finish open requests (for at most 5 seconds) and close the port. May be called twice."""
        self._uvicorn.should_exit = True
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS + 1)
            self._thread = None
        self._socket.close()

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def serve(application: ASGIApp, host: str = "127.0.0.1", port: int = 8080) -> None:
    """Serve until SIGTERM or SIGINT, then stop cleanly and return.

    Call it from the main thread. Raises ServeError if the address cannot be used.
    """
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    server = Server(application, host, port)
    previous = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        with server:
            stopped.wait()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _bind(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise ServeError(f"{host}:{port}", "is no valid port", "choose one from 1024 to 65535")
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        # With the protocol named, asyncio switches Nagle's algorithm off. Otherwise every small
        # answer would wait 40 ms for the client's delayed acknowledgement.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except (OSError, UnicodeError, OverflowError) as error:
        raise ServeError(
            f"{host}:{port}", f"is no valid address: {error}", "check host and port"
        ) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        # Listen here, not in uvicorn, so that a second server on the address fails here too.
        listener.listen(2048)
    except (OSError, OverflowError) as error:
        listener.close()
        number = error.errno if isinstance(error, OSError) else None
        reason, remedy = _REASONS.get(number or 0, (str(error), "check host and port"))
        raise ServeError(f"{host}:{port}", reason, remedy) from error
    return listener
