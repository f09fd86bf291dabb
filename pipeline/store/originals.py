"""Finds the articles of which feeds show nothing yet, though they would show the original.

Takes an edition (`editions.py`) and sources; returns articles. Only reads.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import exists, func, literal, or_, select

from pipeline.article import Article
from pipeline.store.articles import Articles
from pipeline.store.database import Database
from pipeline.store.pending import due
from pipeline.store.schema import articles, translations

# Before the digest of an article whose original is shown while its translation waits.
WAITS = "waits:"


class Originals:
    """The originals that are shown while their translations wait."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._articles = Articles(database)

    def missing(self, edition: str, sources: Sequence[str]) -> Iterator[tuple[str, str, Article]]:
        """Articles of `sources` without any text in an edition, or with an outdated original.

        Yields (id, digest, article), loaded in chunks.
        """
        made = translations.c
        text = exists().where(
            made.article == articles.c.id,
            made.language == edition,
            or_(
                ~made.digest.startswith(WAITS),
                made.digest == func.substr(literal(WAITS) + articles.c.digest, 1, 64),
            ),
        )
        query = select(articles.c.id).where(~text).order_by(articles.c.id)
        with self._database.read() as connection:
            waiting = due(self._database, connection, edition, sources)
            ids = list(connection.scalars(query.where(waiting)))
        yield from self._articles.load(ids)
