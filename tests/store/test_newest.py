"""What feeds show first, compared with all that there is, in order."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from pipeline.store import Asked, Key, Store, newest
from pipeline.store.listing import Listings
from pipeline.store.newest import keys
from pipeline.store.schema import articles
from tests.store.databases import KINDS, fresh
from tests.store.test_store import ARTICLE, NOW, announce, page, translated

SOURCES = [f"s{number}" for number in range(9)]
FEEDS = [
    Asked("all", "pt", SOURCES),
    Asked("few", "pt", SOURCES[:2]),
    Asked("one", "de", SOURCES[3:4]),
    Asked("once", "pt", SOURCES[2:7], once=True),
    Asked("nothing", "ar", SOURCES),
]


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    with Store(fresh(request.param, tmp_path)) as opened:
        yield opened


def fill(store: Store, dice: random.Random) -> None:
    """Articles of nine sources, of which one has most; some are of two sources, or of one story."""
    published = Listings(store.database)
    for number in range(90):
        source = "s0" if dice.random() < 0.6 else dice.choice(SOURCES)
        url = f"https://example.org/{number}"
        article = replace(ARTICLE, url=url, published=NOW - timedelta(hours=dice.randrange(500)))
        for one in {source, dice.choice(SOURCES)} if dice.random() < 0.3 else {source}:
            known = announce(store, url, one)
            kept = store.articles.keep(known, page(known), article, url, NOW)
        for language in ("pt", "de"):
            if dice.random() < 0.8:
                store.translations.keep(kept.id, "d", translated(language), NOW)
        if dice.random() < 0.2:
            at = NOW + timedelta(minutes=number)
            published.publish("pt", dice.sample(SOURCES, 4), at)
        if dice.random() < 0.2:
            store.verdicts.keep("few", "pt", {kept.id: "a rule"})
        if number % 7 == 3:
            with store.database.write() as connection:
                same = update(articles).where(articles.c.url == url)
                connection.execute(same.values(story="x"))


def expected(store: Store, asked: Asked) -> list[Key]:
    """Every entry of a feed in order, found the long way."""
    where = "SELECT l.article, l.source, l.first_published, l.dated, a.story, a.first_seen"
    with store.database.read() as connection:
        rows = connection.exec_driver_sql(
            f"{where} FROM listings l JOIN articles a ON a.id = l.article"
            f" WHERE l.language = '{asked.language}'"
        ).all()
        left_out = set(
            connection.exec_driver_sql(
                f"SELECT article FROM verdicts WHERE feed = '{asked.feed}' AND reason <> ''"
            ).scalars()
        )
        shown = connection.exec_driver_sql(
            "SELECT p.source, a.story, a.first_seen, a.id FROM appearances p"
            " JOIN articles a ON a.id = p.article"
        ).all()
    found: dict[str, Key] = {}
    for row in rows:
        if row.source not in asked.sources or row.article in left_out:
            continue
        told = asked.once and any(
            one.story == row.story is not None
            and one.source in asked.sources
            and (str(one.first_seen), one.id) < (str(row.first_seen), row.article)
            for one in shown
        )
        key = Key(moment(row.first_published), moment(row.dated), row.article)
        if not told and (row.article not in found or key < found[row.article]):
            found[row.article] = key
    return sorted(found.values(), reverse=True)


def moment(value: object) -> datetime:
    made = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return made.replace(tzinfo=UTC)


@pytest.mark.parametrize("many", [50, 1])
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_lists_have_all_that_there_is_in_order_page_by_page(store, seed, many, monkeypatch):
    monkeypatch.setattr(newest, "_MANY", many)  # feeds are read both ways
    fill(store, random.Random(seed))
    with store.database.read() as connection:
        for limit in (1, 7, 40, 500):
            found = keys(store.database, connection, FEEDS, limit)
            for asked in FEEDS:
                name = asked.feed, asked.language
                assert found.get(name, []) == expected(store, asked)[:limit]
        for asked in FEEDS[:4]:
            pages, before = [], None
            while one := keys(store.database, connection, [asked], 6, before):
                [some] = one.values()
                pages += some
                before = Key.read(str(some[-1]))
            assert pages == expected(store, asked)


@pytest.mark.parametrize(
    "text", ["", "1", "1.2.x", f"{9**30}.1.{'a' * 36}", "9" * 18 + ".1." + "a" * 36]
)
def test_other_text_is_no_key(text):
    assert Key.read(text) is None
