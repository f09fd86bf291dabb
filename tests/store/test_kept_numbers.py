"""What is kept instead of looked for: what is pending, and how many rows of each kind there are."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from pipeline.article import Reference
from pipeline.options import Term
from pipeline.store import Store, schema, sqlite_url
from pipeline.store.pending import due, pending, watched
from pipeline.store.schema import articles, memory, memory_models, references, translations
from pipeline.store.tallies import tallied
from tests.store.databases import KINDS, fresh, older
from tests.store.test_store import ARTICLE, NOW, announce, keep, page, translated

SOURCES = ("s", "t", "u")


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    with Store(fresh(request.param, tmp_path)) as opened:
        yield opened


def compared(store: Store, language: str) -> dict[str, set[str]]:
    """What is pending of each source, found by comparing all articles with their translations."""
    found = {}
    with store.database.write() as connection:
        connection.execute(delete(watched))
        for source in SOURCES:
            query = select(articles.c.id).where(due(store.database, connection, language, [source]))
            found[source] = set(connection.scalars(query))
        connection.rollback()
    return found


def kept(store: Store, language: str) -> dict[str, set[str]]:
    with store.database.read() as connection:
        assert connection.scalar(select(watched.c.language).where(watched.c.language == language))
        found = {source: set() for source in SOURCES}
        query = select(pending.c.source, pending.c.article).where(pending.c.language == language)
        for source, article in connection.execute(query):
            found[source].add(article)
    return found


def counted(store: Store) -> dict[str, dict[tuple[str, str], int]]:
    """The numbers that the tallies must have, counted."""
    found: dict[str, dict[tuple[str, str], int]] = {}

    def note(name: str, part: object, kind: str) -> None:
        numbers = found.setdefault(name, {})
        numbers[str(part), kind] = numbers.get((str(part), kind), 0) + 1

    with store.database.read() as connection:
        for source, state in connection.execute(select(references.c.source, references.c.state)):
            note("references", source, state)
        columns = articles.c.source, articles.c.first_seen, articles.c.language
        for source, seen, language in connection.execute(select(*columns)):
            note("articles", source, "")
            note("days", seen.date().isoformat(), language or "")
        for language in connection.scalars(select(translations.c.language)):
            note("translations", "", language)
        keys = dict(map(tuple, connection.execute(select(memory_models.c.id, memory_models.c.key))))
        for model, target in connection.execute(select(memory.c.model, memory.c.target)):
            note("memory", model, "")
            if keys[model].endswith("#gate") and not target.endswith("|"):
                note("failed", model, "")
    return found


def tallies(store: Store) -> dict[str, dict[tuple[str, str], int]]:
    names = ("references", "articles", "days", "translations", "memory", "failed")
    with store.database.read() as connection:
        return {name: numbers for name in names if (numbers := tallied(connection, name))}


def step(store: Store, dice: random.Random, number: int) -> None:
    """Something that passes, people or maintenance do to a store."""
    now = NOW + timedelta(hours=number)
    url = f"https://example.org/{dice.randrange(8)}"
    source = dice.choice(SOURCES)
    with store.database.read() as connection:
        known = list(connection.execute(select(articles.c.id, articles.c.digest)))
    chosen = dice.choice(known) if known else None
    language = dice.choice(("pt", "pt", "de"))
    action = dice.randrange(11)
    if action < 3 or chosen is None:
        words = f"<p>Version {dice.randrange(3)}.</p>"
        one = announce(store, url, source, now)
        code = dice.choice(("en", "fr", None))
        article = replace(ARTICLE, url=url, html=words, language=code)
        store.articles.keep(one, page(one), article, url, now)
    elif action < 6:
        digest = chosen.digest if dice.random() < 0.7 else "another"
        store.translations.keep(chosen.id, digest, translated(language), now)
    elif action == 6:
        store.translations.forget([language] if dice.random() < 0.5 else [], [source])
    elif action == 7:
        store.glossaries.keep(language, [Term(source="a", target=str(number))], [chosen.id])
    elif action == 8:
        with store.database.write() as connection:
            which = dice.choice(("article", "translation", "references"))
            if which == "article":
                connection.execute(delete(articles).where(articles.c.id == chosen.id))
            elif which == "translation":
                connection.execute(delete(translations).where(translations.c.article == chosen.id))
            else:
                connection.execute(update(references).values(state="failed"))
    elif action == 9:
        store.memory.put("m", {f"Segment {dice.randrange(5)}.": str(number)})
        ends = dice.choice(("|", "|loop"))
        store.memory.put("m#gate", {f"Segment {dice.randrange(5)}.": f"1{ends}"})
        if dice.random() < 0.3:
            store.memory.forget_failed()
    else:
        store.sources.schedule(source, now, None)
        store.sources.rename(source, dice.choice([one for one in SOURCES if one != source]))


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_is_what_is_there_whatever_happened(store, seed):
    dice = random.Random(seed)
    for number in range(12):
        step(store, dice, number)
    for language in ("pt", "de"):
        store.pending.watch(language)
    for number in range(12, 72):
        step(store, dice, number)
        if number % 6 == 0:
            assert tallies(store) == counted(store)
            assert kept(store, "pt") == compared(store, "pt")
            assert kept(store, "de") == compared(store, "de")
    assert tallies(store) == counted(store)
    assert kept(store, "pt") == compared(store, "pt")


def test_what_is_pending_is_the_same_watched_or_not(store):
    keep(store)
    before = store.translations.pending("pt", ["s"])[0], store.translations.pending("pt", ["t"])[0]
    store.pending.watch("pt")
    after = store.translations.pending("pt", ["s"])[0], store.translations.pending("pt", ["t"])[0]
    assert before == after == (1, 0)
    assert store.translations.pending_languages("pt", ["s", "t"]) == {"en": 1}


def test_a_language_that_no_feed_has_is_watched_no_more(store):
    keep(store)
    for language in ("pt", "de"):
        store.pending.watch(language)
    store.pending.keep_only(["de"])
    with store.database.read() as connection:
        assert set(connection.scalars(select(pending.c.language))) == {"de"}
        assert list(connection.scalars(select(watched.c.language))) == ["de"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_older_version_stored_is_counted(kind, tmp_path):
    url = fresh(kind, tmp_path)
    with older(url, "0016") as connection:
        connection.exec_driver_sql(
            'INSERT INTO "references" (source, url, html, state, attempts, first_seen) VALUES'
            " ('s', 'https://example.org/1', '', 'failed', 1, '2026-01-02 03:04:05'),"
            " ('s', 'https://example.org/2', '', 'failed', 1, '2026-01-02 03:04:05')"
        )
    with Store(url) as store:
        assert store.references.counts() == {("s", "failed"): 2}
        assert len(store.references.failing()) == 2


def test_readers_open_a_database_while_a_writer_holds_it(tmp_path):
    url = sqlite_url(tmp_path)
    with Store(url) as first, first.database.write() as connection:
        connection.execute(articles.delete())  # holds the lock until the end of the block
        with Store(url) as second:
            second.database.engine.dispose()  # its next connections are new ones
            assert second.articles.count() == 0
            assert second.translations.pending("pt", ["s"])[0] == 0
        assert schema(url) is not None
    with Store(url) as third:
        third.references.announce([Reference(source="s", url="https://example.org/1")], NOW)
        assert sum(third.references.counts().values()) == 1
