"""The images that published articles show, for the image cache: which there are, which are kept.

Takes keys (`syndicate.images`) and ids of articles; returns `KnownImage` values and keys. What the
files hold is not its matter. An image is known as long as an article that shows it is stored.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, select, update

from pipeline.store.database import CHUNK, Database
from pipeline.store.imagetables import images, pictured
from pipeline.store.schema import appearances, articles


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownImage:
    """An image that an article shows: its address, the article's source, when it failed last."""

    key: str
    url: str
    source: str
    failed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Usage:
    """How many images are kept, and their size in bytes."""

    images: int
    bytes: int


class Images:
    """The tables `images` and `pictured`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def announce(self, article: str, urls: Mapping[str, str]) -> None:
        """Note that an article shows images: {key: address}."""
        rows = [{"key": key, "url": url} for key, url in urls.items()]
        if not rows:
            return
        with self._database.write() as connection:
            self._database.upsert(connection, images, rows, keep=["url"])
            shown = [{"image": key, "article": article} for key in urls]
            self._database.upsert(connection, pictured, shown)

    def shown(self, article: str) -> dict[str, str]:
        """The images that an article is known to show: {key: address}."""
        query = select(images.c.key, images.c.url).join(pictured, pictured.c.image == images.c.key)
        with self._database.read() as connection:
            found = connection.execute(query.where(pictured.c.article == article))
            return {row.key: row.url for row in found}

    def find(self, key: str, sources: Sequence[str] | None = None) -> KnownImage | None:
        """The image with this key; with `sources`, only if an article of theirs shows it."""
        query = (
            select(images, articles.c.source)
            .join(pictured, pictured.c.image == images.c.key)
            .join(articles, articles.c.id == pictured.c.article)
            .where(images.c.key == key)
            .limit(1)
        )
        if sources is not None:
            there = exists().where(
                appearances.c.article == articles.c.id, appearances.c.source.in_(sources)
            )
            query = query.where(there)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return KnownImage(key=row.key, url=row.url, source=row.source, failed_at=row.failed_at)

    def kept(self, key: str, size: int, now: datetime) -> None:
        """An image is kept now, with so many bytes."""
        with self._database.write() as connection:
            values = {"bytes": size, "fetched_at": now, "failed_at": None}
            connection.execute(update(images).where(images.c.key == key).values(values))

    def failed(self, key: str, now: datetime) -> None:
        """An image could not be fetched."""
        with self._database.write() as connection:
            connection.execute(update(images).where(images.c.key == key).values(failed_at=now))

    def dropped(self, keys: Collection[str]) -> None:
        """Images are kept no more."""
        listed = sorted(keys)
        for start in range(0, len(listed), CHUNK):
            chunk = listed[start : start + CHUNK]
            with self._database.write() as connection:
                values = {"bytes": None, "fetched_at": None}
                connection.execute(update(images).where(images.c.key.in_(chunk)).values(values))

    def usage(self) -> Usage:
        """What is kept."""
        query = select(func.count(), func.coalesce(func.sum(images.c.bytes), 0))
        with self._database.read() as connection:
            row = connection.execute(query.where(images.c.bytes.is_not(None))).one()
        return Usage(row[0], row[1])

    def oldest(self) -> list[tuple[str, int]]:
        """The keys and sizes of what is kept, the first fetched first."""
        query = select(images.c.key, images.c.bytes).where(images.c.bytes.is_not(None))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(images.c.fetched_at, images.c.key)).all()
        return [(row.key, row.bytes) for row in rows]

    def of(self, ids: Collection[str]) -> set[str]:
        """The keys of the images that these articles show."""
        listed, found = sorted(ids), set[str]()
        with self._database.read() as connection:
            for start in range(0, len(listed), CHUNK):
                chunk = listed[start : start + CHUNK]
                query = select(pictured.c.image).where(pictured.c.article.in_(chunk))
                found.update(connection.scalars(query))
        return found

    def forget(self, *, every: bool = False) -> int:
        """Forget images that no stored article shows, or `every` one. Returns how many."""
        query = delete(images)
        if not every:
            query = query.where(~exists().where(pictured.c.image == images.c.key))
        with self._database.write() as connection:
            if every:
                connection.execute(delete(pictured))
            return connection.execute(query).rowcount
