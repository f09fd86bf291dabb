"""A hostile news site: pages, feeds, sitemaps and robots.txt files that no program should meet.

Each route is a host of its own (127.1.0.1, 127.1.0.2 …), as fifty sources are, so that what one of
them does to its host is nobody else's trouble.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.conftest import ROOT
from tests.desk.hostile_answers import answer, article
from tests.desk.hostile_routes import FEEDS, INDEXES, PAGES, RULES, SITEMAPS
from tests.ingest.site_under_test import Handler, Route, Site, serving
from tests.waiting import LONG


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """A route and what a source over it comes to; `robots` is the host's robots.txt."""

    kind: str
    route: Route
    says: str
    robots: Route | None = None


def traps() -> dict[str, Trap]:
    """Every route by a name of its own."""
    found = {f"page: {n}": Trap(kind="urls", route=r, says=s) for n, (r, s) in PAGES.items()}
    found |= {f"feed: {n}": Trap(kind="feed", route=r, says=s) for n, (r, s) in FEEDS.items()}
    found |= {f"map: {n}": Trap(kind="sitemap", route=r, says=s) for n, (r, s) in SITEMAPS.items()}
    found |= {f"index: {n}": Trap(kind="index", route=r, says=s) for n, (r, s) in INDEXES.items()}
    return found | {
        f"robots: {n}": Trap(kind="urls", route=answer(), says=s, robots=r)
        for n, (r, s) in RULES.items()
    }


def place(number: int, port: int) -> str:
    """The address of a host by its number."""
    return f"http://127.1.{number // 250}.{number % 250 + 1}:{port}"


class HostileSite(Site):
    """All the traps, each at an address of its own: `/page` for pages, `/feed` for the others."""

    def __init__(self, found: dict[str, Trap]) -> None:
        super().__init__("0.0.0.0")
        self.traps = list(found.values())

    def route_of(self, h: Handler) -> Route | None:
        """What answers a request."""
        high, low = map(int, h.connection.getsockname()[0].split(".")[2:])
        number = 250 * high + low - 1
        h.site = place(number, self.server_port)
        trap = self.traps[number] if number < len(self.traps) else None
        path = h.path.partition("?")[0]
        if path == "/robots.txt":
            return trap.robots if trap else None
        if trap is None or path == ("/page" if trap.kind == "urls" else "/feed"):
            return trap.route if trap else answer()
        if path not in ("/page", "/other"):
            return None
        return answer(article(h.site.replace(":", "-") + path[1:]))


@contextmanager
def running() -> Iterator[int]:
    """The site's port. It runs in a process of its own: endless answers want a whole processor."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait(LONG)


def main() -> None:
    """Serve until standard input ends."""
    with serving(HostileSite(traps())) as site:
        sys.stdout.write(f"{site.server_port}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
