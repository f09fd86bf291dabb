"""Well-behaved news sites on loopback, as many as a benchmark wants, each an address of its own.

In: the number of sites and how often each has a new article. Out: RSS feeds and article pages, and
a log of who was asked when. What has not changed is answered with 304.
"""

import threading
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

_FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)
_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="canonical" href="{url}"><meta property="og:type" content="article"></head><body>
<nav><a href="/">Home</a></nav><main><article><h1>{title}</h1>
<p>The council of town {site} met on day {number} and agreed to repair bridge {number} soon.</p>
<p>“We have waited long enough,” said the mayor of town {site}, who spoke to many people in the
market square after the meeting. Work on bridge {number} begins in March and takes six months.</p>
<p>It will cost {cost} crowns, of which the region of town {site} pays one half this year.</p>
</article></main><footer>Copyright</footer></body></html>"""


class Handler(BaseHTTPRequestHandler):
    """Answers for every site: which one is asked is in the address that was connected to."""

    protocol_version = "HTTP/1.1"
    timeout = 60
    server: "Sites"

    def do_GET(self) -> None:
        host = self.connection.getsockname()[0]
        with self.server.lock:
            self.server.log[host].append(time.monotonic())
        site = self.server.number(host)
        if self.path == "/robots.txt":
            self.reply(404, b"")
        elif self.path == "/feed.xml":
            self.feed(site)
        else:
            number = int(self.path.rpartition("-")[2])
            url = self.server.url(site, f"/story-{number}")
            title = f"Bridge {number} of town {site} is repaired"
            page = _PAGE.format(title=title, url=url, site=site, number=number, cost=number * 997)
            self.reply(200, page.encode(), "text/html; charset=utf-8")

    def feed(self, site: int) -> None:
        count = self.server.articles()
        tag = f'"{count}"'
        if self.headers.get("If-None-Match") == tag:
            self.reply(304, b"")
            return
        newest = range(count - 1, max(count - self.server.shown, 0) - 1, -1)
        items = "".join(
            f"<item><title>Bridge {number} of town {site} is repaired</title>"
            f"<link>{self.server.url(site, f'/story-{number}')}</link>"
            f"<pubDate>{format_datetime(_FIRST_DAY + timedelta(minutes=number))}</pubDate></item>"
            for number in newest
        )
        body = f'<rss version="2.0"><channel><title>Town {site}</title>{items}</channel></rss>'
        self.reply(200, body.encode(), "application/rss+xml", ETag=tag)

    def reply(self, status: int, body: bytes, kind: str = "text/plain", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


class Sites(ThreadingHTTPServer):
    """The sites 0, 1, 2 … at 127.8.0.1, 127.8.0.2 …; each has `first` articles and a new one
    every `every` seconds (0: never), of which the feed has the last `shown`."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, first: int = 1, every: float = 0, shown: int = 20) -> None:
        super().__init__(("0.0.0.0", 0), Handler)
        self.first, self.every, self.shown = first, every, shown
        self.lock = threading.Lock()
        self.log: dict[str, list[float]] = defaultdict(list)
        self.began = time.monotonic()
        self.ended: float | None = None
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_: object) -> None:
        """A client that was killed."""

    def articles(self) -> int:
        """How many articles each site has now."""
        past = (self.ended or time.monotonic()) - self.began
        return self.first + (int(past / self.every) if self.every else 0)

    def stop_writing(self) -> None:
        """From now on no site has anything new."""
        self.ended = time.monotonic()

    def host(self, site: int) -> str:
        return f"127.8.{(site + 1) >> 8}.{(site + 1) & 255}"

    def number(self, host: str) -> int:
        high, low = host.split(".")[2:]
        return (int(high) << 8) + int(low) - 1

    def url(self, site: int, path: str) -> str:
        return f"http://{self.host(site)}:{self.server_port}{path}"

    def shortest_gap(self) -> float:
        """The shortest time between two requests to one host, in seconds."""
        with self.lock:
            gaps = [b - a for times in self.log.values() for a, b in pairwise(times)]
        return min(gaps, default=float("inf"))

    def requests(self) -> int:
        with self.lock:
            return sum(map(len, self.log.values()))
