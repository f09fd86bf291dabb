"""Fetching package files: resumed where they broke off, checked, never without bound.

In go addresses of one file, out comes the file in a folder. A download that broke off, even with
its process, goes on where it ended if the server still has the same file (RFC 9110 §13.1.5, §14).
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
"""Called with the bytes that are there and those of the whole file (0: not known)."""

_CHUNK = 1 << 16  # what a break loses at most
_TRIES = 4  # attempts in a row that bring nothing
_PAUSE = 1.0  # seconds before the second attempt; twice as many before each later one
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_REMEDY = (
    "try again, it goes on where it broke off; with no network, fetch the .argosmodel file "
    "elsewhere and run `babelwire models install FILE`"
)


def fetch(
    links: Sequence[str],
    folder: Path,
    name: str,
    checksum: str = "",
    progress: Progress | None = None,
) -> Path:
    """Bring a file into `folder` from the first of `links` that has it; its path there.

    `name` is what it is called, `checksum` its SHA-256 where that is known. Two processes do not
    fetch into one folder at once: the second waits. Raises ModelError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    place, told = folder / name, progress or (lambda _there, _whole: None)
    last: ModelError | None = None
    with _alone(folder):
        for link in links:
            try:
                if is_local(link):
                    _copy(local_path(link), place, told)
                else:
                    _Download(link, place, told).run()
            except ModelError as error:
                last = error
                continue
            if checksum and (found := sha256(place)) != checksum:
                place.unlink()
                reason = f"its checksum is {found} instead of {checksum}: damaged or exchanged"
                last = ModelError(link, reason, "try again, or tell whoever runs the index")
                continue
            return place
    raise last or ModelError(name, "the package index says of no address of it", _REMEDY)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copy(source: Path, place: Path, progress: Progress) -> None:
    try:
        whole = source.stat().st_size
        with source.open("rb") as there, place.open("wb") as here:
            while chunk := there.read(_CHUNK):
                here.write(chunk)
                progress(here.tell(), whole)
    except OSError as error:
        raise ModelError(str(source), f"cannot be read ({error.strerror or error})") from error


class _Download:
    """One file from one address; what came before lies in `NAME.part`, from where in `.json`."""

    def __init__(self, url: str, place: Path, progress: Progress) -> None:
        self._url, self._place, self._progress = url, place, progress
        self._part = place.with_name(f"{place.name}.part")
        self._note = place.with_name(f"{place.name}.part.json")

    def run(self) -> None:
        failures = 0
        while True:
            before = self._have()
            try:
                self._attempt(before)
            except requests.RequestException as error:
                last: Exception = error
                response = getattr(error, "response", None)
                if response is not None and response.status_code not in _AGAIN:
                    raise self._failed(f"the server answers {response.status_code}") from error
            else:
                self._part.replace(self._place)
                self._note.unlink(missing_ok=True)
                return
            # What gets on is not given up, however often it breaks off.
            failures = 0 if self._have() > before else failures + 1
            if failures >= _TRIES:
                reason = f"cannot be fetched ({type(last).__name__})"
                raise self._failed(reason, retry=True) from last
            time.sleep(_PAUSE * 2 ** max(0, failures - 1))

    def _have(self) -> int:
        """Bytes that can be built upon; 0 where it is not sure that they are of the same file."""
        try:
            known = json.loads(self._note.read_bytes())
            same = known["url"] == self._url and bool(known["validator"])
            return self._part.stat().st_size if same else 0
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    def _attempt(self, have: int) -> None:
        # Compressed on the way, a range would be one of other bytes.
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
            headers["If-Range"] = json.loads(self._note.read_bytes())["validator"]
        with requests.get(self._url, headers=headers, timeout=TIMEOUT, stream=True) as response:
            if response.status_code == requests.codes.requested_range_not_satisfiable:
                self._note.unlink(missing_ok=True)  # from the beginning, then
                raise requests.ConnectionError("the server's file is another one now")
            response.raise_for_status()
            going_on = response.status_code == requests.codes.partial_content
            if going_on and not response.headers.get("Content-Range", "").startswith(
                f"bytes {have}-"
            ):
                self._note.unlink(missing_ok=True)
                raise requests.ConnectionError("the server sent another range than asked for")
            have = have if going_on else 0
            length = response.headers.get("Content-Length", "")
            encoded = response.headers.get("Content-Encoding", "identity") != "identity"
            whole = have + int(length) if length.isdigit() and not encoded else 0
            self._room(whole, whole - have)
            note = {"url": self._url, "validator": _validator(response.headers)}
            self._note.write_text(json.dumps(note), "utf-8")
            with self._part.open("ab" if going_on else "wb") as file:
                for chunk in response.iter_content(_CHUNK):
                    file.write(chunk)
                    have += len(chunk)
                    if have > MAX_BYTES:
                        self._room(have, 0)
                    self._progress(have, whole)
        if whole and have != whole:
            raise requests.ConnectionError(f"{have} of {whole} bytes came")

    def _room(self, whole: int, missing: int) -> None:
        if whole > MAX_BYTES:
            raise self._failed(f"is larger than a package may be ({whole / 1e9:.1f} GB)")
        need_room(self._url, "needs", missing, self._place.parent)

    def _failed(self, reason: str, *, retry: bool = False) -> ModelError:
        return ModelError(self._url, reason, _REMEDY, retry=retry)


def _validator(headers: Any) -> str:
    """What If-Range may name: a strong ETag, else the date of the file."""
    etag = str(headers.get("ETag", ""))
    return etag if etag.startswith('"') else str(headers.get("Last-Modified", ""))
