"""A loopback web site for tests: routes are functions that get the request handler."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeVar

from tests.waiting import LONG

Route = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = LONG
    server: "Site"
    site = ""

    def do_GET(self) -> None:
        if self.path != "/robots.txt" or self.path in self.server.routes:
            self.server.log.append((self.path, dict(self.headers)))
        route = self.server.route_of(self)
        self.close_connection = True
        try:
            if route is None:
                self.reply(b"<h1>Not found</h1>", status=404)
            else:
                route(self)
        except (ConnectionError, TimeoutError):
            return  # the client gave up, which many of these tests are about

    def reply(self, body=b"", status=200, ctype="text/html; charset=utf-8", **headers) -> None:
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in {"content-type": ctype, **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def raw(self, *parts: bytes) -> None:
        for part in parts:
            self.wfile.write(part)

    def log_message(self, *_: object) -> None:
        """Quiet."""


class Site(ThreadingHTTPServer):
    """`log` has what was asked for, robots.txt only where the site has one."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, host: str = "127.0.0.1") -> None:
        super().__init__((host, 0), Handler)
        self.routes: dict[str, Route] = {}
        self.log: list[tuple[str, dict[str, str]]] = []

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def url(self, path: str) -> str:
        return f"http://{self.authority}{path}"

    def page(self, path: str, body, **kwargs) -> str:
        """Serve `body` (or what it returns, called with the handler) at `path`."""
        self.routes[path] = lambda h: h.reply(body(h) if callable(body) else body, **kwargs)
        return self.url(path)

    def route_of(self, handler: Handler) -> Route | None:
        """What answers a request."""
        return self.routes.get(handler.path.partition("?")[0])

    def asked(self, path: str) -> list[dict[str, str]]:
        """The headers of each request for `path` so far."""
        return [headers for asked, headers in self.log if asked == path]

    def handle_error(self, *_: object) -> None:
        """A broken connection is what these tests want."""


AnySite = TypeVar("AnySite", bound=Site)


@contextmanager
def running_site() -> Iterator[Site]:
    with serving(Site()) as site:
        yield site


@contextmanager
def serving(site: AnySite) -> Iterator[AnySite]:
    thread = threading.Thread(
        target=site.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()
