"""The passes: when each ran, over which sources, and its report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from pipeline.store.database import Database
from pipeline.store.schema import runs

# Reports kept: half a year of hourly passes.
_KEPT = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One pass. `finished` is None while it runs, and for ever if it was killed."""

    id: int
    started: datetime
    finished: datetime | None
    sources: tuple[str, ...]
    exit_code: int | None
    report: Mapping[str, Any] | None


class Runs:
    """The stored passes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, sources: Sequence[str], now: datetime) -> int:
        """Note that a pass begins; its number."""
        with self._database.write() as connection:
            statement = runs.insert().values(started=now, sources=list(sources))
            number = int(connection.scalars(statement.returning(runs.c.id)).one())
            connection.execute(delete(runs).where(runs.c.id <= number - _KEPT))
        return number

    def finish(self, run: int, report: Mapping[str, Any], exit_code: int, now: datetime) -> None:
        """Note how a pass ended."""
        values = {"finished": now, "report": dict(report), "exit_code": exit_code}
        with self._database.write() as connection:
            connection.execute(update(runs).where(runs.c.id == run).values(**values))

    def latest(self, limit: int = 10) -> list[Run]:
        """The last passes, the latest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(runs).order_by(runs.c.id.desc()).limit(limit)).all()
        return [_run(row) for row in rows]

    def get(self, number: int) -> Run | None:
        """One pass by its number."""
        with self._database.read() as connection:
            row = connection.execute(select(runs).where(runs.c.id == number)).first()
        return None if row is None else _run(row)


def _run(row: Any) -> Run:
    return Run(
        id=row.id,
        started=row.started,
        finished=row.finished,
        sources=tuple(row.sources),
        exit_code=row.exit_code,
        report=row.report,
    )
