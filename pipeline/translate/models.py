"""Installed models: Argos packages in one folder of the project's own.

In goes the packages folder, out come its models and the routes between languages. A broken package
never hides the others; a file that is no package is refused before anything is written.
"""

import fcntl
import hashlib
import json
import logging
import re
import shutil
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.errors import ModelError, NoModel
from pipeline.translate import argos, packageindex
from pipeline.translate.archives import REMEDY, read_archive, read_folder
from pipeline.translate.routes import serves, shortest

EMBEDDED = Path(__file__).parent / "embedded" / "translate-en_pt-1_0.argosmodel"
RECORD = ".babelwire.json"
"""Written into each package at its installation: the checksums that `verify` compares."""

_LOCK = ".lock"
_STAGING = ".staging-"
_REPLACED = ".replaced-"
_REMOVED = ".removed-"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Model:
    """An installed Argos package: one direction between two languages (Argos's codes).

    `path` is the unpacked package. `target_prefix` is the token some multilingual models want in
    front of what they write ("" where none).
    """

    from_code: str
    to_code: str
    from_name: str
    to_name: str
    version: str
    path: Path
    target_prefix: str = ""

    @property
    def key(self) -> str:
        """The model's name in reports: "en_pt-1.0"."""
        return f"{self.from_code}_{self.to_code}-{self.version}"

    @property
    def digest(self) -> str:
        """The SHA-256 of model.bin in hexadecimal: tells two models of one name apart."""
        weights = self.path / "model" / "model.bin"
        try:
            status = weights.stat()
        except OSError as error:
            raise ModelError(str(self.path), "its model.bin is gone", "install it again") from error
        return _digest(self.path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)
def _digest(path: Path, _modified: int, _size: int) -> str:
    """From the record of the installation where there is one, else by reading the file once."""
    name = "model/model.bin"
    recorded = _record(path).get("files", {}).get(name)
    return recorded if isinstance(recorded, str) else sha256(path / name)


