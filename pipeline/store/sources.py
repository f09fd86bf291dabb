"""What babelwire remembers of each source: validators, when it last worked, why it last failed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pipeline.article import Validators
from pipeline.store.database import Database
from pipeline.store.schema import sources


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A source between two passes. `failures` counts those in a row; 0 after a success."""

    validators: Validators = Validators()
    last_run: datetime | None = None
    last_success: datetime | None = None
    failures: int = 0
    error: str | None = None
    due_at: datetime | None = None
    interval: float | None = None


class Sources:
    """The states of the sources, by source id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self, source: str) -> SourceState:
        """What is remembered of a source; an empty state for one never seen."""
        with self._database.read() as connection:
            row = connection.execute(select(sources).where(sources.c.id == source)).first()
        if row is None:
            return SourceState()
        return SourceState(
            validators=Validators(
                etag=row.etag, last_modified=row.last_modified, digest=row.digest
            ),
            last_run=row.last_run,
            last_success=row.last_success,
            failures=row.failures,
            error=row.error,
            due_at=row.due_at,
            interval=row.interval,
        )

    def schedule(self, source: str, due_at: datetime | None, interval: float | None) -> None:
        """Remember when the daemon looks at the source next, and how far apart its looks are."""
        row = {"id": source, "failures": 0, "due_at": due_at, "interval": interval}
        with self._database.write() as connection:
            self._database.upsert(connection, sources, [row], keep=("failures",))

    def succeeded(self, source: str, validators: Validators, now: datetime) -> None:
        """Remember that everything the source announced is stored."""
        self._put(source, SourceState(validators=validators, last_run=now, last_success=now))

    def failed(self, source: str, error: str, now: datetime) -> None:
        """Remember why the source could not be read."""
        old = self.state(source)
        self._put(
            source,
            SourceState(
                validators=old.validators,
                last_run=now,
                last_success=old.last_success,
                failures=old.failures + 1,
                error=error,
            ),
        )

    def _put(self, source: str, state: SourceState) -> None:
        row = {
            "id": source,
            "etag": state.validators.etag,
            "last_modified": state.validators.last_modified,
            "digest": state.validators.digest,
            "last_run": state.last_run,
            "last_success": state.last_success,
            "failures": state.failures,
            "error": state.error,
        }
        with self._database.write() as connection:
            self._database.upsert(connection, sources, [row])
