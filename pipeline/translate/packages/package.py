"""Describe an installed package, and check that its files are still those that were installed.

`model_at` takes the folder of an unpacked Argos package and returns a Model: its languages,
version, licence, checksums and faults. `write_record` writes the record of the installation into
the folder. Raises ModelError when the folder has no usable package.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.errors import ModelError
from pipeline.translate.packages.licences import licence
from pipeline.translate.packages.unpacking import TOKENIZERS, Description, read_folder

RECORD = ".babelwire.json"
"""The file in each package with the checksums of its installation, for `verify`."""
_WEIGHTS = "model/model.bin"


@dataclass(frozen=True, slots=True)
class Model:
    """An installed Argos package: one direction between two languages (Argos's codes).

    `path` is the folder of the package. `target_prefix` is the token that some multilingual models
    need in front of their output ("": none).
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
        """The name of the model in reports: "en_pt-1.0"."""
        return f"{self.from_code}_{self.to_code}-{self.version}"

    @property
    def digest(self) -> str:
        """The SHA-256 of model.bin in hexadecimal; it distinguishes models of the same name.

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
        for name in (_WEIGHTS, *TOKENIZERS):
            try:
                status = (self.path / name).stat()
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


def model_at(path: Path) -> Model:
    """Return the model in a folder. Raises ModelError when it is not an unpacked package."""
    about: Description = read_folder(path)
    return Model(
        about.from_code,
        about.to_code,
        about.from_name,
        about.to_name,
        about.version,
        path,
        about.target_prefix,
    )


def write_record(folder: Path, file: Path) -> None:
    """Write the checksum of the package file, and those of all its files, into the record."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    names = [p.relative_to(folder).as_posix() for p in files]
    record = {
        "archive": sha256(file),
        "files": {name: sha256(path) for name, path in zip(names, files, strict=True)},
        "sizes": {name: path.stat().st_size for name, path in zip(names, files, strict=True)},
    }
    (folder / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")


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
