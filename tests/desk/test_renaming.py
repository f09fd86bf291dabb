"""A source whose id in the settings is changed keeps its articles."""

from pathlib import Path

import feedparser
import pytest

from pipeline.cli.context import open_store
from pipeline.config import load
from pipeline.desk import Desk, Report
from pipeline.desk.locks import held
from pipeline.desk.progress import NoProgress
from tests.desk import town

DAYS = ("Monday", "Tuesday", "Friday", "Sunday")
TEXT = "".join(
    f"<p>The council met on {day} and spoke of {{0}} for an hour, of its cost and its builders.</p>"
    for day in DAYS
)
STORY = f"<html lang='en'><title>{{0}}</title><article><h1>{{0}}</h1>{TEXT}</article></html>"
TITLES = ("The bridge", "The market", "The theatre")


def run(settings: Path, *only: str) -> Report:
    loaded = load(settings)
    with open_store(loaded) as store:
        return Desk(loaded, store).run(only)


def entries(settings: Path) -> dict[str, str]:
    content = (settings.parent / "output/news/en.atom").read_bytes()
    return {one.id: one.updated for one in feedparser.parse(content).entries}


@pytest.fixture
def settings(site, write_settings) -> Path:
    for number, title in enumerate(TITLES):
        site.page(f"/{number}", STORY.format(title))
    made = write_settings(town.announced(site, "/0", "/1", "/2"))
    assert run(made).sources["town"].new == 3
    return made


def renamed(settings: Path, old: str, new: str) -> None:
    settings.write_text(settings.read_text("utf-8").replace(f'id = "{old}"', f'id = "{new}"'))


def test_nothing_is_fetched_or_published_again(site, settings):
    before, asked = entries(settings), len(site.log)
    renamed(settings, "town", "village")
    report = run(settings)
    tally = report.sources["village"]
    assert (tally.new, tally.changed, report.failures) == (0, 0, [])
    assert any("`town`" in note for note in tally.notes)
    assert len(site.log) == asked + 1  # the feed; and that conditionally, or it would be read
    assert entries(settings) == before
    # Once is enough.
    assert not any("`town`" in note for note in run(settings).sources["village"].notes)


def test_feeds_lose_nothing_before_the_first_visit(site, settings, write_settings):
    before = entries(settings)
    renamed(settings, "town", "village")
    text = settings.read_text("utf-8")
    other = f'[[sources]]\nid = "other"\nkind = "feed"\nurl = "{site.url("/other.xml")}"\n[[feeds]]'
    settings.write_text(text.replace("[[feeds]]", other))
    site.page("/other.xml", "<rss version='2.0'><channel><title>O</title></channel></rss>")
    run(settings, "other")
    assert entries(settings) == before


def test_everything_that_is_stored_of_it_moves(settings):
    renamed(settings, "town", "village")
    loaded = load(settings)
    with open_store(loaded) as store:
        old = store.sources.state("town")
        Desk(loaded, store).begin([])
        assert store.sources.state("town").last_run is None
        assert store.sources.state("village") == old
        assert {source for source, _ in store.references.counts()} == {"village"}
        assert len(store.articles.latest("village", 9)) == 3
        assert store.articles.latest("town", 9) == []


@pytest.mark.parametrize(
    ("good", "bad"),
    [('kind = "feed"', 'kind = "index"'), ("/feed.xml", "/other.xml")],
    ids=["kind", "address"],
)
def test_one_of_another_kind_or_at_another_place_is_a_new_source(site, settings, good, bad):
    site.routes["/other.xml"] = site.routes["/feed.xml"]
    renamed(settings, "town", "village")
    settings.write_text(settings.read_text("utf-8").replace(good, bad))
    run(settings)
    with open_store(load(settings)) as store:
        assert {source for source, _ in store.references.counts()} >= {"town"}


def test_a_second_source_at_the_same_place_takes_nothing(settings):
    text = settings.read_text("utf-8")
    section = text[text.index("[[sources]]") : text.index("[[feeds]]")]
    settings.write_text(text.replace("[[feeds]]", section.replace("town", "village") + "[[feeds]]"))
    report = run(settings)
    assert report.sources["village"].announced == 3
    with open_store(load(settings)) as store:
        assert {source for source, _ in store.references.counts()} == {"town", "village"}


def test_an_id_that_has_articles_of_its_own_takes_none_of_another(settings):
    loaded = load(settings)
    with open_store(loaded) as store:
        assert not store.sources.rename("town", "town")
        assert not store.sources.rename("nobody", "village")
        assert store.sources.rename("town", "village")
        assert not store.sources.rename("town", "village")


def test_a_desk_that_stops_waits_for_no_visit_of_the_old_id(settings):
    renamed(settings, "town", "village")
    loaded = load(settings)
    with open_store(loaded) as store, held(loaded.state_dir, "source-town", NoProgress()):
        desk = Desk(loaded, store)
        desk.stop()
        assert desk.run().interrupted
    assert run(settings).sources["village"].new == 0  # at the next start
