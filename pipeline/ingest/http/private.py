"""Which addresses may be connected to.

In: an IP address, the host and port that were asked for, and `fetch.allow_private_hosts`. Out: yes
or no. Refuses every address that is not publicly routable (RFC 6890): loopback, private,
link-local, shared, multicast, reserved, and IPv4 ones of those kinds wrapped into IPv6.
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

# RFC 6052 §2.1: the last 32 bits of such an address are an IPv4 address behind a translator.
NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


@dataclass(frozen=True, slots=True)
class Exemption:
    """One entry of `allow_private_hosts`: a name or a network, at one port or (None) at any."""

    name: str = ""
    network: IPv4Network | IPv6Network | None = None
    port: int | None = None

    def covers(self, address: Address, host: str, port: int) -> bool:
        """Whether this entry allows `address`, which `host` resolved to, at `port`."""
        if self.port is not None and self.port != port:
            return False
        if self.network is None:
            return self.name == _bare(host)
        return address.version == self.network.version and address in self.network


def exemptions(entries: Iterable[str]) -> tuple[Exemption, ...]:
    """Parse `allow_private_hosts`: "name", "192.0.2.7", "10.0.0.0/8", "[::1]"; or with ":port".

    Raises ValueError with the entry that is none of these.
    """
    return tuple(_exemption(entry) for entry in entries)


def _exemption(entry: str) -> Exemption:
    text, port = entry.strip(), None
    # A lone colon divides a port off; more of them are an IPv6 address, whose port needs brackets.
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
            raise ValueError(f"{entry!r} is no host name, IP address or network") from None
        return Exemption(name=_bare(text), port=port)


def embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 one leads to (mapped, NAT64, 6to4, Teredo), else itself."""
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
    """Whether packets to `address` go to the public Internet (RFC 6890 registries)."""
    inner = embedded(address)
    return (
        inner.is_global
        and not inner.is_multicast
        and not inner.is_reserved
        and not inner.is_unspecified
    )


def permitted(address: str, host: str, port: int, allowed: Iterable[Exemption]) -> bool:
    """Whether a connection to `address`:`port`, resolved from `host`, may be opened.

    `address` is what getaddrinfo gives: an IPv6 one may carry a zone ("fe80::1%eth0").
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
