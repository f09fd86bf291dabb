"""Queries of the built-in web pages: one article, its languages, counts per day.

Takes ids and languages; returns `Published` values and counts. Only reads.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select

from pipeline.editions import editions_of, language_of
from pipeline.store.database import Database
from pipeline.store.published import COLUMNS, Published, published_row
from pipeline.store.schema import appearances, articles, translations
from pipeline.store.tallies import tallied


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

    def appears(self, article: str, sources: Sequence[str]) -> bool:
        """Whether one of these sources announced an article."""
        query = select(appearances.c.article).where(
            appearances.c.article == article, appearances.c.source.in_(sources)
        )
        with self._database.read() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def languages(self, article: str) -> tuple[str, ...]:
        """The languages an article exists in, sorted."""
        query = select(translations.c.language).where(translations.c.article == article)
        with self._database.read() as connection:
            return tuple(sorted({language_of(one) for one in connection.scalars(query)}))

    def per_day(self, since: datetime) -> dict[str, dict[str, int]]:
        """Articles first seen per UTC day, from that day on: {ISO date: {language: number}}, oldest
        day first. An article counts once, for the language it was written in ("": not known)."""
        first = since.astimezone(UTC).date().isoformat()
        found: dict[str, dict[str, int]] = {}
        with self._database.read() as connection:
            for (day, language), number in sorted(tallied(connection, "days", first).items()):
                found.setdefault(day, {})[language] = number
        return found
