"""Writes published files atomically: a reader sees the old file or the new one, never a part.

All functions raise PublishError if the output folder cannot be used.
"""

import os
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

from pipeline.errors import PublishError


def write(path: Path, content: bytes, temporary_dir: Path | None = None) -> bool:
    """Replace the file's content atomically. Returns False if it is the same already.

    The content is written to a temporary file and synced before that is renamed, so that a crash or
    a power cut leaves the old file or the new one. The temporary file is in `temporary_dir`, which
    must be on the same disk, or beside the file. `sweep` removes those that a killed pass leaves.

    Raises:
        PublishError: the file cannot be written; the old one is unchanged.
    """
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        _make_folder(path.parent)
        _replace(path, content, temporary_dir or path.parent)
    except OSError as error:
        raise PublishError(
            str(path),
            f"cannot be written ({error.strerror})",
            "free some space, or make the output directory writable",
            retry=True,
        ) from error
    return True


def _make_folder(folder: Path) -> None:
    """Make a folder and its parents, and sync them, so that they survive a power cut."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)


def _replace(path: Path, content: bytes, temporary_dir: Path) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=temporary_dir)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # mkstemp allows only the owner; a web server must read it
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Sync the names in a folder to the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def sweep(folder: Path, spared: Collection[str] = ()) -> None:
    """Remove temporary files that killed passes left, in the folder and its subfolders, except in
    those named in `spared`.

    Raises:
        PublishError: the folder cannot be read or written.
    """
    try:
        if not folder.is_dir():
            return
        inner = [one for one in folder.iterdir() if one.is_dir() and one.name not in spared]
        for place, pattern in [(folder, ".*.*.*"), *((one, ".*.*") for one in inner)]:
            for left in place.glob(pattern):
                if left.is_file():
                    left.unlink(missing_ok=True)
    except OSError as error:
        raise PublishError(str(folder), f"cannot be read ({error.strerror})") from error


def remove(folder: Path, kept: Collection[str] = ()) -> int:
    """Remove everything in a folder except the names `kept`; without `kept`, also the folder.

    Returns how many names were removed.

    Raises:
        PublishError: something cannot be removed.
    """
    try:
        gone = [one for one in folder.iterdir() if one.name not in kept] if folder.is_dir() else []
        for one in gone:
            if one.is_dir() and not one.is_symlink():
                shutil.rmtree(one)
            else:
                one.unlink(missing_ok=True)
        if gone and not kept:
            folder.rmdir()
    except OSError as error:
        raise PublishError(
            str(folder),
            f"cannot be removed ({error.strerror})",
            "make the output directory writable",
            retry=True,
        ) from error
    return len(gone)


def begins_with(path: Path, mark: bytes, length: int = 400) -> bool:
    """Whether the file may be overwritten: it is missing, or its first `length` bytes contain
    `mark`. Otherwise, or if it cannot be read, it was not written by babelwire."""
    try:
        with path.open("rb") as stream:
            return mark in stream.read(length)
    except FileNotFoundError:
        return True
    except OSError:
        return False
