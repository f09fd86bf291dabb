"""Stores the translations of the articles, and the failed ones.

A translation has the digest of the article it was made from. If the article's digest differs, the
translation is due again; until then the old one stays published.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, true

from pipeline.article import Article, Translation
from pipeline.store import articlepages, listing, search
from pipeline.store.articles import Articles, to_article
from pipeline.store.database import CHUNK, Database
from pipeline.store.schema import appearances, articles, listings, setbacks, translations

# Articles loaded at a time, so that memory use does not grow with the backlog.
_WINDOW = 200

COLUMNS = (
    articles,
    translations.c.language.label("t_language"),
    translations.c.source_language,
    translations.c.title.label("t_title"),
    translations.c.summary.label("t_summary"),
    translations.c.html.label("t_html"),
    translations.c.models,
    translations.c.segments,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An article with its translation into one language. Feeds are made of these."""

    id: str
    source: str
    article: Article
    translation: Translation
    dated: datetime
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedTranslation:
    """A translation that failed, with the last error; `attempts` counts the different ones."""

    article: str
    url: str
    title: str
    language: str
    error: str
    attempts: int
    at: datetime


class Translations:
    """The stored translations."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._articles = Articles(database)

    def pending(
        self, language: str, sources: Sequence[str], without: Collection[str] = ()
    ) -> tuple[int, Iterator[tuple[str, str, Article]]]:
        """Articles of `sources` without a current translation into `language`, newest first.

        Those in a language of `without` are left out, and those whose language is not known if
        that was recorded as a failure. Returns their number and an iterator over (id, digest,
        article) that loads a few at a time.
        """
        query = (
            select(articles.c.id)
            .where(
                _pending(language, sources),
                or_(
                    and_(articles.c.language.is_(None), ~_failed(language)),
                    and_(articles.c.language.is_not(None), articles.c.language.not_in(without)),
                ),
            )
            .order_by(articles.c.dated.desc(), articles.c.id)
        )
        with self._database.read() as connection:
            ids = list(connection.scalars(query))
        return len(ids), self._windows(ids)

    def pending_languages(self, language: str, sources: Sequence[str]) -> dict[str, int]:
        """How many of the pending articles there are in each language.

        "" is for those whose language is not known, if that was recorded as a failure.
        """
        query = (
            select(articles.c.language, func.count())
            .where(
                _pending(language, sources),
                or_(articles.c.language.is_not(None), _failed(language)),
            )
            .group_by(articles.c.language)
            .order_by(articles.c.language)
        )
        with self._database.read() as connection:
            return {row[0] or "": row[1] for row in connection.execute(query)}

    def _windows(self, ids: list[str]) -> Iterator[tuple[str, str, Article]]:
        for start in range(0, len(ids), _WINDOW):
            window = ids[start : start + _WINDOW]
            loaded = {row[0]: row for row in self._articles.load(window)}
            yield from (loaded[one] for one in window if one in loaded)

    def keep(self, article: str, digest: str, translation: Translation, now: datetime) -> None:
        """Store a translation of the article with this id and digest."""
        row = {
            "article": article,
            "language": translation.language,
            "digest": digest,
            "source_language": translation.source_language,
            "title": translation.title,
            "summary": translation.summary,
            "html": translation.html,
            "models": list(translation.models),
            "segments": translation.segments,
            "doubts": translation.doubts,
            "updated_at": now,
        }
        with self._database.write() as connection:
            self._database.upsert(connection, translations, [row])
            listing.of_article(connection, article)
            articlepages.touch(connection, [article])
            search.keep(
                connection, article, translation.language, translation.title, translation.html
            )
            connection.execute(
                delete(setbacks).where(
                    setbacks.c.article == article, setbacks.c.language == translation.language
                )
            )

    def failed(self, language: str, errors: Mapping[str, str], now: datetime) -> None:
        """Record which translations failed ({article: error}). The articles stay pending.

        Nothing is written about an article that fails as it did before.
        """
        names = list(errors)
        known: dict[str, tuple[str, int]] = {}
        with self._database.read() as connection:
            for start in range(0, len(names), CHUNK):
                query = select(setbacks.c.article, setbacks.c.error, setbacks.c.attempts).where(
                    setbacks.c.language == language,
                    setbacks.c.article.in_(names[start : start + CHUNK]),
                )
                known |= {row[0]: (row[1], row[2]) for row in connection.execute(query)}
        rows = [
            {
                "article": article,
                "language": language,
                "error": error,
                "attempts": attempts + 1,
                "at": now,
            }
            for article, error in errors.items()
            for before, attempts in [known.get(article, ("", 0))]
            if before != error
        ]
        if rows:
            with self._database.write() as connection:
                self._database.upsert(connection, setbacks, rows)

    def forget_failures(self, language: str, codes: Collection[str]) -> None:
        """Forget the failed translations into `language` of articles in the languages `codes`."""
        written = select(articles.c.id).where(articles.c.language.in_(codes))
        doomed = and_(setbacks.c.language == language, setbacks.c.article.in_(written))
        with self._database.read() as connection:
            there = connection.scalar(select(exists().where(doomed)))
        if there:
            with self._database.write() as connection:
                connection.execute(delete(setbacks).where(doomed))

    def failures(self) -> list[FailedTranslation]:
        """All failed translations, the latest first; articles without a language wait instead."""
        query = (
            select(setbacks, articles.c.url, articles.c.title)
            .join(articles, articles.c.id == setbacks.c.article)
            .where(articles.c.language.is_not(None))
            .order_by(setbacks.c.at.desc())
        )
        with self._database.read() as connection:
            return [
                FailedTranslation(
                    article=row.article,
                    url=row.url,
                    title=row.title,
                    language=row.language,
                    error=row.error,
                    attempts=row.attempts,
                    at=row.at,
                )
                for row in connection.execute(query)
            ]

    def newest(
        self, language: str, sources: Sequence[str], limit: int, *, once: bool = False
    ) -> list[Published]:
        """The `limit` newest articles of `sources` that exist in `language`, newest first.

        With `once`, only the first article of a story that several of the sources have.

        Reads `limit` rows per source from an index: the cost does not grow with the number of
        stored articles.
        """
        found: dict[str, Published] = {}
        wanted = _not_told_before(sources) if once else true()
        for source in sources:
            query = (
                select(*COLUMNS)
                .select_from(listings)
                .join(articles, articles.c.id == listings.c.article)
                .join(
                    translations,
                    and_(
                        translations.c.article == listings.c.article,
                        translations.c.language == listings.c.language,
                    ),
                )
                .where(listings.c.source == source, listings.c.language == language, wanted)
                .order_by(listings.c.dated.desc(), listings.c.article.desc())
                .limit(limit)
            )
            with self._database.read() as connection:
                for row in connection.execute(query):
                    found.setdefault(row.id, published_row(row))
        return sorted(found.values(), key=lambda one: (one.dated, one.id), reverse=True)[:limit]

    def doubted(self) -> list[tuple[str, str, int]]:
        """Articles with doubtful segments: (address, language, their number), most first."""
        query = (
            select(articles.c.url, translations.c.language, translations.c.doubts)
            .join(articles, articles.c.id == translations.c.article)
            .where(translations.c.doubts > 0)
            .order_by(translations.c.doubts.desc(), articles.c.url)
        )
        with self._database.read() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(query)]

    def counts(self) -> dict[str, int]:
        """The number of articles in each language."""
        query = select(translations.c.language, func.count()).group_by(translations.c.language)
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def forget(self, languages: Sequence[str] = (), sources: Sequence[str] = ()) -> int:
        """Make translations due again (all, or of some languages and sources); returns how many.

        Untranslated articles are left out. Old translations stay published until replaced.
        """
        conditions = [translations.c.language != translations.c.source_language]
        if languages:
            conditions.append(translations.c.language.in_(languages))
        if sources:
            shown = select(appearances.c.article).where(appearances.c.source.in_(sources))
            conditions.append(translations.c.article.in_(shown))
        with self._database.write() as connection:
            statement = translations.update().where(and_(*conditions)).values(digest="")
            return connection.execute(statement).rowcount


def _pending(language: str, sources: Sequence[str]) -> ColumnElement[bool]:
    """Matches articles of `sources` without a current translation into `language`."""
    current = exists().where(
        translations.c.article == articles.c.id,
        translations.c.language == language,
        translations.c.digest == articles.c.digest,
    )
    shown = exists().where(
        appearances.c.article == articles.c.id, appearances.c.source.in_(sources)
    )
    return and_(shown, ~current)


def _failed(language: str) -> ColumnElement[bool]:
    """Matches articles whose translation into `language` failed."""
    return exists().where(setbacks.c.article == articles.c.id, setbacks.c.language == language)


def _not_told_before(sources: Sequence[str]) -> ColumnElement[bool]:
    """Matches articles that are the first of their story among `sources`."""
    first, appeared = articles.alias(), appearances.alias()
    earlier = or_(
        first.c.first_seen < articles.c.first_seen,
        and_(first.c.first_seen == articles.c.first_seen, first.c.id < articles.c.id),
    )
    return ~exists().where(
        first.c.story == articles.c.story,
        first.c.id != articles.c.id,
        earlier,
        appeared.c.article == first.c.id,
        appeared.c.source.in_(sources),
    )


def published_row(row: Any) -> Published:
    """The `Published` in a row of an article joined with its translation (see COLUMNS)."""
    return Published(
        id=row.id,
        source=row.source,
        article=to_article(row),
        translation=Translation(
            language=row.t_language,
            source_language=row.source_language,
            title=row.t_title,
            summary=row.t_summary,
            html=row.t_html,
            models=tuple(row.models),
            segments=row.segments,
        ),
        dated=row.dated,
        updated=row.updated_at,
    )
