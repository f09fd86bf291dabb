"""JSON Feed, and feeds of any age and size."""

import json
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest

from pipeline.errors import SourceError
from pipeline.ingest import Client, discover
from pipeline.ingest.kinds.shorten import MAX_BYTES, MAX_ENTRIES, trim
from pipeline.ingest.kinds.timestamps import read_date
from tests.ingest.asking import STORY, addresses, content, entry, rss, source
from tests.waiting import LONG

# ---- JSON Feed


def test_a_json_feed(site, client):
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Courier",
        "language": "en-GB",
        "items": [
            {"id": "1", "url": "/1", "title": "One", "date_published": "2026-11-19T08:30:00Z"},
            {
                "id": "2",
                "url": "http://x.example/2",
                "content_html": STORY,
                "date_published": "2026-11-20T08:30:00+01:00",
                "language": "de",
            },
            {"id": "3", "title": "no link"},
            "rubbish",
        ],
    }
    site.page("/s", "\ufeff" + json.dumps(feed), ctype="application/feed+json")
    found = discover(source(site, "feed"), client)
    assert addresses(found) == ["http://x.example/2", site.url("/1")]
    two, one = found.references
    assert (one.title, one.language, two.language) == ("One", "en", "de")
    assert two.html == STORY
    assert one.html == ""
    assert len(found.problems) == 1
    assert found.title == "Courier"


@pytest.mark.parametrize("body", ['{"items": [', "{}", '{"version": 1, "items": []}', "[" * 99_999])
def test_what_is_no_json_feed_is_a_source_error(site, client, body):
    site.page("/s", body, ctype="application/json")
    with pytest.raises(SourceError):
        discover(source(site, "feed"), client)


# ---- feeds of any age and size

OLD = {
    "0.91": '<rss version="0.91"><channel><title>C</title>{}</channel></rss>',
    "0.92": '<rss version="0.92"><channel><title>C</title>{}</channel></rss>',
    "1.0": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>C</title></channel>{}'
    "</rdf:RDF>",
    "0.90": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>C</title></channel>{}'
    "</rdf:RDF>",
}


@pytest.mark.parametrize("version", OLD)
def test_old_feeds(site, client, version):
    item = "<item><title>T</title><link>http://x.example/1</link></item>"
    site.page("/s", OLD[version].format(item), ctype="text/xml")
    assert addresses(discover(source(site, "feed"), client)) == ["http://x.example/1"]


def big_feed(number, size=0, oldest_first=True):
    days = range(number) if oldest_first else range(number, 0, -1)
    items = (
        f"<item><title>{n}</title><link>http://x.example/{n}</link>"
        f"<pubDate>{(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=n)).isoformat()}</pubDate>"
        f"<description><![CDATA[<item>{'x' * size}]]></description></item>"
        for n in days
    )
    return f'<rss version="2.0"><channel><title>C</title>{"".join(items)}</channel></rss>'.encode()


def test_of_a_long_feed_the_newest_entries_are_read_wherever_they_stand(site, client, options):
    site.page("/s", big_feed(1_100), ctype="application/rss+xml")
    found = discover(source(site, "feed"), client)
    assert len(found.references) == MAX_ENTRIES
    assert found.references[0].url == "http://x.example/1099"
    assert found.notes == ("has 1,100 entries; the newest 1,000 are read",)


def test_a_huge_feed_becomes_small_and_stays_a_feed():
    trimmed = trim(big_feed(1_500, 20_000), "http://x.example/feed")
    assert trimmed.entries == 1_500
    assert len(trimmed.content) < MAX_BYTES + 1_000
    assert trimmed.content.endswith(b"</item></channel></rss>")
    assert b"<link>http://x.example/1499<" in trimmed.content
    small = big_feed(5)
    assert trim(small, "x").content is small


