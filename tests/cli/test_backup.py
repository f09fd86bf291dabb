"""Backup and restore, as an operator does them: nothing is lost, whatever goes wrong."""

import json
import os
import sqlite3
import threading
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.cli.context import open_store
from pipeline.config import load
from pipeline.desk import backup as backups
from pipeline.desk.locks import daemon_lock, pass_sign
from pipeline.errors import BabelwireError
from pipeline.store.copying import checked
from pipeline.store.migrate import HEAD
from tests.conftest import Scene, after_a_pass, babelwire, write_page
from tests.daemon.running import daemon
from tests.waiting import LONG, held_port, until

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TABLES = (
    '[[sources]]\nid = "town"\nkind = "folder"\npath = "pages"\nevery = "1h"\n'
    '[[feeds]]\nid = "news"\ntitle = "News"\n'
)


@pytest.fixture(scope="module")
def scene(tmp_path_factory, packages_dir) -> Scene:
    folder = tmp_path_factory.mktemp("backup") / "home"
    write_page(folder / "pages", "bridge", "The bridge is repaired", "It was about time.")
    return after_a_pass(folder, packages_dir, TABLES)


@pytest.fixture
def tmp_path(scene) -> Path:
    """The folder of the settings, in the place of an empty one."""
    return scene.again()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "babelwire.toml"


def articles(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])


def test_another_machine_goes_on_where_this_one_was(place, tmp_path):
    file, there = tmp_path / "b.zip", tmp_path / "there"
    done = babelwire("-c", place, "backup", file)
    assert done.returncode == 0 and f"wrote {file}" in done.stdout, done.stderr
    assert file.stat().st_mode & 0o077 == 0  # settings may hold passwords
    there.mkdir()
    back = babelwire("restore", file, cwd=there)
    assert back.returncode == 0, back.stderr
    assert "before" not in back.stdout and "models install" not in back.stdout
    settings = there / "babelwire.toml"
    assert settings.read_text() == place.read_text()
    (there / "pages").symlink_to(place.parent / "pages")
    report = json.loads(babelwire("-c", settings, "run", "--json").stdout)
    assert (report["fresh"], report["sources"]["town"]["new"]) == (0, 0)
    feed = "output/news/pt.atom"
    assert (there / feed).read_bytes() == (place.parent / feed).read_bytes()


def test_what_is_there_is_kept(place, tmp_path):
    file = tmp_path / "b.zip"
    assert babelwire("-c", place, "backup", file).returncode == 0
    before = place.read_text()
    place.write_text(before + "# changed\n")
    write_page(tmp_path / "pages", "market", "The market opens", "On Monday.")
    assert babelwire("-c", place, "run").returncode == 0
    database = tmp_path / "state" / "babelwire.sqlite"
    assert articles(database) == 2
    done = babelwire("-c", place, "restore", file)
    assert done.returncode == 0, done.stderr
    kept = [Path(one.rpartition(": ")[2]) for one in done.stdout.splitlines() if "before:" in one]
    assert [articles(one) for one in kept if "sqlite" in one.name] == [2]
    assert [one.read_text() for one in kept if "toml" in one.name] == [before + "# changed\n"]
    assert articles(database) == 1 and place.read_text() == before
    assert not Path(f"{database}-wal").exists()
    # The database alone, and back again to what was put aside: settings stay as they are.
    place.write_text(before + "# kept\n")
    assert babelwire("-c", place, "restore", "--keep-settings", file).returncode == 0
    assert place.read_text() == before + "# kept\n"


def test_a_backup_while_others_write_is_whole(place, tmp_path):
    settings, ended, written = load(place), threading.Event(), threading.Event()

    def write() -> None:
        with open_store(settings) as store:
            number = 0
            while not ended.is_set():
                store.memory.put("en>pt!", {f"{number} {one}": "x" * 500 for one in range(50)})
                number += 1
                written.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert written.wait(LONG)
        for number in range(3):
            file = tmp_path / f"{number}.zip"
            made = backups.make(settings, file, NOW)
            assert (made.schema, made.made) == (HEAD, NOW.isoformat(timespec="seconds"))
            with zipfile.ZipFile(file) as archive:
                archive.extract("babelwire.sqlite", tmp_path / f"{number}")
            assert checked(tmp_path / f"{number}" / "babelwire.sqlite") == HEAD
    finally:
        ended.set()
        writer.join()
    assert not list(tmp_path.glob(".backup-*"))


