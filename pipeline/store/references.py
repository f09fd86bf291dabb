"""Stores the references that sources announced, with the state of each.

A reference is "waiting" until its page is fetched, then "done" (its article is stored),
"rejected" (no article), "failed" (retried at `retry_at`) or "gone" (the page of a stored article
has vanished). References beyond the `backlog` of a new source are "skipped", those that a rule of
their source leaves out "dropped". When to retry is decided by the desk, not here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from pipeline.article import Reference, Validators
from pipeline.store import conditions, facts
from pipeline.store.database import CHUNK, Database, insert
from pipeline.store.schema import articles, references
from pipeline.store.tallies import tallied

# Columns that each new announcement overwrites.
_HINTS = ("title", "published", "language", "html", "announced_at", "stated", "facts")
_BLANK = {"etag": None, "last_modified": None, "digest": None}
# What lets a reference wait as if it were new.
_AGAIN = {"state": "waiting", "attempts": 0, "retry_at": None, **_BLANK}
# The desk postpones nothing for longer: a later time was computed when the clock was wrong.
_LONGEST = timedelta(days=40)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A stored reference. `article` is the id of the article found at it.

    `stated` is when the page last changed according to its source. `stated_seen` is the value of
    `stated` when the page was last fetched, at `fetched_at`; at `full_at` it last came in full, not
    as a 304. A failed reference is retried at
    `retry_at` (None: never). `crashes` is how often in a row the process ended while it read the
    page.
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
    full_at: datetime | None = None
    stated: datetime | None = None
    stated_seen: datetime | None = None
    retry_at: datetime | None = None
    crashes: int = 0


class References:
    """The stored references."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def announce(self, found: Sequence[Reference], now: datetime, wanted: int = 0) -> None:
        """Store references of a source; known ones keep their state and get the new facts.

        New ones are stored as "waiting", those after the first `wanted` of `found` as "skipped" (0:
        none is skipped).
        """
        if not found:
            return
        rows = [
            {
                "source": one.source,
                "url": one.url,
                "guid": one.guid or None,
                "facts": facts.to_json(one.facts),
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
        with self._database.write() as connection:
            for start in range(0, len(rows), CHUNK):
                statement = insert(connection, references)
                hints: dict[str, Any] = {name: statement.excluded[name] for name in _HINTS}
                hints["guid"] = func.coalesce(statement.excluded.guid, references.c.guid)
                connection.execute(
                    statement.on_conflict_do_update(index_elements=["source", "url"], set_=hints),
                    rows[start : start + CHUNK],
                )

    def again(
        self, moved: Mapping[int, str], retitled: Sequence[int], nameless: Sequence[int]
    ) -> None:
        """Let references wait again, by their numbers: those with a new address or a new title.

        The `nameless` lose their guid.
        """
        if not (moved or retitled or nameless):
            return  # as in most visits: no other process has to wait for the lock
        table = references
        with self._database.write() as connection:
            for number in nameless:
                connection.execute(update(table).where(table.c.id == number).values(guid=None))
            for number, url in moved.items():
                connection.execute(
                    update(table).where(table.c.id == number).values(url=url, **_AGAIN)
                )
            for start in range(0, len(retitled), CHUNK):
                chunk = table.c.id.in_(retitled[start : start + CHUNK])
                connection.execute(update(table).where(chunk).values(**_AGAIN))

    def forget_validators(self, source: str) -> None:
        """Have the pages of a source answered in full when they are fetched next."""
        mine = references.c.source == source
        with self._database.write() as connection:
            connection.execute(update(references).where(mine).values(**_BLANK))

    def alike(self, source: str, found: Sequence[Reference]) -> list[Known]:
        """The references of a source with the guid or the address of one of these."""
        known = {one.id: one for one in self.named(source, [one.url for one in found])}
        guids = [one.guid for one in found if one.guid]
        for start in range(0, len(guids), CHUNK):
            chunk = references.c.guid.in_(guids[start : start + CHUNK])
            rows = self._known(and_(references.c.source == source, chunk), 0)
            known.update({one.id: one for one in rows})
        return list(known.values())

    def due(self, source: str, now: datetime, limit: int = 0) -> list[Known]:
        """At most `limit` (0: all) references of a source that are to be fetched, oldest first."""
        wrong = references.c.retry_at > now + _LONGEST
        again = or_(references.c.retry_at <= now, wrong)
        retry = and_(references.c.state == "failed", again)
        wanted = or_(references.c.state == "waiting", retry)
        some = references.c.state.in_(("waiting", "failed"))  # by which the index finds them
        return self._known(and_(references.c.source == source, some, wanted), limit)

    def named(self, source: str, urls: Iterable[str]) -> list[Known]:
        """The references of a source with these addresses, whatever their state."""
        wanted = list(urls)
        found: list[Known] = []
        for start in range(0, len(wanted), CHUNK):
            chunk = references.c.url.in_(wanted[start : start + CHUNK])
            found += self._known(and_(references.c.source == source, chunk), 0)
        return found

    def announced(self, source: str, since: datetime) -> list[Known]:
        """The references that a source has announced since then, whatever their state."""
        columns = references.c
        return self._known(and_(columns.source == source, columns.announced_at >= since), 0)

    def settled(self, source: str, before: datetime, since: datetime) -> list[Known]:
        """Fetched references of a source that may have changed, the longest not fetched first.

        Those that the source says have changed, or whose text it has sent again; and those of
        articles fetched before `before` and first seen after `since`.
        """
        columns = references.c
        mine = columns.source == source
        # Two queries, each by an index of its own. The states are looked at here, since an index
        # over them would be taken that has all that the source ever announced.
        restated = self._known(and_(mine, conditions.RESTATED), 0)
        young = self._known(
            and_(mine, columns.first_seen >= since, columns.fetched_at <= before), 0
        )
        found = {one.id: one for one in young if one.state == "done"}
        found |= {one.id: one for one in restated if one.state in ("done", "rejected", "gone")}
        ordered = sorted(found.values(), key=lambda one: one.id)
        return sorted(ordered, key=lambda one: one.fetched_at or _NEVER)

    def failing(self) -> list[Known]:
        """The references that failed or were rejected, newest last."""
        return self._known(conditions.FAILING, 0)

    def retry(self, sources: Sequence[str] = ()) -> int:
        """Let failed and rejected references of these sources (empty: all) wait again.

        Returns their number.
        """
        broken: ColumnElement[bool] = references.c.state.in_(("failed", "rejected"))
        if sources:
            broken = and_(broken, references.c.source.in_(sources))
        with self._database.write() as connection:
            return connection.execute(update(references).where(broken).values(**_AGAIN)).rowcount

    def counts(self) -> dict[tuple[str, str], int]:
        """The number of references: {(source, state): number}."""
        with self._database.read() as connection:
            return tallied(connection, "references")

    def begin(self, known: Known, retry_at: datetime | None) -> None:
        """Record, before a page is read, that the process ended during it; the result overwrites
        this.

        The page stays what it was, so that it is read again as if nothing had been; with
        `retry_at`, it has failed, and is retried then.
        """
        values: dict[str, Any] = {"crashes": known.crashes + 1}
        if retry_at is not None:
            error = f"the process ended {known.crashes + 1} times while it read this page"
            values |= {"state": "failed", "error": error, "retry_at": retry_at}
        self._set(known, **values)

    def unchanged(self, known: Known, now: datetime, *, full: bool = False) -> None:
        """Record that the page has not changed; `full`: it came in full, and is the same.

        One that failed meanwhile, or was gone, is what it was before, and its article is back.
        """
        values: dict[str, Any] = {"fetched_at": now, "html": "", "crashes": 0}
        values |= {"full_at": now} if full else {}
        if known.state not in ("done", "rejected"):
            state = "rejected" if known.article is None else "done"
            values |= {"state": state, "attempts": 0, "retry_at": None}
        if known.article is not None:
            values["error"] = None
        with self._database.write() as connection:
            connection.execute(
                update(references)
                .where(references.c.id == known.id)
                .values(**values, stated_seen=references.c.stated)
            )
            if known.state == "gone":
                back = update(articles).where(articles.c.id == known.article)
                connection.execute(back.values(gone_at=None))

    def rejected(self, known: Known, validators: Validators, reason: str, now: datetime) -> None:
        """Record that the page holds no article; it is processed again only when it changes."""
        self._set(
            known,
            state="rejected",
            error=reason,
            attempts=0,
            fetched_at=now,
            full_at=now,
            stated_seen=references.c.stated,
            html="",
            retry_at=None,
            crashes=0,
            **_columns(validators),
        )

    def dropped(self, reasons: Mapping[int, str], now: datetime) -> None:
        """Record why rules leave references out ({number: reason}); they are not fetched again.

        Their text from the feed is kept, in case the rules change.
        """
        if not reasons:
            return
        with self._database.write() as connection:
            for number, reason in reasons.items():
                connection.execute(
                    update(references)
                    .where(references.c.id == number)
                    .values(
                        state="dropped",
                        error=reason,
                        attempts=0,
                        retry_at=None,
                        fetched_at=now,
                        crashes=0,
                    )
                )

    def undrop(self, source: str, reasons: Collection[str]) -> int:
        """Let dropped references of a source wait again whose reason is none of these any more.

        Only those that the source announced when it last announced anything: older ones may be
        gone. Returns their number.
        """
        latest = select(func.max(references.c.announced_at)).where(references.c.source == source)
        doomed = and_(
            references.c.source == source,
            references.c.state == "dropped",
            references.c.error.not_in(reasons),
        )
        with self._database.read() as connection:
            if connection.scalar(select(references.c.id).where(doomed).limit(1)) is None:
                return 0  # as in most visits, which need not know when it announced anything
            doomed = and_(doomed, references.c.announced_at == connection.scalar(latest))
        with self._database.write() as connection:
            fresh = {"state": "waiting", "error": None, **_BLANK}
            return connection.execute(update(references).where(doomed).values(**fresh)).rowcount

    def gone(self, known: Known, reason: str, now: datetime) -> None:
        """Record that the page of a stored article is gone; the article stays, marked so."""
        with self._database.write() as connection:
            values = {"state": "gone", "error": reason, "retry_at": None, "fetched_at": now}
            connection.execute(
                update(references)
                .where(references.c.id == known.id)
                .values(**values, crashes=0, stated_seen=references.c.stated)
            )
            connection.execute(
                update(articles)
                .where(articles.c.id == known.article, articles.c.gone_at.is_(None))
                .values(gone_at=now)
            )

    def failed(
        self, known: Known, reason: str, retry_at: datetime | None, *, crashed: bool = False
    ) -> None:
        """Record that the page could not be fetched or processed. `retry_at` None: no retry.

        `crashed`: the process that read it has ended.
        """
        self._set(
            known,
            state="failed",
            error=reason,
            retry_at=retry_at,
            attempts=known.attempts + 1,
            crashes=known.crashes + 1 if crashed else 0,
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
    """The stored reference in a row with all columns of `references`."""
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
            guid=row.guid or "",
            facts=facts.entry_facts(row.facts),
        ),
        state=row.state,
        attempts=row.attempts,
        validators=Validators(etag=row.etag, last_modified=row.last_modified, digest=row.digest),
        article=row.article,
        error=row.error,
        first_seen=row.first_seen,
        fetched_at=row.fetched_at,
        full_at=row.full_at,
        stated=row.stated,
        stated_seen=row.stated_seen,
        retry_at=row.retry_at,
        crashes=row.crashes,
    )
