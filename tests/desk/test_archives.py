"""Archive documents (RFC 5005): nothing is lost, nothing that is closed ever changes."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from starlette.testclient import TestClient

from pipeline.article import Article, Page, Reference, Translation
from pipeline.cli.context import open_store
from pipeline.config import Settings, load
from pipeline.desk import Report, decisions, press
from pipeline.desk.press import Press
from pipeline.desk.sifting import Sieve
from pipeline.store import Arrival, Asked, Store
from pipeline.web import application
from tests.syndicate.feed_rules import problems

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BASE = "https://wire.example.org"
FEEDS = """
base_url = "https://wire.example.org"
[[sources]]
id = "town"
kind = "urls"
title = "Town Herald"
urls = ["https://news.example.org/0"]
[[sources]]
id = "port"
kind = "urls"
title = "Port Mail"
urls = ["https://port.example.org/0"]
[[feeds]]
id = "news"
title = "News"
limit = 3
languages = ["en"]
"""


@pytest.fixture
def settings(write_settings: Callable[..., Path]) -> Settings:
    head, _, tables = FEEDS.partition("[[sources]]")
    file = write_settings("[[sources]]" + tables)
    file.write_text(head + file.read_text())
    return load(file)


def add(store: Store, number: int, hours: float | None = None, source: str = "town") -> str:
    """An article of that number; the higher, the later, unless `hours` says otherwise."""
    url = f"https://news.example.org/{number}"
    store.references.announce([Reference(source=source, url=url)], NOW)
    (known,) = store.references.named(source, [url])
    dated = NOW - timedelta(hours=1000 - (number if hours is None else hours))
    article = Article(url=url, title=f"T{number}", html="<p>A.</p>", text="A.", published=dated)
    page = Page(reference=known.reference, url=url, content=b"")
    kept = store.articles.keep(known, page, replace(article, language="en"), url, NOW)
    words = Translation(
        language="en", source_language="en", title=f"T{number}", summary="", html="<p>A.</p>"
    )
    store.translations.keep(kept.id, "d", words, NOW)
    return kept.id


def publish(settings: Settings, store: Store) -> Report:
    report = Report(started=NOW)
    press = Press(settings, store, report, lambda: NOW)
    for feed in settings.feeds:
        for language in feed.languages:
            press.publish(feed, language)
    assert report.failures == []
    return report


def archive_files(settings: Settings) -> dict[str, bytes]:
    folder = settings.output_dir / "news"
    return {one.name: one.read_bytes() for one in folder.glob("*.archive-*")}


def reconstructed(settings: Settings, suffix: str) -> tuple[set[str], int]:
    """The titles a client finds that follows prev-archive to the end, and how many documents."""
    client = TestClient(application(settings.output_dir))
    address, found, documents = f"{BASE}/news/en.{suffix}", set(), 0
    while address:
        response = client.get(address.removeprefix(BASE))
        assert response.status_code == 200
        assert problems(response.content) == []
        parsed = feedparser.parse(response.content)
        found |= {entry.title for entry in parsed.entries}
        documents += 1
        previous = [link.href for link in parsed.feed.links if link.rel == "prev-archive"]
        address = previous[0] if previous else ""
    return found, documents


@pytest.mark.parametrize("suffix", ["rss", "atom"])
def test_a_client_that_follows_the_archive_finds_every_article(settings, suffix):
    with open_store(settings) as store:
        for number in range(11):
            add(store, number)
            publish(settings, store)
    titles = {f"T{number}" for number in range(11)}
    assert reconstructed(settings, suffix) == (titles, 4)  # the feed and 3 documents


def test_json_feed_pages_back_by_next_url(settings):
    with open_store(settings) as store:
        for number in range(8):
            add(store, number)
        publish(settings, store)
    address, found = "news/en.json", []
    while address:
        document = json.loads((settings.output_dir / address).read_text())
        found += [item["title"] for item in document["items"]]
        address = document.get("next_url", "").removeprefix(f"{BASE}/")
    assert set(found) == {f"T{number}" for number in range(8)}


def test_what_is_closed_never_changes_and_is_not_written_again(settings):
    with open_store(settings) as store:
        for number in range(7):
            add(store, number)
        publish(settings, store)
        before = archive_files(settings)
        assert len(before) == 2 * 3
        late = add(store, 100, hours=-500)  # older than everything, and announced last
        words = store.browsing.article(late, "en").translation
        store.translations.keep(late, "e", replace(words, title="Edited"), NOW)
        for number in range(7, 12):
            add(store, number)
        report = publish(settings, store)
        after = archive_files(settings)
        assert {name: after[name] for name in before} == before and len(after) > len(before)
        assert not set(report.written) & {f"news/{name}" for name in before}
        assert publish(settings, store).written == []
    found, _ = reconstructed(settings, "atom")
    assert found == {f"T{number}" for number in range(12)} | {"Edited"}


def test_an_article_of_two_sources_is_archived_once(settings):
    with open_store(settings) as store:
        for number in range(8):
            add(store, number)
        publish(settings, store)
        for number in range(8):
            add(store, number, source="port")
        publish(settings, store)
        assert store.archives.totals([Asked("news", "en", ("town", "port"))]) == [8]
        archived = [
            one.article.title
            for number in range(1, store.archives.extent("news", "en").documents + 1)
            for one in store.archives.document("news", "en", number)
        ]
    assert archived == [f"T{number}" for number in range(6)]


def test_an_emptied_output_folder_is_filled_again_and_other_words_replace_it(settings):
    with open_store(settings) as store:
        for number in range(8):
            add(store, number)
        publish(settings, store)
        before = archive_files(settings)
        for name in before:
            (settings.output_dir / "news" / name).unlink()
        publish(settings, store)
        assert archive_files(settings) == before
        document = settings.document.model_copy(update={"base_url": "https://other.example.org"})
        moved = Settings(path=settings.path, document=document)
        publish(moved, store)
        assert all(b"other.example.org" in content for content in archive_files(moved).values())


def test_without_an_address_or_a_wish_nothing_is_archived(settings):
    document = settings.document.model_copy(update={"base_url": ""})
    with open_store(settings) as store:
        for number in range(8):
            add(store, number)
        publish(Settings(path=settings.path, document=document), store)
        assert archive_files(settings) == {}
        feed = replace(settings.feeds[0], archive=False)
        Press(settings, store, Report(started=NOW), lambda: NOW).publish(feed, "en")
        assert archive_files(settings) == {}
        assert b"prev-archive" not in (settings.output_dir / "news" / "en.rss").read_bytes()


def test_every_file_that_is_published_keeps_every_rule(settings):
    with open_store(settings) as store:
        for number in range(8):
            add(store, number)
        report = Report(started=NOW)
        Press(settings, store, report, lambda: NOW).prepare()
        publish(settings, store)
    files = [
        one
        for one in settings.output_dir.rglob("*.*")
        if one.suffix not in (".css", ".html", ".svg", ".ico")
    ]
    assert {one.suffix for one in files} == {".rss", ".atom", ".json", ".opml"}
    assert {one.name: problems(one.read_bytes()) for one in files} == {
        one.name: [] for one in files
    }


def arrivals(names: str) -> list[Arrival]:
    return [Arrival(listing=at, article=name) for at, name in enumerate(names, 1)]


@pytest.mark.parametrize(
    ("arrived", "shown", "closed"),
    [
        ("", "abc", []),
        ("abc", "abc", []),
        ("abcd", "bcd", ["abc"]),
        ("abcdefg", "efg", ["abc", "def"]),
        ("ab", "bxy", ["ab"]),  # a is too old to be shown
        ("abcd", "abc", ["abc", "d"]),
    ],
)
def test_documents_are_closed_when_something_is_no_longer_shown(arrived, shown, closed):
    documents = decisions.to_close(arrivals(arrived), set(shown), 3)
    assert ["".join(one.article for one in document) for document in documents] == closed


def test_documents_are_full_whatever_the_rules_leave_out(settings, monkeypatch):
    monkeypatch.setattr(press, "_CLOSED_AT_ONCE", 2)
    [feed] = settings.feeds
    feed = replace(feed, drop=("/T(1|4|5|6|11|13)$/",))
    with open_store(settings) as store:
        for number in range(20):
            add(store, number)
        report = Report(started=NOW)
        Press(settings, store, report, lambda: NOW).publish(feed, "en")
        assert report.failures == []
        count = store.archives.extent("news", "en").documents
        sizes = [len(store.archives.document("news", "en", n + 1)) for n in range(count)]
    assert sizes == [3, 3, 3, 3]


def test_few_articles_are_loaded_to_replace_one_that_the_rules_leave_out(settings, monkeypatch):
    [feed] = settings.feeds
    feed = replace(feed, drop=("T29",))
    asked = []
    with open_store(settings) as store:
        listed = store.translations.listed
        monkeypatch.setattr(
            store.translations,
            "listed",
            lambda wanted, limit: asked.append(limit) or listed(wanted, limit),
        )
        for number in range(30):
            add(store, number)
        found = Sieve(feed, "en", store, lambda: NOW).newest()
    assert [one.translation.title for one in found] == ["T28", "T27", "T26"]
    assert asked == [3, 6]
