"""Which state folder a database belongs to: locks and signs of life are in that folder.

Two folders with one database would visit its sources twice and publish over each other. `claim`
takes the store's database and the state folder, and raises StoreError if the database belongs to
another one; `take_over` gives it to this one. A folder is known by the file `id` in it, so that it
may be moved.
"""

import uuid
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select, update

from pipeline.errors import StoreError
from pipeline.store.database import Database, insert_new
from pipeline.store.schema import state_folder as table

_ID_FILE = "id"


def claim(database: Database, folder: Path, *, looking: bool = False) -> None:
    """Note that a database belongs to a state folder, if it belongs to none.

    With `looking`, nothing is changed.

    Raises:
        StoreError: it belongs to another folder, or the folder cannot be written.
    """
    own = _read(folder) if looking else _made(folder)
    with database.read() as connection:
        held = connection.execute(select(table)).first()
    if held is None and not looking:
        with database.write() as connection:
            insert_new(connection, table, [_row(own, folder)])
            held = connection.execute(select(table)).first()
    if held is None:
        return
    if held.folder != own:
        raise StoreError(
            database.name,
            f"belongs to the state_dir {held.path}, and this one is {folder.absolute()}",
            "use that one, or another database; if that one is no more or was replaced by this "
            "one, run `babelwire claim`",
        )
    if held.path != str(folder.absolute()) and not looking:  # it was moved
        with database.write() as connection:
            connection.execute(update(table).values(path=str(folder.absolute())))


def take_over(database: Database, folder: Path) -> str | None:
    """Let a database belong to a state folder; returns the path of the one before, or None.

    Raises:
        StoreError: the folder cannot be written.
    """
    own = _made(folder)
    with database.write() as connection:
        held = connection.execute(select(table)).first()
        if held is None:
            insert_new(connection, table, [_row(own, folder)])
        else:
            connection.execute(update(table).values(folder=own, path=str(folder.absolute())))
    return None if held is None or held.folder == own else str(held.path)


def _row(own: str, folder: Path) -> dict[str, int | str]:
    return {"one": 1, "folder": own, "path": str(folder.absolute())}


def _read(folder: Path) -> str:
    try:
        return (folder / _ID_FILE).read_text("ascii", errors="replace").strip()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise _unusable(folder, error) from error


def _made(folder: Path) -> str:
    """The id of a folder, which gets one if it has none."""
    if found := _read(folder):
        return found
    fresh = folder / f"{_ID_FILE}.{uuid.uuid4().hex}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh.write_text(f"{uuid.uuid4().hex}\n", "ascii")
        try:
            with suppress(FileExistsError):  # another process has just made it
                (folder / _ID_FILE).hardlink_to(fresh)
        finally:
            fresh.unlink()
    except OSError as error:
        raise _unusable(folder, error) from error
    return _read(folder)


def _unusable(folder: Path, error: OSError) -> StoreError:
    return StoreError(
        str(folder),
        f"cannot be used ({error.strerror})",
        "set `state_dir` to a folder you may write to",
    )
