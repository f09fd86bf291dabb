"""The request settings of a source: its User-Agent, extra headers and proxy.

`request_settings` takes a source of the settings and returns what its requests are sent with.
A source's headers may hold a password: they go only to the source's own hosts. Never raises.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipeline.article import Source


@dataclass(frozen=True, slots=True)
class RequestSettings:
    """What a source's requests are sent with; an empty value means the client's own.

    `headers` go only to `hosts` and their subdomains, and over unencrypted http only if the
    source's own address is http (`allow_http`).
    """

    user_agent: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    hosts: frozenset[str] = frozenset()
    allow_http: bool = False
    proxy: str = ""

    def headers_for(self, url: str) -> Mapping[str, str]:
        """Return the extra headers that a request for `url` may carry; {} for a foreign host."""
        if not self.headers:
            return {}
        parts = urlsplit(url)
        if parts.scheme != "https" and not self.allow_http:
            return {}
        host = (parts.hostname or "").lower()
        own = any(host == name or host.endswith(f".{name}") for name in self.hosts)
        return self.headers if own else {}


NO_SETTINGS = RequestSettings()


def request_settings(source: Source | None) -> RequestSettings:
    """Return the request settings of `source`; NO_SETTINGS without a source."""
    if source is None:
        return NO_SETTINGS
    addresses = (source.url, *source.urls)
    hosts = {(urlsplit(url).hostname or "").lower().removeprefix("www.") for url in addresses}
    return RequestSettings(
        user_agent=source.user_agent,
        headers=source.headers,
        hosts=frozenset(hosts - {""}),
        allow_http=any(urlsplit(url).scheme.lower() == "http" for url in addresses),
        proxy=source.proxy,
    )
