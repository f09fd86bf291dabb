"""The pages for whoever runs the site: status, a source, and the forms that start work."""

from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from starlette.testclient import TestClient

from pipeline.article import Page, Reference, Source, Validators
from pipeline.desk import Report
from pipeline.desk.report import SourceReport
from pipeline.errors import BabelwireError
from pipeline.store import Store, sqlite_url
from pipeline.syndicate.pages import pagestrings
from pipeline.web import StoreBackend, Triggers, application, serverstrings, sourcedetails
from pipeline.web.backend import Pass
from pipeline.web.deskpages import SOURCES as SHOWN
from pipeline.web.deskpages import colours
from pipeline.web.sourcedetails import PAGE_SIZE
from tests.waiting import LONG, until
from tests.web.test_web_storebackend import FEEDS, NOW, SOURCES, fill
from tests.web.values import STATUS, tree

TOKEN = {"token": "s3cret"}
RUNNING = Pass(id="8", state="running", sources=("wire",), started=NOW, said="Reading 3 of 9 <b>")


@pytest.fixture
def store(tmp_path):
    with Store(sqlite_url(tmp_path / "state")) as opened:
        yield opened


def test_thirteen_languages_have_thirteen_colours(backend, client):
    codes = ["ar", "de", "en", "es", "fa", "fr", "he", "hi", "ja", "pt", "ru", "uk", "zh"]
    assert len({*colours(codes).values()}) == 13
    backend.status = lambda: replace(
        STATUS,
        languages=dict.fromkeys(codes, 2),
        per_day={"2026-03-01": dict.fromkeys(codes, 1), "2026-03-02": {"zh": 3, "": 1}},
    )
    page = tree(client.get("/status"))
    legend = page.xpath("//ul[@class='legend']//rect/@fill")
    assert len(legend) == len({*legend}) == 14
    names = [one.text_content().strip() for one in page.xpath("//ul[@class='legend']/li")]
    assert names[0] == "Unknown language" and names[-1] == "Chinese"
    bars = page.xpath("//table[@class='chart']//rect[@fill]/@fill")
    assert bars == legend[1:]  # a language has its colour in both charts
    titles = page.xpath("//*[@class='days']//rect/title/text()")
    assert "Chinese: 3" in titles and "Unknown language: 1" in titles


def test_a_number_of_articles_is_the_same_everywhere(store, tmp_path):
    for number in range(3):
        fill(store, number)
    (old,) = store.references.named("s", ["https://news.example.org/1"])
    elsewhere = Reference(source="s", url="https://news.example.org/moved")
    store.references.announce([elsewhere], NOW)  # a second address of a stored article
    (known,) = store.references.named("s", [elsewhere.url])
    store.articles.keep(
        known,
        Page(reference=known.reference, url=elsewhere.url, content=b"", validators=Validators()),
        store.articles.find(old.article),
        "https://news.example.org/1",
        NOW,
    )
    backend = StoreBackend(store, FEEDS, SOURCES, clock=lambda: NOW)
    status, (english, _) = backend.status(), backend.feeds()
    days = sum(sum(day.values()) for day in status.per_day.values())
    assert status.articles == status.sources[0].articles == days == 3
    assert status.languages["en"] == english.total == 3
    gone = StoreBackend(store, FEEDS, {}, clock=lambda: NOW).status()
    assert (gone.articles, gone.others) == (3, 3)
    page = TestClient(application(tmp_path, backend)).get("/status")
    cells = tree(page).xpath("//tr[th//a[@href='/source/s']]/td[@class='number']/text()")
    assert cells[0] == "3"


def test_problems_are_grouped_by_their_cause(client):
    (details,) = tree(client.get("/status")).xpath("//details")
    assert details.xpath("summary/text()") == ["Problems: 7"]
    assert details.xpath(".//ul[@class='problems']/li/a/@href") == ["/source/wire"]
    text = details.text_content()
    assert "The Wire" in text and "it broke <b>" in text and "×7" in text
    assert details.xpath(".//li/ul/li/text()") == ["https://x/1", "https://x/2", "and 5 more"]


