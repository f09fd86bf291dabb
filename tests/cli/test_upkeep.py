"""`retry`, `reextract`, `prune`, `doctor` and `run --retranslate` as their user types them."""

import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest

from pipeline.cli.context import open_store
from pipeline.config import load
from pipeline.desk import prune
from pipeline.store import Limits
from tests.conftest import Scene, after_a_pass, babelwire, write_page

TABLES = """
[[sources]]
id = "town"
kind = "folder"
path = "pages"
[[feeds]]
id = "news"
title = "News"
limit = 1
"""


@pytest.fixture(scope="module")
def scene(tmp_path_factory, packages_dir) -> Scene:
    folder = tmp_path_factory.mktemp("upkeep")
    write_page(folder / "pages", "bridge", "The bridge is repaired", "It was about time.")
    write_page(folder / "pages", "market", "The market moves", "Traders are glad of it.")
    return after_a_pass(folder, packages_dir, TABLES)


@pytest.fixture
def place(scene) -> Path:
    return scene.again() / "babelwire.toml"


def test_retranslate_asks_the_memory_and_not_the_model(place):
    done = babelwire("-c", place, "run", "--retranslate", "pt", "--json")
    assert "2 articles to translate again" in done.stderr
    report = json.loads(done.stdout)
    assert (report["translated"], report["fresh"], report["written"]) == ({"pt": 2}, 0, [])


def test_retry_fetches_again_what_failed(place):
    broken = place.parent / "pages" / "broken.html"
    broken.write_text("<html><body><p>Hello.</p></body></html>")
    assert babelwire("-c", place, "run").returncode == 1
    assert babelwire("-c", place, "run").returncode == 0  # refused once; unchanged since
    done = babelwire("-c", place, "retry")
    assert done.returncode == 0  # nothing new failed
    assert "1 page to fetch again" in done.stderr
    assert re.search("^still failing: .*broken.html", done.stderr, re.MULTILINE)
    write_page(broken.parent, "broken", "The school opens", "Children are ready.")
    assert babelwire("-c", place, "retry", "town").returncode == 0
    assert babelwire("-c", place, "retry", "nowhere").returncode == 2


def test_reextract_keeps_ids_and_changes_nothing_without_new_rules(place):
    path = place.parent / "output" / "news" / "pt.rss"
    before = path.read_bytes()
    done = babelwire("-c", place, "reextract")
    assert done.returncode == 0, done.stderr
    assert "2 unchanged" in done.stdout
    assert path.read_bytes() == before
    loaded = load(place)
    with open_store(loaded) as store, store.database.write() as connection:
        connection.exec_driver_sql("UPDATE articles SET html = '<p>Old.</p>', digest = 'old'")
    told = babelwire("-c", place, "reextract", "town").stdout
    assert "2 changed" in told
    times = re.search(r"([\d.]+) s in all \(extract ([\d.]+) s", told)
    assert times and float(times[1]) >= float(times[2])
    one, other = (feedparser.parse(content).entries[0] for content in (before, path.read_bytes()))
    assert one.id == other.id and one.content[0].value == other.content[0].value
    assert not [*loaded.state_dir.glob("locks/pass-*")]  # its passes have ended


def test_reextract_applies_changed_selectors_to_kept_pages(place):
    path = place.parent / "output" / "news" / "pt.rss"
    before = feedparser.parse(path.read_bytes()).entries[0]
    selectors = 'path = "pages"\nheadline = ["article h1"]\nremove = ["p > a"]'
    place.write_text(place.read_text().replace('path = "pages"', selectors))
    done = babelwire("-c", place, "reextract", "town")
    assert "2 changed" in done.stdout, done.stderr
    after = feedparser.parse(path.read_bytes()).entries[0]
    assert after.id == before.id
    assert "https://news.example.org/people" in before.content[0].value
    assert "https://news.example.org/people" not in after.content[0].value


