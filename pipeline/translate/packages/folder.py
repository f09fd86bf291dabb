"""The packages folder on disk: packages put in, and taken away, in one step each.

In go checked archives, out come unpacked packages. Threads, processes and killed ones may share the
folder: who reads it finds a package whole or not at all, and never without the one it replaces.
"""

import fcntl
import logging
import shutil
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import ModelError
from pipeline.translate.packages import argos
from pipeline.translate.packages.package import Model, model_at, write_record
from pipeline.translate.packages.unpacking import REMEDY, need_room, read_archive, read_folder

DOWNLOADS = ".downloads"
"""Where package files lie until they are installed; what broke off stays there to go on."""
_LOCK = ".lock"
_STAGING = ".staging-"
_REPLACED = ".replaced-"  # of earlier versions
_REMOVED = ".removed-"
_log = logging.getLogger(__name__)


class PackageFolder:
    """The folder at `path`, which need not be there yet."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread_lock = threading.RLock()
        self._seen: tuple[object, list[Model]] = (None, [])

    def models(self) -> list[Model]:
        """All usable models in it, several versions of a pair included.

        A folder that holds no usable package is logged with the reason and passed over. What has
        not changed since the last call is not read again.
        """
        try:
            folders = sorted(p for p in self.path.iterdir() if not p.name.startswith("."))
            stamp = [(p, p.stat().st_mtime_ns) for p in folders if p.is_dir()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self.unusable("cannot be read", error) from error
        known, found = self._seen
        if known == stamp:
            return found
        found = []
        for path, _ in stamp:
            try:
                found.append(model_at(path))
            except ModelError as error:
                _log.warning("passed over: %s", error)
        self._seen = stamp, found
        return found

    def install(self, archive: Path) -> Model:
        """Unpack an archive beside the other packages, check it, and put it in its place.

        Other packages of the same pair go. Raises ModelError; nothing has changed then.
        """
        folder, _ = read_archive(archive)
        with self.exclusive():
            return self._install(archive, folder)

    def install_if(self, archive: Path, wanted: Callable[[], bool]) -> None:
        """Install an archive where it is still wanted once nobody else writes."""
        folder, _ = read_archive(archive)
        with self.exclusive():
            if wanted():
                self._install(archive, folder)

    def discard(self, doomed: Iterable[Model], *, by_hand: bool = False) -> None:
        """Take packages away. What was removed by hand does not come back by itself."""
        with self.exclusive():
            for model in doomed:
                if by_hand:
                    self._removed(model.from_code, model.to_code).touch()
                if model.path.exists():
                    self._discard(model.path)

    def was_removed(self, folder: str, source: str, target: str) -> bool:
        """Whether the package of a pair was removed by hand and never installed again."""
        old = self.path / f"{_REMOVED}{folder}"  # as earlier versions called it
        return self._removed(source, target).exists() or old.exists()

    def downloads(self) -> Path:
        """The folder for package files on their way."""
        with self.writable():
            folder = self.path / DOWNLOADS
            folder.mkdir(parents=True, exist_ok=True)
            return folder

    def _removed(self, source: str, target: str) -> Path:
        return self.path / f"{_REMOVED}{source}_{target}"

    def _install(self, archive: Path, folder: str) -> Model:
        self._room(archive)
        staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=self.path))
        try:
            try:
                argos.unpack(archive, staging)
            except (
                zipfile.BadZipFile,
                zlib.error,
                EOFError,
                NotImplementedError,
                RuntimeError,
            ) as e:
                raise ModelError(str(archive), f"the archive is damaged ({e})", REMEDY) from e
            fresh = staging / folder
            read_folder(fresh)
            write_record(fresh, archive)
            place = self._free_place(folder)
            fresh.rename(place)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        installed = model_at(place)
        self._removed(installed.from_code, installed.to_code).unlink(missing_ok=True)
        (self.path / f"{_REMOVED}{folder}").unlink(missing_ok=True)
        self._retire_others(installed)
        return installed

    def _free_place(self, folder: str) -> Path:
        """A name beside the package that is replaced, which stays until the new one is there."""
        place, number = self.path / folder, 2
        while place.exists():
            place = self.path / f"{folder}+{number}"
            number += 1
        return place

    def _room(self, archive: Path) -> None:
        with zipfile.ZipFile(archive) as opened:
            needed = sum(entry.file_size for entry in opened.infolist())
        need_room(str(archive), "unpacks to", needed, self.path)

    def _retire_others(self, fresh: Model) -> None:
        """Remove other folders of the same pair: what was installed last is what is used."""
        for path in [p for p in self.path.iterdir() if not p.name.startswith(".")]:
            if path == fresh.path or not path.is_dir():
                continue
            try:
                other = read_folder(path)
            except ModelError:
                continue  # not ours to judge here: models() reports it
            if (other.from_code, other.to_code) == (fresh.from_code, fresh.to_code):
                self._discard(path)

    def _discard(self, path: Path) -> None:
        """Take a package away in one step, then delete it at leisure."""
        away = Path(tempfile.mkdtemp(prefix=_STAGING, dir=self.path))
        path.rename(away / path.name)
        shutil.rmtree(away, ignore_errors=True)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """One writer at a time, over threads and processes; clears a killed one's leftovers."""
        with self._thread_lock, self.writable(), (self._made() / _LOCK).open("wb") as lock:
            # Closing the file gives the lock back, also when the process is killed.
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._recover()
            yield

    def _recover(self) -> None:
        for path in list(self.path.iterdir()):
            if path.name.startswith(_REPLACED):
                place = self.path / path.name.removeprefix(_REPLACED)
                if place.exists():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.rename(place)
            elif path.name.startswith(_STAGING):
                shutil.rmtree(path, ignore_errors=True)

    def _made(self) -> Path:
        self.path.mkdir(parents=True, exist_ok=True)
        return self.path

    @contextmanager
    def writable(self) -> Iterator[None]:
        """What the file system refuses is said with its remedy. Raises ModelError."""
        try:
            yield
        except OSError as error:
            raise self.unusable("cannot be written", error) from error

    def unusable(self, what: str, error: OSError) -> ModelError:
        """The error for a folder that cannot be used."""
        return ModelError(
            str(self.path),
            f"the packages folder {what} ({error.strerror or error})",
            "make it a folder you may write, with room for models, or set translate.packages_dir",
        )
