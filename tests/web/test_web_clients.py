"""Real feed readers subscribe over HTTP, poll, and poll again after an edit and a new article."""

import shutil
import sqlite3
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.article import Entry, FeedSpec
from pipeline.syndicate import FORMATS, path
from pipeline.web import Server, application

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


@pytest.fixture
def served(tmp_path):
    publish(tmp_path, FIRST)
    with Server(application(tmp_path), port=0) as server:
        yield tmp_path, [f"{server.url}world/pt.rss", f"{server.url}world/ar.atom"]


def test_newsboat_sees_one_edit_and_one_new_entry_a_feed(served, tmp_path_factory):
    if not shutil.which("newsboat"):
        pytest.skip("newsboat is not installed (Debian: apt-get install newsboat)")
    folder, urls = served
    home = tmp_path_factory.mktemp("newsboat")
    (home / "urls").write_text("\n".join(urls) + "\n")

    def poll():
        command = ["newsboat", "-u", home / "urls", "-c", home / "cache.db", "-C", "/dev/null"]
        subprocess.run([*command, "-x", "reload"], check=True, timeout=60, capture_output=True)
        with sqlite3.connect(home / "cache.db") as cache:
            rows = cache.execute("select feedurl, title, content from rss_item").fetchall()
        return {url: sorted(title for feed, title, _ in rows if feed == url) for url in urls}, rows

    titles, rows = poll()
    assert titles == dict.fromkeys(urls, BEFORE)
    assert all("The whole text." in content for _, _, content in rows)
    publish(folder, SECOND)
    titles, _ = poll()
    assert titles == dict.fromkeys(urls, AFTER)


def test_the_reader_library_sees_one_edit_and_one_new_entry_a_feed(served):
    reader = pytest.importorskip("reader", reason="reader is not installed (pip install reader)")
    pytest.importorskip("sgmllib", reason="reader needs sgmllib (pip install sgmllib3k)")
    folder, urls = served
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
    assert poll() == dict.fromkeys(urls, None)
    client.close()
