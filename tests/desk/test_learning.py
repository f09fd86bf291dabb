"""A source's repeats are learnt from several of its articles, and gone from all of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli.context import open_store
from pipeline.config import load
from pipeline.desk import Desk, Report
from pipeline.desk.progress import NoProgress
from pipeline.desk.upkeep import reextract
from pipeline.store import Store

SETTINGS = """
[[sources]]
id = "town"
kind = "folder"
path = "pages"
{more}
[[feeds]]
id = "news"
title = "News"
languages = ["en"]
"""
CALL = (
    "<p>Our desk hears from you between nine and five, at "
    '<a href="https://a.example/desk">any corner</a> of it.</p>'
)


def write(folder: Path, *numbers: int) -> None:
    folder.mkdir(exist_ok=True)
    for n in numbers:
        (folder / f"{n}.html").write_text(
            f"<!doctype html><html lang=en><title>Bridge {n} opens</title><article>"
            f"<h1>Bridge {n} opens</h1><p>The bridge at village {n * 7} was opened by its mayor on "
            f"day {n} of the month, after {n * 11} builders had worked on it for a long time.</p>"
            f"<p>It had been closed since the flood of {n * 13} years ago, he said; people went "
            f"round by {n * 3} other villages to see their friends.</p>{CALL}</article></html>",
            "utf-8",
        )


@pytest.fixture
def town(tmp_path: Path, write_settings: Callable[..., Path]) -> Callable[..., Report]:
    def run(*numbers: int, more: str = "") -> Report:
        write(tmp_path / "pages", *numbers)
        loaded = load(write_settings(SETTINGS.format(more=more)))
        with open_store(loaded) as store:
            return Desk(loaded, store).run()

    return run


def told(tmp_path: Path) -> int:
    """How often the feed has the repeat."""
    return (tmp_path / "output" / "news" / "en.rss").read_text("utf-8").count("Our desk hears")


def test_a_repeat_is_gone_from_the_articles_that_taught_it_and_from_later_ones(town, tmp_path):
    few = town(1, 2, 3)
    assert few.sources["town"].notes == []
    before = told(tmp_path)
    assert before >= 3
    more = town(4, 5)
    [note] = more.sources["town"].notes
    assert 'removed from now on: "Our desk hears from you' in note
    assert told(tmp_path) == 0
    last = town(6)
    assert last.sources["town"].new == 1
    assert last.sources["town"].notes == []
    assert told(tmp_path) == 0


def test_a_source_may_keep_its_repeats(town, tmp_path):
    report = town(1, 2, 3, 4, 5, more="keep_repeats = true")
    assert report.sources["town"].notes == []
    assert told(tmp_path) >= 5


def test_extracting_again_knows_them(town, tmp_path, write_settings):
    town(1, 2, 3, 4, 5)
    loaded = load(write_settings(SETTINGS.format(more="")))
    with open_store(loaded) as store:
        report = reextract(loaded, store, ["town"], NoProgress(), Desk(loaded, store)._clock)
    assert (report.sources["town"].unchanged, report.sources["town"].changed) == (5, 0)


def test_a_source_remembers_a_bounded_number(tmp_path):
    with Store(f"sqlite:///{tmp_path / 'x.sqlite'}") as store:
        assert store.sources.repeats("town") == ()
        store.sources.learn("town", ["a", "b"])
        store.sources.learn("town", ["c", "a"])
        assert store.sources.repeats("town") == ("c", "a", "b")
        store.sources.learn("town", [f"r{n}" for n in range(150)])
        assert len(store.sources.repeats("town")) == 100
        assert store.sources.state("town").failures == 0
