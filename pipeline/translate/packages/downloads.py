"""Download package files: resumable, with a checksum, and bounded in size and time.

`fetch` takes the addresses of one file and returns its path in a folder. A download that broke off,
even with its process, is resumed if the server still has the same file (RFC 9110 §13.1.5, §14).
Raises ModelError when no address gives the file, or the checksum is wrong.
"""

import fcntl
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from pipeline.errors import ModelError
from pipeline.translate.packages.index import TIMEOUT, is_local, local_path
from pipeline.translate.packages.package import sha256
from pipeline.translate.packages.unpacking import MAX_BYTES, need_room

Progress = Callable[[int, int], None]
"""Called with the bytes downloaded so far and the bytes of the total file (0: not known)."""

_CHUNK = 1 << 16  # bytes; a download that breaks off loses at most so many
_MAX_FAILURES = 4  # attempts in a row that bring no bytes
_PAUSE = 1.0  # seconds before the second attempt; doubled before each later one
_RETRY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_REMEDY = (
    "try again, it goes on where it broke off; without a network, download the .argosmodel file "
    "elsewhere and run `babelwire models install FILE`"
)


def fetch(
    links: Sequence[str],
    folder: Path,
    name: str,
    checksum: str = "",
    progress: Progress | None = None,
) -> Path:
    """Download a file into `folder` from the first of `links` that has it; return its path.

    `name` is its name there, `checksum` its SHA-256 ("": not known). A second process that fetches
    into the same folder waits. Raises ModelError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    place, report = folder / name, progress or (lambda _done, _total: None)
    last: ModelError | None = None
    with _locked(folder):
        for link in links:
            try:
                if is_local(link):
                    _copy(local_path(link), place, report)
                else:
                    _Download(link, place, report).run()
            except ModelError as error:
                last = error
                continue
            if checksum and (found := sha256(place)) != checksum:
                place.unlink()
                reason = f"its checksum is {found} instead of {checksum}: damaged or exchanged"
                last = ModelError(
                    link, reason, "try again, or report it to the operator of the index"
                )
                continue
            return place
    raise last or ModelError(name, "the package index gives no address for it", _REMEDY)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copy(source: Path, place: Path, progress: Progress) -> None:
    try:
        total = source.stat().st_size
        with source.open("rb") as there, place.open("wb") as here:
            while chunk := there.read(_CHUNK):
                here.write(chunk)
                progress(here.tell(), total)
    except OSError as error:
        raise ModelError(str(source), f"cannot be read ({error.strerror or error})") from error


class _Download:
    """The download of one file from one address.

    The bytes so far are in `NAME.part`; `NAME.part.json` has the address and the validator.
    """

    def __init__(self, url: str, place: Path, progress: Progress) -> None:
        self._url, self._place, self._progress = url, place, progress
        self._part = place.with_name(f"{place.name}.part")
        self._note = place.with_name(f"{place.name}.part.json")

    def run(self) -> None:
        failures = 0
        while True:
            before = self._resumable()
            try:
                self._attempt(before)
            except requests.RequestException as error:
                last: Exception = error
                response = getattr(error, "response", None)
                if response is not None and response.status_code not in _RETRY_STATUS:
                    raise self._failed(f"the server answers {response.status_code}") from error
            else:
                self._part.replace(self._place)
                self._note.unlink(missing_ok=True)
                return
            # An attempt that brought some bytes does not count as a failure.
            failures = 0 if self._resumable() > before else failures + 1
            if failures >= _MAX_FAILURES:
                reason = f"cannot be fetched ({type(last).__name__})"
                raise self._failed(reason, retry=True) from last
            time.sleep(_PAUSE * 2 ** max(0, failures - 1))

    def _resumable(self) -> int:
        """Return the bytes to resume from; 0 if they may belong to another file."""
        try:
            known = json.loads(self._note.read_bytes())
            same = known["url"] == self._url and bool(known["validator"])
            return self._part.stat().st_size if same else 0
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    def _attempt(self, done: int) -> None:
        # With a Content-Encoding, ranges would count the compressed bytes.
        headers = {"Accept-Encoding": "identity"}
        if done:
            headers["Range"] = f"bytes={done}-"
            headers["If-Range"] = json.loads(self._note.read_bytes())["validator"]
        with requests.get(self._url, headers=headers, timeout=TIMEOUT, stream=True) as response:
            if response.status_code == requests.codes.requested_range_not_satisfiable:
                self._note.unlink(missing_ok=True)  # from the beginning, then
                raise requests.ConnectionError("the server has another file now")
            response.raise_for_status()
            going_on = response.status_code == requests.codes.partial_content
            if going_on and not response.headers.get("Content-Range", "").startswith(
                f"bytes {done}-"
            ):
                self._note.unlink(missing_ok=True)
                raise requests.ConnectionError("the server sent a range that was not requested")
            done = done if going_on else 0
            length = response.headers.get("Content-Length", "")
            encoded = response.headers.get("Content-Encoding", "identity") != "identity"
            total = done + int(length) if length.isdigit() and not encoded else 0
            self._check_room(total, total - done)
            note = {"url": self._url, "validator": _validator(response.headers)}
            self._note.write_text(json.dumps(note), "utf-8")
            with self._part.open("ab" if going_on else "wb") as file:
                for chunk in response.iter_content(_CHUNK):
                    file.write(chunk)
                    done += len(chunk)
                    if done > MAX_BYTES:
                        self._check_room(done, 0)
                    self._progress(done, total)
        if total and done != total:
            raise requests.ConnectionError(f"{done} of {total} bytes arrived")

    def _check_room(self, total: int, missing: int) -> None:
        if total > MAX_BYTES:
            raise self._failed(f"is larger than a package may be ({total / 1e9:.1f} GB)")
        need_room(self._url, "needs", missing, self._place.parent)

    def _failed(self, reason: str, *, retry: bool = False) -> ModelError:
        return ModelError(self._url, reason, _REMEDY, retry=retry)


def _validator(headers: Any) -> str:
    """Return the validator for If-Range: a strong ETag, else Last-Modified; "" without either."""
    etag = str(headers.get("ETag", ""))
    return etag if etag.startswith('"') else str(headers.get("Last-Modified", ""))
