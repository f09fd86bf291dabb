"""What a source wants of what it announces, and where it has moved."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.article import Reference
from pipeline.errors import FetchError, SourceError
from pipeline.ingest import discover, fetch
from tests.ingest.asking import STORY, addresses, content, entry, rss, source

# ---- what a source wants


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
