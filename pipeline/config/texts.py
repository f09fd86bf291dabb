"""Reads a UTF-8 text file for the settings.

Raises SettingsError if the file is missing, unreadable or not UTF-8.
"""

from pathlib import Path

from pipeline.errors import SettingsError


def text_of(path: Path, missing: str) -> str:
    """The text of a file, without a byte order mark. `missing` is the remedy if there is none.

    Raises:
        SettingsError: the file is missing, cannot be read, or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise SettingsError(str(path), [f"no such file — {missing}"]) from None
    except OSError as error:
        raise SettingsError(
            str(path), [f"cannot be read ({error.strerror}) — name a file you may read"]
        ) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError(
            str(path), [f"line {line}: is not UTF-8 — save the file as UTF-8"]
        ) from None
