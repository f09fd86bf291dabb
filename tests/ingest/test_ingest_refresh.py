"""Pages that only lead on to another, by a refresh."""

import pytest

from pipeline.article import Reference, Source
from pipeline.errors import FetchError, SourceError
from pipeline.ingest import Client, discover, fetch, find_sources
from pipeline.ingest.http.client import Response
from pipeline.ingest.http.refresh import parse_refresh, refresh_target

STORY = "<article>" + "<p>The town library stays open until ten at night.</p>" * 9 + "</article>"
RSS = (
    '<rss version="2.0"><channel><title>Courier</title>'
    "<item><title>T</title><link>http://x.example/1</link></item></channel></rss>"
)


def sign(content, body="<p>Please wait.", head=""):
    return f'<html><head>{head}<meta http-equiv="Refresh" content="{content}"></head>{body}'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0; url=/a", (0, "/a")),
        ("0;URL=/a", (0, "/a")),
        (" \t5 , url = '/a' and more", (5, "/a")),
        ('3;url="/a', (3, "/a")),
        ("0;/a", (0, "/a")),
        ("0 /a", (0, "/a")),
        ("0,'/a'", (0, "/a")),
        ("0;\n url\n=\n/a b", (0, "/a b")),
        ("0;url/a", (0, "url/a")),
        ("0;ur=/a", (0, "ur=/a")),
        ("0;url==/a", (0, "=/a")),
        ("1.9;url=/a", (1, "/a")),
        (".5;url=/a", (0, "/a")),
        ("1..2.;url=/a", (1, "/a")),
        ("300", (300, "")),
        ("0;", (0, "")),
        ("0;url=", (0, "")),
        ("", None),
        (" ", None),
        ("url=/a", None),
        ("0x;url=/a", None),
        ("-1;url=/a", None),
        ("+1;url=/a", None),
        ("0\xa0;url=/a", None),
        ("٣;url=/a", None),
    ],
)
def test_what_a_refresh_declares(text, said):
    assert parse_refresh(text) == said


def test_a_refresh_of_any_length_is_read_in_linear_time():
    for text in ("1" * 300_000 + "x", "1." * 300_000 + "x", " " * 300_000, "0;" + "u" * 300_000):
        parse_refresh(text)
    long = b"<meta http-equiv=" + b" " * 1_000_000
    many = b'<meta http-equiv="refresh" content="300">' * 20_000
    for content in (long, many, b"http-equiv=refresh" * 50_000):
        assert (
            refresh_target(Response(url="http://x.example/a", status=200, content=content)) is None
        )


def article(site, path="/story"):
    return site.page(path, f"<h1>Library</h1>{STORY}")


def fetched(url, client):
    return fetch(Reference(source="s", url=url), client)


def test_a_page_that_only_leads_on_is_a_redirect(site, client):
    target = article(site)
    site.page("/b", sign("1;url=story"))
    page = fetched(site.page("/a", b"", status=302, Location="/b"), client)
    assert page.url == target and b"Library" in page.content
    again = fetch(page.reference, client, page.validators)
    assert again is None, "the same bytes behind the same sign"
    assert not {"If-None-Match", "If-Modified-Since"} & set(site.asked("/story")[1])


def test_a_sign_that_says_unchanged_does_not_hide_what_is_behind_it(site, client):
    dated = {"Last_Modified": "Wed, 20 Nov 2024 07:30:00 GMT"}

    def old(h):
        if h.headers.get("If-Modified-Since"):
            h.reply(b"", status=304)
        else:
            h.reply(sign("0;/story"))

    site.routes["/a"] = old
    site.page("/story", STORY, **dated)
    page = fetched(site.url("/a"), client)
    site.page("/story", STORY.replace("ten", "nine"), **dated)
    assert b"nine" in fetch(page.reference, client, page.validators).content


@pytest.mark.parametrize(
    "where",
    [
        sign("0;story", head='<base href="/">'),
        '<noscript><meta http-equiv=refresh content="0;url=/story"></noscript><script>x()</script>',
        sign("0;/story", "<nav><a href=/1>" + "One of many sections " * 90 + "</a></nav><p>Wait"),
        sign("soon;/nowhere", head='<META content="0;/story" HTTP-EQUIV=" REFRESH ">'),
        sign("0;/story").encode("utf-16"),
    ],
)
def test_signs_of_many_forms(site, client, where):
    target = article(site)
    assert fetched(site.page("/deep/a", where), client).url == target


