"""In whose name a source is asked.

In: a source of the settings. Out: the user agent, headers and proxy its requests go out with.
Refuses to hand a source's headers, which may be a password, to any host but the source's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipeline.article import Source


@dataclass(frozen=True, slots=True)
class Manner:
    """What differs from the client's own way; empty values do not.

    `headers` are sent to `hosts` and the hosts below them alone, and without encryption only where
    the source's own address is without it (`plain`).
    """

    user_agent: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    hosts: frozenset[str] = frozenset()
    plain: bool = False
    proxy: str = ""

    def headers_for(self, url: str) -> Mapping[str, str]:
        """The extra headers that a request for `url` may carry."""
        if not self.headers:
            return {}
        parts = urlsplit(url)
        if parts.scheme != "https" and not self.plain:
            return {}
        host = (parts.hostname or "").lower()
        own = any(host == one or host.endswith(f".{one}") for one in self.hosts)
        return self.headers if own else {}


PLAIN = Manner()


def manner_of(source: Source | None) -> Manner:
    """How `source` wants to be asked."""
    if source is None:
        return PLAIN
    addresses = (source.url, *source.urls)
    hosts = {(urlsplit(url).hostname or "").lower().removeprefix("www.") for url in addresses}
    return Manner(
        user_agent=source.user_agent,
        headers=source.headers,
        hosts=frozenset(hosts - {""}),
        plain=any(urlsplit(url).scheme.lower() == "http" for url in addresses),
        proxy=source.proxy,
    )
