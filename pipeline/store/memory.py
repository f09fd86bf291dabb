"""The translation memory: translated segments by model, so that none is translated twice.

Takes and returns segments as text. Three kinds of key exist: a model's key for its translations,
the key with "!" at its end for people's corrections, and with "#…" for data about the segments.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select

from pipeline.store.database import CHUNK, Database, insert_new
from pipeline.store.schema import memory, memory_models
from pipeline.store.tallies import tallied

_VERDICTS = "#gate"
"""The end of the keys under which the quality gate keeps its verdicts on segments."""


class SqlMemory:
    """Segments and their translations, by model key, in the database.

    Segments are looked up by digest, in chunks. `put` has committed when it returns.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._numbers: dict[str, int] = {}

    def get(self, model: str, segments: Collection[str]) -> dict[str, str]:
        """The stored translations of `segments`: {source: target}, without unknown ones."""
        by_digest = {segment_digest(segment): segment for segment in segments}
        digests = list(by_digest)
        found: dict[str, str] = {}
        with self._database.read() as connection:
            number = self._number(connection, model)
            if number is None:
                return {}
            for start in range(0, len(digests), CHUNK):
                query = select(memory.c.digest, memory.c.target).where(
                    memory.c.model == number, memory.c.digest.in_(digests[start : start + CHUNK])
                )
                for digest, target in connection.execute(query):
                    found[by_digest[digest]] = target
        return found

    def put(self, model: str, pairs: Mapping[str, str]) -> None:
        """Store translations, {source: target}; a known source gets the new target."""
        if not pairs:
            return
        now = datetime.now(UTC)
        with self._database.write() as connection:
            number = self._number(connection, model)
            if number is None:
                insert_new(connection, memory_models, [{"key": model}])
                query = select(memory_models.c.id).where(memory_models.c.key == model)
                number = connection.scalars(query).one()
            rows = [
                {
                    "model": number,
                    "digest": segment_digest(source),
                    "source": source,
                    "target": target,
                    "created": now,
                }
                for source, target in pairs.items()
            ]
            self._database.upsert(connection, memory, rows)
        self._numbers[model] = number

    def sizes(self) -> dict[str, int]:
        """How many segments are stored under each key of a model or of corrections."""
        with self._database.read() as connection:
            return sizes(connection)

    def ages(self) -> dict[str, tuple[datetime, datetime]]:
        """When the oldest and the newest segment of each of these keys was stored."""
        query = (
            select(memory_models.c.key, func.min(memory.c.created), func.max(memory.c.created))
            .join(memory, memory.c.model == memory_models.c.id)
            .where(~memory_models.c.key.contains("#"))
            .group_by(memory_models.c.key)
        )
        with self._database.read() as connection:
            return {row[0]: (row[1], row[2]) for row in connection.execute(query)}

    def pairs(self, key: str) -> Iterator[tuple[str, str]]:
        """All segments stored under a key: (source, target). Loaded in chunks."""
        last = b""
        while True:
            query = (
                select(memory.c.digest, memory.c.source, memory.c.target)
                .join(memory_models, memory_models.c.id == memory.c.model)
                .where(memory_models.c.key == key, memory.c.digest > last)
                .order_by(memory.c.digest)
                .limit(CHUNK)
            )
            with self._database.read() as connection:
                rows = connection.execute(query).all()
            if not rows:
                return
            yield from ((row.source, row.target) for row in rows)
            last = rows[-1].digest

    def drop(self, key: str) -> int:
        """Delete the segments under a key and the data about them. Returns their number."""
        with self._database.write() as connection:
            same = or_(memory_models.c.key == key, memory_models.c.key.startswith(f"{key}#"))
            numbers = select(memory_models.c.id).where(same)
            count = (
                select(func.count())
                .select_from(memory)
                .join(memory_models, memory_models.c.id == memory.c.model)
                .where(memory_models.c.key == key)
            )
            gone = connection.scalar(count) or 0
            connection.execute(delete(memory).where(memory.c.model.in_(numbers)))
        return gone

    def count(self) -> int:
        """How many translated segments are stored, without the data about them."""
        with self._database.read() as connection:
            return sum(sizes(connection).values())

    def failed(self) -> int:
        """How many segments stayed untranslated because every attempt failed."""
        with self._database.read() as connection:
            return sum(tallied(connection, "failed").values())

    def forget_failed(self) -> int:
        """Delete the segments that `failed` counts, so that they are retried. Returns how many."""
        query = (
            select(memory_models.c.key, memory.c.digest)
            .join(memory_models, memory_models.c.id == memory.c.model)
            .where(_broken())
        )
        with self._database.write() as connection:
            doomed: dict[str, list[bytes]] = {}
            for key, digest in connection.execute(query):
                doomed.setdefault(key.removesuffix(_VERDICTS), []).append(digest)
            for key, digests in doomed.items():
                same_model = or_(
                    memory_models.c.key == key, memory_models.c.key.startswith(f"{key}#")
                )
                numbers = list(connection.scalars(select(memory_models.c.id).where(same_model)))
                for start in range(0, len(digests), CHUNK):
                    chunk = digests[start : start + CHUNK]
                    where = (memory.c.model.in_(numbers), memory.c.digest.in_(chunk))
                    connection.execute(delete(memory).where(*where))
        return sum(map(len, doomed.values()))

    def _number(self, connection: Connection, model: str) -> int | None:
        if model not in self._numbers:
            query = select(memory_models.c.id).where(memory_models.c.key == model)
            number = connection.scalar(query)
            if number is None:
                return None
            self._numbers[model] = number
        return self._numbers[model]


def sizes(connection: Connection) -> dict[str, int]:
    """How many segments are stored under each key of a model or of corrections, sorted by key."""
    numbers = tallied(connection, "memory")
    query = (
        select(memory_models.c.id, memory_models.c.key)
        .where(~memory_models.c.key.contains("#"))
        .order_by(memory_models.c.key)
    )
    return {
        key: number
        for one, key in connection.execute(query)
        if (number := numbers.get((str(one), "")))
    }


def _broken() -> ColumnElement[bool]:
    """Matches the gate's verdicts on untranslated segments: text follows the last "|"."""
    verdicts = select(memory_models.c.id).where(memory_models.c.key.endswith(_VERDICTS))
    return and_(memory.c.model.in_(verdicts), memory.c.target.not_like("%|"))


def segment_digest(segment: str) -> bytes:
    """The first 16 bytes of the SHA-256 of a segment: 128 bits make collisions negligible."""
    return hashlib.sha256(segment.encode("utf-8", "surrogatepass")).digest()[:16]
