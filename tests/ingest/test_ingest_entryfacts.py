"""What feeds say of an entry besides title, date and text, and what of it is not taken."""

import json
from datetime import UTC, datetime

import pytest

from pipeline.article import Enclosure, EntryFacts, Episode, Source
from pipeline.ingest.kinds import entryfacts
from pipeline.ingest.kinds.feed import parse_feed
from pipeline.ingest.kinds.jsonfeed import parse_json_feed

NOW = datetime(2026, 3, 1, tzinfo=UTC)
URL = "https://radio.example/feed.xml"
SOURCE = Source(id="s", kind="feed", url=URL)
NAMES = """
    xmlns:itunes="{itunes}" xmlns:media="http://search.yahoo.com/mrss/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
"""
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"


def of_rss(item: str, channel: str = "", itunes: str = ITUNES) -> EntryFacts:
    feed = (
        f'<rss version="2.0" {NAMES.format(itunes=itunes)}><channel><title>The Hour</title>'
        f"{channel}<item><title>T</title><link>https://radio.example/1</link>{item}</item>"
        "</channel></rss>"
    )
    (reference,) = parse_feed(feed.encode(), URL, SOURCE, NOW, {}).references
    return reference.facts


def of_atom(entry: str, feed: str = "") -> EntryFacts:
    content = (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>The Hour</title>{feed}<entry>'
        f'<title>T</title><id>urn:1</id><link href="https://radio.example/1"/>{entry}</entry></feed>'
    )
    (reference,) = parse_feed(content.encode(), URL, SOURCE, NOW, {}).references
    return reference.facts


def of_json(item: dict, **feed) -> EntryFacts:
    content = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Hour",
        "items": [{"id": "1", "url": "https://radio.example/1", **item}],
        **feed,
    }
    (reference,) = parse_json_feed(json.dumps(content).encode(), URL, SOURCE, NOW).references
    return reference.facts


@pytest.mark.parametrize("itunes", [ITUNES, "http://www.itunes.com/DTDs/Podcast-1.0.dtd"])
def test_an_episode_of_a_podcast(itunes):
    facts = of_rss(
        '<enclosure url="/1.mp3" type="audio/mpeg" length="1234"/><author>j@x.org (Jo Roe)</author>'
        "<category>Arts</category><category>Books &amp;amp; more</category>"
        "<itunes:duration>1:02:03</itunes:duration><itunes:episode>7</itunes:episode>"
        "<itunes:season>2</itunes:season><itunes:episodeType>Bonus</itunes:episodeType>"
        '<itunes:explicit>no</itunes:explicit><itunes:image href="/1.jpg"/>'
        "<itunes:author>The Hour</itunes:author>",
        "<itunes:author>Radio Example</itunes:author>",
        itunes,
    )
    assert facts == EntryFacts(
        authors=("Jo Roe",),
        feed_authors=("Radio Example",),
        categories=("Arts", "Books & more"),
        enclosures=(Enclosure(url="https://radio.example/1.mp3", type="audio/mpeg", length=1234),),
        episode=Episode(
            duration=3723,
            number=7,
            season=2,
            kind="bonus",
            explicit=False,
            image="https://radio.example/1.jpg",
        ),
        image="https://radio.example/1.jpg",
        site="The Hour",
    )


def test_an_entry_of_atom():
    facts = of_atom(
        "<author><name>Jo Roe</name><email>j@x.org</email></author><author><name>Al</name></author>"
        '<category term="arts" label="The arts"/><category term="http://x.org/kind#post"/>'
        '<link rel="enclosure" href="/a.ogg" length="12" title="Sound"/>'
        '<link rel="enclosure" href="/a.pdf" type="application/pdf"/>',
        "<author><name>Ed</name></author>",
    )
    assert (facts.authors, facts.feed_authors) == (("Jo Roe", "Al"), ("Ed",))
    assert facts.categories == ("The arts",)
    assert facts.enclosures == (
        Enclosure(url="https://radio.example/a.ogg", type="audio/ogg", length=12, title="Sound"),
        Enclosure(url="https://radio.example/a.pdf", type="application/pdf"),
    )


