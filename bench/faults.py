"""Break things under a working daemon: is anything lost, doubled or torn afterwards?

    python bench/faults.py [--kills 50] [kill|disk|lock|clock]...

kill: SIGKILL at random moments, each time with the daemon started again on the same state.
disk: state and feeds on a file system of a few megabytes that runs full (needs the right to mount).
lock: another process holds the database's write lock for longer than anybody waits for it.
clock: the system's time jumps a day ahead, two back, and eight years ahead (needs a C compiler).
While they last, twelve good sites write a new article every two seconds each, or two for each kill.
Afterwards all is well again, the daemon catches up, and every feed is parsed and compared with what
the sites had. Nothing here depends on how fast the machine is: each step waits for what it is
about. Exit code 1 where an article is missing or twice, a feed is no feed, or the database's
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
LOG = Path(tempfile.gettempdir()) / f"babelwire-faults-{os.getpid()}.log"
SOURCES = 12
LONG = 900  # seconds after which something will not happen any more
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

    def __init__(self, folder: Path, every: float) -> None:
        self.folder = folder
        self.sites = Sites(first=2, every=every, shown=1000)
        self.environment: dict[str, str] = {}
        self._seen: dict[Path, tuple[int, list[str]]] = {}
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
            stderr=LOG.open("a"),
        )

    def until(self, found: Callable[[], bool], what: str, daemon: subprocess.Popen[bytes]) -> None:
        """Wait until something is so, while the daemon runs."""
        deadline = time.monotonic() + LONG
        while not found():
            if daemon.poll() is not None:
                raise SystemExit(f"FAULT: the daemon has ended before {what}")
            if time.monotonic() > deadline:
                raise SystemExit(f"FAULT: {what} did not come within {LONG} s")
            time.sleep(0.5)

    def until_published(self, daemon: subprocess.Popen[bytes]) -> None:
        """Wait until there are more entries than now."""
        before = self.published()
        self.until(lambda: self.published() > before, "a new entry", daemon)

    def until_logged(self, part: str, since: int, daemon: subprocess.Popen[bytes]) -> None:
        """Wait until the log has a line with `part` after its first `since` bytes."""
        self.until(lambda: part.encode() in LOG.read_bytes()[since:], f'"{part}"', daemon)

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
        if not path.exists():
            return []
        changed = path.stat().st_mtime_ns
        if path not in self._seen or self._seen[path][0] != changed:
            self._seen[path] = changed, [one.link for one in self.parsed(path).entries]
        return self._seen[path][1]

    def parsed(self, path: Path) -> feedparser.FeedParserDict:
        found = feedparser.parse(path.read_bytes())
        if found.bozo:
            raise SystemExit(f"FAULT: {path} is no valid feed: {found.bozo_exception}")
        return found

    def judge(self, what: str) -> bool:
        """Let a daemon catch up on what the fault has held up, then compare."""
        self.sites.stop_writing()
        began = time.monotonic()
        with self.running():
            while (left := self.missing()) and time.monotonic() < began + LONG:
                time.sleep(1)
        took = time.monotonic() - began
        twice = 0
        for name in self.expected():
            path = self.folder / "output" / name
            entries = self.parsed(path).entries if path.exists() else []
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
            f"{len(orphans)} orphans; caught up in {took:.0f} s",
            flush=True,
        )
        for name, urls in self.expected().items() if left else ():
            for url in sorted(urls - set(self.links(name))):
                print(f"  {name} lacks {url}", flush=True)
        return not (left or twice or orphans) and check == "ok"


def kill(wire: Wire, times: int) -> None:
    rng = random.Random(7)
    for _ in range(times):
        since = log_size()
        wire.sites.first += 2
        daemon = wire.start()
        wire.until_logged("sources scheduled", since, daemon)
        time.sleep(rng.uniform(0.0, 3.5))  # the moment is what is random
        daemon.kill()
        daemon.wait()


def disk(wire: Wire) -> None:
    with wire.running() as daemon:
        wire.until_published(daemon)
        stuffing, since = wire.folder / "stuffing", log_size()
        try:  # all that is left, to the last block
            with stuffing.open("wb", buffering=0) as file:
                while file.write(bytes(4096)):
                    pass
        except OSError as error:
            print(f"  {error.strerror}", flush=True)
        wire.until_logged("disk is full", since, daemon)
        since = log_size()
        wire.until_logged("disk is full", since, daemon)  # and again: it is tried again
        stuffing.unlink()
        wire.until_published(daemon)


def lock(wire: Wire) -> None:
    with wire.running() as daemon:
        wire.until_published(daemon)
        since = log_size()
        other = sqlite3.connect(wire.folder / "state/babelwire.sqlite", isolation_level=None)
        other.execute(f"PRAGMA busy_timeout = {LONG * 1000}")
        other.execute("BEGIN IMMEDIATE")
        wire.until_logged("is locked by another process", since, daemon)  # it has given up once
        other.execute("ROLLBACK")
        other.close()
        wire.until_published(daemon)


def clock(wire: Wire) -> None:
    source, library = wire.folder / "clock.c", wire.folder / "clock.so"
    source.write_text(CLOCK)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    jump = wire.folder / "jump"
    jump.write_text("0")
    wire.environment = {"LD_PRELOAD": str(library), "CLOCK_JUMP": str(jump)}
    with wire.running() as daemon:
        # A clock that is set back must not make the daemon wait until it is that late again, and
        # one that is years ahead must not make it list every visit that it has missed.
        for days in (0, 1, -1, 3000, 0):
            jump.write_text(str(days * 86_400))
            wire.until_published(daemon)
            print(f"  {days:+} days: {resident(daemon.pid) >> 20} MB", flush=True)
    wire.environment = {}


def log_size() -> int:
    return LOG.stat().st_size if LOG.exists() else 0


def resident(process: int) -> int:
    """The memory of a process in bytes."""
    fields = Path(f"/proc/{process}/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


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
            wire = Wire(place, every=0 if name == "kill" else 2)
            if name == "kill":
                kill(wire, options.kills)
                well &= wire.judge(f"killed {options.kills} times")
            else:
                faults[name](wire)
                well &= wire.judge(name)
    if well:
        LOG.unlink(missing_ok=True)
    else:
        print(f"the daemons' log is {LOG}")
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
