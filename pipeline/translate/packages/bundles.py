"""Write and read bundles: several packages in one file, for a machine without a network.

`write` takes package files and writes a zip with a manifest of checksums; `unpack` yields the
package files of a bundle; `pack` makes a package file of an installed model.
Raises ModelError for a bundle that differs from its manifest, before any package is returned.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import ModelError
from pipeline.translate.packages.package import COPY, RECORD, Model, sha256
from pipeline.translate.packages.unpacking import MAX_BYTES, read_folder, read_package_file

MANIFEST = "manifest.json"
_FORMAT = 1  # of the manifest; increased when an older babelwire could not read it
_MAX_MANIFEST = 1 << 20
_CHUNK = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,100}\.argosmodel\Z")
_DATE = (1980, 1, 1, 0, 0, 0)  # constant, so that the same models give the same bytes
_REMEDY = "copy the bundle again, or make a new one with `babelwire models bundle`"


@dataclass(frozen=True, slots=True)
class Part:
    """A package in a bundle, as described in the manifest."""

    file: str
    sha256: str
    from_code: str
    to_code: str
    version: str
    licence: str = ""


def pack(model: Model, into: Path) -> Path:
    """Write an `.argosmodel` file of an installed model into the folder `into`; return its path."""
    name = read_folder(model.path).folder
    path = into / f"{name}.argosmodel"
    names = {p: p.relative_to(model.path) for p in model.path.rglob("*") if p.is_file()}
    files = sorted(p for p in names if p.name != RECORD and names[p].parts[0] != COPY)
    with zipfile.ZipFile(path, "w") as package:
        for file in files:
            entry = zipfile.ZipInfo(f"{name}/{names[file].as_posix()}", _DATE)
            # Weights are stored: compressing them saves little and takes most of the time.
            entry.compress_type = (
                zipfile.ZIP_STORED if file.suffix == ".bin" else zipfile.ZIP_DEFLATED
            )
            entry.external_attr = 0o644 << 16
            with file.open("rb") as source, package.open(entry, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, _CHUNK)
    return path


def write(packages: Sequence[tuple[Path, str]], path: Path) -> list[Part]:
    """Write a bundle of `packages` (path, licence) to `path` and return its parts.

    An existing file is replaced only when the bundle is complete. Raises ModelError when it cannot
    be written or a package is unusable.
    """
    parts: list[Part] = []
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.absolute().parent, prefix=f".{path.name}.", delete=False
        ) as file:
            temporary = Path(file.name)
            try:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as bundle:
                    for package, licence in packages:
                        parts.append(_part(package, licence))
                        entry = zipfile.ZipInfo(parts[-1].file, _DATE)
                        with (
                            package.open("rb") as source,
                            bundle.open(entry, "w", force_zip64=True) as target,
                        ):
                            shutil.copyfileobj(source, target, _CHUNK)
                    manifest = {"babelwire_bundle": _FORMAT, "packages": [asdict(p) for p in parts]}
                    text = json.dumps(manifest, indent=1, ensure_ascii=False)
                    bundle.writestr(zipfile.ZipInfo(MANIFEST, _DATE), text)
                os.fchmod(file.fileno(), 0o644)
                file.flush()
                os.fsync(file.fileno())
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
    except OSError as error:
        reason = f"cannot be written ({error.strerror or error})"
        raise ModelError(str(path), reason, "name a file in a folder you may write to") from error
    return parts


def _part(package: Path, licence: str) -> Part:
    _, about = read_package_file(package)
    return Part(
        f"{about.folder}.argosmodel",
        sha256(package),
        about.from_code,
        about.to_code,
        about.version,
        licence,
    )


def is_bundle(path: Path) -> bool:
    """Return whether a file is a bundle rather than a package; False if it cannot be read."""
    try:
        with zipfile.ZipFile(path) as opened:
            return MANIFEST in opened.namelist()
    except (OSError, zipfile.BadZipFile):
        return False  # opening it as a package gives the error message


def unpack(path: Path, into: Path) -> Iterator[Path]:
    """Yield the package files of a bundle, after the checksums of all were compared.

    Each file is unpacked into `into` and removed before the next one. Other files in the zip are
    ignored. Raises ModelError for a damaged bundle.
    """
    thing = str(path)
    try:
        with zipfile.ZipFile(path) as bundle:
            parts = _read_manifest(bundle, thing)
            for part in parts:
                if (found := _checksum(bundle, part.file)) != part.sha256:
                    reason = f"{part.file} in it has the checksum {found} instead of {part.sha256}"
                    raise ModelError(thing, reason, _REMEDY)
            for part in parts:
                package = into / part.file
                with bundle.open(part.file) as source, package.open("wb") as target:
                    shutil.copyfileobj(source, target, _CHUNK)
                yield package
                package.unlink()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ModelError(thing, f"the bundle is damaged ({error})", _REMEDY) from error


def _read_manifest(bundle: zipfile.ZipFile, thing: str) -> list[Part]:
    with bundle.open(MANIFEST) as file:
        text = file.read(_MAX_MANIFEST)
    try:
        manifest: dict[str, Any] = json.loads(text)
        if manifest["babelwire_bundle"] != _FORMAT:
            raise ModelError(thing, "was made by a newer babelwire", "update babelwire")
        parts = [Part(**entry) for entry in manifest["packages"]]
        names = {entry.filename: entry for entry in bundle.infolist()}
        size = sum(names[part.file].file_size for part in parts)
        sound = all(_NAME.match(part.file) for part in parts)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError(thing, f"its {MANIFEST} cannot be read ({error!r})", _REMEDY) from error
    if not parts or not sound or size > MAX_BYTES:
        raise ModelError(thing, f"its {MANIFEST} names no usable packages", _REMEDY)
    return parts


def _checksum(bundle: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with bundle.open(name) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
