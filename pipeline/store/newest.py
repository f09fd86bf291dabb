"""Which articles feeds show first, read from indexes: a list costs what it shows.

Takes the feeds that are asked for; returns the keys of their entries, in the order of the feed. Of
a feed with many sources a few keys of each are read, and more of those sources alone that can have
more of the entries. Nothing is read of the articles themselves, and one statement asks for many
feeds. Never raises for a key: `Key.read` returns None for text that is none.
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
    or_,
    select,
    tuple_,
)

from pipeline.article import FeedSpec
from pipeline.editions import edition_of
from pipeline.store.database import Database
from pipeline.store.given import given
from pipeline.store.instant import Instant
from pipeline.store.schema import appearances, articles, listings
from pipeline.store.verdicts import shown

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_Feed = tuple[str, str]  # id, language
_Row = tuple[str, str, str, str]  # of a feed, language and source, and "once" or ""
_NAMES = ("feed", "language", "source", "once")
# Of a feed with more sources the last listings of its language are looked at first.
_MANY = 50
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

    @classmethod
    def of(cls, feed: FeedSpec, language: str) -> "Asked":
        """What shows the entries of a feed in a language: those of its edition."""
        return cls(feed.id, edition_of(feed, language), feed.sources, feed.once)


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
    """The first `limit` keys of each feed and language, after the key `before`, in order.

    A few of each source are read first, and `limit` of those alone that may have more of them.
    """
    found: dict[_Feed, list[Key]] = {}
    few: dict[int, list[_Row]] = {}
    for one in asked:
        if len(one.sources) > _MANY:
            lately = _lately(database, connection, one, limit, before)
            if lately is not None:
                found[one.feed, one.language] = lately
                continue
        share = min(limit, 2 * limit // max(len(one.sources), 1) + 2)
        once = _once(one)
        few.setdefault(share, []).extend(
            (one.feed, one.language, source, once) for source in one.sources
        )
    for share, rows in few.items():
        read = _read(database, connection, rows, share, before, asked)
        for row in rows:
            found.setdefault(row[:2], []).extend(read.get(row, ()))
        cut = {feed: _cut(some, limit) for feed, some in found.items()}
        more = [
            row
            for row, some in read.items()
            if len(some) == share < limit
            and (len(cut[row[:2]]) < limit or min(some) > cut[row[:2]][-1])
        ]
        for row, some in _read(database, connection, more, limit, before, asked).items():
            found[row[:2]] = [*({*found[row[:2]]} | {*some})]
    return {feed: _cut(some, limit) for feed, some in found.items() if some}


def _lately(
    database: Database, connection: Connection, asked: Asked, limit: int, before: Key | None
) -> list[Key] | None:
    """The first `limit` keys of a feed, if the last listings of its language have so many of it, or
    are all there are.

    Then no source has to be asked. None: they are neither.
    """
    row = given(database, "wanted", _NAMES, [(asked.feed, asked.language, "", _once(asked))])
    members = given(database, "members", ["source"], [(one,) for one in asked.sources])
    columns = (listings.c.first_published, listings.c.dated, listings.c.article)
    recent = select(listings.c.id, listings.c.language, listings.c.source, *columns).where(
        listings.c.language == asked.language
    )
    if before is not None:
        recent = recent.where(tuple_(*columns) < _after())
    recent = recent.order_by(*(column.desc() for column in columns))
    # Few are enough for a feed of most sources, and many are read for one of fewer.
    for number in (limit + limit // 4 + 10, 4 * limit + 100):
        last = recent.limit(number).subquery()
        of_feed = and_(
            _is_of_feed(last.c.source, row, members), *_shown(last, row, members, asked.once)
        )
        query = (
            select(last.c.first_published, last.c.dated, last.c.article, of_feed)
            .select_from(last)
            .join(row, row.c.language == last.c.language)
        )
        read = connection.execute(query, _values(before)).all()
        found = [Key(one[0], one[1], one[2]) for one in read if one[3]]
        if len(found) >= limit or len(read) < number:
            return _cut(found, limit)
    return None


def _once(asked: Asked) -> str:
    return "once" if asked.once else ""


def _after() -> ColumnElement[Any]:
    return tuple_(
        bindparam("after_1", type_=Instant),
        bindparam("after_2", type_=Instant),
        bindparam("after_3"),
    )


def _values(before: Key | None) -> dict[str, Any]:
    if before is None:
        return {}
    values = {"after_1": before.first_published, "after_2": before.dated}
    return {**values, "after_3": before.article}


def _shown(
    mine: FromClause, row: FromClause, members: CTE, once: bool
) -> list[ColumnElement[bool]]:
    """What a listing must meet to be an entry of the feed in `row`."""
    found = [
        shown(row.c.feed, row.c.language, mine.c.article),
        ~_shown_before(mine, row, members),
    ]
    return [*found, or_(row.c.once == "", ~_told_before(mine, row, members))] if once else found


def _cut(found: Sequence[Key], limit: int) -> list[Key]:
    return sorted(found, reverse=True)[:limit]


def _read(
    database: Database,
    connection: Connection,
    rows: Sequence[_Row],
    limit: int,
    before: Key | None,
    asked: Sequence[Asked],
) -> dict[_Row, list[Key]]:
    """The first `limit` keys of each of these sources of feeds. One statement, which reads them
    from an index."""
    if not rows:
        return {}
    once = any(one.once for one in asked)
    feeds = {row[:2] for row in rows}
    members = [
        (one.feed, one.language, source)
        for one in asked
        if (one.feed, one.language) in feeds
        for source in one.sources
    ]
    wanted = given(database, "wanted", _NAMES, rows)
    all_members = given(database, "members", _NAMES[:3], members)
    query = (
        select(
            *wanted.c,
            listings.c.first_published,
            listings.c.dated,
            listings.c.article,
        )
        .select_from(wanted)
        .join(listings, listings.c.id.in_(_of_source(wanted, all_members, limit, before, once)))
    )
    read: dict[_Row, list[Key]] = {}
    for row in connection.execute(query, _values(before)):
        key = Key(row.first_published, row.dated, row.article)
        read.setdefault((row.feed, row.language, row.source, row.once), []).append(key)
    return read


def _of_source(
    row: FromClause, members: CTE, limit: int, before: Key | None, once: bool
) -> Select[tuple[int]]:
    """The newest listings of the feed, language and source in `row` that the feed shows."""
    mine = listings.alias()
    query = select(mine.c.id).where(
        mine.c.source == row.c.source,
        mine.c.language == row.c.language,
        *_shown(mine, row, members, once),
    )
    if before is not None:
        query = query.where(tuple_(mine.c.first_published, mine.c.dated, mine.c.article) < _after())
    order = mine.c.first_published.desc(), mine.c.dated.desc(), mine.c.article.desc()
    return query.order_by(*order).limit(limit).correlate(row)


def _is_of_feed(source: ColumnElement[str], row: FromClause, members: CTE) -> ColumnElement[bool]:
    """Matches the sources of the feed in `row`; `members` has those of it alone, or of several."""
    other = members.alias()
    which = [one == row.c[one.name] for one in other.c if one.name != "source"]
    return exists().where(*which, other.c.source == source).correlate_except(other)


def _shown_before(mine: FromClause, row: FromClause, members: CTE) -> ColumnElement[bool]:
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
            _is_of_feed(other.c.source, row, members),
        )
        .correlate_except(other)
    )


def _told_before(mine: FromClause, row: FromClause, members: CTE) -> ColumnElement[bool]:
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
            _is_of_feed(appeared.c.source, row, members),
        )
        .correlate_except(own, first, appeared)
    )
