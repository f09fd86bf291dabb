"""One article in feeds with different content: readers have it in each of them."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.cli.context import open_store
from pipeline.config import Settings, load
from pipeline.store import sqlite_url
from pipeline.web import Server, application
from tests.store.databases import older
from tests.web.newsboat import Newsboat
from tests.web.test_web_late_articles import NOW, add, publish, translate

HEAD = """
[[sources]]
id = "town"
kind = "urls"
urls = ["https://news.example.org/0"]
"""
FEED = """
[[feeds]]
id = "{0}"
title = "{0}"
content = "{0}"
languages = ["en"]
"""
MODES = ("full", "bilingual", "summary")


@pytest.fixture
def settings(write_settings: Callable[..., Path]) -> Settings:
    return load(write_settings(HEAD + "".join(map(FEED.format, MODES))))


def ids(settings: Settings, feed: str) -> dict[str, str]:
    """The ids of a feed's entries, by their titles."""
    document = json.loads((settings.output_dir / feed / "en.json").read_text())
    return {one["title"]: one["id"] for one in document["items"]}


def test_newsboat_has_every_entry_of_feeds_with_the_same_articles(settings, tmp_path):
    with open_store(settings) as store:
        for number in range(15):
            translate(store, number, add(store, number, NOW - timedelta(hours=number)))
        publish(settings, store)
    with Server(application(settings.output_dir), port=0) as server:
        urls = [f"{server.url}{mode}/en.rss" for mode in MODES]
        client = Newsboat(tmp_path, urls)
        for _ in range(2):
            items = client.poll()
            assert len(items) == 15 * len(MODES)
            for url in urls:
                assert {one.title for one in items if one.feed == url} == {
                    f"T{number}" for number in range(15)
                }


def test_entries_that_were_published_before_ids_differed_keep_theirs(settings):
    with older(sqlite_url(settings.state_dir), "0015") as connection:
        at = "'2026-03-01 03:04:05.000000'"
        key = "6fa459ea-ee8a-3ca4-894e-db77e160355e"
        for statement in (
            "INSERT INTO articles (id, key, source, url, title, summary, html, text, authors,"
            " keywords, partial, origins, digest, first_seen, updated_at, dated) VALUES"
            f" ('{key}', 'k', 'town', 'https://news.example.org/k', 'Old', '', '', '', '[]', '[]',"
            f" false, '{{}}', 'd', {at}, {at}, {at})",
            f"INSERT INTO appearances (source, article, dated) VALUES ('town', '{key}', {at})",
            "INSERT INTO translations (article, language, digest, source_language, title,"
            " summary, html, models, segments, doubts, updated_at) VALUES"
            f" ('{key}', 'en', 'd', 'en', 'Old', '', '', '[]', 0, 0, {at})",
            "INSERT INTO listings (source, language, article, dated) VALUES"
            f" ('town', 'en', '{key}', {at})",
            *(
                "INSERT INTO publications (path, fingerprint, written_at) VALUES"
                f" ('{path}', 'x', {at})"
                for path in ("feed.css", "full/en.rss", "bilingual/en.rss", "bilingual/en.archive")
            ),
        ):
            connection.exec_driver_sql(statement)
    with open_store(settings) as store:
        # First seen by the clock of this machine: later than the upgrade.
        translate(store, 1, add(store, 1, NOW, now=NOW + timedelta(days=40_000)))
        publish(settings, store, NOW)
    old_ids = {mode: ids(settings, mode)["Old"] for mode in MODES}
    assert old_ids["full"] == old_ids["bilingual"] != old_ids["summary"]
    assert len({ids(settings, mode)["T1"] for mode in MODES}) == 3
