"""What the rules of feeds say of articles, what rules of sources dropped, and the list of both."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from pipeline.article import Reference
from pipeline.store import Asked, Limits, Store
from pipeline.store.schema import articles
from tests.store.databases import KINDS, fresh
from tests.store.test_store import ARTICLE, NOW, announce, keep, translated


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    with Store(fresh(request.param, tmp_path)) as opened:
        yield opened


def fill(store: Store, number: int = 4) -> list[str]:
    """Articles in pt, a day apart, the newest first."""
    ids = []
    for day in range(number):
        published = NOW - timedelta(days=day)
        kept = keep(store, replace(ARTICLE, url=f"https://example.org/{day}", published=published))
        store.translations.keep(kept.id, "d", translated(), NOW)
        ids.append(kept.id)
    return ids


def test_what_is_left_out_is_neither_in_the_feed_nor_in_its_archive(store):
    ids = fill(store)
    store.verdicts.keep("f", "pt", {ids[0]: "dropped", ids[1]: "", ids[2]: "dropped"})
    newest = store.translations.newest("pt", ["s"], 2, feed="f")
    assert [one.id for one in newest] == [ids[1], ids[3]]
    assert len(store.translations.newest("pt", ["s"], 9, feed="other")) == 4
    assert [one.article for one in store.archives.arrived("f", "pt", ["s"], 9)] == [ids[1], ids[3]]
    assert store.archives.totals([Asked("f", "pt", ["s"])]) == [2]
    assert store.verdicts.known("f", "pt", ids) == {
        ids[0]: "dropped",
        ids[1]: "",
        ids[2]: "dropped",
    }
    assert store.verdicts.of(ids[0]) == [("f", "pt", "dropped")]
    assert store.verdicts.of(ids[1]) == []
    store.verdicts.forget("f", "pt")
    assert len(store.translations.newest("pt", ["s"], 9, feed="f")) == 4


def test_an_article_whose_text_changes_is_judged_again(store):
    [one, *_] = fill(store)
    store.verdicts.keep("f", "pt", {one: "dropped"})
    store.verdicts.keep("f", "en", {one: "dropped"})
    store.translations.keep(one, "e", replace(translated(), title="Other"), NOW)
    assert store.verdicts.of(one) == [("f", "en", "dropped")]


def test_what_a_feed_with_rules_shows_is_kept(store):
    ids = fill(store)
    store.verdicts.keep("f", "pt", {ids[0]: "dropped", ids[1]: "dropped", ids[2]: "", ids[3]: ""})
    later = NOW + timedelta(days=400)
    store.retention.prune(Limits(articles=later - timedelta(days=9), shown=1), ["s"])
    assert {one.id for one in store.translations.newest("pt", ["s"], 9)} == {ids[0], ids[2]}


def test_dropped_entries_wait_again_when_other_rules_come_and_they_are_still_announced(store):
    old = announce(store, "https://example.org/old")
    later = NOW + timedelta(hours=1)
    names = [f"https://example.org/{number}" for number in range(3)]
    store.references.announce([Reference(source="s", url=url) for url in names], later)
    known = store.references.named("s", names)
    store.references.dropped({one.id: "rule a" for one in (old, *known[:2])}, later)
    store.references.dropped({known[2].id: "rule b"}, later)
    assert store.references.due("s", later) == []
    assert store.references.undrop("s", {"rule a", "rule b"}) == 0
    assert store.references.undrop("s", {"rule b"}) == 2
    assert [one.id for one in store.references.due("s", later)] == [one.id for one in known[:2]]
    assert store.references.undrop("s", ()) == 1
    assert store.references.named("s", ["https://example.org/old"])[0].state == "dropped"


def test_the_catalogue_lists_the_newest_first_and_finds_by_any_name(store):
    ids = fill(store, 2)
    waiting = announce(store, "https://example.org/wait", "t", NOW - timedelta(hours=1))
    listed = store.catalogue.newest(0)
    assert [one.article for one in listed] == [ids[0], None, ids[1]]
    assert [one.url for one in store.catalogue.newest(1, ["t"])] == [waiting.reference.url]
    assert [one.state for one in store.catalogue.newest(9, [], ["waiting", "gone"])] == ["waiting"]
    assert listed[0].languages == ("pt",) and listed[1].languages == ()
    for item in listed:
        for name in (item.name, item.url, *([item.article] if item.article else [])):
            assert store.catalogue.find(name) == [item]
    assert store.catalogue.find("nothing") == store.catalogue.find("r999") == []
    assert store.catalogue.find("%") == []


def test_a_story_whose_first_article_is_left_out_is_told_by_the_next(store):
    ids = fill(store, 3)  # of one story, the newest first
    with store.database.write() as connection:
        connection.execute(update(articles).values(story=ids[2]))
        for hour, one in enumerate(reversed(ids)):
            first = NOW + timedelta(hours=hour)
            same = update(articles).where(articles.c.id == one)
            connection.execute(same.values(first_seen=first))

    def told() -> list[str]:
        return [one.id for one in store.translations.newest("pt", ["s"], 9, once=True, feed="f")]

    assert told() == [ids[2]]
    store.verdicts.keep("f", "pt", {ids[2]: "dropped"})
    assert told() == [ids[1]]
    store.verdicts.keep("f", "pt", {ids[2]: "", ids[1]: "dropped"})
    assert told() == [ids[2]]
    store.verdicts.keep("f", "pt", dict.fromkeys(ids, "dropped"))
    assert told() == []
    store.verdicts.keep("other", "pt", {ids[2]: ""})
    assert [one.id for one in store.translations.newest("pt", ["s"], 9, once=True)] == [ids[2]]


def test_verdicts_of_feeds_and_languages_that_are_no_more_are_deleted(store):
    [one, *_] = fill(store)
    for feed, language in (("f", "pt"), ("f", "en"), ("gone", "pt")):
        store.verdicts.keep(feed, language, {one: "dropped"})
    assert store.verdicts.forget_others({("f", "pt"), ("new", "pt")}) == 2
    assert store.verdicts.of(one) == [("f", "pt", "dropped")]
    assert store.verdicts.forget_others({("f", "pt")}) == 0
