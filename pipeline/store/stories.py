"""Which articles of different sources tell the same story.

Stores a sketch of each article (sorted hashes of its words) and the story it belongs to; returns
sketches that share hashes. Whether two sketches are similar enough is not decided here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from struct import pack, unpack

from sqlalchemy import delete, select, update

from pipeline.store.database import Database
from pipeline.store.schema import articles, sketch_keys, sketches


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """The sketch of an article. `story` is the id of the first article of its story."""

    article: str
    source: str
    story: str
    hashes: tuple[int, ...]
    shingles: int


class Stories:
    """The stories of the last days."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unplaced(self, since: datetime) -> list[tuple[str, str, str, datetime]]:
        """At most 500 articles first seen since then that belong to no story yet, oldest first:
        (id, source, text, first seen)."""
        query = (
            select(articles.c.id, articles.c.source, articles.c.text, articles.c.first_seen)
            .where(articles.c.first_seen >= since, articles.c.story.is_(None))
            .order_by(articles.c.first_seen, articles.c.id)
            .limit(500)
        )
        with self._database.read() as connection:
            return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query)]

    def sharing(self, keys: Sequence[int]) -> list[Sketch]:
        """The sketches that have one of these keys, oldest first."""
        if not keys:
            return []
        matching = select(sketch_keys.c.article).where(sketch_keys.c.key.in_(keys))
        query = (
            select(sketches, articles.c.source, articles.c.story)
            .join(articles, articles.c.id == sketches.c.article)
            .where(sketches.c.article.in_(matching))
            .order_by(sketches.c.seen, sketches.c.article)
        )
        with self._database.read() as connection:
            return [
                Sketch(
                    article=row.article,
                    source=row.source,
                    story=row.story or row.article,
                    hashes=unpack(f">{len(row.hashes) // 8}q", row.hashes),
                    shingles=row.shingles,
                )
                for row in connection.execute(query)
            ]

    def sources(self, story: str) -> set[str]:
        """The sources that have an article of a story."""
        query = select(articles.c.source).where(articles.c.story == story)
        with self._database.read() as connection:
            return set(connection.scalars(query))

    def place(self, sketch: Sketch, keys: Iterable[int], seen: datetime) -> None:
        """Store an article's sketch with these keys, and assign the article to its story."""
        row = {
            "article": sketch.article,
            "hashes": pack(f">{len(sketch.hashes)}q", *sketch.hashes),
            "shingles": sketch.shingles,
            "seen": seen,
        }
        found = [{"key": key, "article": sketch.article} for key in dict.fromkeys(keys)]
        with self._database.write() as connection:
            self._database.upsert(connection, sketches, [row])
            self._database.upsert(connection, sketch_keys, found)
            placed = update(articles).where(articles.c.id == sketch.article)
            connection.execute(placed.values(story=sketch.story))

    def forget(self, before: datetime) -> None:
        """Delete at most 500 sketches of articles seen before then; the stories stay."""
        old = select(sketches.c.article).where(sketches.c.seen < before)
        with self._database.read() as connection:
            names = list(connection.scalars(old.limit(500)))
        if names:
            with self._database.write() as connection:
                for table in (sketch_keys, sketches):
                    connection.execute(delete(table).where(table.c.article.in_(names)))
