"""Finding the sources of a site from its home page, checking one."""

import pytest

from pipeline.article import Source
from pipeline.errors import SourceError
from pipeline.ingest import check, find_sources

ITEM = "<item><title>T</title><link>http://x.example/1</link><pubDate>2026-11-20</pubDate></item>"
HEAD = "<title>Courier</title><language>de</language>"
RSS = f'<rss version="2.0"><channel>{HEAD}{ITEM}</channel></rss>'
SITEMAP = "<urlset><url><loc>http://x.example/1</loc></url></urlset>"


def home(site, head="", body=""):
    html = f"<html><head><title>Home</title>{head}</head><body>{body}</body></html>"
    return site.page("/", html)


def test_the_feed_that_a_page_names_is_found(site, client):
    link = '<link rel="alternate" type="application/rss+xml; charset=utf-8" title="News" href="{}">'
    url = home(site, link.format("/comments/feed") + link.format("f.xml") + link.format("/no"))
    site.page("/f.xml", RSS)
    site.page("/comments/feed", RSS)
    found = find_sources(url, client)
    best, comments = found.candidates
    assert (best.kind, best.url) == ("feed", site.url("/f.xml"))
    assert "names it" in best.reason
    assert (best.title, best.language, best.announced) == ("Courier", "de", 1)
    assert comments.url == site.url("/comments/feed")
    assert found.rejected == ((site.url("/no"), "is not there (HTTP 404)"),)
    assert not site.asked("/rss"), "nobody guesses where the page says"
    assert best.source("courier") == Source(
        id="courier", kind="feed", url=best.url, title="Courier"
    )


@pytest.mark.parametrize("path", ["/feed", "/rss.xml", "/atom.xml", "/feed.json"])
def test_well_known_addresses_are_tried(site, client, path):
    url = home(site)
    feed = '{"version": "https://jsonfeed.org/version/1", "items": [{"url": "http://x.example/1"}]}'
    site.page(path, feed if path.endswith("json") else RSS)
    (one,) = find_sources(url, client).candidates
    assert one.url == site.url(path)
    assert "often is" in one.reason


def test_a_link_in_the_page_is_tried(site, client):
    site.page("/out/all", RSS)
    (one,) = find_sources(home(site, body='<a href="/out/all">RSS</a>'), client).candidates
    assert one.url == site.url("/out/all")


def test_the_sitemap_of_robots_txt_is_found_even_if_relative(site, client):
    site.page("/robots.txt", "Sitemap: /maps/news.xml\nSitemap: javascript:1", ctype="text/plain")
    site.page("/maps/news.xml", SITEMAP)
    (one,) = find_sources(home(site), client).candidates
    assert (one.kind, one.url) == ("sitemap", site.url("/maps/news.xml"))
    assert "robots.txt" in one.reason


def test_a_page_of_links_is_the_last_resort(site, client):
    url = home(site, body='<h2><a href="/a/4711">Council votes for a longer tram line</a></h2>')
    (one,) = find_sources(url, client).candidates
    assert (one.kind, one.url) == ("index", url)


@pytest.mark.parametrize(("body", "kind"), [(RSS, "feed"), (SITEMAP, "sitemap")])
def test_the_address_may_be_a_source_itself(site, client, body, kind):
    (one,) = find_sources(site.page("/x", body, ctype="text/xml"), client).candidates
    assert (one.kind, one.url) == (kind, site.url("/x"))


def test_a_site_without_sources_is_an_error_that_says_what_to_do(site, client):
    with pytest.raises(SourceError, match=r"announces no articles .* CSS selectors"):
        find_sources(home(site, body='<a href="http://[">x</a>'), client)
    assert len(site.log) < 40


def test_checking_a_source_shows_what_it_has(site, client):
    site.page("/f", RSS.replace(ITEM, ITEM + ITEM.replace("/1", "/2").replace("2026-11-20", "")))
    shown = check(Source(id="s", kind="feed", url=site.url("/f")), client)
    assert len(shown.found.references) == 2
    assert (shown.language, shown.dated, shown.complete) == ("de", 1, 0)