def test_an_item_of_a_json_feed():
    facts = of_json(
        {
            "authors": [{"name": "Jo Roe"}, {"url": "https://x.org/"}],
            "tags": ["Arts", 3, "arts"],
            "banner_image": "/b.png",
            "attachments": [
                {"url": "/n.txt", "mime_type": "text/plain"},
                {
                    "url": "/1.m4a",
                    "mime_type": "audio/x-m4a",
                    "size_in_bytes": 77,
                    "duration_in_seconds": 61.5,
                    "title": "One",
                },
            ],
        },
        author={"name": "Ed"},
    )
    assert facts == EntryFacts(
        authors=("Jo Roe",),
        feed_authors=("Ed",),
        categories=("Arts",),
        enclosures=(
            Enclosure(
                url="https://radio.example/1.m4a",
                type="audio/x-m4a",
                length=77,
                duration=61,
                title="One",
            ),
            Enclosure(url="https://radio.example/n.txt", type="text/plain"),
        ),
        image="https://radio.example/b.png",
        site="The Hour",
    )


def test_media_rss_gives_pictures_and_of_several_forms_of_a_film_one():
    facts = of_rss(
        '<media:group><media:content url="/s.mp4" type="video/mp4" duration="60" fileSize="9"/>'
        '<media:content url="/l.mp4" type="video/mp4" isDefault="true"/></media:group>'
        '<media:content url="/p.jpg" medium="image"/><media:thumbnail url="/t.jpg"/>'
        '<media:content url="https://x.org/v" type="application/x-shockwave-flash"/>'
        "<media:keywords>Ships, Sails</media:keywords>"
    )
    assert [one.url for one in facts.enclosures] == ["https://radio.example/l.mp4"]
    assert facts.image == "https://radio.example/p.jpg"
    assert facts.categories == ("Ships", "Sails")
    thumbnail = of_rss('<media:group><media:thumbnail url="/t.jpg"/></media:group>')
    assert thumbnail.image == "https://radio.example/t.jpg"


def test_a_file_named_twice_is_one_with_all_that_is_said_of_it():
    facts = of_rss(
        '<media:content url="/1.mp3" type="audio/mpeg" duration="90"/>'
        '<enclosure url="/1.mp3" type="audio/mpeg" length="55"/>'
    )
    assert facts.enclosures == (
        Enclosure(url="https://radio.example/1.mp3", type="audio/mpeg", length=55, duration=90),
    )


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("59", 59),
        ("62:03", 3723),
        ("01:02:03.5", 3723),
        ("90.7", 90),
        ("", 0),
        ("an hour", 0),
        ("-5", 0),
        ("9" * 5_000, 0),
        ("1:2:3:4", 0),
    ],
)
def test_durations(stated, seconds):
    episode = of_rss(f"<itunes:duration>{stated}</itunes:duration>").episode
    assert (episode.duration if episode else 0) == seconds


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "file:///etc/passwd", "data:audio/mpeg;base64,AA"),
        *("https://", "", " ", "https://u:p@x.org/1.mp3", "https://x.org/" + "a" * 3_000),
    ],
)
def test_addresses_that_no_reader_should_open_are_dropped(address):
    facts = of_rss(
        f'<enclosure url="{address}" type="audio/mpeg" length="1"/><itunes:image href="{address}"/>'
        f'<media:content url="{address}" type="video/mp4"/><media:thumbnail url="{address}"/>'
    )
    assert (facts.enclosures, facts.episode, facts.image) == ((), None, "")
    item = {"image": address, "attachments": [{"url": address, "mime_type": "audio/mpeg"}]}
    assert (of_json(item).enclosures, of_json(item).image) == ((), "")


