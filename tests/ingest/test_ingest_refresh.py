"""Pages that lead elsewhere by their markup."""

import pytest

from pipeline.article import Reference, Source
from pipeline.errors import FetchError
from pipeline.ingest import discover, fetch, find_sources

STORY = "<article><h1>A bridge</h1><p>" + "It was opened by the mayor. " * 30 + "</p></article>"


def refresh(content: str, more: str = "<p>You are being redirected.") -> str:
    return f'<html><head><meta http-equiv="Refresh" content="{content}"></head><body>{more}'


def get(site, client, path="/old"):
    return fetch(Reference(source="s", url=site.url(path)), client)


@pytest.mark.parametrize(
    "content",
    [
        "0;url=/new",
        "0; URL=/new",
        "0,url='/new'",
        "0; url = &quot;/new&quot; and more",
        "3 /new",
        " 0.5;/new",
        ";url=/new",
        "0;url=new",
        "0; url=HTTP://{site}/new#part",
    ],
)
def test_a_page_that_only_leads_elsewhere_is_followed(site, client, content):
    site.page("/old", refresh(content.replace("{site}", site.authority)))
    site.page("/new", STORY)
    page = get(site, client)
    assert page.url == site.url("/new")
    assert page.content == STORY.encode()


@pytest.mark.parametrize(
    ("content", "more"),
    [
        ("300;url=/new", "<p>Live"),  # in five minutes
        ("0;url=/new", STORY),  # has words of its own
        ("30", "<p>Live"),  # reloads itself
        ("5;url=/old", "<p>Live"),
        ("0;url=", "<p>Live"),
        ("nonsense", "<p>Live"),
    ],
)
def test_a_page_that_stays_is_the_page(site, client, content, more):
    site.page("/old", refresh(content, more))
    site.page("/new", STORY)
    assert get(site, client).url == site.url("/old")
    assert not site.asked("/new")


def test_the_base_and_comments_are_heeded(site, client):
    site.page(
        "/old",
        '<base href="/deep/"><!-- <meta http-equiv=refresh content="0;url=/wrong"> -->'
        "<noscript><meta http-equiv=refresh content='0;url=new'></noscript><p>Wait",
    )
    site.page("/deep/new", STORY)
    assert get(site, client).url == site.url("/deep/new")


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("javascript:alert(1)", "neither http nor https"),
        ("data:text/html,x", "neither http nor https"),
        ("file:///etc/passwd", "neither http nor https"),
        ("http://127.0.0.2/", "private address"),
        ("http://[", "no valid address"),
        ("/none", "is not there"),
    ],
)
def test_where_a_page_may_not_lead(site, client, target, reason):
    site.page("/old", refresh(f"0;url={target}"))
    with pytest.raises(FetchError, match=reason):
        get(site, client)


def test_circles_and_long_chains_end(site, client):
    site.page("/old", refresh("0;url=/new"))
    site.page("/new", refresh("0;url=/old"))
    with pytest.raises(FetchError, match="in a circle"):
        get(site, client)
    for number in range(20):
        site.page(f"/{number}", refresh(f"0;url=/{number + 1}"))
    with pytest.raises(FetchError, match="without an end"):
        get(site, client, "/0")
    assert len(site.log) < 12


def test_the_page_that_was_led_to_is_asked_for_again_and_known_by_its_bytes(site, client):
    site.page("/old", refresh("0;url=/new"), ETag='"stub"')
    site.page("/new", STORY, ETag='"new"')
    first = get(site, client)
    assert (first.validators.etag, bool(first.validators.digest)) == (None, True)
    reference = Reference(source="s", url=site.url("/old"))
    assert fetch(reference, client, first.validators) is None
    site.page("/new", STORY + "<p>More.", ETag='"newer"')
    assert fetch(reference, client, first.validators).content.endswith(b"More.")


def test_index_pages_and_home_pages_are_followed(site, client):
    site.page("/", refresh("0;url=/en/"))
    links = "".join(
        f'<h2><a href="/news/2026/11/{n}/story">Story number {n} of the day</a></h2>'
        for n in range(10, 15)
    )
    feed = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    site.page("/en/", f"<html><head>{feed}</head><body>{links}</body></html>")
    item = "<item><title>T</title><link>http://x.example/1</link></item>"
    site.page("/feed.xml", f'<rss version="2.0"><channel><title>C</title>{item}</channel></rss>')
    index = Source(id="s", kind="index", url=site.url("/"))
    assert len(discover(index, client).references) == 5
    assert find_sources(site.url("/"), client).candidates[0].url == site.url("/feed.xml")
