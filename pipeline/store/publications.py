"""Stores a fingerprint of what each published file was made of.

A file whose fingerprint has not changed need not be built again. Takes and returns paths below the
output folder and fingerprints; the content is in the files only.
"""

from datetime import datetime

from sqlalchemy import delete, select

from pipeline.store.database import Database
from pipeline.store.schema import publications

# Appended to the path of a file: its fingerprint when its WebSub hub was last notified.
HUB_SUFFIX = ".hub"
# Appended to the path of a feed without its format: up to which document its archive is written.
ARCHIVE_SUFFIX = ".archive"
# Appended to the path of a feed without its format: the rules by which its articles were judged.
RULES_SUFFIX = ".rules"
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

    def wrote(self, path: str, fingerprint: str, now: datetime) -> None:
        """Store the fingerprint of a file. Call it after the file is on the disk."""
        row = {"path": path, "fingerprint": fingerprint, "written_at": now}
        with self._database.write() as connection:
            self._database.upsert(connection, publications, [row])

    def written(self) -> list[tuple[str, datetime]]:
        """All published files, with the time of their last writing."""
        query = select(publications.c.path, publications.c.written_at).order_by(publications.c.path)
        for mark in (HUB_SUFFIX, ARCHIVE_SUFFIX, RULES_SUFFIX, ARTICLE_PAGES_MARK):
            query = query.where(publications.c.path.not_like(f"%{mark}"))
        with self._database.read() as connection:
            return [(row[0], row[1]) for row in connection.execute(query)]

    def forget(self, path: str = "") -> None:
        """Delete the fingerprint of a file ("": of all), so that the next pass builds it again."""
        statement = delete(publications)
        if path:
            statement = statement.where(publications.c.path == path)
        with self._database.write() as connection:
            connection.execute(statement)
