"""Kills a pass with SIGKILL at random moments, then lets one pass finish: are the feeds the same?

    python bench/kill.py [--times 10] [--pages 30] [--seed 1]

The pages are those of a feed over HTTP. It announces each article once, so that a page which is
marked done before its article is stored is never looked at again, and is missed here. Compares
every published file with those of an undisturbed pass over the same pages. Exit code 1 where one
differs, or where a killed pass left a file that is neither absent nor whole.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from goodsites import Sites

ROOT = Path(__file__).parents[1]
SETTINGS = """languages = ["en", "pt"]
[translate]
packages_dir = "{packages}"
[fetch]
allow_private_hosts = ["127.8.0.0/16"]
host_delay = 0
[[sources]]
id = "bench"
kind = "feed"
url = "{feed}"
[[feeds]]
id = "news"
title = "News"
limit = 1000
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--pages", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        return compare(Path(name), options.times, options.pages, options.seed)


def compare(folder: Path, times: int, count: int, seed: int) -> int:
    rng = random.Random(seed)
    packages = folder / "packages"
    feed = Sites(first=count, shown=count).url(0, "/feed.xml")
    calm = place(folder / "calm", packages, feed)
    run(calm)  # installs the model, which is not part of what is compared
    clear(calm)
    began = time.perf_counter()
    run(calm)
    duration = time.perf_counter() - began
    expected = published(calm)
    print(f"undisturbed: {duration:.1f} s, {len(expected)} files")
    disturbed = place(folder / "disturbed", packages, feed)
    killed = wrong = 0
    while killed < times:
        clear(disturbed)
        process = start(disturbed)
        moment = rng.uniform(0.15, 1.0) * duration
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        else:
            continue  # it was faster this time; another moment
        killed += 1
        left = published(disturbed)
        torn = sum(expected.get(path) != content for path, content in left.items())
        run(disturbed)
        same = published(disturbed) == expected
        wrong += bool(torn) or not same
        print(
            f"{killed}: killed after {moment:.2f} s with {len(left)} files written, {torn} torn; "
            f"after one more pass the feeds are {'identical' if same else 'DIFFERENT'}"
        )
    return 1 if wrong else 0


def place(folder: Path, packages: Path, feed: str) -> Path:
    folder.mkdir()
    settings = SETTINGS.format(packages=packages, feed=feed)
    (folder / "babelwire.toml").write_text(settings, "utf-8")
    return folder


def clear(folder: Path) -> None:
    for path in [*folder.glob("state/babelwire.sqlite*"), *folder.glob("output/news/*")]:
        path.unlink()


def start(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pipeline", "--config", str(folder / "babelwire.toml"), "run"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def run(folder: Path) -> None:
    if start(folder).wait():
        raise SystemExit("a pass failed")


def published(folder: Path) -> dict[str, bytes]:
    files = (folder / "output").glob("*/[!.]*")
    return {path.name: path.read_bytes() for path in files}


if __name__ == "__main__":
    sys.exit(main())
