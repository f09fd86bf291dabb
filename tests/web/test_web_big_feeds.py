"""Articles that are too much for a feed's file are in its archive, with their whole text.

Most tests scale the bounds and the texts down by ten, for speed.
"""

import json
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest

from pipeline.article import Translation
from pipeline.cli.context import open_store
from pipeline.config import load
from pipeline.desk import decisions
from pipeline.syndicate import feeds
from pipeline.web import Server, application
from tests.syndicate.feed_rules import problems
from tests.web.newsboat import Newsboat
from tests.web.test_web_late_articles import NOW, add, publish

COUNT = 36
SETTINGS = """
[[sources]]
id = "town"
kind = "urls"
urls = ["https://news.example.org/0"]
[[feeds]]
id = "news"
title = "News"
limit = {limit}
languages = ["en"]
"""
# Long articles in three scripts: one, two and three bytes a letter.
SENTENCES = {
    "latin": "The ship that nobody had been waiting for came into the harbour & left it. ",
    "cyrillic": "Корабль, которого никто не ждал, вошёл в гавань & вышел из неё. ",
    "chinese": "一艘没有人等待的船驶入港口&又离开了。",
}


@pytest.fixture
def publisher(
    write_settings: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., str]]:
    """Publishes long articles and serves them; returns the address of the server."""
    servers = []

    def published(sentence: str, limit: int, scale: int = 10) -> str:
        monkeypatch.setattr(feeds, "MAX_BYTES", feeds.MAX_BYTES // scale)
        monkeypatch.setattr(decisions, "_DOCUMENT", decisions._DOCUMENT // scale)
        file = write_settings(SETTINGS.format(limit=limit))
        settings = load(file)
        server = Server(application(settings.output_dir), port=0)
        server.__enter__()
        servers.append(server)
        file.write_text(f'base_url = "{server.url.rstrip("/")}"\n' + file.read_text())
        settings = load(file)
        text = sentence * (200_000 // scale // len(sentence.encode()))
        with open_store(settings) as store:
            for number in range(COUNT):
                name = add(store, number, NOW - timedelta(hours=number))
                html = f"<p>{text.replace('&', '&amp;')}</p><p>end of {number}.</p>"
                title = f"T{number}"
                words = Translation(
                    language="en", source_language="en", title=title, summary="", html=html
                )
                store.translations.keep(name, "d", words, NOW)
            publish(settings, store)
            publish(settings, store)
        return str(server.url)

    yield published
    for server in servers:
        server.__exit__(None, None, None)


def got(address: str) -> bytes:
    with urllib.request.urlopen(address) as response:
        content: bytes = response.read()
    assert len(content) <= feeds.MAX_BYTES
    assert problems(content) == []
    return content


def read(address: str) -> tuple[dict[str, str], str]:
    """The contents of a feed's entries by their titles, and the document before it."""
    content = got(address)
    if address.endswith(".json"):
        document = json.loads(content)
        items = {one["title"]: one["content_html"] for one in document["items"]}
        return items, document.get("next_url", "")
    parsed = feedparser.parse(content)
    before = [link.href for link in parsed.feed.links if link.rel == "prev-archive"]
    items = {one.title: one.content[0].value for one in parsed.entries}
    return items, before[0] if before else ""


@pytest.mark.parametrize(
    ("script", "limit"),
    [
        pytest.param("latin", 50, marks=pytest.mark.slow),
        ("cyrillic", 30),
        pytest.param("chinese", 10, marks=pytest.mark.slow),
    ],
)
def test_a_client_that_follows_the_archive_has_every_text_to_its_end(publisher, script, limit):
    root = publisher(SENTENCES[script], limit)
    for form in ("rss", "atom", "json"):
        address, found, live = f"{root}news/en.{form}", {}, 0
        while address:
            items, address = read(address)
            live = live or len(items)
            found |= items
        assert live == min(limit, live) < COUNT
        assert found.keys() == {f"T{number}" for number in range(COUNT)}
        for title, content in found.items():
            assert f"end of {title[1:]}." in content


@pytest.mark.parametrize("scale", [10, pytest.param(1, marks=pytest.mark.slow)])
def test_newsboat_reads_a_feed_that_is_too_large_and_the_documents_before_it(
    publisher, tmp_path, scale
):
    root = publisher(SENTENCES["latin"], 50, scale)
    addresses = [f"{root}news/en.rss"]
    while before := read(addresses[-1])[1]:
        addresses.append(before)
    items = Newsboat(tmp_path, addresses).poll()
    assert {one.title for one in items} == {f"T{number}" for number in range(COUNT)}
    assert all(f"end of {one.title[1:]}." in one.content for one in items)
