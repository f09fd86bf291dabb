"""Copies a SQLite database that is in use, and puts another one in its place.

Takes paths of database files. Raises StoreError for what cannot be read, written or is damaged.
"""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from pipeline.errors import StoreError
from pipeline.store.migrate import HEAD

_BESIDE = ("", "-wal", "-shm")  # the files of a database in write-ahead mode
_PATIENCE = 30.0  # seconds to wait for a lock


def file_of(url: str) -> Path | None:
    """The file of a SQLite database's URL; None for another database."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    name = parsed.database if parsed.get_backend_name() == "sqlite" else None
    return Path(name).absolute() if name and name != ":memory:" else None  # "": in memory, too


def copy(source: Path, target: Path) -> str:
    """Copy a database, also while others write to it, and return the copy's schema.

    The copy is what was committed at one moment (SQLite's online backup). In write-ahead mode
    nobody waits for it. Raises StoreError; the target is removed then.
    """
    try:
        with closing(_reading(source)) as reading, closing(sqlite3.connect(target)) as writing:
            reading.backup(writing)
            # One file, which is read without others beside it.
            writing.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise StoreError(
            str(source), f"cannot be copied ({error})", "see `babelwire doctor`"
        ) from error
    try:
        return checked(target)
    except StoreError as error:
        target.unlink(missing_ok=True)
        raise StoreError(str(source), error.reason, "see `babelwire doctor`") from error


def checked(path: Path) -> str:
    """The version of the schema of a database of babelwire that is undamaged.

    Raises StoreError for another, a damaged or a newer one.
    """
    try:
        with closing(_reading(path)) as connection:
            lines = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)")]
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise StoreError(str(path), f"is no database of babelwire ({error})") from error
    if lines != ["ok"]:
        raise StoreError(str(path), f"is damaged: {'; '.join(lines)}")
    if row is None:
        raise StoreError(str(path), "is no database of babelwire (it has no schema)")
    if str(row[0]) > HEAD:
        raise StoreError(
            str(path),
            f"was written by a newer babelwire (schema {row[0]}, this one knows {HEAD})",
            "update babelwire first",
        )
    return str(row[0])


def put_aside(path: Path, aside: Path) -> bool:
    """Rename a database with all its files. Returns False where there is none.

    Nobody may be using it. Raises StoreError.
    """
    if path.exists():
        # What is in the log belongs into the file: a crash between two renames loses nothing. One
        # that is too damaged for it is put aside as it is.
        with suppress(sqlite3.Error), closing(sqlite3.connect(path, timeout=_PATIENCE)) as known:
            known.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    found = [ending for ending in _BESIDE if Path(f"{path}{ending}").exists()]
    try:
        for ending in reversed(found):
            Path(f"{path}{ending}").rename(f"{aside}{ending}")
    except OSError as error:
        raise StoreError(str(path), f"cannot be renamed ({error.strerror})") from error
    return "" in found


def put_in_place(new: Path, path: Path) -> None:
    """Rename a database to where none is any more, and sync it. Raises StoreError."""
    try:
        with new.open("rb+") as file:
            os.fsync(file.fileno())
        new.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise StoreError(str(path), f"cannot be written ({error.strerror})") from error


def _reading(path: Path) -> sqlite3.Connection:
    """A connection that reads, and creates no database where there is none."""
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=_PATIENCE)
