"""Keyword rules of sources and feeds, and what refused pages are told to do, in whole passes."""

from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from pipeline.cli.context import open_store
from pipeline.config import load
from pipeline.desk import Desk, Report, decisions, prune
from pipeline.desk.cataloguing import left_out
from tests.conftest import PAGE

TITLES = {"train": "The night train", "match": "The match is lost", "casino": "A casino opens"}


class Town:
    """Passes over one feed with an entry for each of TITLES, and what comes of it."""

    def __init__(self, site, write_settings):
        self.site, self._write = site, write_settings
        self.path = Path()
        for slug, title in TITLES.items():
            self.page(slug, title)
        self.announce(*TITLES)

    def page(self, slug: str, title: str, text: str = "It was in the paper.") -> None:
        page = PAGE.format(language="en", slug=slug, title=title, text=text, day=1)
        page = page.replace("https://news.example.org", self.site.url(""))
        self.site.page(f"/{slug}", page.encode())

    def announce(self, *slugs: str, more: str = "") -> None:
        items = "".join(
            f"<item><title>{TITLES[slug]}</title><link>{self.site.url(f'/{slug}')}</link>{more}</item>"
            for slug in slugs
        )
        content = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        rss = f'<rss version="2.0" {content}><channel><title>Town</title>{items}</channel></rss>'
        self.site.page("/feed.xml", rss.encode(), ctype="application/rss+xml")

    def run(self, source: str = "", feed: str = "", top: str = "") -> Report:
        self.path = self._write(
            f'host_delay = 0\n[[sources]]\nid = "town"\nkind = "feed"\n'
            f'url = "{self.site.url("/feed.xml")}"\n{source}\n'
            f'[[feeds]]\nid = "news"\ntitle = "News"\nlanguages = ["en"]\n{feed}\n',
            top,
        )
        settings = load(self.path)
        with open_store(settings) as store:
            return Desk(settings, store).run()

    def shown(self) -> set[str]:
        content = (self.path.parent / "output" / "news/en.atom").read_bytes()
        return {one.link.rpartition("/")[2] for one in feedparser.parse(content).entries}

    def fetched(self, slug: str) -> int:
        return len(self.site.asked(f"/{slug}"))

    def states(self) -> dict[str, tuple[str, str | None]]:
        with open_store(load(self.path)) as store:
            rows = store.references.named("town", [self.site.url(f"/{one}") for one in TITLES])
        return {one.reference.url.rpartition("/")[2]: (one.state, one.error) for one in rows}


@pytest.fixture
def town(site, write_settings) -> Town:
    return Town(site, write_settings)


def test_what_a_title_tells_is_dropped_without_a_request(town):
    report = town.run('drop = ["title: casino", "category: none"]\nkeep = ["title: the"]')
    assert town.shown() == {"train", "match"}
    assert report.sources["town"].dropped == 1 and not report.failures
    assert town.fetched("casino") == 0
    assert town.states()["casino"] == ("dropped", 'dropped by rule drop = "title: casino"')


def test_what_only_the_page_tells_is_fetched_once_and_dropped(town):
    town.page("match", TITLES["match"], "Football is a game.")
    for _ in range(3):
        town.run('drop = ["text: football"]')
    assert town.shown() == {"train", "casino"}
    assert town.fetched("match") == 1
    assert town.states()["match"][0] == "dropped"


def test_what_other_rules_dropped_is_judged_again(town):
    town.run('keep = ["title: train"]')
    assert town.shown() == {"train"}
    town.run('keep = ["title: train", "title: match"]')
    assert town.shown() == {"train", "match"}
    assert town.states()["casino"][0] == "dropped" and town.fetched("casino") == 0
    town.run()
    assert town.shown() == set(TITLES)
    assert [town.fetched(one) for one in TITLES] == [1, 1, 1]


def test_authors_and_categories_of_the_entry_count(town):
    more = "<category>World/Sport</category><author>ann@example.org (Ann Lee)</author>"
    town.announce("match", more=more)
    town.run('drop = ["category: sport"]')
    assert "match" not in town.shown() and town.fetched("match") == 0
    town.run('drop = ["author: ann lee"]')
    assert "match" not in town.shown() and town.fetched("match") == 0


