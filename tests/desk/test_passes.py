"""Whole passes: real pages, the real model, a real database, real files."""

import contextlib
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import feedparser
import pytest

from pipeline.cli.context import open_store
from pipeline.config import load
from pipeline.desk import Desk, Report
from pipeline.translate.engine import gate
from tests.conftest import ROOT, write_page
from tests.portuguese import is_portuguese
from tests.waiting import until

FOLDER = """
[[sources]]
id = "town"
kind = "folder"
title = "Town Herald"
path = "pages"
[[feeds]]
id = "news"
title = "News"
"""


@pytest.fixture
def settings(tmp_path: Path, write_settings: Callable[..., Path]) -> Path:
    write_page(tmp_path / "pages", "bridge", "The bridge is repaired", "It was about time.")
    write_page(tmp_path / "pages", "market", "The market moves", "Traders are glad of it.")
    return write_settings(FOLDER)


def run(settings: Path, *only: str, **options: bool) -> Report:
    loaded = load(settings)
    with open_store(loaded) as store:
        return Desk(loaded, store).run(only, **options)


def feeds(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*.*"))}


def entries(path: Path) -> dict[str, feedparser.FeedParserDict]:
    parsed = feedparser.parse(path.read_bytes())
    assert not parsed.bozo, parsed.bozo_exception
    return {entry.link: entry for entry in parsed.entries}


def test_a_page_lists_the_feeds_and_one_of_somebody_elses_stays(settings, tmp_path):
    page = tmp_path / "output" / "index.html"
    run(settings)
    text = page.read_text("utf-8")
    assert 'href="./news/pt.rss"' in text and "The bridge is repaired" in text
    (tmp_path / "output" / "assets" / "style.css").unlink()
    page.write_text("<html><meta name=x><meta name='x'>" + text.replace("bridge", "old"), "utf-8")
    assert {"index.html", "assets/style.css"} <= {*run(settings).written}
    assert page.read_text("utf-8") == text
    page.write_text("<!doctype html><title>Mine</title>", "utf-8")
    again = run(settings)
    assert again.exit_code == 0 and "Mine" in page.read_text("utf-8")
    page.unlink()
    page.mkdir()
    assert run(settings).exit_code == 0


def test_pages_become_feeds_and_a_second_pass_does_nothing(settings, tmp_path):
    first = run(settings)
    assert first.exit_code == 0, first.failures
    assert first.sources["town"].new == 2
    assert first.translated == {"pt": 2} and first.untouched == {"en": 2}
    assert sorted(first.written) == [
        "assets/favicon.ico",
        "assets/icon.svg",
        "assets/style.css",
        "feed.css",
        "index.html",
        *(
            f"news/{language}.{form}"
            for language in ("en", "pt")
            for form in ("atom", "json", "rss")
        ),
    ]
    english = entries(tmp_path / "output" / "news" / "en.rss")
    portuguese = entries(tmp_path / "output" / "news" / "pt.atom")
    assert (
        set(english)
        == set(portuguese)
        == {
            "https://news.example.org/bridge",
            "https://news.example.org/market",
        }
    )
    one, other = (feed["https://news.example.org/bridge"] for feed in (english, portuguese))
    assert one.title == "The bridge is repaired" and other.title != one.title
    assert is_portuguese(other.content[0].value)
    assert 'href="https://news.example.org/people"' in other.content[0].value
    assert "cookies" not in one.content[0].value
    assert one.id != other.id

    before = feeds(tmp_path / "output")
    second = run(settings)
    assert (second.exit_code, second.fresh, second.segments) == (0, 0, 0)
    assert second.written == [] and second.unchanged == 11
    assert feeds(tmp_path / "output") == before


def test_an_edited_page_keeps_its_id_and_translates_only_what_changed(settings, tmp_path):
    run(settings)
    path = tmp_path / "output" / "news" / "pt.rss"
    old = entries(path)["https://news.example.org/bridge"]
    write_page(tmp_path / "pages", "bridge", "The bridge is repaired", "Nobody had expected it.")
    report = run(settings)
    assert report.sources["town"].changed == 1
    assert report.fresh == 1
    new = entries(path)["https://news.example.org/bridge"]
    assert new.id == old.id
    assert new.content[0].value != old.content[0].value


def test_bad_pages_stop_only_themselves(settings, tmp_path):
    (tmp_path / "pages" / "empty.html").write_bytes(b"")
    (tmp_path / "pages" / "index.html").write_text("<html><body><ul><li><a href=x>a</a></ul>")
    report = run(settings)
    assert report.exit_code == 1
    assert report.sources["town"].new == 2
    assert len(report.failures) == 2
    assert all(failure.reason for failure in report.failures)
    assert {Path(failure.thing).name for failure in report.failures} == {"empty.html", "index.html"}
    # What is no article is not tried again before it changes.
    assert run(settings).sources["town"].new == 0


def test_a_missing_model_is_named_with_its_remedy_and_waits(settings, tmp_path):
    text = settings.read_text().replace('["en", "pt"]', '["en", "es"]')
    settings.write_text(text)
    report = run(settings)
    assert (report.exit_code, report.failures) == (0, [])  # waiting is no failure
    [one] = report.waiting
    assert str(one) == (
        "2 articles wait for a model from en to es — babelwire models install en es"
    )
    assert Report.from_dict(report.as_dict()).waiting == [one]
    assert "news/en.rss" in report.written
    settings.write_text(text.replace('["en", "es"]', '["en", "pt"]'))
    assert run(settings).translated == {"pt": 2}


def test_a_lost_feed_file_is_written_again_and_a_full_disk_named(settings, tmp_path):
    run(settings)
    (tmp_path / "output" / "news" / "pt.rss").unlink()
    assert run(settings).written == ["news/pt.rss"]
    (tmp_path / "output" / "news" / "pt.rss").unlink()
    (tmp_path / "output" / "news" / "pt.rss").mkdir()
    report = run(settings)
    assert report.exit_code == 1
    assert "pt.rss" in str(report.failures[0])


def test_a_broken_source_does_not_stop_the_others(settings, tmp_path):
    settings.write_text(
        settings.read_text().replace(
            "[[feeds]]",
            '[[sources]]\nid = "gone"\nkind = "feed"\nurl = "http://127.0.0.1:9/feed"\n[[feeds]]',
        )
    )
    report = run(settings)
    assert report.exit_code == 1
    assert report.sources["town"].new == 2
    [failure] = report.failures
    assert (failure.source, failure.stage) == ("gone", "discover")
    loaded = load(settings)
    with open_store(loaded) as store:
        assert store.sources.state("gone").failures == 1
        assert store.sources.state("town").error is None


def test_one_source_alone(settings, tmp_path):
    write_page(tmp_path / "more", "harbour", "The harbour closes", "Ships must wait.")
    settings.write_text(
        settings.read_text().replace(
            "[[feeds]]", '[[sources]]\nid = "more"\nkind = "folder"\npath = "more"\n[[feeds]]'
        )
    )
    report = run(settings, "more")
    assert list(report.sources) == ["more"]
    assert report.translated == {"pt": 1}


def test_a_stopped_pass_is_completed_by_the_next(settings, tmp_path):
    loaded = load(settings)
    with open_store(loaded) as store:
        desk = Desk(loaded, store)
        desk.stop()
        report = desk.run()
    assert report.interrupted and report.sources == {}
    assert run(settings).sources["town"].new == 2


def rows(state: Path, table: str) -> int:
    """How many rows a pass that is under way has committed to a table so far."""
    try:
        database = sqlite3.connect(f"{(state / 'babelwire.sqlite').as_uri()}?mode=ro", uri=True)
        with contextlib.closing(database):
            return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    except sqlite3.OperationalError:  # neither file nor table is there yet
        return 0


@pytest.mark.slow
def test_killed_at_any_moment_the_next_pass_ends_with_the_same_feeds(settings, tmp_path):
    # Sentence by sentence: rounding, and so a model's words, may differ with what is in a batch.
    text = settings.read_text()
    settings.write_text(text.replace("beam_size", "batch_tokens = 16\nbeam_size"))
    command = [sys.executable, "-m", "pipeline", "--config", str(settings), "run", "--json"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    expected = feeds(tmp_path / "output")
    state, news = tmp_path / "state", tmp_path / "output" / "news"
    moments: list[Callable[[], object]] = [
        lambda: rows(state, "passes"),
        lambda: rows(state, "articles"),
        lambda: rows(state, "translations"),
        lambda: any(news.iterdir()),
    ]
    for reached in moments:
        for path in [*tmp_path.glob("state/babelwire*"), *tmp_path.glob("output/*/*")]:
            path.unlink()
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(lambda reached=reached, process=process: reached() or process.poll() is not None)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for path, content in feeds(tmp_path / "output").items():
            if not Path(path).name.startswith("."):
                assert content == expected[path]
        report = run(settings)
        assert report.exit_code == 0
        assert feeds(tmp_path / "output") == expected


def test_an_article_that_cannot_be_translated_is_held_back_until_retry(
    settings, tmp_path, monkeypatch
):
    def broken(text, attempt, languages):
        yield from ()  # nothing is asked of the model
        verdict = gate.Verdict(("loop",), ("strict",), ("loop",), ((0, len(text)),))
        return gate.Hypothesis(text, text, "", verdict)

    with monkeypatch.context() as patch:
        patch.setattr(gate, "checked", broken)
        report = run(settings)
    assert (report.exit_code, report.held, report.translated) == (0, {"pt": 2}, {})
    assert entries(tmp_path / "output" / "news" / "pt.rss") == {}
    again = run(settings)  # known to fail: no model is asked
    assert (again.held, again.fresh) == ({"pt": 2}, 0)
    loaded = load(settings)
    with open_store(loaded) as store:
        for one in store.translations.failures():
            assert one.held_back
            assert "segments could not be translated to pt (loop)" in one.error
            assert "explain" in one.error
        assert store.memory.failed() == store.memory.count() > 0
        assert store.memory.forget_failed() > 0
        assert store.translations.release() == 2
    assert run(settings).translated == {"pt": 2}
