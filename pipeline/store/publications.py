"""What the published files were made of.

In goes the path of a file and the fingerprint of its content; out comes the fingerprint again. It
holds no content: that is in the files.
"""

from datetime import datetime

from sqlalchemy import delete, select

from pipeline.store.database import Database
from pipeline.store.schema import publications

# After the path of a file: what it was made of when its hub was last told of it. After that of a
# feed without its format: up to which document its archive is written.
HUB_SUFFIX = ".hub"
ARCHIVE_SUFFIX = ".archive"
# Of which feeds the archived articles have pages.
ARTICLE_PAGES_MARK = ".article_pages"


class Publications:
    """The fingerprints of the published files, by path under the output directory."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def fingerprint(self, path: str) -> str | None:
        """What the file was made of when it was last written; None for one never written."""
        query = select(publications.c.fingerprint).where(publications.c.path == path)
        with self._database.read() as connection:
            return connection.scalar(query)

    def wrote(self, path: str, fingerprint: str, now: datetime) -> None:
        """Remember what a file was made of, once it is on the disk."""
        row = {"path": path, "fingerprint": fingerprint, "written_at": now}
        with self._database.write() as connection:
            self._database.upsert(connection, publications, [row])

    def written(self) -> list[tuple[str, datetime]]:
        """Every published file, and when it was last written."""
        query = select(publications.c.path, publications.c.written_at).order_by(publications.c.path)
        for mark in (HUB_SUFFIX, ARCHIVE_SUFFIX, ARTICLE_PAGES_MARK):
            query = query.where(publications.c.path.not_like(f"%{mark}"))
        with self._database.read() as connection:
            return [(row[0], row[1]) for row in connection.execute(query)]

    def forget(self, path: str = "") -> None:
        """Have a file, or every one, built again at the next pass."""
        statement = delete(publications)
        if path:
            statement = statement.where(publications.c.path == path)
        with self._database.write() as connection:
            connection.execute(statement)
