"""Break things under a working daemon: is anything lost, doubled or torn afterwards?

    python bench/faults.py [--kills 50] [kill|disk|lock|clock]...

kill: SIGKILL at random moments, each time with the daemon started again on the same state.
disk: state and feeds on a file system of a few megabytes that runs full (needs the right to mount).
lock: another process holds the database's write lock for longer than anybody waits for it.
clock: the system's time jumps a day ahead and two back (needs a C compiler).
While they last, twelve good sites write a new article every two seconds each. Afterwards all
is well again, the daemon gets time to catch up, and every feed is parsed and compared with what the
sites had. Exit code 1 where an article is missing or twice, a feed is no feed, or the database's
integrity check finds something.
"""

import argparse
import collections
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import feedparser
from goodsites import Sites

ROOT = Path(__file__).parents[1]
SOURCES = 12
CATCH_UP = 90  # seconds a daemon may need for what the fault has held up
CLOCK = """#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
int clock_gettime(clockid_t id, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int answer = real(id, now);
    long jump = 0;
    FILE *file = id == CLOCK_REALTIME ? fopen(getenv("CLOCK_JUMP"), "r") : NULL;
    if (file) { if (fscanf(file, "%ld", &jump) != 1) jump = 0; fclose(file); }
    now->tv_sec += jump;
    return answer;
}
"""


