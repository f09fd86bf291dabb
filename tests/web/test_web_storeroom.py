"""The newsroom over a real store, as the pages ask it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from starlette.testclient import TestClient

from pipeline.article import Article, FeedSpec, Page, Reference, Source, Translation, Validators
from pipeline.desk import Report, decisions
from pipeline.errors import BabelwireError
from pipeline.store import Store, sqlite_url
from pipeline.syndicate.pages import story
from pipeline.web import Storeroom, Tickets, application
from tests.syndicate.feed_rules import problems
from tests.waiting import LONG, until

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCES = {"s": Source(id="s", kind="folder", title="The Wire", every=60.0)}
FEEDS = (FeedSpec(id="world", title="World", sources=("s",), languages=("en", "ar")),)


def fill(store, number, html="<p>The ferry.</p>"):
    url = f"https://news.example.org/{number}"
    store.references.announce([Reference(source="s", url=url)], NOW)
    (known,) = store.references.named("s", [url])
    article = Article(
        url=url,
        title=f"Ferry {number}",
        html=html,
        text="",
        language="en",
        published=NOW - timedelta(hours=number),
    )
    page = Page(reference=known.reference, url=url, content=b"", validators=Validators())
    kept = store.articles.keep(known, page, article, url, NOW)
    own = Translation(
        language="en", source_language="en", title=article.title, summary="", html=html
    )
    arabic = replace(
        own, language="ar", title=f"عبّارة {number}", html="<p>العبّارة.</p>", models=("en_ar-1.0",)
    )
    for words in (own, arabic, replace(arabic, language="fr", title="Bac")):
        store.translations.keep(kept.id, "d", words, NOW)
    return kept.id


def entries_of(store, language):
    """What the feeds show in a language."""
    newest = store.translations.newest(language, ("s",), 50)
    return [decisions.to_entry(one, SOURCES) for one in newest]


@pytest.fixture
def store(tmp_path):
    with Store(sqlite_url(tmp_path)) as opened:
        yield opened


@pytest.fixture
def room(store):
    return Storeroom(store, FEEDS, SOURCES, clock=lambda: NOW)


def test_feeds_show_their_latest_entries_and_numbers(store, room):
    ids = [fill(store, number) for number in range(7)]
    english, arabic = room.feeds()
    assert (english.language, english.total, english.updated) == ("en", 7, NOW)
    assert [one.article for one in arabic.latest] == ids[:5]
    assert arabic.latest[0].by_machine and not english.latest[0].by_machine
    assert english.latest[0].source == "The Wire"


def test_a_feed_is_paged_without_gaps(store, room):
    ids = [fill(store, number) for number in range(26)]
    first, more = room.entries("world", "en", 1)
    second, last = room.entries("world", "en", 2)
    assert (more, last) == (True, False)
    assert [one.article for one in (*first.latest, *second.latest)] == ids
    assert room.entries("world", "en", 3) is None
    assert room.entries("world", "fr", 1) is None and room.entries("none", "en", 1) is None


def test_an_article_comes_with_its_original_and_only_published_languages(store, room):
    name = fill(store, 1)
    story = room.article(name, "ar")
    assert story.languages == ("ar", "en")
    assert story.pairs == (("<p>العبّارة.</p>", "<p>The ferry.</p>"),)
    assert (story.original_title, story.original_language) == ("Ferry 1", "en")
    assert "الإنجليزية" in story.note and "<" not in story.note
    own = room.article(name, "en")
    assert (own.by_machine, own.note, own.pairs) == (False, "", None)
    assert room.article(name, "fr") is None and room.article("none", "ar") is None


def test_titles_are_plain_lines_and_local_addresses_are_not_told(store, room):
    entry = decisions.to_entry(store.shelf.story(fill(store, 1), "ar"), SOURCES)
    shown = story(
        replace(entry, title="Q&amp;A\n\u202eb", url="file:///home/ada/a.html", image="data:x"),
        "1",
        ["ar"],
    )
    assert (shown.title, shown.url, shown.image) == ("Q&A \u202eb\u202c", "", "")


def test_what_a_page_shows_passes_the_allow_list(store, room, tmp_path):
    name = fill(store, 1, '<p onclick="x()">a<script>alert(1)</script></p><form>b</form>')
    page = TestClient(application(tmp_path, room)).get(f"/article/{name}/ar")
    assert page.status_code == 200
    assert not [bad for bad in ("<script", "onclick", "alert") if bad in page.text]


def test_search_finds_published_languages_only(store, room):
    name = fill(store, 1)
    found, more = room.search("ferry", "", 1)
    assert ([(one.article, one.language) for one in found], more) == ([(name, "en")], False)
    assert room.search("bac", "", 1) == ([], False)
    assert room.search("ferry", "ar", 1) == ([], False)
    assert room.search("bac", "fr", 1) == ((), False)  # there, and not published


def test_what_is_found_is_paged_without_gaps(store, room):
    ids = {fill(store, number) for number in range(27)}
    first, more = room.search("ferry", "en", 1)
    second, last = room.search("ferry", "en", 2)
    assert (len(first), more, len(second), last) == (25, True, 2, False)
    assert {one.article for one in (*first, *second)} == ids
    assert room.search("ferry", "en", 3) == ([], False)


def test_a_list_of_feeds_has_the_address_at_which_it_is_asked_for(store, room, tmp_path):
    client = TestClient(application(tmp_path, room), base_url="https://wire.example.org:8443")
    answer = client.get("/feeds.opml")
    assert answer.headers["content-type"] == "text/x-opml; charset=utf-8"
    assert problems(answer.content) == []
    assert b'xmlUrl="https://wire.example.org:8443/world/ar.rss"' in answer.content
    assert b"/en.rss" not in client.get("/feeds.ar.opml").content
    assert client.get("/feeds.xx.opml").status_code == 404
    (tmp_path / "feeds.opml").write_text("<opml/>")
    assert client.get("/feeds.opml").text == "<opml/>"  # as published, where it is


def test_status_counts_what_is_there(store, room, tmp_path):
    fill(store, 1)
    run = store.runs.start(["s"], NOW)
    store.sources.failed("s", "no answer", NOW)
    status = room.status()
    assert (status.articles, status.languages["ar"], len(status.per_day)) == (1, 1, 14)
    assert status.per_day["2026-03-01"] == {"ar": 1, "en": 1, "fr": 1}
    assert (status.sources[0].failures, status.sources[0].error) == (1, "no answer")
    assert (status.sources[0].every, status.sources[0].cron) == (60, "")
    assert (status.passes[0].id, status.passes[0].state) == (str(run), "running")
    store.runs.finish(run, {"seconds": {"fetch": 1.0}, "words": 9}, 1, NOW)
    assert (room.run(str(run)).state, room.run(str(run)).words) == ("failed", 9)
    assert room.run("99") is None and room.run("²") is None and room.run("9" * 40) is None
    assert TestClient(application(tmp_path, room)).get("/status").status_code == 200
    assert room.ready()


def wait_for(room, ticket, state):
    until(lambda: room.run(ticket).state == state, f"the pass's being {state}")
    return room.run(ticket)


def test_a_triggered_pass_runs_in_the_background_and_is_followed(store):
    go, asked = Event(), []

    def work(sources, say):
        asked.append(tuple(sources))
        say("Translating to pt: 3 of 9 articles")
        assert go.wait(LONG)
        report = Report(started=NOW)
        report.words = 5
        return report

    tickets = Tickets(work)
    room = Storeroom(store, FEEDS, SOURCES, tickets=tickets)
    with pytest.raises(BabelwireError, match="no such source"):
        room.trigger(["none"])
    first = room.trigger(["s"])
    wait_for(room, first.id, "running")
    assert until(lambda: room.run(first.id).said) == "Translating to pt: 3 of 9 articles"
    second = room.trigger([])
    assert room.trigger([]).id == second.id  # one that waits for the same is the same
    assert room.run(second.id).state == "waiting"
    go.set()
    assert wait_for(room, first.id, "done").words == 5
    wait_for(room, second.id, "done")
    assert asked == [("s",), ()]
    tickets.close()


def test_a_pass_that_cannot_run_is_a_failed_one(store):
    def work(*_):
        raise BabelwireError("disk", "is full")

    tickets = Tickets(work)
    room = Storeroom(store, FEEDS, SOURCES, tickets=tickets)
    ended = wait_for(room, room.trigger([]).id, "failed")
    assert ended.failures == ("disk: is full",)
    tickets.close()


def test_without_a_desk_no_pass_is_triggered(room):
    with pytest.raises(BabelwireError, match="cannot be triggered"):
        room.trigger([])
