#!/usr/bin/env python3
"""What passes, lists and pages cost, by the number of articles stored and by the number of sources.

    PYTHONPATH=. python bench/growth.py                            (all sizes: about half an hour)
    PYTHONPATH=. python bench/growth.py --sizes 1000 10000 --sources 20 200 --no-crowd
    PYTHONPATH=. python bench/growth.py --keep FOLDER …            (databases are made once)

Made articles go straight into the tables. A server of made feeds runs on loopback, in a process of
its own; so does each measurement, after which its peak memory is known. Out come the milliseconds
of processor of each row (the median of several) and their ratio to the first column; the bounds are
those that the row may reach.

Three tables: by the number of articles (20 sources), by the number of sources (1,000 articles),
and a feed of 1,000 sources with 50 articles each beside one of 20. Needs nothing from elsewhere.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from growthdata import SourceServer, fill, settings_text
from starlette.testclient import TestClient

from pipeline.cli import statuslines
from pipeline.cli.overview import overview
from pipeline.config import Settings, load
from pipeline.desk import Desk, prune
from pipeline.desk.waiting import Waiting, lacked
from pipeline.store import Asked, Store, sqlite_url
from pipeline.web import StoreBackend, application

PAGE_SIZE = 25
BOUNDS = {"search for the commonest word": 2.0}
BOUND = 1.2
SHORT = 10  # milliseconds


def rows(settings: Settings, store: Store, root: str) -> Iterator[tuple[str, Callable[[], object]]]:
    """The name of each row, and what is measured."""
    desk = Desk(settings, store)

    def waits() -> list[Waiting]:
        return lacked(settings, store)

    backend = StoreBackend(store, settings.feeds, settings.sources, lacking=waits)
    everything = list(settings.sources)
    visited = everything[len(everything) // 2]

    def visit() -> None:
        report = desk.run([visited])
        assert report.exit_code == 0 and not report.sources[visited].new, report.as_dict()

    def visit_with_news() -> None:
        urllib.request.urlopen(f"{root}/new/{visited}", timeout=30).close()
        report = desk.run([visited])
        assert report.exit_code == 0 and report.sources[visited].new == 1, report.as_dict()

    def whole_pass() -> None:
        assert desk.run().exit_code == 0

    def pending() -> None:
        number, waiting = store.translations.pending("pt", everything)
        assert number == len(list(waiting)) == 0

    def list_page() -> None:
        found = backend.entries("all", "pt", deep)
        assert found is not None and len(found[0].latest) == PAGE_SIZE

    def status_page() -> None:
        assert client.get("/status").status_code == 200

    def status() -> None:
        assert list(statuslines.lines(overview(settings, store)))

    client = TestClient(application(settings.output_dir, backend))
    deep = page_100(store, settings)
    visit_with_news()  # the model is loaded, and its memory filled
    if len(everything) <= 200:
        yield "pass over all sources, nothing new", whole_pass
    yield "visit of one source, nothing new", visit
    yield "visit of one source, one new article", visit_with_news
    yield "what is pending in a language", pending
    yield "the newest of a feed", lambda: store.translations.newest("pt", everything, 50)
    yield "search for the commonest word", lambda: backend.search("the", "", 1)
    yield "a list's page 100", list_page
    yield "index page", backend.feeds
    yield "status page", status_page
    yield "`status`", status
    yield "prune, nothing to do", lambda: prune(settings, store, datetime.now(UTC))


def page_100(store: Store, settings: Settings) -> str:
    """The key that page 100 of a list begins after, or the last full page of a shorter list."""
    sources, before = tuple(settings.sources), None
    pages = min(100, store.articles.count() // PAGE_SIZE)
    asked = [Asked("all", "pt", sources)]
    for _ in range(pages - 1):
        [found] = store.translations.listed(asked, PAGE_SIZE, before, whole=False)
        before = found[-1].key
    return str(before)


def measure(folder: Path, sources: int, articles: int, rounds: int, only: str) -> None:
    """Print each row's milliseconds and the peak memory, as JSON."""
    with SourceServer.process(sources, articles) as root:
        file = folder / "babelwire.toml"
        file.write_text(settings_text(sources, root), "utf-8")
        settings = load(file)
        found: dict[str, float] = {}
        peaks: dict[str, float] = {}
        with Store(sqlite_url(settings.state_dir)) as store:
            for name, work in rows(settings, store, root):
                if only and only not in name:
                    continue
                work()
                forget_peak()
                times = [timed(work) for _ in range(rounds)]
                if max(times) < SHORT:  # else single pages that are not in a cache decide
                    times += [timed(work) for _ in range(9 * rounds)]
                found[name], peaks[name] = statistics.median(times), peak()
    found["memory at its peak, in MB"] = max(peaks.values())
    print(json.dumps({"figures": found, "peaks": peaks}))