def test_absurd_numbers_and_lengths_are_bounded():
    many = "".join(
        f"<dc:creator>Jo Roe {'ab'[n % 2] * (n % 200)}</dc:creator>"
        f'<enclosure url="/{n}.mp3" type="audio/mpeg" length="-{n}"/>'
        for n in range(500)
    )
    categories = "".join(f"<category>word {n}</category>" for n in range(10_000))
    facts = of_rss(
        f"<category>{'x' * 100_000}</category><dc:creator>{'y' * 100_000}</dc:creator>{many}"
        f"{categories}"
        "<itunes:episode>999999999999</itunes:episode><itunes:explicit>maybe</itunes:explicit>"
        "<itunes:episodeType>feature</itunes:episodeType>"
    )
    assert len(facts.categories) == entryfacts.MAX_CATEGORIES
    assert len(facts.authors) == entryfacts.MAX_NAMES
    assert len(facts.enclosures) == entryfacts.MAX_ENCLOSURES
    assert max(map(len, facts.categories + facts.authors)) <= 100
    assert {one.length for one in facts.enclosures} == {0}
    assert facts.episode is None
    tags = {
        "tags": ["x" * 1_000, *(f"w{n}" for n in range(9_999))],
        "authors": [{"name": "y" * 999}],
    }
    assert len(of_json(tags).categories) == entryfacts.MAX_CATEGORIES
    assert of_json(tags).authors == ()


def test_control_characters_and_markup_leave_names():
    facts = of_json(
        {
            "authors": [{"name": "Jo\u0000\u202e \ud800Roe<script>x</script>"}],
            "tags": ["a\u0007b\n c", "<b>bold</b>"],
            "attachments": [
                {"url": "/1.mp3", "mime_type": "audio/mpeg\r\nX: y", "title": "a\u0000"}
            ],
        }
    )
    assert facts.authors == ("Jo Roex",)
    assert facts.categories == ("a b c", "bold")
    assert facts.enclosures == (
        Enclosure(url="https://radio.example/1.mp3", type="audio/mpeg", title="a"),
    )


@pytest.mark.parametrize(
    "item",
    [
        {"authors": "Jo", "tags": {"a": 1}, "attachments": [1, None, {"url": 5}], "image": 7},
        {"authors": [None, 3, {"name": 4}], "tags": None, "attachments": "x", "author": "Jo"},
        {"attachments": [{"url": "/1.mp3", "size_in_bytes": True, "duration_in_seconds": "x"}]},
        {"attachments": [{"url": "/1.mp3", "size_in_bytes": 1e308, "duration_in_seconds": -1.0}]},
    ],
)
def test_values_of_other_types_are_nothing(item):
    facts = of_json(item)
    assert (facts.authors, facts.categories, facts.image) == ((), (), "")
    assert [(one.length, one.duration) for one in facts.enclosures] in ([], [(0, 0)])


def test_a_mark_in_a_feed_takes_nobody_elses_facts():
    feed = (
        '<rss version="2.0"><channel><title>T</title>'
        "<item><title>One</title><link>https://radio.example/1</link><author>Jo Roe</author></item>"
        "<item><title>Two</title><link>https://radio.example/2</link>"
        "<babelwireentry>0</babelwireentry></item></channel></rss>"
    )
    found = parse_feed(feed.encode(), URL, SOURCE, NOW, {}).references
    assert [one.facts.authors for one in found] == [("Jo Roe",), ()]


def test_an_episode_whose_link_is_its_sound_has_its_text_in_the_feed():
    feed = (
        '<rss version="2.0"><channel><title>T</title><item><title>One</title>'
        "<link>https://radio.example/1.mp3</link><description>A short note.</description>"
        '<enclosure url="https://radio.example/1.mp3" type="audio/mpeg" length="9"/>'
        "</item></channel></rss>"
    )
    (found,) = parse_feed(feed.encode(), URL, SOURCE, NOW, {}).references
    assert found.html == "A short note."
