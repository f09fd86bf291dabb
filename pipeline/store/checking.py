"""Looks at a database without changing it: whether there is one, and of which version.

Opening a `Store` creates the database or brings it up to date; `doctor` must do neither. Takes a
SQLAlchemy URL. Raises StoreError if the database cannot be read, or is none.
"""

import sqlite3
from contextlib import closing
from enum import Enum
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import make_url

from pipeline.store.database import Database
from pipeline.store.migrate import HEAD, revision


class Schema(Enum):
    """What a `Store` will do with a database: create its tables, upgrade them, or use them."""

    MISSING = "missing"
    OLD = "old"
    CURRENT = "current"


def schema(url: str) -> Schema:
    """The state of a database's schema; that of a newer babelwire counts as current."""
    database = Database(url)
    try:
        if database.engine.dialect.name == "sqlite":
            found = _of_file(database, Path(make_url(url).database or ""))
        else:
            with database.read() as connection:
                found = revision(connection)
    finally:
        database.close()
    if found is None:
        return Schema.MISSING
    return Schema.OLD if found < HEAD else Schema.CURRENT


def _of_file(database: Database, path: Path) -> str | None:
    if not path.is_file():
        return None
    # Without a write-ahead log nobody writes to the file, and none need be created to read it.
    logged = Path(f"{path}-wal").exists()
    address = f"file:{quote(str(path))}?mode=ro" + ("" if logged else "&immutable=1")
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            tables = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
            if connection.execute(tables).fetchone() is None:
                return None
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise database.explain(error) from error
    return None if row is None else str(row[0])
