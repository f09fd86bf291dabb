"""Creates the database schema or upgrades it to the newest version, with Alembic.

Raises StoreError, without changing anything, for a database written by a newer babelwire.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from pipeline.errors import StoreError
from pipeline.store.database import Database

# The newest migration in `migrations/versions`; a test compares the two. It is repeated here so
# that an up-to-date database, the usual case, is opened without importing Alembic.
HEAD = "0019"

# The number of the lock that an upgrade holds in PostgreSQL: "bwup" in ASCII.
_LOCK = 0x62777570


def migrate(database: Database) -> None:
    """Create or upgrade the schema, in one transaction.

    Raises:
        StoreError: the database was written by a newer babelwire, or cannot be changed.
    """
    with database.read() as connection:
        found = revision(connection)
    if found == HEAD:
        return
    with database.write() as connection:
        if connection.dialect.name == "postgresql":  # SQLite has one writer at a time
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        found = revision(connection)  # another process may have upgraded it meanwhile
        if found == HEAD:
            return
        if found is not None and found > HEAD:
            raise StoreError(
                database.name,
                f"was written by a newer babelwire (schema {found}, this one knows {HEAD})",
                "update babelwire, or restore the backup made before the update",
            )
        upgrade(connection)


def revision(connection: Connection) -> str | None:
    """The version of the schema; None: there are no tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return None if row is None else str(row[0])


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Upgrade the schema to a revision, from any earlier one or none."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
