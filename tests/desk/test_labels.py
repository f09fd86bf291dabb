"""Feeds have words of their own in each language, and entries labels."""

from dataclasses import replace
from datetime import UTC, datetime

import feedparser

from pipeline.article import Entry, FeedSpec
from pipeline.config import load
from pipeline.desk.labels import labelled, named
from tests.desk.test_passes import run, settings  # noqa: F401 - a fixture

FEED = FeedSpec(id="f", title="News", description="All of it.", languages=("en", "pt", "de"))


def shouted(texts, source, target):
    return [f"{text.upper()} ({source}-{target})" for text in texts]


def test_what_the_settings_say_goes_before_the_machine():
    feed = named(replace(FEED, titles={"pt": "Notícias"}), shouted)
    assert feed.titles == {"pt": "Notícias", "de": "NEWS (en-de)"}
    assert feed.descriptions == {"pt": "ALL OF IT. (en-pt)", "de": "ALL OF IT. (en-de)"}
    assert (feed.title, feed.description) == (FEED.title, FEED.description)
    assert named(replace(FEED, description=""), shouted).descriptions == {}


def test_categories_of_translated_entries_get_labels():
    entry = Entry(
        id="urn:x",
        url="https://x.example/",
        title="T",
        summary="",
        html="",
        language="pt",
        original_language="en",
        by_machine=True,
        published=datetime(2026, 1, 1, tzinfo=UTC),
        updated=datetime(2026, 1, 1, tzinfo=UTC),
        categories=("Sea", "Sky"),
    )
    untouched = replace(entry, by_machine=False, original_language="pt")
    german = replace(entry, original_language="de", categories=("See",))
    asked = []

    def translate(texts, source, target):
        asked.append((list(texts), source, target))
        return shouted(texts, source, target)

    found = labelled([entry, untouched, german, entry], translate)
    assert [one.labels for one in found] == [
        ("SEA (en-pt)", "SKY (en-pt)"),
        (),
        ("SEE (de-pt)",),
        ("SEA (en-pt)", "SKY (en-pt)"),
    ]
    assert asked == [(["Sea", "Sky"], "en", "pt"), (["See"], "de", "pt")]


def test_a_pass_translates_the_title_and_does_not_fail_for_it(settings, tmp_path):  # noqa: F811
    settings.write_text(settings.read_text().replace('title = "News"', 'title = "World news"'))
    assert load(settings).feeds[0].languages == ("en", "pt")
    run(settings)
    titles = [
        feedparser.parse(
            (tmp_path / "output" / "news" / f"{language}.atom").read_bytes()
        ).feed.title
        for language in ("en", "pt")
    ]
    assert titles[0] == "World news" and "mundo" in titles[1].lower()
    settings.write_text(settings.read_text().replace('["en", "pt"]', '["en", "es"]'))
    run(settings)  # there is no model for it
    spanish = (tmp_path / "output" / "news" / "es.atom").read_bytes()
    assert feedparser.parse(spanish).feed.title == "World news (español)"
