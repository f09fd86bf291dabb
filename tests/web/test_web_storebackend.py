"""The backend of the pages over a real store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from starlette.testclient import TestClient

from pipeline.article import Article, FeedSpec, Page, Reference, Source, Translation, Validators
from pipeline.config import load
from pipeline.desk import Report, decisions
from pipeline.desk.waiting import lacked
from pipeline.errors import BabelwireError
from pipeline.store import Key, Store, sqlite_url
from pipeline.syndicate.pages import article_view
from pipeline.web import StoreBackend, Triggers, application
from tests.syndicate.feed_rules import problems
from tests.waiting import LONG, until

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCES = {"s": Source(id="s", kind="folder", title="The Wire", every=60.0)}
FEEDS = (FeedSpec(id="world", title="World", sources=("s",), languages=("en", "ar")),)

WAITING = """
[[sources]]
id = "s"
kind = "folder"
path = "pages"
[[feeds]]
id = "f"
title = "F"
languages = ["sw"]
"""


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
def backend(store):
    return StoreBackend(store, FEEDS, SOURCES, clock=lambda: NOW)


def test_feeds_show_their_latest_entries_and_numbers(store, backend):
    ids = [fill(store, number) for number in range(7)]
    english, arabic = backend.feeds()
    assert (english.language, english.total, english.updated) == ("en", 7, NOW)
    assert [one.article for one in arabic.latest] == ids[:5]
    assert english.latest[0].source == "The Wire"


def test_a_feed_is_paged_without_gaps(store, backend):
    ids = [fill(store, number) for number in range(26)]
    first, older = backend.entries("world", "en")
    second, last = backend.entries("world", "en", older)
    assert [one.article for one in (*first.latest, *second.latest)] == ids
    assert older and not last
    assert backend.entries("world", "en", str(Key(NOW - timedelta(days=99), NOW, ids[0]))) is None
    assert backend.entries("world", "en", "1") is None
    assert backend.entries("world", "fr") is None and backend.entries("none", "en") is None


def test_a_list_is_read_on_where_it_was_left_although_articles_arrived(store, backend):
    ids = [fill(store, number) for number in range(30)]
    _, older = backend.entries("world", "en")
    fill(store, -1)
    second, _ = backend.entries("world", "en", older)
    assert [one.article for one in second.latest] == ids[25:]


def test_an_article_comes_with_its_original_and_only_published_languages(store, backend):
    name = fill(store, 1)
    view = backend.article(name, "ar")
    assert view.languages == ("ar", "en")
    assert view.pairs == (("<p>العبّارة.</p>", "<p>The ferry.</p>"),)
    assert (view.original_title, view.original_language) == ("Ferry 1", "en")
    assert "الإنجليزية" in view.note and "<" not in view.note
    own = backend.article(name, "en")
    assert (own.by_machine, own.note, own.pairs) == (False, "", None)
    assert backend.article(name, "fr") is None and backend.article("none", "ar") is None


def test_titles_are_plain_lines_and_local_addresses_are_not_told(store, backend):
    entry = decisions.to_entry(store.browsing.article(fill(store, 1), "ar"), SOURCES)
    shown = article_view(
        replace(entry, title="Q&amp;A\n\u202eb", url="file:///home/ada/a.html", image="data:x"),
        "1",
        ["ar"],
    )
    assert (shown.title, shown.url, shown.image) == ("Q&A \u202eb\u202c", "", "")


def test_what_a_page_shows_passes_the_allow_list(store, backend, tmp_path):
    name = fill(store, 1, '<p onclick="x()">a<script>alert(1)</script></p><form>b</form>')
    page = TestClient(application(tmp_path, backend)).get(f"/article/{name}/ar")
    assert page.status_code == 200
    assert not [bad for bad in ("<script", "onclick", "alert") if bad in page.text]


def test_search_finds_published_languages_only(store, backend):
    name = fill(store, 1)
    found, more, _ = backend.search("ferry", "", 1)
    assert ([(one.article, one.language) for one in found], more) == ([(name, "en")], False)
    assert backend.search("bac", "", 1) == ([], False, 0)
    assert backend.search("ferry", "ar", 1) == ([], False, 0)
    assert backend.search("bac", "fr", 1) == ((), False, 0)  # there, and not published


def test_what_is_found_is_paged_without_gaps(store, backend):
    ids = {fill(store, number) for number in range(27)}
    first, more, _ = backend.search("ferry", "en", 1)
    second, last, _ = backend.search("ferry", "en", 2)
    assert (len(first), more, len(second), last) == (25, True, 2, False)
    assert {one.article for one in (*first, *second)} == ids
    assert backend.search("ferry", "en", 3) == ([], False, 27)


def test_a_list_of_feeds_has_the_address_at_which_it_is_asked_for(store, backend, tmp_path):
    client = TestClient(application(tmp_path, backend), base_url="https://wire.example.org:8443")
    answer = client.get("/feeds.opml")
    assert answer.headers["content-type"] == "text/x-opml; charset=utf-8"
    assert problems(answer.content) == []
    assert b'xmlUrl="https://wire.example.org:8443/world/ar.rss"' in answer.content
    assert b"/en.rss" not in client.get("/feeds.ar.opml").content
    assert client.get("/feeds.xx.opml").status_code == 404
    (tmp_path / "feeds.opml").write_text("<opml/>")
    assert client.get("/feeds.opml").text == "<opml/>"  # as published, where it is


def test_status_counts_what_is_there(store, backend, tmp_path):
    fill(store, 1)
    run = store.passes.start(["s"], NOW)
    store.sources.failed("s", "no answer", NOW)
    status = backend.status()
    assert (status.articles, status.languages["ar"], len(status.per_day)) == (1, 1, 14)
    assert status.per_day["2026-03-01"] == {"en": 1}  # once, as it was written
    assert status.sources[0].articles == 1 and status.others == 0
    assert (status.sources[0].failures, status.sources[0].error) == (1, "no answer")
    assert (status.sources[0].every, status.sources[0].cron) == (60, "")
    assert (status.passes[0].id, status.passes[0].state) == (str(run), "unfinished")
    store.passes.finish(run, {"seconds": {"fetch": 1.0}, "words": 9}, 1, NOW)
    assert (backend.run(str(run)).state, backend.run(str(run)).words) == ("failed", 9)
    assert backend.run("99") is None and backend.run("²") is None and backend.run("9" * 40) is None
    assert TestClient(application(tmp_path, backend)).get("/status").status_code == 200
    assert backend.ready()


def test_the_status_page_says_which_articles_wait_for_which_model(store, tmp_path, write_settings):
    fill(store, 1)
    settings = load(write_settings(WAITING))
    backend = StoreBackend(store, FEEDS, SOURCES, lacking=lambda: lacked(settings, store))
    page = TestClient(application(tmp_path, backend)).get("/status")
    assert "<code" in page.text and "babelwire models install en sw</code>" in page.text


def wait_for(backend, name, state):
    until(lambda: backend.run(name).state == state, f"the pass's being {state}")
    return backend.run(name)


def test_a_triggered_pass_runs_in_the_background_and_is_followed(store):
    go, asked = Event(), []

    def work(sources, say):
        asked.append(tuple(sources))
        say("Translating to pt: 3 of 9 articles")
        assert go.wait(LONG)
        report = Report(started=NOW)
        report.words = 5
        return report

    triggers = Triggers(work)
    backend = StoreBackend(store, FEEDS, SOURCES, triggers=triggers)
    with pytest.raises(BabelwireError, match="no such source"):
        backend.trigger(["none"])
    first = backend.trigger(["s"])
    wait_for(backend, first.id, "running")
    assert until(lambda: backend.run(first.id).said) == "Translating to pt: 3 of 9 articles"
    second = backend.trigger([])
    assert backend.trigger([]).id == second.id  # one that waits for the same is the same
    assert backend.run(second.id).state == "waiting"
    go.set()
    assert wait_for(backend, first.id, "done").words == 5
    wait_for(backend, second.id, "done")
    assert asked == [("s",), ()]
    triggers.close()


def test_a_pass_that_cannot_run_is_a_failed_one(store):
    def work(*_):
        raise BabelwireError("disk", "is full")

    triggers = Triggers(work)
    backend = StoreBackend(store, FEEDS, SOURCES, triggers=triggers)
    ended = wait_for(backend, backend.trigger([]).id, "failed")
    assert ended.failures == ("disk: is full",)
    triggers.close()


def test_without_a_desk_no_pass_is_triggered(backend):
    with pytest.raises(BabelwireError, match="cannot be triggered"):
        backend.trigger([])
