"""Stores a fingerprint of what each published file was made of, and the file's size and digest.

A file whose fingerprint has not changed need not be built again, if it is still as it was written.
Takes and returns paths below the output folder and fingerprints; the content is in the files only.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select

from pipeline.store.database import Database
from pipeline.store.schema import plain_ids, publications

# Appended to the path of a file: its fingerprint when its WebSub hub was last notified.
HUB_SUFFIX = ".hub"
# Appended to the path of a feed without its format: up to which document its archive is written.
ARCHIVE_SUFFIX = ".archive"
# Appended to the path of a feed without its format: the rules by which its articles were judged.
RULES_SUFFIX = ".rules"
# Appended to the path of a feed without its format: how many of which entries all its files have.
SHOWN_SUFFIX = ".shown"
# For which feeds the archived articles have been given pages.
ARTICLE_PAGES_MARK = ".article_pages"


class Publications:
    """The fingerprints of the published files, by path below the output folder."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def fingerprint(self, path: str) -> str | None:
        """The fingerprint of a file when it was last written; None if it never was."""
        query = select(publications.c.fingerprint).where(publications.c.path == path)
        with self._database.read() as connection:
            return connection.scalar(query)

    def stands(self, path: str, fingerprint: str, files: Sequence[Path]) -> bool:
        """Whether `path` was written with this fingerprint, and its files are as they were then.

        A power cut can leave a file that is cut short, or full of zeros: files must have the size
        and the digest with which `path` was written, together.
        """
        query = select(publications).where(publications.c.path == path)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None or row.fingerprint != fingerprint:
            return False
        try:
            if sum(one.stat().st_size for one in files) != row.size:
                return False
            digest = hashlib.sha256()
            for one in files:
                digest.update(one.read_bytes())
        except OSError:
            return False
        return bool(digest.hexdigest() == row.sha256)

    def fingerprints(self) -> dict[str, str]:
        """The fingerprints of all files, and what hubs were told, by path."""
        query = select(publications.c.path, publications.c.fingerprint)
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def wrote(
        self, path: str, fingerprint: str, now: datetime, content: bytes | None = None
    ) -> None:
        """Store the fingerprint of a file with its content. Call it after it is on the disk."""
        row = {
            "path": path,
            "fingerprint": fingerprint,
            "written_at": now,
            "size": None if content is None else len(content),
            "sha256": None if content is None else hashlib.sha256(content).hexdigest(),
        }
        with self._database.write() as connection:
            self._database.upsert(connection, publications, [row])

    def written(self) -> list[tuple[str, datetime]]:
        """All published files, with the time of their last writing."""
        query = select(publications.c.path, publications.c.written_at).order_by(publications.c.path)
        for mark in (HUB_SUFFIX, ARCHIVE_SUFFIX, RULES_SUFFIX, SHOWN_SUFFIX, ARTICLE_PAGES_MARK):
            query = query.where(publications.c.path.not_like(f"%{mark}"))
        with self._database.read() as connection:
            return [(row[0], row[1]) for row in connection.execute(query)]

    def plain_until(self, feed: str) -> datetime | None:
        """Before when an article must have been first seen to keep its plain id in a feed.

        None: the feed was not published before ids differed by what feeds contain.
        """
        query = select(plain_ids.c.until).where(plain_ids.c.feed == feed)
        with self._database.read() as connection:
            return connection.scalar(query)

    def forget(self, path: str = "") -> None:
        """Delete the fingerprint of a file ("": of all), so that the next pass builds it again."""
        statement = delete(publications)
        if path:
            statement = statement.where(publications.c.path == path)
        with self._database.write() as connection:
            connection.execute(statement)
