"""Keeps the table `listings` up to date: which articles each source has in each language.

Called inside the transaction that changes an article. Afterwards the article has one row for each
source that announced it and each language it exists in, with its date.
"""

from datetime import datetime

from sqlalchemy import Connection, literal, select, update

from pipeline.store.database import insert_new
from pipeline.store.schema import appearances, listings, translations


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
