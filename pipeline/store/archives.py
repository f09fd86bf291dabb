"""Which articles are in which archive document of a feed (RFC 5005 §4).

Takes a feed's id, language and sources; returns the articles that arrived since the last document
was closed, or those of a closed document. A closed document never changes its articles. The cost of
finding new arrivals does not depend on the size of the archive.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import CTE, FromClause, Select, exists, func, select

from pipeline.store.database import CHUNK, Database
from pipeline.store.given import given
from pipeline.store.newest import Asked
from pipeline.store.published import COLUMNS, Published, published_row
from pipeline.store.schema import archive_cursors, archived, articles, listings, translations
from pipeline.store.verdicts import shown

# A bound for `totals`: before a feed is first published, all its articles count as arrivals.
_MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An article that arrived in a feed; `listing` increases in the order of arrival."""

    listing: int
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """The size of an archive: the number of closed documents and of the articles in them."""

    documents: int = 0
    entries: int = 0


class Archives:
    """The archives of all feeds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def extent(self, feed: str, language: str) -> Extent:
        """The size of the archive. Reads one row, the last of an index."""
        query = (
            select(archived.c.number, archived.c.place)
            .where(archived.c.feed == feed, archived.c.language == language)
            .order_by(archived.c.number.desc(), archived.c.place.desc())
            .limit(1)
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return Extent() if row is None else Extent(documents=row.number, entries=row.place)

    def arrived(self, feed: str, language: str, sources: Sequence[str], most: int) -> list[Arrival]:
        """The first `most` articles that arrived since the last document was closed, in order.

        Without those that the feed's rules are known to leave out.
        """
        rows = self._rows([Asked(feed, language, sources)])
        number = func.min(listings.c.id)
        query = (
            select(number.label("listing"), listings.c.article)
            .select_from(rows)
            .join(listings, listings.c.id.in_(self._of_source(rows, most)))
            .group_by(listings.c.article)
            .order_by(number)
            .limit(most)
        )
        with self._database.read() as connection:
            return [
                Arrival(listing=row.listing, article=row.article)
                for row in connection.execute(query)
            ]

    def sizes(self, language: str, ids: Sequence[str]) -> dict[str, int]:
        """How many characters of HTML articles have in a language, and untranslated, together."""
        found: dict[str, int] = {}
        for start in range(0, len(ids), CHUNK):
            query = (
                select(articles.c.id, func.length(translations.c.html + articles.c.html))
                .join(translations, translations.c.article == articles.c.id)
                .where(
                    translations.c.language == language,
                    articles.c.id.in_(ids[start : start + CHUNK]),
                )
            )
            with self._database.read() as connection:
                found |= {row[0]: row[1] for row in connection.execute(query)}
        return found

    def close(
        self, feed: str, language: str, sources: Sequence[str], documents: Sequence[list[Arrival]]
    ) -> None:
        """Close one document for each list of arrivals.

        Together they must be the first that `arrived` returns, in the same order.
        """
        if not documents:
            return
        extent = self.extent(feed, language)
        place = extent.entries
        rows = []
        for number, document in enumerate(documents, extent.documents + 1):
            for arrival in document:
                place += 1
                key = {"feed": feed, "language": language, "article": arrival.article}
                rows.append({**key, "number": number, "place": place})
        last = documents[-1][-1].listing
        with self._database.write() as connection:
            self._database.upsert(connection, archived, rows)
            known = select(archive_cursors.c.source, archive_cursors.c.listing).where(
                archive_cursors.c.feed == feed, archive_cursors.c.language == language
            )
            reached = {row.source: row.listing for row in connection.execute(known)}
            cursors = [
                {
                    "feed": feed,
                    "language": language,
                    "source": source,
                    "listing": max(last, reached.get(source, 0)),
                }
                for source in sources
            ]
            self._database.upsert(connection, archive_cursors, cursors)

    def document(self, feed: str, language: str, number: int) -> list[Published]:
        """The articles of a closed document, in order, without those pruned since."""
        query = (
            select(*COLUMNS)
            .select_from(archived)
            .join(articles, articles.c.id == archived.c.article)
            .join(translations, translations.c.article == articles.c.id)
            .where(
                archived.c.feed == feed,
                archived.c.language == language,
                archived.c.number == number,
                translations.c.language == language,
            )
            .order_by(archived.c.place)
        )
        with self._database.read() as connection:
            return [published_row(row) for row in connection.execute(query)]

    def totals(self, asked: Sequence[Asked]) -> list[int]:
        """How many articles arrived in each of these feeds: in closed documents and since."""
        rows = self._rows(asked)
        number = func.count(listings.c.article.distinct())
        since = (
            select(rows.c.feed, rows.c.language, number.label("number"))
            .select_from(rows)
            .join(listings, listings.c.id.in_(self._of_source(rows, _MOST_COUNTED)))
            .group_by(rows.c.feed, rows.c.language)
        )
        feeds = given(
            self._database, "feeds", ("feed", "language"), [(x.feed, x.language) for x in asked]
        )
        last = (
            select(archived.c.place)
            .where(archived.c.feed == feeds.c.feed, archived.c.language == feeds.c.language)
            .order_by(archived.c.number.desc(), archived.c.place.desc())
            .limit(1)
            .scalar_subquery()
        )
        found: Counter[tuple[str, str]] = Counter()
        with self._database.read() as connection:
            for row in connection.execute(since):
                found[row.feed, row.language] += row.number
            for row in connection.execute(select(*feeds.c, last.label("place"))):
                found[row.feed, row.language] += row.place or 0
        return [found[one.feed, one.language] for one in asked]

    def _rows(self, asked: Sequence[Asked]) -> CTE:
        rows = [(one.feed, one.language, source) for one in asked for source in one.sources]
        return given(self._database, "wanted", ("feed", "language", "source"), rows)

    def _of_source(self, row: FromClause, most: int) -> Select[tuple[int]]:
        """The first `most` listings of the feed, language and source in `row` that are in no
        document of it."""
        mine = listings.alias()
        reached = (
            select(archive_cursors.c.listing)
            .where(
                archive_cursors.c.feed == row.c.feed,
                archive_cursors.c.language == row.c.language,
                archive_cursors.c.source == row.c.source,
            )
            .correlate(row)
            .scalar_subquery()
        )
        closed = (
            exists()
            .where(
                archived.c.feed == row.c.feed,
                archived.c.language == row.c.language,
                archived.c.article == mine.c.article,
            )
            .correlate_except(archived)
        )
        return (
            select(mine.c.id)
            .where(
                mine.c.source == row.c.source,
                mine.c.language == row.c.language,
                mine.c.id > func.coalesce(reached, 0),
                ~closed,
                shown(row.c.feed, row.c.language, mine.c.article),
            )
            .order_by(mine.c.id)
            .limit(most)
            .correlate(row)
        )
