"""One article, many addresses; one story, many papers; and when to ask again."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.article import Source
from pipeline.ingest import PollHints, clean, fingerprint, identity, likeness, next_move, next_poll
from pipeline.ingest.kinds.feed import parse_feed
from pipeline.ingest.likeness import is_same_story
from pipeline.ingest.polling import http_hints
from pipeline.options import PollOptions

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
PARAGRAPHS = [
    "The town library of Tolvaden will stay open until ten at night from March on, the town said.",
    "It had been given a petition for longer hours that 3,100 people signed within two weeks.",
    "The extra hours will cost 240,000 crowns a year, a fifth of which the friends will pay.",
    "Students have nowhere else that is warm and quiet, said Jonas Ek, who began the petition.",
    "A trial in two branches begins on 3 March and will be judged by the number of visitors.",
    "The council votes on the budget next week; all parties but one have said they will agree.",
]
OTHER = [
    "The night ferry to the islands sails again after four days of storm that kept it in port.",
    "Some two hundred passengers had slept in the sports hall, where the Red Cross served soup.",
    "The harbour master said that the waves at the mouth of the fjord had been nine metres high.",
    "A second storm is expected on Sunday, and the company advises against travel at the weekend.",
]


@pytest.mark.parametrize(
    ("url", "cleaned"),
    [
        ("http://x.example/a?utm_source=a&utm_medium=b", "http://x.example/a"),
        ("http://x.example/a?id=7&fbclid=1&b=2#frag", "http://x.example/a?id=7&b=2"),
        ("http://x.example/a?UTM_Source=a&gclid=x", "http://x.example/a"),
        ("HTTP://X.Example:80/a/../b/./c", "http://x.example/b/c"),
        ("https://x.example:443/", "https://x.example/"),
        ("https://x.example:8443/", "https://x.example:8443/"),
        ("http://x.example/a?b=2&a=1&a=0", "http://x.example/a?b=2&a=1&a=0"),
        ("http://x.example/?12345", "http://x.example/?12345"),
        ("http://x.example/a?ref=rss", "http://x.example/a"),
        ("http://x.example/a;jsessionid=0A1B.node2?id=7", "http://x.example/a?id=7"),
        ("http://x.example/a;JSESSIONID=/b?PHPSESSID=0a&id=7", "http://x.example/a/b?id=7"),
        ("http://x.example/a;b=1?sid=7", "http://x.example/a;b=1?sid=7"),
        ("http://x.example/a?ref=v2.1", "http://x.example/a?ref=v2.1"),
        ("http://[2001:DB8::0:1]:80/a", "http://[2001:db8::1]/a"),
        ("http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC"),
        ("http://x.example/a%2fb", "http://x.example/a%2Fb"),
        ("http://[", "http://["),
        ("file:///a?utm_source=b", "file:///a?utm_source=b"),
    ],
)
def test_addresses_are_cleaned(url, cleaned):
    assert clean(url) == cleaned
    assert clean(cleaned) == cleaned


SAME = [
    "http://www.x.example/d/story",
    "https://x.example/d/story/",
    "https://x.example/d/story?utm_source=a",
    "https://x.example/d/story#comments",
    "https://x.example/d/amp/story",
    "https://amp.x.example/d/story",
    "https://x.example/d/story/amp/",
    "https://x.example/d/story.amp.html",
    "https://x.example/d/story?amp=1",
    "https://x.example/d/print/story",
    "https://x.example/d/story?print=true",
    "https://x.example/d/story?outputType=amp",
    "https://x.example/d/story/index.html",
    "https://x.example/D/../d/./story",
]
OTHERS = [
    "https://x.example/d/story-2",
    "https://x.example/d/story?page=2",
    "https://x.example:8080/d/story",
    "https://y.example/d/story",
    "https://x.example/d/Story",
    "https://x.example/d",
]


def test_one_article_has_one_identity():
    assert {identity(url) for url in SAME} == {"//x.example/d/story"}
    assert len({identity(url) for url in OTHERS}) == len(OTHERS)
    assert "//x.example/d/story" not in {identity(url) for url in OTHERS}


def test_the_order_of_parameters_is_no_identity():
    assert identity("http://x.example/?b=1&a=2") == identity("http://x.example/?a=2&b=1")


# ---- near duplicates


def test_a_wire_story_is_known_again_cut_and_edited():
    wire = "\n\n".join(PARAGRAPHS)
    cut = "TOLVADEN (Wire) – " + "\n".join(PARAGRAPHS[:4]).replace("crowns", "kroner").upper()
    assert is_same_story(fingerprint(wire), fingerprint(cut))
    assert set(fingerprint(wire).keys) & set(fingerprint(cut).keys)
    assert likeness(fingerprint(wire), fingerprint(wire)) == 1


def test_stories_of_one_town_are_not_one_story():
    one = fingerprint("\n\n".join(PARAGRAPHS))
    assert likeness(one, fingerprint("\n\n".join([PARAGRAPHS[0], *OTHER]))) < 0.5
    assert likeness(one, fingerprint("\n\n".join(OTHER))) == 0


def test_texts_without_spaces_are_compared_by_character():
    text = (
        "托尔瓦登市图书馆从三月起将开放到晚上十点，市政府星期一表示，此前有三千一百人签名请愿。" * 2
    )
    assert is_same_story(fingerprint(text), fingerprint(text.replace("星期一", "周一") + "完"))


@pytest.mark.parametrize("text", ["", " ", "Photo: Nils Orre", "😀 😀"])
def test_a_text_too_short_is_like_nothing(text):
    short = fingerprint(text)
    assert likeness(short, short) == 0
    assert short.keys == ()


# ---- polling

OPTIONS = PollOptions(first=1_800, shortest=600, longest=86_400)


def wait(poll):
    return (poll.due - NOW).total_seconds()


def test_a_source_that_changes_is_asked_more_often_and_one_that_does_not_less():
    busy = calm = None
    for _ in range(20):
        busy = next_poll(NOW, busy, OPTIONS, changed=True).interval
        calm = next_poll(NOW, calm, OPTIONS, changed=False).interval
    assert (busy, calm) == (600, 86_400)


@pytest.mark.parametrize("hours", [1, 3, 8])
def test_the_interval_settles_where_one_question_in_four_or_so_finds_something(hours):
    now, interval, before, polls, finds = NOW, None, 0, 0, 0
    while now < NOW + timedelta(days=20):
        published = int((now - NOW) / timedelta(hours=hours))
        poll = next_poll(now, interval, OPTIONS, changed=published > before)
        polls, finds = polls + 1, finds + (published > before)
        before, now, interval = published, poll.due, poll.interval
    assert 0.2 < finds / polls < 0.6
    assert 600 <= interval < hours * 3_600


def test_the_operators_interval_is_never_undercut():
    poll = next_poll(NOW, 900, OPTIONS, changed=True, every=900)
    assert poll.interval == 900
    fixed = PollOptions(adaptive=False)
    assert next_poll(NOW, 900, fixed, changed=False, every=900).interval == 900


def test_failures_put_a_source_off_ever_longer_and_dice_spread_it():
    waits = [wait(next_poll(NOW, 1_800, OPTIONS, failures=n)) for n in (1, 2, 3, 50)]
    assert waits == [1_800, 3_600, 7_200, 86_400]
    low, high = (wait(next_poll(NOW, 1_800, OPTIONS, changed=False, dice=d)) for d in (0, 1))
    assert low < high


def test_what_a_server_asks_for_holds_and_gone_is_gone():
    assert wait(next_poll(NOW, None, OPTIONS, failures=1, wait=200_000)) == 200_000
    assert next_poll(NOW, None, OPTIONS, gone=True).due is None


def test_the_wishes_of_a_feed_are_read_and_kept():
    feed = b"""<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
      <channel><title>C</title><ttl>90</ttl>
      <sy:updatePeriod> daily </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
      <skipHours><hour>8</hour><hour>9</hour><hour>24</hour><hour>99</hour></skipHours>
      <skipDays><day>Saturday</day><day>Someday</day></skipDays></channel></rss>"""
    source = Source(id="s", kind="feed", url="http://x.example/")
    hints = parse_feed(feed, source.url, source, NOW, {}).hints
    assert hints.wait == 12 * 3_600
    assert hints.skip_hours == {8, 9, 0}
    assert hints.skip_days == {5}
    poll = next_poll(NOW, None, OPTIONS, hints=hints)
    assert poll.interval == 12 * 3_600


def test_a_move_counts_once_it_has_held_for_a_week():
    first = next_move(None, "http://new.example/", NOW)
    later = NOW + timedelta(days=7)
    assert not first.is_settled(NOW + timedelta(days=6))
    assert next_move(first, "http://new.example/", later).is_settled(later)
    assert not next_move(first, "http://other.example/", later).is_settled(later)
    assert next_move(first, None, later) is None


def test_skipped_hours_and_days_put_a_poll_off():
    hints = PollHints(skip_hours=frozenset({8, 9}))
    assert next_poll(NOW, None, OPTIONS, hints=hints).due == NOW.replace(hour=10, minute=0)
    days = PollHints(skip_days=frozenset({4, 5}))
    sunday = (NOW + timedelta(days=2)).replace(hour=0, minute=0)
    assert next_poll(NOW, None, OPTIONS, hints=days).due == sunday
    for always in (
        PollHints(skip_hours=frozenset(range(24))),
        PollHints(skip_days=frozenset(range(7))),
    ):
        assert next_poll(NOW, None, OPTIONS, hints=always) == next_poll(NOW, None, OPTIONS)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=7200"}, 7_200),
        ({"cache-control": "max-age=7200", "age": "1200"}, 6_000),
        ({"cache-control": "max-age=99999999"}, 86_400),
        ({"cache-control": "no-store"}, 0),
        ({}, 0),
    ],
)
def test_cache_control_is_a_wish(headers, seconds):
    assert http_hints(PollHints(), headers).wait == seconds
