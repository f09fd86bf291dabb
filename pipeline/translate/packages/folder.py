"""The packages folder on disk: install and remove packages atomically.

`PackageFolder.install` takes a package file and returns the installed model. Threads and processes
may share the folder, and may be killed: a reader finds a package either complete or not at all, and
an old one until its replacement is there.
Raises ModelError for unusable package files, a full disk, and a folder that cannot be written.
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
from pipeline.translate.packages import argos, trial
from pipeline.translate.packages.package import (
    COPY,
    Model,
    is_requantised,
    model_at,
    record_copy,
    requantise_package,
    sha256,
    write_record,
)
from pipeline.translate.packages.unpacking import (
    REMEDY,
    Description,
    make_folders,
    need_room,
    path_in_zip,
    read_folder,
    read_package_file,
)

DOWNLOADS = ".downloads"
"""The folder of package files until they are installed, and of downloads to be resumed."""
_LOCK = ".lock"
_STAGING = ".staging-"
_REPLACED = ".replaced-"  # written by earlier versions of babelwire
_REMOVED = ".removed-"
_log = logging.getLogger(__name__)


class PackageFolder:
    """The folder at `path`; it is created at the first installation.

    With `requantise`, models with int8 weights get a copy with smaller ones, which is used.
    """

    def __init__(self, path: Path, *, requantise: bool = True) -> None:
        self.path = path
        self._requantise = requantise
        self._thread_lock = threading.RLock()
        self._seen: tuple[object, list[Model]] = (None, [])

    def models(self) -> list[Model]:
        """Return all usable models, several versions of a language pair included.

        A folder without a usable package is skipped with a warning. The folder is read again only
        when it has changed since the last call. Raises ModelError when it cannot be read.
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
                found.append(model_at(path, requantised=self._requantise))
            except ModelError as error:
                _log.warning("skipped: %s", error)
        self._seen = stamp, found
        return found

    def install(self, file: Path) -> Model:
        """Unpack, check and try a package file, move it into place, and return the model.

        Other packages of the same pair are removed. Raises ModelError; then nothing has changed.
        """
        folder, about = read_package_file(file)
        with self.exclusive():
            return self._install(file, folder, about, trial.tried)

    def install_if(self, file: Path, wanted: Callable[[], bool]) -> None:
        """Install a package file if `wanted` still returns True when the lock is held.

        It is not tried: it comes with babelwire. Raises ModelError.
        """
        folder, about = read_package_file(file)
        with self.exclusive():
            if wanted():
                self._install(file, folder, about, None)

    def requantise(self) -> None:
        """Requantise the packages that were installed without it, by an earlier version or by hand.

        Cheap when there is nothing to do. A package that cannot be requantised is used as it is,
        with a warning.
        """
        if not self._requantise or all(is_requantised(one.path) for one in self.models()):
            return
        try:
            with self.exclusive():
                for one in self.models():
                    if one.path.exists() and not is_requantised(one.path):
                        self._requantise_installed(one.path)
        except ModelError as error:
            _log.warning("not requantised: %s", error)

    def _requantise_installed(self, path: Path) -> None:
        staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=self.path))
        try:
            done = requantise_package(path, staging / COPY)
            if (path / COPY).exists():
                (path / COPY).rename(staging / "old")
            if done:
                (staging / COPY).rename(path / COPY)
            record_copy(path)
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def discard(self, doomed: Iterable[Model], *, by_hand: bool = False) -> None:
        """Remove packages. With `by_hand` they are not installed again automatically."""
        with self.exclusive():
            for model in doomed:
                if by_hand:
                    self._removed(model.from_code, model.to_code).touch()
                if model.path.exists():
                    self._discard(model.path)

    def was_removed(self, folder: str, source: str, target: str) -> bool:
        """Return whether the package of a pair was removed by hand and not installed since."""
        old = self.path / f"{_REMOVED}{folder}"  # the name in earlier versions of babelwire
        return self._removed(source, target).exists() or old.exists()

    def downloads(self) -> Path:
        """Create and return the folder for downloaded package files. Raises ModelError."""
        with self.writable():
            folder = self.path / DOWNLOADS
            folder.mkdir(parents=True, exist_ok=True)
            return folder

    def _removed(self, source: str, target: str) -> Path:
        return self.path / f"{_REMOVED}{source}_{target}"

    def _install(
        self,
        file: Path,
        folder: str,
        about: Description,
        tried: Callable[[Model], trial.Trial] | None,
    ) -> Model:
        """Install the package in the folder `folder` of a package file, if `tried` finds no fault.

        Raises ModelError; then nothing has changed.
        """
        self._check_room(file)
        staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=self.path))
        name = about.folder if folder.startswith(".") or "/" in folder else folder or about.folder
        try:
            try:
                argos.unpack(file, staging / "unpacked")
                make_folders(staging / "unpacked")
            except (
                zipfile.BadZipFile,
                zlib.error,
                EOFError,
                NotImplementedError,
                RuntimeError,
            ) as e:
                raise ModelError(str(file), f"the package file is damaged ({e})", REMEDY) from e
            fresh = staging / "unpacked" / folder
            read_folder(fresh)
            shutil.rmtree(fresh / COPY, ignore_errors=True)  # none but our own
            if self._requantise:
                requantise_package(fresh, fresh / COPY)
            if tried and (fault := tried(model_at(fresh, requantised=self._requantise)).fault):
                raise ModelError(str(file), f"it is not installed, because {fault}", REMEDY)
            write_record(fresh, sha256(file), requantised=self._requantise)
            place = self._free_place(name)
            fresh.rename(place)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        installed = model_at(place, requantised=self._requantise)
        self._removed(installed.from_code, installed.to_code).unlink(missing_ok=True)
        (self.path / f"{_REMOVED}{name}").unlink(missing_ok=True)
        self._retire_others(installed)
        return installed

    def _free_place(self, folder: str) -> Path:
        """Return a free name: the old package keeps its name until the new one is in place."""
        place, number = self.path / folder, 2
        while place.exists():
            place = self.path / f"{folder}+{number}"
            number += 1
        return place

    def _check_room(self, file: Path) -> None:
        with zipfile.ZipFile(file) as opened:
            entries = opened.infolist()
        needed = sum(entry.file_size for entry in entries)
        if self._requantise:
            needed += sum(e.file_size for e in entries if path_in_zip(e).parent.name == "model")
        need_room(str(file), "unpacks to", needed, self.path)

    def _retire_others(self, fresh: Model) -> None:
        """Remove other packages of the same pair, so that the last installed one is used."""
        for path in [p for p in self.path.iterdir() if not p.name.startswith(".")]:
            if path == fresh.path or not path.is_dir():
                continue
            try:
                other = read_folder(path)
            except ModelError:
                continue  # `models` reports it
            if (other.from_code, other.to_code) == (fresh.from_code, fresh.to_code):
                self._discard(path)

    def _discard(self, path: Path) -> None:
        """Remove a package: one atomic rename first, then delete the files."""
        away = Path(tempfile.mkdtemp(prefix=_STAGING, dir=self.path))
        path.rename(away / path.name)
        shutil.rmtree(away, ignore_errors=True)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Lock the folder against other threads and processes; clean up after killed ones.

        Raises ModelError when the folder cannot be written.
        """
        with self._thread_lock, self.writable(), (self._created() / _LOCK).open("wb") as lock:
            # Closing the file releases the lock, also when the process is killed.
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

    def _created(self) -> Path:
        self.path.mkdir(parents=True, exist_ok=True)
        return self.path

    @contextmanager
    def writable(self) -> Iterator[None]:
        """Turn an OSError within the block into a ModelError with its remedy."""
        try:
            yield
        except OSError as error:
            raise self.unusable("cannot be written", error) from error

    def unusable(self, what: str, error: OSError) -> ModelError:
        """Return the ModelError for a folder that cannot be used."""
        return ModelError(
            str(self.path),
            f"the packages folder {what} ({error.strerror or error})",
            "make the folder writable, with room for models, or set translate.packages_dir",
        )