def test_prune_keeps_what_is_shown_or_announced(place):
    loaded = load(place)
    later = datetime.now(UTC) + timedelta(days=400)
    with open_store(loaded) as store:
        trial = prune(loaded, store, later, trial=True)
        assert (trial.pages, trial.articles) == (2, 1)
        assert store.articles.count() == 2
        assert prune(loaded, store, later).articles == 1
        assert store.articles.count() == 1
        assert store.translations.counts() == {"en": 1, "pt": 1}
        assert store.memory.count() == 0
        # What the folder announces still is no news.
        now = datetime.now(UTC)
        assert (
            store.retention.prune(Limits(articles=now - timedelta(days=9)), ["town"]).articles == 0
        )
    assert "deleted: 0 pages" in babelwire("-c", place, "prune").stdout


def test_doctor_finds_faults_and_names_remedies(place):
    done = babelwire("-c", place, "doctor")
    assert done.returncode == 0, done.stdout
    assert "en → pt" in done.stdout and "GB free" in done.stdout
    text = place.read_text("utf-8")
    place.write_text(
        text.replace('path = "pages"', 'path = "pages"\nlanguage = "de"')
        + '[[sources]]\nid = "x"\nkind = "feed"\nurl = "http://no.such.host.invalid/f"\n',
        "utf-8",
    )
    done = babelwire("-c", place, "doctor")
    assert done.returncode == 1
    assert "no model from de to pt" in done.stdout and "babelwire models install de" in done.stdout
    assert "no.such.host.invalid" in done.stdout
    place.write_text(text, "utf-8")
    database = place.parent / "state" / "babelwire.sqlite"
    for one in database.parent.glob("babelwire.sqlite*"):
        one.unlink()
    database.write_bytes(b"no database at all" * 300)
    done = babelwire("-c", place, "doctor", "--json")
    assert done.returncode == 1
    faults = [one for one in json.loads(done.stdout) if not one["well"]]
    assert [one["what"] for one in faults] == ["database"]


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every file and folder below `folder`, with the content of files."""
    found = sorted(folder.rglob("*"))
    return {str(one): one.read_bytes() if one.is_file() else None for one in found}


def test_doctor_changes_nothing(place):
    before = tree(place.parent)
    assert babelwire("-c", place, "doctor").returncode == 0
    assert tree(place.parent) == before


def test_doctor_creates_nothing_where_no_pass_was_made(tmp_path):
    (tmp_path / "pages").mkdir()
    place = tmp_path / "babelwire.toml"
    place.write_text(f'languages = ["en", "pt"]\n{TABLES}', "utf-8")
    text = place.read_text("utf-8").replace('path = "pages"', 'path = "pages"\nlanguage = "en"')
    place.write_text(text, "utf-8")
    before = tree(tmp_path)
    done = babelwire("-c", place, "doctor")
    assert done.returncode == 0, done.stdout
    assert "the first pass creates it" in done.stdout
    assert "en → pt (installed by the first pass)" in done.stdout
    assert tree(tmp_path) == before


def test_doctor_leaves_a_database_of_an_earlier_version_as_it_is(place):
    database = place.parent / "state" / "babelwire.sqlite"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    before = tree(place.parent)
    done = babelwire("-c", place, "doctor")
    assert done.returncode == 0, done.stdout
    assert "was written by an earlier version" in done.stdout
    assert tree(place.parent) == before


def test_explain_tells_of_every_segment_where_it_comes_from_and_what_was_wrong(place):
    url = "https://news.example.org/bridge"
    done = babelwire("-c", place, "explain", url, "--language", "pt", "--json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert rows[0]["source"] == "The bridge is repaired"
    assert {one["by"] for one in rows} == {"memory"} and not any(one["failed"] for one in rows)
    loaded = load(place)
    with open_store(loaded) as store, store.database.write() as connection:
        row = connection.exec_driver_sql("SELECT key FROM memory_models").first()
        key = row[0].split("#")[0]
        connection.exec_driver_sql(
            "UPDATE memory SET target = 'A ponte a ponte' WHERE source = 'The bridge is repaired'"
        )
    with open_store(loaded) as store:
        store.memory.put(f"{key}#gate", {"The bridge is repaired": "stutter|strict|stutter|"})
    text = babelwire("-c", place, "explain", url).stdout
    assert "en: published as it is" in text
    assert "from the memory; first attempt: stutter; retried: strict; remaining: stutter" in text
    failed = babelwire("-c", place, "explain", "nowhere")
    assert failed.returncode == 2 and "no such article" in failed.stderr
