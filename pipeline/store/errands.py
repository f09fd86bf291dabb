"""What people ask of a running daemon: passes by hand.

In go source ids, out come errands in the order in which they were asked for, and how far each is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from pipeline.store.database import Database
from pipeline.store.schema import errands

# Errands kept after they are done, for whoever still wants to know.
_KEPT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A pass somebody asked for. `said` is the last word on its progress, `run` the pass's number.

    `sources` () means all of them.
    """

    id: int
    sources: tuple[str, ...]
    force: bool
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    said: str
    run: int | None


class Errands:
    """The stored errands."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, sources: Sequence[str], force: bool, now: datetime) -> int:
        """Ask for a pass over these sources (none: all); the errand's number."""
        values = {"sources": list(sources), "force": force, "asked_at": now}
        with self._database.write() as connection:
            statement = errands.insert().values(**values).returning(errands.c.id)
            number = int(connection.scalars(statement).one())
            connection.execute(delete(errands).where(errands.c.id <= number - _KEPT))
        return number

    def take(self, now: datetime) -> Errand | None:
        """The errand that has waited longest, now under way; None where there is none."""
        waiting = (
            select(errands.c.id)
            .where(errands.c.started_at.is_(None), errands.c.finished_at.is_(None))
            .order_by(errands.c.id)
            .limit(1)
        )
        with self._database.write() as connection:
            number = connection.scalar(waiting)
            if number is None:
                return None
            taken = update(errands).where(errands.c.id == number)
            connection.execute(taken.values(started_at=now))
        return self.get(number)

    def waiting(self) -> int:
        """How many errands are not done yet."""
        query = select(func.count()).where(errands.c.finished_at.is_(None))
        with self._database.read() as connection:
            return connection.scalar(query) or 0

    def get(self, number: int) -> Errand | None:
        """An errand by its number."""
        with self._database.read() as connection:
            row = connection.execute(select(errands).where(errands.c.id == number)).first()
        return None if row is None else _from_row(row)

    def say(self, number: int, words: str) -> None:
        """Note how far an errand is."""
        self._set(number, said=words)

    def done(self, number: int, run: int | None, now: datetime) -> None:
        """An errand is over; `run` is the pass that did it, None where none could."""
        self._set(number, run=run, finished_at=now)

    def restart(self) -> None:
        """Have the errands that a killed daemon left half done begin again."""
        with self._database.write() as connection:
            half = update(errands).where(errands.c.finished_at.is_(None))
            connection.execute(half.values(started_at=None))

    def withdraw(self, number: int, now: datetime) -> bool:
        """Take back an errand that has not begun; False where it has."""
        with self._database.write() as connection:
            statement = (
                update(errands)
                .where(errands.c.id == number, errands.c.started_at.is_(None))
                .values(finished_at=now)
            )
            return connection.execute(statement).rowcount > 0

    def _set(self, number: int, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(update(errands).where(errands.c.id == number).values(**values))


def _from_row(row: Any) -> Errand:
    return Errand(
        id=row.id,
        sources=tuple(row.sources),
        force=row.force,
        asked_at=row.asked_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        said=row.said or "",
        run=row.run,
    )
