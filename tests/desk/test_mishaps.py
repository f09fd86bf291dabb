"""What one page, article or feed can do to the others: nothing, whatever breaks."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from pipeline.cli.context import open_store
from pipeline.compute import pages
from pipeline.config import load
from pipeline.desk import Collector, Desk, Report
from pipeline.desk.announcing import Announcing
from pipeline.desk.press import Press
from pipeline.errors import FetchError
from pipeline.ingest import Client
from pipeline.translate import Translator
from tests.conftest import PAGE, write_page
from tests.desk import town
from tests.ingest.site_under_test import Site

FOLDER = """
[[sources]]
id = "town"
kind = "folder"
path = "pages"
[[feeds]]
id = "first"
title = "First"
[[feeds]]
id = "second"
title = "Second"
"""


@pytest.fixture
def settings(tmp_path: Path, write_settings: Callable[..., Path]) -> Path:
    for slug in ("bad", "bridge", "market"):
        write_page(tmp_path / "pages", slug, f"The {slug} news", f"It was about the {slug}.")
    return write_settings(FOLDER)


def run(settings: Path) -> Report:
    loaded = load(settings)
    with open_store(loaded) as store:
        return Desk(loaded, store).run()


def published(settings: Path, feed: str = "first") -> set[str]:
    path = settings.parent / "output" / feed / "pt.json"
    text = path.read_text("utf-8") if path.exists() else ""
    return {slug for slug in ("bad", "bridge", "market") if f"news.example.org/{slug}" in text}


def feed_of(site: Site, *slugs: str) -> str:
    for slug in slugs:
        page = PAGE.format(language="en", slug=slug, title=slug, text=f"About {slug}.", day=2)
        site.page(f"/{slug}", page)
    return town.announce(site, *(f"/{slug}" for slug in slugs))


def test_a_page_that_breaks_the_extractor_is_a_line_in_the_report(settings, monkeypatch):
    whole = pages.extract

    def broken(content, url, **more):
        if b"about the bad" in content:
            raise RuntimeError("stumbled")
        return whole(content, url, **more)

    monkeypatch.setattr(pages, "extract", broken)
    report = run(settings)
    [line] = [str(one) for one in report.failures]
    assert "bad.html" in line and "stumbled" in line and "please report it" in line
    assert published(settings) == {"bridge", "market"}


def test_an_article_that_breaks_the_translator_stops_no_other(settings, monkeypatch):
    whole = Translator._plan

    def broken(self, article, *more):
        if article.url.endswith("/bad"):
            raise RuntimeError("stumbled")
        return whole(self, article, *more)

    monkeypatch.setattr(Translator, "_plan", broken)
    report = run(settings)
    lines = {str(one) for one in report.failures}
    assert len(lines) == 1 and "news.example.org/bad: its translation broke" in lines.pop()
    assert published(settings) == {"bridge", "market"}
    monkeypatch.undo()
    assert run(settings).exit_code == 0
    assert published(settings) == {"bad", "bridge", "market"}


def test_a_feed_that_cannot_be_built_stops_no_other(settings, monkeypatch):
    whole = Press.publish

    def broken(self, feed, language):
        if feed.id == "first":
            raise RuntimeError("stumbled")
        whole(self, feed, language)

    monkeypatch.setattr(Press, "publish", broken)
    report = run(settings)
    assert {one.thing for one in report.failures} == {"first/en", "first/pt"}
    assert published(settings, "second") == {"bad", "bridge", "market"}


TWO = """
[[sources]]
id = "other"
kind = "folder"
path = "pages"
"""


def test_a_source_that_breaks_its_visit_stops_no_other(write_settings, tmp_path, monkeypatch):
    for slug in ("bridge", "market"):
        write_page(tmp_path / "pages", slug, f"The {slug} news", f"It was about the {slug}.")
    settings = write_settings(FOLDER + TWO)
    whole = Announcing._plan

    def broken(self, source, *more, **others):
        if source.id == "other":
            raise OverflowError("stumbled")
        whole(self, source, *more, **others)

    monkeypatch.setattr(Announcing, "_plan", broken)
    report = run(settings)
    [line] = [str(one) for one in report.failures]
    assert line.startswith("other: the source broke babelwire") and "stumbled" in line
    assert report.failures[0].source == "other"
    assert published(settings) == {"bridge", "market"}


def test_a_thousand_failures_of_one_kind_are_a_few_lines():
    whole = Report(started=datetime.now(UTC))
    for source in ("a", "b"):
        part = Report(started=whole.started)
        for number in range(1_000):
            error = FetchError(f"https://example.org/{source}/{number}", "is not there (HTTP 404)")
            part.fail("fetch", error, source=source)
        for number in range(1_000):
            part.fail("extract", FetchError("x", f"reason {number}"), source=source)
        whole.merge(part)
    assert len(whole.failures) < 60
    assert sum(one.count + one.others for one in whole.failures) == 4_000
    assert any("and 997 more like it" in str(one) for one in whole.failures)
    assert Report.from_dict(whole.as_dict()).failures == whole.failures


def test_a_visit_stops_after_its_time_and_another_goes_on(site, write_settings):
    settings = load(write_settings(town.SETTINGS.format(url=feed_of(site, "one", "two", "three"))))
    with open_store(settings) as store, Client(settings.fetch) as client:
        desk = Desk(settings, store, client=client)
        source = settings.sources["town"]

        def visitor(patience: float) -> Collector:
            now = lambda: datetime.now(UTC)  # noqa: E731
            return Collector(store, client, settings.poll, now, Event(), patience)

        first = desk.visit(source, visitor(0)).sources["town"]
        assert (first.announced, first.new, first.left) == (3, 0, 3)
        second = desk.visit(source, visitor(60), left=2).sources["town"]
        assert (second.new, second.left) == (2, 0)
        assert len(site.asked("/feed.xml")) == 1


def test_pages_of_a_host_that_wants_to_be_left_alone_wait_without_a_word_each(site, write_settings):
    url = feed_of(site, "one", "two", "three")
    site.page("/two", "busy", status=503, Retry_After="3600")
    path = write_settings(town.SETTINGS.format(url=url))
    report = run(path)
    assert [one.thing for one in report.failures] == [site.url("/two")]
    tally = report.sources["town"]
    assert (tally.new, tally.failed, tally.left) == (1, 1, 1)
    assert 3_500 < tally.wait <= 3_600
    assert "left alone" in tally.notes[0]
    with open_store(load(path)) as store:
        states = store.references.counts()
    assert states == {("town", "done"): 1, ("town", "failed"): 1, ("town", "waiting"): 1}


def test_a_folder_that_is_not_there_stops_its_own_source_only(settings):
    extra = '\n[[sources]]\nid = "disk"\nkind = "folder"\npath = "not-mounted"\n'
    settings.write_text(settings.read_text("utf-8") + extra, "utf-8")
    report = run(settings)
    [line] = [str(one) for one in report.failures]
    assert "not-mounted" in line and "does not exist" in line and "create it, or correct" in line
    assert published(settings) == {"bad", "bridge", "market"}


def test_only_what_is_new_makes_a_pass_fail(settings):
    """A source, a page and a file that fail are told in each pass, as news once."""
    extra = '\n[[sources]]\nid = "disk"\nkind = "folder"\npath = "disk"\n'
    settings.write_text(settings.read_text("utf-8") + extra, "utf-8")
    output = settings.parent / "output"
    output.mkdir()
    (output / "first").write_text("a file where a folder should be")

    def failures() -> tuple[int, set[str], set[str]]:
        report = run(settings)
        known = {one.stage for one in report.failures if not one.new}
        return report.exit_code, {one.stage for one in report.failures if one.new}, known

    assert failures() == (1, {"discover", "publish"}, set())
    assert failures() == (0, set(), {"discover", "publish"})
    (settings.parent / "disk").mkdir()
    (output / "second" / "pt.rss").unlink()
    (output / "second" / "pt.rss").mkdir()
    assert failures() == (1, {"publish"}, {"publish"})
    assert failures() == (0, set(), {"publish"})
    (output / "first").unlink()
    (output / "second" / "pt.rss").rmdir()
    (settings.parent / "disk").rmdir()
    assert failures() == (1, {"discover"}, set())  # it had worked meanwhile
    assert failures() == (0, set(), {"discover"})


def test_a_page_that_fails_again_after_retry_is_no_news(settings):
    broken = settings.parent / "pages" / "broken.html"
    broken.write_text("<html><body><p>Hello.</p></body></html>")
    assert run(settings).exit_code == 1
    for _ in range(2):
        with open_store(load(settings)) as store:
            assert store.references.retry() == 1
        report = run(settings)
        assert [one.new for one in report.failures] == [False] and report.exit_code == 0
    write_page(settings.parent / "pages", "broken", "Whole again", "It was about the bridge.")
    assert run(settings).exit_code == 0
    broken.write_text("<html><body><p>Hello.</p></body></html>")
    assert run(settings).exit_code == 1  # it had worked meanwhile


@pytest.mark.parametrize(
    "sentence",
    [
        "We are currently down for maintenance. We will be back shortly.",
        "Aufgrund von Wartungsarbeiten nicht erreichbar.",
        "ただいまメンテナンス中です",
    ],
)
def test_a_page_of_a_site_that_is_maintained_is_tried_again_soon(site, write_settings, sentence):
    settings = write_settings(town.SETTINGS.format(url=feed_of(site, "bridge", "market")))
    site.page("/bridge", f"<html><title>{sentence}</title><h1>{sentence}</h1></html>")
    loaded, now = load(settings), datetime.now(UTC)
    with open_store(loaded) as store:
        report = Desk(loaded, store, clock=lambda: now).run()
        assert (report.sources["town"].failed, report.sources["town"].new) == (1, 1)
        [one] = store.references.failing()
        assert (one.state, one.retry_at) == ("failed", now + timedelta(minutes=5))
        assert "maintenance" in (one.error or "") and "tried again" in (one.error or "")
        feed_of(site, "bridge", "market")
        now += timedelta(minutes=6)
        assert Desk(loaded, store, clock=lambda: now).run().sources["town"].new == 1
        assert store.references.failing() == []
