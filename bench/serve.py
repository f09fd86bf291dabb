"""How many requests a second the server answers on this machine, from one client.

    python bench/serve.py [REQUESTS]        (default: 2000)

Prints requests per second for a feed of 450 kB fetched whole, gzipped and with If-None-Match, and
for the bare /healthz, interleaved in rounds over kept-alive connections; client and server share
the machine's cores, so the ratios say more than the figures.
"""

import http.client
import statistics
import sys
import tempfile
import time
from pathlib import Path

from pipeline.store import Store, sqlite_url
from pipeline.web import Server, Storeroom, application

FEED = "<rss>" + "<item>A sentence of the news with some words in it.</item>\n" * 7_500
ROUNDS = 5


def measure(port: int, path: str, headers: dict[str, str], count: int) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    begin = time.perf_counter()
    for _ in range(count):
        connection.request("GET", path, headers=headers)
        connection.getresponse().read()
    seconds = time.perf_counter() - begin
    connection.close()
    return count / seconds


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "world").mkdir()
        (folder / "world" / "pt.rss").write_text(FEED)
        with Store(sqlite_url(folder / "state")) as store:
            site = application(folder, Storeroom(store, (), {}))
            with Server(site, port=0) as server:
                connection = http.client.HTTPConnection("127.0.0.1", server.port)
                connection.request("GET", "/world/pt.rss")
                tag = connection.getresponse().headers["etag"]
                connection.close()
                cases = {
                    "feed, whole": ("/world/pt.rss", {}),
                    "feed, gzipped": ("/world/pt.rss", {"accept-encoding": "gzip"}),
                    "feed, unchanged (304)": ("/world/pt.rss", {"if-none-match": tag}),
                    "/healthz": ("/healthz", {}),
                }
                rates: dict[str, list[float]] = {case: [] for case in cases}
                for _ in range(ROUNDS):
                    for case, (path, headers) in cases.items():
                        rates[case].append(measure(server.port, path, headers, count // ROUNDS))
    for case, found in rates.items():
        print(f"{case:24}{statistics.median(found):10,.0f} requests/s")


if __name__ == "__main__":
    main()