def test_rules_of_a_feed_need_no_page_again_when_they_change(town):
    town.run(feed='drop = ["casino"]')
    assert town.shown() == {"train", "match"}
    town.run(feed='keep = ["/match|casino/"]')
    assert town.shown() == {"match", "casino"}
    town.run()
    assert town.shown() == set(TITLES)
    assert [town.fetched(one) for one in TITLES] == [1, 1, 1]


def test_a_feed_is_filled_with_older_articles_and_judges_each_once(town):
    town.run(feed='limit = 1\nkeep = ["train"]')
    assert town.shown() == {"train"}
    with open_store(load(town.path)) as store:
        ids = [one.id for one in store.translations.newest("en", ["town"], 10)]
        assert set(store.verdicts.known("news", "en", ids).values()) == {
            "",
            'dropped by rule keep = ["train"]: none of them matches',
        }
        assert len(store.translations.newest("en", ["town"], 10, feed="news")) == 1


def test_pruning_keeps_what_was_judged_for_a_feed_with_titles_only(town):
    town.run(feed='content = "titles"\ndrop = ["casino"]')
    assert town.shown() == {"train", "match"}
    settings = load(town.path)
    with open_store(settings) as store:
        prune(settings, store, datetime.now(UTC))
        newest = store.translations.newest("en-x-titles", ["town"], 10, feed="news")
        assert {one.article.title for one in newest} == {TITLES["train"], TITLES["match"]}
        said = [line for one in store.catalogue.newest(0) for line in left_out(store, one)]
    assert said == ['left out of the feed news in en: dropped by rule drop = "casino"']


def test_archives_have_what_the_rules_show(town):
    town.run(feed='limit = 1\ndrop = ["casino"]', top='base_url = "https://news.example.org"')
    content = (town.path.parent / "output" / "news/en.archive-1.atom").read_bytes()
    archived = {one.link.rpartition("/")[2] for one in feedparser.parse(content).entries}
    assert archived | town.shown() >= {"train", "match"} and "casino" not in archived


def test_a_slow_pattern_is_told_and_stops_nothing(town):
    town.page("match", TITLES["match"], "x" * 3000)
    report = town.run('drop = ["/(x+x+)+y/"]')
    assert town.shown() == set(TITLES)
    [failure] = report.failures
    assert "takes too long" in str(failure) and str(failure).startswith("town: ")


def test_a_page_without_its_text_is_told_where_the_text_is(town):
    wall = "<html><head><title>Loading</title></head><body>Please enable JavaScript.</body></html>"
    town.site.page("/match", wall.encode())
    text = "".join(f"<p>The council met on Tuesday and agreed on point {n}.</p>" for n in range(9))
    town.announce("match", more=f"<content:encoded><![CDATA[{text}]]></content:encoded>")
    [line] = [str(one) for one in town.run().failures]
    assert line.startswith(f"town: {town.site.url('/match')}: ")
    assert 'set the source\'s text = "entry"' in line
    assert not town.run('text = "entry"').failures


def test_a_consent_wall_is_told_with_the_cookie(town):
    wall = (
        "<html><head><title>Before you continue</title></head><body><h1>We value your privacy</h1>"
        "<p>We and our partners use cookies to store and access information on your device.</p>"
        "<p>You can accept all cookies or manage your choices.</p>"
        "<button>Accept all</button><button>Reject all</button></body></html>"
    )
    town.site.page("/match", wall.encode())
    town.announce("match")
    [line] = [str(one) for one in town.run().failures]
    assert 'headers = { Cookie = "name=value" }' in line and line.startswith("town: ")


@pytest.mark.parametrize("kind", ["", 'content = "titles"', "originals = true"])
def test_pruning_keeps_what_the_rules_of_a_feed_that_is_there_have_judged(town, kind):
    town.run(feed=f'{kind}\ndrop = ["casino"]')
    settings = load(town.path)
    [edition] = decisions.wanted(settings.feeds, ())
    with open_store(settings) as store:
        ids = [one.id for one in store.translations.newest(edition, ["town"], 10)]
        before = store.verdicts.known("news", edition, ids)
        prune(settings, store, datetime.now(UTC))
        assert len(before) == 3 and store.verdicts.known("news", edition, ids) == before
        shown = store.translations.newest(edition, ["town"], 10, feed="news")
    assert {one.article.url.rpartition("/")[2] for one in shown} == {"train", "match"}
