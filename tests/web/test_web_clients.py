"""Real feed readers subscribe over HTTP, poll, and poll again after an edit and a new article."""

import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import feedparser
import feedparser_sgmllib
import pytest

from pipeline.article import Entry, FeedSpec
from pipeline.syndicate import FORMATS, path
from pipeline.web import Server, application
from tests.waiting import LONG

FEED = FeedSpec(id="world", title="World", languages=("pt", "ar"))
ENTRY = Entry(
    id="tag:wire.example.org,2026:0",
    url="https://news.example.com/0",
    title="T0",
    summary="S",
    html="<p>The whole text.</p>",
    language="pt",
    original_language="en",
    by_machine=True,
    published=datetime(2026, 3, 1, tzinfo=UTC),
    updated=datetime(2026, 3, 2, tzinfo=UTC),
)
FIRST = [
    replace(
        ENTRY,
        id=f"tag:wire.example.org,2026:{number}",
        title=f"T{number}",
        published=ENTRY.published + timedelta(minutes=number),
    )
    for number in range(3)
]
SECOND = [
    replace(
        FIRST[0],
        title="T0 edited",
        html="<p>Another text.</p>",
        updated=ENTRY.updated + timedelta(hours=1),
    ),
    *FIRST[1:],
    replace(FIRST[0], id="tag:wire.example.org,2026:9", title="T9"),
]
BEFORE = ["T0", "T1", "T2"]
AFTER = ["T0 edited", "T1", "T2", "T9"]


def publish(folder, entries):
    for language in FEED.languages:
        own = [replace(e, id=f"{e.id}/{language}", language=language) for e in entries]
        for form in FORMATS:
            file = folder / path(FEED, language, form.suffix)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(form.build(FEED, language, own))


class Recorded:
    """An application that remembers what it answered: the status of every request for a feed."""

    def __init__(self, app):
        self.app = app
        self.statuses = []

    async def __call__(self, scope, receive, send):
        async def noted(message):
            if message["type"] == "http.response.start":
                self.statuses.append(message["status"])
            await send(message)

        await self.app(scope, receive, noted)

    def taken(self):
        taken, self.statuses = self.statuses, []
        return sorted(taken)


@pytest.fixture
def served(tmp_path):
    publish(tmp_path, FIRST)
    site = Recorded(application(tmp_path))
    with Server(site, port=0) as server:
        yield tmp_path, [f"{server.url}world/pt.rss", f"{server.url}world/ar.atom"], site


def test_feedparser_sees_one_edit_and_one_new_entry_a_feed(served):
    folder, urls, site = served
    known = {url: feedparser.parse(url) for url in urls}
    for url, feed in known.items():
        assert (feed.bozo, feed.status, feed.feed.title[:7]) == (False, 200, "World (")
        assert feed.feed.language == url.rsplit("/", 1)[1][:2]
        assert [entry.title for entry in feed.entries] == BEFORE[::-1]
        for number, entry in enumerate(reversed(feed.entries)):
            assert "The whole text." in entry.content[0].value
            assert entry.published_parsed[:5] == (2026, 3, 1, 0, number)
    again = {url: feedparser.parse(url, etag=known[url].etag) for url in urls}
    assert [(feed.status, feed.entries) for feed in again.values()] == [(304, [])] * 2
    publish(folder, SECOND)
    for url, feed in known.items():
        changed = feedparser.parse(url, etag=feed.etag)
        assert changed.status == 200
        before = {entry.id: entry.title for entry in feed.entries}
        after = {entry.id: entry.title for entry in changed.entries}
        assert len(after) == len(changed.entries) == 4
        assert [after[name] for name in after.keys() - before.keys()] == ["T9"]
        edited = [name for name in before if before[name] != after[name]]
        assert [after[name] for name in edited] == ["T0 edited"]
    assert site.taken() == [200, 200, 200, 200, 304, 304]


def test_newsboat_sees_one_edit_and_one_new_entry_a_feed(served, tmp_path_factory):
    if not shutil.which("newsboat"):
        pytest.skip("newsboat is not installed (Debian: apt-get install newsboat)")
    folder, urls, site = served
    home = tmp_path_factory.mktemp("newsboat")
    (home / "urls").write_text("\n".join(urls) + "\n")

    def poll():
        command = ["newsboat", "-u", home / "urls", "-c", home / "cache.db", "-C", "/dev/null"]
        subprocess.run([*command, "-x", "reload"], check=True, timeout=LONG, capture_output=True)
        with sqlite3.connect(home / "cache.db") as cache:
            query = "select feedurl, title, content, pubDate, guid from rss_item"
            rows = cache.execute(query).fetchall()
        return {url: sorted(row[1] for row in rows if row[0] == url) for url in urls}, rows

    titles, rows = poll()
    assert titles == dict.fromkeys(urls, BEFORE)
    for _, title, content, date, _ in rows:
        assert "The whole text." in content
        dated = ENTRY.published + timedelta(minutes=int(title[1:]))
        assert datetime.fromtimestamp(date, UTC) == dated
    assert site.taken() == [200, 200]
    # newsboat 2.21 forgets the validators of a feed's first answer, and keeps those of its second.
    for statuses in ([200, 200], [304, 304]):
        assert poll()[1] == rows
        assert site.taken() == statuses
    publish(folder, SECOND)
    titles, later = poll()
    assert titles == dict.fromkeys(urls, AFTER)
    assert {row[4] for row in rows} < {row[4] for row in later} and len(later) == 8
    assert site.taken() == [200, 200]


def test_the_reader_library_sees_one_edit_and_one_new_entry_a_feed(served, monkeypatch):
    # reader brings an older feedparser, which imports what Python 3 has no more under its old name.
    monkeypatch.setitem(sys.modules, "sgmllib", feedparser_sgmllib)
    reader = pytest.importorskip("reader", reason="reader is not installed (pip install reader)")
    folder, urls, site = served
    client = reader.make_reader(":memory:")
    for url in urls:
        client.add_feed(url)

    def poll():
        results = client.update_feeds_iter(scheduled=False)
        return {result.url: result.value for result in results}

    assert {url: (found.new, found.modified) for url, found in poll().items()} == dict.fromkeys(
        urls, (3, 0)
    )
    for entry in client.get_entries():
        assert "The whole text." in entry.content[0].value
        assert entry.content[0].language == entry.id.rsplit("/", 1)[1]
        assert entry.published == ENTRY.published + timedelta(minutes=int(entry.title[1:]))
    publish(folder, SECOND)
    assert {url: (found.new, found.modified) for url, found in poll().items()} == dict.fromkeys(
        urls, (1, 1)
    )
    assert sorted({entry.title for entry in client.get_entries()}) == AFTER
    site.taken()
    assert poll() == dict.fromkeys(urls, None)
    assert site.taken() == [304, 304]
    client.close()
