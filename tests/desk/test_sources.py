"""Passes over sources on the web: what is remembered of them from one pass to the next."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest

from pipeline.cli.context import open_store
from pipeline.config import load
from pipeline.desk import Desk, Report
from pipeline.store import SourceState
from tests.conftest import PAGE
from tests.ingest.site_under_test import Site, running_site

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOP = 'url = "{url}"\n{more}\n[[feeds]]\nid = "news"\ntitle = "News"\nlanguages = ["en"]\n{feed}\n'
FAR = b"<item><title>far</title><link>http://news.example.org/far</link></item></channel>"
CONTENT = "http://purl.org/rss/1.0/modules/content/"


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

    def entry(self, slug: str, feed: str = "news/en.atom") -> feedparser.FeedParserDict:
        parsed = feedparser.parse((self.path.parent / "output" / feed).read_bytes())
        assert not parsed.bozo
        [found] = [one for one in parsed.entries if one.link.endswith(f"/{slug}")]
        return found

    def links(self) -> list[str]:
        content = (self.path.parent / "output" / "news/en.atom").read_bytes()
        return sorted(one.link.rpartition("/")[2] for one in feedparser.parse(content).entries)

    def gone(self) -> list[tuple[str, str, datetime]]:
        with open_store(load(self.path)) as store:
            return store.articles.gone()

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
    assert f"redirects permanently to {new}" in note and "is polled there" not in note
    town.run(after=timedelta(days=3))
    town.run(after=timedelta(days=3))
    assert len(site.asked("/feed.xml")) == 3  # in the first week each time
    last = town.run(after=timedelta(days=2))
    assert len(site.asked("/feed.xml")) == 3 and len(site.asked("/new.xml")) == 4
    assert "is polled there" in last.sources["town"].notes[0]
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


def dated(site: Site, moment: str, *slugs: str) -> bytes:
    entries = "".join(
        f"<entry><id>{slug}</id><title>{slug}</title><link href='{site.url('/' + slug)}'/>"
        f"<published>2026-03-01T00:00:00Z</published><updated>{moment}</updated></entry>"
        for slug in slugs
    )
    head = '<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id><title>T</title>'
    return f"{head}{entries}</feed>".encode()


def test_an_entry_said_to_have_changed_is_fetched_again_and_keeps_its_id(site, passes):
    site.page("/bridge", article("bridge"))
    site.page("/feed.xml", dated(site, "2026-03-02T09:00:00Z", "bridge"))
    town = passes("feed", site.url("/feed.xml"))
    town.run()
    before = town.entry("bridge")
    town.run(after=timedelta(minutes=10))
    assert len(site.asked("/bridge")) == 1
    site.page("/bridge", article("bridge", "Nobody had expected it."))
    site.page("/feed.xml", dated(site, "2026-03-02T12:20:00Z", "bridge"))
    changed = town.run(after=timedelta(minutes=20))
    assert changed.sources["town"].changed == 1
    after = town.entry("bridge")
    assert after.id == before.id and after.updated > before.updated
    assert "Nobody had expected it" in after.content[0].value


def test_an_article_corrected_without_a_word_is_noticed_within_hours(site, passes):
    site.page("/bridge", article("bridge"))
    site.page("/feed.xml", rss(site, "bridge"), ETag='"1"')
    town = passes("feed", site.url("/feed.xml"))
    town.run()
    site.page("/bridge", article("bridge", "Nobody had expected it."))
    assert town.run(after=timedelta(hours=5)).sources["town"].changed == 0
    assert town.run(after=timedelta(hours=2)).sources["town"].changed == 1


@pytest.mark.parametrize("status", [404, 410])
def test_an_article_whose_page_is_gone_stays_and_is_marked(site, passes, status):
    site.page("/bridge", article("bridge"))
    site.page("/feed.xml", rss(site, "bridge"))
    town = passes("feed", site.url("/feed.xml"))
    town.run()
    kept = town.entry("bridge")
    site.page("/bridge", b"", status=status)
    report = town.run(after=timedelta(hours=7))
    assert (report.exit_code, report.sources["town"].gone) == (0, 1)
    assert town.entry("bridge") == kept
    [(_, url, since)] = town.gone()
    assert url.endswith("/bridge") and since == town.now
    asked = len(site.asked("/bridge"))
    town.run(after=timedelta(days=1))
    assert len(site.asked("/bridge")) == asked  # no more of it
    site.page("/bridge", article("bridge"))
    town.run(force=True)
    assert town.gone() == []


def test_a_text_in_the_feed_itself_changes_with_the_feed(site, passes):
    def feed(text: str) -> bytes:
        words = f"<p>{text}</p>" + "<p>The council met on Tuesday and agreed at last.</p>" * 8
        return rss(site, "bridge").replace(
            b"</item>", f"<description><![CDATA[{words}]]></description></item>".encode()
        )

    site.page("/feed.xml", feed("It was about time."))
    town = passes("feed", site.url("/feed.xml"), 'text = "entry"')
    assert town.run().sources["town"].new == 1
    assert town.run(after=timedelta(minutes=5)).sources["town"].changed == 0
    site.page("/feed.xml", feed("Nobody had expected it."))
    assert town.run(after=timedelta(minutes=5)).sources["town"].changed == 1
    assert not site.asked("/bridge")


WIRE = (
    "The ferry between the islands will not sail before Thursday, the company said in a statement. "
    "A storm from the west has damaged the landing stage in the northern harbour, and divers could "
    "not yet look at its pillars. About two hundred passengers were brought to hotels in the town. "
    "The mayor asked the government in the capital for helicopters to bring bread and medicine. "
    "Fishermen said they had not seen waves of this height since the winter of the year before."
)


@pytest.mark.parametrize("once", [True, False])
def test_a_wire_story_of_two_sources_is_published_once_where_that_is_wanted(site, passes, once):
    another = " ".join(reversed(WIRE.split()))
    for slug, words in (("a", WIRE), ("b", f"{WIRE} More follows."), ("c", another)):
        site.page(f"/{slug}", article(slug, words))
    site.page("/feed.xml", rss(site, "a"))
    site.page("/other.xml", rss(site, "b", "c"))
    town = passes("feed", site.url("/feed.xml"), feed=f"once = {str(once).lower()}")
    other = f'[[sources]]\nid = "other"\nkind = "feed"\nurl = "{site.url("/other.xml")}"\n'
    town.path.write_text(town.path.read_text().replace("[[feeds]]", f"{other}[[feeds]]"))
    town.run("town")
    town.run("other", after=timedelta(hours=1))
    links = town.links()
    assert links == (["a", "c"] if once else ["a", "b", "c"])
    town.run(after=timedelta(days=5))  # and so it stays
    assert town.links() == links


def test_likeness_of_one_sources_own_articles_hides_none(site, passes):
    for slug in ("a", "b"):
        site.page(f"/{slug}", article(slug, WIRE))
    site.page("/feed.xml", rss(site, "a", "b"))
    town = passes("feed", site.url("/feed.xml"), feed="once = true")
    town.run()
    assert town.links() == ["a", "b"]


def test_how_a_source_is_asked_goes_from_the_settings_to_the_requests(site, passes):
    for slug in ("news/a", "news/b", "news/c", "sport/d", "news/e.pdf"):
        site.page(f"/{slug}", article(slug.replace("/", "-")))
    slugs = ("news/a", "sport/d", "news/e.pdf", "news/b", "news/c")
    site.page("/feed.xml", rss(site, *slugs))
    keys = (
        'include = ["*/news/*"]\nexclude = ["*.pdf"]\nlimit = 2\nuser_agent = "Desk/2 (+x)"\n'
        'headers = { Cookie = "consent=yes", Accept-Language = "pt" }'
    )
    town = passes("feed", site.url("/feed.xml"), keys)
    assert town.run().sources["town"].new == 2
    assert town.run().sources["town"].new == 1  # what was over the limit is not forgotten
    asked = [path for path, _ in site.log if path != "/feed.xml"]
    assert asked == ["/news/a", "/news/b", "/news/c"]
    for _, headers in site.log:
        assert headers["User-Agent"] == "Desk/2 (+x)"
        assert (headers["Cookie"], headers["Accept-Language"]) == ("consent=yes", "pt")


def test_selectors_of_a_source_say_what_its_articles_are(site, passes, caplog):
    extra = '</p><p class="extra">An extra line, not wanted.</p>'
    for slug in ("first", "second"):
        site.page(f"/{slug}", article(slug).replace("</p>", extra, 1))
    site.page("/feed.xml", rss(site, "first"))
    town = passes(
        "feed", site.url("/feed.xml"), 'article = ["main.x", "body"]\nremove = [".extra"]'
    )
    assert town.run().sources["town"].new == 1
    text = town.entry("first").content[0].value
    assert "about time" in text and "An extra line" not in text
    assert "no selector" not in caplog.text
    site.page("/feed.xml", rss(site, "second"))
    town.path.write_text(town.path.read_text().replace('"body"', '"main.y"'))
    assert town.run().sources["town"].new == 1
    assert "no selector of `article` matches the page" in caplog.text


def test_selectors_name_the_facts_and_the_next_page_of_articles(site, passes):
    words = "It was about time, said everybody who had waited for it. " * 6
    signed = '<h2 class="real">The true title</h2><p class="who">Ann Poe</p><p class="day">{}</p>'
    for path, day, on in (("/one", "3 May 2021", "/rest-of-it"), ("/rest-of-it", "", "/one")):
        link = f'<a class="on" href="{on}">Read on</a>'
        page = f"<h1>Our paper</h1>{signed.format(day)}<p>{path} {words}</p>{link}"
        site.page(path, f"<html><body>{page}</body></html>".encode())
    site.page("/feed.xml", rss(site, "one"))
    keys = 'headline = [".real"]\nauthor = [".who"]\ndate = [".day"]'
    town = passes("feed", site.url("/feed.xml"), f'{keys}\nnext_page = ["a.on"]\njoin_pages = 3')
    assert town.run().sources["town"].new == 1
    entry = town.entry("one")
    assert (entry.title, entry.author) == ("The true title", "Ann Poe")
    assert entry.published.startswith("2021-05-03")
    text = entry.content[0].value
    assert text.index("/one It was") < text.index("/rest-of-it It was")
    assert text.count("/one It was") == 1


def test_a_source_behind_a_proxy_is_asked_through_it(site, passes):
    site.page("http://news.example.org/feed.xml", rss(site).replace(b"</channel>", FAR))
    site.page("http://news.example.org/far", article("far"))
    proxy = f'proxy = "{site.url("")}"'
    town = passes("feed", "http://news.example.org/feed.xml", proxy)
    assert town.run().sources["town"].new == 1
    assert [path for path, _ in site.log if "robots" not in path] == [
        "http://news.example.org/feed.xml",
        "http://news.example.org/far",
    ]


def test_an_entry_that_is_complete_stands_in_for_a_page_that_is_refused(site, passes):
    words = "<p>The council met on Tuesday and agreed at last to repair the bridge.</p>" * 8
    content = f'<content:encoded xmlns:content="{CONTENT}"><![CDATA[{words}]]></content:encoded>'
    feed = rss(site, "wall").replace(b"</item>", content.encode() + b"</item>")
    site.page("/feed.xml", feed)
    site.page("/wall", b"no", status=403)
    town = passes("feed", site.url("/feed.xml"))
    report = town.run()
    assert (report.exit_code, report.sources["town"].new) == (0, 1), report.failures
    assert "agreed at last" in town.entry("wall").content[0].value


def parts(site: Site, *texts: str) -> None:
    """An article over several pages, each of which links to all of them."""
    links = "".join(f'<a href="/story/{n}">{n}</a>' for n in range(2, len(texts) + 1))
    for number, text in enumerate(texts, 1):
        page = article("story", f"{text} " * 12).replace("</body>", f"<nav>{links}</nav></body>")
        site.page("/story" if number == 1 else f"/story/{number}", page)
    site.page("/feed.xml", rss(site, "story"))


@pytest.mark.parametrize(("most", "wanted"), [(1, ["One"]), (2, ["One", "Two"]), (9, None)])
def test_an_article_over_several_pages_is_joined_where_that_is_wanted(site, passes, most, wanted):
    parts(site, "One goes.", "Two goes.", "Three goes.")
    town = passes("feed", site.url("/feed.xml"), f"join_pages = {most}")
    told = town.run().sources["town"]
    assert told.new == 1
    # What is left out is told: the article is partial, and a source that joins nothing says so.
    assert any("join_pages" in note for note in told.notes) is (most == 1)
    with open_store(load(town.path)) as store:
        [(known, _)] = list(store.articles.pages("town"))
        assert store.articles.find(known.article).partial is (wanted is not None)
    text = town.entry("story").content[0].value
    found = [word for word in ("One", "Two", "Three") if f"{word} goes." in text]
    assert found == (wanted or ["One", "Two", "Three"])
    assert len([path for path, _ in site.log if path.startswith("/story")]) == len(found)


def test_a_missing_part_leaves_the_article_partial(site, passes, caplog):
    parts(site, "One goes.", "Two goes.", "Three goes.")
    site.page("/story/3", b"gone", status=404)
    town = passes("feed", site.url("/feed.xml"), "join_pages = 5")
    assert town.run().sources["town"].new == 1
    text = town.entry("story").content[0].value
    assert "Two goes." in text and "Three" not in text
    assert "/story/3" in caplog.text
    with open_store(load(town.path)) as store:
        [(_, page)] = list(store.articles.pages("town"))
        assert page.url.endswith("/story")


def test_a_site_that_gives_the_first_page_for_every_number_is_not_repeated(site, passes):
    parts(site, "One goes.", "One goes.", "One goes.")
    town = passes("feed", site.url("/feed.xml"), "join_pages = 5")
    assert town.run().sources["town"].new == 1
    assert town.entry("story").content[0].value.count("One goes.") == 12
