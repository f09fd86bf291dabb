"""The checker itself: it finds nothing in what is published, and each fault that is put in."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.article import Enclosure, Entry, Episode, FeedSpec
from pipeline.syndicate import Archive, address, atom, json_feed, opml, rss
from tests.syndicate.feed_rules import problems

FEED = FeedSpec(
    id="world",
    title="World",
    titles={"ar": "العالم"},
    languages=("pt", "ar"),
    base_url="https://wire.example.org",
    hub="https://hub.example.org/",
    ttl=30,
    icon="https://wire.example.org/icon.png",
    rights="CC BY 4.0",
)
ENTRY = Entry(
    id="tag:wire.example.org,2026:1/pt",
    url="https://news.example.com/1",
    title="Olá",
    summary="Resumo",
    html='<p>Um <a href="https://news.example.com/2">elo</a>.</p>'
    '<p><img src="/i.png" width="90"></p>',
    language="pt",
    original_language="en",
    by_machine=True,
    published=datetime(2026, 3, 1, tzinfo=UTC),
    updated=datetime(2026, 3, 2, tzinfo=UTC),
    authors=("Ana",),
    image="https://news.example.com/i.jpg",
    image_bytes=1234,
    categories=("World",),
    labels=("Mundo",),
    source_title="Example",
    source_url="https://news.example.com/",
    rights="© Example",
)
ENTRIES = [ENTRY, replace(ENTRY, id="tag:wire.example.org,2026:2/pt", title="Adeus")]
EPISODE = replace(
    ENTRY,
    enclosures=(
        Enclosure(url="https://news.example.com/1.mp3", type="audio/mpeg", length=5, duration=60),
        Enclosure(url="https://news.example.com/1.mp4", type="video/mp4", duration=61),
    ),
    episode=Episode(
        number=3, season=2, kind="full", explicit=False, image="https://news.example.com/i.jpg"
    ),
)
DOCUMENTS = {
    "rss": rss(FEED, "pt", ENTRIES),
    "atom": atom(FEED, "pt", ENTRIES),
    "json": json_feed(FEED, "pt", ENTRIES),
    "opml": opml([FEED]),
    "archive": atom(FEED, "pt", ENTRIES, Archive(1, 2)),
    "podcast": rss(FEED, "pt", [EPISODE]),
    "attachments": json_feed(FEED, "pt", [EPISODE]),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_published_keeps_every_rule(name):
    document = DOCUMENTS[name]
    known = {
        "archive": address(FEED, "pt", "atom", 1),
        "opml": "",
        "podcast": address(FEED, "pt", "rss"),
        "attachments": address(FEED, "pt", "json"),
    }
    where = known.get(name, address(FEED, "pt", name))
    assert problems(document, where, datetime(2026, 3, 2, tzinfo=UTC)) == []
    if name not in ("opml", "archive"):
        assert problems(document, where.replace("pt", "ar"))  # fetched from somewhere else
    if name != "opml":
        assert "in the future" in str(problems(document, now=datetime(2026, 2, 1, tzinfo=UTC)))


FAULTS = [
    ("rss", b"<ttl>30", b"<ttl>0"),
    ("rss", b"<language>pt", b"<language>portugu\xc3\xaas"),
    ("rss", b"<title>World</title><link>", b"<title>World</title><title>x</title><link>"),
    ("rss", b"<lastBuildDate>Mon", b"<lastBuildDate>Sun"),
    ("rss", b"<pubDate>Sun, 01 Mar 2026", b"<pubDate>2026-03-01"),
    ("rss", b"<pubDate>Sun, 01 Mar 2026", b"<pubDate>Tue, 01 Mar 1988"),
    ("rss", b'isPermaLink="false"', b'isPermaLink="true"'),
    ("rss", b'isPermaLink="false"', b'isPermaLink="no"'),
    ("rss", b'isPermaLink="false"', b'permalink="false"'),
    ("rss", b">tag:wire.example.org,2026:2/pt<", b">tag:wire.example.org,2026:1/pt<"),
    ("rss", b">tag:wire.example.org,2026:2/pt<", b">2<"),
    ("rss", b'length="1234"', b'length="unknown"'),
    ("rss", b'type="image/jpeg"', b'type="picture"'),
    ("rss", b'<enclosure url="https://', b'<enclosure url="ftp://'),
    ("rss", b'fileSize="1234"', b'fileSize="0"'),
    ("rss", b'medium="image"', b'medium="picture"'),
    ("rss", b"<dc:creator>Ana", b"<author>Ana</author><dc:creator>Ana"),
    ("rss", b"<dc:creator>Ana", b"<dc:date>2026-03-01</dc:date><dc:creator>Ana"),
    ("rss", b"<title>Adeus", b"<title>Adeus &lt;b&gt;todos&lt;/b&gt;"),
    ("rss", b"<title>Adeus", b"<title>Tom &amp;amp; Jerry"),
    ("rss", b"<title>Adeus", b"<title>a&amp;copy=2"),
    ("rss", b"<title>Adeus", b"<title> Adeus"),
    ("rss", b"<category>Mundo", b"<category>&lt;i&gt;Mundo"),
    ("rss", b"<link>https://news.example.com/1<", b"<link>https://news.example.com/\xc3\xa9<"),
    ("rss", b"<link>https://news.example.com/1<", b"<link>/1<"),
    ("rss", b"<link>https://news.example.com/1<", b"<link>https://news.example.com/a b<"),
    ("rss", b'<source url="https://news.example.com/"', b"<source"),
    ("rss", b"<content:encoded>&lt;div", b"<content:encoded>&lt;script&gt;&lt;/script&gt;&lt;div"),
    ("rss", b"&lt;p&gt;Um", b"&lt;p onclick=&quot;x()&quot;&gt;Um"),
    ("rss", b"&lt;p&gt;Um", b"&lt;p style=&quot;color:red&quot;&gt;Um"),
    ("rss", b"&lt;p&gt;Um", b"&lt;p&gt;&lt;b&gt;Um"),
    ("rss", b'href="https://news.example.com/2"', b'href="/2"'),
    ("rss", b'href="https://news.example.com/2"', b'href="javascript:x()"'),
    ("rss", b'width="90"', b'width="1"'),
    ("rss", b"<item>", b"<thing/><item>"),
    ("rss", b"</item><item>", b"</item><docs>https://www.rssboard.org/</docs><item>"),
    ("rss", b"<image><url>https://wire.example.org/icon.png", b"<image><url>https://x.org/i.svg"),
    ("rss", b"</url><title>World", b"</url><title>Other"),
    ("rss", b'rel="self"', b'rel="me"'),
    ("rss", b'rel="hub"', b'rel="self"'),
    ("rss", b'xmlns:dcterms="http://purl.org/dc/terms/"', b'xmlns:dcterms="urn:x"'),
    ("rss", b"Resumo</description>", b"Resumo\xc2\x92</description>"),
    ("rss", b"<rss", b"<!DOCTYPE rss><rss"),
    ("atom", b"<id>tag:wire.example.org,2026:2/pt", b"<id>tag:wire.example.org,2026:1/pt"),
    ("atom", b"<id>tag:wire.example.org,2026:2/pt", b"<id>tag:wire,26:2/pt"),
    ("atom", b"<id>tag:wire.example.org,2026:2/pt", b"<id>urn:x:2"),
    ("atom", b"<updated>2026-03-02T00:00:00.", b"<updated>2026-03-02 00:00:00."),
    ("atom", b"<published>2026-03-01T00:00:00+00:00", b"<published>2026-03-01T00:00:00"),
    ("atom", b"<author><name>Ana</name>", b"<author>"),
    ("atom", b'type="html"', b'type="CDATA"'),
    ("atom", b"<title>Adeus", b"<title>Adeus&lt;/b&gt;"),
    ("atom", b"<summary>Resumo", b"<summary>Tom &amp;amp; Jerry"),
    ("atom", b'<category term="World"', b"<category"),
    ("atom", b'"application/feed+json" href', b'"application/rss+xml" href'),
    ("atom", b'rel="enclosure"', b'rel="picture"'),
    ("atom", b'rel="enclosure"', b'rel="current"'),
    ("atom", b'rel="self" type="application/atom+xml"', b'rel="self" type="text/html"'),
    ("atom", b'hreflang="ar"', b'hreflang="arabic!"'),
    ("atom", b'xml:lang="pt"', b'xml:lang=""'),
    ("atom", b"</entry><entry>", b"</entry><rights>x</rights><entry>"),
    ("atom", b"<icon>https:", b"<icon>http"),
    ("archive", b"<fh:archive/>", b""),
    ("archive", b'rel="current"', b'rel="hub"'),
    ("json", b'"id": "tag:wire.example.org,2026:2', b'"id": "tag:wire.example.org,2026:1'),
    ("json", b'"size_in_bytes": 1234', b'"size_in_bytes": 0'),
    ("json", b'"date_modified": "2026-', b'"date_modified": "26-'),
    ("json", b'"language": "pt"', b'"language": "Portuguese"'),
    ("json", b'"name": "Ana"', b'"name": ""'),
    ("json", b'"type": "WebSub"', b'"type": ""'),
    ("podcast", b"<itunes:duration>60", b"<itunes:duration>a minute"),
    ("podcast", b"<itunes:episode>3", b"<itunes:episode>0"),
    ("podcast", b"<itunes:episodeType>full", b"<itunes:episodeType>whole"),
    ("podcast", b"<itunes:explicit>false", b"<itunes:explicit>no"),
    ("podcast", b"<itunes:explicit>", b"<itunes:episode>4</itunes:episode><itunes:explicit>"),
    ("podcast", b"<itunes:author>Ana", b"<itunes:author>&lt;b&gt;Ana"),
    ("podcast", b'<itunes:image href="https:', b'<itunes:image href="data:'),
    ("podcast", b'<itunes:image href="', b'<itunes:image url="'),
    ("podcast", b"<itunes:season>2", b"<itunes:order>2</itunes:order><itunes:season>2"),
    ("podcast", b'duration="61"', b'duration="1:01"'),
    (
        "podcast",
        b"<enclosure",
        b'<enclosure url="https://x.org/" length="0" type="a/b"/><enclosure',
    ),
    ("attachments", b'"duration_in_seconds": 60', b'"duration_in_seconds": "1:00"'),
    ("attachments", b'"duration_in_seconds": 60', b'"duration": 60'),
    ("opml", b'version="2.0"', b'version="3.0"'),
    ("opml", b"<title>babelwire</title>", b""),
    ("opml", b'xmlUrl="https:', b'xmlUrl="'),
    ("opml", b'title="World (', b'x="('),
    ("opml", b'<outline text="\xd8', b'<outline title="x" text="\xd8'),
    ("opml", b'language="ar"', b'language="?"'),
    ("opml", b'version="RSS2"', b'version="RSS9"'),
]


@pytest.mark.parametrize(("name", "good", "bad"), FAULTS)
def test_each_fault_is_found(name, good, bad):
    document = DOCUMENTS[name]
    assert good in document
    assert problems(document.replace(good, bad, 1), address="") != []


def test_two_entries_of_one_moment_and_a_feed_older_than_its_entries_are_found():
    document = DOCUMENTS["atom"]
    parts = document.split(b"<updated>")
    moments = [part[: part.index(b"<")] for part in parts[1:]]
    newest = max(moments)
    same = document
    for moment in moments:
        same = same.replace(moment, newest)
    assert "same updated" in str(problems(same))
    early = document.replace(newest, b"2026-01-01T00:00:00Z", 1)
    assert "older than an entry" in str(problems(early))


def test_a_feed_too_long_for_validators_is_found():
    filled = DOCUMENTS["json"].replace(b"Resumo", b"x" * 5_000_000, 1)
    assert "bytes" in problems(filled)[0]
