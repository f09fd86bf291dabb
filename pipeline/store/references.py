"""The addresses that sources announced, and what became of each.

A reference is "waiting" until its page was fetched, then "done", "rejected" (no article) or
"failed" (tried again from `retry_at` on); or it is "skipped" from the beginning. Nothing here
decides when to try again: the desk does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.article import Reference, Validators
from pipeline.store.database import CHUNK, Database
from pipeline.store.schema import articles, references

# What each announcement says anew.
_HINTS = ("title", "published", "language", "html", "announced_at", "stated")
_LONGEST = timedelta(days=40)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A stored reference. `article` is the id of the article that came of it.

    `stated` is when the page last changed as its source says, `stated_seen` what that was when the
    page was last fetched, at `fetched_at`. One that failed is tried again at `retry_at`, if at all.
    """

    id: int
    reference: Reference
    state: str
    attempts: int
    validators: Validators
    article: str | None
    error: str | None = None
    first_seen: datetime | None = None
    fetched_at: datetime | None = None
    stated: datetime | None = None
    stated_seen: datetime | None = None
    retry_at: datetime | None = None


class References:
    """The stored references."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def announce(self, found: Sequence[Reference], now: datetime, wanted: int = 0) -> None:
        """Store what a source announced; what is known keeps its state and takes the new hints.

        Of those that are not known, all but the first `wanted` of `found` (0: all) are skipped.
        """
        if not found:
            return
        rows = [
            {
                "source": one.source,
                "url": one.url,
                "title": one.title,
                "published": one.published,
                "language": one.language,
                "html": one.html,
                "state": "skipped" if wanted and place >= wanted else "waiting",
                "attempts": 0,
                "first_seen": now,
                "announced_at": now,
                "stated": one.updated or one.published,
            }
            for place, one in enumerate(found)
        ]
        dialect = sqlite if self._database.engine.dialect.name == "sqlite" else postgresql
        with self._database.write() as connection:
            for start in range(0, len(rows), CHUNK):
                statement = dialect.insert(references)
                hints = {name: statement.excluded[name] for name in _HINTS}
                connection.execute(
                    statement.on_conflict_do_update(index_elements=["source", "url"], set_=hints),
                    rows[start : start + CHUNK],
                )

    def due(self, source: str, now: datetime, limit: int = 0) -> list[Known]:
        """References of a source that are to be fetched, oldest acquaintance first.

        `limit` bounds their number (0: all).
        """
        # Nothing is put off for that long: such a time is from when the clock was wrong.
        wrong = references.c.retry_at > now + _LONGEST
        again = or_(references.c.retry_at <= now, wrong)
        retry = and_(references.c.state == "failed", again)
        wanted = or_(references.c.state == "waiting", retry)
        return self._known(and_(references.c.source == source, wanted), limit)

    def named(self, source: str, urls: Iterable[str]) -> list[Known]:
        """The references of a source with these addresses, whatever their state."""
        wanted = list(urls)
        found: list[Known] = []
        for start in range(0, len(wanted), CHUNK):
            chunk = references.c.url.in_(wanted[start : start + CHUNK])
            found += self._known(and_(references.c.source == source, chunk), 0)
        return found

    def settled(self, source: str, before: datetime, since: datetime) -> list[Known]:
        """References of a source that may be worth another look, the longest unseen first.

        Those that the source says have changed, or whose own text it has sent again; and those of
        articles fetched before `before` and first seen after `since`.
        """
        columns = references.c
        restated = columns.stated.is_distinct_from(columns.stated_seen)
        said = or_(and_(columns.stated.is_not(None), restated), columns.html != "")
        young = and_(columns.fetched_at <= before, columns.first_seen >= since)
        condition = and_(
            columns.source == source,
            columns.state.in_(("done", "rejected", "gone")),
            or_(said, and_(columns.state == "done", young)),
        )
        return sorted(self._known(condition, 0), key=lambda one: one.fetched_at or _NEVER)

    def failing(self) -> list[Known]:
        """References that failed or were rejected, the newest last."""
        return self._known(references.c.state.in_(("failed", "rejected")), 0)

    def retry(self, sources: Sequence[str] = ()) -> int:
        """Have pages that failed, or held no article, fetched again; their number.

        Of these sources (none: of all).
        """
        broken: ColumnElement[bool] = references.c.state.in_(("failed", "rejected"))
        if sources:
            broken = and_(broken, references.c.source.in_(sources))
        blank = {"etag": None, "last_modified": None, "digest": None}
        values = {"state": "waiting", "attempts": 0, "retry_at": None, **blank}
        with self._database.write() as connection:
            return connection.execute(update(references).where(broken).values(**values)).rowcount

    def counts(self) -> dict[tuple[str, str], int]:
        """How many references there are: {(source, state): number}."""
        columns = (references.c.source, references.c.state)
        with self._database.read() as connection:
            rows = connection.execute(select(*columns, func.count()).group_by(*columns))
            return {(source, state): number for source, state, number in rows}

    def begin(self, known: Known, retry_at: datetime | None) -> None:
        """Work on the page begins, and may end the process: then it counts as failed, and is tried
        again at `retry_at` (None: not by itself)."""
        error = "the process ended while it worked on this page"
        self.failed(known, error, retry_at)

    def unchanged(self, known: Known, now: datetime) -> None:
        """The page is the same as last time."""
        self._set(known, fetched_at=now, stated_seen=references.c.stated, html="")

    def rejected(self, known: Known, validators: Validators, reason: str, now: datetime) -> None:
        """The page holds no article; it is looked at again only when it changes."""
        self._set(
            known,
            state="rejected",
            error=reason,
            attempts=0,
            fetched_at=now,
            stated_seen=references.c.stated,
            html="",
            retry_at=None,
            **_columns(validators),
        )

    def gone(self, known: Known, reason: str, now: datetime) -> None:
        """The page of a stored article has vanished: the article stays, marked."""
        with self._database.write() as connection:
            values = {"state": "gone", "error": reason, "retry_at": None, "fetched_at": now}
            connection.execute(
                update(references)
                .where(references.c.id == known.id)
                .values(**values, stated_seen=references.c.stated)
            )
            connection.execute(
                update(articles)
                .where(articles.c.id == known.article, articles.c.gone_at.is_(None))
                .values(gone_at=now)
            )

    def failed(self, known: Known, reason: str, retry_at: datetime | None) -> None:
        """The page could not be had. `retry_at` None: it is not tried again by itself."""
        self._set(
            known, state="failed", error=reason, retry_at=retry_at, attempts=known.attempts + 1
        )

    def _set(self, known: Known, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(references).where(references.c.id == known.id).values(**values)
            )

    def _known(self, condition: ColumnElement[bool], limit: int) -> list[Known]:
        query = select(references).where(condition).order_by(references.c.id)
        if limit:
            query = query.limit(limit)
        with self._database.read() as connection:
            return [from_row(row) for row in connection.execute(query)]


def _columns(validators: Validators) -> dict[str, str | None]:
    return {
        "etag": validators.etag,
        "last_modified": validators.last_modified,
        "digest": validators.digest,
    }


def from_row(row: Any) -> Known:
    """A stored reference from a row with all of the table's columns."""
    return Known(
        id=row.id,
        reference=Reference(
            source=row.source,
            url=row.url,
            title=row.title,
            published=row.published,
            language=row.language,
            html=row.html,
            updated=row.stated,
        ),
        state=row.state,
        attempts=row.attempts,
        validators=Validators(etag=row.etag, last_modified=row.last_modified, digest=row.digest),
        article=row.article,
        error=row.error,
        first_seen=row.first_seen,
        fetched_at=row.fetched_at,
        stated=row.stated,
        stated_seen=row.stated_seen,
        retry_at=row.retry_at,
    )
