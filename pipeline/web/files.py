"""Serves published files over HTTP: media types, validators, conditional requests.

Takes the output folder and the path of a request; returns a response with a strong ETag. Hidden
files, folders, files of unlisted types and anything outside the folder are not found (404).
"""

import os
import re
import stat
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from threading import Lock

from starlette.datastructures import Headers
from starlette.responses import Response

from pipeline.errors import PluginError
from pipeline.syndicate import FORMATS, STYLESHEET_NAME
from pipeline.syndicate.xmltext import uri
from pipeline.web import feedview
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
# Files of the operator's own that the built-in server answers with where there are any.
_NAMED = {"robots.txt": "text/plain; charset=utf-8"}
# The type under which a browser shows a feed with its stylesheet. With the feeds' own types,
# Chromium shows plain text and Firefox saves a file.
_SHOWN_AS = dict.fromkeys((".rss", ".atom"), "text/xml; charset=utf-8")
# Types that could contain scripts, if somebody put such a file into the folder.
_PAGES = ("text/html", "image/svg+xml", "application/xhtml+xml", "application/xml", "text/xml")
_FEED_TYPES = ("application/rss+xml", "application/atom+xml")
# Of what is published beside the feeds' own folders.
FOLDERS = ("article", "assets", "images")
CACHE_CONTROL = "public, max-age=300, must-revalidate"
_CACHED_BYTES = 64_000_000
_READABLE = 16  # feeds whose form for browsers is kept


@dataclass(frozen=True, slots=True)
class Published:
    """A file as it was read: its bytes, and those in each content coding that makes it smaller.

    `etag` is a strong one, over the bytes. `modified` is in whole seconds. `shown_as` is the media
    type for browsers.
    """

    content: bytes
    codings: Mapping[str, bytes]
    etag: str
    modified: datetime
    media_type: str
    shown_as: str


class Files:
    """Reads published files, and caches recent ones in memory until they change on disk.

    With `feeds`, only files of the feeds with these ids are found, and what feeds share. With
    `moved`, addresses below the first one in them become addresses below the second.
    """

    def __init__(
        self,
        root: Path,
        feeds: Collection[str] | None = None,
        moved: tuple[str, str] | None = None,
    ) -> None:
        self.root = root
        self._feeds = feeds
        self._moving = None if moved is None else Moving(*moved, feeds or ())
        self._cache: OrderedDict[str, tuple[tuple[int, int, int], Published]] = OrderedDict()
        self._size = 0
        self._readable: OrderedDict[str, tuple[str, Published]] = OrderedDict()
        self._lock = Lock()

    def remembered(self, path: str) -> Published | None:
        """The result of `find`, if it is in the cache and unchanged on disk; else None.

        Takes microseconds, so an event loop may call it directly.
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

    def readable(self, path: str, base: str) -> Published | None:
        """The feed at this path as browsers can show it, see `feedview`; None: it is no feed that
        they show, or cannot be read."""
        published = self.find(path)
        if published is None or published.shown_as == published.media_type:
            return None
        with self._lock:
            known = self._readable.get(path)
        if known is not None and known[0] == published.etag:
            return known[1]
        try:
            content = feedview.readable(published.content, base)
        except ValueError:
            return None
        made = _made(content, published.modified, published.media_type, published.shown_as)
        with self._lock:
            self._readable[path] = published.etag, made
            while len(self._readable) > _READABLE:
                self._readable.popitem(last=False)
        return made

    def find(self, path: str) -> Published | None:
        """The published file at the URL path `path` ("news/pt.rss"), or None."""
        parts = path.split("/")
        if any(not part or part.startswith(".") or _unsafe(part) for part in parts):
            return None
        if self._feeds is not None and parts[0] not in self._feeds and path != STYLESHEET_NAME:
            return None
        file = self.root.joinpath(*parts)
        if not file.suffix:
            file = file / "index.html"  # a page, which other servers answer with as well
        media_type = _NAMED.get(path) or MEDIA_TYPES.get(file.suffix) or _feed_type(file.suffix)
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
            # Of the open file, because the feed may have been replaced since the first stat.
            status = os.fstat(stream.fileno())
            content = stream.read()
        if self._moving is not None:
            content = self._moving.moved(content)
        modified = datetime.fromtimestamp(int(status.st_mtime), UTC)
        shown_as = _SHOWN_AS.get(file.suffix, media_type)
        published = _made(content, modified, media_type, shown_as)
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


def _made(content: bytes, modified: datetime, media_type: str, shown_as: str) -> Published:
    text = "charset=" in media_type or media_type == MEDIA_TYPES[".svg"]
    forms = {coding: compressed(content, coding) for coding in (CODINGS if text else ())}
    return Published(
        content=content,
        codings={coding: form for coding, form in forms.items() if form is not content},
        etag=etag(content),
        modified=modified,
        media_type=media_type,
        shown_as=shown_as,
    )


class Moving:
    """Moves the addresses of a site in published files: below `old` → below `new`.

    Only addresses of what babelwire publishes: of files of the feeds, article pages, images, lists
    and the site itself. Other texts, and ids, which are digests, stay what they are.
    """

    def __init__(self, old: str, new: str, feeds: Collection[str]) -> None:
        self._new = f"{uri(new)}/".encode()
        folders = [*sorted(feeds), *FOLDERS]
        ahead = "|".join([*(f"{re.escape(one)}/" for one in folders), r"feeds\b", r"[\"'<\s]"])
        pattern = f"{re.escape(uri(old))}/(?={ahead})"
        self._old = re.compile(pattern.encode()) if old else None

    def moved(self, content: bytes) -> bytes:
        """The content of a file with its addresses moved."""
        return self._old.sub(lambda _: self._new, content) if self._old else content


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
    """A key that changes with the file: publishing replaces it by another inode."""
    return status.st_mtime_ns, status.st_size, status.st_ino


def _weight(published: Published) -> int:
    return len(published.content) + sum(map(len, published.codings.values()))


def _unsafe(part: str) -> bool:
    return "\\" in part or any(ord(character) < 32 for character in part)


def unchanged(headers: Headers, tag: str, modified: datetime) -> bool:
    """Whether the client's copy is current (RFC 9110 §13.2.2: If-None-Match takes precedence)."""
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
    """Whether a browser opens this as a page: it accepts HTML explicitly, and no feed type.

    Only the media type depends on it, so that a feed reader that poses as a browser loses nothing.
    """
    accept = headers.get("accept", "").lower()
    return "text/html" in accept and not any(one in accept for one in _FEED_TYPES)


def respond(published: Published, headers: Headers) -> Response:
    """The response: the file in a coding that the client accepts, or 304 if its copy is current."""
    negotiated = published.shown_as != published.media_type
    media_type = published.shown_as if browses(headers) else published.media_type
    fields = {
        "etag": published.etag,
        "cache-control": CACHE_CONTROL,
        "vary": "Accept, Accept-Encoding" if negotiated else "Accept-Encoding",
        "x-content-type-options": "nosniff",
        # Feed readers that run in a browser fetch feeds from other origins.
        "access-control-allow-origin": "*",
    }
    if published.media_type.startswith(_PAGES) or (negotiated and browses(headers)):
        fields |= SECURITY_HEADERS
    # Last-Modified is in whole seconds: a file may change again within the second of its
    # publication, and clients would miss that (RFC 9110 §8.8.2.2). So it is sent a second later.
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
