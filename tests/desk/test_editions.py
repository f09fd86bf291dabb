"""Feeds with translated titles only, and feeds that show originals until they are translated."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest

from pipeline.article import Translation
from pipeline.cli.context import open_store
from pipeline.config import Settings, load
from pipeline.desk import Desk, Report
from pipeline.editions import by_language, editions_of, language_of
from tests.desk.test_waiting import fill
from tests.portuguese import is_portuguese
from tests.syndicate.feed_rules import problems
from tests.web.test_web_late_articles import add

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BASE = "https://wire.example.org"
SOURCE = """
[[sources]]
id = "s"
kind = "urls"
urls = ["https://example.org/"]
"""
FEED = """
[[feeds]]
id = "{0}"
title = "{0}"
languages = ["pt"]
"""


@pytest.fixture
def settings(write_settings: Callable[..., Path]) -> Callable[..., Settings]:
    def made(**feeds: str) -> Settings:
        tables = "".join(FEED.format(name) + more + "\n" for name, more in feeds.items())
        return load(write_settings(SOURCE + tables, f'base_url = "{BASE}"'))

    return made


def items(settings: Settings, feed: str) -> list[dict]:
    """The entries in the JSON Feed; all formats have the same ids, and keep every rule."""
    folder = settings.output_dir / feed
    found = json.loads((folder / "pt.json").read_text())["items"]
    for name in ("pt.rss", "pt.atom", "pt.json"):
        content = (folder / name).read_bytes()
        assert problems(content) == []
        if not name.endswith("json"):
            assert [x.id for x in feedparser.parse(content).entries] == [x["id"] for x in found]
    return found


def run(settings: Settings, store, hours: float = 0) -> Report:
    desk = Desk(settings, store, clock=lambda: NOW + timedelta(hours=hours))
    return desk.finish(desk.begin([]))


def test_of_a_feed_with_titles_the_titles_are_translated_and_nothing_else(settings):
    feeds = settings(
        heads='content = "titles"\nlink = "page"', whole="", short='content = "summary"'
    )
    with open_store(feeds) as store:
        fill(store, "en", "pt", "sw")
        html = "<p>The old bridge was closed in May.</p>"
        with store.database.write() as connection:
            connection.exec_driver_sql(
                f"UPDATE articles SET title = 'The mayor closed the old bridge', html = '{html}',"
                " summary = 'Nobody knows when it will open again.' WHERE language = 'en'"
            )
        run(feeds, store)
        run(feeds, store)
        assert by_language(store.translations.counts()) == {"pt": 2}
        assert store.translations.pending("pt-x-titles", ["s"])[0] == 1
        heads = items(feeds, "heads")
        [translated] = [one for one in heads if one["_babelwire"].get("translated")]
        [own] = [one for one in heads if one is not translated]
    assert not own["_babelwire"].get("machine_translated")
    assert own["title"] == "Habari 1"
    assert is_portuguese(translated["title"])
    assert translated["summary"] == "Nobody knows when it will open again."
    content = translated["content_html"]
    assert f'<div lang="en" dir="ltr">{html}</div>' in content
    assert content.startswith('<div lang="pt"') and "Só o título" in content
    assert translated["_babelwire"]["translated"] == "title"
    page = feeds.output_dir / translated["url"].removeprefix(f"{BASE}/") / "index.html"
    assert page.is_file()
    whole = {one["title"]: one for one in items(feeds, "whole")}
    assert is_portuguese(whole[translated["title"]]["content_html"])
    ids = [{one["id"] for one in items(feeds, feed)} for feed in ("heads", "whole", "short")]
    assert not ids[0] & ids[1] and not ids[1] & ids[2] and not ids[0] & ids[2]


def translation(article: str) -> Translation:
    return Translation(
        language="pt-x-waiting",
        source_language="sw",
        title="A cidade",
        summary="",
        html="<p>A cidade tem uma ponte.</p>",
        models=("sw_pt-1.0",),
    )


@pytest.mark.parametrize("language", ["sw", "lg", None])
def test_an_original_is_shown_marked_until_its_translation_takes_its_place(settings, language):
    feeds = settings(
        early='originals = true\nlink = "page"\nlimit = 2',
        late="limit = 2",
        brief='originals = true\ncontent = "summary"',
    )
    with open_store(feeds) as store:
        fill(store, language)
        report = run(feeds, store)
        waiting = [one.articles for one in report.waiting] + [x.count for x in report.failures]
        assert waiting == [1]  # once, for all feeds
        [before] = items(feeds, "early")
        assert items(feeds, "late") == []
        tag = language or "?"
        assert before["title"] == f"[{tag}] Habari 0"
        content = before["content_html"]
        assert content.index("Ainda não traduzido") < content.index("Mji 0 una daraja.")
        assert f'<div lang="{language or "und"}" dir="ltr"><p>Mji' in content
        assert before["_babelwire"]["translated"] == "nothing yet"
        assert before["language"] == (language or "und")
        page = feeds.output_dir / before["url"].removeprefix(f"{BASE}/") / "index.html"
        assert "Ainda não traduzido" in page.read_text()
        [brief] = items(feeds, "brief")
        assert "Ainda não traduzido" in brief["content_html"]
        store_before = (feeds.output_dir / "early/pt.atom").read_bytes()
        run(feeds, store, 1)
        assert (feeds.output_dir / "early/pt.atom").read_bytes() == store_before
        # Two newer articles: the original has left the feed when its translation comes.
        fill(store, "pt", "pt", first=1)
        run(feeds, store, 2)
        assert before["id"] not in {one["id"] for one in items(feeds, "early")}
        article, digest = before["url"].split("/")[-2], "d"
        store.translations.keep(article, digest, translation(article), NOW + timedelta(hours=3))
        run(feeds, store, 3)
        after = items(feeds, "early")[0]
        assert (after["id"], after["title"]) == (before["id"], "A cidade")
        assert after["date_modified"] > before["date_modified"]
        assert "translated" not in after["_babelwire"]
        assert store.search.find("ponte", ["pt-x-waiting"], 9, ("s",))[0]
        run(feeds, store, 4)
        assert items(feeds, "early")[0] == after


def test_an_original_that_changes_while_it_waits_is_shown_as_it_is_now(settings):
    feeds = settings(early="originals = true")
    with open_store(feeds) as store:
        fill(store, "sw")
        run(feeds, store)
        with store.database.write() as connection:
            connection.exec_driver_sql("UPDATE articles SET title = 'Mpya', digest = 'e'")
        run(feeds, store, 1)
        [one] = items(feeds, "early")
    assert one["title"] == "[sw] Mpya"


def test_codes_of_editions_are_read_as_they_are_written():
    for language in ("pt", "zh-Hant", "pt-BR"):
        assert [language_of(one) for one in editions_of(language)] == [language] * 4
    assert by_language({"pt": 1, "pt-x-titles": 3, "de-x-waiting": 2}) == {"pt": 3, "de": 2}


def test_lists_of_entries_name_languages_not_editions(settings):
    with open_store(settings(early="originals = true")) as store:
        article = add(store, 1, NOW)
        for edition in ("pt-x-waiting", "pt-x-titles", "en"):
            words = replace(translation(article), language=edition)
            store.translations.keep(article, "d", words, NOW)
        [listed] = store.catalogue.newest(0)
        assert listed.languages == ("en", "pt")
        assert store.browsing.languages(article) == ("en", "pt")
