"""Sitemaps, index pages, JSON Feed, huge feeds, and what a source wants of them."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.article import Reference, Source
from pipeline.errors import FetchError, SourceError
from pipeline.ingest import Client, discover, fetch
from pipeline.ingest.dates import read_date
from pipeline.ingest.trim import MAX_BYTES, MAX_ENTRIES, trim

NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
STORY = "<p>" + "The town library of Tolvaden will stay open until ten at night. " * 6 + "</p>"


def sitemap(*urls: str) -> str:
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(urls)}</urlset>'


def url(loc: str, more: str = "") -> str:
    return f"<url><loc>{loc}</loc>{more}</url>"


def source(site, kind, path="/s", **kwargs):
    return Source(id="s", kind=kind, url=site.url(path), **kwargs)


def addresses(found):
    return [one.url for one in found.references]


# ---- sitemaps


def test_a_sitemap_gives_its_addresses_the_latest_first(site, client):
    body = sitemap(
        url("http://x.example/1", "<lastmod>2026-11-01</lastmod>"),
        url("http://x.example/2"),
        url("http://x.example/3", "<lastmod>2026-11-20T08:30:00+01:00</lastmod>"),
        url("javascript:alert(1)"),
    )
    site.page("/s", body, ctype="application/xml")
    found = discover(source(site, "sitemap"), client)
    assert addresses(found) == [f"http://x.example/{n}" for n in (3, 1, 2)]
    assert all(one.published is None for one in found.references), "lastmod is no publication"
    assert len(found.problems) == 1


def test_a_news_sitemap_knows_titles_dates_and_languages(site, client):
    news = (
        f'<n:news xmlns:n="{NEWS}"><n:publication><n:name>Courier</n:name>'
        "<n:language>pt-br</n:language></n:publication>"
        "<n:publication_date>2026-11-20T08:30:00Z</n:publication_date>"
        "<n:title>Fish &amp; chips</n:title></n:news>"
        '<i:image xmlns:i="http://www.google.com/schemas/sitemap-image/1.1">'
        "<i:loc>http://x.example/i.jpg</i:loc><i:title>A picture</i:title></i:image>"
    )
    site.page("/s", sitemap(url("http://x.example/1", news)), ctype="application/xml")
    (one,) = discover(source(site, "sitemap"), client).references
    assert one.url == "http://x.example/1"
    assert (one.title, one.language) == ("Fish & chips", "pt")
    assert one.published == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


def test_a_gzipped_sitemap_is_read_and_a_bomb_refused(site, client):
    body = gzip.compress(sitemap(url("http://x.example/1")).encode())
    site.page("/s", body, ctype="application/gzip")
    assert addresses(discover(source(site, "sitemap"), client)) == ["http://x.example/1"]
    site.page("/s", gzip.compress(b" " * 40_000_000), ctype="application/gzip")
    with pytest.raises(SourceError, match="larger than 200,000 bytes"):
        discover(source(site, "sitemap"), client)


def test_an_index_of_sitemaps_is_followed_and_a_change_in_one_is_seen(site, client):
    parts = "".join(
        f"<sitemap><loc>{site.url(path)}</loc></sitemap>" for path in ("/a", "/b", "/gone")
    )
    site.page("/s", f"<sitemapindex>{parts}</sitemapindex>", ctype="application/xml", ETag='"same"')
    site.page("/a", sitemap(url("http://x.example/1")))
    site.page("/b", sitemap(url("http://x.example/2")))
    first = discover(source(site, "sitemap"), client)
    assert sorted(addresses(first)) == ["http://x.example/1", "http://x.example/2"]
    assert len(first.problems) == 1
    assert discover(source(site, "sitemap"), client, first.validators).unchanged
    site.page("/b", sitemap(url("http://x.example/3")))
    again = discover(source(site, "sitemap"), client, first.validators)
    assert "http://x.example/3" in addresses(again)


def test_of_many_sitemaps_the_newest_are_read(site, client):
    def entry(number):
        date = f"<lastmod>2026-11-{number:02}</lastmod>"
        return f"<sitemap><loc>{site.url(f'/{number}')}</loc>{date}</sitemap>"

    site.page("/s", f"<sitemapindex>{''.join(map(entry, range(1, 29)))}</sitemapindex>")
    for number in range(1, 29):
        site.page(f"/{number}", sitemap(url(f"http://x.example/{number}")))
    found = discover(source(site, "sitemap"), client)
    assert len(found.references) == 12
    # The days ahead of the clock of this test are no dates.
    assert "http://x.example/2" not in addresses(found)


def test_a_sitemap_of_lines(site, client):
    site.page("/s", "\ufeffhttp://x.example/1\r\nhttp://x.example/2\n\nhello\n", ctype="text/plain")
    found = discover(source(site, "sitemap"), client)
    assert addresses(found) == ["http://x.example/1", "http://x.example/2"]


@pytest.mark.parametrize("body", ["<html><p>hi</p></html>", "nothing", "%PDF", "{}"])
def test_what_is_no_sitemap_is_a_source_error(site, client, body):
    with pytest.raises(SourceError, match="sitemap"):
        site.page("/s", body)
        discover(source(site, "sitemap"), client)


def test_entities_in_a_sitemap_stay_shut(site, client, tmp_path):
    (tmp_path / "secret").write_text("http://x.example/SECRET")
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    head = (
        f'<!DOCTYPE urlset [<!ENTITY l0 "ha"><!ENTITY x SYSTEM "{(tmp_path / "secret").as_uri()}">'
        f'<!ENTITY y SYSTEM "{site.url("/canary")}">{laughs}]>'
    )
    body = head + sitemap(url("http://x.example/1"), url("&x;"), url("&y;"), url("&l9;"))
    site.page("/s", body, ctype="application/xml")
    found = discover(source(site, "sitemap"), client)
    assert addresses(found) == ["http://x.example/1"]
    assert not site.asked("/canary")


# ---- index pages

FRONT = """<html lang="en"><head><title>The Courier</title></head><body>
<header><nav><a href="/world">World</a><a href="/a/9000">A long headline in the menu of the site</a>
</nav></header>
<main>
<article><a href="/2026/11/20/ferry"><img src="f.jpg" alt=""></a>
  <h2><a href="/2026/11/20/ferry?utm_source=front">Night ferry sails again after the long storm</a>
  </h2><time datetime="2026-11-20T08:30:00Z">today</time></article>
