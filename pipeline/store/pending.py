"""Which articles have no current translation into a language, found without looking at the others.

The table `pending` has a row for each source of such an article, for each language that `watch`
was called with. Triggers keep it in the transaction that changes an article, a translation or an
appearance, whoever does: it is an index that databases do not have, and cannot disagree. Of other
languages the articles are compared with their translations, one by one.

`due` returns the condition of queries for what is pending; `Pending` begins and ends the watching
of a language. Raises StoreError.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    and_,
    delete,
    exists,
    select,
    text,
)

from pipeline.store.database import Database
from pipeline.store.given import sources_given
from pipeline.store.schema import appearances, articles, metadata, translations

watched = Table("pending_languages", metadata, Column("language", String(35), primary_key=True))

pending = Table(
    "pending",
    metadata,
    Column("language", String(35), primary_key=True),
    Column("source", String(100), primary_key=True),
    Column("article", String(36), primary_key=True),
    ForeignKeyConstraint(
        ["source", "article"],
        ["appearances.source", "appearances.article"],
        name="fk_pending_source_article",
        ondelete="CASCADE",
        onupdate="CASCADE",
    ),
    Index("ix_pending_source_article", "source", "article"),
    Index("ix_pending_article", "article"),
)

_ADD = """
    INSERT INTO pending (language, source, article)
    SELECT watched.language, shown.source, shown.article
    FROM appearances AS shown
    JOIN articles AS one ON one.id = shown.article
    CROSS JOIN pending_languages AS watched
    WHERE {which} AND NOT EXISTS (
        SELECT 1 FROM translations AS made
        WHERE made.article = one.id AND made.language = watched.language
        AND made.digest = one.digest)
    ON CONFLICT DO NOTHING"""
_REMOVE = """
    DELETE FROM pending WHERE {which} AND EXISTS (
        SELECT 1 FROM translations AS made JOIN articles AS one ON one.id = made.article
        WHERE made.article = pending.article AND made.language = pending.language
        AND made.digest = one.digest)"""
# PostgreSQL: not while another transaction changes the article, whose new digest is not seen here.
_WAIT = "PERFORM 1 FROM articles WHERE id = new.article FOR SHARE"

_CHANGED = [
    _REMOVE.format(which="pending.article = new.article AND pending.language = new.language"),
    _ADD.format(which="shown.article = new.article AND watched.language = new.language"),
]
# (name, event, condition, statements)
_TRIGGERS: tuple[tuple[str, str, str, list[str]], ...] = (
    (
        "pending_announced",
        "INSERT ON appearances",
        "",
        [_ADD.format(which="shown.source = new.source AND shown.article = new.article")],
    ),
    (
        "pending_changed",
        "UPDATE OF digest ON articles",
        "old.digest <> new.digest",
        [
            _REMOVE.format(which="pending.article = new.id"),
            _ADD.format(which="shown.article = new.id"),
        ],
    ),
    ("pending_translated", "INSERT ON translations", "", _CHANGED),
    ("pending_marked", "UPDATE OF digest ON translations", "old.digest <> new.digest", _CHANGED),
    (
        "pending_deleted",
        "DELETE ON translations",
        "",
        [_ADD.format(which="shown.article = old.article AND watched.language = old.language")],
    ),
)


def make_triggers(connection: Connection) -> None:
    """Create the triggers that keep `pending`."""
    on_sqlite = connection.dialect.name == "sqlite"
    for name, event, condition, statements in _TRIGGERS:
        head = f"CREATE TRIGGER {name} AFTER {event} FOR EACH ROW"
        head += f" WHEN ({condition})" if condition else ""
        if on_sqlite:
            connection.execute(text(f"{head} BEGIN {'; '.join(statements)}; END"))
            continue
        first = [_WAIT] if statements is _CHANGED else []
        connection.execute(
            text(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
                f" BEGIN {'; '.join([*first, *statements])}; RETURN NULL; END $$"
            )
        )
        connection.execute(text(f"{head} EXECUTE FUNCTION {name}()"))


class Pending:
    """The languages whose pending articles are known without looking for them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def watch(self, language: str) -> None:
        """Keep from now on what is pending in a language. Looks at all articles, the first time."""
        with self._database.read() as connection:
            if is_watched(connection, language):
                return
        with self._database.write() as connection:
            if connection.dialect.name == "postgresql":
                # What others have not committed yet is seen by neither side.
                tables = "articles, appearances, translations"
                connection.execute(text(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE"))
            if is_watched(connection, language):
                return
            connection.execute(watched.insert().values(language=language))
            connection.execute(
                text(_ADD.format(which="watched.language = :language")), {"language": language}
            )

    def keep_only(self, languages: Collection[str]) -> None:
        """Watch no other languages any more: no feed has them."""
        with self._database.read() as connection:
            gone = set(connection.scalars(select(watched.c.language))) - {*languages}
        if gone:
            with self._database.write() as connection:
                connection.execute(delete(watched).where(watched.c.language.in_(gone)))
                connection.execute(delete(pending).where(pending.c.language.in_(gone)))


def is_watched(connection: Connection, language: str) -> bool:
    """Whether what is pending in this language is kept."""
    query = select(watched.c.language).where(watched.c.language == language)
    return connection.scalar(query) is not None


def due(
    database: Database, connection: Connection, language: str, sources: Sequence[str]
) -> ColumnElement[bool]:
    """Matches articles of `sources` without a current translation into `language`."""
    chosen = select(sources_given(database, sources).c.source)
    if is_watched(connection, language):
        waiting = select(pending.c.article).where(
            pending.c.language == language, pending.c.source.in_(chosen)
        )
        return articles.c.id.in_(waiting)
    current = exists().where(
        translations.c.article == articles.c.id,
        translations.c.language == language,
        translations.c.digest == articles.c.digest,
    )
    shown = exists().where(appearances.c.article == articles.c.id, appearances.c.source.in_(chosen))
    return and_(shown, ~current)
