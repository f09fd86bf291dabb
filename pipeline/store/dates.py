"""When the articles of sources are dated, read from an index, of many sources at once.

Takes ids of sources; returns dates by source, without those that have no articles. Raises
StoreError.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import and_, func, literal, select

from pipeline.store.database import Database
from pipeline.store.given import sources_given
from pipeline.store.schema import appearances

_EARLIEST = datetime(1, 1, 2, tzinfo=UTC)


class Dates:
    """The dates of the articles that sources announced."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self, sources: Sequence[str]) -> dict[str, tuple[datetime, datetime | None]]:
        """The dates of the newest article of each source, and of the one before (None: it has no
        other)."""
        chosen = sources_given(self._database, sources)
        dated = select(appearances.c.dated).where(appearances.c.source == chosen.c.source)
        last = dated.order_by(appearances.c.dated.desc()).limit(1)
        query = select(chosen.c.source, last.scalar_subquery(), last.offset(1).scalar_subquery())
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return {source: (newest, other) for source, newest, other in rows if newest is not None}

    def days(
        self, sources: Sequence[str], most: int, days: int
    ) -> dict[str, list[tuple[datetime, int]]]:
        """Of the `most` latest articles of each source the last `days` UTC days that have any, the
        newest first: (the latest date of the day, how many).

        Those that have the same date as the last one of them are counted, too.
        """
        chosen = sources_given(self._database, sources)
        one = appearances.alias()
        oldest = (
            select(one.c.dated)
            .where(one.c.source == chosen.c.source)
            .order_by(one.c.dated.desc())
            .offset(most - 1)
            .limit(1)
            .scalar_subquery()
        )
        since = func.coalesce(oldest, literal(_EARLIEST, one.c.dated.type))
        day = func.date(appearances.c.dated)
        query = (
            select(chosen.c.source, func.max(appearances.c.dated), func.count())
            .select_from(chosen)
            .join(
                appearances,
                and_(appearances.c.source == chosen.c.source, appearances.c.dated >= since),
            )
            .group_by(chosen.c.source, day)
            .order_by(chosen.c.source, day.desc())
        )
        found: dict[str, list[tuple[datetime, int]]] = {}
        with self._database.read() as connection:
            for source, latest, number in connection.execute(query):
                mine = found.setdefault(source, [])
                if len(mine) < days:
                    mine.append((latest, number))
        return found
