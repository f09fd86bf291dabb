"""A hub that fails is notified again by itself, at growing intervals, without any pass."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline import syndicate
from pipeline.article import FeedSpec
from pipeline.daemon.hubwatch import HubWatch
from pipeline.desk import hubs
from pipeline.errors import PublishError, StoreError
from pipeline.store import Store, sqlite_url

FEED = FeedSpec(
    id="news",
    title="News",
    sources=("s",),
    languages=("en",),
    formats=("rss",),
    base_url="https://example.org",
    hub="https://hub.example",
)
FILE = "news/en.rss"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Hub:
    """Counts what it is told; fails as long as `down`."""

    def __init__(self) -> None:
        self.down = False
        self.told: list[tuple[str, list[str]]] = []

    def __call__(self, hub: str, topics: list[str]) -> None:
        self.told.append((hub, topics))
        if self.down:
            raise PublishError(f"hub {hub}", "did not answer", retry=True)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Hub:
    hub = Hub()
    monkeypatch.setattr(syndicate, "ping", hub)
    return hub


def test_a_hub_that_fails_is_notified_again_at_growing_intervals(tmp_path: Path, hub: Hub) -> None:
    now = 0.0
    with Store(sqlite_url(tmp_path)) as store:
        watch = HubWatch(store, lambda: now)
        watch.run([FEED])
        assert hub.told == []
        store.publications.wrote(FILE, "1", NOW, b"one")
        hub.down = True
        watch.wake()
        times = []
        while len(times) < 9:
            before = len(hub.told)
            watch.run([FEED])
            watch.wake()  # as each pass does
            watch.run([FEED])
            if len(hub.told) > before:
                assert len(hub.told) == before + 1
                times.append(now)
            now += 30
        pauses = [after - before for before, after in pairwise(times)]
        assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600]
        assert hubs.lines(hubs.owed([FEED], store)) == [
            "hub https://hub.example: 1 file to be announced"
        ]
        hub.down = False
        now += 3600
        watch.run([FEED])
        assert hub.told[-1] == ("https://hub.example", ["https://example.org/news/en.rss"])
        told = len(hub.told)
        watch.wake()
        watch.run([FEED])
        assert len(hub.told) == told and hubs.owed([FEED], store) == {}


def test_a_hub_that_fails_is_not_in_the_way_of_another(tmp_path: Path, hub: Hub) -> None:
    other = replace(FEED, id="other", hub="https://other.example")
    with Store(sqlite_url(tmp_path)) as store:
        for feed in ("news", "other"):
            store.publications.wrote(f"{feed}/en.rss", "1", NOW, b"one")
        watch = HubWatch(store)
        hub.down = True
        watch.run([FEED])
        hub.down = False
        watch.wake()
        watch.run([FEED, other])
        assert [name for name, _ in hub.told] == ["https://hub.example", "https://other.example"]
        assert list(hubs.owed([FEED, other], store)) == ["https://hub.example"]


def test_a_database_that_is_locked_for_a_while_delays_the_hub_and_no_more(
    tmp_path: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    with Store(sqlite_url(tmp_path)) as store:
        watch = HubWatch(store, lambda: now)
        store.publications.wrote(FILE, "1", NOW, b"one")
        for name in ("fingerprints", "wrote"):  # when it looks, and when it notes what it told

            def locked(*_: object) -> None:
                raise StoreError("the database", "is locked by another process", retry=True)

            with monkeypatch.context() as patch:
                patch.setattr(store.publications, name, locked)
                with pytest.raises(StoreError):
                    watch.run([FEED])
            told = len(hub.told)
            watch.run([FEED])
            assert len(hub.told) == told  # not at once
            now += 61
        watch.run([FEED])
        assert len(hub.told) == 2  # the second time because the first was not noted
        now += 10_000
        watch.run([FEED])
        assert len(hub.told) == 2
