"""Which articles have a page among the published files, and which of these pages are out of date.

Takes article ids and an edition (a digest of the settings and code that all pages depend on).
Returns the articles whose page has another edition or whose text has changed since. The cost
depends on how many are out of date, not on how many pages there are.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, delete, exists, or_, select, update

from pipeline.store.database import CHUNK, Database
from pipeline.store.schema import archived, article_pages, articles

# The edition of a page whose article has changed or was deleted.
_STALE = ""


def touch(connection: Connection, names: Collection[str]) -> None:
    """Mark the pages of these articles as out of date, in the transaction that changes them."""
    connection.execute(
        update(article_pages).where(article_pages.c.article.in_(names)).values(edition=_STALE)
    )


def _other_than(edition: str) -> ColumnElement[bool]:
    # Two ranges of the index, because "!=" would read all of it.
    return or_(article_pages.c.edition < edition, article_pages.c.edition > edition)


class ArticlePages:
    """The articles that have an article page."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def any(self) -> bool:
        """Whether any article has a page."""
        with self._database.read() as connection:
            return connection.execute(select(article_pages.c.article).limit(1)).first() is not None

    def add(self, names: Collection[str]) -> None:
        """Add articles that shall have a page; new ones are due at once."""
        known: set[str] = set()
        ordered = sorted(names)
        with self._database.read() as connection:
            for start in range(0, len(ordered), CHUNK):
                chunk = ordered[start : start + CHUNK]
                query = select(article_pages.c.article).where(article_pages.c.article.in_(chunk))
                known.update(connection.scalars(query))
        rows = [{"article": one, "edition": _STALE} for one in ordered if one not in known]
        if rows:
            with self._database.write() as connection:
                self._database.upsert(connection, article_pages, rows, keep=["edition"])

    def add_archived(self, feeds: Collection[str]) -> None:
        """Add all articles in the archive documents of these feeds."""
        with self._database.write() as connection:
            query = (
                select(archived.c.article)
                .join(articles, articles.c.id == archived.c.article)
                .where(
                    archived.c.feed.in_(feeds),
                    ~exists().where(article_pages.c.article == articles.c.id),
                )
                .distinct()
            )
            rows = [{"article": one, "edition": _STALE} for one in connection.scalars(query)]
            self._database.upsert(connection, article_pages, rows, keep=["edition"])

    def due(self, edition: str, limit: int) -> list[str]:
        """At most `limit` articles whose page is out of date."""
        with self._database.read() as connection:
            query = select(article_pages.c.article).where(_other_than(edition)).limit(limit)
            return list(connection.scalars(query))

    def due_among(self, edition: str, names: Collection[str]) -> set[str]:
        """Those of these articles whose page is out of date."""
        found: set[str] = set()
        ordered = sorted(names)
        with self._database.read() as connection:
            for start in range(0, len(ordered), CHUNK):
                chunk = article_pages.c.article.in_(ordered[start : start + CHUNK])
                query = select(article_pages.c.article).where(chunk, _other_than(edition))
                found.update(connection.scalars(query))
        return found

    def wrote(self, names: Collection[str], edition: str) -> None:
        """Mark the pages of these articles as written with this edition.

        Articles deleted meanwhile stay due, so that their pages are removed.
        """
        there = exists().where(articles.c.id == article_pages.c.article)
        with self._database.write() as connection:
            statement = update(article_pages).where(article_pages.c.article.in_(names), there)
            connection.execute(statement.values(edition=edition))

    def forget(self, names: Collection[str] | None = None) -> None:
        """Delete the records of these articles' pages (None: of all)."""
        statement = delete(article_pages)
        if names is not None:
            statement = statement.where(article_pages.c.article.in_(names))
        with self._database.write() as connection:
            connection.execute(statement)

    def renew(self) -> None:
        """Mark all pages as out of date."""
        with self._database.write() as connection:
            connection.execute(update(article_pages).values(edition=_STALE))
