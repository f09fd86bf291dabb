"""The schema, what older versions stored, and files that are no database of this one."""

import pytest
from sqlalchemy import text

from pipeline.article import NO_FACTS
from pipeline.errors import StoreError
from pipeline.store import Store, sqlite_url
from pipeline.store.migrate import HEAD
from tests import newdatabases
from tests.store.databases import KINDS, fresh, older

URL = "https://example.org/a"


@pytest.mark.parametrize("kind", KINDS)
def test_schema_and_migrations_agree_and_head_is_known(kind, tmp_path):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from pipeline.store import imagetables
    from pipeline.store.indexes import INDEXES
    from pipeline.store.schema import metadata

    assert INDEXES and imagetables  # all that belongs to `metadata`
    with (
        newdatabases.migrated(),
        Store(fresh(kind, tmp_path)) as store,
        store.database.engine.connect() as connection,
    ):
        # The tables of the full-text index are SQLite's own, its index over words PostgreSQL's; the
        # tallies are a table of the one and a view of the other.
        other = ("search_index", "ix_search_texts_words", "tallies")
        mine = {"include_name": lambda name, *_: not str(name).startswith(other)}
        context = MigrationContext.configure(connection, opts=mine)
        assert context.get_current_revision() == HEAD
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_older_version_stored_is_there_under_the_new_names(kind, tmp_path):
    url = fresh(kind, tmp_path)
    with older(url, "0010") as connection:
        for statement in (
            "INSERT INTO sources (id, failures, refrains) VALUES ('s', 0, '[\"follow us\"]')",
            "INSERT INTO runs (started, sources, exit_code, finished) VALUES"
            " ('2026-01-02 03:04:05', '[\"s\"]', 1, '2026-01-02 03:05:05')",
            "INSERT INTO errands (sources, force, asked_at, said, run) VALUES"
            " ('[]', true, '2026-01-02 03:04:05', 'Publishing', 1)",
            "INSERT INTO hosted (article, edition) VALUES ('a', 'e')",
        ):
            connection.exec_driver_sql(statement)
    with Store(url) as store:
        assert store.sources.repeats("s") == ("follow us",)
        [made] = store.passes.latest()
        assert (made.sources, made.exit_code) == (("s",), 1)
        request = store.pass_requests.get(1)
        assert request is not None
        assert (request.force, request.progress, request.number) == (True, "Publishing", 1)
        assert store.article_pages.due("f", 9) == ["a"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_stored_before_entries_had_facts_is_kept(kind, tmp_path):
    url = fresh(kind, tmp_path)
    with older(url, "0012") as connection:
        connection.exec_driver_sql(
            "INSERT INTO articles (id, key, source, url, title, summary, html, text, authors,"
            " keywords, partial, origins, digest, first_seen, updated_at, dated) VALUES ('a',"
            f" '{URL}', 's', '{URL}', 'T', '', '', '', '[]', '[]', false, '{{}}', 'd',"
            " '2026-01-02 03:04:05', '2026-01-02 03:04:05', '2026-01-02 03:04:05')"
        )
        connection.exec_driver_sql(
            'INSERT INTO "references" (source, url, html, state, attempts, first_seen, article)'
            f" VALUES ('s', '{URL}', '', 'done', 0, '2026-01-02 03:04:05', 'a')"
        )
        connection.exec_driver_sql("INSERT INTO sources (id, failures, etag) VALUES ('s', 0, 'e')")
    with Store(url) as store:
        [known] = store.references.named("s", [URL])
        assert (known.article, known.reference.facts) == ("a", NO_FACTS)
        found = store.articles.find("a")
        assert found is not None
        assert (found.title, found.enclosures, found.episode) == ("T", (), None)
        assert store.sources.state("s").validators.etag == "e"


def test_database_of_a_newer_version_is_refused_untouched(tmp_path):
    url = sqlite_url(tmp_path)
    with Store(url) as store, store.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"newer babelwire.*update"):
        Store(url)


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "babelwire.sqlite").write_bytes(b"not a database at all " * 100)
    with pytest.raises(StoreError, match=r"babelwire\.sqlite.*not a babelwire database"):
        Store(sqlite_url(tmp_path))
