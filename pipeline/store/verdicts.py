"""What the rules of a feed say of articles, so that each is judged once.

Takes ids and reasons; returns them. `shown` is the condition of queries for what a feed shows.
Which articles there are to be judged, and how, is decided by the desk.
"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, delete, exists, select, tuple_

from pipeline.store.database import CHUNK, Database
from pipeline.store.schema import verdicts


class Verdicts:
    """The verdicts of all feeds with rules."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, feed: str, language: str, articles: Sequence[str]) -> dict[str, str]:
        """{article: reason}, "" if it is shown, of those of `articles` that have been judged."""
        found: dict[str, str] = {}
        with self._database.read() as connection:
            for start in range(0, len(articles), CHUNK):
                query = select(verdicts.c.article, verdicts.c.reason).where(
                    verdicts.c.feed == feed,
                    verdicts.c.language == language,
                    verdicts.c.article.in_(articles[start : start + CHUNK]),
                )
                found |= {row[0]: row[1] for row in connection.execute(query)}
        return found

    def keep(self, feed: str, language: str, reasons: Mapping[str, str]) -> None:
        """Store verdicts: {article: reason}, "" if it is shown."""
        rows = [
            {"feed": feed, "language": language, "article": article, "reason": reason}
            for article, reason in reasons.items()
        ]
        if rows:
            with self._database.write() as connection:
                self._database.upsert(connection, verdicts, rows)

    def forget(self, feed: str, language: str) -> None:
        """Delete the verdicts of a feed: its rules have changed, or it is no more."""
        with self._database.write() as connection:
            connection.execute(
                delete(verdicts).where(verdicts.c.feed == feed, verdicts.c.language == language)
            )

    def forget_others(self, wanted: Collection[tuple[str, str]]) -> int:
        """Delete the verdicts of all feeds and languages but these; returns of how many."""
        with self._database.read() as connection:
            known = judging(connection)
        others = [(feed, language) for feed, language in known if (feed, language) not in wanted]
        for feed, language in others:
            self.forget(feed, language)
        return len(others)

    def of(self, article: str) -> list[tuple[str, str, str]]:
        """The feeds that leave an article out: (feed, language, reason), sorted."""
        query = (
            select(verdicts.c.feed, verdicts.c.language, verdicts.c.reason)
            .where(verdicts.c.article == article, verdicts.c.reason != "")
            .order_by(verdicts.c.feed, verdicts.c.language)
        )
        with self._database.read() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def judging(connection: Connection) -> list[tuple[str, str]]:
    """The feeds and languages that have verdicts: one search of the index for each of them."""
    names = verdicts.c.feed, verdicts.c.language
    found: list[tuple[str, str]] = []
    last = "", ""
    while True:
        following = select(*names).where(tuple_(*names) > tuple_(*last)).order_by(*names).limit(1)
        row = connection.execute(following).first()
        if row is None:
            return found
        last = row.feed, row.language
        found.append(last)


def shown(
    feed: str | ColumnElement[str],
    language: str | ColumnElement[str],
    article: ColumnElement[str],
) -> ColumnElement[bool]:
    """Matches articles that the rules of a feed do not leave out, as far as they are judged."""
    left_out = exists().where(
        verdicts.c.feed == feed,
        verdicts.c.language == language,
        verdicts.c.article == article,
        verdicts.c.reason != "",
    )
    return ~left_out.correlate_except(verdicts)


def touch(connection: Connection, article: str, language: str) -> None:
    """Forget what was said of an article whose text in a language has changed."""
    connection.execute(
        delete(verdicts).where(verdicts.c.article == article, verdicts.c.language == language)
    )
