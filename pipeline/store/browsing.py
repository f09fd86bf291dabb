"""Queries of the built-in web pages: one article, its languages, counts per day.

Takes ids and languages; returns `Published` values and counts. Only reads.
"""

from datetime import datetime

from sqlalchemy import func, select

from pipeline.editions import editions_of, language_of
from pipeline.store.database import Database
from pipeline.store.published import COLUMNS, Published, published_row
from pipeline.store.schema import articles, translations


class Browsing:
    """Read-only queries about articles and their translations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def article(self, article: str, language: str) -> Published | None:
        """An article in a language; if several editions have it, that with most translated."""
        editions = editions_of(language)
        query = (
            select(*COLUMNS)
            .select_from(translations)
            .join(articles, articles.c.id == translations.c.article)
            .where(translations.c.article == article, translations.c.language.in_(editions))
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        rows = sorted(rows, key=lambda row: (not row.models, editions.index(row.t_language)))
        return published_row(rows[0]) if rows else None

    def languages(self, article: str) -> tuple[str, ...]:
        """The languages an article exists in, sorted."""
        query = select(translations.c.language).where(translations.c.article == article)
        with self._database.read() as connection:
            return tuple(sorted({language_of(one) for one in connection.scalars(query)}))

    def per_day(self, since: datetime) -> dict[str, dict[str, int]]:
        """Articles first seen per UTC day since then: {ISO date: {language: number}}, oldest day
        first. An article counts once for each language it exists in."""
        day = func.date(articles.c.first_seen)
        query = (
            select(day, translations.c.language, func.count())
            .join(translations, translations.c.article == articles.c.id)
            .where(articles.c.first_seen >= since)
            .group_by(day, translations.c.language)
            .order_by(day, translations.c.language)
        )
        found: dict[str, dict[str, int]] = {}
        with self._database.read() as connection:
            for date, language, number in connection.execute(query):
                found.setdefault(str(date), {})[language] = number
        return found
