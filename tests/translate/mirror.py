"""A package index on the loopback interface, whose server can be told to misbehave."""

import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.translate.packages import small_package


class Mirror:
    """Serves the files of a folder; `asked` are the requests: (path, Range header)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[tuple[str, str]] = []
        self.break_after: list[int] = []  # bytes after which the next answers break off
        self.ranges = True
        self.etag = '"1"'
        self.statuses: list[int] = []  # of the next answers about packages
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                mirror.answer(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer a GET, as badly as the test wants it."""
        wanted = request.headers.get("Range", "")
        self.asked.append((request.path, wanted))
        path = self.folder / request.path.lstrip("/")
        package = path.suffix == ".argosmodel"
        if package and self.statuses:
            return self._empty(request, self.statuses.pop(0))
        if not path.is_file():
            return self._empty(request, 404)
        content = path.read_bytes()
        start = 0
        if self.ranges and wanted and request.headers.get("If-Range") == self.etag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(content) - start))
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        if self.etag:
            request.send_header("ETag", self.etag)
        request.end_headers()
        body = content[start:]
        if package and self.break_after:
            body = body[: self.break_after.pop(0)]
            request.close_connection = True
        request.wfile.write(body)
        return None

    @staticmethod
    def _empty(request: BaseHTTPRequestHandler, status: int) -> None:
        request.send_response(status)
        request.send_header("Content-Length", "0")
        request.end_headers()

    def offer(self, *packages: Path, **more: str) -> None:
        """Write an index of these package files, which lie in the folder."""
        entries = []
        for path in packages:
            _, pair, version = path.stem.split("-")
            source, target = pair.split("_")
            entries.append(
                {
                    "from_code": source,
                    "to_code": target,
                    "package_version": version.replace("_", "."),
                    # Argos's links lead elsewhere: a mirror's own files must be preferred.
                    "links": [f"http://127.0.0.1:9/v1/{path.name}", "ipfs://x"],
                    **more,
                }
            )
        (self.folder / "index.json").write_text(json.dumps(entries))

    @contextmanager
    def running(self) -> Iterator["Mirror"]:
        """Serve as long as the block lasts."""
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()


def package(mirror: Mirror, source: str, target: str, version: str = "1.0", size: int = 0) -> Path:
    """A package file in the folder of a mirror, at least `size` bytes large."""
    name = f"translate-{source}_{target}-{version.replace('.', '_')}"
    path = small_package(mirror.folder / f"{name}.argosmodel", source, target, version)
    if size:
        with zipfile.ZipFile(path, "a") as archive:
            # Stored, so that the file is as large as it says.
            archive.writestr(f"{name}/padding", bytes(range(256)) * (size // 256))
    return path