@pytest.mark.parametrize(
    "piece", ["<a ", "<b>", "<a/>", "&", "<", "<!", "&#", "<![CDATA[", '<a b="']
)
@pytest.mark.parametrize("size", [100_000, 1_000_000])
def test_an_entry_of_rubbish_does_not_hold_up_the_feed(site, client, options, piece, size):
    # feedparser alone would take minutes to hours over the larger ones.
    bad = (
        f"<item><title>{piece * (size // len(piece))}</title><link>http://x.example/0</link></item>"
    )
    site.page("/s", rss(entry(1), bad), ctype="application/rss+xml")
    with Client(options.model_copy(update={"max_bytes": 5_000_000})) as able:
        try:
            found = discover(source(site, "feed"), able)
        except SourceError as error:
            assert "cannot be divided" in error.reason
        else:
            assert "http://x.example/1" in addresses(found)


@pytest.mark.parametrize("piece", [b"<item>", b"<![CDATA[", b"<!--", b"<item ", b"</item>", b"<a:"])
def test_rubbish_of_any_size_is_refused_in_linear_time(piece):
    # Quadratic work on these would take hours.
    rubbish = b"<rss><channel>" + piece * (2_000_000 // len(piece))
    try:
        assert len(trim(rubbish, "x").content) <= MAX_BYTES
    except SourceError as error:
        assert "cannot be divided" in error.reason


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Fri, 20 Nov 2026 08:30:00 EST", "2026-11-20T13:30:00"),
        ("20 Nov 26 08:30 GMT", "2026-11-20T08:30:00"),
        ("2026-11-20 08:30:00 +0530", "2026-11-20T03:00:00"),
        ("2026-11-20T08:30:00.123+01:00", "2026-11-20T07:30:00"),
        ("1795163400", "2026-11-20T08:30:00"),
        ("1795163400000", "2026-11-20T08:30:00"),
        ("2026年11月20日 08:30", "2026-11-20T08:30:00"),
        ("Fri, 20 Nov 2026 08:30:00 UT-5", "2026-11-20T13:30:00"),
        ("Mon, 30 Feb 2026 00:00:00 GMT", None),
        ("Fri, 20 Nov 20026 08:30:00 GMT", None),
        ("0000-00-00 00:00:00", None),
        ("2026-13-40", None),
        ("today", None),
        ("", None),
    ],
)
def test_dates(text, date):
    expected = datetime.fromisoformat(date).replace(tzinfo=UTC) if date else None
    assert read_date(text) == expected


# ---- feeds that are made to be slow, or begin oddly


@pytest.mark.parametrize(
    "burden",
    [
        "".join(f"<category>c{n}</category>" for n in range(9_000)),
        f"<itunes:keywords>{','.join(f'w{n}' for n in range(60_000))}</itunes:keywords>",
        f"<author>{'(a' * 100_000}</author>",
        f"<guid><itunes:author>{'(a' * 100_000}</itunes:author></guid>",
        "<description " + " ".join(f"a{n}='>'" for n in range(40_000)) + "/>",
        "<georss:pos/><gml:pos>x</gml:pos><gml:posList srsDimension='x'>1 2</gml:posList>",
        "<atom:link/><link/>",
    ],
    ids=("categories", "keywords", "author", "author in an id", "attributes", "place", "links"),
)
def test_what_is_not_read_of_a_feed_costs_nothing(site, client, options, burden):
    site.page("/s", rss(entry(1), entry(2, more=burden), "<x>", entry(3), "</x>"))
    began = time.process_time()
    with Client(options.model_copy(update={"max_bytes": 5_000_000})) as able:
        found = discover(source(site, "feed"), able)
    assert sorted(addresses(found)) == [f"http://x.example/{n}" for n in (1, 2, 3)]
    assert not found.problems
    assert time.process_time() - began < LONG


