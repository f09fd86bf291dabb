"""How many requests a second the server answers on one core, beside nginx serving the same file.

    python bench/serve.py [REQUESTS]        (default: 3000)

Each server has the first core to itself, ApacheBench (Debian: apache2-utils) the second, with eight
kept-alive connections. Prints requests per second of the server's own processor time, medians of
three interleaved rounds, so that what else the machine does counts less: for a feed of 420 kB
whole, gzipped and with If-None-Match, and for the bare /healthz. Without nginx (Debian:
nginx-light) there is no second column.
"""

import gzip
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FEED = "<rss>" + "<item>A sentence of the news with some words in it.</item>\n" * 7_500
ROUNDS = 3
PORTS = {"babelwire": 18_765, "nginx": 18_766}
SERVER = """
import sys
from pathlib import Path
from pipeline.store import Store, sqlite_url
from pipeline.web import StoreBackend, application, serve
folder = Path(sys.argv[1])
with Store(sqlite_url(folder / "state")) as store:
    serve(application(folder, StoreBackend(store, (), {})), port=int(sys.argv[2]))
"""
NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 64; }}
http {{
    types {{ application/rss+xml rss; }}
    access_log off; sendfile on; tcp_nopush on; gzip_static on; keepalive_requests 1000000;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


def pinned(core: int) -> list[str]:
    return ["taskset", "--cpu-list", str(core)]


@contextmanager
def running(command: list[str], port: int) -> Iterator[int]:
    """A server; gives its process id."""
    process = subprocess.Popen([*pinned(0), *command])
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/world/pt.rss").close()
                break
            except OSError:
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def processor_time(pid: int) -> float:
    """Seconds a process and its children have used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(processor_time(int(child)) for child in children)


def measure(pid: int, url: str, headers: dict[str, str], count: int) -> float:
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["ab", "-q", "-k", "-l", "-c", "8", "-n", str(count), *given, url]
    begun = processor_time(pid)
    said = subprocess.run([*pinned(1), *command], capture_output=True, text=True, check=True).stdout
    if "Failed requests:        0" not in said:
        raise SystemExit(said)
    return count / (processor_time(pid) - begun)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    if not shutil.which("ab") or len(os.sched_getaffinity(0)) < 2:
        raise SystemExit("needs two cores and ApacheBench (Debian: apt-get install apache2-utils)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx's worker is another user
        (folder / "world").mkdir()
        (folder / "world" / "pt.rss").write_text(FEED)
        (folder / "world" / "pt.rss.gz").write_bytes(gzip.compress(FEED.encode(), 6))
        config = folder / "nginx.conf"
        config.write_text(NGINX.format(folder=folder, port=PORTS["nginx"]))
        commands = {
            "babelwire": [sys.executable, "-c", SERVER, str(folder), str(PORTS["babelwire"])],
            "nginx": ["nginx", "-c", str(config)],
        }
        servers = [name for name in commands if name == "babelwire" or shutil.which("nginx")]
        cases = {
            "feed, whole": {},
            "feed, gzipped": {"Accept-Encoding": "gzip"},
            "feed, unchanged (304)": {"If-None-Match": ""},
            "/healthz": {},
        }
        rates: dict[tuple[str, str], list[float]] = {}
        for _ in range(ROUNDS):
            for server in servers:
                with running(commands[server], PORTS[server]) as pid:
                    base = f"http://127.0.0.1:{PORTS[server]}"
                    with urllib.request.urlopen(f"{base}/world/pt.rss") as answer:
                        tag = answer.headers["etag"]
                    for case, headers in cases.items():
                        if case == "/healthz" and server == "nginx":
                            continue
                        path = case if case.startswith("/") else "/world/pt.rss"
                        asked = {key: value or tag for key, value in headers.items()}
                        # A tick is 10 ms: nginx needs more requests to use a few of them.
                        times = 10 if server == "nginx" else 1
                        rate = measure(pid, f"{base}{path}", asked, count * times)
                        rates.setdefault((case, server), []).append(rate)
    print(f"{'requests a second':24}" + "".join(f"{server:>12}" for server in servers))
    for case in cases:
        found = [rates.get((case, server)) for server in servers]
        row = [f"{statistics.median(one):12,.0f}" if one else f"{'–':>12}" for one in found]
        print(f"{case:24}{''.join(row)}")


if __name__ == "__main__":
    main()