def test_a_refresh_in_the_header_counts_too(site, client):
    url = site.page("/a", "<p>Wait", Refresh="0; url=/story")
    target = article(site)
    assert fetched(url, client).url == target


@pytest.mark.parametrize(
    "page",
    [
        sign("300;/story"),
        sign("0;/story", STORY),
        sign("300", STORY),
        sign("0"),
        sign("0;/a#top"),
        sign("0;/"),
        f"<!-- {sign('0;/story')} --><p>Hello",
        f"<script>'{sign('0;/story')}'</script><p>Hello",
        sign("0;/story", "<p>" + "<a href=/x>One of many headlines on this page</a>" * 40),
        '<noscript><meta http-equiv=refresh content="0;url=/story"></noscript>'
        f"<script>{'x' * 30_000}</script>",
    ],
)
def test_a_page_that_is_one_is_left_as_it_is(site, client, page):
    article(site)
    url = site.page("/a", page)
    assert fetched(url, client).url == url
    assert not site.asked("/story")


def test_a_circle_of_signs_is_refused(site, client):
    site.page("/b", sign("0;/a"))
    with pytest.raises(FetchError, match="redirects in a circle"):
        fetched(site.page("/a", sign("0;/b")), client)
    assert len(site.log) <= 3


def test_signs_and_redirects_are_bounded_together(site, client, options):
    for number in range(20):
        site.page(f"/{2 * number}", sign(f"0;/{2 * number + 1}"))
        site.page(f"/{2 * number + 1}", b"", status=302, Location=f"/{2 * number + 2}")
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        fetched(site.url("/0"), client)
    assert len(site.log) == 6


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("http://127.0.0.2:9/x", "private address"),
        ("http://[::1]/x", "private address"),
        ("file:///etc/hostname", "neither http nor https"),
        ("javascript:alert(1)", "neither http nor https"),
        ("intent://x#Intent;end", "neither http nor https"),
        ("http://a:secret@x.example/", "user name or password"),
        ("http://[", "not a valid address"),
        ("/forbidden", "robots.txt forbids"),
    ],
)
def test_a_sign_leads_nowhere_a_redirect_may_not(site, client, where, said):
    site.page("/robots.txt", "User-agent: *\nDisallow: /forbidden", ctype="text/plain")
    site.page("/forbidden", STORY)
    with pytest.raises(FetchError, match=said) as caught:
        fetched(site.page("/deep/a", sign(f"0;url={where}")), client)
    assert "secret" not in str(caught.value)
    assert not site.asked("/forbidden")


def test_the_next_page_is_paced_as_any_other(site, options):
    article(site)
    site.page("/robots.txt", "User-agent: *\nCrawl-delay: 9", ctype="text/plain")
    url = site.page("/a", sign("0;/story"))
    hasty = options.model_copy(update={"max_wait": 0.1})
    with Client(hasty) as client, pytest.raises(FetchError, match="left alone"):
        fetched(url, client)
    assert not site.asked("/story")


def test_an_index_page_and_a_home_page_are_followed(site, client):
    front = '<h2><a href="/a/4711">Council votes for a longer tram line</a></h2>'
    site.page("/en/", front)
    site.page("/", sign("0; url=/en/", ""))
    (one,) = discover(Source(id="s", kind="index", url=site.url("/")), client).references
    assert one.url == site.url("/a/4711")
    (found,) = find_sources(site.url("/"), client).candidates
    assert (found.kind, found.url) == ("index", site.url("/en/"))
    link = '<link rel="alternate" type="application/rss+xml" href="feed">'
    site.page("/en/", f"<html><head>{link}</head>{front}")
    site.page("/en/feed", RSS)
    assert find_sources(site.url("/"), client).candidates[0].url == site.url("/en/feed")


def test_an_index_page_that_leads_in_a_circle_is_a_source_error(site, client):
    site.page("/b", sign("0;/s"))
    site.page("/s", sign("0;/b"))
    with pytest.raises(SourceError, match="circle"):
        discover(Source(id="s", kind="index", url=site.url("/s")), client)
