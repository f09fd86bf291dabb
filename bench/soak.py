"""Let the daemon run beside a misbehaving site and fifty good ones: does it stay as it is?

    python bench/soak.py [--minutes 20] [--sources 50] [--every 20]

Every good site has a new article every `--every` seconds. Once a second the daemon's memory, file
descriptors and threads are read; at the end every published feed is parsed and compared with what
the sites had. Exit code 1 where memory, descriptors or threads grow, a host was asked sooner than
the pacing allows, or an article is missing or there twice.
"""

import argparse
import collections
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import feedparser
from goodsites import Sites
from hostile import HOSTS, SERVER, _free_port

ROOT = Path(__file__).parents[1]
DELAY = 0.5  # seconds between two requests to one host
TRANSLATED = 3  # so many of the good sources are translated as well
HOSTILE = (
    *(("feed", f"/f/{name}") for name in ("bad-xml.rss", "laughs.rss", "xxe.rss", "no-guid.rss")),
    *(("feed", f"/f/{name}") for name in ("10000.rss", "guid-random.rss", "bad-links.rss")),
    ("feed", "/t/drip"),
    ("feed", "/t/endless"),
    ("feed", "/t/gzip-bomb"),
    ("feed", "/r/loop"),
    ("feed", "/s/410"),
    ("index", "/i/trap/1"),
    ("index", "/i/junk"),
    ("index", "/i/5000"),
)
PAGES = (
    *("/x/changing", "/x/deleted", "/c/noise", "/t/reset", "/t/length-long", "/s/429"),
    *("/r/other-port", "/h/deep", "/h/redos", "/y/pdf-as-html", "/private/secret.html"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--sources", type=int, default=50)
    parser.add_argument("--every", type=float, default=20, help="seconds between two articles")
    options = parser.parse_args()
    port = _free_port()
    seconds = options.minutes * 60
    command = [sys.executable, str(SERVER), "--port", str(port), "--max-resp", "30"]
    hostile = subprocess.Popen(
        [*command, "--max-run", str(int(seconds + 300))], stdout=subprocess.DEVNULL
    )
    sites = Sites(first=3, every=options.every, shown=30)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_settings(folder, sites, options.sources, port)
        daemon = start(folder)
        try:
            samples = watch(daemon.pid, seconds)
            sites.stop_writing()
            samples += watch(daemon.pid, 60)  # what came last is still to be fetched
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_log", timeout=10) as answer:
                canary = [one for one in json.load(answer) if one["host"] == "CANARY"]
        finally:
            daemon.send_signal(signal.SIGTERM)
            code = daemon.wait(60)
            hostile.terminate()
        return judge(folder, sites, options.sources, samples, code, len(canary))


def write_settings(folder: Path, sites: Sites, count: int, port: int) -> None:
    def source(name: str, kind: str, keys: str) -> str:
        return f'[[sources]]\nid = "{name}"\nkind = "{kind}"\n{keys}\nevery = "10s"\n'

    hosts = ", ".join(f'"{host}:{port}"' for host in HOSTS)
    parts = [
        'languages = ["en"]\n',
        f'[fetch]\nallow_private_hosts = ["127.8.0.0/16", {hosts}]\nhost_delay = {DELAY}\n'
        "timeout = 5\ntotal_timeout = 10\nconcurrency = 16\n",
        "[poll]\nadaptive = false\nshortest = 2\nlongest = 60\n[translate]\nbeam_size = 1\n",
    ]
    for number in range(count):
        parts.append(source(f"good-{number}", "feed", f'url = "{sites.url(number, "/feed.xml")}"'))
        languages = '["en", "pt"]' if number < TRANSLATED else '["en"]'
        parts.append(
            f'[[feeds]]\nid = "good-{number}"\ntitle = "Good {number}"\nlimit = 1000\n'
            f'sources = ["good-{number}"]\nlanguages = {languages}\n'
        )
    site = f"http://127.0.0.1:{port}"
    for number, (kind, path) in enumerate(HOSTILE):
        keys = f'url = "{site}{path}"\nlimit = 5'
        parts.append(source(f"bad-{number}", kind, keys))
    urls = ", ".join(f'"{site}{path}"' for path in PAGES)
    parts.append(source("bad-pages", "urls", f"urls = [{urls}]"))
    names = ", ".join(f'"bad-{number}"' for number in [*range(len(HOSTILE)), "pages"])
    parts.append(f'[[feeds]]\nid = "bad"\ntitle = "Bad"\nsources = [{names}]\n')
    (folder / "babelwire.toml").write_text("".join(parts), "utf-8")


def start(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pipeline", "-c", str(folder / "babelwire.toml")]
    return subprocess.Popen(
        [*command, "daemon", "--no-serve"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=(folder / "log").open("w"),
    )


def watch(pid: int, seconds: float) -> list[tuple[int, int, int]]:
    """Samples of (resident bytes, file descriptors, threads), one a second."""
    samples = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        status = Path(f"/proc/{pid}/status").read_text()
        fields = dict(line.split(":", 1) for line in status.splitlines())
        samples.append(
            (
                int(fields["VmRSS"].split()[0]) * 1024,
                len(list(Path(f"/proc/{pid}/fd").iterdir())),
                int(fields["Threads"]),
            )
        )
        time.sleep(1)
    return samples


def judge(
    folder: Path,
    sites: Sites,
    count: int,
    samples: list[tuple[int, int, int]],
    code: int,
    canary: int,
) -> int:
    faults = []
    # The first third is for models, caches and thread pools to fill.
    rest = samples[len(samples) // 3 :]
    fifth = max(len(rest) // 5, 1)
    for name, unit, column, slack in (
        ("memory", 1 << 20, 0, 1.10),
        ("descriptors", 1, 1, 1.25),
        ("threads", 1, 2, 1.15),
    ):
        values = [one[column] / unit for one in rest]
        early = sorted(values[:fifth])[fifth // 2]
        late = sorted(values[-fifth:])[fifth // 2]
        grown = late > early * slack + 2
        faults += [f"{name} grows"] if grown else []
        highest = max(one[column] for one in samples) / unit
        print(
            f"{name}: {early:,.0f} after a third of the time, {late:,.0f} at the end, "
            f"{highest:,.0f} at most"
        )
    gap = sites.shortest_gap()
    print(f"requests to the good sites: {sites.requests():,}; shortest gap {gap:.3f} s")
    faults += ["asked too often"] if gap < DELAY - 0.02 else []
    expected = {
        number: {sites.url(number, f"/story-{one}") for one in range(sites.articles())}
        for number in range(count)
    }
    missing = twice = 0
    for number, urls in expected.items():
        for language in ("en", "pt") if number < TRANSLATED else ("en",):
            parsed = feedparser.parse(
                (folder / f"output/good-{number}/{language}.rss").read_bytes()
            )
            faults += [f"good-{number}/{language}.rss is no valid feed"] if parsed.bozo else []
            links = collections.Counter(one.link for one in parsed.entries)
            ids = collections.Counter(one.id for one in parsed.entries)
            missing += len(urls - set(links))
            twice += sum(n - 1 for n in links.values()) + sum(n - 1 for n in ids.values())
    total = sum(map(len, expected.values()))
    print(f"articles of the good sites: {total:,}; missing {missing}, twice {twice}")
    faults += ["articles missing"] if missing else []
    faults += ["articles twice"] if twice else []
    log = (folder / "log").read_text()
    database = folder / "state/babelwire.sqlite"
    print(f"database: {database.stat().st_size / 1e6:.1f} MB; log: {len(log.splitlines()):,} lines")
    said = collections.Counter(
        line.split(" ", 3)[2] for line in log.splitlines() if line.count(" ") > 3
    )
    print(f"log levels: {dict(said)}; canary {canary}; exit code {code}")
    faults += ["traceback in the log"] if "Traceback" in log else []
    faults += ["the canary was asked"] if canary else []
    faults += [f"exit code {code}"] if code else []
    for fault in faults:
        print(f"FAULT: {fault}")
    if faults:
        kept = Path(tempfile.gettempdir()) / "babelwire-soak.log"
        kept.write_text(log)
        print(f"the daemon's log: {kept}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
