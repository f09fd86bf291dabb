"""The databases that the tests of the store run on: SQLite, and a PostgreSQL where one is lent.

BABELWIRE_TEST_POSTGRESQL is the URL of a database in which schemas may be made and dropped, such as
postgresql+psycopg://postgres@localhost/test; `.ci/with-postgresql` starts a server and sets it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from pipeline.store import sqlite_url
from pipeline.store.database import Database
from pipeline.store.migrate import upgrade

_LENT = os.environ.get("BABELWIRE_TEST_POSTGRESQL", "")
# The same tests twice: the second time, on the slower one, with the slow tests.
_SLOWER = pytest.param("postgresql", marks=pytest.mark.slow)
KINDS = ["sqlite", _SLOWER] if _LENT else ["sqlite"]


def fresh(kind: str, folder: Path) -> str:
    """The URL of an empty database of a kind."""
    if kind == "sqlite":
        return sqlite_url(folder)
    # Workers share the database: each has a schema of its own.
    schema = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    engine = create_engine(_LENT)
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine.dispose()
    return f"{_LENT}{'&' if '?' in _LENT else '?'}options=-csearch_path%3D{schema}"


@contextmanager
def older(url: str, revision: str) -> Iterator[Connection]:
    """A connection to a new database with the tables of an older version, to put rows into."""
    database = Database(url)
    with database.write() as connection:
        upgrade(connection, revision)
        yield connection
    database.close()
