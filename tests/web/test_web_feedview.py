"""Feeds as browsers show them: readable, with links and dates in the feed's language."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import etree

from pipeline.article import Entry, FeedSpec
from pipeline.syndicate import Archive, atom, json_feed, rss
from pipeline.web.feedview import readable

X = "{http://www.w3.org/1999/xhtml}"
FEED = FeedSpec(
    id="world",
    title="World & more",
    description="News <b>",
    languages=("pt", "ar", "de"),
    titles={"ar": "العالم", "de": "Welt"},
    base_url="https://wire.example.org",
)
ENTRY = Entry(
    id="tag:wire.example.org,2026:1/pt",
    url="https://news.example.com/1?a=1&b=2",
    title="Tom & Jerry <b>",
    summary="Peixe & batata, 1 < 2, &copy=3.",
    html="<p>Um.</p>",
    language="pt",
    original_language="en",
    by_machine=True,
    published=datetime(2026, 3, 1, 12, tzinfo=UTC),
    updated=datetime(2026, 3, 1, 12, tzinfo=UTC),
    source_title="Example & Co",
    source_url="https://news.example.com/",
)
BUILDS = pytest.mark.parametrize("build", [rss, atom])


def shown(document, base=""):
    """The page within the feed."""
    return next(etree.fromstring(readable(document, base)).iter(f"{X}div"))


def plain(element):
    return "".join(element.itertext()).replace("\u200b", "")


@BUILDS
@pytest.mark.parametrize("mode", ["full", "summary"])
@pytest.mark.parametrize(
    ("language", "date"), [("pt", "1 de mar. de 2026"), ("de", "01.03.2026"), ("fr", "1 mars 2026")]
)
def test_entries_can_be_read_and_clicked(build, mode, language, date):
    entry = replace(ENTRY, language=language)
    page = shown(build(replace(FEED, content=mode), language, [entry]))
    assert (page.get("lang"), page.get("dir")) == (language, "ltr")
    (item,) = page.find(f"{X}ul[@class='headlines told']")
    link, summary, facts = item
    assert (link.get("href"), plain(link)) == (ENTRY.url, ENTRY.title)
    assert plain(summary).startswith(ENTRY.summary)
    told = facts.find(f"{X}time")
    assert told.get("datetime").startswith("2026-03-01T12:00")
    assert told.text == date
    assert facts.find(f"{X}bdi").text == "Example & Co"


@BUILDS
def test_a_page_says_how_to_subscribe_and_leads_to_other_formats_and_languages(build):
    page = shown(build(FEED, "ar", [ENTRY]), "/wire")
    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
    card = page.find(f"{X}div")
    hint = card.find(f"{X}p")
    assert (hint.get("lang"), hint.get("dir")) == ("ar", "rtl") and "خلاصة" in hint.text
    suffix = build.__name__
    assert card.find(f"{X}input").get("value") == f"{FEED.base_url}/world/ar.{suffix}"
    named = {one.text: one.get("href") for one in card.iter(f"{X}a")}
    assert named["babelwire"] == f"{FEED.base_url}/"
    assert named["JSON"] == f"{FEED.base_url}/world/ar.json"
    assert named["Deutsch"] == f"{FEED.base_url}/world/de.{suffix}"
    text = readable(build(FEED, "ar", [ENTRY]), "/wire").decode()
    assert 'href="/wire/assets/style.css"' in text and text.count("<?xml ") == 1
    assert page.find(f"{X}meta").get("name") == "viewport"


@BUILDS
def test_a_feed_without_address_entries_or_words_of_its_language_is_shown_too(build):
    page = shown(build(replace(FEED, base_url=""), "sw", []))
    assert page.find(f"{X}div/{X}p").get("lang") == "en"
    assert page.find(f"{X}div/{X}input") is None
    assert "Nothing is published yet." in plain(page)
    local = replace(ENTRY, url="file:///etc/passwd", source_url="")
    links = [one.get("href") for one in shown(build(FEED, "pt", [local])).iter(f"{X}a")]
    assert links and all(one.startswith("https://wire.example.org/") for one in links)


@BUILDS
def test_nothing_of_the_feed_is_lost(build):
    document = build(FEED, "pt", [ENTRY], Archive(1, 2))
    before, after = etree.fromstring(document), etree.fromstring(readable(document))
    for page in [one for one in after.iter(f"{X}div") if one.get("class") == "feed-page"]:
        page.getparent().remove(page)
    assert etree.tostring(before, method="c14n") == etree.tostring(after, method="c14n")


def test_a_long_summary_is_shortened_at_a_word():
    entry = replace(ENTRY, summary="palavra " * 200)
    (summary,) = shown(rss(FEED, "pt", [entry])).findall(f".//{X}li/{X}p")
    assert len(summary.text) <= 301 and summary.text.endswith("palavra…")


@pytest.mark.parametrize(
    "content", [b"", b"<rss", b"<html/>", b"<rss/>", b"\xff\xfe", json_feed(FEED, "pt", [ENTRY])]
)
def test_what_is_no_feed_is_left_as_it_is(content):
    with pytest.raises(ValueError):
        readable(content)
