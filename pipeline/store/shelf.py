"""What a reader in a browser asks of the store: one article, a search, numbers.

In go ids, languages and words; out come `Published` values and counts. Nothing here writes.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from pipeline.store.database import Database
from pipeline.store.schema import appearances, articles, translations
from pipeline.store.translations import Published, published_row

# More words than this do not narrow a search; they only make it slow.
_MOST_WORDS = 8
_ESCAPE = "\\"


class Shelf:
    """The stored articles as a reader looks at them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def story(self, article: str, language: str) -> Published | None:
        """An article in a language."""
        query = _translated().where(
            translations.c.article == article, translations.c.language == language
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else published_row(row)

    def languages(self, article: str) -> tuple[str, ...]:
        """The languages an article exists in, sorted."""
        query = select(translations.c.language).where(translations.c.article == article)
        with self._database.read() as connection:
            return tuple(sorted(connection.scalars(query)))

    def total(self, language: str, sources: Sequence[str]) -> int:
        """How many articles of `sources` exist in `language`."""
        query = (
            select(func.count(appearances.c.article.distinct()))
            .join(translations, translations.c.article == appearances.c.article)
            .where(translations.c.language == language, appearances.c.source.in_(sources))
        )
        with self._database.read() as connection:
            return connection.scalar(query) or 0

    def search(self, query: str, language: str = "", limit: int = 50) -> list[Published]:
        """Articles whose title or text holds every word of `query`: titles first, then newest.

        A scan: SQLite reads about 100 MB of text a second. `language` "": any.
        """
        words = query.split()[:_MOST_WORDS]
        if not words:
            return []
        title = and_(*(_holds(translations.c.title, word) for word in words))
        anywhere = and_(
            *(
                or_(_holds(translations.c.title, word), _holds(translations.c.html, word))
                for word in words
            )
        )
        statement = _translated().where(anywhere)
        if language:
            statement = statement.where(translations.c.language == language)
        statement = statement.order_by(
            title.desc(), articles.c.dated.desc(), articles.c.id, translations.c.language
        ).limit(limit)
        with self._database.read() as connection:
            return [published_row(row) for row in connection.execute(statement)]

    def per_day(self, since: datetime) -> dict[str, int]:
        """How many articles were first seen on each UTC day since, by ISO date, oldest first."""
        query = select(articles.c.first_seen).where(articles.c.first_seen >= since)
        found: dict[str, int] = {}
        with self._database.read() as connection:
            for moment in connection.scalars(query.order_by(articles.c.first_seen)):
                day = moment.astimezone(UTC).date().isoformat()
                found[day] = found.get(day, 0) + 1
        return found


def _holds(column: Any, word: str) -> ColumnElement[bool]:
    # SQLite's LIKE folds the case of ASCII only: the forms other scripts are written in are tried.
    forms = {word, word.lower(), word.upper(), word.capitalize()}
    return or_(*(column.contains(form, autoescape=True, escape=_ESCAPE) for form in sorted(forms)))


def _translated() -> Select[Any]:
    return (
        select(
            articles,
            translations.c.language.label("t_language"),
            translations.c.source_language,
            translations.c.title.label("t_title"),
            translations.c.summary.label("t_summary"),
            translations.c.html.label("t_html"),
            translations.c.models,
            translations.c.segments,
        )
        .select_from(translations)
        .join(articles, articles.c.id == translations.c.article)
    )
