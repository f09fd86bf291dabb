"""Stores pass requests: passes that a running daemon is asked for.

Takes source ids; returns the requests, oldest first, with their progress.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, select, update

from pipeline.store.database import Database
from pipeline.store.schema import pass_requests as table

# Requests that are kept, so that callers can still ask for the result.
_KEPT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRequest:
    """A request for a pass over `sources` (empty: all of them).

    `progress` is the latest progress line. `number` is the number of the pass that was made for it;
    None while that runs, or if no pass could be made.
    """

    id: int
    sources: tuple[str, ...]
    force: bool
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    progress: str
    number: int | None


class PassRequests:
    """The stored requests."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, sources: Sequence[str], force: bool, now: datetime) -> int:
        """Store a request for a pass over these sources (empty: all). Returns its id."""
        values = {"sources": list(sources), "force": force, "asked_at": now}
        with self._database.write() as connection:
            statement = table.insert().values(**values).returning(table.c.id)
            request = int(connection.scalars(statement).one())
            connection.execute(delete(table).where(table.c.id <= request - _KEPT))
        return request

    def take(self, now: datetime) -> PassRequest | None:
        """Mark the oldest waiting request as started and return it; None: none waits."""
        waiting = (
            select(table.c.id)
            .where(table.c.started_at.is_(None), table.c.finished_at.is_(None))
            .order_by(table.c.id)
            .limit(1)
        )
        while True:
            with self._database.write() as connection:
                request = connection.scalar(waiting)
                if request is None:
                    return None
                mine = and_(table.c.id == request, table.c.started_at.is_(None))
                taken = connection.execute(update(table).where(mine).values(started_at=now))
            if taken.rowcount:  # else another one was faster
                return self.get(request)

    def waiting(self) -> int:
        """How many requests are not finished."""
        query = select(func.count()).where(table.c.finished_at.is_(None))
        with self._database.read() as connection:
            return connection.scalar(query) or 0

    def get(self, request: int) -> PassRequest | None:
        """The request with this id, or None."""
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.id == request)).first()
        return None if row is None else _from_row(row)

    def note(self, request: int, progress: str) -> None:
        """Store the progress line of a request."""
        self._set(request, progress=progress)

    def finish(self, request: int, number: int | None, now: datetime) -> None:
        """Mark a request as finished by the pass with this number (None: no pass was made)."""
        self._set(request, number=number, finished_at=now)

    def restart(self) -> None:
        """Let the requests that a killed daemon had started wait again."""
        with self._database.write() as connection:
            started = update(table).where(table.c.finished_at.is_(None))
            connection.execute(started.values(started_at=None))

    def _set(self, request: int, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(update(table).where(table.c.id == request).values(**values))


def _from_row(row: Any) -> PassRequest:
    return PassRequest(
        id=row.id,
        sources=tuple(row.sources),
        force=row.force,
        asked_at=row.asked_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        progress=row.progress or "",
        number=row.number,
    )
