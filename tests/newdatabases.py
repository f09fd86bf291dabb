"""New databases as the migrations make them, which run once a process and kind of database.

The migrations are many steps: a tenth of a second with SQLite, more with PostgreSQL, and a thousand
tests begin with a new database. `share` lets later ones be made by the statements that led to the
first. A database that has tables is migrated as ever, and so are those of other processes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from sqlalchemy import Connection, event, text

# Not by `from … import`: its package has a function of that name.
_migrate = import_module("pipeline.store.migrate")
_really = _migrate.upgrade
_statements: dict[str, list[str]] = {}


def share() -> None:
    """Make new databases of this process, and of those it forks, by what made the first."""
    _migrate.upgrade = _upgrade


@contextmanager
def migrated() -> Iterator[None]:
    """In this block new databases are made by the migrations themselves."""
    shared, _migrate.upgrade = _migrate.upgrade, _really
    try:
        yield
    finally:
        _migrate.upgrade = shared


def _upgrade(connection: Connection, revision: str = "head") -> None:
    kind = connection.dialect.name
    if revision != "head" or _migrate.revision(connection) is not None:
        _really(connection, revision)
    elif kind in _statements:
        cursor = connection.connection.cursor()
        for statement in _statements[kind]:
            cursor.execute(statement)
        cursor.close()
    else:
        _statements[kind] = _recorded(connection)


def _recorded(connection: Connection) -> list[str]:
    """Create the tables by the migrations, and return the statements that do the same."""
    said = []

    def note(_connection, _cursor, statement, values, _context, _many):
        assert not values or statement.startswith("SELECT"), statement
        said.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    _really(connection)
    event.remove(connection, "before_cursor_execute", note)
    if connection.dialect.name != "sqlite":
        # One that looks at the tables has no say: they are made from nothing. All at once they are
        # given without parameters, so that a percent sign stands for itself.
        makes = [one.replace("%%", "%") for one in said if not one.startswith("SELECT")]
        return [";\n".join(makes)]
    found = connection.execute(
        text("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
    ).all()
    # FTS5 makes the tables of its index, and SQLite its own.
    whole = [one for one in found if not one.name.startswith(("search_index_", "sqlite_"))]
    tables = [one.name for one in whole if one.type == "table" and "VIRTUAL" not in one.sql]
    filled = [
        one for one in tables if connection.execute(text(f'SELECT 1 FROM "{one}" LIMIT 1')).all()
    ]
    assert filled == ["alembic_version"], "what migrations put into tables must be said here"
    version = f"INSERT INTO alembic_version VALUES ('{_migrate.HEAD}')"
    return [*(one.sql for one in whole), version]
