"""Stores the passes: when each ran, over which sources, with which report."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, delete, select, update

from pipeline.store.database import Database
from pipeline.store.schema import passes as table

# Reports that are kept: about half a year of hourly passes.
_KEPT = 5000
# How many of the last passes are searched for one over the same sources.
_COMPARED = 200
# What reports say of a whole pass, and people ask for.
_OF_WHOLE = ("failures", "seconds", "words", "interrupted")
_OUTLINE = (
    *(column for column in table.c if column.name != "report"),
    *(table.c.report[name].label(f"report_{name}") for name in _OF_WHOLE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRecord:
    """One pass. `finished` is None while it runs, and stays None if the process was killed."""

    id: int
    started: datetime
    finished: datetime | None
    sources: tuple[str, ...]
    exit_code: int | None
    report: Mapping[str, Any] | None

    @property
    def complete(self) -> bool:
        """Whether it came to its end: it was neither killed nor stopped, and runs no more."""
        return self.finished is not None and not (self.report or {}).get("interrupted")


class Passes:
    """The stored passes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, sources: Sequence[str], now: datetime) -> int:
        """Store the start of a pass. Returns its number."""
        with self._database.write() as connection:
            statement = table.insert().values(started=now, sources=list(sources))
            number = int(connection.scalars(statement.returning(table.c.id)).one())
            connection.execute(delete(table).where(table.c.id <= number - _KEPT))
        return number

    def finish(self, number: int, report: Mapping[str, Any], exit_code: int, now: datetime) -> None:
        """Store the end of a pass, with its report."""
        values = {"finished": now, "report": dict(report), "exit_code": exit_code}
        with self._database.write() as connection:
            connection.execute(update(table).where(table.c.id == number).values(**values))

    def get(self, number: int) -> PassRecord | None:
        """The pass with this number, or None."""
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.id == number)).first()
        return None if row is None else _from_row(row, row.report)

    def before(self, number: int) -> PassRecord | None:
        """The last finished pass before the one with this number, over at least its sources."""
        query = select(table.c.id, table.c.sources).where(
            table.c.id < number, table.c.finished.is_not(None)
        )
        with self._database.read() as connection:
            mine = connection.scalar(select(table.c.sources).where(table.c.id == number))
            rows = connection.execute(query.order_by(table.c.id.desc()).limit(_COMPARED)).all()
        found = (row.id for row in rows if {*row.sources} >= {*(mine or ())})
        earlier = next(found, None)
        return None if earlier is None else self.get(earlier)

    def over(self, source: str, limit: int = 10) -> list[PassRecord]:
        """The last passes over a source, the latest first; of what their reports say of sources
        only what they say of this one."""
        named = cast(table.c.sources, Text).contains(json.dumps(source), autoescape=True)
        mine = table.c.report[("sources", source)].label("mine")
        query = select(*_OUTLINE, mine).where(named).order_by(table.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            return [
                _from_row(row, _outline(row) | {"sources": {source: row.mine or {}}})
                for row in connection.execute(query)
            ]

    def latest(self, limit: int = 10) -> list[PassRecord]:
        """The last passes, the latest first; of their reports only what is of the whole pass.

        What a report says of each source is most of it: 200 bytes for each, in each pass.
        """
        query = select(*_OUTLINE).order_by(table.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            return [_from_row(row, _outline(row)) for row in connection.execute(query)]


def _outline(row: Any) -> dict[str, Any]:
    found = {name: getattr(row, f"report_{name}") for name in _OF_WHOLE}
    return {name: value for name, value in found.items() if value is not None}


def _from_row(row: Any, report: Mapping[str, Any] | None) -> PassRecord:
    return PassRecord(
        id=row.id,
        started=row.started,
        finished=row.finished,
        sources=tuple(row.sources),
        exit_code=row.exit_code,
        report=report,
    )
