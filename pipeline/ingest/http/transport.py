"""Connections that cannot hang and cannot be turned inwards.

In: the connection settings of one client. Out: a Requests transport adapter whose sockets obey the
deadline of the fetch that uses them, byte for byte, and connect only to the very address that was
checked. Refuses addresses that are not public and not exempted (`addresses`).
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

# Interim answers before the real one: "100 Continue", "103 Early Hints".
MAX_INTERIM = 20

_deadline: ContextVar[float] = ContextVar("deadline")
_silence: ContextVar[float] = ContextVar("silence")


@contextlib.contextmanager
def deadline(seconds: float, silence: float) -> Iterator[None]:
    """Within the block no socket of this module blocks past `seconds` in all, `silence` in one go.

    The limits belong to the calling thread (a context variable), not to the socket, because a
    pooled connection outlives the fetch that opened it.
    """
    tokens = _deadline.set(time.monotonic() + seconds), _silence.set(silence)
    try:
        yield
    finally:
        _deadline.reset(tokens[0])
        _silence.reset(tokens[1])


def patience() -> float:
    """Seconds the next blocking step may take. Raises TimeoutError when the deadline is past."""
    left = _deadline.get(time.monotonic() + 60.0) - time.monotonic()
    if left <= 0:
        raise TimeoutError("the deadline for the whole fetch is past")
    return min(left, _silence.get(60.0))


class RefusedAddress(Exception):  # noqa: N818 - urllib3 must not take it for a network error
    """The host resolves to nothing but addresses that may not be connected to."""


def check_literal(url: str, allowed: tuple[Exemption, ...]) -> None:
    """Refuse an address that a proxy is not to be asked for: it, not we, resolves names.

    Raises RefusedAddress for IP addresses and names that are private by themselves.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or {"http": 80}.get(parts.scheme, 443)
    address = "127.0.0.1" if host == "localhost" or host.endswith(".localhost") else host
    try:
        # Also "2130706433" and "0x7f.1", which resolvers take for addresses.
        address = socket.inet_ntoa(socket.inet_aton(address))
    except OSError:
        if ":" not in address:
            return
    if not permitted(address, host, port, allowed):
        raise RefusedAddress(f"{host} port {port}", address)


class _Impatient(socket.socket):
    """Asks for the time left before each read: a server that drips bytes resets an idle timeout
    for ever, but not a deadline."""

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(patience())
        return super().recv_into(*args, **kwargs)


class _ImpatientTLS(ssl.SSLSocket):
    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(patience())
        return super().recv_into(*args, **kwargs)


class _Answer(http.client.HTTPResponse):
    """An answer behind any interim ones (RFC 9110 §15.2), of which there may be several: the
    standard library knows 100 alone, and waits for the end of them for ever."""

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(MAX_INTERIM + 1):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == http.HTTPStatus.SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException(f"more than {MAX_INTERIM} interim answers")


class _Guard:
    """Mixed into urllib3's connections: resolves, checks, and connects to the checked address."""

    allowed: tuple[Exemption, ...] = ()
    connect_timeout: float = 10.0
    response_class = _Answer

    def _new_conn(self: Any) -> socket.socket:
        host, port = self._dns_host, self.port
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            if isinstance(error, socket.gaierror):
                raise NameResolutionError(host, self, error) from error
            # A label of more than 63 characters, or none: no name at all (RFC 1035 §2.3.4).
            raise LocationParseError(f"{host[:200]}") from error
        open_to_us = [
            entry for entry in found if permitted(str(entry[4][0]), host, port, self.allowed)
        ]
        if not open_to_us:
            raise RefusedAddress(f"{host} port {port}", str(found[0][4][0]))
        failure: OSError | None = None
        for family, kind, protocol, _, address in open_to_us:
            sock = _Impatient(family, kind, protocol)
            try:
                for option in self.socket_options or ():
                    sock.setsockopt(*option)
                sock.settimeout(min(patience(), self.connect_timeout))
                sock.connect(address)
            except OSError as error:
                sock.close()
                failure = error
            else:
                sock.settimeout(patience())
                return sock
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, f"connecting to {host} timed out") from failure
        raise NewConnectionError(self, f"no connection: {failure}") from failure


def tls_context() -> ssl.SSLContext:
    """A verifying TLS client context; heeds REQUESTS_CA_BUNDLE and SSL_CERT_FILE."""
    context = create_urllib3_context()
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")
    context.load_verify_locations(cafile=bundle or DEFAULT_CA_BUNDLE_PATH)
    context.check_hostname = True
    context.verify_mode = ssl.CERT_REQUIRED
    context.sslsocket_class = _ImpatientTLS
    return context


class GuardedAdapter(HTTPAdapter):
    """A Requests adapter over guarded connections; `connections` hosts are kept pooled."""

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
        """Give the pool manager pools of guarded connections."""
        super().init_poolmanager(
            connections, maxsize, block, ssl_context=self._context, **pool_kwargs
        )
        self.poolmanager.pool_classes_by_scheme = self._pools(self._allowed)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """Give the proxy's manager guarded pools that may connect to the proxy itself."""
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
        """Leave the pool alone: the shared context verifies already, and was loaded once."""