def test_a_report_of_a_thousand_dead_links_is_one_problem(store):
    report = Report(started=NOW)
    for number in range(30):
        error = BabelwireError(f"https://x/{number}", "answers 404", "wait")
        report.fail("fetch", error, source="s")
    report.fail("fetch", BabelwireError("https://x/slow", "no answer"), source="s")
    report.fail("discover", BabelwireError("other", "answers 503"), source="other")
    run = store.passes.start(["s", "other"], NOW)
    store.passes.finish(run, report.as_dict(), 1, NOW)
    dead, slow, other = StoreBackend(store, FEEDS, SOURCES).status().passes[0].problems
    assert (dead.reason, dead.count, dead.remedies) == ("answers 404", 30, ("wait",))
    assert 0 < len(dead.things) <= 5
    assert (slow.count, slow.things) == (1, ("https://x/slow",))
    assert (other.source, other.things) == ("other", ())  # which names it


def test_what_many_sources_have_in_common_is_one_problem(store):
    report = Report(started=NOW)
    for number in range(200):
        reason = "answers 503" if number % 4 else "the host name is not known"
        error = BabelwireError(f"https://x{number}/", reason, "wait")
        report.fail("discover", error, source=f"s{number}")
    report.fail("discover", BabelwireError("s", "is no RSS or Atom feed"), source="s")
    run = store.passes.start(["s"], NOW)
    store.passes.finish(run, report.as_dict(), 1, NOW)
    backend = StoreBackend(store, FEEDS, SOURCES)
    problems = {one.reason: one for one in backend.status().passes[0].problems}
    assert {reason: one.count for reason, one in problems.items()} == {
        "answers 503": 150,
        "the host name is not known": 50,
        "is no RSS or Atom feed": 1,
    }
    assert problems["answers 503"].things[:2] == ("https://x1/", "https://x2/")
    assert [problems[reason].source for reason in problems] == ["", "", "s"]
    [visit] = backend.source("s", "", 1).visits  # tells what was its own
    assert [one.reason for one in visit.problems] == ["is no RSS or Atom feed"]


def many(number, **of):
    """The health of this many sources; that of some, by their numbers."""
    return tuple(
        replace(
            STATUS.sources[0],
            **{"id": f"s{one}", "title": f"Wire {one}", "failures": 0, "error": "", "pages": {}},
            **of.get(f"s{one}", {}),
        )
        for one in range(number)
    )


def names(page):
    return page.xpath("//tbody//th[@scope='row']/a/@href")


def test_the_status_page_shows_a_part_of_many_sources_those_with_problems_first(backend, client):
    ill = {
        "s70": {"pages": {"failed": 3}},
        "s90": {"silent": True},
        "s119": {"failures": 2, "error": "answers 503"},
        "s120": {"failures": 1, "error": "answers 404"},
    }
    found = tuple(replace(one, **ill.get(one.id, {})) for one in many(130))
    backend.status = lambda: replace(STATUS, sources=found, others=7)
    page = tree(client.get("/status"))
    others = [f"/source/s{number}" for number in range(130) if f"s{number}" not in ill]
    first = ["/source/s119", "/source/s120", "/source/s90", "/source/s70"]
    assert names(page) == [*first, *others[: SHOWN - 4]]
    figures = {one[0].text: one[1].text for one in page.xpath("//dl[@class='figures']/div")}
    assert (figures["Sources failing"], figures["Sources silent"]) == ("2", "1")
    assert figures["Failed pages"] == "3"  # of all, whichever are shown
    assert "1–50 / 130" in page.text_content()
    assert "not in the settings" not in page.text_content()
    [following] = page.xpath("//a[@rel='next']/@href")
    second = tree(client.get(f"/status{following}"))
    assert "51–100 / 130" in second.text_content()
    [last] = second.xpath("//a[@rel='next']/@href")
    third = tree(client.get(f"/status{last}"))
    assert [*names(page), *names(second), *names(third)] == [*first, *others]
    assert not third.xpath("//a[@rel='next']") and "not in the settings" in third.text_content()
    for missing in ("4", "0", "x"):
        assert client.get(f"/status?page={missing}").status_code == 404


