"""Which articles feeds show first, read from indexes: a list costs what it shows.

Takes the feeds that are asked for; returns the keys of their entries, in the order of the feed. Of
a feed with many sources the newest key of each is read, and more of those sources alone that can
have any of the entries. Nothing is read of the articles themselves, and one statement answers for
all feeds. Never raises for a key: `Key.read` returns None for text that is none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    tuple_,
)

from pipeline.store.database import Database
from pipeline.store.given import given
from pipeline.store.instant import Instant
from pipeline.store.schema import appearances, articles, listings
from pipeline.store.verdicts import shown

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WRITTEN = re.compile(r"(-?\d{1,18})\.(-?\d{1,18})\.([0-9a-f-]{36})")


@dataclass(frozen=True, slots=True)
class Asked:
    """A feed in a language: its id ("": none, so that no rules leave anything out) and sources.

    With `once`, only the first article of a story that several of the sources have.
    """

    feed: str
    language: str
    sources: Sequence[str]
    once: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """The place of an entry in a feed: greater ones come first."""

    first_published: datetime
    dated: datetime
    article: str

    def __str__(self) -> str:
        """The key as `read` takes it: digits, points and hyphens."""
        times = ((one - _EPOCH) // _MICROSECOND for one in (self.first_published, self.dated))
        return ".".join((*map(str, times), self.article))

    @classmethod
    def read(cls, text: str) -> "Key | None":
        """The key that was written as `text`; None if it is none."""
        match = _WRITTEN.fullmatch(text)
        if match is None:
            return None
        try:
            first_published, dated = (_EPOCH + int(match[at]) * _MICROSECOND for at in (1, 2))
        except OverflowError:
            return None
        return cls(first_published, dated, match[3])


def keys(
    database: Database,
    connection: Connection,
    asked: Sequence[Asked],
    limit: int,
    before: Key | None = None,
) -> dict[tuple[str, str], list[Key]]:
    """The first `limit` keys of each feed and language, after the key `before`, in order."""
    rows = [
        (one.feed, one.language, source, "once" if one.once else "")
        for one in asked
        for source in one.sources
    ]
    wanted = given(database, "wanted", ("feed", "language", "source", "once"), rows)
    once = any(one.once for one in asked)
    place = (listings.c.first_published.desc(), listings.c.dated.desc(), listings.c.article.desc())
    columns = (listings.c.first_published, listings.c.dated, listings.c.article)
    newest = (
        select(
            *wanted.c,
            func.row_number()
            .over(partition_by=(wanted.c.feed, wanted.c.language), order_by=place)
            .label("place"),
        )
        .select_from(wanted)
        .join(
            listings,
            listings.c.id == _of_source(wanted, wanted, 1, before, once).scalar_subquery(),
        )
        .cte("newest")
    )
    found = (
        select(newest.c.feed, newest.c.language, *columns)
        .select_from(newest)
        .join(listings, listings.c.id.in_(_of_source(newest, wanted, limit, before, once)))
        .where(newest.c.place <= limit)
    )
    values: dict[str, Any] = {}
    if before is not None:
        values = {"after_1": before.first_published, "after_2": before.dated}
        values |= {"after_3": before.article}
    read: dict[tuple[str, str], list[Key]] = {}
    for row in connection.execute(found, values):
        key = Key(row.first_published, row.dated, row.article)
        read.setdefault((row.feed, row.language), []).append(key)
    return {name: sorted(some, reverse=True)[:limit] for name, some in read.items()}


def _of_source(
    row: FromClause, wanted: CTE, limit: int, before: Key | None, once: bool
) -> Select[tuple[int]]:
    """The newest listings of the feed, language and source in `row` that the feed shows."""
    mine = listings.alias()
    query = select(mine.c.id).where(
        mine.c.source == row.c.source,
        mine.c.language == row.c.language,
        shown(row.c.feed, row.c.language, mine.c.article),
        ~_shown_before(mine, row, wanted),
    )
    if once:
        query = query.where(or_(row.c.once == "", ~_told_before(mine, row, wanted)))
    if before is not None:
        after = tuple_(
            bindparam("after_1", type_=Instant),
            bindparam("after_2", type_=Instant),
            bindparam("after_3"),
        )
        query = query.where(tuple_(mine.c.first_published, mine.c.dated, mine.c.article) < after)
    order = mine.c.first_published.desc(), mine.c.dated.desc(), mine.c.article.desc()
    return query.order_by(*order).limit(limit).correlate(row)


def _is_of_feed(source: ColumnElement[str], row: FromClause, wanted: CTE) -> ColumnElement[bool]:
    other = wanted.alias()
    return (
        exists()
        .where(
            other.c.feed == row.c.feed,
            other.c.language == row.c.language,
            other.c.source == source,
        )
        .correlate_except(other)
    )


def _shown_before(mine: FromClause, row: FromClause, wanted: CTE) -> ColumnElement[bool]:
    """Matches the listing of an article that another source of the feed has, published earlier.

    An article that another source announces later stays where it is in feeds of both.
    """
    other = listings.alias()
    earlier = or_(
        other.c.first_published < mine.c.first_published,
        and_(
            other.c.first_published == mine.c.first_published,
            other.c.source < mine.c.source,
        ),
    )
    return (
        exists()
        .where(
            other.c.article == mine.c.article,
            # Not by an index of the language, which has all that there is in it.
            other.c.language.concat("") == mine.c.language,
            earlier,
            _is_of_feed(other.c.source, row, wanted),
        )
        .correlate_except(other)
    )


def _told_before(mine: FromClause, row: FromClause, wanted: CTE) -> ColumnElement[bool]:
    """Matches articles that are not the first of their story among those that the feed shows."""
    own, first, appeared = articles.alias(), articles.alias(), appearances.alias()
    earlier = or_(
        first.c.first_seen < own.c.first_seen,
        and_(first.c.first_seen == own.c.first_seen, first.c.id < own.c.id),
    )
    return (
        exists()
        .where(
            own.c.id == mine.c.article,
            first.c.story == own.c.story,
            first.c.id != own.c.id,
            earlier,
            shown(row.c.feed, row.c.language, first.c.id),
            appeared.c.article == first.c.id,
            _is_of_feed(appeared.c.source, row, wanted),
        )
        .correlate_except(own, first, appeared)
    )
