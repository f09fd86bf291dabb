"""Keeps the list of what each source has in each language.

In goes an article, inside the transaction that changed it; afterwards it is listed once for each
source that announced it and language it exists in, with its date. Nothing is refused.
"""

from datetime import datetime

from sqlalchemy import Connection, insert, literal, select, update

from pipeline.store.schema import appearances, listings, translations


def of_article(connection: Connection, article: str, dated: datetime | None = None) -> None:
    """List the article where it is not yet; where `dated` is given, that is its date now."""
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
    if rows:
        connection.execute(insert(listings), rows)