def test_a_source_is_found_among_many_by_its_name(backend, client):
    titles = {"s3": {"title": "Évora <b>"}, "s99": {"title": "ÉVORA hoje"}}
    found = tuple(replace(one, **titles.get(one.id, {})) for one in many(130))
    backend.status = lambda: replace(STATUS, sources=found)
    assert tree(client.get("/status")).xpath("//form//input[@name='q']")
    page = tree(client.get("/status", params={"q": "évora"}))
    assert names(page) == ["/source/s3", "/source/s99"]
    assert page.xpath("//section//input[@name='q']/@value") == ["évora"]
    assert "1–2 / 2" in page.text_content() and "all (130)" in page.text_content()
    assert names(tree(client.get("/status?q=S12"))) == [
        f"/source/s{number}" for number in (12, *range(120, 130))
    ]
    [following] = tree(client.get("/status?q=wire")).xpath("//a[@rel='next']/@href")
    assert following == "?q=wire&page=2"
    backend.status = lambda: replace(STATUS, sources=found, passes=(RUNNING,))
    second = tree(client.get(f"/status{following}"))
    assert "51–100 / 128" in second.text_content()
    [follow] = second.xpath("//*[@role='status']//a/@href")
    moving = client.get(f"/status{follow}")
    assert moving.headers["refresh"] == "5" and names(tree(moving)) == names(second)
    nothing = tree(client.get("/status?q=<b>"))
    assert names(nothing) == ["/source/s3"]
    none = tree(client.get("/status?q=nobody"))
    assert names(none) == [] and "all (130)" in none.text_content()


def test_a_pass_over_many_sources_names_some_of_them(backend, client):
    over = Pass(id="9", state="done", sources=tuple(f"s{one}" for one in range(2000)), started=NOW)
    backend.status = lambda: replace(STATUS, passes=(over, replace(RUNNING, sources=over.sources)))
    page = tree(client.get("/status"))
    [row] = page.xpath("//tr[th='9']")
    assert "s0, s1, s2, s3, s4 and 1,995 more" in " ".join(row.text_content().split())
    [told] = page.xpath("//*[@role='status']")
    assert "s4 and 1,995 more" in told.text_content() and "s5," not in told.text_content()


def test_waiting_is_told_apart_from_failing(backend, client):
    backend.status = lambda: replace(STATUS, untranslated=0, held=4)
    figures = {
        one.xpath("dt")[0].text: (one.xpath("dd")[0].text, one.xpath("dd")[0].get("class"))
        for one in tree(client.get("/status")).xpath("//dl[@class='figures']/div")
    }
    assert figures["Waiting pages"] == ("2", None)
    assert figures["Waiting for a model"] == ("4", None)
    assert figures["Held back"] == ("4", None)
    assert figures["Sources failing"] == ("1", "bad")
    assert figures["Untranslated"] == ("0", None)


def test_the_status_page_follows_a_pass_on_request_and_until_it_ends(backend, client):
    assert "refresh" not in client.get("/status?follow=1").headers  # nothing runs
    backend.status = lambda: replace(STATUS, passes=(RUNNING, *STATUS.passes))
    still = client.get("/status")
    assert "refresh" not in still.headers  # a reader has not asked for it (WCAG 2.2, 2.2.1)
    (told,) = tree(still).xpath("//*[@role='status']")
    assert "Run 8 is running." in told.text_content() and "3 of 9 <b>" in told.text_content()
    (follow,) = told.xpath(".//a/@href")
    moving = client.get(f"/status{follow}")
    assert moving.headers["refresh"] == "5"
    (stop,) = tree(moving).xpath("//*[@role='status']//a/@href")
    assert "refresh" not in client.get(f"/status{stop}").headers


