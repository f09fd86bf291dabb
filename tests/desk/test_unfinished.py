"""What a visit has left is gone on with, to its end; what was torn on the disk is written again."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from pipeline.article import Reference
from pipeline.cli.context import open_store
from pipeline.cli.overview import overview
from pipeline.config import Settings, load
from pipeline.desk import Collector, Desk, Report, collector, reextract
from pipeline.desk.progress import NoProgress
from pipeline.ingest import Client
from pipeline.keywords import Rules
from pipeline.store import Store
from tests.conftest import PAGE, write_page
from tests.desk import town
from tests.ingest.site_under_test import Site

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SLUGS = [f"page{number}" for number in range(6)]


def feed_of(site: Site) -> str:
    for slug in SLUGS:
        page = PAGE.format(language="en", slug=slug, title=slug, text=f"About {slug}.", day=2)
        site.page(f"/{slug}", page)
    return town.announce(site, *(f"/{slug}" for slug in SLUGS))


class SlowRules(Rules):
    """Rules of which one took too long."""

    def __init__(self, *rules) -> None:
        super().__init__(*rules)
        self.slow.append("slow")


class Visitor:
    """Visits a source whose pages take a second each, where a visit takes two and a half."""

    def __init__(
        self, settings: Settings, store: Store, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.source = settings.sources["town"]
        self.store = store
        self.now = NOW
        self.stopping = Event()
        self.stop_after = 1000  # pages
        self.fetched: list[str] = []
        self._seconds = 0.0
        self._collector = Collector(
            store, client, settings.poll, lambda: self.now, self.stopping, 2.5
        )
        monkeypatch.setattr(collector, "monotonic", lambda: self._seconds)
        whole = collector.fetch

        def fetch(reference: Reference, *more):
            self.fetched.append(reference.url.rsplit("/", 1)[1].removesuffix(".html"))
            self._seconds += 1
            if len(self.fetched) >= self.stop_after:
                self.stopping.set()
            return whole(reference, *more)

        monkeypatch.setattr(collector, "fetch", fetch)

    def visit(self) -> int:
        """How many pages a visit has left."""
        self.fetched.clear()
        return self._left(self._collector.visit(self.source))

    def go_on(self) -> int:
        """How many pages the next visit, which goes on with what is left, has left."""
        return self._left(self.continued())

    def continued(self) -> Report:
        """The report of the next visit, which goes on with what is left."""
        self.fetched.clear()
        left = self.store.sources.state("town").left
        return self._collector.continue_visit(self.source, left)

    def _left(self, report: Report) -> int:
        left = report.sources["town"].left
        assert self.store.sources.state("town").left == left
        return left


@pytest.fixture
def of_feed(site, write_settings, monkeypatch) -> Iterator[Visitor]:
    settings = load(write_settings(town.SETTINGS.format(url=feed_of(site))))
    with open_store(settings) as store, Client(settings.fetch) as client:
        yield Visitor(settings, store, client, monkeypatch)


@pytest.fixture
def of_folder(write_settings, tmp_path, monkeypatch) -> Iterator[Visitor]:
    for slug in SLUGS:
        write_page(tmp_path / "pages", slug, slug, f"About {slug}.")
    tables = '[[sources]]\nid = "town"\nkind = "folder"\npath = "pages"\n'
    settings = load(write_settings(tables + '[[feeds]]\nid = "news"\ntitle = "News"\n'))
    with open_store(settings) as store, Client(settings.fetch) as client:
        yield Visitor(settings, store, client, monkeypatch)


def test_a_stopped_visit_has_left_what_it_did_not_fetch(of_feed):
    of_feed.stop_after = 2
    assert of_feed.visit() == 4 and of_feed.fetched == SLUGS[:2]
    state = of_feed.store.sources.state("town")
    assert (state.visit_at, state.resume_at) == (NOW, NOW)
    of_feed.stopping.clear()
    of_feed.stop_after = 1000
    of_feed.now += timedelta(hours=1)
    assert of_feed.go_on() == 1 and of_feed.fetched == SLUGS[2:5]
    assert of_feed.go_on() == 0 and of_feed.fetched == SLUGS[5:]
    state = of_feed.store.sources.state("town")
    assert (state.left, state.visit_at, state.resume_at) == (0, None, None)


def test_a_killed_visit_has_left_its_pages(of_feed, monkeypatch):
    class Killed(BaseException):
        pass

    def fetch(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(collector, "fetch", fetch)
        with pytest.raises(Killed):
            of_feed.visit()
    assert of_feed.store.sources.state("town").left == len(SLUGS)
    assert of_feed.go_on() == 3 and of_feed.fetched == SLUGS[:3]


def test_a_visit_that_goes_on_tells_of_slow_rules(of_feed, monkeypatch):
    monkeypatch.setattr(collector, "Rules", SlowRules)
    of_feed.visit()
    [failure] = of_feed.continued().failures
    assert '"slow"' in str(failure) and str(failure).startswith("town: ")


def test_a_list_longer_than_a_visit_is_looked_at_to_its_end(of_folder):
    assert [of_folder.visit(), of_folder.go_on()] == [3, 0]
    for _ in range(3):
        of_folder.now += timedelta(hours=1)
        assert of_folder.visit() == 3
        first = of_folder.fetched[:]
        assert of_folder.go_on() == 0
        assert sorted(first + of_folder.fetched) == SLUGS


def test_a_page_that_fails_takes_no_other_pages_turn(of_folder, tmp_path):
    for slug in SLUGS[:2]:
        (tmp_path / "pages" / f"{slug}.html").write_text("<html><body><p>Hello.")
    assert [of_folder.visit(), of_folder.go_on()] == [3, 0]
    of_folder.now += timedelta(hours=1)
    assert of_folder.visit() == 3
    first = of_folder.fetched[:]
    assert of_folder.go_on() == 0
    assert sorted(first + of_folder.fetched) == SLUGS


def test_who_was_not_looked_at_for_longest_comes_first(of_folder):
    assert [of_folder.visit(), of_folder.go_on()] == [3, 0]
    of_folder.now += timedelta(hours=1)
    of_folder.visit()
    rest = sorted({*SLUGS} - {*of_folder.fetched})
    of_folder.now += timedelta(hours=1)
    of_folder.visit()  # the daemon was told to, before it went on
    assert sorted(of_folder.fetched) == rest


FOLDER = """
[[sources]]
id = "town"
kind = "folder"
path = "pages"
[[feeds]]
id = "news"
title = "News"
archive = true
limit = 1
languages = ["en"]
"""


@pytest.fixture
def place(tmp_path: Path, write_settings: Callable[..., Path]) -> Path:
    for slug in ("bridge", "market", "school"):
        write_page(tmp_path / "pages", slug, f"The {slug}", f"It was about the {slug}.")
    return write_settings(FOLDER, 'base_url = "https://wire.example.org"')


def run(path: Path) -> Report:
    settings = load(path)
    with open_store(settings) as store:
        return Desk(settings, store).run()


@pytest.mark.parametrize("kind", ["cut short", "zeros", "empty", "gone"])
def test_a_torn_file_is_written_by_the_next_pass(place, kind):
    run(place)
    assert run(place).written == []
    output = place.parent / "output"
    newest = max(output.glob("news/en.archive-*.rss"))
    torn = ["news/en.rss", "news/en.json", str(newest.relative_to(output))]
    whole = {name: (output / name).read_bytes() for name in torn}
    for name, content in whole.items():
        if kind == "gone":
            (output / name).unlink()
        else:
            kept = {"cut short": content[:100], "zeros": bytes(len(content)), "empty": b""}
            (output / name).write_bytes(kept[kind])
    assert {*torn} <= {*run(place).written}
    assert {name: (output / name).read_bytes() for name in torn} == whole
    assert run(place).written == []


def test_extracting_again_leaves_what_is_known_of_fetching(place):
    run(place)
    settings = load(place)
    with open_store(settings) as store:
        known = store.references.named(
            "town", [one.reference.url for one, _ in store.articles.pages("town")]
        )
        store.references.gone(known[0], "is not there", NOW)
        store.references.failed(known[1], "no answer", NOW + timedelta(hours=1))

        def rows() -> list[tuple[object, ...]]:
            with store.database.read() as connection:
                found = []
                for table in ('"references"', "pages"):
                    found += connection.exec_driver_sql(f"SELECT * FROM {table}").all()
                return [tuple(row) for row in found]

        before, gone = rows(), store.articles.gone()
        with store.database.write() as connection:
            connection.exec_driver_sql("UPDATE articles SET html = 'old', digest = 'old'")
        report = reextract(settings, store, ["town"], NoProgress(), lambda: NOW + timedelta(days=9))
        assert report.sources["town"].changed == 3
        assert rows() == before and store.articles.gone() == gone


def test_a_killed_pass_is_unfinished_and_a_running_one_runs(place):
    settings = load(place)
    with open_store(settings) as store:
        store.passes.start(["town"], NOW)  # and was killed
        desk = Desk(settings, store)
        running = desk.begin([])

        def states() -> dict[int, str]:
            found = json.loads(json.dumps(overview(settings, store)["passes"]))
            return {one["pass"]: one["state"] for one in found}

        assert states() == {1: "unfinished", 2: "running"}
        desk.finish(running)
        stopped = Desk(settings, store)
        stopped.stop()
        stopped.run()
        assert states() == {1: "unfinished", 2: "done", 3: "unfinished"}
