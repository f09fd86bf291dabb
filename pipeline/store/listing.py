"""Keeps the table `listings` up to date: which articles each source has in each language.

`of_article` is called inside the transaction that changes an article. Afterwards the article has
one row for each source that announced it and each language it exists in, with its date. `Listings`
stores when these were first published.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    Connection,
    and_,
    delete,
    literal,
    select,
    update,
)

from pipeline.store.database import Database, insert_new
from pipeline.store.schema import UNPUBLISHED, appearances, listings, translations

_TICK = timedelta(microseconds=1)


class Listings:
    """When the articles of sources were first published."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def publish(self, language: str, sources: Sequence[str], now: datetime) -> None:
        """Mark all articles of `sources` in `language` that no feed has shown yet as published.

        They come before all that was published earlier, even if the clock was set back since. What
        is marked once keeps its mark. Writes nothing if there are none, as in most passes.
        """
        unpublished = and_(
            listings.c.language == language,
            listings.c.first_published == UNPUBLISHED,
            listings.c.source.in_(sources),
        )
        published = and_(listings.c.language == language, listings.c.first_published < UNPUBLISHED)
        last = (
            select(listings.c.first_published)
            .where(published)
            .order_by(listings.c.first_published.desc())
            .limit(1)
        )
        with self._database.read() as connection:
            if connection.scalar(select(listings.c.id).where(unpublished).limit(1)) is None:
                return
        with self._database.write() as connection:
            latest = connection.scalar(last)
            moment = now if latest is None or latest <= now else latest + _TICK
            connection.execute(update(listings).where(unpublished).values(first_published=moment))


def of_article(connection: Connection, article: str, dated: datetime | None = None) -> None:
    """Add the missing rows of an article. With `dated`, also set that date in the existing ones."""
    if dated is not None:
        connection.execute(
            update(listings)
            .where(listings.c.article == article, listings.c.dated != dated)
            .values(dated=dated)
        )
    known = (
        select(literal(1))
        .where(
            listings.c.article == appearances.c.article,
            listings.c.language == translations.c.language,
            listings.c.source == appearances.c.source,
        )
        .exists()
    )
    query = (
        select(
            appearances.c.source,
            translations.c.language,
            appearances.c.article,
            appearances.c.dated,
        )
        .join(translations, translations.c.article == appearances.c.article)
        .where(appearances.c.article == article, ~known)
        .order_by(appearances.c.source, translations.c.language)
    )
    rows = [dict(row._mapping) for row in connection.execute(query)]
    insert_new(connection, listings, rows)  # a visit and the press may do so at once


def renew(connection: Connection, article: str, language: str) -> None:
    """Let an article arrive in an edition once more, as what is published next."""
    connection.execute(
        delete(listings).where(listings.c.article == article, listings.c.language == language)
    )