@pytest.mark.parametrize(
    "more",
    [
        content(STORY + f'<img src="data:image/png;base64,{"A" * 600_000}">'),
        f"<guid>{'x' * 600_000}</guid>",
        content("word " * 150_000),
        f"<description>{'&lt;p&gt;word ' * 60_000}</description>",
        f"<content:encoded>{'<p>word</p>' * 60_000}</content:encoded>",
        "<category>word</category>" * 30_000,
        f"<!-- <title>old</title> {'word ' * 150_000} -->",
        f'<media:content xmlns:media="http://search.yahoo.com/mrss/" url="{"a" * 600_000}"/>',
    ],
    ids=("picture", "id", "text", "escaped", "elements", "fields", "comment", "attribute"),
)
def test_an_entry_that_is_too_large_is_announced_without_its_ballast(site, client, options, more):
    site.page("/s", rss(entry(1, more=more), entry(2)))
    with Client(options.model_copy(update={"max_bytes": 5_000_000})) as able:
        found = discover(source(site, "feed"), able)
    assert addresses(found) == [f"http://x.example/{n}" for n in (1, 2)]
    assert bool(found.references[0].html) is ("data:" in more)
    assert [one.title for one in found.references] == ["T1", "T2"]
    assert found.references[0].published == datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize("place", [0, 2])
def test_an_entry_larger_than_a_page_may_be_does_not_refuse_the_feed(site, client, place):
    entries = [entry(2), entry(3)]
    entries.insert(place, entry(1, more=content("word " * 100_000)))
    site.page("/s", rss(*entries))
    found = discover(source(site, "feed"), client)
    assert sorted(addresses(found)) == [f"http://x.example/{n}" for n in (1, 2, 3)]
    site.page("/s", rss(entry(1, more=content("word " * 250_000))))
    with pytest.raises(SourceError, match="larger than 1,000,000 bytes"):
        discover(source(site, "feed"), client)


WIDE = '<?xml version="1.0" encoding="utf-16"?>'


@pytest.mark.parametrize(
    "body",
    [
        (WIDE + rss(entry("é"), *map(entry, range(1_500)))).encode("utf-16"),
        (WIDE + rss(entry("é"))).encode("utf-16-be"),
        rss(entry("é")).encode("utf-32"),
        (WIDE + rss(entry("é"))).encode(),
        (WIDE + rss(entry("é")) + " ").encode(),
        ("\ufeff\ufeff\n" + rss(entry("é"))).encode(),
        ("<br />\n<b>Warning</b>: Undefined x in <b>/a.php</b>\n" + rss(entry("é"))).encode(),
        rss(entry("é")).replace("<title>C", "<title>C\0").encode(),
    ],
    ids=("large", "no mark", "utf-32", "no utf-16", "nor this", "two marks", "warning", "zero"),
)
def test_a_feed_may_begin_oddly(site, client, options, body):
    site.page("/s", body, ctype="application/rss+xml")
    with Client(options.model_copy(update={"max_bytes": 5_000_000})) as able:
        found = discover(source(site, "feed"), able)
    assert "http://x.example/é" in [unquote(one.url) for one in found.references]


@pytest.mark.parametrize("charset", ["utf-16", "punycode", "utf-7", "cp037", "zlib", "nonsense"])
def test_a_charset_that_cannot_be_is_not_believed(site, client, options, charset):
    text = f"<item><description>{'a' * 200_000}-{'b9' * 90_000}</description></item>"
    site.page("/s", rss(entry("é"), text), ctype=f"text/xml; charset={charset}")
    began = time.process_time()
    with Client(options.model_copy(update={"max_bytes": 5_000_000})) as able:
        found = discover(source(site, "feed"), able)
    assert [unquote(one.url) for one in found.references] == ["http://x.example/é"]
    assert time.process_time() - began < LONG


@pytest.mark.parametrize(
    "body",
    [
        '{"version": "https://jsonfeed.org/version/1", "items": [{"url": "http://x.example/1"}]}',
        '{"version": "https://jsonfeed.org/version/1", "n": %s, "m": 1e999, "items": '
        '[{"url": "http://x.example/1", "title": "a\tb\x01"}]}' % ("9" * 5_000),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_of_odd_bytes(site, client, body, encoding):
    site.page("/s", body.encode(encoding), ctype="application/feed+json")
    assert addresses(discover(source(site, "feed"), client)) == ["http://x.example/1"]
