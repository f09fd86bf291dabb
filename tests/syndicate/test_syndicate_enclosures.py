"""Sound, video and pictures of an entry in RSS, Atom and JSON Feed."""

import json
from dataclasses import replace

import feedparser
import pytest
from lxml import etree

from pipeline.article import Enclosure, Episode
from pipeline.syndicate import atom, json_feed, rss
from tests.syndicate.feed_rules import problems
from tests.syndicate.rss_rules import ITUNES
from tests.syndicate.test_syndicate_feeds import ENTRY, FEED

SOUND = Enclosure(url="https://x.example/ß.mp3", type="audio/mpeg", length=99, duration=61)
FILM = Enclosure(url="https://x.example/f.mp4", type="video/mp4", title="The film")
PAPER = Enclosure(url="https://x.example/p", length=3)
EPISODE = Episode(number=3, season=1, kind="full", explicit=True, image="https://x.example/c.jpg")
SPOKEN = replace(ENTRY, enclosures=(SOUND, FILM, PAPER), episode=EPISODE)
ADDRESS = "https://x.example/%C3%9F.mp3"


def built(build, entry=SPOKEN) -> bytes:
    content = build(FEED, "pt", [entry])
    assert problems(content) == []
    return content


def test_rss_has_one_enclosure_and_the_others_as_media():
    item = etree.fromstring(built(rss)).find(".//item")
    assert [dict(one.attrib) for one in item.findall("enclosure")] == [
        {"url": ADDRESS, "length": "99", "type": "audio/mpeg"}
    ]
    media = item.findall("{http://search.yahoo.com/mrss/}content")
    assert [(one.get("url"), one.get("medium")) for one in media] == [
        (FILM.url, "video"),
        (PAPER.url, None),
    ]


def test_rss_tells_players_what_the_feed_told():
    item = etree.fromstring(built(rss)).find(".//item")
    told = {
        one.tag.removeprefix(ITUNES): one.text or one.get("href")
        for one in item
        if one.tag.startswith(ITUNES)
    }
    assert told == {
        "author": "Ana Silva, Bo Li",
        "duration": "61",
        "season": "1",
        "episode": "3",
        "episodeType": "full",
        "explicit": "true",
        "image": "https://x.example/c.jpg",
    }


def test_atom_has_a_link_for_each_file():
    links = feedparser.parse(built(atom)).entries[0].enclosures
    assert [(one.href, one.get("type"), one.get("length")) for one in links] == [
        (ADDRESS, "audio/mpeg", "99"),
        (FILM.url, "video/mp4", None),
        (PAPER.url, "application/octet-stream", "3"),
    ]


def test_json_feed_has_an_attachment_for_each_file():
    [item] = json.loads(built(json_feed))["items"]
    assert item["attachments"] == [
        {
            "url": ADDRESS,
            "mime_type": "audio/mpeg",
            "size_in_bytes": 99,
            "duration_in_seconds": 61,
        },
        {"url": FILM.url, "mime_type": "video/mp4", "title": "The film"},
        {"url": PAPER.url, "mime_type": "application/octet-stream", "size_in_bytes": 3},
    ]


@pytest.mark.parametrize("build", [rss, atom, json_feed])
def test_a_lead_image_that_is_an_enclosure_too_is_there_once(build):
    picture = Enclosure(url="https://x.example/i.jpg", type="image/jpeg", length=7)
    entry = replace(ENTRY, image=picture.url, image_bytes=7, enclosures=(picture, SOUND))
    content = built(build, entry)
    read = json.loads(content)["items"][0]["attachments"] if build is json_feed else None
    if build is rss:
        item = etree.fromstring(content).find(".//item")
        media = [one.get("url") for one in item.findall("{http://search.yahoo.com/mrss/}content")]
        assert media == [picture.url, ADDRESS]
    urls = [one["url"] for one in read or feedparser.parse(content).entries[0].enclosures]
    assert urls.count(picture.url) == 1


@pytest.mark.parametrize("build", [rss, atom, json_feed])
@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "", "x", "\x00"])
def test_an_address_that_is_none_of_the_web_is_left_out(build, url):
    entry = replace(ENTRY, enclosures=(Enclosure(url=url),), episode=Episode(image=url))
    assert built(build, entry) == built(build, ENTRY)


@pytest.mark.parametrize(
    ("own", "said", "told"), [(61, 0, "61"), (0, 3600, "3600"), (61, 3600, "61"), (0, 0, None)]
)
def test_a_player_is_told_in_every_format_how_long_it_plays(own, said, told):
    sound = replace(SOUND, duration=own)
    entry = replace(ENTRY, enclosures=(sound, PAPER), episode=Episode(duration=said, number=1))
    media = etree.fromstring(built(atom, entry)).findall(
        ".//{http://search.yahoo.com/mrss/}content[@duration]"
    )
    assert [(one.get("url"), one.get("duration")) for one in media] == (
        [(ADDRESS, told)] if told else []
    )
    [item] = json.loads(built(json_feed, entry))["items"]
    assert item["attachments"][0].get("duration_in_seconds") == (int(told) if told else None)
    spoken = etree.fromstring(built(rss, entry)).find(f".//{ITUNES}duration")
    assert (spoken.text if spoken is not None else None) == (str(said or own) if told else None)


def test_files_keep_their_titles():
    links = etree.fromstring(built(atom)).findall(".//{http://www.w3.org/2005/Atom}link[@title]")
    assert [(one.get("href"), one.get("title")) for one in links] == [(FILM.url, "The film")]
