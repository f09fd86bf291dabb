"""Decide which IP addresses the client may connect to.

`permitted` takes an IP address, the host and port of the request, and the exemptions in
`fetch.allow_private_hosts`, and returns whether to connect. Only publicly routable addresses
(RFC 6890) are permitted: not loopback, private, link-local, shared, multicast or reserved ones, nor
IPv6 addresses that embed such an IPv4 address. `exemptions` raises ValueError for a bad setting.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address

# RFC 6052 §2.1: the last 32 bits of these addresses are the IPv4 address behind a translator.
NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


@dataclass(frozen=True, slots=True)
class Exemption:
    """One entry of `allow_private_hosts`: a host name or a network, and a port (None: any)."""

    name: str = ""
    network: IPv4Network | IPv6Network | None = None
    port: int | None = None

    def covers(self, address: Address, host: str, port: int) -> bool:
        """Return whether this entry permits `address`, which `host` resolved to, at `port`."""
        if self.port is not None and self.port != port:
            return False
        if self.network is None:
            return self.name == _bare(host)
        return address.version == self.network.version and address in self.network


def exemptions(entries: Iterable[str]) -> tuple[Exemption, ...]:
    """Parse `allow_private_hosts`: "name", "192.0.2.7", "10.0.0.0/8" or "[::1]", plus ":port".

    Raises ValueError, which names the entry, when one is none of these.
    """
    return tuple(_exemption(entry) for entry in entries)


def _exemption(entry: str) -> Exemption:
    text, port = entry.strip(), None
    # One colon separates a port; several are an IPv6 address, which needs brackets before a port.
    if text.startswith("["):
        inside, _, rest = text[1:].partition("]")
        text, tail = inside, rest.removeprefix(":")
    elif text.count(":") == 1:
        text, _, tail = text.partition(":")
    else:
        tail = ""
    if tail:
        if not tail.isascii() or not tail.isdigit() or not 0 < int(tail) < 65_536:
            raise ValueError(f"{entry!r} has no valid port")
        port = int(tail)
    try:
        return Exemption(network=ip_network(text, strict=False), port=port)
    except ValueError:
        if not text or "/" in text or ":" in text or any(c.isspace() for c in text):
            raise ValueError(f"{entry!r} is not a host name, IP address or network") from None
        return Exemption(name=_bare(text), port=port)


def embedded(address: Address) -> Address:
    """Return the IPv4 address in an IPv6 one (mapped, NAT64, 6to4, Teredo), else `address`."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if any(address in network for network in NAT64):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    return address


def is_public(address: Address) -> bool:
    """Return whether `address` is publicly routable (registries of RFC 6890)."""
    inner = embedded(address)
    return (
        inner.is_global
        and not inner.is_multicast
        and not inner.is_reserved
        and not inner.is_unspecified
    )


def permitted(address: str, host: str, port: int, allowed: Iterable[Exemption]) -> bool:
    """Return whether a connection to `address`:`port`, resolved from `host`, may be opened.

    `address` is in getaddrinfo's form: an IPv6 one may have a zone ("fe80::1%eth0").
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if is_public(parsed):
        return True
    return any(entry.covers(embedded(parsed), host, port) for entry in allowed) or any(
        entry.covers(parsed, host, port) for entry in allowed
    )


def _bare(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()