<ul><li><a href="news/bread-prices-rise-in-the-north">Bread</a></li>
<li><a href="/a/4711">Council votes for a longer tram line</a></li></ul>
<p><a href="/tag/storm">All that we have written about the storm</a>
<a href="/about">Who we are and how we work here</a>
<a href="/files/report.pdf">The whole report on the storm as a file</a>
<a href="https://other.example/a/12345">A long headline on a site of somebody else</a>
<a href="javascript:void(0)">Open the large picture of the night ferry</a>
<a href="mailto:a@b.c">Write to the editors of this newspaper now</a></p></main>
<footer><a href="/a/1">Terms that apply to readers of this paper</a></footer></body></html>"""


def test_the_articles_of_a_front_page_are_guessed(site, client):
    site.page("/s", FRONT)
    found = discover(source(site, "index"), client)
    assert addresses(found) == [
        site.url("/2026/11/20/ferry"),
        site.url("/news/bread-prices-rise-in-the-north"),
        site.url("/a/4711"),
    ]
    ferry = found.references[0]
    assert ferry.title == "Night ferry sails again after the long storm"
    assert ferry.published == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    assert (found.title, found.language) == ("The Courier", "en")


def test_selectors_overrule_the_guess(site, client):
    site.page("/s", FRONT)
    found = discover(source(site, "index", links=("ul li", "nav a[href*=world]")), client)
    assert addresses(found) == [
        site.url("/news/bread-prices-rise-in-the-north"),
        site.url("/a/4711"),
        site.url("/world"),
    ]


def test_a_wrong_selector_names_its_source(site, client):
    site.page("/s", FRONT)
    with pytest.raises(SourceError, match=r"ul\[: is no CSS selector .* correct source 's'"):
        discover(source(site, "index", links=("ul[",)), client)


def test_chinese_headlines_count_by_character(site, client):
    site.page(
        "/s", '<main><h3><a href="/c/1">托尔瓦登市图书馆从三月起开放到晚上十点</a></h3></main>'
    )
    assert addresses(discover(source(site, "index"), client)) == [site.url("/c/1")]


def test_a_page_without_articles_is_a_source_error(site, client):
    site.page("/s", '<a href="/login">Log in</a><a href="/p/2">Next page</a>')
    with pytest.raises(SourceError, match="has no links to articles"):
        discover(source(site, "index"), client)


def test_a_base_and_ten_addresses_of_one_story(site, client):
    story = ("story", "story/", "story?utm_source=a", "story#c", "amp/story", "./x/../story")
    links = "".join(
        f'<h2><a href="{one}">The library stays open at night</a></h2>' for one in story
    )
    site.page("/s", f'<base href="/d/">{links}')
    assert addresses(discover(source(site, "index"), client)) == [site.url("/d/story")]


@pytest.mark.parametrize("piece", ["<b>x</b>", "<a "])
def test_a_page_of_a_million_tags_is_read_up_to_a_bound(site, client, options, piece):
    first = '<h2><a href="/a/4711">Council votes for a longer tram line</a></h2>'
    site.page("/s", f"<html><body>{first}{piece * (2_000_000 // len(piece))}")
    with Client(options.model_copy(update={"max_bytes": 5_000_000})) as able:
        found = discover(source(site, "index"), able)
    assert addresses(found)[0] == site.url("/a/4711")


# ---- JSON Feed


def test_a_json_feed(site, client):
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Courier",
        "language": "en-GB",
        "items": [
            {"id": "1", "url": "/1", "title": "One", "date_published": "2026-11-19T08:30:00Z"},
            {
                "id": "2",
                "url": "http://x.example/2",
                "content_html": STORY,
                "date_published": "2026-11-20T08:30:00+01:00",
                "language": "de",
            },
            {"id": "3", "title": "no link"},
            "rubbish",
        ],
    }
    site.page("/s", "\ufeff" + json.dumps(feed), ctype="application/feed+json")
    found = discover(source(site, "feed"), client)
    assert addresses(found) == ["http://x.example/2", site.url("/1")]
    two, one = found.references
    assert (one.title, one.language, two.language) == ("One", "en", "de")
    assert two.html == STORY
    assert one.html == ""
    assert len(found.problems) == 1
    assert found.title == "Courier"


@pytest.mark.parametrize("body", ['{"items": [', "{}", '{"version": 1, "items": []}', "[" * 99_999])
def test_what_is_no_json_feed_is_a_source_error(site, client, body):
    site.page("/s", body, ctype="application/json")
    with pytest.raises(SourceError):
        discover(source(site, "feed"), client)


# ---- feeds of any age and size

OLD = {
    "0.91": '<rss version="0.91"><channel><title>C</title>{}</channel></rss>',
    "0.92": '<rss version="0.92"><channel><title>C</title>{}</channel></rss>',
    "1.0": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>C</title></channel>{}'
    "</rdf:RDF>",
    "0.90": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>C</title></channel>{}'
    "</rdf:RDF>",
}


@pytest.mark.parametrize("version", OLD)
def test_old_feeds(site, client, version):
    item = "<item><title>T</title><link>http://x.example/1</link></item>"
    site.page("/s", OLD[version].format(item), ctype="text/xml")
    assert addresses(discover(source(site, "feed"), client)) == ["http://x.example/1"]


def big_feed(number, size=0, oldest_first=True):
    days = range(number) if oldest_first else range(number, 0, -1)
    items = (
        f"<item><title>{n}</title><link>http://x.example/{n}</link>"
        f"<pubDate>{(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=n)).isoformat()}</pubDate>"
        f"<description><![CDATA[<item>{'x' * size}]]></description></item>"
        for n in days
    )
    return f'<rss version="2.0"><channel><title>C</title>{"".join(items)}</channel></rss>'.encode()


def test_of_a_long_feed_the_newest_entries_are_read_wherever_they_stand(site, client, options):
    site.page("/s", big_feed(1_100), ctype="application/rss+xml")
    found = discover(source(site, "feed"), client)
    assert len(found.references) == MAX_ENTRIES
    assert found.references[0].url == "http://x.example/1099"
    assert found.notes == ("has 1,100 entries; the newest 1,000 are read",)


def test_a_huge_feed_becomes_small_and_stays_a_feed():
    trimmed = trim(big_feed(1_500, 20_000), "http://x.example/feed")
    assert trimmed.entries == 1_500
    assert len(trimmed.content) < MAX_BYTES + 1_000
    assert trimmed.content.endswith(b"</item></channel></rss>")
    assert b"<link>http://x.example/1499<" in trimmed.content
    small = big_feed(5)
    assert trim(small, "x").content is small


@pytest.mark.parametrize(
    "piece", ["<a ", "<b>", "<a/>", "&", "<", "<!", "&#", "<![CDATA[", '<a b="']
)
@pytest.mark.parametrize("size", [100_000, 1_000_000])
def test_an_entry_of_rubbish_does_not_hold_up_the_feed(site, client, options, piece, size):
    # feedparser alone would take minutes to hours over the larger ones.
    bad = (
        f"<item><title>{piece * (size // len(piece))}</title><link>http://x.example/0</link></item>"
    )
    site.page("/s", rss(entry(1), bad), ctype="application/rss+xml")
    with Client(options.model_copy(update={"max_bytes": 5_000_000})) as able:
        try:
            found = discover(source(site, "feed"), able)
        except SourceError as error:
            assert "cannot be divided" in error.reason
        else:
            assert "http://x.example/1" in addresses(found)


@pytest.mark.parametrize("piece", [b"<item>", b"<![CDATA[", b"<!--", b"<item ", b"</item>", b"<a:"])
def test_rubbish_of_any_size_is_refused_in_linear_time(piece):
    # Quadratic work on these would take hours.
    rubbish = b"<rss><channel>" + piece * (2_000_000 // len(piece))
    try:
        assert len(trim(rubbish, "x").content) <= MAX_BYTES
    except SourceError as error:
        assert "cannot be divided" in error.reason


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Fri, 20 Nov 2026 08:30:00 EST", "2026-11-20T13:30:00"),
        ("20 Nov 26 08:30 GMT", "2026-11-20T08:30:00"),
        ("2026-11-20 08:30:00 +0530", "2026-11-20T03:00:00"),
        ("2026-11-20T08:30:00.123+01:00", "2026-11-20T07:30:00"),
        ("1795163400", "2026-11-20T08:30:00"),
        ("1795163400000", "2026-11-20T08:30:00"),
        ("2026年11月20日 08:30", "2026-11-20T08:30:00"),
        ("Fri, 20 Nov 2026 08:30:00 UT-5", "2026-11-20T13:30:00"),
        ("Mon, 30 Feb 2026 00:00:00 GMT", None),
        ("Fri, 20 Nov 20026 08:30:00 GMT", None),
        ("0000-00-00 00:00:00", None),
        ("2026-13-40", None),
        ("today", None),
        ("", None),
    ],
)
def test_dates(text, date):
    expected = datetime.fromisoformat(date).replace(tzinfo=UTC) if date else None
    assert read_date(text) == expected


# ---- what a source wants


def entry(number, date="2026-11-20", more=""):
    return (
        f"<item><title>T{number}</title><link>http://x.example/{number}</link>"
        f"<pubDate>{date}</pubDate>{more}</item>"
    )


def rss(*items):
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f'<rss version="2.0" {space}><channel><title>C</title>{"".join(items)}</channel></rss>'


def test_patterns_choose_addresses(site, client):
    site.page("/s", rss(entry("news/1"), entry("news/live/2"), entry("sport/3")))
    one = source(site, "feed", include=("*/news/*", "*/sport/*"), exclude=("*/live/*", "*SPORT*"))
    assert addresses(discover(one, client)) == [
        "http://x.example/news/1",
        "http://x.example/sport/3",
    ]


def test_what_is_too_old_is_left_out(site, client):
    recent = (datetime.now(UTC) - timedelta(hours=5)).isoformat()
    site.page("/s", rss(entry(1, "2020-01-01"), entry(2, recent), entry(3, "")))
    found = discover(source(site, "feed", max_age=86_400), client)
    assert addresses(found) == ["http://x.example/2", "http://x.example/3"]


def content(html):
    return f"<content:encoded><![CDATA[{html}]]></content:encoded>"


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        (STORY, True),
        ("<p>Only the beginning.</p>", False),
        (STORY.replace("</p>", " […]</p>"), False),
        ("<p>" + "托尔瓦登市图书馆从三月起将开放到晚上十点。" * 5 + "</p>", True),
    ],
)
def test_an_entry_that_is_complete_brings_its_text(site, client, html, kept):
    site.page("/s", rss(entry(1, more=content(html))))
    (one,) = discover(source(site, "feed"), client).references
    assert bool(one.html) is kept


def test_addresses_in_an_entry_are_resolved_against_its_page(site, client):
    site.page("/s", rss(entry("a/1", more=content(STORY + '<img src="i.jpg"><a href="/b">b</a>'))))
    (one,) = discover(source(site, "feed"), client).references
    assert 'src="http://x.example/a/i.jpg"' in one.html
    assert 'href="http://x.example/b"' in one.html


def test_a_refused_page_is_replaced_by_its_entry(site, client):
    one = Reference(source="s", url=site.page("/1", "no", status=403), title="A & B", html=STORY)
    page = fetch(one, client)
    assert STORY.encode() in page.content
    assert b"<h1>A &amp; B</h1>" in page.content
    assert (page.url, page.charset) == (one.url, "utf-8")
    assert fetch(one, client, page.validators) is None


@pytest.mark.parametrize("status", [404, 410, 500])
def test_a_page_that_is_not_there_is_not_replaced(site, client, status):
    one = Reference(source="s", url=site.page("/1", "no", status=status), html=STORY)
    with pytest.raises(FetchError):
        fetch(one, client)


def test_a_source_may_insist_on_pages_or_on_entries(site, client):
    one = Reference(source="s", url=site.page("/1", "no", status=403), html=STORY)
    with pytest.raises(FetchError):
        fetch(one, client, source=source(site, "feed", text="page"))
    assert len(site.asked("/1")) == 1
    assert fetch(one, client, source=source(site, "feed", text="entry")).content
    assert len(site.asked("/1")) == 1, "nothing is fetched"


def test_an_entry_of_a_private_address_is_not_published(site, client):
    with pytest.raises(FetchError, match="private"):
        fetch(Reference(source="s", url="http://127.0.0.2:9/", html=STORY), client)


def test_announced_addresses_trace_nobody(site, client):
    link = "http://x.example/1?utm_source=rss&amp;utm_medium=feed&amp;id=7#comments"
    site.page("/s", rss(f"<item><title>T</title><link>{link}</link></item>"))
    assert addresses(discover(source(site, "feed"), client)) == ["http://x.example/1?id=7"]


def test_a_source_that_moved_says_where(site, client):
    site.page("/new", rss(entry(1)))
    site.page("/s", b"", status=301, Location="/new")
    found = discover(source(site, "feed"), client)
    assert found.moved == site.url("/new")
    site.page("/s", b"", status=302, Location="/new")
    assert discover(source(site, "feed"), client).moved is None


def test_a_source_that_is_gone_says_so(site, client):
    site.page("/s", "", status=410)
    with pytest.raises(SourceError, match="gone for good") as caught:
        discover(source(site, "feed"), client)
    assert (caught.value.status, caught.value.retry) == (410, False)
