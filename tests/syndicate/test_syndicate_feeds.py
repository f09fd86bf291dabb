"""Feeds as a reader gets them: valid by the rules, equal for equal input, true to the entries."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import feedparser
import pytest
from lxml import etree

from pipeline.article import Entry, FeedSpec
from pipeline.errors import PublishError
from pipeline.syndicate import FORMATS, atom, feed_id, rss
from tests.syndicate.feed_rules import ATOM, DC, problems

FEED = FeedSpec(
    id="world",
    title="World & More",
    description="News of the world",
    languages=("en", "pt", "ar"),
    base_url="https://wire.example.org/feeds",
)
ENTRY = Entry(
    id="tag:wire.example.org,2026:article/1/pt",
    url="https://news.example.com/a/1?x=1&y=2",
    title="Olá, mundo: Tom & Jerry",
    summary="Um resumo & mais.",
    html='<p>Um parágrafo com <a href="/b">ligação</a> &amp; <em>ênfase</em>.</p>'
    '<figure><img src="img/1.jpg" alt="x"><figcaption>Legenda</figcaption></figure>',
    language="pt",
    original_language="en",
    by_machine=True,
    published=datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2))),
    updated=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
    authors=("Ana Silva", "Bo Li"),
    categories=("World", "Space & Time"),
    source_title="Example News",
    source_url="https://news.example.com/",
)
BUILDS = pytest.mark.parametrize("build", [rss, atom])


def many(count):
    return [
        replace(
            ENTRY,
            id=f"tag:wire.example.org,2026:article/{number}/pt",
            title=f"Título {number}",
            published=ENTRY.published + timedelta(hours=number),
            updated=ENTRY.updated + timedelta(hours=number),
        )
        for number in range(count)
    ]


def one(build, entry=ENTRY, feed=FEED, language="pt"):
    content = build(feed, language, [entry])
    assert problems(content) == []
    parsed = feedparser.parse(content)
    assert not parsed.bozo
    (read,) = parsed.entries
    return read


def html_of(read):
    return read.content[0].value if "content" in read else read.summary


@BUILDS
def test_a_feed_is_valid_and_reads_back_what_went_in(build):
    read = one(build)
    assert read.id == ENTRY.id
    assert read.link == ENTRY.url
    assert read.title == ENTRY.title
    assert [author.name for author in read.authors] == ["Ana Silva", "Bo Li"]
    assert [tag.term for tag in read.tags] == ["World", "Space & Time"]
    assert read.published_parsed[:5] == (2026, 3, 1, 10, 0)
    assert read.updated_parsed[:5] == (2026, 3, 2, 8, 30)
    assert "parágrafo" in html_of(read) and "<em>ênfase</em>" in html_of(read)
    assert read.source.title == "Example News"
    assert read.source.href if build is rss else read.source.id


@BUILDS
def test_the_same_input_gives_the_same_bytes(build):
    entries = many(5)
    assert build(FEED, "pt", entries) == build(FEED, "pt", tuple(reversed(entries)))
    assert b"2026-11" not in build(FEED, "pt", []) and b"python-feedgen" not in build(
        FEED, "pt", []
    )


@BUILDS
def test_a_feed_without_entries_is_valid_and_undated_by_the_clock(build):
    content = build(FEED, "pt", [])
    assert problems(content) == []
    parsed = feedparser.parse(content)
    assert not parsed.bozo and parsed.entries == []
    assert parsed.feed.get("updated") in {None, "2000-01-01T00:00:00+00:00"}


@BUILDS
def test_a_feed_is_as_new_as_its_newest_entry(build):
    parsed = feedparser.parse(build(FEED, "pt", many(3)))
    assert parsed.feed.updated_parsed[:5] == (2026, 3, 2, 10, 30)


@BUILDS
def test_newest_first_limited_and_each_id_once(build):
    entries = many(9)
    older = replace(entries[8], title="older text", updated=ENTRY.updated - timedelta(days=1))
    content = build(replace(FEED, limit=4), "pt", [older, *entries])
    assert problems(content) == []
    titles = [entry.title for entry in feedparser.parse(content).entries]
    assert titles == ["Título 8", "Título 7", "Título 6", "Título 5"]


@BUILDS
def test_links_name_the_feed_its_twin_and_its_sisters(build):
    links = feedparser.parse(build(FEED, "pt", [ENTRY])).feed.links
    suffix = "rss" if build is rss else "atom"
    found = {(link.rel, link.get("hreflang"), link.href) for link in links}
    base = "https://wire.example.org/feeds"
    assert ("self", None, f"{base}/world/pt.{suffix}") in found
    assert ("alternate", "en", f"{base}/world/en.{suffix}") in found
    assert ("alternate", "ar", f"{base}/world/ar.{suffix}") in found
    twin = "atom" if build is rss else "rss"
    assert ("alternate", "pt", f"{base}/world/pt.{twin}") in found
    assert feedparser.parse(build(FEED, "pt", [ENTRY])).feed.link == f"{base}/"


@BUILDS
def test_without_a_public_address_there_is_no_self_link_and_the_feed_is_valid(build):
    feed = replace(FEED, base_url="")
    for entries in ([], [ENTRY], [replace(ENTRY, source_url="", source_title="")]):
        content = build(feed, "pt", entries)
        assert problems(content) == []
        root = etree.fromstring(content)
        assert not root.xpath("//*[local-name()='link'][@rel='self']")


@BUILDS
def test_summary_mode_holds_the_summary_and_the_note_only(build):
    read = one(build, feed=replace(FEED, content="summary"))
    assert "Um resumo &amp; mais." in read.summary
    assert "Tradução automática" in read.summary
    assert "parágrafo" not in str(read)


@BUILDS
def test_an_entry_of_a_local_file_is_published_without_its_path(build):
    entry = replace(ENTRY, url="file:///home/ana/pages/1.html", source_url="file:///home/ana/")
    for content_mode in ("full", "summary"):
        content = build(replace(FEED, content=content_mode), "pt", [entry])
        assert problems(content) == []
        assert b"/home/ana" not in content


@BUILDS
@pytest.mark.parametrize("language", ["ar", "he", "fa"])
def test_right_to_left_content_says_so(build, language):
    read = one(build, replace(ENTRY, language=language), language=language)
    assert f'dir="rtl" lang="{language}"' in html_of(read)


@pytest.mark.parametrize(("code", "tag"), [("pt_br", "pt-BR"), ("zt", "zh-Hant"), ("EN", "en")])
def test_language_codes_become_language_tags(code, tag):
    entry = replace(ENTRY, language=code)
    assert feedparser.parse(rss(FEED, code, [entry])).feed.language == tag
    root = etree.fromstring(atom(FEED, code, [entry]))
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == tag


@BUILDS
@pytest.mark.parametrize("code", ["", "english language", "x", "pt-", "../en"])
def test_what_is_no_language_is_refused_by_name(build, code):
    with pytest.raises(PublishError, match="language"):
        build(FEED, code, [])


def test_formats_name_distinct_suffixes_and_build_valid_feeds():
    assert [(form.suffix, form.media_type) for form in FORMATS][:2] == [
        ("rss", "application/rss+xml"),
        ("atom", "application/atom+xml"),
    ]
    for form in (FORMATS["rss"], FORMATS["atom"]):
        assert problems(form.build(FEED, "pt", many(3))) == []


def test_feed_ids_differ_by_language_and_address_and_never_change():
    ids = {feed_id(feed, code) for feed in (FEED, replace(FEED, base_url="")) for code in "ab"}
    assert len(ids) == 4
    known = feed_id(FeedSpec(id="a", title="", base_url="https://x.example"), "pt")
    assert known == "urn:uuid:2ff8c704-4f3a-54df-877c-e446982ba9c7"


# --- what XML cannot hold, what readers trip over ---------------------------------------------


@BUILDS
def test_characters_xml_cannot_hold_never_break_a_feed(build):
    bad = "".join(map(chr, [*range(0, 9), 11, 12, *range(14, 32), 0x7F, 0x85, 0x9F])) + "￾￿\ud800"
    entry = replace(
        ENTRY,
        title=f"a{bad}b",
        summary=f"c{bad}d",
        html=f"<p>e{bad}f &#1; &#xFFFE; &#55296;</p>",
        authors=(f"g{bad}h",),
        categories=(f"i{bad}j",),
        source_title=f"k{bad}l",
        url=ENTRY.url + bad,
        id=ENTRY.id + bad,
    )
    feed = replace(FEED, title=f"m{bad}n", description=f"o{bad}p")
    read = one(build, entry, feed)
    assert read.title == "a b" and read.authors[0].name == "g h"


@BUILDS
@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Tom & Jerry", "Tom & Jerry"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("5 &lt; 6 &#8211; “ja”", "5 < 6 – “ja”"),
        ("AT&T; R&D Q&A", "AT&T; R&D Q&A"),
        ("two\n lines\t", "two lines"),
        ("1 < 2 > 0", "1 < 2 > 0"),
    ],
)
def test_titles_are_plain_text_escaped_once(build, title, shown):
    content = build(FEED, "pt", [replace(ENTRY, title=title)])
    assert feedparser.parse(content).entries[0].title == shown
    assert problems(content) == []
    raw = etree.fromstring(content).xpath("//*[local-name()='title']/text()")
    assert shown in raw


def test_a_title_that_looks_like_html_survives_in_readers_that_read_html():
    title = one(rss, replace(ENTRY, title="How to use <b> and &copy; in HTML")).title
    assert title.replace("\u200b", "") == "How to use <b> and © in HTML"
    assert one(atom, replace(ENTRY, title="How to use <b>")).title == "How to use <b>"


@BUILDS
def test_whatever_looks_like_html_in_plain_text_is_kept_and_parted(build):
    odd = "?a=1&copy=2 </b> &lt &#38 AT&T"
    feed = replace(FEED, title=odd, description=odd, rights=odd)
    entry = replace(ENTRY, title=odd, summary=odd, categories=(odd,), source_title=odd, rights=odd)
    document = build(feed, "pt", [entry])
    assert problems(document) == []
    shown = feedparser.parse(document)
    for text in (shown.feed.title, shown.entries[0].title, shown.entries[0].source.title):
        assert text.replace("\u200b", "").removesuffix(" (português)") == odd


@BUILDS
def test_addresses_are_written_in_ascii(build):
    entry = replace(
        ENTRY,
        url="https://bücher.example/أخبار/[1]?q=é|ü&x=100%#teil 2",
        source_url="https://bücher.example/",
        image="https://bücher.example/bild ü.jpg",
        image_bytes=3,
    )
    read = one(build, entry)
    host = "https://xn--bcher-kva.example"
    path = "%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/%5B1%5D?q=%C3%A9%7C%C3%BC&x=100%25#teil%202"
    assert read.link == f"{host}/{path}"
    assert read.media_content[0]["url"] == f"{host}/bild%20%C3%BC.jpg"


def test_atom_entries_of_the_same_second_are_told_apart_for_ever():
    entries = [replace(entry, updated=ENTRY.updated) for entry in many(50)]
    first = etree.fromstring(atom(FEED, "pt", entries))
    alone = etree.fromstring(atom(FEED, "pt", entries[7:8]))
    found = {
        entry.findtext(f"{ATOM}id"): entry.findtext(f"{ATOM}updated")
        for entry in first.findall(f"{ATOM}entry")
    }
    assert len(set(found.values())) == 50
    assert all(value.startswith("2026-03-02T08:30:00.") for value in found.values())
    assert alone.findtext(f"{ATOM}entry/{ATOM}updated") == found[entries[7].id]


@pytest.mark.parametrize(
    ("logo", "icon", "shown"),
    [
        ("l.png", "i.svg", "l.png"),
        ("l.svg", "i.png", "i.png"),
        ("l.svg", "i.ico", None),
        ("logo", "", "logo"),
    ],
)
def test_rss_shows_a_picture_in_a_format_it_knows(logo, icon, shown):
    base = "https://wire.example.org/"
    feed = replace(FEED, logo=base + logo, icon=icon and base + icon)
    document = rss(feed, "pt", [ENTRY])
    assert problems(document) == []
    assert etree.fromstring(document).findtext("channel/image/url") == (shown and base + shown)


@BUILDS
def test_naive_dates_odd_offsets_and_microseconds_are_mended(build):
    entry = replace(
        ENTRY,
        published=datetime(1999, 1, 1, tzinfo=timezone(timedelta(minutes=19, seconds=32))),
        updated=datetime(2026, 1, 1, 1, 2, 3, 456),
    )
    assert one(build, entry).updated_parsed[:6] == (2026, 1, 1, 1, 2, 3)


@BUILDS
def test_an_entry_with_hardly_anything_is_still_valid(build):
    entry = replace(ENTRY, title="", summary="", html="", authors=(), source_title="")
    read = one(build, entry)
    assert read.title == ENTRY.url
    assert ENTRY.url.replace("&", "&amp;") in html_of(read)


# --- feedgen's faults, each mended --------------------------------------------------------------


def test_atom_links_keep_their_attributes():
    link = etree.fromstring(atom(FEED, "pt", [ENTRY])).find(f"{ATOM}entry/{ATOM}link")
    assert dict(link.attrib) == {
        "rel": "alternate",
        "type": "text/html",
        "hreflang": "en",
        "href": ENTRY.url,
    }


def test_the_channel_link_is_the_page_not_the_feed():
    channel = etree.fromstring(rss(FEED, "pt", [ENTRY]))[0]
    assert channel.findtext("link") == "https://wire.example.org/feeds/"


def test_rss_has_description_and_encoded_content():
    item = etree.fromstring(rss(FEED, "pt", [ENTRY])).find("channel/item")
    assert item.findtext("description") == "Um resumo & mais."
    encoded = item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded")
    assert encoded.startswith('<div lang="pt" dir="ltr"><p>Um parágrafo')
    without = etree.fromstring(rss(FEED, "pt", [replace(ENTRY, summary="")])).find("channel/item")
    assert without.findtext("description") == "Olá, mundo: Tom & Jerry"


def test_rss_names_authors_who_have_no_email():
    item = etree.fromstring(rss(FEED, "pt", [ENTRY])).find("channel/item")
    assert [creator.text for creator in item.findall(f"{DC}creator")] == ["Ana Silva", "Bo Li"]


def test_atom_content_has_a_type_of_the_rfc_and_a_complete_source():
    entry = etree.fromstring(atom(FEED, "pt", [ENTRY])).find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}content").get("type") == "html"
    source = entry.find(f"{ATOM}source")
    assert source.findtext(f"{ATOM}id") == "https://news.example.com/"
    assert source.findtext(f"{ATOM}updated") == "2026-03-02T08:30:00+00:00"
