"""Queries of the built-in web pages: one article, its languages, counts per day.

Takes ids and languages; returns `Published` values and counts. Only reads.
"""

from datetime import UTC, datetime

from sqlalchemy import select

from pipeline.store.database import Database
from pipeline.store.published import COLUMNS, Published, published_row
from pipeline.store.schema import articles, translations
from pipeline.store.tallies import tallied


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
        """Articles first seen per UTC day, from that day on: {ISO date: {language: number}}, oldest
        day first. An article counts once, for the language it was written in ("": not known)."""
        first = since.astimezone(UTC).date().isoformat()
        found: dict[str, dict[str, int]] = {}
        with self._database.read() as connection:
            for (day, language), number in sorted(tallied(connection, "days", first).items()):
                found.setdefault(day, {})[language] = number
        return found
