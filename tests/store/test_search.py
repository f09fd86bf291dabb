"""Full-text search over a real SQLite file, and over one without FTS5."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import inspect, text

from pipeline.article import Translation
from pipeline.store import Store, search, sqlite_url
from pipeline.store.schema import articles, search_texts
from pipeline.store.search import VECTOR, expression, make_index, plain, snippet, spaced
from tests.store.databases import KINDS, fresh, older
from tests.store.test_store import ARTICLE, NOW, keep

# SQLite's index and what keeps it.
DROPPED = (
    "TRIGGER search_texts_inserted",
    "TRIGGER search_texts_deleted",
    "TABLE search_index",
)
TEXTS = {
    "https://example.org/ferry": ("en", "The night ferry", "<p>It leaves for <b>Se</b>túbal.</p>"),
    "https://example.org/bridge": ("en", "An old bridge", "<p>The ferry stops.</p><p>At noon</p>"),
    "https://example.org/shan": ("zh", "山林步行道", "<p>新步行道于周二开放。</p>"),
    "https://example.org/bahr": ("ar", "العبّارة الليلية", "<p>تغادر العبارة عند منتصف الليل.</p>"),
}


def fill(store):
    ids = {}
    for number, (url, (language, title, html)) in enumerate(TEXTS.items()):
        article = replace(
            ARTICLE, url=url, language=language, published=NOW - timedelta(days=number)
        )
        kept = keep(store, article)
        words = Translation(
            language=language, source_language=language, title=title, summary="", html=html
        )
        store.translations.keep(kept.id, "d", words, NOW)
        ids[kept.id] = url.rsplit("/", 1)[1]
    return ids


@pytest.fixture(params=["like", *KINDS])
def found(request, tmp_path):
    with Store(fresh(request.param.replace("like", "sqlite"), tmp_path)) as store:
        if request.param == "like":
            with store.database.write() as connection:
                for thing in DROPPED:
                    connection.execute(text(f"DROP {thing}"))
        ids = fill(store)
        find = store.search.find
        yield lambda query, **more: [ids[hit.article] for hit in find(query, **more)[0]]


def test_titles_come_before_texts_and_every_word_must_be_there(found):
    assert found("ferry") == ["ferry", "bridge"]
    assert found("FERRY bridge") == ["bridge"]
    assert found("ferry nowhere") == []
    assert found("ferry", limit=1) == ["ferry"]


def test_a_language_or_sources_narrow_the_search(found):
    assert found("ferry", languages=["pt"]) == []
    assert found("ferry", sources=["other"]) == []
    assert found("ferry", languages=["en"], sources=["s"]) == ["ferry", "bridge"]


def test_the_last_word_may_be_unfinished(found):
    assert found("night fer") == ["ferry"]


def test_languages_and_sources_that_leave_nothing_out_change_nothing(found):
    assert found("ferry", languages=["ar", "en", "zh"], sources=["s", "t"]) == ["ferry", "bridge"]


def test_of_many_the_best_of_the_newest_are_found(found, monkeypatch):
    monkeypatch.setattr(search, "RANKED", 1)
    assert found("ferry") == ["bridge"]  # stored last
    monkeypatch.setattr(search, "RANKED", 2)
    assert found("ferry") == ["ferry", "bridge"]


def test_it_says_how_many_match_on_each_page(tmp_path, monkeypatch):
    with Store(sqlite_url(tmp_path)) as store:
        fill(store)
        pages = [store.search.find("ferry", limit=1, skip=skip) for skip in range(4)]
        assert [(len(hits), number) for hits, number in pages] == [(1, 2), (1, 2), (0, 2), (0, 2)]
        monkeypatch.setattr(search, "RANKED", 1)
        assert store.search.find("ferry")[1] == 2  # more than are ranked


def test_words_are_found_in_scripts_without_spaces(found):
    assert found("步行") == ["shan"]
    assert found("周二 山林") == ["shan"]
    assert found("العبارة") == ["bahr"]


@pytest.mark.parametrize(
    "query", ["", "  ", '"', "*", "(", "a AND", "NOT", "title:", "-", "'; DROP", "%", "_", "\x00"]
)
def test_no_query_is_an_expression(found, query):
    assert found(query) == []


def test_inline_marks_do_not_part_a_word_and_blocks_do(found):
    assert found("Setúbal") == ["ferry"]
    assert found("stops at") == ["bridge"] and found("stopsAt") == []


def test_a_translation_is_found_by_its_present_words_only(tmp_path):
    with Store(sqlite_url(tmp_path)) as store:
        kept = keep(store)
        for title in ("First", "Second"):
            words = Translation(
                language="pt", source_language="en", title=title, summary="", html="<p>x</p>"
            )
            store.translations.keep(kept.id, "d", words, NOW)
        assert store.search.find("first")[0] == []
        (hit,) = store.search.find("second")[0]
        assert (hit.title, hit.language) == ("Second", "pt")
        with store.database.write() as connection:
            connection.execute(text("DELETE FROM articles"))
            connection.execute(
                text("INSERT INTO search_index(search_index) VALUES ('integrity-check')")
            )
        assert store.search.find("second")[0] == []


def test_accents_are_optional_with_the_index(tmp_path):
    with Store(sqlite_url(tmp_path)) as store:
        fill(store)
        assert [hit.title for hit in store.search.find("setubal")[0]] == ["The night ferry"]


def test_what_was_translated_before_there_was_a_search_is_found(tmp_path):
    with Store(sqlite_url(tmp_path / "new")) as store:
        fill(store)
    with older(sqlite_url(tmp_path / "old"), "0001") as connection:
        connection.exec_driver_sql(f"ATTACH '{tmp_path}/new/babelwire.sqlite' AS new")
        listed = connection.exec_driver_sql("SELECT name FROM new.sqlite_master")
        still_so_called = set(listed.scalars())
        for table, columns in tables(connection).items():
            if table not in still_so_called:
                continue
            names = ", ".join(f'"{name}"' for name in columns)
            connection.exec_driver_sql(
                f'INSERT INTO main."{table}" ({names}) SELECT {names} FROM new."{table}"'
            )
    with Store(sqlite_url(tmp_path / "old")) as store:
        assert [hit.snippet for hit in store.search.find("noon")[0]] == ["The ferry stops. At noon"]


@pytest.mark.parametrize("indexed", [False, True], ids=["before the index", "with it"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_database_of_an_older_version_searches_by_an_index(kind, indexed, tmp_path):
    url = fresh(kind, tmp_path)
    with older(url, "0007") as connection:
        if kind == "sqlite" and not indexed:
            for thing in DROPPED:
                connection.execute(text(f"DROP {thing}"))
        if kind == "postgresql" and indexed:
            make_index(connection)
        words = {"title": "The night ferry", "summary": "", "html": "", "text": "It leaves."}
        facts = {"authors": [], "keywords": [], "origins": {}, "partial": False, "digest": "d"}
        dates = dict.fromkeys(("first_seen", "updated_at", "dated"), NOW)
        names = {"id": "1", "key": "k", "source": "s", "url": "https://example.org/1"}
        connection.execute(articles.insert().values({**names, **words, **facts, **dates}))
        found = {"article": "1", "language": "en", "title": words["title"], "text": words["text"]}
        connection.execute(search_texts.insert().values(found))
    with Store(url) as store:
        assert [hit.title for hit in store.search.find("ferry")[0]] == ["The night ferry"]
        asked = "search_index MATCH 'ferry'" if kind == "sqlite" else f"({VECTOR}) @@ 'ferry'"
        table = "search_index" if kind == "sqlite" else "search_texts"
        explain = "EXPLAIN QUERY PLAN" if kind == "sqlite" else "EXPLAIN"
        with store.database.write() as connection:
            if kind == "postgresql":
                connection.execute(text("SET enable_seqscan = off"))
            plan = connection.execute(text(f"{explain} SELECT * FROM {table} WHERE {asked}"))
            assert any(
                "VIRTUAL TABLE INDEX" in str(row) or "ix_search_texts_words" in str(row)
                for row in plan
            )
        fill(store)  # what comes later is in the index too, and no index is there twice
        assert len(store.search.find("ferry")[0]) == 3


def tables(connection) -> dict[str, list[str]]:
    """The columns of each table of the main database, referenced tables first."""
    inspector = inspect(connection)
    return {
        name: [column["name"] for column in inspector.get_columns(name)]
        for name, _ in inspector.get_sorted_table_and_fkc_names()
        if name is not None and name != "alembic_version"
    }


def test_pure_parts():
    assert plain("<p>a<b>b</b> &amp; c</p><p>d</p>") == "ab & c d"
    assert spaced("a新闻b") == "a 新 闻 b"
    assert expression('night "fer') == '"night" "fer"*'
    line = " ".join(f"w{number}" for number in range(100))
    cut = snippet(line, ["w50"])
    assert cut.startswith("… w42") and " w50 " in cut and cut.endswith(" …")
    assert snippet(spaced("新步行道"), ["步"]) == "新步行道"
