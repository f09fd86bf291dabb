"""Compares a pass by workers with one by a single process: the same bytes, and how much faster.

    python bench/cluster.py --check            a short round with a kill; exit code 1 on any loss
    python bench/cluster.py --speed [--rounds 5] [--pages 20]
    python bench/cluster.py --bytes 500        feeds of so many articles, byte for byte
    python bench/cluster.py --kills 50 [--seed 1]
    python bench/cluster.py --simulate         recorded answers: workers sleep instead of computing

Workers have one thread each and are processes of this machine, connected over loopback. Compare
ratios of rounds in turn, not seconds: the machine may be busy.
"""

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import clustersim
import pages

from pipeline.article import Article
from pipeline.compute.cluster import Cluster
from pipeline.extract import extract
from pipeline.options import ComputeOptions, TranslateOptions
from pipeline.translate import Models, Translator

ROOT = Path(__file__).parents[1]
SETTINGS = """languages = ["en", "pt"]
[translate]
packages_dir = "{packages}"
threads = 1
{compute}
[[sources]]
id = "bench"
kind = "folder"
path = "{pages}"
[[feeds]]
id = "news"
title = "News"
limit = 1000
"""
LONG = 120.0  # seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--bytes", type=int, default=0, metavar="ARTICLES")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--simulate", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        packages = folder / "packages"
        Models.of(TranslateOptions(packages_dir=packages))
        if options.check:
            wrong += compare(folder / "check", packages, 4, kills=1, seed=options.seed)
        if options.bytes:
            wrong += compare(folder / "bytes", packages, options.bytes, kills=0, seed=options.seed)
        if options.kills:
            wrong += compare(
                folder / "kills", packages, options.pages, kills=options.kills, seed=options.seed
            )
        if options.speed:
            speed(folder / "speed", packages, options.pages, options.rounds)
        if options.simulate:
            clustersim.simulate(articles(folder / "sim", options.pages), packages, folder)
    return 1 if wrong else 0


# ---- the same bytes


def compare(folder: Path, packages: Path, count: int, *, kills: int, seed: int) -> int:
    """Run passes by workers, killing processes meanwhile; 1 if anything was lost or doubled."""
    rng = random.Random(seed)
    pages.write(folder / "pages", count)
    alone = settled(folder / "alone", folder, packages, "")
    began = time.perf_counter()
    run(alone)
    took = time.perf_counter() - began
    expected = result(alone.parent)
    print(f"one process: {count} articles, {len(expected)} files, {took:.0f} s", flush=True)
    wrong = killed = passes = 0
    with Machines(packages) as machines:
        machines.scheduler()
        machines.worker()
        machines.worker()
        while killed < kills or not passes:
            compute = f'[compute]\nscheduler = "{machines.address}"\nwait = 60\n'
            place = settled(folder / f"pass-{passes}", folder, packages, compute)
            passes += 1
            began = time.perf_counter()
            killed += disturbed(place, machines, rng, took, kills - killed)
            took = time.perf_counter() - began
            found = result(place.parent)
            state = json.loads((place.parent / "state/compute.json").read_text("utf-8"))
            other = sorted(dict(found.items() ^ expected.items()))
            wrong += bool(other)
            there = sum(one["batches"] for one in state["workers"])
            print(
                f"pass {passes}: {killed} of {kills} kills so far; by workers that are left "
                f"{there} batches, on the desk {state['local_batches']}; "
                + (f"DIFFERENT: {', '.join(other)}" if other else "identical"),
                flush=True,
            )
            if other:
                kept = Path(tempfile.mkdtemp(prefix="babelwire-cluster-"))
                for one in (alone.parent, place.parent):
                    shutil.copytree(one, kept / one.name)
                print(f"both are kept in {kept}", flush=True)
            if not kills and not there:
                print("no batch was computed by workers: NOTHING WAS COMPARED")
                wrong += 1
    return 1 if wrong else 0


def disturbed(place: Path, machines: "Machines", rng: random.Random, took: float, most: int) -> int:
    """Make a pass while workers, the scheduler or the desk are killed; return how many were."""
    killed = 0
    desk = start(place)
    while desk.poll() is None:
        try:
            desk.wait(rng.uniform(0.1, 0.9) * took)
        except subprocess.TimeoutExpired:
            if killed >= most:
                continue
            killed += 1
            whom = rng.choices(("worker", "scheduler", "desk"), (8, 1, 1))[0] if most > 1 else ""
            if whom == "desk":
                desk.kill()
                desk.wait()
                desk = start(place)
            elif whom == "scheduler":
                machines.kill_scheduler()
            else:
                machines.kill_worker(rng)
    if desk.returncode:
        raise SystemExit(f"a pass failed with {desk.returncode}")
    return killed


def settled(folder: Path, above: Path, packages: Path, compute: str) -> Path:
    """Write settings with a state of their own over the same pages."""
    folder.mkdir(parents=True)
    path = folder / "babelwire.toml"
    text = SETTINGS.format(packages=packages, pages=above / "pages", compute=compute)
    path.write_text(text, "utf-8")
    return path


