"""An entry's author, categories, sound and pictures, from a site's feed to the published ones."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from pipeline.cli.context import open_store
from pipeline.config import load
from pipeline.desk import Desk
from tests.desk import town
from tests.syndicate.feed_rules import problems
from tests.syndicate.rss_rules import ITUNES

NOTES = "".join(
    f"<p>In this part we talk with the keeper of the lighthouse about {what}, and about what the "
    "sea has taken from the bay since he came to it as a young man.</p>"
    for what in ("the storms", "the ships", "the lamp", "the birds", "the winter")
)
PAGE = (
    '<html lang="en"><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>'
    "{byline}" + NOTES + "</article></body></html>"
)


def rss(site, *items: str) -> None:
    site.page(
        "/feed.xml",
        '<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        "<title>The Harbour Hour</title><language>en</language>"
        f"<itunes:author>Radio Bay</itunes:author>{''.join(items)}</channel></rss>",
    )


def episode(site, number: int, more: str = "", sound: str = "") -> str:
    url = sound or site.url(f"/{number}.mp3")
    return (
        f"<item><title>Episode {number}: the keeper</title><link>{site.url('/show')}</link>"
        f'<guid isPermaLink="false">ep-{number}</guid>'
        f'<enclosure url="{url}" type="audio/mpeg" length="{1000 + number}"/>'
        f"<itunes:duration>{number}:05</itunes:duration><itunes:episode>{number}</itunes:episode>"
        f"<itunes:explicit>false</itunes:explicit>{more}"
        f"<content:encoded><![CDATA[{NOTES.replace('bay', f'bay of {number}')}]]></content:encoded>"
        "</item>"
    )


def run(settings: Path, later: timedelta = timedelta(), **options: bool):
    loaded = load(settings)
    with open_store(loaded) as store:
        return Desk(loaded, store, clock=lambda: datetime.now(UTC) + later).run(**options)


def published(settings: Path, form: str, language: str = "en") -> bytes:
    content = (settings.parent / f"output/news/{language}.{form}").read_bytes()
    assert problems(content) == []
    return content


@pytest.fixture
def settings(site, write_settings) -> Path:
    site.page("/show", PAGE.format(title="The show", head="", byline=""))
    return write_settings(town.SETTINGS.format(url=site.url("/feed.xml")))


def test_a_podcast_stays_playable_in_every_format(site, settings):
    rss(site, episode(site, 1, "<author>a@x.org (Ann Poe)</author><category>Sea</category>"))
    assert run(settings).sources["town"].new == 1
    sound = site.url("/1.mp3")
    read = feedparser.parse(published(settings, "rss")).entries[0]
    assert [(one.href, one.type, one.length) for one in read.enclosures] == [
        (sound, "audio/mpeg", "1001")
    ]
    assert (read.itunes_duration, read.itunes_episode) == ("65", "1")
    assert (read.author, [one.term for one in read.tags]) == ("Ann Poe", ["Sea"])
    atom = feedparser.parse(published(settings, "atom")).entries[0]
    assert [one.href for one in atom.enclosures] == [sound]
    assert (atom.author, [one.term for one in atom.tags]) == ("Ann Poe", ["Sea"])
    item = json.loads(published(settings, "json"))["items"][0]
    assert item["attachments"] == [
        {
            "url": sound,
            "mime_type": "audio/mpeg",
            "size_in_bytes": 1001,
            "duration_in_seconds": 65,
        }
    ]
    assert (item["authors"], item["tags"]) == ([{"name": "Ann Poe"}], ["Sea"])


def test_a_feed_of_written_news_has_no_podcast_tags(site, settings):
    site.page("/a", PAGE.format(title="The bridge", head="", byline=""))
    rss(site, f"<item><title>The bridge</title><link>{site.url('/a')}</link></item>")
    run(settings)
    assert b"itunes" not in published(settings, "rss")


def test_the_author_is_never_the_name_of_a_machine(site, settings):
    rss(site, episode(site, 1))
    run(settings)
    assert feedparser.parse(published(settings, "atom")).entries[0].author == "Radio Bay"
    site.page("/b", PAGE.format(title="The lamp", head="", byline=""))
    site.page(
        "/feed.xml",
        "<rss version='2.0'><channel><title>The Harbour Hour</title>"
        f"<item><title>The lamp</title><link>{site.url('/b')}</link></item></channel></rss>",
    )
    run(settings)
    authors = {
        one.title: one.author for one in feedparser.parse(published(settings, "atom")).entries
    }
    assert authors["The lamp"] == "The Harbour Hour"


def test_a_new_address_of_the_sound_is_published_without_a_visit_to_the_page(site, settings):
    rss(site, *(episode(site, number) for number in (1, 2)))
    run(settings)
    before = feedparser.parse(published(settings, "atom")).entries
    rss(site, episode(site, 1, sound=site.url("/again.mp3?token=2")), episode(site, 2))
    asked = len(site.asked("/show"))
    tally = run(settings).sources["town"]
    assert (tally.new, tally.changed, tally.carried) == (0, 0, 1)
    assert len(site.asked("/show")) == asked
    after = feedparser.parse(published(settings, "atom")).entries
    found = {one.id: [file.href for file in one.enclosures] for one in after}
    assert sorted(found.values()) == [[site.url("/2.mp3")], [site.url("/again.mp3?token=2")]]
    assert {(one.id, one.updated) for one in after} == {(one.id, one.updated) for one in before}


def test_a_visit_that_announces_the_same_again_writes_nothing(site, settings):
    rss(site, episode(site, 1))
    run(settings)
    assert run(settings, force=True).written == []


def test_pages_and_entries_share_out_author_picture_and_categories(site, settings):
    head = (
        '<meta property="og:image" content="/own.jpg"><meta name="keywords" content="ships, Sea">'
        '<meta name="author" content="Web Desk">'
    )
    site.page("/a", PAGE.format(title="The lamp", head=head, byline=""))
    site.page("/b", PAGE.format(title="The birds", head="", byline=""))
    more = '<author>x@x.org (Ann Poe)</author><category>Sea</category><itunes:image href="/e.jpg"/>'
    rss(
        site,
        *(
            f"<item><title>{title}</title><link>{site.url(path)}</link>{more}</item>"
            for title, path in (("The lamp", "/a"), ("The birds", "/b"))
        ),
    )
    run(settings)
    items = {one["title"]: one for one in json.loads(published(settings, "json"))["items"]}
    lamp, birds = items["The lamp"], items["The birds"]
    assert [one["authors"] for one in (lamp, birds)] == [[{"name": "Ann Poe"}]] * 2
    assert (lamp["image"], birds["image"]) == (site.url("/own.jpg"), site.url("/e.jpg"))
    assert (lamp["tags"], birds["tags"]) == (["Sea", "ships"], ["Sea"])


def test_the_page_of_the_show_replaces_no_episode_hours_later(site, settings):
    rss(site, *(episode(site, number) for number in (1, 2)))
    run(settings)
    before = published(settings, "atom")
    for hours in (7, 14, 40):
        tally = run(settings, timedelta(hours=hours)).sources["town"]
        assert (tally.new, tally.changed, site.asked("/show")) == (0, 0, [])
    assert published(settings, "atom") == before


def test_a_sound_is_not_loaded_as_a_page(site, settings):
    sound = site.url("/1.mp3")
    rss(
        site,
        f"<item><title>The fog</title><link>{sound}</link>"
        f'<enclosure url="{sound}" type="audio/mpeg" length="9"/></item>',
    )
    [failure] = run(settings).failures
    assert "no page" in failure.reason
    assert site.asked("/1.mp3") == []


def test_an_episode_without_a_page_is_published_with_its_short_notes(site, settings):
    rss(
        site,
        "<item><title>The fog signal</title><guid>part 1</guid><description>We listen to the old "
        "fog signal of the bay, which was sounded for the last time this week.</description>"
        f'<enclosure url="{site.url("/fog.mp3")}" type="audio/mpeg" length="9"/></item>',
        f"<item><title>The pilots</title><link>{site.url('/pilots.mp3')}</link><description>We sail"
        " with the pilots of the bay, who meet every ship by night and by day.</description>"
        f'<enclosure url="{site.url("/pilots.mp3")}" type="audio/mpeg" length="9"/></item>',
    )
    report = run(settings)
    assert (report.sources["town"].new, report.failures) == (2, [])
    files = {
        one.title: [file.href for file in one.enclosures]
        for one in feedparser.parse(published(settings, "rss")).entries
    }
    assert files == {
        "The fog signal": [site.url("/fog.mp3")],
        "The pilots": [site.url("/pilots.mp3")],
    }


def test_hostile_facts_leave_valid_feeds(site, settings):
    bad = "".join(f"<category>word {n}</category>" for n in range(10_000))
    rss(
        site,
        episode(
            site,
            1,
            '<enclosure url="javascript:alert(1)" type="audio/mpeg" length="1"/>'
            '<enclosure url="/2 b.mp3" type="&lt;b&gt;" length="99999999999999999999"/>'
            "<author>&lt;script&gt;alert(1)&lt;/script&gt;</author>"
            "<category>&lt;b&gt;Sea &amp;amp;copy=2&#x202e;</category>"
            "<itunes:image href='data:,x'/>"
            "<itunes:season>-1</itunes:season><itunes:episodeType>full</itunes:episodeType>" + bad,
        ),
    )
    run(settings)
    read = etree.fromstring(published(settings, "rss"))
    assert len(read.findall(".//enclosure")) == 1
    assert len(read.findall(".//item/category")) == 20
    assert read.find(f".//{ITUNES}season") is None
    assert b"javascript:" not in published(settings, "json") + published(settings, "atom")
