"""What tests take for a new database is one: as the migrations make it."""

import pytest
from sqlalchemy import text

from pipeline.store import Store
from tests import newdatabases
from tests.store.databases import KINDS, fresh

CATALOGUES = {
    "sqlite": ["SELECT type, name, tbl_name, sql FROM sqlite_master"],
    "postgresql": [
        "SELECT table_name, column_name, data_type, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = current_schema()",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()",
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = current_schema()::regnamespace",
        "SELECT viewname, definition FROM pg_views WHERE schemaname = current_schema()",
        "SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT tgisinternal AND c.relnamespace = current_schema()::regnamespace",
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace",
    ],
}


def described(kind: str, folder) -> list[list[str]]:
    folder.mkdir()
    with Store(fresh(kind, folder)) as store, store.database.read() as connection:
        asked = [*CATALOGUES[kind], "SELECT version_num FROM alembic_version"]
        return [sorted(map(repr, connection.execute(text(one)))) for one in asked]


@pytest.mark.parametrize("kind", KINDS)
def test_a_shared_database_is_what_the_migrations_make(kind, tmp_path):
    with newdatabases.migrated():
        made = described(kind, tmp_path / "migrated")
    described(kind, tmp_path / "first")
    assert described(kind, tmp_path / "shared") == made
    assert all(made)