def _record(path: Path) -> dict[str, Any]:
    try:
        record = json.loads((path / RECORD).read_bytes())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def sha256(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _newest_first(model: Model) -> list[int]:
    return [-int(part) for part in re.findall(r"\d+", model.version)]


class Models:
    """The models in `packages_dir`. Threads and processes may share the folder.

    `index` is the address of an Argos package index (a folder or its index.json).
    """

    def __init__(self, packages_dir: Path, index: str = packageindex.INDEX) -> None:
        self.packages_dir = Path(packages_dir)
        self.index = index
        self._ensured = False
        self._thread_lock = threading.RLock()

    def ensure_embedded(self) -> None:
        """Install the package that comes with babelwire, unless it is there or was removed by hand.

        Cheap when there is nothing to do. Raises ModelError where the folder cannot be written.
        """
        if self._ensured:
            return
        folder, description = read_archive(EMBEDDED)
        if not self._settled(folder, description.from_code, description.to_code):
            with self._exclusive():
                # Another process may have been faster while we waited for the lock.
                if not self._settled(folder, description.from_code, description.to_code):
                    self._install(EMBEDDED, folder)
        self._ensured = True

    def _settled(self, folder: str, source: str, target: str) -> bool:
        return (self.packages_dir / f"{_REMOVED}{folder}").exists() or any(
            (model.from_code, model.to_code) == (source, target) for model in self.installed()
        )

    def installed(self) -> list[Model]:
        """The usable models, the newest version of each pair, ordered by pair.

        A folder that holds no usable package is logged with the reason and passed over.
        """
        try:
            folders = sorted(p for p in self.packages_dir.iterdir() if not p.name.startswith("."))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._unusable("cannot be read", error) from error
        found: dict[tuple[str, str], list[Model]] = {}
        for path in folders:
            if not path.is_dir():
                continue
            try:
                about = read_folder(path)
            except ModelError as error:
                _log.warning("passed over: %s", error)
                continue
            model = Model(
                about.from_code,
                about.to_code,
                about.from_name,
                about.to_name,
                about.version,
                path,
                about.target_prefix,
            )
            found.setdefault((model.from_code, model.to_code), []).append(model)
        return [min(models, key=_newest_first) for _, models in sorted(found.items())]

    def route(self, source: str, target: str) -> tuple[Model, ...]:
        """The chain of models from `source` to `target`: direct, through English, any shortest.

        Raises NoModel where none leads there.
        """
        chain = shortest(self.installed(), source, target)
        if not chain:
            raise NoModel(
                f"{source} → {target}",
                "no installed model leads there",
                f"babelwire models install {source} {target}",
            )
        return chain

    def install_file(self, path: Path) -> Model:
        """Install an `.argosmodel` file; the same package again is replaced in one step.

        Raises ModelError where the file is no Argos package, broken or unsafe, or the folder
        cannot be written; nothing has changed then.
        """
        folder, _ = read_archive(Path(path))
        with self._exclusive():
            return self._install(Path(path), folder)

    def install_pair(self, source: str, target: str) -> Model:
        """Fetch the newest package for a pair from Argos's index and install it.

        Raises ModelError where there is no network, no such package, or what came is broken.
        """
        with (
            self._writable(),
            tempfile.TemporaryDirectory(prefix=_STAGING, dir=self._folder()) as folder,
        ):
            path = packageindex.fetch(self.index, source, target, Path(folder))
            return self.install_file(path)

    def remove(self, source: str, target: str) -> None:
        """Remove every version of a pair's package. Raises NoModel where none is installed."""
        with self._exclusive():
            doomed = [
                model
                for model in self.installed()
                if serves(model.from_code, source) and serves(model.to_code, target)
            ]
            if not doomed:
                raise NoModel(f"{source} → {target}", "not installed", "babelwire models list")
            while doomed:
                for model in doomed:
                    # The marker keeps ensure_embedded from bringing it back.
                    (self.packages_dir / f"{_REMOVED}{model.path.name}").touch()
                    self._discard(model.path)
                pairs = {(model.from_code, model.to_code) for model in doomed}
                doomed = [m for m in self.installed() if (m.from_code, m.to_code) in pairs]

    def _install(self, archive: Path, folder: str) -> Model:
        """Unpack beside the other packages, check, record, and move in place. The lock is held."""
        staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=self.packages_dir))
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
            fresh, place = staging / folder, self.packages_dir / folder
            read_folder(fresh)
            self._write_record(fresh, archive)
            if place.exists():
                place.rename(self.packages_dir / f"{_REPLACED}{folder}")
            fresh.rename(place)
            (self.packages_dir / f"{_REMOVED}{folder}").unlink(missing_ok=True)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        shutil.rmtree(self.packages_dir / f"{_REPLACED}{folder}", ignore_errors=True)
        about = read_folder(place)
        installed = Model(
            about.from_code,
            about.to_code,
            about.from_name,
            about.to_name,
            about.version,
            place,
            about.target_prefix,
        )
        self._retire_older(installed)
        return installed

    def _retire_older(self, fresh: Model) -> None:
        """Remove other folders of the same pair: what was installed last is what is used."""
        for path in [p for p in self.packages_dir.iterdir() if not p.name.startswith(".")]:
            if path == fresh.path or not path.is_dir():
                continue
            try:
                other = read_folder(path)
            except ModelError:
                continue  # not ours to judge here: installed() reports it
            if (other.from_code, other.to_code) == (fresh.from_code, fresh.to_code):
                self._discard(path)

    def _discard(self, path: Path) -> None:
        """Take a package away in one step, then delete it at leisure."""
        away = Path(tempfile.mkdtemp(prefix=_STAGING, dir=self.packages_dir))
        path.rename(away / path.name)
        shutil.rmtree(away, ignore_errors=True)

    @staticmethod
    def _write_record(folder: Path, archive: Path) -> None:
        files = sorted(p for p in folder.rglob("*") if p.is_file())
        sums = {p.relative_to(folder).as_posix(): sha256(p) for p in files}
        record = {"archive": sha256(archive), "files": sums}
        (folder / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """One writer at a time, over threads and processes; clears a killed one's leftovers."""
        with self._thread_lock, self._writable(), (self._folder() / _LOCK).open("wb") as lock:
            # Closing the file gives the lock back, also when the process is killed.
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._recover()
            yield

    def _recover(self) -> None:
        for path in list(self.packages_dir.iterdir()):
            if path.name.startswith(_REPLACED):
                place = self.packages_dir / path.name.removeprefix(_REPLACED)
                if place.exists():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.rename(place)

    def _folder(self) -> Path:
        self.packages_dir.mkdir(parents=True, exist_ok=True)
        return self.packages_dir

    @contextmanager
    def _writable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._unusable("cannot be written", error) from error

    def _unusable(self, what: str, error: OSError) -> ModelError:
        return ModelError(
            str(self.packages_dir),
            f"the packages folder {what} ({error.strerror or error})",
            "make it a folder you may write, with room for models, or set translate.packages_dir",
        )
