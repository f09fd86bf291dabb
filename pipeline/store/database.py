"""The connection to the database: opening, transactions, upserts.

In goes a SQLAlchemy URL, out comes a `Database` whose `read` and `write` give connections. Whatever
the driver raises leaves here as a StoreError that names the database and the remedy.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from pipeline.errors import StoreError

# What drivers say, what it means, what helps, whether trying again later may help by itself.
_CAUSES: tuple[tuple[str, str, str, bool], ...] = (
    ("disk is full", "the disk is full", "free some space and run again", True),
    ("disk i/o error", "the disk reports an error", "check the disk and its free space", True),
    ("readonly", "the database is read-only", "make the file and its folder writable", False),
    ("read-only", "the database is read-only", "make the file and its folder writable", False),
    ("unable to open", "cannot be opened", "check that the folder exists and is writable", False),
    ("locked", "is locked by another process", "wait for that process, or stop it", True),
    ("not a database", "is not a babelwire database", "move the file away and run again", False),
    ("malformed", "is damaged", "restore a backup, or move the file away and run again", False),
    ("could not connect", "the server cannot be reached", "start it, or check `database`", True),
)

# Seconds to wait for the database's only writer.
_PATIENCE = 30.0
# As many threads as may visit sources, and then some, each have a connection; a few stay open.
_SQLITE: dict[str, Any] = {
    "connect_args": {"timeout": _PATIENCE},
    "pool_size": 8,
    "max_overflow": 92,
}
# Rows per statement: SQLite allows 32,766 variables in one.
CHUNK = 500


class Database:
    """One database: an engine and the two ways of using it.

    `url` is a SQLAlchemy URL (`sqlite:///path`, `postgresql+psycopg://…`). SQLite is put in
    write-ahead mode, so that readers and one writer do not wait for each other, and a process
    killed at any moment leaves what it had committed and nothing else.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
            self.name = parsed.render_as_string(hide_password=True)
            a_file = parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "")
            options = _SQLITE if a_file and parsed.database != ":memory:" else {}
            self.engine: Engine = create_engine(url, **options)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
            raise StoreError(url, f"no such kind of database ({error})", "see `database`") from None
        if self.engine.dialect.name == "sqlite":
            self.name = make_url(url).database or ":memory:"
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            event.listen(self.engine, "before_cursor_execute", _drop_nul, retval=True)
        self._turn = Lock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state and takes no write lock."""
        with self.guard(), self.engine.connect() as connection:
            yield connection.execution_options(babelwire_read=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: all of it is kept, or, when the block raises, nothing.

        SQLite has one writer at a time, and who waits for it looks again now and then: threads of
        one process stand in line instead, so that none of many is overtaken until it gives up.
        """
        with ExitStack() as line:
            if self.engine.dialect.name == "sqlite":
                if not self._turn.acquire(timeout=_PATIENCE):
                    raise self.explain(TimeoutError("locked by a thread of this process"))
                line.callback(self._turn.release)
            with self.guard(), self.engine.begin() as connection:
                yield connection

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Turn what the driver raises into a StoreError."""
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            raise self.explain(error) from error

    def explain(self, error: Exception) -> StoreError:
        """What a foreign exception means for this database."""
        said = str(getattr(error, "orig", None) or error).strip().splitlines()
        text = said[0] if said else type(error).__name__
        for sign, reason, remedy, retry in _CAUSES:
            if sign in text.lower():
                return StoreError(self.name, reason, remedy, retry=retry)
        return StoreError(self.name, f"the database says: {text}", "see `babelwire doctor`")

    def upsert(
        self,
        connection: Connection,
        table: Table,
        rows: Sequence[Mapping[str, Any]],
        *,
        keep: Sequence[str] = (),
    ) -> None:
        """Insert `rows`; where the primary key exists, update all columns but `keep`.

        All rows name the same columns. With every column kept an existing row stays as it is.
        """
        if not rows:
            return
        dialect = sqlite if self.engine.dialect.name == "sqlite" else postgresql
        keys = [column.name for column in table.primary_key.columns]
        changed = [name for name in rows[0] if name not in keys and name not in keep]
        for start in range(0, len(rows), CHUNK):
            statement = dialect.insert(table)
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
        """What is wrong inside the database, None where nothing is (SQLite only)."""
        if self.engine.dialect.name != "sqlite":
            return None
        with self.read() as connection:
            said = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(5)")]
        return None if said == ["ok"] else "; ".join(said)

    def shrink(self) -> None:
        """Give free pages of the file back to the disk, a bounded number at a time."""
        if self.engine.dialect.name == "sqlite":
            with self.write() as connection:
                # A row a page, without columns: the driver steps over them only when they are
                # fetched, which SQLAlchemy would refuse.
                cursor = connection.connection.cursor()
                cursor.execute("PRAGMA incremental_vacuum(20000)")
                cursor.fetchall()
                cursor.close()

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling would begin too late; see _begin_sqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "auto_vacuum=INCREMENTAL",  # takes hold before the first table is made
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
    # PostgreSQL's text has no U+0000. What comes from outside may have one at any place (a title, a
    # header), where it means nothing; it must not keep the rest out.
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
    # A write transaction takes its lock at once: one that begins as a reader and wants to write
    # later fails with "locked" without waiting, whatever the busy timeout says.
    reading = connection.get_execution_options().get("babelwire_read")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
