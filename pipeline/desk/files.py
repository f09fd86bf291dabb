"""Writes a feed's file so that whoever reads it sees the old one or the new one, whole."""

import os
import tempfile
from pathlib import Path

from pipeline.errors import PublishError


def write(path: Path, content: bytes) -> bool:
    """Replace the file's content atomically; False where it is the same already.

    The bytes are on the disk before the name points to them, so that a crash or a power cut leaves
    the one or the other.

    Raises:
        PublishError: the file cannot be written; what was there is untouched.
    """
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, content)
    except OSError as error:
        raise PublishError(
            str(path),
            f"cannot be written ({error.strerror})",
            "free some space, or make the output directory writable",
            retry=True,
        ) from error
    return True


def _replace(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
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
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sweep(folder: Path) -> None:
    """Remove what killed passes left behind: temporary files of `write`.

    Raises:
        PublishError: the folder cannot be read or written.
    """
    try:
        for pattern in (".*.*.*", "*/.*.*"):
            for left in folder.glob(pattern):
                if left.is_file():
                    left.unlink(missing_ok=True)
    except OSError as error:
        raise PublishError(str(folder), f"cannot be read ({error.strerror})") from error


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
