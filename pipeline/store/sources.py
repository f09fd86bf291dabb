"""Stores the state of each source: validators, last success, last failure, repeats, schedule.

Takes the result of a visit; returns the state that the next visit begins with. Decides nothing: the
desk decides, for example, whether a moved source is polled at its new address.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select, update

from pipeline.article import Validators
from pipeline.store.database import Database
from pipeline.store.schema import (
    appearances,
    archive_cursors,
    articles,
    listings,
    references,
    sources,
)

_REPEATS = 100  # stored per source
_STATE = tuple(column for column in sources.c if column.name != "repeats")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMove:
    """A permanent redirect from a source's address `asked` to `url`, first seen at `since`."""

    asked: str
    url: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """The state of a source between two visits.

    `failures` counts consecutive failures. `interval` is the time between visits in seconds.
    `notes` are messages for people about a source that works. `asked` is a digest of what the
    validators belong to, `full_at` when the source last answered in full, `distrusted_at` since
    when its answers of 304 are known to be wrong. `place` is its kind and address. `left` pages
    were not looked at by the visit that began at `visit_at`: it goes on at `resume_at` (None: as
    soon as possible).
    """

    validators: Validators = Validators()
    last_run: datetime | None = None
    last_success: datetime | None = None
    failures: int = 0
    error: str | None = None
    due_at: datetime | None = None
    interval: float | None = None
    move: SourceMove | None = None
    notes: tuple[str, ...] = ()
    left: int = 0
    visit_at: datetime | None = None
    resume_at: datetime | None = None
    asked: str | None = None
    full_at: datetime | None = None
    distrusted_at: datetime | None = None
    place: str | None = None


class Sources:
    """The states of the sources, by source id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self, source: str) -> SourceState:
        """The state of a source; an empty one if it was never visited."""
        with self._database.read() as connection:
            row = connection.execute(select(*_STATE).where(sources.c.id == source)).first()
        return SourceState() if row is None else _from_row(row)

    def states(self) -> dict[str, SourceState]:
        """The states of all sources that have one, also of those that no settings have any more."""
        with self._database.read() as connection:
            return {row.id: _from_row(row) for row in connection.execute(select(*_STATE))}

    def schedule(self, source: str, due_at: datetime | None, interval: float | None) -> None:
        """Store when the daemon visits the source next, and the seconds between visits."""
        row = {"id": source, "failures": 0, "due_at": due_at, "interval": interval}
        with self._database.write() as connection:
            self._database.upsert(connection, sources, [row], keep=("failures",))

    def leave(
        self, source: str, left: int, visit_at: datetime, resume_at: datetime | None = None
    ) -> None:
        """Store how many pages a visit has left, when it began, and when another one goes on.

        Call it also before the pages are looked at: a visit that is killed has left them.
        """
        row = {
            "id": source,
            "failures": 0,
            "left": left,
            "visit_at": visit_at if left else None,
            "resume_at": resume_at if left else None,
        }
        with self._database.write() as connection:
            self._database.upsert(connection, sources, [row], keep=("failures",))

    def succeeded(self, source: str, state: SourceState) -> None:
        """Record a successful visit. Call it after everything the source announced is stored.

        `due_at` and `interval` are left out: see `schedule`.
        """
        self._put(source, state)

    def failed(
        self,
        source: str,
        error: str,
        now: datetime,
        *,
        move: SourceMove | None = None,
        place: str | None = None,
    ) -> None:
        """Record why the source could not be read."""
        old = self.state(source)
        failures = old.failures + 1
        place = place or old.place
        self._put(
            source,
            replace(
                old, last_run=now, failures=failures, error=error, move=move, notes=(), place=place
            ),
        )

    def places(self) -> dict[str, str | None]:
        """The kind and address of each source that was visited; None where it is not known."""
        query = (
            select(sources.c.id, sources.c.place)
            .where(sources.c.last_run.is_not(None))
            .order_by(sources.c.last_run)
        )
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def rename(self, old: str, new: str) -> bool:
        """Give everything of a source to another id, unless that has anything of its own already.

        Returns whether it was done.
        """
        owned = (references, articles, appearances, listings)
        with self._database.write() as connection:
            for table in owned:
                if connection.scalar(select(exists().where(table.c.source == new))):
                    return False
            if not connection.scalar(select(exists().where(sources.c.id == old))):
                return False  # another process has done it
            connection.execute(delete(sources).where(sources.c.id == new))
            connection.execute(delete(archive_cursors).where(archive_cursors.c.source == new))
            connection.execute(update(sources).where(sources.c.id == old).values(id=new))
            for table in (*owned, archive_cursors):
                connection.execute(update(table).where(table.c.source == old).values(source=new))
        return True

    def repeats(self, source: str) -> tuple[str, ...]:
        """The paragraphs that its articles repeat, the latest learnt first."""
        query = select(sources.c.repeats).where(sources.c.id == source)
        with self._database.read() as connection:
            return tuple(connection.scalar(query) or ())

    def learn(self, source: str, repeats: Sequence[str]) -> None:
        """Add paragraphs that its articles repeat; the latest 100 are kept."""
        with self._database.write() as connection:
            query = select(sources.c.repeats).where(sources.c.id == source)
            known = connection.scalar(query) or ()
            row = {
                "id": source,
                "failures": 0,
                "repeats": list(dict.fromkeys((*repeats, *known)))[:_REPEATS],
            }
            self._database.upsert(connection, sources, [row], keep=("failures",))

    def _put(self, source: str, state: SourceState) -> None:
        row = {
            "id": source,
            "etag": state.validators.etag,
            "last_modified": state.validators.last_modified,
            "digest": state.validators.digest,
            "asked": state.asked,
            "full_at": state.full_at,
            "distrusted_at": state.distrusted_at,
            "place": state.place,
            "last_run": state.last_run,
            "last_success": state.last_success,
            "failures": state.failures,
            "error": state.error,
            "moved_from": state.move and state.move.asked,
            "moved_to": state.move and state.move.url,
            "moved_since": state.move and state.move.since,
            "notes": list(state.notes),
        }
        with self._database.write() as connection:
            self._database.upsert(connection, sources, [row])


def _from_row(row: Any) -> SourceState:
    move = None
    if row.moved_to is not None:
        move = SourceMove(asked=row.moved_from, url=row.moved_to, since=row.moved_since)
    return SourceState(
        validators=Validators(etag=row.etag, last_modified=row.last_modified, digest=row.digest),
        last_run=row.last_run,
        last_success=row.last_success,
        failures=row.failures,
        error=row.error,
        due_at=row.due_at,
        interval=row.interval,
        move=move,
        notes=tuple(row.notes or ()),
        left=row.left,
        visit_at=row.visit_at,
        resume_at=row.resume_at,
        asked=row.asked,
        full_at=row.full_at,
        distrusted_at=row.distrusted_at,
        place=row.place,
    )
