"""Published files over HTTP: types, validators, conditional requests.

In come the output folder and a request's path, out a response with a strong ETag. Refused (404, as
if it were not there): hidden files, folders, files of unlisted types, anything outside the folder.
"""

import os
import stat
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from threading import Lock

from starlette.datastructures import Headers
from starlette.responses import Response

from pipeline.errors import PluginError
from pipeline.syndicate import FORMATS
from pipeline.web.responses import (
    CODINGS,
    SECURITY_HEADERS,
    coded,
    compressed,
    etag,
    matches,
    taken,
)

# Of what is published beside the feeds, whose own types their formats say.
MEDIA_TYPES = {
    ".opml": "text/x-opml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
}
# What browsers show by their own means, with the feed's stylesheet: the feeds' own types they show
# as bare text (Chromium) or save as a file (Firefox).
_SHOWN_AS = dict.fromkeys((".rss", ".atom"), "text/xml; charset=utf-8")
# What may hold scripts, were somebody to put it there.
_PAGES = ("text/html", "image/svg+xml", "application/xhtml+xml", "application/xml", "text/xml")
_FEED_TYPES = ("application/rss+xml", "application/atom+xml")
CACHE_CONTROL = "public, max-age=300, must-revalidate"
_CACHED_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Published:
    """A file as it was read: its bytes, and the same in each coding that makes them fewer.

    `etag` is strong and over the bytes, `modified` in whole seconds, `shown_as` the media type for
    who looks at it in a browser.
    """

    content: bytes
    codings: Mapping[str, bytes]
    etag: str
    modified: datetime
    media_type: str
    shown_as: str


class Files:
    """Reads published files, keeping recent ones in memory until they change on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._cache: OrderedDict[str, tuple[tuple[int, int, int], Published]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def remembered(self, path: str) -> Published | None:
        """What `find` would give, if it is in memory and still the same on disk.

        Takes microseconds, so that an event loop may call it without a thread.
        """
        with self._lock:
            known = self._cache.get(path)
            if known is None:
                return None
            self._cache.move_to_end(path)
        try:
            return known[1] if known[0] == _key((self.root / path).stat()) else None
        except OSError:
            return None

    def find(self, path: str) -> Published | None:
        """The published file at URL path `path` ("news/pt.rss"), or None."""
        parts = path.split("/")
        if any(not part or part.startswith(".") or _unsafe(part) for part in parts):
            return None
        file = self.root.joinpath(*parts)
        if not file.suffix:
            file = file / "index.html"  # a page, which other servers answer with as well
        media_type = MEDIA_TYPES.get(file.suffix) or _feed_type(file.suffix)
        if not media_type:
            return None
        try:
            real = file.resolve(strict=True)
            if not real.is_relative_to(self.root.resolve()):
                return None
            return self._read(path, real, media_type)
        except OSError:
            return None

    def _read(self, path: str, file: Path, media_type: str) -> Published | None:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            return None
        with self._lock:
            known = self._cache.get(path)
            if known and known[0] == _key(status):
                self._cache.move_to_end(path)
                return known[1]
        with file.open("rb") as stream:
            # Of the open file, not of the name: a feed may be replaced between the two calls.
            status = os.fstat(stream.fileno())
            content = stream.read()
        text = "charset=" in media_type or media_type == MEDIA_TYPES[".svg"]
        codings = CODINGS if text else ()
        forms = {coding: compressed(content, coding) for coding in codings}
        published = Published(
            content=content,
            codings={coding: form for coding, form in forms.items() if form is not content},
            etag=etag(content),
            modified=datetime.fromtimestamp(int(status.st_mtime), UTC),
            media_type=media_type,
            shown_as=_SHOWN_AS.get(file.suffix, media_type),
        )
        self._keep(path, _key(status), published)
        return published

    def _keep(self, path: str, key: tuple[int, int, int], published: Published) -> None:
        with self._lock:
            previous = self._cache.pop(path, None)
            self._size += _weight(published) - (_weight(previous[1]) if previous else 0)
            self._cache[path] = (key, published)
            while self._size > _CACHED_BYTES and len(self._cache) > 1:
                _, (_, dropped) = self._cache.popitem(last=False)
                self._size -= _weight(dropped)


def _feed_type(suffix: str) -> str:
    """The media type of a feed in the format with this ending, "" where there is none.

    JSON has no charset (RFC 8259 §8.1): there the parameter is for clients that guess.
    """
    try:
        form = FORMATS[suffix.removeprefix(".")]
    except PluginError:
        return ""
    return f"{form.media_type}; charset={form.charset}" if form.charset else form.media_type


def _key(status: os.stat_result) -> tuple[int, int, int]:
    """What changes with a file: publishing replaces it by another inode."""
    return status.st_mtime_ns, status.st_size, status.st_ino


def _weight(published: Published) -> int:
    return len(published.content) + sum(map(len, published.codings.values()))


def _unsafe(part: str) -> bool:
    return "\\" in part or any(ord(character) < 32 for character in part)


def unchanged(headers: Headers, tag: str, modified: datetime) -> bool:
    """Whether the client's copy is current (RFC 9110 §13.2.2: If-None-Match goes first)."""
    if "if-none-match" in headers:
        return matches(headers, tag)
    since = headers.get("if-modified-since")
    if since is None:
        return False
    try:
        date = parsedate_to_datetime(since)
    except ValueError:
        return False
    return modified <= (date if date.tzinfo else date.replace(tzinfo=UTC))


def browses(headers: Headers) -> bool:
    """Whether a browser opens this as a page: it asks for HTML by name and for no feed by name.

    The bytes are the same for everyone, so that a reader which poses as a browser loses nothing.
    """
    accept = headers.get("accept", "").lower()
    return "text/html" in accept and not any(one in accept for one in _FEED_TYPES)


def respond(published: Published, headers: Headers) -> Response:
    """The file, in a coding the client takes, or 304 where the client has it."""
    negotiated = published.shown_as != published.media_type
    media_type = published.shown_as if browses(headers) else published.media_type
    fields = {
        "etag": published.etag,
        "cache-control": CACHE_CONTROL,
        "vary": "Accept, Accept-Encoding" if negotiated else "Accept-Encoding",
        "x-content-type-options": "nosniff",
        # Readers that run in a browser fetch feeds from pages of their own.
        "access-control-allow-origin": "*",
    }
    if published.media_type.startswith(_PAGES) or (negotiated and browses(headers)):
        fields |= SECURITY_HEADERS
    # Within the second of its publication a file may change again without its date changing, and
    # clients that look at the date would miss that (RFC 9110 §8.8.2.2). The ETag is there at once.
    if datetime.now(UTC) - published.modified > timedelta(seconds=1):
        fields["last-modified"] = format_datetime(published.modified, usegmt=True)
    content, encoding = published.content, {}
    coding = next((one for one in taken(headers) if one in published.codings), "")
    if coding:
        content = published.codings[coding]
        fields |= {"etag": coded(published.etag, coding)}
        encoding = {"content-encoding": coding}
    if unchanged(headers, published.etag, published.modified):
        return Response(status_code=304, headers=fields)
    return Response(content, headers={**fields, **encoding, "content-type": media_type})
