"""A Requests transport whose connections cannot hang and cannot reach private addresses.

`GuardedAdapter` takes the connection settings of a client. Its sockets check the fetch's deadline
before each read, and connect only to the very IP address that was checked (see `private`).
Raises RefusedAddress for addresses that are neither public nor exempted, TimeoutError after the
deadline, and urllib3's errors for connections that fail.
"""

import contextlib
import http
import http.client
import os
import socket
import ssl
import time
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.util.ssl_ import create_urllib3_context

from pipeline.ingest.http.private import Exemption, permitted

# The most interim responses ("100 Continue", "103 Early Hints") before the final one.
MAX_INTERIM = 20

_deadline: ContextVar[float] = ContextVar("deadline")
_silence: ContextVar[float] = ContextVar("silence")


@contextlib.contextmanager
def deadline(seconds: float, silence: float) -> Iterator[None]:
    """Limit blocking on sockets within the block: `seconds` in all, `silence` seconds for one read.

    The limits are context variables of the thread, not settings of the socket, because a pooled
    connection outlives the fetch that opened it.
    """
    tokens = _deadline.set(time.monotonic() + seconds), _silence.set(silence)
    try:
        yield
    finally:
        _deadline.reset(tokens[0])
        _silence.reset(tokens[1])


def time_left() -> float:
    """Return the seconds that the next blocking call may take.

    Raises TimeoutError when the deadline is past.
    """
    left = _deadline.get(time.monotonic() + 60.0) - time.monotonic()
    if left <= 0:
        raise TimeoutError("the deadline for the whole fetch is past")
    return min(left, _silence.get(60.0))


class RefusedAddress(Exception):  # noqa: N818 - urllib3 must not take it for a network error
    """The host resolves only to addresses that may not be connected to."""


def check_literal(url: str, allowed: tuple[Exemption, ...]) -> None:
    """Check the host of a request that goes through a proxy, which resolves the name itself.

    Raises RefusedAddress for a private IP address, and for "localhost".
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or {"http": 80}.get(parts.scheme, 443)
    address = "127.0.0.1" if host == "localhost" or host.endswith(".localhost") else host
    try:
        # inet_aton also reads "2130706433" and "0x7f.1", as resolvers do.
        address = socket.inet_ntoa(socket.inet_aton(address))
    except OSError:
        if ":" not in address:
            return
    if not permitted(address, host, port, allowed):
        raise RefusedAddress(f"{host} port {port}", address)


class _DeadlineSocket(socket.socket):
    """A socket that sets its timeout to the time left before each read.

    A server that sends one byte now and then would reset an idle timeout for ever.
    """

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(time_left())
        return super().recv_into(*args, **kwargs)


class _DeadlineTLSSocket(ssl.SSLSocket):
    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(time_left())
        return super().recv_into(*args, **kwargs)


class _Response(http.client.HTTPResponse):
    """A response after at most MAX_INTERIM interim ones (RFC 9110 §15.2).

    The standard library skips any number of "100 Continue", and knows no other interim status.
    """

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(MAX_INTERIM + 1):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == http.HTTPStatus.SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException(f"more than {MAX_INTERIM} interim answers")


class _Guard:
    """A mixin for urllib3's connections: resolves, checks, and connects to the checked address."""

    allowed: tuple[Exemption, ...] = ()
    connect_timeout: float = 10.0
    response_class = _Response

    def _new_conn(self: Any) -> socket.socket:
        host, port = self._dns_host, self.port
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            if isinstance(error, socket.gaierror):
                raise NameResolutionError(host, self, error) from error
            # An empty label, or one of more than 63 characters, is invalid (RFC 1035 §2.3.4).
            raise LocationParseError(f"{host[:200]}") from error
        permitted_addresses = [
            entry for entry in found if permitted(str(entry[4][0]), host, port, self.allowed)
        ]
        if not permitted_addresses:
            raise RefusedAddress(f"{host} port {port}", str(found[0][4][0]))
        failure: OSError | None = None
        for family, kind, protocol, _, address in permitted_addresses:
            sock = _DeadlineSocket(family, kind, protocol)
            try:
                for option in self.socket_options or ():
                    sock.setsockopt(*option)
                sock.settimeout(min(time_left(), self.connect_timeout))
                sock.connect(address)
            except OSError as error:
                sock.close()
                failure = error
            else:
                sock.settimeout(time_left())
                return sock
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, f"connecting to {host} timed out") from failure
        raise NewConnectionError(self, f"no connection: {failure}") from failure


def tls_context() -> ssl.SSLContext:
    """Return a TLS client context that verifies certificates.

    Reads REQUESTS_CA_BUNDLE and SSL_CERT_FILE.
    """
    context = create_urllib3_context()
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")
    context.load_verify_locations(cafile=bundle or DEFAULT_CA_BUNDLE_PATH)
    context.check_hostname = True
    context.verify_mode = ssl.CERT_REQUIRED
    context.sslsocket_class = _DeadlineTLSSocket
    return context


class GuardedAdapter(HTTPAdapter):
    """A Requests adapter over guarded connections, with pools for at most `connections` hosts."""

    def __init__(
        self, allowed: tuple[Exemption, ...], connect_timeout: float, connections: int = 64
    ) -> None:
        self._allowed = allowed
        self._connect_timeout = connect_timeout
        self._context = tls_context()
        super().__init__(pool_connections=connections, pool_maxsize=4)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        """Create a pool manager whose pools have guarded connections."""
        super().init_poolmanager(
            connections, maxsize, block, ssl_context=self._context, **pool_kwargs
        )
        self.poolmanager.pool_classes_by_scheme = self._pools(self._allowed)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """Return a manager with guarded pools that may also connect to the proxy itself."""
        manager = super().proxy_manager_for(proxy, ssl_context=self._context, **proxy_kwargs)
        itself = Exemption(name=(manager.proxy.host or "").lower(), port=manager.proxy.port)
        manager.pool_classes_by_scheme = self._pools((*self._allowed, itself))
        return manager

    def _pools(self, allowed: tuple[Exemption, ...]) -> dict[str, Any]:
        guards = {"allowed": allowed, "connect_timeout": self._connect_timeout}
        plain = type("Plain", (_Guard, HTTPConnection), guards)
        secure = type("Secure", (_Guard, HTTPSConnection), guards)
        return {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Do nothing: the shared TLS context verifies already, and is loaded only once."""
