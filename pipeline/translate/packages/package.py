"""Describe an installed package, and check that its files are still those that were installed.

`model_at` takes the folder of an unpacked Argos package and returns a Model: its languages,
version, licence, checksums and faults. `write_record` writes the record of the installation into
the folder, `requantise_package` a copy of its model with smaller weights. Raises ModelError when
the folder has no usable package.
"""

import hashlib
import json
import logging
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.errors import ModelError
from pipeline.translate.packages.licences import licence
from pipeline.translate.packages.requantise import LIMIT, requantise
from pipeline.translate.packages.unpacking import TOKENIZERS, Description, read_folder

RECORD = ".babelwire.json"
"""The file in each package with the checksums of its installation, for `verify`."""
COPY = "requantised"
"""The folder in a package with a copy of its model, with int8 weights within ±LIMIT."""
_MODEL, _WEIGHTS = "model", "model/model.bin"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Model:
    """An installed Argos package: one direction between two languages (Argos's codes).

    `path` is the folder of the package. `target_prefix` is the token that some multilingual models
    need in front of their output ("": none). `requantised` says that the copy of the model with
    smaller weights is used.
    """

    from_code: str
    to_code: str
    from_name: str
    to_name: str
    version: str
    path: Path
    target_prefix: str = ""
    requantised: bool = False

    @property
    def weights(self) -> Path:
        """The folder of the CTranslate2 model to load."""
        return self.path / (COPY if self.requantised else _MODEL)

    @property
    def key(self) -> str:
        """The name of the model in reports: "en_pt-1.0"."""
        return f"{self.from_code}_{self.to_code}-{self.version}"

    @property
    def digest(self) -> str:
        """The SHA-256 of the package's model.bin; it distinguishes models of the same name.

        Raises ModelError when the file is missing.
        """
        try:
            status = (self.path / _WEIGHTS).stat()
        except OSError as error:
            raise ModelError(
                str(self.path), "its model.bin is missing", "install it again"
            ) from error
        return _digest(self.path, status.st_mtime_ns, status.st_size)

    @property
    def stamp(self) -> tuple[int, ...]:
        """Inode, time and size of the weights and tokeniser: changes when a file is replaced."""
        found = []
        for path in (self.weights / "model.bin", *(self.path / name for name in TOKENIZERS)):
            try:
                status = path.stat()
            except OSError:
                continue  # a package has only one of the two tokenisers
            found += [status.st_ino, status.st_mtime_ns, status.st_size]
        return tuple(found)

    @property
    def licence(self) -> str:
        """The licences that the package names, as SPDX identifiers: "MPL-2.0"; "" if none."""
        return licence(self.path)

    @property
    def size(self) -> int:
        """The size on disk in bytes."""
        return sum(one.stat().st_size for one in self.path.rglob("*") if one.is_file())

    @property
    def archive(self) -> str:
        """The SHA-256 of the package file it was installed from; "" if that is not recorded."""
        return str(_record(self.path).get("archive") or "")

    def faults(self, *, thorough: bool = True) -> list[str]:
        """Return how the files differ from those installed: one line per file, [] if none does.

        `thorough` reads every file and compares checksums, otherwise only names and sizes.
        """
        sums = _record(self.path).get("files")
        if not isinstance(sums, dict) or not sums:
            return [f"{RECORD}: no checksums were recorded, because babelwire did not install it"]
        sizes = _record(self.path).get("sizes", {})
        return [
            f"{name}: {fault}"
            for name, wanted in sorted(sums.items())
            if (fault := _fault(self.path / name, wanted, sizes.get(name), thorough))
        ]


def _fault(path: Path, wanted: str, size: int | None, thorough: bool) -> str:
    try:
        if size is not None and path.stat().st_size != size:
            return f"has {path.stat().st_size} bytes instead of {size}"
        if thorough and sha256(path) != wanted:
            return "its checksum differs from the one at its installation"
        path.stat()
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"
    return ""


def model_at(path: Path, *, requantised: bool = False) -> Model:
    """Return the model in a folder; `requantised`: with smaller weights, if it has such a copy.

    Raises ModelError when it is not an unpacked package.
    """
    about: Description = read_folder(path)
    return Model(
        about.from_code,
        about.to_code,
        about.from_name,
        about.to_name,
        about.version,
        path,
        about.target_prefix,
        requantised and (path / COPY / "model.bin").is_file(),
    )


def requantise_package(path: Path, copy: Path) -> bool:
    """Write a copy of a package's model with smaller int8 weights into the new folder `copy`.

    Returns False, and leaves no folder, if there is nothing to do, or the model's format is not
    known. Raises OSError.
    """
    shutil.copytree(path / _MODEL, copy, ignore=lambda *_: ["model.bin"])
    try:
        done = requantise(path / _WEIGHTS, copy / "model.bin")
    except ValueError as error:
        _log.info("%s: not requantised: model.bin %s", path.name, error)
        done = False
    if not done:
        shutil.rmtree(copy)
    return done


def is_requantised(path: Path) -> bool:
    """Return whether a package was requantised to LIMIT, or did not need it."""
    known = _record(path)
    return known.get("requantised") == LIMIT if known else (path / COPY).exists()


def write_record(folder: Path, archive: str, *, requantised: bool) -> None:
    """Write the record of an installation: the package file's checksum, and those of all files."""
    files = [p for p in folder.rglob("*") if p.is_file() and p.name != RECORD]
    _write(folder, {"archive": archive} | _requantised(requantised) | _sums(folder, files))


def record_copy(folder: Path) -> None:
    """Add the copy of a package's model, or that it needs none, to its record, if it has one."""
    record = _record(folder)
    if not record:
        return
    found = _sums(folder, [p for p in (folder / COPY).rglob("*") if p.is_file()])
    for kind, new in found.items():
        old = record.get(kind, {})
        record[kind] = {n: v for n, v in old.items() if not n.startswith(f"{COPY}/")} | new
    _write(folder, record | _requantised(True))


def _requantised(done: bool) -> dict[str, int]:
    return {"requantised": LIMIT if done else 0}


def _sums(folder: Path, files: Sequence[Path]) -> dict[str, dict[str, Any]]:
    """Return the checksums and sizes of files by their names in `folder`."""
    by_name = {path.relative_to(folder).as_posix(): path for path in sorted(files)}
    return {
        "files": {name: sha256(path) for name, path in by_name.items()},
        "sizes": {name: path.stat().st_size for name, path in by_name.items()},
    }


def _write(folder: Path, record: Mapping[str, Any]) -> None:
    new = folder / f"{RECORD}.new"
    new.write_text(json.dumps(record, indent=1), encoding="utf-8")
    new.replace(folder / RECORD)


def _record(path: Path) -> dict[str, Any]:
    try:
        record = json.loads((path / RECORD).read_bytes())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


@lru_cache(maxsize=256)
def _digest(path: Path, _modified: int, _size: int) -> str:
    """Return the digest from the installation's record; without one read the file, once."""
    recorded = _record(path).get("files", {}).get(_WEIGHTS)
    return recorded if isinstance(recorded, str) else sha256(path / _WEIGHTS)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