def test_who_started_a_pass_sees_it_through(backend, client):
    started = client.post("/status", data=TOKEN)  # which redirects
    assert started.headers["refresh"] == "5" and "Run t1 is running." in started.text
    backend.run = lambda run: Pass(id=run, state="done")
    again = client.get(str(started.url))
    assert "refresh" not in again.headers and "Run t1 has ended." in again.text
    backend.run = lambda run: None
    unknown = client.get("/status?run=<b>made-up&follow=1")
    assert "made-up" not in unknown.text and "refresh" not in unknown.headers


@pytest.mark.parametrize("path", ["/status", "/source/wire"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_wrong_token_gives_the_form_again(backend, client, path, language):
    asks = {"accept": "text/html", "accept-language": language}
    refused = client.post(path, data={"token": "x", "source": "wire"}, headers=asks)
    assert refused.status_code == 401 and backend.asked == []
    assert refused.headers["www-authenticate"].startswith("Bearer")
    page = tree(refused)
    (said,) = page.xpath("//form[@method='post']//*[@role='alert']")
    assert said.text == pagestrings.words(language)["refused"]
    (field,) = page.xpath("//input[@type='password']")
    assert field.get("aria-describedby") == said.get("id") and field.get("value") is None
    if path == "/status":
        assert page.xpath("//option[@selected]/@value") == ["wire"]
    for _ in range(10):
        slowed = client.post(path, data={"token": "x"}, headers=asks)
    assert slowed.status_code == 429 and int(slowed.headers["retry-after"]) <= 61
    assert tree(slowed).xpath("//input[@type='password']")


def test_a_source_has_a_page(client):
    page = tree(client.get("/source/wire"))
    assert page.xpath("//h1/bdi/text()") == ["The Wire"]
    text = page.text_content()
    assert "9 announced, 7 failed" in text and "the feed has moved" in text
    assert "the feed is repaired" in text and "answers 404 <b>" in text
    assert page.xpath("//td/a[@href='https://x/1']/text()") == ["العبّارة <الليلية>"]
    assert page.xpath("//td/a[@href='https://x/2']/text()") == ["https://x/2"]
    assert page.xpath("//a[@rel='next']/@href") == ["?state=failed&page=2"]
    done = tree(client.get("/source/wire?state=done&page=2"))
    assert done.xpath("//td/a[starts-with(@href, '/article/')]/@href") == [
        "/article/1/ar",
        "/article/1/en",
    ]
    assert not done.xpath("//a[@rel='next']")
    for missing in ("/source/none", "/source/wire?state=none", "/source/wire?page=0"):
        assert client.get(missing).status_code == 404
    assert "noindex" in client.get("/source/wire").text


@pytest.mark.parametrize("language", pagestrings.languages())
def test_the_page_of_a_source_speaks_every_language_that_pages_speak(client, language):
    page = tree(client.get("/source/wire", headers={"accept-language": language}))
    words = serverstrings.desk(language)
    assert page.get("lang") == language
    assert [one.text for one in page.xpath("//h2")] == [
        words[key] for key in ("notes", "retry", "last_visits", "pages")
    ]


def test_failed_pages_are_fetched_again_for_who_has_the_token(backend, client):
    asked = client.post("/source/wire", data=TOKEN, follow_redirects=False)
    assert asked.status_code == 303 and backend.asked == [["wire"]]
    assert asked.headers["location"] == "/source/wire?run=t1&again=3&follow=1"
    assert "3 pages are fetched again." in client.get(asked.headers["location"]).text
    assert client.post("/source/none", data=TOKEN).status_code == 404
    assert client.post("/source/wire", data={"token": ""}).status_code == 401
    assert client.get("/source/wire?again=<b>").status_code == 200


def test_without_a_token_in_the_settings_there_is_no_form(backend, tmp_path):
    client = TestClient(application(tmp_path, backend))
    for path in ("/status", "/source/wire"):
        assert not tree(client.get(path)).xpath("//form[@method='post']")
        assert client.post(path, data={"token": ""}).status_code == 405


def test_the_last_page_of_a_source_names_no_page_that_does_not_exist(store, monkeypatch):
    monkeypatch.setattr(sourcedetails, "LAST_PAGE", 1)
    urls = [f"https://news.example.org/x/{number}" for number in range(PAGE_SIZE + 1)]
    store.references.announce([Reference(source="s", url=url) for url in urls], NOW)
    shown = StoreBackend(store, FEEDS, SOURCES, clock=lambda: NOW).source("s", "waiting", 1)
    assert (len(shown.items), shown.more) == (PAGE_SIZE, False)


def test_a_source_is_shown_as_it_is_stored(store):
    sources = {**SOURCES, "s2": Source(id="s2", kind="folder", title="Other")}
    urls = [f"https://news.example.org/x/{number}" for number in range(PAGE_SIZE + 1)]
    store.references.announce([Reference(source="s", url=url) for url in urls], NOW)
    for known in store.references.named("s", urls):
        store.references.failed(known, "answers 404", None)
    done = fill(store, 1)
    report = Report(started=NOW, sources={"s": SourceReport(announced=3, left=1, notes=["moved"])})
    report.fail("fetch", BabelwireError("https://x/1", "answers 404"), source="s")
    report.fail("fetch", BabelwireError("https://y/1", "answers 404"), source="s2")
    for visited in (["s", "s2"], ["s2"], ["s"]):
        run = store.passes.start(visited, NOW)
        store.passes.finish(run, report.as_dict(), 1, NOW)
    backend = StoreBackend(store, FEEDS, sources, clock=lambda: NOW)
    first, last = backend.source("s", "", 1), backend.source("s", "", 2)
    assert (first.state, len(first.items), first.more) == ("failed", PAGE_SIZE, True)
    assert (len(last.items), last.more) == (1, False)
    assert {one.url for one in (*first.items, *last.items)} == {*urls}
    assert [one.run for one in first.visits] == ["3", "1"]
    assert first.visits[0].pages == {"announced": 3, "left": 1}
    assert first.visits[0].notes == ("moved",)
    assert [one.things for one in first.visits[0].problems] == [("https://x/1",)]
    (article,) = backend.source("s", "done", 1).items
    assert article.article == done and article.languages == ("ar", "en", "fr")
    assert backend.source("s2", "", 1).state == "done"  # nothing needs attention
    for missing in (("none", "", 1), ("s", "none", 1), ("s", "", 3), ("s", "", 0)):
        assert backend.source(*missing) is None


def test_a_retry_lets_pages_wait_again_and_starts_a_pass(store):
    go, asked = Event(), []

    def run(sources, say):
        asked.append(tuple(sources))
        assert go.wait(LONG)
        return Report(started=NOW)

    urls = ["https://news.example.org/a", "https://news.example.org/b"]
    store.references.announce([Reference(source="s", url=url) for url in urls], NOW)
    broken, empty = store.references.named("s", urls)
    store.references.failed(broken, "answers 404", NOW + timedelta(days=1))
    store.references.rejected(empty, Validators(), "is a list of links", NOW)
    triggers = Triggers(run)
    backend = StoreBackend(store, FEEDS, SOURCES, triggers=triggers)
    number, accepted = backend.retry("s")
    assert number == 2 and {one.state for one in store.references.named("s", urls)} == {"waiting"}
    until(lambda: asked == [("s",)])
    with pytest.raises(BabelwireError, match="no such source"):
        backend.retry("none")
    go.set()
    until(lambda: backend.run(accepted.id).state == "done")
    triggers.close()
    with pytest.raises(BabelwireError, match="cannot be triggered"):
        StoreBackend(store, FEEDS, SOURCES).retry("s")
