"""The connection to the database: opening, transactions, upserts.

Takes a SQLAlchemy URL; the `read` and `write` of a `Database` return connections. Exceptions of the
driver are raised as StoreError, with the database, the reason and the remedy.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, literal
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from pipeline.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

_MORE_CONNECTIONS = "raise its `max_connections`, or stop others who use it"
# (part of the driver's message, reason, remedy, whether a retry may succeed)
_CAUSES: tuple[tuple[str, str, str, bool], ...] = (
    ("disk is full", "the disk is full", "free some space and run again", True),
    ("disk i/o error", "the disk reports an error", "check the disk and its free space", True),
    ("readonly", "the database is read-only", "make the file and its folder writable", False),
    ("read-only", "the database is read-only", "make the file and its folder writable", False),
    ("unable to open", "cannot be opened", "check that the folder exists and is writable", False),
    ("locked", "is locked by another process", "wait for that process, or stop it", True),
    ("not a database", "is not a babelwire database", "move the file away and run again", False),
    ("malformed", "is damaged", "restore a backup, or move the file away and run again", False),
    # PostgreSQL ends one of two transactions that wait for each other.
    ("deadlock detected", "two changes met", "nothing is to be done: it is tried again", True),
    ("too many clients", "the server has no connection left", _MORE_CONNECTIONS, True),
    ("connection slots", "the server has no connection left", _MORE_CONNECTIONS, True),
    ("queuepool limit", "all connections of this process are in use", "run again later", True),
    ("password", "the server refuses the user or the password", "check `database`", False),
    ("could not connect", "the server cannot be reached", "start it, or check `database`", True),
    ("connection failed", "the server cannot be reached", "start it, or check `database`", True),
    ("failed to resolve", "the server's name is not known", "check `database`", True),
)

_EXAMPLE = "postgresql+psycopg://user:password@host/name"
_DRIVER = 'install it: pip install "babelwire[postgresql]"'
# A password in a URL: up to the last @, since one that is not escaped may hold any character.
_PASSWORD = re.compile(r"(?<=://)([^/?#@:]*):.*(?=@)", re.DOTALL)
_PASSWORD_PARAMETER = re.compile(r"([?&]\w*passw\w*=)[^&#]*", re.IGNORECASE)

# Seconds to wait for the write lock: SQLite has one writer at a time.
_LOCK_TIMEOUT = 30.0
# Up to 100 connections: more than the threads that visit sources, 64 at most. 8 of them stay open.
_SQLITE: dict[str, Any] = {
    "connect_args": {"timeout": _LOCK_TIMEOUT},
    "pool_size": 8,
    "max_overflow": 92,
}
# A server allows 100 by itself, to all its clients: one process takes fewer than half of them, and
# leaves the others to who asks beside it. Who gets none waits. One that the server has closed
# meanwhile is replaced.
_POSTGRESQL: dict[str, Any] = {
    "pool_size": 8,
    "max_overflow": 32,
    "pool_timeout": 300.0,
    "pool_pre_ping": True,
}
LONGEST_KEY = 2_048
"""The most bytes of a text that is indexed: as long as the addresses that sitemaps.org allows."""
# Rows per statement: SQLite allows 32,766 variables in one statement.
CHUNK = 500


def without_password(url: str) -> str:
    """The URL of a database, of whatever form, with *** instead of passwords."""
    return _PASSWORD_PARAMETER.sub(r"\1***", _PASSWORD.sub(r"\1:***", url))


class Database:
    """One database, with `read` and `write` connections.

    `url` is a SQLAlchemy URL (`sqlite:///path`, `postgresql+psycopg://…`). SQLite runs in
    write-ahead mode: readers and the writer do not wait for each other, and a process killed at any
    moment leaves exactly what it had committed.
    """

    def __init__(self, url: str) -> None:
        self.name = without_password(url) if "://" in url else "the database"
        try:
            parsed = make_url(url)
            if parsed.drivername in ("postgres", "postgresql"):
                parsed = parsed.set(drivername="postgresql+psycopg")
            if parsed.get_backend_name() not in ("sqlite", "postgresql"):
                raise StoreError(
                    self.name, "is neither SQLite nor PostgreSQL", f"write {_EXAMPLE} in `database`"
                )
            is_file = parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "")
            options = _SQLITE if is_file and parsed.database != ":memory:" else {}
            if parsed.get_backend_name() == "postgresql":
                options = _POSTGRESQL
            self.engine: Engine = create_engine(parsed, **options)
        except ModuleNotFoundError as error:
            # Only its name is told: what the driver says may contain the URL.
            ours = error.name == "psycopg"
            raise StoreError(
                self.name,
                f"its driver, {error.name}, is not installed",
                _DRIVER if ours else "write postgresql+psycopg:// at its beginning",
            ) from None
        except (ArgumentError, NoSuchModuleError, ValueError):
            raise StoreError(
                self.name, "is no address of a database", f"write {_EXAMPLE} in `database`"
            ) from None
        if self.engine.dialect.name == "sqlite":
            self.name = parsed.database or ":memory:"
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            event.listen(self.engine, "before_cursor_execute", _drop_nul, retval=True)
        self._write_lock = Lock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent snapshot and takes no write lock."""
        with self.guard(), self.engine.connect() as connection:
            yield connection.execution_options(babelwire_read=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: committed at the end of the block, rolled back if the block raises.

        SQLite has one writer at a time and polls for its lock, so that among many threads one can
        be overtaken until it times out. Threads of one process therefore queue on a lock of ours.
        """
        with ExitStack() as stack:
            if self.engine.dialect.name == "sqlite":
                if not self._write_lock.acquire(timeout=_LOCK_TIMEOUT):
                    raise self.explain(TimeoutError("locked by a thread of this process"))
                stack.callback(self._write_lock.release)
            with self.guard(), self.engine.begin() as connection:
                yield connection

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Raise exceptions of the driver as StoreError."""
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            raise self.explain(error) from error

    def explain(self, error: Exception) -> StoreError:
        """The StoreError for an exception of the driver."""
        lines = str(getattr(error, "orig", None) or error).strip().splitlines()
        text = lines[0] if lines else type(error).__name__
        for part, reason, remedy, retry in _CAUSES:
            if part in text.lower():
                return StoreError(self.name, reason, remedy, retry=retry)
        if self.engine.url.password:
            text = text.replace(str(self.engine.url.password), "***")
        return StoreError(self.name, f"the database says: {text}", "see `babelwire doctor`")

    def upsert(
        self,
        connection: Connection,
        table: Table,
        rows: Sequence[Mapping[str, Any]],
        *,
        keep: Sequence[str] = (),
    ) -> None:
        """Insert `rows`; where the primary key exists, update all columns except `keep`.

        All rows must have the same columns. If all columns are in `keep`, existing rows stay.
        """
        if not rows:
            return
        keys = [column.name for column in table.primary_key.columns]
        changed = [name for name in rows[0] if name not in keys and name not in keep]
        for start in range(0, len(rows), CHUNK):
            statement = insert(connection, table)
            excluded = statement.excluded
            final = (
                statement.on_conflict_do_update(
                    index_elements=keys, set_={name: excluded[name] for name in changed}
                )
                if changed
                else statement.on_conflict_do_nothing()
            )
            connection.execute(final, [dict(row) for row in rows[start : start + CHUNK]])

    def check(self) -> str | None:
        """Damage inside the database, as text; None if there is none (checks SQLite only)."""
        if self.engine.dialect.name != "sqlite":
            return None
        with self.read() as connection:
            lines = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(5)")]
        return None if lines == ["ok"] else "; ".join(lines)

    def file(self) -> tuple[int, int] | None:
        """What tells the file of SQLite from every other (device and inode); None: there is none.

        Raises:
            StoreError: its folder cannot be read.
        """
        if self.engine.dialect.name != "sqlite" or self.name == ":memory:":
            return None
        try:
            found = Path(self.name).stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self.explain(error) from error
        return found.st_dev, found.st_ino

    def shrink(self) -> None:
        """Return at most 20,000 unused pages of the SQLite file to the disk."""
        if self.engine.dialect.name == "sqlite":
            with self.write() as connection:
                # The pragma frees one page per row fetched. The rows have no columns, which
                # SQLAlchemy refuses to fetch: hence the driver's own cursor.
                cursor = connection.connection.cursor()
                cursor.execute("PRAGMA incremental_vacuum(20000)")
                cursor.fetchall()
                cursor.close()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def indexable(text: str) -> str:
    """A text to find a row by: itself, or a digest if it is longer than every database indexes.

    PostgreSQL takes no more than 2,704 bytes into an index.
    """
    if len(text) <= LONGEST_KEY and len(text.encode("utf-8", "surrogatepass")) <= LONGEST_KEY:
        return text
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def insert(connection: Connection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT of the database's own kind, which may say what becomes of rows that exist."""
    # That of the other kind would be imported for nothing.
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows that are not there yet, by any key; returns how many were inserted.

    PostgreSQL waits for a transaction that inserts the same, and then sees what that has stored.
    """
    statement = insert(connection, table).on_conflict_do_nothing().returning(literal(1))
    return sum(len(connection.execute(statement, dict(row)).all()) for row in rows)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Turns off the driver's own transactions, which would begin too late; see _begin_sqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    # It works only before the first table is created; later it would write to the file each time.
    if cursor.execute("PRAGMA page_count").fetchone()[0] == 0:
        cursor.execute("PRAGMA auto_vacuum=INCREMENTAL")
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "journal_size_limit=67108864",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _drop_nul(
    _connection: Connection, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    # PostgreSQL refuses text with U+0000. Titles, headers and other input may contain it, where it
    # has no meaning, so it is removed instead of failing.
    return statement, _without_nul(values)


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "") if "\0" in value else value
    if isinstance(value, dict):
        return {name: _without_nul(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_without_nul, value))
    return value


def _begin_sqlite(connection: Connection) -> None:
    # A write transaction takes the write lock at once: one that begins as a reader and writes later
    # fails with "locked" immediately, whatever the busy timeout is.
    reading = connection.get_execution_options().get("babelwire_read")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
