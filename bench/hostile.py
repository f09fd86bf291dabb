"""Ask a misbehaving news site for everything it has, and say what came of each route.

    python bench/hostile.py [../shared/hostile/server.py]

Starts the site on loopback, drives `discover` and `fetch` through one polite client, and checks
what each route should come to. Prints one line a route; then the time, the memory, and from the
site's own log whether the pacing held and nothing private was asked for. Exit code 1 when not.
"""

import argparse
import json
import resource
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from pipeline.article import Page, Reference, Source
from pipeline.errors import BabelwireError
from pipeline.ingest import Client, Discovery, discover, fetch, identity
from pipeline.options import FetchOptions

SERVER = Path(__file__).parents[2] / "shared/hostile/server.py"
# The site's table gives servers in four addresses; the canary's must never be met.
HOSTS = ("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.7")


def error(reason: str, *, retry: bool | None = None) -> Callable[[object], bool]:
    """The error with these words in it."""

    def fits(result: object) -> bool:
        said = isinstance(result, BabelwireError) and reason in result.reason
        return said and (retry is None or result.retry is retry)  # type: ignore[union-attr]

    return fits


def page(result: object) -> bool:
    """A whole page."""
    return isinstance(result, Page) and b"All rights reserved" in result.content


def references(number: int, problems: int = 0) -> Callable[[object], bool]:
    """So many references and problems."""

    def fits(result: object) -> bool:
        return (
            isinstance(result, Discovery)
            and (len(result.references), len(result.problems)) == (number, problems)
            and all(one.published is None or one.published.year > 1990 for one in result.references)
            and len({identity(one.url) for one in result.references}) == number
        )

    return fits


PAGES: tuple[tuple[str, str, Callable[[object], bool]], ...] = (
    ("127.0.0.1", "/private/secret.html", error("robots.txt forbids", retry=False)),
    ("127.0.0.1", "/private/open.html", page),
    ("127.0.0.2", "/any", error("robots.txt forbids", retry=False)),
    ("127.0.0.3", "/any", error("robots.txt cannot be fetched", retry=True)),
    ("127.0.0.7", "/one", page),
    ("127.0.0.7", "/two", page),
    ("127.0.0.1", "/t/drip", error("took too long", retry=True)),
    ("127.0.0.1", "/t/endless", error("larger than", retry=False)),
    ("127.0.0.1", "/t/gzip-bomb", error("larger than", retry=False)),
    ("127.0.0.1", "/t/length-long", error("breaks off", retry=True)),
    ("127.0.0.1", "/t/gzip-cut", error("breaks off", retry=True)),
    ("127.0.0.1", "/t/chunk-broken", error("", retry=True)),
    ("127.0.0.1", "/t/reset", error("broke off", retry=True)),
    ("127.0.0.1", "/s/403", error("forbidden", retry=False)),
    ("127.0.0.1", "/s/410", error("gone for good", retry=False)),
    ("127.0.0.1", "/s/503-seconds", error("not available", retry=True)),
    ("127.0.0.1", "/s/429", page),
    ("127.0.0.1", "/s/cookie", page),
    ("127.0.0.1", "/r/301", page),
    ("127.0.0.1", "/r/loop", error("redirects more than")),
    ("127.0.0.1", "/r/other-port", error("private address")),
    ("127.0.0.1", "/r/ipv6", error("private address")),
    ("127.0.0.1", "/r/file", error("neither http nor https")),
    ("127.0.0.1", "/c/etag", page),
    ("127.0.0.1", "/c/etag-new", page),
)
SOURCES: tuple[tuple[str, str, Callable[[object], bool]], ...] = (
    ("feed", "/f/good.rss", references(20)),
    ("feed", "/f/bad-xml.rss", references(2, 1)),
    ("feed", "/f/xxe.rss", references(1)),
    ("feed", "/f/laughs.rss", references(1)),
    ("feed", "/f/windows-1251.rss", references(1)),
    ("feed", "/f/control.rss", references(2)),
    ("feed", "/f/dates.rss", references(25)),
    ("feed", "/f/no-guid.rss", references(5)),
    ("feed", "/f/dup-guid.rss", references(5)),
    # The one whose link is no address has a guid and text of its own: an entry without a link.
    ("feed", "/f/bad-links.rss", references(3, 2)),
    ("feed", "/f/relative.atom", references(1)),
    ("feed", "/f/10000.rss", references(1_000)),
    ("feed", "/f/full-content.rss", references(1)),
    ("feed", "/f/guid-random.rss", references(5)),
    ("index", "/i/5000", references(5_000)),
    ("index", "/i/trap/1", references(1)),
    ("index", "/i/junk", references(1)),
    ("index", "/d/links", references(1)),
)
# Asked twice: what the second answer is.
TWICE: tuple[tuple[str, bool], ...] = (
    ("/c/etag", True),
    ("/c/etag-new", True),
    ("/c/etag-stuck", False),
)


