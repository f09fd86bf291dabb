"""An article that arrives with an old date is in the feed that its subscribers poll."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest

from pipeline.article import Article, Page, Reference, Translation
from pipeline.cli.context import open_store
from pipeline.config import Settings, load
from pipeline.desk import Desk, Report, decisions
from pipeline.desk.press import Press
from pipeline.store import Limits, Store
from pipeline.syndicate.pages import article_page, article_view
from pipeline.web import Server, application
from tests.ingest.site_under_test import Site, running_site
from tests.web.newsboat import Newsboat

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
LIMIT = 4
SETTINGS = """host_delay = 0
[[sources]]
id = "town"
kind = "feed"
url = "{url}"
[[sources]]
id = "port"
kind = "feed"
url = "{url}"
[[feeds]]
id = "news"
title = "News"
limit = 4
languages = ["en"]
[[feeds]]
id = "port"
title = "Port"
sources = ["port"]
limit = 4
languages = ["en"]
"""
TEXT = "".join(
    f"<p>The council of the town has met again to speak about {what}, which many people in the "
    "market square have been waiting for since the beginning of the year.</p>"
    for what in ("the bridge", "the school", "the harbour", "the road", "the trees")
)


@pytest.fixture
def site():
    with running_site() as running:
        yield running


@pytest.fixture
def settings(write_settings: Callable[..., Path], site: Site) -> Settings:
    return load(write_settings(SETTINGS.format(url=site.url("/feed.xml"))))


def announce(site: Site, *stories: tuple[str, str]) -> None:
    """Have the site's feed announce these stories: (title, date as the page's metadata says)."""
    for title, date in stories:
        site.page(
            f"/{title}",
            f'<html lang="en"><head><title>{title}</title>'
            f'<meta property="article:published_time" content="{date}"></head>'
            f"<body><article><h1>{title}</h1>{TEXT.replace('town', title)}</article></body></html>",
        )
    items = "".join(f"<item><link>{site.url(f'/{title}')}</link></item>" for title, _ in stories)
    site.page("/feed.xml", f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>')


def add(
    store: Store,
    number: int,
    published: datetime | None,
    source: str = "town",
    now: datetime = NOW,
) -> str:
    url = f"https://news.example.org/{number}"
    store.references.announce([Reference(source=source, url=url)], NOW)
    (known,) = store.references.named(source, [url])
    article = Article(
        url=url,
        title=f"T{number}",
        html="<p>A.</p>",
        text="A.",
        published=published,
        modified=published,
        language="en",
    )
    page = Page(reference=known.reference, url=url, content=b"")
    return store.articles.keep(known, page, article, url, now).id


def translate(store: Store, number: int, article: str) -> None:
    words = Translation(
        language="en", source_language="en", title=f"T{number}", summary="", html="<p>A.</p>"
    )
    store.translations.keep(article, "d", words, NOW)


def publish(settings: Settings, store: Store, now: datetime = NOW) -> None:
    report = Report(started=now)
    press = Press(settings, store, report, lambda: now)
    press.prepare()
    for feed in settings.feeds:
        press.publish(feed, "en")
    assert report.failures == []


def titles(settings: Settings, feed: str = "news") -> list[str]:
    """What a feed shows, in its order, which is the same in all formats."""
    folder = settings.output_dir / feed
    shown = [
        [entry.title for entry in feedparser.parse((folder / f"en.{form}").read_bytes()).entries]
        for form in ("rss", "atom")
    ]
    shown.append([one["title"] for one in json.loads((folder / "en.json").read_text())["items"]])
    assert shown[0] == shown[1] == shown[2]
    return shown[0]


@pytest.mark.parametrize(
    "late",
    ["2026-03-01T08:00:00Z", "2026-03-05", "2019-07-02T10:00:00+02:00"],
    ids=["a slow source", "a date without a time", "years old"],
)
def test_newsboat_is_shown_a_story_that_arrives_with_an_old_date(site, settings, tmp_path, late):
    stories = [(f"T{number}", f"2026-03-05T1{number}:00:00Z") for number in range(LIMIT)]
    announce(site, *stories)
    with open_store(settings) as store:
        desk = Desk(settings, store)
        assert desk.run().exit_code == 0
        with Server(application(settings.output_dir), port=0) as server:
            client = Newsboat(tmp_path, [f"{server.url}news/en.rss"])
            assert {one.title for one in client.poll()} == {title for title, _ in stories}
            announce(site, ("Late", late), *stories)
            assert desk.run().exit_code == 0
            assert titles(settings) == ["Late", "T3", "T2", "T1"]
            found = {one.title: one for one in client.poll()}
    assert found.keys() == {"Late", *dict(stories)}
    stated = datetime.fromisoformat(late)
    assert found["Late"].date == stated.replace(tzinfo=stated.tzinfo or UTC).timestamp()
    parsed = feedparser.parse((settings.output_dir / "news/en.atom").read_bytes()).feed
    assert parsed.updated > "2026-03-06"  # its first publication has changed the feed


def test_a_translation_that_is_made_later_is_shown_when_it_is_made(settings):
    with open_store(settings) as store:
        waiting = add(store, 9, NOW - timedelta(days=30))
        for number in range(LIMIT):
            translate(store, number, add(store, number, NOW - timedelta(days=number)))
        publish(settings, store)
        assert titles(settings) == ["T0", "T1", "T2", "T3"]
        translate(store, 9, waiting)
        publish(settings, store, NOW + timedelta(hours=1))
        assert titles(settings) == ["T9", "T0", "T1", "T2"]
        translate(store, 9, waiting)  # once more: it is where it was
        translate(store, 8, add(store, 8, None))
        publish(settings, store, NOW + timedelta(hours=2))
        assert titles(settings) == ["T8", "T9", "T0", "T1"]


def test_what_one_pass_publishes_is_in_the_order_of_its_dates(settings):
    with open_store(settings) as store:
        for number in (3, 0, 7, 1, 5):
            translate(store, number, add(store, number, NOW - timedelta(days=number)))
        publish(settings, store)
        assert titles(settings) == ["T0", "T1", "T3", "T5"]


def test_after_the_clock_was_set_back_new_articles_still_come_first(settings):
    with open_store(settings) as store:
        translate(store, 0, add(store, 0, NOW - timedelta(days=9)))
        publish(settings, store, NOW + timedelta(days=3000))
        for number in (1, 2):
            translate(store, number, add(store, number, NOW - timedelta(days=9 + number)))
            publish(settings, store, NOW)
        assert titles(settings) == ["T2", "T1", "T0"]


def test_an_article_that_a_second_source_announces_is_new_in_the_feeds_of_that_one_only(settings):
    with open_store(settings) as store:
        for number in range(LIMIT):
            at = NOW - timedelta(days=9 - number)
            translate(store, number, add(store, number, at))
            publish(settings, store, at)
        for number in range(LIMIT, 2 * LIMIT):
            translate(store, number, add(store, number, NOW, "port"))
        publish(settings, store)
        before = titles(settings)
        assert set(before) == set(titles(settings, "port"))
        add(store, 0, NOW - timedelta(days=9), "port")
        publish(settings, store, NOW + timedelta(hours=1))
        assert titles(settings) == before
        assert titles(settings, "port")[0] == "T0"
        add(store, 6, NOW, "town")
        publish(settings, store, NOW + timedelta(hours=2))
        assert titles(settings) == before


def test_what_a_feed_shows_is_not_pruned_for_its_old_date(settings):
    with open_store(settings) as store:
        for number in range(LIMIT):
            translate(store, number, add(store, number, NOW - timedelta(days=number)))
        publish(settings, store)
        translate(store, 9, add(store, 9, NOW - timedelta(days=400)))
        publish(settings, store, NOW + timedelta(days=1))
        limits = Limits(articles=NOW + timedelta(days=2), shown=LIMIT, languages=["en"])
        store.retention.prune(limits, ["town"])
        publish(settings, store, NOW + timedelta(days=2))
        assert "T9" in titles(settings)
        store.retention.prune(replace(limits, shown=1, languages=[]), ["town"])
        publish(settings, store, NOW + timedelta(days=2))
        assert titles(settings) == ["T0"]


def test_an_article_without_any_date_is_dated_by_when_it_was_seen_and_no_page_says_otherwise(
    settings,
):
    with open_store(settings) as store:
        names = {}
        dates = {1: None, 2: NOW - timedelta(days=2), 3: NOW + timedelta(days=99)}
        for number, published in dates.items():
            names[number] = add(store, number, published)
            translate(store, number, names[number])
        publish(settings, store)
        found = {}
        for number, name in names.items():
            words = store.browsing.article(name, "en")
            view = article_view(decisions.to_entry(words, {}), name, ["en"])
            found[number] = article_page(view, "https://wire.example.org", live=False)
    items = json.loads((settings.output_dir / "news/en.json").read_text())["items"]
    told = {one["title"]: (one["date_published"], one["_babelwire"]) for one in items}
    for number, page in found.items():
        stated = number == 2
        assert ("published_time" in page) is ("<time" in page) is stated
        date, said = told[f"T{number}"]
        assert date == (dates[2] if stated else NOW).isoformat()
        assert said.get("first_seen") == (None if stated else NOW.isoformat())
