"""A file's text, or what is wrong with the file.

In: a path. Out: text, without a byte order mark. It refuses what is no UTF-8.
"""

from pathlib import Path

from pipeline.errors import SettingsError


def text_of(path: Path, missing: str) -> str:
    """Read a file. `missing` says what to do where there is none.

    Raises:
        SettingsError: it is not there, cannot be read, or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise SettingsError(str(path), [f"no such file — {missing}"]) from None
    except OSError as error:
        raise SettingsError(str(path), [f"cannot be read ({error.strerror})"]) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError(
            str(path), [f"line {line}: is not UTF-8 — save the file as UTF-8"]
        ) from None
