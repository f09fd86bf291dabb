"""What a pass costs that has nothing to do: many sources that answer 304, many known references.

    python bench/idle.py [--sources 1000] [--references 10000]

Both are measured at a quarter, a half and all of the number, on fresh databases: a cost that grows
linearly shows as an equal time for each. The sites run in a process of their own, without pauses
between requests to a host; the processor time is the pass's alone.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from pipeline.article import Reference
from pipeline.cli.context import open_store
from pipeline.config import load
from pipeline.desk import Desk, Report
from pipeline.ingest import Client

FEED = 1_000  # entries that are read of one feed
_SITES = (
    "import goodsites, sys; s = goodsites.Sites({first}, shown={shown}); "
    "print(s.server_port, flush=True); sys.stdin.read()"
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sources", type=int, default=1_000)
    parser.add_argument("--references", type=int, default=10_000)
    options = parser.parse_args()
    for part in (4, 2, 1):
        measure(options.sources // part, 0, f"{options.sources // part:6,} sources that answer 304")
    for part in (4, 2, 1):
        number = options.references // part
        measure(-(-number // FEED), min(number, FEED), f"{number:6,} known references")
    return 0


def measure(sources: int, entries: int, what: str) -> None:
    """A pass to get to know the sources, then the one that is measured."""
    code = _SITES.format(first=entries, shown=entries)
    site = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert site.stdout and site.stdin
    port = int(site.stdout.readline())
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "babelwire.toml"
        tables = "".join(
            f'[[sources]]\nid = "s{one}"\nkind = "feed"\n'
            f'url = "http://127.8.{(one + 1) >> 8}.{(one + 1) & 255}:{port}/feed.xml"\n'
            for one in range(sources)
        )
        path.write_text(
            'languages = ["en"]\n[fetch]\nallow_private_hosts = ["127.0.0.0/8"]\nhost_delay = 0\n'
            f"{tables}",
            "utf-8",
        )
        settings = load(path)
        with open_store(settings) as store, Client(settings.fetch) as client:

            def one_pass(force: bool) -> Report:
                desk = Desk(settings, store, client=client)
                report = desk.begin(desk.choose(()))
                desk.collect(desk.choose(()), report, force=force)
                return desk.finish(report)

            now = datetime.now(UTC)
            if entries:  # known and done, without fetching ten thousand pages first
                for one in range(sources):
                    base = f"http://127.8.{(one + 1) >> 8}.{(one + 1) & 255}:{port}"
                    urls = (f"{base}/story-{number}" for number in range(entries))
                    known = [Reference(source=f"s{one}", url=url) for url in urls]
                    store.references.announce(known, now)
                with store.database.write() as connection:
                    connection.exec_driver_sql("UPDATE \"references\" SET state = 'rejected'")
            else:
                one_pass(False)
            began, used = time.perf_counter(), time.process_time()
            report = one_pass(False)
            wall, used = time.perf_counter() - began, time.process_time() - used
        assert not report.failures, report.failures[0]
        assert not any(one.fetched for one in report.sources.values())
    site.stdin.close()
    site.wait()
    each = sources if not entries else sources * entries
    print(
        f"{what}: {wall:5.2f} s, processor {used:5.2f} s; "
        f"each {wall / each * 1000:.2f} ms, processor {used / each * 1000:.2f} ms"
    )


if __name__ == "__main__":
    sys.exit(main())
