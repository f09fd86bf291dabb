"""A database belongs to one state folder, which may be moved, and is given to others on purpose."""

import shutil
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.store import Store, claim, take_over
from tests.conftest import babelwire, write_page
from tests.store.databases import KINDS, fresh
from tests.store.test_races import at_once

TABLES = """
[[sources]]
id = "town"
kind = "folder"
path = "pages"
[[feeds]]
id = "news"
title = "News"
languages = ["en"]
"""


@pytest.fixture(params=KINDS)
def database(request, tmp_path):
    with Store(fresh(request.param, tmp_path)) as opened:
        yield opened.database


def test_the_second_folder_is_refused_and_the_first_is_not(database, tmp_path):
    first, second = tmp_path / "first", tmp_path / "deep" / "second"
    for _ in range(2):
        claim(database, first)
    for _ in range(2):
        with pytest.raises(StoreError) as refused:
            claim(database, second)
    told = str(refused.value)
    assert str(first) in told and str(second) in told and "babelwire claim" in told
    claim(database, first)


def test_a_folder_that_was_moved_is_the_same(database, tmp_path):
    first, moved = tmp_path / "first", tmp_path / "moved"
    claim(database, first)
    first.rename(moved)
    claim(database, moved)
    with pytest.raises(StoreError, match=str(moved)):  # where it was last
        claim(database, first)
    shutil.rmtree(first)
    shutil.copytree(moved, first)  # a backup that is restored
    claim(database, first)


def test_a_lost_folder_is_replaced_on_purpose(database, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    assert take_over(database, first) is None
    shutil.rmtree(first)
    with pytest.raises(StoreError):
        claim(database, second)
    assert take_over(database, second) == str(first)
    assert take_over(database, second) is None
    claim(database, second)
    with pytest.raises(StoreError):
        claim(database, first)


def test_who_only_looks_changes_nothing(database, tmp_path):
    claim(database, tmp_path / "first", looking=True)
    assert not (tmp_path / "first").exists()
    claim(database, tmp_path / "second")
    with pytest.raises(StoreError, match="belongs to the state_dir"):
        claim(database, tmp_path / "first", looking=True)
    assert not (tmp_path / "first").exists()


def test_first_starts_in_one_folder_at_once_agree(database, tmp_path):
    at_once(lambda _: claim(database, tmp_path / "first"))
    assert [path.name for path in (tmp_path / "first").iterdir()] == ["id"]
    claim(database, tmp_path / "first")


def test_a_folder_that_cannot_be_written_is_said(database, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="state_dir"):
        claim(database, tmp_path / "file" / "state")


def test_two_settings_with_one_database(tmp_path, write_settings):
    """As their user sees it: each command of the second is refused until it claims the database."""
    shared = f'database = "sqlite:///{tmp_path / "shared.sqlite"}"\n'
    write_page(tmp_path / "pages", "bridge", "The bridge is repaired", "It was about time.")
    one = write_settings(TABLES, shared)
    assert babelwire("-c", one, "run").returncode == 0
    other = one.with_name("other.toml")
    other.write_text(f'state_dir = "elsewhere"\n{one.read_text()}')
    for command in ("run", "status", "daemon"):
        done = babelwire("-c", other, command)
        assert done.returncode == 1 and "belongs to the state_dir" in done.stderr
    done = babelwire("-c", other, "doctor")
    assert done.returncode == 1 and "→ use that one" in done.stdout
    done = babelwire("-c", other, "claim")
    assert done.returncode == 0 and f"it belonged to {Path(one).parent / 'state'}" in done.stdout
    assert babelwire("-c", other, "run").returncode == 0
    assert babelwire("-c", one, "run").returncode == 1