def served(settings: Path, port: int) -> Path:
    settings.write_text(f"{settings.read_text()}[serve]\nport = {port}\n")
    return settings


@pytest.mark.slow
def test_a_daemon_is_backed_up_and_not_restored_over(place, tmp_path):
    file = tmp_path / "b.zip"
    with held_port() as port, daemon(served(place, port)) as process:
        until(lambda: "the daemon runs as" in babelwire("-c", place, "status").stdout)
        assert babelwire("-c", place, "backup", file).returncode == 0
        done = babelwire("-c", place, "restore", file)
        assert done.returncode == 1 and f"(process {process.pid})" in done.stderr
        assert "stop it first" in done.stderr


def test_a_restore_waits_for_nobody(place, tmp_path):
    file, settings = tmp_path / "b.zip", load(place)
    backups.make(settings, file, NOW)
    database = settings.state_dir / "babelwire.sqlite"
    before = database.read_bytes()
    with daemon_lock(settings.state_dir), pytest.raises(BabelwireError, match="a daemon is run"):
        backups.restore(file, place, NOW, keep_settings=False)
    sign = pass_sign(settings.state_dir, 7)
    with pytest.raises(BabelwireError, match="a pass is running"):
        backups.restore(file, place, NOW, keep_settings=False)
    sign.end()
    assert database.read_bytes() == before
    backups.restore(file, place, NOW, keep_settings=False)


