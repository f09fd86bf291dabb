"""Obey robots.txt: what a site lets robots fetch, and how often (RFC 9309).

`Robots.check` takes a URL and a function that fetches the site's robots.txt, and returns the least
seconds between two requests.
Raises Disallowed when the site forbids the URL, or, for the time being, when its robots.txt cannot
be fetched; FetchError when the host does not exist.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import urlsplit

from protego import Protego

from pipeline.errors import FetchError
from pipeline.ingest.http.pacing import LONGEST_WAIT
from pipeline.ingest.xml import clean_start

# RFC 9309 §2.5: at least 500 KiB must be parsed; the rest is ignored.
MAX_BYTES = 512_000
# Seconds. §2.4: a copy is used for a day at most. One that could not be fetched is retried sooner.
FRESH = 24 * 3_600.0
RETRY = 600.0
# Sites lifetime at once; the least recently used one is dropped.
MAX_SITES = 4_096


class Disallowed(FetchError):  # noqa: N818 - says what it is, as NotAnArticle does
    """The site's robots.txt forbids this address, or could not be fetched."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of requesting a robots.txt; `status` None: no response, because of `reason`.

    `unknown_host`: the host name could not be resolved, so the page cannot be fetched either.
    """

    status: int | None
    content: bytes = b""
    reason: str = ""
    unknown_host: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one site. Without `parsed` everything is allowed.

    `closed` is the reason why nothing is allowed, "" if there is none. `unknown_host` says that the
    reason is a host name that could not be resolved.
    """

    parsed: Protego | None = None
    closed: str = ""
    unknown_host: bool = False

    def allows(self, url: str, agent: str) -> bool:
        """Return whether a robot with the user agent `agent` may fetch `url`."""
        return not self.closed and (self.parsed is None or self.parsed.can_fetch(url, agent))

    def delay(self, agent: str) -> float:
        """Return the least seconds between two requests: Crawl-delay or Request-rate, or 0.

        At most a day, as with Retry-After: some sites say 1e20.
        """
        if self.parsed is None:
            return 0.0
        delay = self.parsed.crawl_delay(agent) or 0.0
        rate = self.parsed.request_rate(agent)
        if rate and rate.requests:
            delay = max(delay, rate.seconds / rate.requests)
        return min(delay, LONGEST_WAIT) if math.isfinite(delay) and delay > 0 else 0.0


OPEN = Rules()


def rules_of(answer: Answer) -> Rules:
    """Return the rules that follow from a response (RFC 9309 §2.3.1).

    2xx: those in it. 3xx and 4xx: everything is allowed (§2.3.1.3); except 429, which asks for a
    pause. 429, 5xx and no response: everything is forbidden for the time being (§2.3.1.4).
    """
    status = answer.status
    if answer.unknown_host:
        return Rules(closed=answer.reason, unknown_host=True)
    if status is not None and 200 <= status < 300:
        # Without `clean_start` a byte order mark would hide the first line.
        content = clean_start(answer.content[:MAX_BYTES])
        return Rules(Protego.parse(content.decode("utf-8-sig", "replace")))
    if status is not None and 300 <= status < 500 and status != 429:
        return OPEN
    return Rules(closed=answer.reason or f"HTTP {status or 'none'}")


@dataclass(slots=True)
class _Site:
    lock: Lock = field(default_factory=Lock)
    rules: Rules | None = None
    until: float = 0.0


class Robots:
    """The rules of the sites asked so far; safe to share between threads. `clock` is in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sites: dict[str, _Site] = {}
        self._lock = Lock()

    def check(self, url: str, agent: str, ask: Callable[[str], Answer]) -> float:
        """Return the least seconds between requests to the site of `url`.

        `ask` fetches a robots.txt that is not known yet. Raises Disallowed when the site forbids
        `url` or its robots.txt cannot be fetched, FetchError when the host does not exist.
        """
        rules = self.rules(url, ask)
        if rules.unknown_host:  # not Disallowed, which waits: the host may never exist
            raise FetchError(url, rules.closed, "check the address", retry=True)
        if rules.closed:
            raise Disallowed(
                url,
                f"is not fetched: the site's robots.txt cannot be fetched: {rules.closed}",
                "it is asked for again after ten minutes; if it stays so, open it in a browser and "
                "tell the site, or set fetch.obey_robots = false",
                retry=True,
                wait=RETRY,
                not_sent=True,
            )
        if not rules.allows(url, agent):
            raise Disallowed(
                url,
                "is not fetched: the site's robots.txt forbids it",
                "remove it, or ask the site for permission",
            )
        return rules.delay(agent)

    def rules(self, url: str, ask: Callable[[str], Answer]) -> Rules:
        """Return the rules of the site of `url`; `ask` fetches missing and stale ones."""
        parts = urlsplit(url)
        origin = f"{parts.scheme.lower()}://{parts.netloc.lower()}"
        site = self._site(origin)
        with site.lock:
            if site.rules is None or self._clock() >= site.until:
                rules = site.rules = rules_of(ask(f"{origin}/robots.txt"))
                lifetime = 0.0 if rules.unknown_host else RETRY if rules.closed else FRESH
                site.until = self._clock() + lifetime
            return site.rules

    def _site(self, origin: str) -> _Site:
        with self._lock:
            site = self._sites.pop(origin, None) or _Site()
            self._sites[origin] = site
            while len(self._sites) > MAX_SITES:
                del self._sites[next(iter(self._sites))]
            return site
