"""Deletes old pages, articles, references and segments of the translation memory.

Takes the dates before which each may be deleted; returns how many were. Never deletes an article
that a feed shows or a source still announces, so that no deleted article comes back as new.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, not_, or_, select

from pipeline.store import articlepages, conditions
from pipeline.store.database import CHUNK, Database
from pipeline.store.memory import sizes
from pipeline.store.pending import Pending
from pipeline.store.schema import (
    appearances,
    archived,
    articles,
    listings,
    memory,
    memory_models,
    pages,
    references,
    verdicts,
)
from pipeline.store.verdicts import judging


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may be deleted: pages, articles and memory older than these times (None: nothing).

    At most the `segments` newest segments of the memory are kept (0: all). The `shown` newest
    articles of each source, those that it had published last in each of `languages`, and those of
    each feed with rules, are always kept.
    """

    pages: datetime | None = None
    articles: datetime | None = None
    memory: datetime | None = None
    segments: int = 0
    shown: int = 0
    languages: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How many of each were deleted, or would be."""

    pages: int = 0
    articles: int = 0
    references: int = 0
    memory: int = 0
    images: int = 0


class Retention:
    """Deletion by age."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pending = Pending(database)

    def prune(self, limits: Limits, sources: Sequence[str], *, trial: bool = False) -> Pruned:
        """Delete what `limits` allows and return the numbers; with `trial`, only count.

        `sources` are the ids in the settings: articles of other sources are in no feed.
        """
        with self._database.read() as connection:
            limits = replace(limits, memory=self._memory_limit(connection, limits))
            old = self._old_articles(connection, limits, sources)
            pruned = Pruned(
                pages=self._count_pages(connection, limits),
                articles=len(old),
                references=_count(connection, _forgotten(limits)) if limits.articles else 0,
                memory=self._count_memory(connection, limits),
            )
        if not trial:
            self._delete(limits, old)
        return pruned

    def _delete(self, limits: Limits, old: list[str]) -> None:
        with self._database.write() as connection:
            if limits.pages is not None:
                connection.execute(delete(pages).where(pages.c.fetched_at < limits.pages))
            if limits.memory is not None:
                connection.execute(delete(memory).where(_forgettable(limits.memory)))
        for start in range(0, len(old), CHUNK):
            with self._database.write() as connection:
                chunk = old[start : start + CHUNK]
                connection.execute(delete(articles).where(articles.c.id.in_(chunk)))
                articlepages.touch(connection, chunk)
        if limits.articles is not None:
            with self._database.write() as connection:
                connection.execute(delete(references).where(_forgotten(limits)))
                if old:
                    _empty_archives(connection)
        self._pending.keep_only(limits.languages)
        self._database.shrink()

    def _old_articles(
        self, connection: Connection, limits: Limits, sources: Sequence[str]
    ) -> list[str]:
        if limits.articles is None:
            return []
        announced = exists().where(
            references.c.article == articles.c.id, references.c.announced_at >= limits.articles
        )
        query = select(articles.c.id).where(
            and_(
                articles.c.dated < limits.articles,
                articles.c.updated_at < limits.articles,
                not_(announced),
            )
        )
        old = list(connection.scalars(query))
        if not old:
            return []  # as on most days, and then nobody asks what feeds show
        shown: set[str] = set()
        for source in sources:
            newest = (
                select(appearances.c.article)
                .where(appearances.c.source == source)
                .order_by(appearances.c.dated.desc())
                .limit(limits.shown)
            )
            shown.update(connection.scalars(newest))
            for language in limits.languages:
                last = (
                    select(listings.c.article)
                    .where(listings.c.source == source, listings.c.language == language)
                    .order_by(listings.c.first_published.desc(), listings.c.dated.desc())
                    .limit(limits.shown)
                )
                shown.update(connection.scalars(last))
        # A feed with rules may show older ones: those that it lets pass.
        for feed, language in judging(connection):
            passing = (
                select(verdicts.c.article)
                .join(articles, articles.c.id == verdicts.c.article)
                .where(
                    verdicts.c.feed == feed,
                    verdicts.c.language == language,
                    verdicts.c.reason == "",
                )
                .order_by(articles.c.dated.desc())
                .limit(limits.shown)
            )
            shown.update(connection.scalars(passing))
        return [one for one in old if one not in shown]

    def _count_pages(self, connection: Connection, limits: Limits) -> int:
        if limits.pages is None:
            return 0
        query = select(func.count()).select_from(pages).where(pages.c.fetched_at < limits.pages)
        return connection.scalar(query) or 0

    def _memory_limit(self, connection: Connection, limits: Limits) -> datetime | None:
        """The time before which segments are deleted, by age or because there are too many."""
        if not limits.segments:
            return limits.memory
        numbers = sizes(connection)
        stored = sum(number for key, number in numbers.items() if not key.endswith("!"))
        if stored <= limits.segments:
            return limits.memory
        machine = select(memory_models.c.id).where(
            ~memory_models.c.key.contains("#"), ~memory_models.c.key.endswith("!")
        )
        query = (
            select(memory.c.created)
            .where(memory.c.model.in_(machine))
            .order_by(memory.c.created)
            .offset(stored - limits.segments)
            .limit(1)
        )
        oldest = connection.scalar(query)  # of those that are kept
        return max(filter(None, (oldest, limits.memory)), default=None)

    def _count_memory(self, connection: Connection, limits: Limits) -> int:
        if limits.memory is None:
            return 0
        query = select(func.count()).select_from(memory).where(_forgettable(limits.memory))
        return connection.scalar(query) or 0


def _empty_archives(connection: Connection) -> None:
    """Delete the archive rows of deleted articles.

    The last row of each feed is kept: its numbers count all documents and articles so far.
    """
    names = archived.c.feed, archived.c.language
    ends = select(*names, func.max(archived.c.place)).group_by(*names)
    for feed, language, last in connection.execute(ends).all():
        connection.execute(
            delete(archived).where(
                archived.c.feed == feed,
                archived.c.language == language,
                archived.c.place < last,
                ~exists().where(articles.c.id == archived.c.article),
            )
        )


def _forgettable(before: datetime) -> ColumnElement[bool]:
    """Matches old segments of models. Corrections by people are kept."""
    corrections = select(memory_models.c.id).where(memory_models.c.key.endswith("!"))
    return and_(memory.c.created < before, memory.c.model.not_in(corrections))


def _forgotten(limits: Limits) -> ColumnElement[bool]:
    """Matches references that are no longer announced and have no stored article."""
    return and_(
        conditions.WITHOUT_ARTICLE,
        or_(references.c.announced_at.is_(None), references.c.announced_at < limits.articles),
        references.c.first_seen < limits.articles,
    )


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(references).where(condition)
    return connection.scalar(query) or 0