def timed(work: Callable[[], object]) -> float:
    """The milliseconds of processor that all threads of this process take."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def peak() -> float:
    """The most memory in MB since `forget_peak`."""
    status = Path("/proc/self/status").read_text("ascii")
    match = re.search(r"VmHWM:\s+(\d+)", status)
    return int(match[1]) / 1024 if match else 0.0


def in_child(arguments: argparse.Namespace, *more: str) -> str:
    command = [sys.executable, __file__, "--rounds", str(arguments.rounds), *more]
    if arguments.only:
        command += ["--only", arguments.only]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return done.stdout


def column(arguments: argparse.Namespace, keep: Path, sources: int, articles: int) -> dict:
    """The figures of one database, which is made if it is not there."""
    folder = keep / f"{articles}-{sources}"
    one = "--one", str(folder), str(sources), str(articles)
    if not (folder / "made").exists():
        shutil.rmtree(folder, ignore_errors=True)
        begun = time.monotonic()
        in_child(arguments, "--fill", *one)
        took = time.monotonic() - begun
        print(f"({articles:,} articles of {sources:,} sources made in {took:.0f} s)", flush=True)
    return json.loads(in_child(arguments, *one).splitlines()[-1])


def table(title: str, columns: dict[str, dict]) -> None:
    """Print a table."""
    names = list(columns)
    print(f"\n{title}\n\n| | {' | '.join(names)} | ratio | bound |")
    print("|---" * (len(names) + 3) + "|")
    first, last = columns[names[0]]["figures"], columns[names[-1]]["figures"]
    for row in first:
        cells = [one["figures"].get(row) for one in columns.values()]
        shown = " | ".join("–" if cell is None else f"{cell:,.1f}" for cell in cells)
        ratio = last[row] / first[row] if row in last and first[row] else None
        told = "–" if ratio is None else f"{ratio:.2f}"
        print(f"| {row} | {shown} | {told} | {BOUNDS.get(row, BOUND)} |", flush=True)


def main() -> None:
    """Make the databases, measure, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", nargs="*", type=int, default=[1000, 10_000, 100_000])
    parser.add_argument("--sources", nargs="*", type=int, default=[20, 200, 2000])
    parser.add_argument("--no-crowd", action="store_true", help="without the feed of 1,000 sources")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="rows with this in their name")
    parser.add_argument("--keep", type=Path, help="where the databases are, or are to be left")
    parser.add_argument("--fill", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        folder, sources, articles = Path(arguments.one[0]), *map(int, arguments.one[1:])
        if arguments.fill:
            fill(folder, sources, articles)
        else:
            measure(folder, sources, articles, arguments.rounds, arguments.only)
        return
    with tempfile.TemporaryDirectory(prefix="babelwire-growth-") as made:
        keep = arguments.keep or Path(made)
        if arguments.sizes:
            found = {f"{n:,}": column(arguments, keep, 20, n) for n in arguments.sizes}
            table("By articles, of 20 sources (ms of processor)", found)
        if arguments.sources:
            found = {f"{n:,}": column(arguments, keep, n, 1000) for n in arguments.sources}
            table("By sources, with 1,000 articles (ms of processor)", found)
        if not arguments.no_crowd:
            found = {f"{n:,}": column(arguments, keep, n, 50 * n) for n in (20, 1000)}
            table("By sources, with 50 articles each (ms of processor)", found)


if __name__ == "__main__":
    main()
