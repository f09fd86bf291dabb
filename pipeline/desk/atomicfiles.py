"""Writes a published file so that whoever reads it sees the old one or the new one, whole."""

import os
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

from pipeline.errors import PublishError


def write(path: Path, content: bytes, workshop: Path | None = None) -> bool:
    """Replace the file's content atomically; False where it is the same already.

    The bytes are on the disk before the name points to them, so that a crash or a power cut leaves
    the one or the other. Until then they have a name of their own in `workshop`, which must be on
    the same disk, else beside the file: where `sweep` finds what a killed pass leaves.

    Raises:
        PublishError: the file cannot be written; what was there is untouched.
    """
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        _make(path.parent)
        _replace(path, content, workshop or path.parent)
    except OSError as error:
        raise PublishError(
            str(path),
            f"cannot be written ({error.strerror})",
            "free some space, or make the output directory writable",
            retry=True,
        ) from error
    return True


def _make(folder: Path) -> None:
    """Make a folder and those it is in, which outlive a power cut as what is in them does."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        _settle(folder.parent)


def _replace(path: Path, content: bytes, workshop: Path) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=workshop)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # mkstemp makes it private; a web server must read it
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Have the names in a folder be on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def sweep(folder: Path, spared: Collection[str] = ()) -> None:
    """Remove what killed passes left behind: temporary files of `write`, in the folder and in those
    in it but the `spared`.

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
    """Take away what is in a folder but for the names `kept`, and the folder where nothing is left;
    how many names went.

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


def starts_alike(path: Path, content: bytes, length: int = 100) -> bool:
    """Whether the file is not there or begins like `content`: else, or where it cannot be read, it
    is somebody else's."""
    try:
        with path.open("rb") as stream:
            return stream.read(length) == content[:length]
    except FileNotFoundError:
        return True
    except OSError:
        return False
