"""Every requested pass is answered: by its report, or by the reason why there is none."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from pipeline.cli.context import open_store
from pipeline.config import Settings, load
from pipeline.daemon.requested import RequestedPasses
from pipeline.desk import Desk, Report
from pipeline.desk.progress import unwatched
from pipeline.errors import BabelwireError, StoreError
from pipeline.ingest import Client
from pipeline.store import PassRequest, Store
from tests.conftest import write_page

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TABLES = """
[[sources]]
id = "town"
kind = "folder"
path = "pages"
[[feeds]]
id = "news"
title = "News"
languages = ["en"]
"""


class Passes:
    """A daemon's part that makes requested passes."""

    def __init__(self, settings: Settings, store: Store, client: Client) -> None:
        self.store = store
        self.stopping = Event()
        self.done: list[Report] = []
        self._settings = settings
        self._client = client
        self._desk = Desk(settings, store, client=client)
        self._passes = RequestedPasses(store, self.stopping, unwatched)

    def make_next(self) -> None:
        self._passes.make_next(self._settings, self._client, self._desk, self.done.append)

    def stop(self) -> None:
        self.stopping.set()
        self._desk.stop()

    def ask(self, *sources: str) -> int:
        return self.store.pass_requests.add(sources, False, NOW)

    def answer(self, request: int) -> PassRequest:
        found = self.store.pass_requests.get(request)
        assert found is not None
        return found


@pytest.fixture
def place(tmp_path: Path, write_settings) -> Path:
    write_page(tmp_path / "pages", "bridge", "The bridge is repaired", "It was about time.")
    return write_settings(TABLES)


@pytest.fixture
def passes(place: Path) -> Iterator[Passes]:
    settings = load(place)
    with open_store(settings) as store, Client(settings.fetch) as client:
        yield Passes(settings, store, client)


def test_passes_are_made_one_after_the_other(passes):
    first, second = passes.ask("town"), passes.ask()
    passes.make_next()
    assert passes.answer(first).number == 1 and passes.answer(second).finished_at is None
    passes.make_next()
    assert passes.answer(second).number == 2
    assert [report.number for report in passes.done] == [1, 2]
    passes.make_next()  # there is none
    assert len(passes.done) == 2


def test_a_pass_that_cannot_be_made_is_answered_with_the_reason(passes):
    request = passes.ask("nowhere")
    with pytest.raises(BabelwireError):
        passes.make_next()
    answer = passes.answer(request)
    assert answer.finished_at is not None and answer.number is None
    assert "nowhere: there is no such source" in answer.progress


def test_a_packages_folder_that_cannot_be_used_fails_the_translation_not_the_pass(place, tmp_path):
    (tmp_path / "packages").write_text("a file where a folder should be")
    text = place.read_text("utf-8")
    start = text.index("packages_dir")
    line = text[start : text.index("\n", start)]
    place.write_text(text.replace(line, 'packages_dir = "../packages"'), "utf-8")
    settings = load(place)
    with open_store(settings) as store, Client(settings.fetch) as client:
        passes = Passes(settings, store, client)
        request = passes.ask()
        passes.make_next()
        answer = passes.answer(request)
        assert answer.finished_at is not None and answer.number == 1
    [failure] = passes.done[0].failures
    assert failure.stage == "translate" and "packages" in failure.thing
    assert passes.done[0].sources["town"].new == 1


def test_a_pass_that_is_stopped_waits_for_the_next_start(passes, place):
    request = passes.ask()
    passes.stop()
    passes.make_next()
    assert passes.answer(request).started_at is None
    passes.stopping.clear()  # it was taken just before the signal
    passes.make_next()
    passes.stopping.set()
    settings = load(place)
    with Client(settings.fetch) as client:
        other = Passes(settings, passes.store, client)
        passes.store.pass_requests.restart()
        if passes.answer(request).finished_at is None:
            other.make_next()
    assert passes.answer(request).number is not None


def test_an_answer_that_could_not_be_written_is_written_later(passes, monkeypatch):
    request = passes.ask()
    store = passes.store.pass_requests

    def locked(*_):
        raise StoreError("the database", "is locked by another process", retry=True)

    with monkeypatch.context() as patch:
        patch.setattr(store, "finish", locked)
        passes.make_next()
    assert passes.answer(request).finished_at is None
    passes.make_next()
    assert passes.answer(request).number == 1