class Site:
    """The running site and a client for it."""

    def __init__(self, server: Path, options: FetchOptions) -> None:
        self.port = _free_port()
        command = [sys.executable, str(server), "--port", str(self.port), "--max-resp", "30"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.process.stdout.readline()
        allowed = tuple(f"{host}:{self.port}" for host in HOSTS)
        self.client = Client(options.model_copy(update={"allow_private_hosts": allowed}))

    def url(self, path: str, host: str = HOSTS[0]) -> str:
        return f"http://{host}:{self.port}{path}"

    def log(self) -> list[dict[str, object]]:
        with urllib.request.urlopen(self.url("/_log"), timeout=10) as answer:
            return json.load(answer)  # type: ignore[no-any-return]

    def close(self) -> None:
        self.client.close()
        self.process.terminate()
        self.process.wait(10)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("server", type=Path, nargs="?", default=SERVER)
    arguments = parser.parse_args()
    options = FetchOptions(timeout=5, connect_timeout=5, total_timeout=10, host_delay=0.0)
    if not arguments.server.exists():
        print(f"{arguments.server} is not there", file=sys.stderr)
        return 2
    site = Site(arguments.server, options)
    began, failed = time.monotonic(), 0
    # Each address is a host of its own, as fifty sources are: they run beside each other.
    results: list[tuple[str, float, object, bool]] = []
    threads = [threading.Thread(target=_ask_host, args=(site, host, results)) for host in HOSTS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for place, seconds, result, good in results:
        failed += not good
        print(f"{'ok  ' if good else 'FAIL'} {seconds:6.2f} s  {place:34} {_shown(result)}")
    wall = time.monotonic() - began
    log = site.log()
    site.close()
    canary = [entry for entry in log if entry["host"] == "CANARY"]
    gaps = {
        host: [float(one["dt"]) for one in log if one["host"] == host and one["dt"] is not None]  # type: ignore[arg-type]
        for host in HOSTS
    }
    print(f"\n{len(results) - failed} of {len(results)} as they should be, in {wall:.0f} s")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    print(f"requests to the canary: {len(canary)}")
    paced = all(
        min(gaps[host], default=9) >= delay - 0.02
        for host, delay in (("127.0.0.1", 1.0), ("127.0.0.7", 3.0))
    )
    shortest = ", ".join(f"{host} {min(gap):.2f} s" for host, gap in gaps.items() if gap)
    print(f"shortest time between two requests: {shortest}")
    return 1 if failed or canary or not paced else 0


def _ask_host(site: Site, host: str, results: list[tuple[str, float, object, bool]]) -> None:
    for address, path, fits in PAGES:
        if address == host:
            reference = Reference(source="s", url=site.url(path, host))
            _note(results, f"{host}{path}", lambda: fetch(reference, site.client), fits)  # noqa: B023
    if host != HOSTS[0]:
        return
    for kind, path, fits in SOURCES:
        source = Source(id="s", kind=kind, url=site.url(path))
        _note(results, path, lambda: discover(source, site.client), fits)  # noqa: B023
    for path, same in TWICE:
        reference = Reference(source="s", url=site.url(path))
        first = fetch(reference, site.client)
        assert first is not None
        _note(
            results,
            f"{path} again",
            lambda: fetch(reference, site.client, first.validators),  # noqa: B023
            lambda result: (result is None) is same,  # noqa: B023
        )


def _note(
    results: list[tuple[str, float, object, bool]],
    place: str,
    work: Callable[[], object],
    fits: Callable[[object], bool],
) -> None:
    began = time.monotonic()
    try:
        result = work()
    except BabelwireError as error:
        result = error
    results.append((place, time.monotonic() - began, result, fits(result)))


def _shown(result: object) -> str:
    if isinstance(result, Page):
        return f"a page of {len(result.content):,} bytes"
    if isinstance(result, Discovery):
        return f"{len(result.references):,} references, {len(result.problems)} problems"
    return "unchanged" if result is None else str(result).partition(": ")[2][:70]


def _free_port() -> int:
    """A port that is free on every address of the site, with the next one for its canary."""
    for port in range(18_800, 28_800, 2):
        try:
            for host in (*HOSTS, "127.0.0.169", "127.10.0.1"):
                for number in (port, port + 1):
                    with socket.create_server((host, number)):
                        pass
        except OSError:
            continue
        return port
    raise SystemExit("no free port")


if __name__ == "__main__":
    sys.exit(main())
