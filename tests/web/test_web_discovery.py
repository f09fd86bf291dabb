"""What programs find on pages: feeds, lists of feeds, and what search engines may do with them."""

from dataclasses import replace
from urllib.robotparser import RobotFileParser

import pytest
from lxml import etree, html
from starlette.testclient import TestClient

from pipeline.article import Entry, FeedSpec
from pipeline.syndicate import opml
from pipeline.syndicate.pages import article_page, article_view
from pipeline.web import application
from tests.syndicate.feed_rules import problems
from tests.web.values import NOON, STORY, tree

ROOT = "https://wire.example.org"
FEEDS = [
    FeedSpec(id="all", title="Everything", languages=("pt", "he"), base_url=ROOT),
    FeedSpec(
        id="port",
        title="Harbour",
        titles={"pt": "Porto & mar"},
        sources=("port",),
        languages=("pt",),
        base_url=ROOT,
        formats=("atom",),
    ),
    FeedSpec(id="town", title="Town", sources=("town",), languages=("pt",), base_url=ROOT),
]
ENTRY = Entry(
    id="tag:x",
    url="https://news.example.com/1",
    title="Balsa",
    summary="",
    html='<p>a</p><img src="/1.jpg" alt="<img src=x onerror=y>"><p><img src="/2.jpg"></p>',
    language="pt",
    original_language="en",
    by_machine=True,
    published=NOON,
    updated=NOON,
    original_title="Ferry",
    original_html="<p>b</p>",
)


def head(view, **options):
    """What the page of an article says to search engines: robots, canonical, alternates."""
    page = html.fromstring(article_page(view, ROOT, **options))
    return (
        page.xpath("//meta[@name='robots']/@content"),
        page.xpath("//link[@rel='canonical']/@href"),
        page.xpath("//link[@rel='alternate'][not(@type)]/@hreflang"),
    )


def test_translations_are_kept_out_of_search_engines_unless_the_settings_allow_them():
    own = f"{ROOT}/article/1/"
    assert head(STORY) == (["noindex"], [], [])
    assert head(STORY, indexed=True) == ([], [f"{own}ar"], ["ar"])
    both = replace(STORY, languages=("ar", "en", "pt"))
    assert head(both, indexed=True) == ([], [f"{own}ar"], ["ar", "pt"])


@pytest.mark.parametrize("indexed", [False, True])
def test_a_copy_of_the_original_names_the_publishers_page(indexed):
    copy = replace(STORY, language="en", by_machine=False, original_html="", pairs=None)
    assert head(copy, indexed=indexed) == ([], [STORY.url], [])
    local = replace(copy, url="")  # of a folder of pages, which is published nowhere else
    alternates = ["ar", "en"] if indexed else []
    assert head(local, indexed=indexed) == ([], [f"{ROOT}/article/1/en"], alternates)


@pytest.mark.parametrize("indexed", [False, True])
def test_every_alternate_names_itself_as_canonical(indexed):
    """Search engines believe alternates that name one another only (hreflang is mutual)."""
    languages = ("ar", "en", "pt")
    for url in (STORY.url, ""):
        pages = {
            code: head(
                replace(
                    STORY, language=code, languages=languages, by_machine=code != "en", url=url
                ),
                indexed=indexed,
            )
            for code in languages
        }
        for robots, canonical, alternates in pages.values():
            assert not (robots and (canonical or alternates))
            for code in alternates:
                assert pages[code][1] == [f"{ROOT}/article/1/{code}"]
                assert pages[code][2] == alternates == [*dict.fromkeys(alternates)]
            if alternates:
                assert canonical[0].rpartition("/")[2] in alternates


def test_an_article_leads_to_the_feeds_of_its_source_and_language():
    view = article_view(ENTRY, "1", ("en", "pt"), "port", FEEDS)
    page = html.fromstring(article_page(view, f"{ROOT}/wire"))
    found = page.xpath("//link[@rel='alternate'][@type]")
    assert [(one.get("href"), one.get("type"), one.get("title")) for one in found] == [
        ("/wire/all/pt.rss", "application/rss+xml", "Everything (português)"),
        ("/wire/port/pt.atom", "application/atom+xml", "Porto & mar (português)"),
    ]
    hebrew = article_view(replace(ENTRY, language="he"), "1", ("he",), "town", FEEDS)
    assert [one.path for one in hebrew.feeds] == ["all/he.rss"]


def test_pictures_load_late_and_their_hosts_are_told_of_no_page():
    view = article_view(ENTRY, "1", ("pt",))
    images = html.fromstring(f"<div>{view.html}</div>").xpath("//img")
    assert len(images) == 2 and "onerror" in images[0].get("alt")
    for image in images:
        assert (image.get("loading"), image.get("referrerpolicy")) == ("lazy", "no-referrer")
        assert image.get("src").startswith("https://news.example.com/")
        assert image.get("onerror") is None
    lead = replace(STORY, image="https://news.example.com/lead.jpg")
    (image,) = html.fromstring(article_page(lead, ROOT)).xpath("//main//img")
    assert (image.get("loading"), image.get("referrerpolicy")) == (None, "no-referrer")


def test_crawlers_are_kept_from_pages_that_are_no_use_to_them(client, backend, tmp_path):
    told = client.get("/robots.txt")
    assert told.headers["content-type"] == "text/plain; charset=utf-8"
    rules = RobotFileParser()
    rules.parse(told.text.splitlines())
    for path in ("/search?q=ferry", "/status", "/source/wire", "/api/runs/1", "/metrics"):
        assert not rules.can_fetch("Examplebot", path), path
    # They must see that a translation is not to be indexed.
    for path in ("/", "/article/1/ar", "/feed/world/ar", "/world/ar.rss", "/assets/style.css"):
        assert rules.can_fetch("Examplebot", path), path
    below = TestClient(application(tmp_path, backend, base_url="https://example.org/my wire"))
    assert "Disallow: /my%20wire/status" in below.get("/robots.txt").text
    (tmp_path / "robots.txt").write_text("User-agent: *\nDisallow: /\n")
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_there_is_an_icon_at_the_address_that_browsers_guess(client, tmp_path):
    icon = client.get("/favicon.ico")
    assert icon.headers["content-type"] == "image/x-icon"
    assert icon.content[:6] == b"\0\0\1\0\3\0"  # an ICO file with three pictures
    assert client.get("/assets/favicon.ico").content == icon.content
    (tmp_path / "favicon.ico").write_bytes(b"\0\0\1\0mine")
    assert client.get("/favicon.ico").content == b"\0\0\1\0mine"


def test_feeds_have_names_that_tell_them_apart_in_every_list(client):
    listed = opml(FEEDS)
    assert problems(listed) == []
    outlines = etree.fromstring(listed).xpath("//outline[@type]")
    assert [one.get("text") for one in outlines] == [
        "Everything (עברית)",
        "Everything (português)",
        "Porto & mar (português)",
        "Town (português)",
    ]
    page = tree(client.get("/"))
    (link,) = page.xpath("//a[@href='/feeds.opml']")
    assert link.get("download") == "babelwire.opml"
    titles = page.xpath("//link[@rel='alternate']/@title")
    assert len(titles) == len({*titles}) == 6
