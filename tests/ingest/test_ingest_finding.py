"""Finding the sources of a site from its home page, checking one, and lists of them."""

import pytest

from pipeline.article import Source
from pipeline.errors import SourceError
from pipeline.ingest import check, find_sources, read_opml, source_id, write_opml

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


OPML = b"""<?xml version="1.0"?><opml version="1.0"><body>
<outline text="News"><outline text="The Courier" type="rss" xmlUrl="http://x.example/feed"/>
<outline title="The Courier" xmlURL="feed://y.example/feed" language="pt-BR"/>
<outline text="Twice" xmlUrl="https://www.x.example/feed/"/>
<outline text="Bad" xmlUrl="file:///etc/passwd"/></outline>
<outline xmlUrl="http://z.example/feed?a=1&amp;b=2"/></body></opml>"""


def test_subscriptions_are_imported():
    found = read_opml(OPML, "subs.opml", taken=["the-courier"])
    assert [(one.id, one.url, one.language) for one in found.sources] == [
        ("the-courier-2", "http://x.example/feed", None),
        ("the-courier-3", "http://y.example/feed", "pt"),
        ("z-example", "http://z.example/feed?a=1&b=2", None),
    ]
    assert len(found.problems) == 1


def test_what_is_exported_is_imported_again():
    sources = (
        Source(id="a", kind="feed", title='A "& <b>', url="http://x.example/?a=1&b=2"),
        Source(id="b", kind="index", title="b", url="http://y.example/", links=("h2 > a", ".x")),
        Source(
            id="c",
            kind="sitemap",
            title="c",
            url="http://z.example/",
            language="pt",
            cron="0 6 * * mon-fri",
            timezone="Europe/Lisbon",
            include=("*/news/*", "*/world/*"),
            article=("main",),
            max_age=86_400.0,
            limit=20,
            text="page",
        ),
    )
    secret = Source(
        id="d", kind="feed", title="d", url="http://d.example/", headers={"K": "SECRET"}
    )
    content = write_opml([*sources, secret, Source(id="e", kind="folder", path="/saved")])
    assert b"SECRET" not in content
    assert read_opml(content, "x").sources[:3] == sources


@pytest.mark.parametrize("content", [b"", b"nothing", b"<rss/>", b"<html>", b"\xff\xfe\x00"])
def test_what_is_no_opml_is_refused(content):
    with pytest.raises(SourceError, match="OPML"):
        read_opml(content, "subs.opml")


def test_entities_in_opml_stay_shut(tmp_path):
    (tmp_path / "secret").write_text("SECRET")
    head = f'<!DOCTYPE opml [<!ENTITY x SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
    body = head.encode() + OPML.partition(b"?>")[2].replace(b"The Courier", b"A &x;")
    assert all("SECRET" not in one.title for one in read_opml(body, "x").sources)


def test_an_id_is_made_of_whatever_there_is():
    assert source_id("Zürcher Zeitung", "http://x.example/", []) == "zurcher-zeitung"
    assert source_id("新闻", "http://www.x.example/", []) == "x-example"
    assert source_id("新闻", "http://", ["source"]) == "source-2"
