"""What a page, its headers and its site say of its feeds, in all the ways that sites have."""

import pytest

from pipeline.errors import SourceError
from pipeline.ingest import find_sources

ITEM = "<item><title>T</title><link>http://x.example/1</link></item>"
RSS = f'<rss version="2.0"><channel><title>Courier</title>{ITEM}</channel></rss>'
JSON = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "/a/1"}]}'


def home(head="", body="", lang=""):
    return f"<html{lang}><head><title>Home</title>{head}</head><body>{body}</body></html>"


def best(site, client, head="", body="", lang="", **headers):
    """The path of the source that is found behind a page; the feed is at /files/all."""
    site.page("/files/all", RSS, ctype="text/xml")
    site.page("/", home(head, body, lang), **headers)
    return find_sources(site.url("/"), client).candidates[0].url.removeprefix(site.url(""))


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="alternate" type="application/xml" href="/files/all">',
        '<link rel="alternate" type="text/xml" title="News" href="/files/all">',
        '<link rel="feed" href="/files/all">',
        '<link rel="FEED alternate" type="text/html" href="/files/all">',
        '<link rel="alternate" href="/files/all" title="RSS">',
        '<link rel="alternate" href="/files/all?format=rss">',
        '<base href="/files/"><link rel="alternate" type="application/rss+xml" href="all">',
        # What a wrong base makes of it is not there; without the base it is.
        '<base href="/wrong/"><link rel="alternate" type="application/rss+xml" href="files/all">',
        '<LINK REL="ALTERNATE" TYPE="Application/Atom+XML; charset=utf-8" HREF="./files/all">',
    ],
)
def test_the_feed_that_a_page_names_is_found(site, client, head):
    assert best(site, client, head).partition("?")[0] == "/files/all"
    assert not site.asked("/feed"), "nobody guesses where the page says"


def test_a_json_feed_with_the_type_of_any_json_is_found(site, client):
    site.page("/files/json", JSON, ctype="application/json")
    head = '<link rel="alternate" type="application/json" href="/files/json">'
    assert best(site, client, head) == "/files/json"


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="alternate" hreflang="de" href="/de/">',
        '<link rel="alternate" media="handheld" href="/m/">',
        '<link rel="alternate stylesheet" href="/dark.css" title="feed">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed">',
        '<link rel="canonical" href="/de/">',
    ],
)
def test_other_alternates_are_not_asked(site, client, head):
    assert best(site, client, head + '<link rel="feed" href="/files/all">') == "/files/all"
    assert {path for path, _ in site.log} == {"/", "/files/all"}


@pytest.mark.parametrize(
    "value",
    [
        '</files/all>; rel="alternate"; type="application/rss+xml"',
        '</style.css>; rel=preload, <files/all>; rel=feed; title="News"',
        '</wp-json/>; rel="https://api.w.org/", </files/all>; rel="alternate"; type="text/xml"',
    ],
)
def test_the_feed_that_a_link_header_names_is_found(site, client, value):
    assert best(site, client, Link=value) == "/files/all"


def test_of_several_languages_the_pages_own_is_chosen(site, client):
    link = '<link rel="alternate" type="application/rss+xml" hreflang="{0}" href="/{0}">'
    for language in ("en", "pt-BR", "ja"):
        site.page(f"/{language}", RSS)
    head = "".join(map(link.format, ("en", "pt-BR", "ja")))
    assert best(site, client, head, lang=' lang="ja"') == "/ja"
    assert best(site, client, head, lang=' lang="pt"') == "/pt-BR"
    assert best(site, client, head, lang=' lang="tr"') == "/en"


@pytest.mark.parametrize(
    "link",
    [
        "<a href='/files/all'>Subscribe via RSS</a>",
        "<a href='/files/all'>Abonnez-vous au flux RSS</a>",
        "<a href='/files/all'>RSSを購読する / RSS</a>",
        "<a href='/files/all'>News feed (Atom)</a>",
        "<a href='/files/all' title='RSS-Feed abonnieren'></a>",
        "<a href='/files/all' aria-label='RSS'><svg></svg></a>",
        "<a href='/files/all'><img src='/i.png' alt='RSS'></a>",
        "<a href='/files/all?type=rss2'>Abonnieren</a>",
    ],
)
def test_links_that_offer_a_feed_are_tried(site, client, link):
    assert best(site, client, body=link).partition("?")[0] == "/files/all"


def test_headlines_are_not_taken_for_feeds(site, client):
    body = "".join(
        f'<h2><a href="/2026/11/20/{slug}">{text}</a></h2>'
        for slug, text in (
            ("how-to-feed-ducks", "How volunteers feed the ducks of the harbour in the long winter "
             "months, and why the town does not like it"),
            ("atom", "The splendid model of an atom that a retired cartographer built of driftwood "
             "found on the beach"),
        )
    )  # fmt: skip
    site.page("/", home(body=body))
    found = find_sources(site.url("/"), client)
    assert found.candidates[0].kind == "index"
    assert not site.asked("/2026/11/20/how-to-feed-ducks")


def test_an_address_without_a_scheme_is_tried_by_http_too(site, client):
    site.page("/", home('<link rel="feed" href="/f">'))
    site.page("/f", RSS)
    assert find_sources(site.authority, client).candidates[0].url == site.url("/f")


def test_what_fails_by_https_and_http_says_both(client):
    with pytest.raises(SourceError, match=r"https: .*; http: ") as caught:
        find_sources("no-such-host.invalid", client)
    assert caught.value.remedy


def test_an_https_address_is_not_asked_by_http_without_being_told(site, client):
    site.page("/", home('<link rel="feed" href="/f">'))
    with pytest.raises(SourceError, match="try it with http://"):
        find_sources(f"https://{site.authority}/", client)


def test_the_error_says_what_was_tried_and_what_came_of_it(site, client):
    head = '<link rel="feed" href="/none"><link rel="feed" href="/story">'
    site.page("/story", home(body="A story"))
    site.page("/", home(head))
    with pytest.raises(SourceError) as caught:
        find_sources(site.url("/"), client)
    reason = caught.value.reason
    assert "/none, /feed, /rss, /rss.xml" in reason and "(is not there (HTTP 404))" in reason
    assert "/story (is no RSS or Atom feed)" in reason
    assert "/ (has no links to articles)" in reason
