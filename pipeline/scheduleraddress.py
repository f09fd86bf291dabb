"""Addresses of a cluster's scheduler: "tls://host:port", or "tcp://" on this machine only.

`parsed` takes text and returns an `Address`. Raises ValueError, which says what to write instead.
"""

import ipaddress
from typing import NamedTuple
from urllib.parse import urlsplit


class Address(NamedTuple):
    """An address of a scheduler: "tls" or "tcp", a host and a port."""

    protocol: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.protocol}://{host}:{self.port}"


def parsed(text: str) -> Address:
    """Return an address. Raises ValueError, which says what is wrong and what to write."""
    wanted = 'write it as "tls://host:8786"'
    try:
        parts = urlsplit(text)
        protocol, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"is no address ({error}) — {wanted}") from error
    if protocol not in ("tls", "tcp") or not host or not port or parts.path.strip("/"):
        raise ValueError(f"is no address of a scheduler — {wanted}")
    if protocol == "tcp" and not is_loopback(host):
        raise ValueError(
            f"is not encrypted, and {host} is not this machine: whoever reaches it could run "
            "anything on it — write tls:// instead of tcp://, and set compute.certificates"
        )
    return Address(protocol, host, port)


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine, by its name or number alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