def start(settings: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pipeline", "--config", str(settings), "run"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)


def run(settings: Path) -> None:
    if code := start(settings).wait():
        raise SystemExit(f"a pass failed with {code}")


# The moment of a pass, which is in feeds. The dates of articles are in the beginning of 2026.
_NOW = re.compile(
    rb"(?!2026-0[12])20\d\d-\d\d-\d\dT[\d:.]+|\w{3}, \d\d (?!(?:Jan|Feb) 2026)\w{3} 20\d\d [\d:]+"
)


def result(folder: Path) -> dict[str, str]:
    """What a pass has made: the digest of each file, and the counts of what must not be doubled."""
    found = {
        str(path.relative_to(folder)): hashlib.sha256(
            _NOW.sub(b"NOW", path.read_bytes())
        ).hexdigest()
        for path in sorted((folder / "output").rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    with sqlite3.connect(folder / "state/babelwire.sqlite") as database:
        for table in ("articles", "translations"):
            (number,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()
            found[f"rows of {table}"] = str(number)
    return found


class Machines:
    """A scheduler and workers on loopback, which end with the block."""

    def __init__(self, packages: Path) -> None:
        self._packages = packages
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{one.getsockname()[1]}"
        self._workers: list[subprocess.Popen[bytes]] = []
        self._scheduler: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Machines":
        return self

    def __exit__(self, *_: object) -> None:
        for one in [*self._workers, *filter(None, [self._scheduler])]:
            one.kill()
            one.wait()

    def scheduler(self) -> None:
        self._scheduler = self._start("scheduler", self.address)

    def worker(self, threads: int = 1) -> None:
        words = ("worker", self.address, "--threads", str(threads), "--packages")
        self._workers.append(self._start(*words, str(self._packages)))

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "pipeline", *words]
        return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)

    def kill_worker(self, rng: random.Random) -> None:
        """Kill one, and start another in its place."""
        one = self._workers.pop(rng.randrange(len(self._workers)))
        one.send_signal(signal.SIGKILL)
        one.wait()
        self.worker()

    def kill_scheduler(self) -> None:
        assert self._scheduler is not None
        self._scheduler.send_signal(signal.SIGKILL)
        self._scheduler.wait()
        self.scheduler()


# ---- how fast


def articles(folder: Path, count: int) -> list[Article]:
    """Articles to translate, extracted in this process."""
    pages.write(folder, count)
    files = sorted(folder.glob("*.html"))
    return [extract(one.read_bytes(), f"https://bench.example/{one.stem}") for one in files]


def speed(folder: Path, packages: Path, count: int, rounds: int) -> None:
    """Translate the same articles in this process and by workers, in turn.

    Two threads of this process are what two cores give: their caches and memory are shared, too.
    """
    texts = articles(folder, count)
    options = TranslateOptions(packages_dir=packages, threads=1)
    both = TranslateOptions(packages_dir=packages, threads=2)
    words = sum(len(one.text.split()) for one in texts)
    names = ("1 thread", "2 threads", "1 worker", "2 workers")
    seconds: dict[str, list[float]] = {name: [] for name in names}
    with ExitStack() as stack:
        clusters = {
            "1 worker": stack.enter_context(connected(packages, options, 1)),
            "2 workers": stack.enter_context(connected(packages, options, 2)),
        }
        translators = {
            name: (
                both if name == "2 threads" else options,
                clusters[name].elsewhere if name in clusters else None,
            )
            for name in seconds
        }
        for number in range(rounds + 1):
            for name, (chosen, elsewhere) in translators.items():
                translator = Translator(chosen, None, None, None, elsewhere)
                began = time.perf_counter()
                for _, found in translator.translate(texts, "pt"):
                    assert not isinstance(found, Exception), found
                if number:  # the first round loads models
                    seconds[name].append(time.perf_counter() - began)
    rates = {name: [words / one for one in took] for name, took in seconds.items()}
    for name, found in rates.items():
        print(f"{name}: {statistics.median(found):,.0f} words/s (median of {rounds})")
    for one, other in (
        ("1 worker", "1 thread"),
        ("2 workers", "1 worker"),
        ("2 threads", "1 thread"),
        ("2 workers", "2 threads"),
    ):
        ratios = [a / b for a, b in zip(rates[one], rates[other], strict=True)]
        print(
            f"{one} against {other}: {statistics.median(ratios):.2f} "
            f"({min(ratios):.2f} to {max(ratios):.2f})"
        )


@contextmanager
def connected(packages: Path, options: TranslateOptions, workers: int) -> Iterator[Cluster]:
    """A cluster of so many workers, once all of them are connected."""
    with Machines(packages) as machines:
        machines.scheduler()
        for _ in range(workers):
            machines.worker()
        cluster = Cluster(ComputeOptions(scheduler=machines.address, wait=LONG), options)
        clustersim.wait_for(cluster, workers)
        yield cluster
        cluster.close()


if __name__ == "__main__":
    sys.exit(main())
