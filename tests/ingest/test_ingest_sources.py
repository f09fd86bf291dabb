"""Sitemaps and index pages as sources."""

import gzip
import time
from datetime import UTC, datetime

import pytest

from pipeline.errors import SourceError
from pipeline.ingest import Client, discover
from tests.ingest.asking import addresses, source
from tests.waiting import LONG

NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def sitemap(*urls: str) -> str:
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(urls)}</urlset>'


def url(loc: str, more: str = "") -> str:
    return f"<url><loc>{loc}</loc>{more}</url>"


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
    with pytest.raises(SourceError, match="larger than 1,000,000 bytes"):
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


@pytest.mark.parametrize(
    "body",
    [
        '<?xml version="1.0" encoding="utf-16"?>' + sitemap(url("http://x.example/?a=1&amp;b=2")),
        sitemap(url("http://x.example/?a=1&b=2")),
        "Warning: x\n<?xml version='1.0'?>" + sitemap(url("http://x.example/?a=1&amp;b=2")),
        sitemap(url("http://x.example/?a=1&amp;b=2")).encode("utf-16"),
        sitemap(url("\ufeffhttp://x.example/?a=1&amp;b=2\u200b")),
    ],
    ids=("no utf-16", "ampersand", "warning", "utf-16", "marks"),
)
def test_a_sitemap_that_is_a_little_wrong_gives_its_addresses(site, client, body):
    site.page("/s", body, ctype="application/xml")
    assert addresses(discover(source(site, "sitemap"), client)) == ["http://x.example/?a=1&b=2"]


@pytest.mark.parametrize("piece", ["<url/>", "<url>", "<a/>", "<a>"])
def test_a_sitemap_of_rubbish_takes_linear_time(site, client, options, piece):
    bad = "<urlset>" + "<url>" * 200 + url("http://x.example/1") + piece * 400_000
    site.page("/s", bad, ctype="application/xml")
    began = time.process_time()
    with Client(options.model_copy(update={"max_bytes": 5_000_000})) as able:
        found = discover(source(site, "sitemap"), able)
    assert addresses(found) == ["http://x.example/1"]
    assert len(found.problems) <= 100_000
    assert time.process_time() - began < LONG


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


@pytest.mark.parametrize("piece", [pytest.param("<b>x</b>", marks=pytest.mark.slow), "<a "])
def test_a_page_of_a_million_tags_is_read_up_to_a_bound(site, client, options, piece):
    first = '<h2><a href="/a/4711">Council votes for a longer tram line</a></h2>'
    site.page("/s", f"<html><body>{first}{piece * (2_000_000 // len(piece))}")
    with Client(options.model_copy(update={"max_bytes": 5_000_000})) as able:
        found = discover(source(site, "index"), able)
    assert addresses(found)[0] == site.url("/a/4711")


@pytest.mark.slow
def test_ten_thousand_links_in_one_element_take_linear_time(site, client, options):
    links = "".join(
        f"<a href='/2026/03/02/{n}'>The mayor of the town said a lot today</a> "
        for n in range(10_000)
    )
    site.page("/s", f"<html><body><div>{'<p>' * 200}<div>{links}{'<b></b>' * 50_000}")
    began = time.process_time()
    with Client(options.model_copy(update={"max_bytes": 5_000_000})) as able:
        found = discover(source(site, "index"), able)
    assert len(found.references) == 10_000
    assert time.process_time() - began < LONG


def test_the_date_of_a_teaser_is_that_of_its_links(site, client):
    teasers = "".join(
        f"<div><a href='/2026/03/{n}/x'>The mayor of the town said a lot today</a>{times}</div>"
        for n, times in (
            (10, "<time datetime='2026-03-02'>2 March</time>"),
            (11, "<time datetime='2026-03-02'>2 March</time><time datetime='2026-03-03'></time>"),
            (12, ""),
        )
    )
    site.page("/s", f"<html><body>{teasers}")
    found = discover(source(site, "index"), client)
    assert [one.published is not None for one in found.references] == [True, False, False]
