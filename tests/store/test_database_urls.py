"""Databases that cannot be opened: what is said of them, and that no password is in it."""

import sys
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.store.copying import file_of
from pipeline.store.database import Database, without_password
from tests.conftest import babelwire

SECRET = "s3cret"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"mysql://me:{SECRET}@host/db", "neither SQLite nor PostgreSQL"),
        (f"postgresql+nosuch://me:{SECRET}@host/db", "no address of a database"),
        (f"postgresql://me:{SECRET}@host:port/db", "no address of a database"),
        (f"me:{SECRET}@host", "no address of a database"),
        (f"postgresql://me:{SECRET}@127.0.0.1:1/db", "cannot be reached"),
        (f"postgres://me:{SECRET}/x@{SECRET}@127.0.0.1:1/db", "not known"),
        (f"postgresql://127.0.0.1:1/db?user=me&password={SECRET}", "cannot be reached"),
    ],
)
def test_no_message_has_the_password(url, said):
    with pytest.raises(StoreError, match=said) as caught, Database(url).read():
        pass
    assert SECRET not in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_a_missing_driver_is_named_with_what_brings_it(driver, monkeypatch):
    monkeypatch.setitem(sys.modules, driver, None)
    with pytest.raises(StoreError, match=f"its driver, {driver}, is not installed") as caught:
        Database(f"postgresql+{driver}://me:{SECRET}@host/db")
    assert SECRET not in str(caught.value)
    assert ('pip install "babelwire[postgresql]"' in str(caught.value)) == (driver == "psycopg")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_the_driver_of_postgresql_need_not_be_named(scheme):
    database = Database(f"{scheme}://me:{SECRET}@host/db")
    assert database.engine.dialect.driver == "psycopg"
    assert database.name == f"{scheme}://me:***@host/db"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:///folder/file.db", "sqlite:///folder/file.db"),
        ("postgresql://host/db", "postgresql://host/db"),
        ("postgresql://me:a:b@c/d?e#f@host/db", "postgresql://me:***@host/db"),
        ("postgresql://:a@host/db", "postgresql://:***@host/db"),
        ("postgresql:///db?sslpassword=a&x=1", "postgresql:///db?sslpassword=***&x=1"),
    ],
)
def test_what_is_shown_of_a_url(url, shown):
    assert without_password(url) == shown


@pytest.mark.parametrize("command", ["status", "doctor", "run", "articles"])
def test_no_command_shows_the_password(command, write_settings):
    path = write_settings("", f'database = "postgresql://me:{SECRET}@127.0.0.1:1/db"')
    for words in ([], ["--debug"]):
        done = babelwire("-c", path, *words, command)
        assert done.returncode == 1
        assert "127.0.0.1" in done.stdout + done.stderr
        assert SECRET not in done.stdout + done.stderr


def test_a_database_in_memory_is_no_file():
    for url in ("sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql://host/db", "nothing"):
        assert file_of(url) is None
    assert file_of("sqlite:///a/b.sqlite") == Path("a/b.sqlite").absolute()
