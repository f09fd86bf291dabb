"""What an article takes from its feed, by the rule in docs/feeds.md."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.article import Article, Enclosure, EntryFacts, Episode, Reference
from pipeline.desk.completing import completed

ARTICLE = Article(url="u", title="T", html="", text="")
REFERENCE = Reference(source="s", url="u")


def authors(page=(), entry=(), feed=(), origin="", **values) -> tuple[tuple[str, ...], str]:
    article = replace(
        ARTICLE, authors=page, origins={"authors": origin} if origin else {}, **values
    )
    facts = EntryFacts(authors=entry, feed_authors=feed, site="The Harbour Hour")
    found = completed(article, replace(REFERENCE, facts=facts))
    return found.authors, found.origins.get("authors", "")


PERSON, OTHER = ("Ann Poe",), ("Jo Roe",)


@pytest.mark.parametrize(
    ("page", "entry", "feed", "taken"),
    [
        (PERSON, OTHER, (), (PERSON, "meta")),
        ((), OTHER, PERSON, (OTHER, "entry")),
        ((), (), OTHER, (OTHER, "feed")),
        (("Redaktion",), OTHER, (), (OTHER, "entry")),
        (("Red Cross Society",), (), OTHER, (OTHER, "feed")),
        (("Redaktion",), ("jroe",), (), (("Redaktion",), "meta")),
        ((), ("jroe",), (), (("jroe",), "entry")),
        ((), ("jroe",), OTHER, (OTHER, "feed")),
        ((), ("The Harbour Hour",), (), ((), "")),
        ((), ("admin",), (), ((), "")),
        (("王海涛",), OTHER, (), (("王海涛",), "meta")),
    ],
)
def test_authors(page, entry, feed, taken):
    assert authors(page, entry, feed, "meta" if page else "") == taken


def test_what_the_settings_select_is_final():
    assert authors(("Redaktion",), PERSON, origin="selector") == (("Redaktion",), "selector")


def test_a_page_that_says_all_keeps_it_and_one_that_says_nothing_gets_it():
    date = datetime(2026, 3, 1, tzinfo=UTC)
    facts = EntryFacts(image="https://x.org/i.jpg", site="Site")
    hint = replace(REFERENCE, title="Feed's", published=date, language="pt", facts=facts)
    found = completed(replace(ARTICLE, title=""), hint)
    assert (found.title, found.published, found.language) == ("Feed's", date, "pt")
    assert (found.image, found.site) == ("https://x.org/i.jpg", "Site")
    assert set(found.origins.values()) == {"source"}
    own = replace(found, title="Own", language="en", image="https://x.org/o.jpg", site="Own site")
    own = replace(own, published=datetime(2026, 2, 1, tzinfo=UTC), origins={})
    assert completed(own, hint) == own


@pytest.mark.parametrize("origin", ["near the title", "byline", "time"])
def test_a_date_that_is_only_shown_loses_to_the_sources_where_it_is_later_or_vaguer(origin):
    date = datetime(2026, 3, 1, 17, 5, tzinfo=UTC)

    def taken(page: datetime, found: str = origin) -> datetime | None:
        article = replace(ARTICLE, published=page, origins={"published": found})
        return completed(article, replace(REFERENCE, published=date)).published

    comment, event = date.replace(day=2), date.replace(month=5)
    day = date.replace(hour=0, minute=0)
    assert taken(comment) == taken(event) == taken(day) == date
    earlier = date.replace(hour=9)
    assert taken(earlier) == earlier
    assert taken(day.replace(day=2)) == date  # of another time zone
    assert taken(comment, "json-ld") == comment
    years = date.replace(year=2031)  # of a feed whose dates are wrong
    assert taken(years) == years
    date = day  # a source that gives the day only
    assert taken(earlier) == earlier
    assert taken(comment) == date


def test_categories_of_the_entry_come_first_and_each_once():
    facts = EntryFacts(categories=("Sea", "Ships"))
    found = completed(replace(ARTICLE, keywords=("ships", "Bay")), replace(REFERENCE, facts=facts))
    assert found.keywords == ("Sea", "Ships", "Bay")
    many = EntryFacts(categories=tuple(f"c{n}" for n in range(20)))
    assert (
        len(completed(replace(ARTICLE, keywords=("x",)), replace(REFERENCE, facts=many)).keywords)
        == 20
    )


def test_enclosures_and_episodes_are_taken_as_they_are():
    files, episode = (Enclosure(url="https://x.org/1.mp3"),), Episode(duration=5)
    facts = EntryFacts(enclosures=files, episode=episode)
    found = completed(ARTICLE, replace(REFERENCE, facts=facts))
    assert (found.enclosures, found.episode) == (files, episode)
