"""The image cache: fetches the images of published articles once, and keeps them on disk.

`ImageCache.find` takes a key and returns the image, or None: only images that published articles
show are fetched, from public addresses, and only what begins as a PNG, JPEG, GIF, WebP or AVIF file
is an image. SVG is none, because it may have scripts. What is kept is bounded in number and bytes;
what the feeds show stays. Raises StoreError, and `Crowded` when too many images are being fetched.
"""

import logging
import re
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import BoundedSemaphore, Lock

from pipeline.config import Settings
from pipeline.desk import atomicfiles
from pipeline.errors import BabelwireError, FetchError, PublishError
from pipeline.ingest import Client
from pipeline.ingest.http.requestsettings import request_settings
from pipeline.options import FetchOptions
from pipeline.store import Asked, Store
from pipeline.store.images import KnownImage, Usage

log = logging.getLogger(__name__)

FOLDER = "images"
"""The folder of the files, below the state folder."""
ACCEPT = "image/avif,image/webp,image/png,image/jpeg,image/gif;q=0.9,*/*;q=0.1"
_AT_ONCE = 4  # images that are fetched at the same time, of one host too
_SECONDS = 20.0  # that fetching one may take
_AGAIN = timedelta(hours=1)  # until one that could not be fetched is asked for again
_FULL = 0.9  # the share of what may be kept that stays when there is no more room
_KEY = re.compile(r"[0-9a-f]{40}")
_TYPES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb".{4}ftyp(?:avif|avis)", re.DOTALL), "image/avif"),
)


class Crowded(BabelwireError):  # noqa: N818
    """Too many images are being fetched."""


@dataclass(frozen=True, slots=True)
class Image:
    """The bytes of an image, and its media type by how they begin."""

    content: bytes
    media_type: str


def media_type(content: bytes) -> str:
    """What an image file is, by how it begins; "" for anything else."""
    return next((name for begins, name in _TYPES if begins.match(content)), "")


class ImageCache:
    """The images of a store. One with a `previous` takes over what that one knows of hosts."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        previous: "ImageCache | None" = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._folder = settings.state_dir / FOLDER
        known: Client | None = previous._client if previous else None
        self._client: Client = Client(_bounded(settings), previous=known)
        self._places = BoundedSemaphore(_AT_ONCE)
        self._lock = Lock()
        self._fetching: dict[str, Future[Image | None]] = {}

    def close(self) -> None:
        """Close the connections."""
        self._client.stop()
        self._client.close()

    def find(self, key: str, sources: Sequence[str] | None = None) -> Image | None:
        """The image with this key, fetched if it is not kept; None: there is none, or its host does
        not give it. With `sources`, only images of their articles."""
        if not _KEY.fullmatch(key):
            return None
        known = self._store.images.find(key, sources)
        if known is None:
            return None
        if kept := self._read(key):
            return kept
        if known.failed_at and self._clock() - known.failed_at < _AGAIN:
            return None
        with self._lock:
            under_way = self._fetching.get(key)
            if under_way is None:
                mine = self._fetching[key] = Future[Image | None]()
        if under_way is not None:
            return under_way.result(2 * _SECONDS)
        found: Image | None = None
        try:
            found = self._fetch(known)
        finally:
            mine.set_result(found)
            with self._lock:
                del self._fetching[key]
        return found

    def _file(self, key: str) -> Path:
        return self._folder / key[:2] / key

    def _read(self, key: str) -> Image | None:
        try:
            content = self._file(key).read_bytes()
        except OSError:
            return None
        kind = media_type(content)
        return Image(content, kind) if kind else None

    def _fetch(self, known: KnownImage) -> Image | None:
        if not self._places.acquire(timeout=_SECONDS):
            raise Crowded("images", "too many are being fetched", retry=True)
        try:
            source = self._settings.sources.get(known.source)
            answer = self._client.get(known.url, accept=ACCEPT, settings=request_settings(source))
            kind = media_type(answer.content)
            if not kind:
                raise FetchError(known.url, "is no image, or one of a kind that is not kept")
        except FetchError as error:
            log.info("%s", error, extra={"source": known.source})
            if not error.not_sent:
                self._store.images.failed(known.key, self._clock())
            return None
        finally:
            self._places.release()
        image = Image(answer.content, kind)
        self._keep(known.key, image)
        return image

    def _keep(self, key: str, image: Image) -> None:
        """Keep an image, if there is room beside what the feeds show."""
        limits, size = self._settings.images, len(image.content)
        usage = self._store.images.usage()
        if usage.images >= limits.max_images or usage.bytes + size > limits.max_bytes:
            usage = self.trim(size)
        if usage.images >= limits.max_images or usage.bytes + size > limits.max_bytes:
            return
        try:
            atomicfiles.write(self._file(key), image.content)
        except PublishError as error:
            log.warning("%s", error)
            return
        self._store.images.kept(key, size, self._clock())

    def trim(self, room: int = 0) -> Usage:
        """Delete the images that were fetched first, but for those that the feeds show, until nine
        tenths of what may be kept are left, with `room` bytes. Returns what is kept."""
        limits = self._settings.images
        shown = self._store.images.of(shown_articles(self._settings, self._store))
        kept = self._store.images.oldest()
        count, total = len(kept), sum(size for _, size in kept)
        gone: list[str] = []
        for key, size in kept:
            if count < _FULL * limits.max_images and total + room <= _FULL * limits.max_bytes:
                break
            if key not in shown:
                gone.append(key)
                count, total = count - 1, total - size
        self._drop(gone)
        return Usage(count, total)

    def _drop(self, keys: Sequence[str]) -> None:
        self._store.images.dropped(keys)
        for key in keys:
            self._file(key).unlink(missing_ok=True)


def prune(settings: Settings, store: Store, *, trial: bool = False) -> int:
    """Delete the files of images that no stored article shows; all of them if the cache is off.

    Returns how many files were deleted; with `trial`, how many would be.
    """
    folder = settings.state_dir / FOLDER
    files = [one for one in folder.glob("*/*") if one.is_file()]
    if settings.images.cache and not trial:
        store.images.forget()
    wanted = {key for key, _ in store.images.oldest()} if settings.images.cache else set()
    gone = [one for one in files if one.name not in wanted]
    if trial:
        return len(gone)
    for file in gone:
        file.unlink(missing_ok=True)
    if settings.images.cache:
        store.images.dropped(wanted - {one.name for one in files})
    else:
        store.images.forget(every=True)
    return len(gone)


def shown_articles(settings: Settings, store: Store) -> set[str]:
    """The ids of the articles that the feeds show."""
    listed = store.translations.listed
    return {
        one.id
        for feed in settings.feeds
        for shown in listed([Asked.of(feed, x) for x in feed.languages], feed.limit, whole=False)
        for one in shown
    }


def _bounded(settings: Settings) -> FetchOptions:
    """The options by which images are fetched: when somebody looks at them, so without pauses, and
    without robots.txt, which is for crawlers (RFC 9309 §1)."""
    return settings.fetch.within(_SECONDS).model_copy(
        update={
            "max_bytes": settings.images.image_bytes,
            "host_delay": 0.0,
            "host_concurrency": _AT_ONCE,
            "obey_robots": False,
        }
    )
