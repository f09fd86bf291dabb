"""When sources had their articles, and what is stored of each: of all of them at once."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.article import Article, Page, Reference
from pipeline.desk.silence import Rhythm, rhythms
from pipeline.store import SourceMove, SourceState, Store
from tests.store.databases import KINDS, fresh

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    with Store(fresh(request.param, tmp_path)) as one:
        yield one


def announced(store, source: str, *days_ago: float) -> None:
    for number, ago in enumerate(days_ago):
        url = f"https://news.example/{source}/{number}"
        reference = Reference(source=source, url=url)
        store.references.announce([reference], NOW)
        [known] = store.references.named(source, [url])
        date = NOW - ago * DAY
        article = Article(url=url, title=url, html="", text="", published=date)
        page = Page(reference=reference, url=url, content=b"x")
        store.articles.keep(known, page, article, url, NOW)


def test_the_last_days_of_each_source_are_those_of_its_last_articles(store):
    announced(store, "often", 1, 1.1, 1.2, 2, 3, 4)
    announced(store, "seldom", 5, 40)
    announced(store, "other", 0)
    asked = ["seldom", "often", "nothing \" ' é"]
    assert store.dates.latest([*asked, "other"]) == {
        "often": (NOW - DAY, NOW - 1.1 * DAY),
        "seldom": (NOW - 5 * DAY, NOW - 40 * DAY),
        "other": (NOW, None),
    }
    assert store.dates.latest([]) == store.dates.days([], 5, 5) == {}
    seldom = [(NOW - 5 * DAY, 1), (NOW - 40 * DAY, 1)]
    often = [(NOW - DAY, 3), (NOW - 2 * DAY, 1), (NOW - 3 * DAY, 1), (NOW - 4 * DAY, 1)]
    assert store.dates.days(asked, 6, 9) == {"often": often, "seldom": seldom}
    assert store.dates.days(asked, 4, 9) == {"often": often[:2], "seldom": seldom}
    assert store.dates.days(asked, 6, 1) == {"often": often[:1], "seldom": seldom[:1]}


def test_articles_of_the_same_date_as_the_last_one_are_counted(store):
    announced(store, "s", 1, 2, 2, 2, 3)
    assert store.dates.days(["s"], 2, 9) == {"s": [(NOW - DAY, 1), (NOW - 2 * DAY, 3)]}


def test_who_is_silent_is_the_same_whether_all_are_measured_or_not(store):
    announced(store, "daily", *range(1, 12))
    announced(store, "stopped", *range(20, 31))
    announced(store, "weekly", *range(6, 90, 7))
    announced(store, "once", 50)
    announced(
        store, "bursts", *(7 + 30 * month + hour / 24 for month in range(6) for hour in (0, 3))
    )
    announced(store, "burst out", *(200 + 9 * week for week in range(8) for _ in range(2)))
    names = ("daily", "stopped", "weekly", "once", "bursts", "burst out", "nothing")
    looked = {"asked no more": None} | dict.fromkeys(names, NOW)
    announced(store, "asked no more", *range(20, 31))
    few, all_ = rhythms(store, looked), rhythms(store, looked, measured=True)
    assert few["nothing"] == all_["nothing"] == Rhythm()
    assert {name: (one.newest, one.silent) for name, one in few.items()} == {
        name: (one.newest, one.silent) for name, one in all_.items()
    }
    assert [name for name, one in few.items() if one.silent] == ["stopped", "burst out"]
    assert {name: one.every for name, one in all_.items() if one.every} == {
        "daily": DAY,
        "stopped": DAY,
        "weekly": 7 * DAY,
        "bursts": 30 * DAY,
        "burst out": 9 * DAY,
        "asked no more": DAY,
    }
    assert few["stopped"] == all_["stopped"]


def test_the_states_of_all_sources_are_those_of_each(store):
    move = SourceMove(asked="https://a/", url="https://b/", since=NOW)
    store.sources.succeeded("s", SourceState(last_success=NOW, notes=("moved",), move=move))
    store.sources.learn("s", ["a paragraph"])
    store.sources.failed("t", "no answer", NOW)
    assert store.sources.states() == {name: store.sources.state(name) for name in ("s", "t")}
    assert store.sources.states()["t"].failures == 1
