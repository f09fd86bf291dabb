"""Queries of the built-in web pages: one article, its languages, counts per day.

Takes ids and languages; returns `Published` values and counts. Only reads.
"""

from datetime import datetime

from sqlalchemy import func, select

from pipeline.store.database import Database
from pipeline.store.published import COLUMNS, Published, published_row
from pipeline.store.schema import articles, translations


class Browsing:
    """Read-only queries about articles and their translations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def article(self, article: str, language: str) -> Published | None:
        """An article in a language."""
        query = (
            select(*COLUMNS)
            .select_from(translations)
            .join(articles, articles.c.id == translations.c.article)
            .where(translations.c.article == article, translations.c.language == language)
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else published_row(row)

    def languages(self, article: str) -> tuple[str, ...]:
        """The languages an article exists in, sorted."""
        query = select(translations.c.language).where(translations.c.article == article)
        with self._database.read() as connection:
            return tuple(sorted(connection.scalars(query)))

    def per_day(self, since: datetime) -> dict[str, dict[str, int]]:
        """Articles first seen per UTC day since then: {ISO date: {language: number}}, oldest day
        first. An article counts once, for the language it was written in ("": not known)."""
        day = func.date(articles.c.first_seen)
        language_of = func.coalesce(articles.c.language, "")
        query = (
            select(day, language_of, func.count())
            .where(articles.c.first_seen >= since)
            .group_by(day, language_of)
            .order_by(day, language_of)
        )
        found: dict[str, dict[str, int]] = {}
        with self._database.read() as connection:
            for date, language, number in connection.execute(query):
                found.setdefault(str(date), {})[language] = number
        return found