class Wire:
    """A settings file, the sites it reads, and a daemon over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sites = Sites(first=2, every=2, shown=60)
        self.environment: dict[str, str] = {}
        parts = [
            'languages = ["en"]\n[fetch]\nallow_private_hosts = ["127.8.0.0/16"]\nhost_delay = 0\n'
            "concurrency = 8\n[poll]\nadaptive = false\nshortest = 2\nlongest = 60\n"
            "[translate]\nbeam_size = 1\n"
        ]
        for number in range(SOURCES):
            languages = '["en", "pt"]' if number == 0 else '["en"]'
            parts.append(
                f'[[sources]]\nid = "s{number}"\nkind = "feed"\nevery = "2s"\n'
                f'url = "{self.sites.url(number, "/feed.xml")}"\n'
                f'[[feeds]]\nid = "s{number}"\ntitle = "Town {number}"\nlimit = 1000\n'
                f'sources = ["s{number}"]\nlanguages = {languages}\n'
            )
        (folder / "babelwire.toml").write_text("".join(parts), "utf-8")

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "pipeline", "-c", str(self.folder / "babelwire.toml")]
        return subprocess.Popen(
            [*command, "daemon", "--no-serve"],
            cwd=ROOT,
            env=os.environ | self.environment,
            stderr=(Path(tempfile.gettempdir()) / "babelwire-faults.log").open("a"),
        )

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        daemon = self.start()
        try:
            yield daemon
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(60)

    def missing(self) -> int:
        """How many articles no feed has yet."""
        return sum(len(urls - set(self.links(name))) for name, urls in self.expected().items())

    def published(self) -> int:
        """How many entries there are in all feeds."""
        return sum(len(self.links(name)) for name in self.expected())

    def expected(self) -> dict[str, set[str]]:
        count = range(self.sites.articles())
        names = [("s0", "pt"), *((f"s{number}", "en") for number in range(SOURCES))]
        return {
            f"{name}/{language}.rss": {
                self.sites.url(int(name[1:]), f"/story-{one}") for one in count
            }
            for name, language in names
        }

    def links(self, name: str) -> list[str]:
        path = self.folder / "output" / name
        return [one.link for one in self.parsed(path).entries] if path.exists() else []

    def parsed(self, path: Path) -> feedparser.FeedParserDict:
        found = feedparser.parse(path.read_bytes())
        if found.bozo:
            raise SystemExit(f"FAULT: {path} is no valid feed: {found.bozo_exception}")
        return found

    def judge(self, what: str) -> bool:
        """Let a daemon catch up on what the fault has held up, then compare."""
        self.sites.stop_writing()
        with self.running():
            until = time.monotonic() + CATCH_UP
            while (left := self.missing()) and time.monotonic() < until:
                time.sleep(1)
        twice = 0
        for name in self.expected():
            entries = self.parsed(self.folder / "output" / name).entries
            for key in ("link", "id"):
                counted = collections.Counter(one[key] for one in entries)
                twice += sum(number - 1 for number in counted.values())
        for path in (self.folder / "output").glob("*/*.atom"):
            self.parsed(path)
        with closing(sqlite3.connect(self.folder / "state/babelwire.sqlite")) as database:
            [(check,)] = database.execute("PRAGMA integrity_check").fetchall()
            orphans = database.execute("PRAGMA foreign_key_check").fetchall()
        total = sum(map(len, self.expected().values()))
        print(
            f"{what}: {total:,} entries, {left} missing, {twice} twice; database {check}, "
            f"{len(orphans)} orphans",
            flush=True,
        )
        for name, urls in self.expected().items() if left else ():
            for url in sorted(urls - set(self.links(name))):
                print(f"  {name} lacks {url}", flush=True)
        return not (left or twice or orphans) and check == "ok"


def kill(wire: Wire, times: int) -> None:
    rng = random.Random(7)
    for _ in range(times):
        daemon = wire.start()
        time.sleep(rng.uniform(1.5, 5.0))
        daemon.kill()
        daemon.wait()


def disk(wire: Wire) -> None:
    with wire.running() as daemon:
        time.sleep(8)
        stuffing = wire.folder / "stuffing"
        try:  # all that is left, to the last block
            with stuffing.open("wb", buffering=0) as file:
                while file.write(bytes(4096)):
                    pass
        except OSError as error:
            print(f"  {error.strerror}", flush=True)
        time.sleep(15)
        assert daemon.poll() is None, "the daemon has died of a full disk"
        stuffing.unlink()
        time.sleep(5)


def lock(wire: Wire) -> None:
    with wire.running() as daemon:
        time.sleep(8)
        other = sqlite3.connect(wire.folder / "state/babelwire.sqlite", isolation_level=None)
        other.execute("PRAGMA busy_timeout = 10000")
        other.execute("BEGIN IMMEDIATE")
        time.sleep(40)  # the daemon gives up after 30
        other.execute("ROLLBACK")
        other.close()
        assert daemon.poll() is None, "the daemon has died of a locked database"
        time.sleep(5)


def clock(wire: Wire) -> None:
    source, library = wire.folder / "clock.c", wire.folder / "clock.so"
    source.write_text(CLOCK)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    jump = wire.folder / "jump"
    jump.write_text("0")
    wire.environment = {"LD_PRELOAD": str(library), "CLOCK_JUMP": str(jump)}
    with wire.running() as daemon:
        for seconds in (0, 86_400, -86_400, 0):
            jump.write_text(str(seconds))
            before = wire.published()
            time.sleep(15)
            assert daemon.poll() is None
            # A clock that is set back must not make the daemon wait until it is that late again.
            assert wire.published() > before, f"nothing is published with the clock at {seconds}"
    wire.environment = {}


def main() -> int:
    faults: dict[str, Callable[[Wire], None]] = {"disk": disk, "lock": lock, "clock": clock}
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("faults", nargs="*", metavar="fault")
    options = parser.parse_args()
    if unknown := set(options.faults) - {"kill", *faults}:
        parser.error(f"no such fault: {', '.join(unknown)}")
    well = True
    for name in options.faults or ["kill", *faults]:
        with tempfile.TemporaryDirectory() as folder, _place(Path(folder), name) as place:
            wire = Wire(place)
            if name == "kill":
                kill(wire, options.kills)
                well &= wire.judge(f"killed {options.kills} times")
            else:
                faults[name](wire)
                well &= wire.judge(name)
    return 0 if well else 1


@contextmanager
def _place(folder: Path, fault: str) -> Iterator[Path]:
    """A folder; for a full disk, a file system of its own."""
    if fault != "disk":
        yield folder
        return
    options = "size=200m"  # the built-in model alone takes 80
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


if __name__ == "__main__":
    sys.exit(main())