def changed(file: Path, name: str, content: bytes) -> Path:
    """A copy of a backup with other content in one of its files."""
    other = file.with_name("changed.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(other, "w") as new:
        for one in old.namelist():
            new.writestr(one, content if one == name else old.read(one))
    return other


def test_what_is_no_backup_changes_nothing(place, tmp_path):
    file, settings = tmp_path / "b.zip", load(place)
    backups.make(settings, file, NOW)
    database = settings.state_dir / "babelwire.sqlite"
    before, text = database.read_bytes(), place.read_text()
    newer = tmp_path / "newer.sqlite"
    with zipfile.ZipFile(file) as archive:
        newer.write_bytes(archive.read("babelwire.sqlite"))
        about = json.loads(archive.read("backup.json"))
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    damaged = newer.read_bytes()[:-8192] + b"\xff" * 8192
    short = tmp_path / "short.zip"
    short.write_bytes(file.read_bytes()[:-2000])
    foreign = tmp_path / "foreign.zip"
    with zipfile.ZipFile(foreign, "w") as archive:
        archive.writestr("readme.txt", "no backup")
    bad = [
        ("babelwire.sqlite", newer.read_bytes(), "written by a newer babelwire"),
        ("babelwire.sqlite", damaged, "damaged|no database"),
        ("babelwire.sqlite", b"SQLite?", "no database of babelwire"),
        ("babelwire.toml", b"[[[", "is no TOML"),
        ("backup.json", b"[1]", "no backup of babelwire"),
        ("backup.json", json.dumps(about | {"form": 2}).encode(), "by a newer babelwire"),
        (
            "backup.json",
            json.dumps(about | {"glossaries": ["../out.csv"]}).encode(),
            "is no path of a glossary",
        ),
    ]
    for name, content, said in bad:
        with pytest.raises(BabelwireError, match=said):
            backups.restore(changed(file, name, content), place, NOW, keep_settings=False)
    for one in (short, foreign, place, tmp_path / "nowhere.zip"):
        with pytest.raises(BabelwireError, match=r"no backup|cannot be used"):
            backups.restore(one, place, NOW, keep_settings=False)
    assert (database.read_bytes(), place.read_text()) == (before, text)
    assert not list(settings.state_dir.glob(".restore-*"))


def test_a_backup_replaces_no_file_and_needs_a_database(place, tmp_path, write_settings):
    file = tmp_path / "b.zip"
    file.write_text("mine")
    done = babelwire("-c", place, "backup", file)
    assert done.returncode == 1 and "exists already" in done.stderr
    assert file.read_text() == "mine"
    url = 'database = "postgresql+psycopg://me:secret@127.0.0.1/news"'
    other = write_settings(TABLES, top=url)
    for command in ("backup", "restore"):
        if command == "restore":
            file.unlink()
            with zipfile.ZipFile(file, "w") as archive:
                about = {"form": 1, "made": "", "version": "", "schema": "", "models": []}
                archive.writestr("backup.json", json.dumps(about | {"glossaries": []}))
                archive.writestr("babelwire.toml", other.read_text())
        done = babelwire("-c", other, command, file)
        assert done.returncode == 1 and "its own tools" in done.stderr
        assert "secret" not in done.stderr
    assert "pg_dump" in babelwire("-c", other, "backup", tmp_path / "c.zip").stderr
    other = write_settings(TABLES, top='state_dir = "nothing-yet"')
    done = babelwire("-c", other, "backup", tmp_path / "c.zip")
    assert done.returncode == 1 and "there is no database yet" in done.stderr


def test_glossaries_come_along(place, tmp_path):
    (tmp_path / "terms").mkdir()
    (tmp_path / "terms" / "names.csv").write_text("source,target\nbridge,ponte\n")
    outside = tmp_path.parent / f"{tmp_path.name}.csv"
    outside.write_text("source,target\nmayor,prefeito\n")
    place.write_text(place.read_text() + f'[glossary]\npt = ["terms/names.csv", "{outside}"]\n')
    file, there = tmp_path / "b.zip", tmp_path / "there"
    done = babelwire("-c", place, "backup", file)
    assert done.returncode == 0 and f"not in it: {outside}" in done.stderr, done.stderr
    there.mkdir()
    done = babelwire("restore", file, cwd=there)
    assert done.returncode == 0 and str(outside) in done.stderr
    assert (there / "terms" / "names.csv").read_text() == "source,target\nbridge,ponte\n"


@pytest.mark.parametrize("second", ["../out.csv", "gone.csv"])
def test_a_backup_with_one_glossary_that_is_unusable_writes_none(place, tmp_path, second):
    (tmp_path / "names.csv").write_text("source,target\nbridge,ponte\n")
    place.write_text(place.read_text() + '[glossary]\npt = ["names.csv"]\n')
    file = tmp_path / "b.zip"
    backups.make(load(place), file, NOW)
    with zipfile.ZipFile(file) as archive:
        about = json.loads(archive.read("backup.json")) | {"glossaries": ["names.csv", second]}
    other = changed(file, "backup.json", json.dumps(about).encode())
    (tmp_path / "names.csv").write_text("source,target\n")
    with pytest.raises(BabelwireError, match=r"no path of a glossary|is damaged"):
        backups.restore(other, place, NOW, keep_settings=False)
    assert (tmp_path / "names.csv").read_text() == "source,target\n"
    assert not [one for one in tmp_path.iterdir() if "before-restore" in one.name]


def test_a_file_that_is_too_large_is_not_restored_in_part(place, tmp_path, monkeypatch):
    file, text = tmp_path / "b.zip", place.read_text()
    backups.make(load(place), file, NOW)
    monkeypatch.setattr(backups, "_MAX_TEXT", 1000)
    other = changed(file, "babelwire.toml", b"#" * 1001)
    with pytest.raises(BabelwireError, match=r"babelwire.toml: is larger than 1,000 bytes"):
        backups.restore(other, place, NOW, keep_settings=False)
    assert place.read_text() == text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files to others")
def test_what_root_restores_belongs_to_whom_it_belonged(place, tmp_path):
    file, database = tmp_path / "b.zip", tmp_path / "state" / "babelwire.sqlite"
    place.chmod(0o640)
    backups.make(load(place), file, NOW)
    for one in (database, database.parent, place):
        os.chown(one, 12345, 12346)
    place.write_text(place.read_text() + "# changed\n")
    backups.restore(file, place, NOW, keep_settings=False)
    for one in (database, place):
        assert (one.stat().st_uid, one.stat().st_gid) == (12345, 12346)
    assert place.stat().st_mode & 0o777 == 0o640
