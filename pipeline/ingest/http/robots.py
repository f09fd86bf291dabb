"""robots.txt: what a site lets robots ask for, and how often (RFC 9309).

In: an address, and a way to fetch that site's robots.txt. Out: the seconds it wants between two
requests. Refuses, with Disallowed, what the site forbids; and everything of a site whose robots.txt
cannot be had, for now.
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
from pipeline.ingest.xml import begun

# RFC 9309 §2.5: at least 500 KiB must be read; what is beyond them is ignored.
MAX_BYTES = 512_000
# §2.4: not used for more than a day. One that could not be had is asked for again sooner.
FRESH = 24 * 3_600.0
RETRY = 600.0
# Sites remembered at once; the one used longest ago makes room.
MAX_SITES = 4_096


class Disallowed(FetchError):  # noqa: N818 - says what it is, as NotAnArticle does
    """The site's robots.txt forbids this address, or could not be had."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What asking for a robots.txt came to; `status` None: no answer at all, for `reason`.

    `nobody`: there is no such host today, and so no page of it either.
    """

    status: int | None
    content: bytes = b""
    reason: str = ""
    nobody: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one site; without `parsed` everything is allowed, or (`closed`) nothing is,
    for there is nothing (`nobody`)."""

    parsed: Protego | None = None
    closed: str = ""
    nobody: bool = False

    def allows(self, url: str, agent: str) -> bool:
        """Whether a robot that calls itself `agent` may ask for `url`."""
        return not self.closed and (self.parsed is None or self.parsed.can_fetch(url, agent))

    def delay(self, agent: str) -> float:
        """The seconds that the site wants between two requests: Crawl-delay or Request-rate.

        At most a day, as with Retry-After: a site that says 1e20 means no time that a clock has.
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
    """The rules that an answer means (RFC 9309 §2.3.1).

    2xx: what it says. 4xx: there are none (§2.3.1.3), but for 429, which is a server's plea.
    5xx and no answer: everything is forbidden for now (§2.3.1.4).
    """
    status = answer.status
    if answer.nobody:
        return Rules(closed=answer.reason, nobody=True)
    if status is not None and 200 <= status < 300:
        # A byte order mark would hide the first line, and a page in place of rules has none.
        content = begun(answer.content[:MAX_BYTES])
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
    """The rules of the sites met so far; usable from many threads. `clock` is in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sites: dict[str, _Site] = {}
        self._lock = Lock()

    def check(self, url: str, agent: str, ask: Callable[[str], Answer]) -> float:
        """The seconds that the site of `url` wants between requests.

        `ask` fetches a robots.txt where it is not known. Raises Disallowed.
        """
        rules = self.rules(url, ask)
        if rules.nobody:  # a failure of the page: a site that rests comes back, this one need not
            raise FetchError(url, rules.closed, "check the address", retry=True)
        if rules.closed:
            raise Disallowed(
                url,
                f"is not asked for: its site's robots.txt cannot be had: {rules.closed}",
                retry=True,
                wait=RETRY,
                unasked=True,
            )
        if not rules.allows(url, agent):
            raise Disallowed(
                url,
                "is not asked for: its site's robots.txt forbids it",
                "remove it, or ask the site",
            )
        return rules.delay(agent)

    def rules(self, url: str, ask: Callable[[str], Answer]) -> Rules:
        """The rules of the site of `url`, asked for where they are not known or too old."""
        parts = urlsplit(url)
        place = f"{parts.scheme.lower()}://{parts.netloc.lower()}"
        site = self._site(place)
        with site.lock:
            if site.rules is None or self._clock() >= site.until:
                rules = site.rules = rules_of(ask(f"{place}/robots.txt"))
                kept = 0.0 if rules.nobody else RETRY if rules.closed else FRESH
                site.until = self._clock() + kept
            return site.rules

    def _site(self, place: str) -> _Site:
        with self._lock:
            site = self._sites.pop(place, None) or _Site()
            self._sites[place] = site
            while len(self._sites) > MAX_SITES:
                del self._sites[next(iter(self._sites))]
            return site
