"""Passes over sources on the web: what is remembered of them from one pass to the next."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.cli.context import open_store
from pipeline.config import load
from pipeline.desk import Desk, Report
from pipeline.store import SourceState
from tests.conftest import PAGE
from tests.ingest.site_under_test import Site, running_site

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOP = 'url = "{url}"\n{more}\n[[feeds]]\nid = "news"\ntitle = "News"\nlanguages = ["en"]\n{feed}\n'


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


class Passes:
    """Passes over one source at moments of the test's choosing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = START

    def run(self, *only: str, after: timedelta = timedelta(), **options: bool) -> Report:
        self.now += after
        settings = load(self.path)
        with open_store(settings) as store:
            return Desk(settings, store, clock=lambda: self.now).run(only, **options)

    def state(self, source: str = "town") -> SourceState:
        with open_store(load(self.path)) as store:
            return store.sources.state(source)


@pytest.fixture
def passes(write_settings: Callable[..., Path]) -> Callable[..., Passes]:
    def make(kind: str, url: str, more: str = "", feed: str = "") -> Passes:
        source = f'host_delay = 0\n[[sources]]\nid = "town"\nkind = "{kind}"\n'
        return Passes(write_settings(source + TOP.format(url=url, more=more, feed=feed)))

    return make


def article(slug: str, text: str = "It was about time.") -> str:
    return PAGE.format(language="en", slug=slug, title=f"The {slug}", text=text, day=2)


def rss(site: Site, *slugs: str) -> bytes:
    items = "".join(
        f"<item><title>{s}</title><link>{site.url('/' + s)}</link></item>" for s in slugs
    )
    return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()


def test_a_permanent_move_is_trusted_after_a_week_and_shown(site, passes):
    new = site.page("/new.xml", rss(site))
    site.page("/feed.xml", b"", status=301, location="/new.xml")
    town = passes("feed", site.url("/feed.xml"))
    first = town.run()
    [note] = first.sources["town"].notes
    assert f"has moved to {new} for good" in note and "is asked there" not in note
    town.run(after=timedelta(days=3))
    town.run(after=timedelta(days=3))
    assert len(site.asked("/feed.xml")) == 3  # in the first week each time
    last = town.run(after=timedelta(days=2))
    assert len(site.asked("/feed.xml")) == 3 and len(site.asked("/new.xml")) == 4
    assert "is asked there" in last.sources["town"].notes[0]
    assert town.state().move.url == new
    assert town.state().notes == tuple(last.sources["town"].notes)


def test_a_move_to_nowhere_is_forgotten(site, passes):
    site.page("/new.xml", rss(site))
    site.page("/feed.xml", b"", status=308, location="/new.xml")
    town = passes("feed", site.url("/feed.xml"))
    town.run()
    town.run(after=timedelta(days=8))
    site.page("/new.xml", b"", status=404)
    site.page("/feed.xml", rss(site))
    assert town.run(after=timedelta(days=1)).exit_code == 1
    assert town.state().move is None
    assert town.run(after=timedelta(days=1)).exit_code == 0
    assert town.state().notes == ()


def test_a_temporary_redirect_is_no_move(site, passes):
    site.page("/new.xml", rss(site))
    site.page("/feed.xml", b"", status=302, location="/new.xml")
    town = passes("feed", site.url("/feed.xml"))
    assert town.run().sources["town"].notes == []
    assert town.state().move is None


def test_a_moved_source_takes_no_password_to_another_host(site, passes):
    with running_site() as other:
        there = f"http://localhost:{other.server_port}/new.xml"
        other.page("/new.xml", rss(other))
        site.page("/feed.xml", b"", status=301, location=there)
        town = passes("feed", site.url("/feed.xml"), 'headers = { Authorization = "secret" }')
        town.path.write_text(
            town.path.read_text().replace('["127.0.0.1"]', '["127.0.0.1", "localhost"]')
        )
        town.run()
        town.run(after=timedelta(days=8))
        assert len(site.asked("/feed.xml")) == 1 and len(other.asked("/new.xml")) == 2
        assert site.asked("/feed.xml")[0]["Authorization"] == "secret"
        assert all("Authorization" not in headers for headers in other.asked("/new.xml"))


def test_what_is_left_out_of_a_long_feed_is_in_the_report(site, passes):
    site.page("/feed.xml", rss(site, *(f"a{number}" for number in range(1_200))))
    town = passes("feed", site.url("/feed.xml"), 'exclude = ["*"]')
    [note] = town.run().sources["town"].notes
    assert "1,200 entries" in note


def sitemap(site: Site, *slugs: str) -> bytes:
    urls = "".join(f"<url><loc>{site.url('/' + slug)}</loc></url>" for slug in slugs)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()


def test_a_new_sitemap_gives_its_newest_pages_and_later_what_is_new(site, passes):
    slugs = [f"a{number}" for number in range(3_000)]
    for slug in [*slugs[:5], "extra"]:
        site.page(f"/{slug}", article(slug))
    site.page("/sitemap.xml", sitemap(site, *slugs))
    town = passes("sitemap", site.url("/sitemap.xml"), "backlog = 3")
    first = town.run()
    assert (first.sources["town"].announced, first.sources["town"].new) == (3_000, 3)
    assert "3,000 articles: the first 3 are taken" in first.sources["town"].notes[0]
    assert town.run(force=True).sources["town"].fetched == 3  # not the other 2,997
    site.page("/sitemap.xml", sitemap(site, *slugs, "extra"))
    second = town.run()
    assert (second.sources["town"].new, second.sources["town"].notes) == (1, [])
    assert len(site.asked("/extra")) == 1 and not site.asked("/a3")


def test_a_sitemap_is_bounded_without_a_word_in_the_settings(site, passes):
    town = passes("sitemap", site.url("/sitemap.xml"))
    source = load(town.path).sources["town"]
    assert (source.limit, source.backlog) == (100, 100)
    assert load(passes("feed", "http://127.0.0.1/f").path).sources["town"].backlog == 0
