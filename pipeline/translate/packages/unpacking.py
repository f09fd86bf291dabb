"""Check Argos package files (`.argosmodel`) before they are unpacked.

`read_package_file` and `read_folder` take a path and return the package's description.
`make_folders` takes an unpacked zip whose paths have backslashes and makes folders of them.
Raises ModelError for files that are not a zip, or truncated; for zips that would write outside
their folder, or without bound; and for zips without an Argos package.
"""

import json
import re
import shutil
import stat
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from pipeline.errors import ModelError

MAX_BYTES = 8 << 30
"""The most bytes a package may unpack to. The largest in Argos's index have about 400 MB."""
MAX_FILES = 10_000
TOKENIZERS = ("sentencepiece.model", "bpe.model")
REMEDY = "download the .argosmodel file again, or check that it is an Argos Translate package"

_CODE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*\Z")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,31}\Z")


@dataclass(frozen=True, slots=True)
class Description:
    """The contents of a package's metadata.json. Codes are Argos's language codes."""

    from_code: str
    to_code: str
    from_name: str
    to_name: str
    version: str
    target_prefix: str = ""

    @property
    def folder(self) -> str:
        """Argos's name for the folder and the file of a package: "translate-en_pt-1_0"."""
        version = self.version.replace(".", "_")
        return f"translate-{self.from_code}_{self.to_code}-{version}"


def describe(metadata: Any, thing: str) -> Description:
    """Return the description in a parsed metadata.json. Raises ModelError if it is unusable."""
    if not isinstance(metadata, Mapping):
        raise ModelError(thing, "its metadata.json is not a JSON object", REMEDY)
    if metadata.get("type", "translate") != "translate":
        raise ModelError(
            thing, f"it is a package of type {metadata['type']!r}, not a model", REMEDY
        )
    source, target = metadata.get("from_code"), metadata.get("to_code")
    for name, code in (("from_code", source), ("to_code", target)):
        if not isinstance(code, str) or not _CODE.match(code):
            raise ModelError(thing, f"its metadata.json has no usable {name}: {code!r}", REMEDY)
    version = str(metadata.get("package_version") or "0")
    if not _VERSION.match(version):
        raise ModelError(thing, f"its metadata.json has no usable version: {version!r}", REMEDY)
    return Description(
        str(source),
        str(target),
        str(metadata.get("from_name") or source),
        str(metadata.get("to_name") or target),
        version,
        str(metadata.get("target_prefix") or ""),
    )


def read_package_file(path: Path) -> tuple[str, Description]:
    """Return the path of the package's folder in a package file, and the package's description.

    The path is "" if the files lie in no folder. Nothing is unpacked; the CRCs of the contents are
    checked later, while unpacking. Raises ModelError.
    """
    thing = str(path)
    try:
        with zipfile.ZipFile(path) as opened:
            files = _files(opened.infolist(), thing)
            folder = _folder(files, thing)
            metadata = json.loads(opened.read(files[PurePosixPath(folder, "metadata.json")]))
    except FileNotFoundError as error:
        raise ModelError(thing, "there is no such file", "check the path") from error
    except zipfile.BadZipFile as error:
        raise ModelError(thing, "not an Argos package, or cut short (no zip)", REMEDY) from error
    except (ValueError, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
        raise ModelError(thing, f"its metadata.json cannot be read ({error})", REMEDY) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ModelError(thing, f"cannot be read ({reason})", "check the file") from error
    return "" if folder == PurePosixPath() else str(folder), describe(metadata, thing)


def _files(entries: list[zipfile.ZipInfo], thing: str) -> dict[PurePosixPath, zipfile.ZipInfo]:
    """Return the files in a package file by their paths. Raises ModelError for an unsafe one."""
    if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_BYTES:
        raise ModelError(thing, "it unpacks to more than a package may hold", REMEDY)
    files: dict[PurePosixPath, zipfile.ZipInfo] = {}
    for entry in entries:
        path = path_in_zip(entry)
        # Also what is absolute on Windows only, or names a drive.
        escapes = PureWindowsPath(entry.filename).anchor or ".." in path.parts
        if escapes or stat.S_ISLNK(entry.external_attr >> 16):
            raise ModelError(
                thing, f"it would write outside its folder: {entry.filename!r}", REMEDY
            )
        if entry.filename.endswith(("/", "\\")):
            continue
        if path in files and files[path].filename != entry.filename:
            raise ModelError(thing, f"it has two files for one path: {entry.filename!r}", REMEDY)
        files[path] = entry
    return files


def path_in_zip(entry: zipfile.ZipInfo) -> PurePosixPath:
    """Return the path of a file in a zip, without "." parts.

    Some programs for Windows write backslashes, against section 4.4.17 of the specification.
    """
    return PurePosixPath(_slashed(entry.filename))


def _slashed(name: str) -> str:
    return name.replace("\\", "/")


def make_folders(unpacked: Path) -> None:
    """Move the files whose names have backslashes into folders: "model\\model.bin".

    The zip must have been checked by `read_package_file`. Raises OSError.
    """
    for file in [one for one in unpacked.rglob("*") if "\\" in one.name]:
        if file.name.endswith("\\"):  # a folder, unpacked as an empty file
            file.unlink()
            continue
        place = file.parent / _slashed(file.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        file.rename(place)


def _folder(files: Collection[PurePosixPath], thing: str) -> PurePosixPath:
    """Return the folder of the package: the uppermost one with a metadata.json.

    What lies beside it is ignored, such as the `__MACOSX` of a zip made on a Mac. Raises
    ModelError.
    """
    folders = sorted(
        (one.parent for one in files if one.name == "metadata.json"), key=lambda one: len(one.parts)
    )
    if not folders:
        raise ModelError(thing, "not an Argos package (no metadata.json in it)", REMEDY)
    folder = folders[0]
    if len(folders) > 1 and len(folders[1].parts) == len(folder.parts):
        raise ModelError(
            thing, "it has several packages in it", "install each of them by its own file"
        )
    if folder / "model" / "model.bin" not in files:
        raise ModelError(thing, "not an Argos package (no model/model.bin in it)", REMEDY)
    if not any(folder / name in files for name in TOKENIZERS):
        raise ModelError(thing, "not an Argos package (no tokeniser in it)", REMEDY)
    return folder


def read_folder(path: Path) -> Description:
    """Return the description of an unpacked package. Raises ModelError if it is not a package."""
    thing = str(path)
    remedy = "remove the folder, or install the package again"
    try:
        metadata = json.loads((path / "metadata.json").read_bytes())
    except FileNotFoundError as error:
        raise ModelError(thing, "no metadata.json in it: not an Argos package", remedy) from error
    except (OSError, ValueError) as error:
        raise ModelError(thing, f"its metadata.json cannot be read ({error})", remedy) from error
    description = describe(metadata, thing)
    if not (path / "model" / "model.bin").is_file():
        raise ModelError(thing, "no model/model.bin in it", remedy)
    if not any((path / name).is_file() for name in TOKENIZERS):
        raise ModelError(thing, "no tokeniser in it", remedy)
    return description


def need_room(thing: str, does: str, size: int, folder: Path) -> None:
    """Raise ModelError when the disk of `folder` has less than `size` bytes free.

    `thing` and `does` ("unpacks to") begin the message.
    """
    free = shutil.disk_usage(folder).free
    if size > free:
        raise ModelError(
            thing,
            f"{does} {size / 1e6:,.0f} MB, and {free / 1e6:,.0f} MB are free",
            "free some space, or set translate.packages_dir to another disk",
        )
