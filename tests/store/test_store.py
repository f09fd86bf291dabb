"""The store over a real SQLite file."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.article import (
    NO_FACTS,
    Article,
    Enclosure,
    EntryFacts,
    Episode,
    Page,
    Reference,
    Translation,
    Validators,
)
from pipeline.errors import StoreError
from pipeline.store import Asked, Extent, Known, Limits, Setback, Store, sqlite_url
from tests.store.databases import KINDS, fresh

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://example.org/a"
ARTICLE = Article(
    url=URL,
    title="A title",
    html="<p>Words.</p>",
    text="Words.",
    language="en",
    authors=("Ada", "Bo"),
    published=datetime(2026, 2, 1, 8, tzinfo=UTC),
    origins={"title": "og:title"},
)


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    with Store(fresh(request.param, tmp_path)) as opened:
        yield opened


def of_sqlite(store: Store) -> None:
    if store.database.engine.dialect.name != "sqlite":
        pytest.skip("is about SQLite's own ways")


def announce(store: Store, url: str = URL, source: str = "s", now: datetime = NOW) -> Known:
    store.references.announce([Reference(source=source, url=url)], now)
    return store.references.named(source, [url])[0]


def page(known: Known) -> Page:
    return Page(
        reference=known.reference,
        url=known.reference.url,
        content=b"<p>Words.",
        validators=Validators(etag='"1"', digest="d"),
    )


def keep(store: Store, article: Article = ARTICLE, source: str = "s", now: datetime = NOW):
    known = announce(store, article.url, source)
    return store.articles.keep(known, page(known), article, article.url, now)


def translated(language: str = "pt") -> Translation:
    return Translation(
        language=language,
        source_language="en",
        title="T",
        summary="S",
        html="<p>P</p>",
        models=("en_pt-1.0",),
        segments=2,
    )


FACTS = EntryFacts(
    authors=("Ann",),
    categories=("Sea",),
    enclosures=(
        Enclosure(url="https://x.org/1.mp3", length=2**40),
        Enclosure(url="https://x.org/2"),
    ),
    episode=Episode(duration=5, explicit=False),
    site="Site",
)


def test_facts_of_entries_come_back_as_they_went_in(store):
    for facts in (FACTS, replace(FACTS, episode=None), NO_FACTS):
        store.references.announce([Reference(source="s", url=URL, facts=facts)], NOW)
        assert store.references.named("s", [URL])[0].reference.facts == facts
    article = replace(ARTICLE, enclosures=FACTS.enclosures, episode=FACTS.episode)
    kept = keep(store, article)
    assert store.articles.find(kept.id) == article


def test_other_files_of_an_article_make_it_no_changed_one(store):
    first = keep(store, replace(ARTICLE, enclosures=FACTS.enclosures))
    other = replace(ARTICLE, enclosures=FACTS.enclosures[:1], episode=FACTS.episode)
    assert keep(store, other).change == "same"
    assert store.articles.find(first.id) == other
    assert keep(store, ARTICLE).change == "same"  # another announcement of it, that says nothing
    assert store.articles.find(first.id) == other
    store.articles.carry("another", {first.id: NO_FACTS})
    assert store.articles.find(first.id) == other
    store.articles.carry("s", {first.id: NO_FACTS})
    assert store.articles.find(first.id) == ARTICLE


def test_a_locked_database_says_so(store, tmp_path):
    of_sqlite(store)
    with store.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
        connection.rollback()
    other = sqlite3.connect(tmp_path / "babelwire.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreError, match="locked by another process") as caught:
            announce(store)
        assert caught.value.retry
    finally:
        other.close()


def test_references_keep_their_state_when_announced_again(store):
    known = announce(store)
    assert store.references.due("s", NOW) == [known]
    keep(store)
    assert store.references.due("s", NOW) == []
    store.references.announce([Reference(source="s", url=URL, title="hint")], NOW)
    again = store.references.named("s", [URL])[0]
    assert (again.state, again.reference.title) == ("done", "hint")
    assert again.validators == Validators(etag='"1"', digest="d")


def test_a_nul_character_keeps_nothing_out(store):
    known = announce(store)
    article = replace(ARTICLE, title="A\0 title", authors=("A\0da",), text="Wo\0rds.")
    store.articles.keep(known, page(known), article, URL, NOW)
    store.references.announce(
        [Reference(source="s", url=f"{URL}/{number}", title="A\0 hint") for number in range(3)], NOW
    )
    store.sources.failed("s", "said \0", NOW)
    for number in range(3):
        (hint,) = store.references.named("s", [f"{URL}/{number}"])
        assert hint.reference.title.replace("\0", "") == "A hint"
    assert (store.sources.state("s").error or "").replace("\0", "") == "said "
    assert store.articles.keep(known, page(known), article, URL, NOW).change == "same"


def test_failed_references_are_due_again_at_their_time(store):
    known = announce(store)
    store.references.failed(known, "no answer", NOW + timedelta(minutes=5))
    assert store.references.due("s", NOW) == []
    later = store.references.due("s", NOW + timedelta(minutes=5))
    assert [(one.attempts, one.error) for one in later] == [(1, "no answer")]
    store.references.failed(later[0], "gone", None)
    assert store.references.due("s", NOW + timedelta(days=99)) == []
    assert store.references.counts() == {("s", "failed"): 1}


def test_an_article_comes_back_as_it_went_in(store):
    kept = keep(store)
    assert kept.change == "new"
    assert [article for _, _, article in store.articles.load([kept.id])] == [ARTICLE]


def test_an_article_keeps_its_id_when_text_or_address_change(store):
    first = keep(store)
    assert keep(store).change == "same"
    edited = keep(store, replace(ARTICLE, html="<p>Other.</p>"), now=NOW + timedelta(hours=1))
    assert (edited.id, edited.change) == (first.id, "changed")
    # The page names another canonical URL now: the reference it came from says who it is.
    known = store.references.named("s", [URL])[0]
    moved = replace(ARTICLE, url="https://example.org/moved")
    assert store.articles.keep(known, page(known), moved, moved.url, NOW).id == first.id


def test_the_same_article_from_two_sources_is_one(store):
    first = keep(store)
    known = announce(store, "https://example.org/a?utm_source=x", "t")
    assert store.articles.keep(known, page(known), ARTICLE, URL, NOW).id == first.id
    assert store.articles.count() == 1
    store.translations.keep(first.id, "d", translated(), NOW)
    assert len(store.translations.newest("pt", ["s", "t"], 10)) == 1
    assert len(store.translations.newest("pt", ["t"], 10)) == 1


def test_updated_moves_only_when_the_words_do(store):
    kept = keep(store)
    store.translations.keep(kept.id, "x", translated(), NOW)

    def updated() -> datetime:
        return store.translations.newest("pt", ["s"], 1)[0].updated

    first = updated()
    assert first == ARTICLE.published
    keep(store, replace(ARTICLE, section="other"), now=NOW + timedelta(hours=1))
    assert updated() == first
    keep(store, replace(ARTICLE, title="New"), now=NOW + timedelta(hours=2))
    assert updated() == NOW + timedelta(hours=2)


def test_translating_a_source_again_tries_what_is_held_back_of_no_other(store):
    there = keep(store)
    other = keep(store, replace(ARTICLE, url="https://x.org/other"), source="other")
    held = Setback(error="it loops", digest="d", made_by="m")
    store.translations.failed("pt", {there.id: held, other.id: held}, NOW)
    store.translations.forget(["pt"], ["s"])
    left = [one.article for one in store.translations.failures() if one.held_back]
    assert left == [other.id]
    store.translations.forget(["pt"])
    assert not any(one.held_back for one in store.translations.failures())


def test_dates_in_the_future_are_clamped(store):
    kept = keep(store, replace(ARTICLE, published=NOW + timedelta(days=400)))
    store.translations.keep(kept.id, "x", translated(), NOW)
    assert store.translations.newest("pt", ["s"], 1)[0].dated == NOW


def test_translations_are_pending_until_kept_and_again_after_a_change(store):
    kept = keep(store)
    number, pending = store.translations.pending("pt", ["s"])
    [(name, digest, article)] = list(pending)
    assert (number, name, article) == (1, kept.id, ARTICLE)
    loops, stutters = (
        {name: Setback(error=one, digest="d")} for one in ("it loops", "it stutters")
    )
    assert store.translations.failed("pt", loops, NOW) == {name}
    assert store.translations.pending("pt", ["s"])[0] == 1
    assert [one.error for one in store.translations.failures()] == ["it loops"]
    # The same again is not news.
    assert store.translations.failed("pt", loops, NOW + timedelta(days=1)) == set()
    [failed] = store.translations.failures()
    assert (failed.attempts, failed.at) == (1, NOW)
    store.translations.failed("pt", stutters, NOW + timedelta(days=2))
    [failed] = store.translations.failures()
    assert (failed.error, failed.attempts) == ("it stutters", 2)
    assert store.translations.pending_languages("pt", ["s"]) == {ARTICLE.language: 1}
    assert store.translations.pending("pt", ["s"], {ARTICLE.language})[0] == 0
    store.translations.forget_failures("pt", ["xx"])
    assert len(store.translations.failures()) == 1
    store.translations.forget_failures("pt", ["xx", ARTICLE.language])
    assert store.translations.failures() == []
    store.translations.failed("pt", loops, NOW)
    store.translations.keep(name, digest, translated(), NOW)
    assert store.translations.pending("pt", ["s"])[0] == 0
    assert store.translations.failures() == []
    assert store.translations.pending("pt", ["other"])[0] == 0
    keep(store, replace(ARTICLE, title="New"))
    assert store.translations.pending("pt", ["s"])[0] == 1
    # Until the new translation comes, the old one stays published.
    assert store.translations.newest("pt", ["s"], 5)[0].translation == translated()


def test_newest_come_first_and_are_bounded(store):
    for number in range(5):
        url = f"https://example.org/{number}"
        kept = keep(
            store,
            replace(ARTICLE, url=url, published=NOW - timedelta(days=number)),
            source="s" if number % 2 else "t",
        )
        store.translations.keep(kept.id, "x", translated(), NOW)
    found = store.translations.newest("pt", ["s", "t"], 3)
    assert [one.article.url[-1] for one in found] == ["0", "1", "2"]


def test_memory_keeps_models_apart_and_survives_reopening(tmp_path):
    url = sqlite_url(tmp_path)
    words = {f"segment {number}": f"segmento {number}" for number in range(1200)}
    with Store(url) as store:
        store.memory.put("en_pt-1.0", words)
        store.memory.put("en_es-1.0", {"segment 1": "otro"})
    with Store(url) as store:
        assert store.memory.get("en_pt-1.0", [*words, "unknown"]) == words
        assert store.memory.get("en_es-1.0", ["segment 1", "segment 2"]) == {"segment 1": "otro"}
        assert store.memory.get("nothing", ["segment 1"]) == {}
        assert store.memory.count() == 1201


def test_runs_are_remembered(store):
    run = store.passes.start(["s"], NOW)
    assert store.passes.latest()[0].finished is None
    store.passes.finish(run, {"words": 3}, 1, NOW)
    latest = store.passes.latest()[0]
    assert (latest.report, latest.exit_code, latest.sources) == ({"words": 3}, 1, ("s",))


def shelve(store: Store, number: int, title: str, html: str, language: str = "pt") -> str:
    url = f"https://example.org/{number}"
    kept = keep(store, replace(ARTICLE, url=url, published=NOW - timedelta(days=number)))
    words = replace(translated(language), title=title, html=html)
    store.translations.keep(kept.id, "x", words, NOW)
    return kept.id


def test_browsing_finds_an_article_by_language(store):
    name = shelve(store, 1, "Olá", "<p>Texto</p>")
    found = store.browsing.article(name, "pt")
    assert found and (found.id, found.translation.title) == (name, "Olá")
    assert store.browsing.languages(name) == ("pt",)
    assert (
        store.browsing.article(name, "de") is None and store.browsing.article("none", "pt") is None
    )
    asked = Asked("f", "pt", ["s"]), Asked("f", "pt", ["t"]), Asked("f", "en", ["s"])
    assert [store.archives.totals([one]) for one in asked] == [[1], [0], [0]]
    assert store.browsing.per_day(NOW - timedelta(days=1)) == {"2026-03-01": {"en": 1}}


def test_a_run_is_found_by_its_number(store):
    run = store.passes.start(["s"], NOW)
    assert store.passes.get(run).id == store.passes.latest()[0].id == run
    assert store.passes.get(run + 1) is None


def test_the_last_passes_come_without_what_is_said_of_each_source(store):
    said = {"s": {"new": 1}, "t.u": {"new": 2}}
    whole = {"words": 3, "seconds": {"fetch": 1.5}, "failures": [{"reason": "x"}], "sources": said}
    first = store.passes.start([*said], NOW)
    store.passes.finish(first, whole, 1, NOW)
    second = store.passes.start(["s"], NOW)
    store.passes.finish(second, {"interrupted": True, "sources": {"s": {"new": 5}}}, 0, NOW)
    running = store.passes.start(["t.u"], NOW)
    assert [(one.id, one.report, one.complete) for one in store.passes.latest()] == [
        (running, {}, False),
        (second, {"interrupted": True}, False),
        (first, {key: whole[key] for key in ("failures", "seconds", "words")}, True),
    ]
    assert store.passes.get(first).report == whole
    mine = [(one.id, one.report["sources"]) for one in store.passes.over("t.u")]
    assert mine == [(running, {"t.u": {}}), (first, {"t.u": {"new": 2}})]
    assert store.passes.over("s")[1].report["words"] == 3


def test_failed_segments_are_counted_and_forgotten_with_all_that_is_known_of_them(store):
    store.memory.put("m", {"Good.": "Bom.", "Bad.": "Bad."})
    store.memory.put("m#links", {"Bad.": "0-0"})
    store.memory.put("m#gate", {"Bad.": "loop|strict|loop|0-4", "Good.": "numbers|strict||"})
    assert (store.memory.count(), store.memory.failed()) == (2, 1)
    assert store.memory.forget_failed() == 1
    assert (store.memory.count(), store.memory.failed()) == (1, 0)
    assert store.memory.get("m", ["Good.", "Bad."]) == {"Good.": "Bom."}
    assert store.memory.get("m#links", ["Bad."]) == {}
    assert store.memory.get("m#gate", ["Good."]) == {"Good.": "numbers|strict||"}


@pytest.mark.slow
def test_under_steady_load_the_database_stops_growing(store):
    of_sqlite(store)
    sizes = []
    for day in range(30):
        now = NOW + timedelta(days=day)
        for number in range(12):
            words = f"<p>{day} {number} " + "words and more " * 300 + "</p>"
            url = f"https://example.org/{day}/{number}"
            article = replace(ARTICLE, url=url, html=words, text=words, published=now)
            known = announce(store, url, now=now)
            kept = store.articles.keep(known, page(known), article, url, now)
            store.translations.keep(kept.id, "d", replace(translated(), html=words), now)
            store.passes.finish(store.passes.start(["s"], now), {}, 0, now)
        limits = Limits(
            pages=now - timedelta(days=2), articles=now - timedelta(days=5), memory=now, shown=5
        )
        store.retention.prune(limits, ["s"])
        with store.database.read() as connection:
            sizes.append(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
    assert sizes[4] > 1.5 * sizes[0]  # it does grow at first
    assert max(sizes[15:]) <= 1.1 * max(sizes[6:15])


def test_forgotten_articles_leave_the_archive_and_its_documents_stay_counted(store):
    for number in range(6):
        kept = keep(store, replace(ARTICLE, url=f"https://example.org/{number}"))
        store.translations.keep(kept.id, "d", translated(), NOW)
    arrived = store.archives.arrived("f", "pt", ["s"], 10)
    store.archives.close("f", "pt", ["s"], [arrived[:3], arrived[3:]])
    later = NOW + timedelta(days=400)
    limits = Limits(articles=later - timedelta(days=366))
    assert store.retention.prune(limits, []).articles == 6
    assert store.archives.extent("f", "pt") == Extent(documents=2, entries=6)
    assert store.archives.document("f", "pt", 1) == []
    with store.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT place FROM archived").fetchall()
    assert rows == [(6,)]
