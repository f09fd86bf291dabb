"""An installed package: what it says of itself, and whether it is still what was installed.

In goes the folder of an unpacked Argos package, out come its description, checksums, licence and
faults. Nothing is written but the record that an installation leaves in it.
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
"""Written into each package at its installation: the checksums that `verify` compares."""
_WEIGHTS = "model/model.bin"


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
        try:
            status = (self.path / _WEIGHTS).stat()
        except OSError as error:
            raise ModelError(str(self.path), "its model.bin is gone", "install it again") from error
        return _digest(self.path, status.st_mtime_ns, status.st_size)

    @property
    def stamp(self) -> tuple[int, ...]:
        """Changes whenever the weights or the tokeniser are other files than before."""
        found = []
        for name in (_WEIGHTS, *TOKENIZERS):
            try:
                status = (self.path / name).stat()
            except OSError:
                continue  # a package has one tokeniser of the two
            found += [status.st_ino, status.st_mtime_ns, status.st_size]
        return tuple(found)

    @property
    def licence(self) -> str:
        """What the package says of its licence, as SPDX identifiers: "MPL-2.0"; "" if nothing."""
        return licence(self.path)

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(one.stat().st_size for one in self.path.rglob("*") if one.is_file())

    @property
    def archive(self) -> str:
        """The SHA-256 of the file it was installed from; "" where that is not recorded."""
        return str(_record(self.path).get("archive") or "")

    def faults(self, *, thorough: bool = True) -> list[str]:
        """What differs from what was installed: a line a file.

        `thorough` reads every file and compares checksums; else names and sizes are looked at.
        """
        sums = _record(self.path).get("files")
        if not isinstance(sums, dict) or not sums:
            return [f"{RECORD}: no checksums were recorded, for babelwire did not install it"]
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
            return "its checksum is another one than when it was installed"
        path.stat()
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"
    return ""


def model_at(path: Path) -> Model:
    """The model of an unpacked package. Raises ModelError where the folder holds none."""
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


def write_record(folder: Path, archive: Path) -> None:
    """Note what the package consists of, so that a later change shows."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    names = [p.relative_to(folder).as_posix() for p in files]
    record = {
        "archive": sha256(archive),
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
    """From the record of the installation where there is one, else by reading the file once."""
    recorded = _record(path).get("files", {}).get(_WEIGHTS)
    return recorded if isinstance(recorded, str) else sha256(path / _WEIGHTS)


def sha256(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
