"""The database: what babelwire remembers between passes.

In go and out come the dataclasses of `article` and a few of this package's own; SQL stays inside.
Every method is one transaction. A database that cannot be used raises StoreError.
"""

from pathlib import Path

from pipeline.errors import StoreError
from pipeline.store.archives import Archives, Arrival, Extent
from pipeline.store.articles import Articles, Kept
from pipeline.store.database import Database
from pipeline.store.errands import Errand, Errands
from pipeline.store.glossaries import Glossaries
from pipeline.store.hosted import Hosted
from pipeline.store.memory import SqlMemory
from pipeline.store.migrate import migrate
from pipeline.store.publications import HOSTED_MARK, HUB_SUFFIX, Publications
from pipeline.store.references import Known, References
from pipeline.store.retention import Limits, Pruned, Retention
from pipeline.store.runs import Run, Runs
from pipeline.store.search import Hit, Search
from pipeline.store.shelf import Shelf
from pipeline.store.sources import SourceMove, Sources, SourceState
from pipeline.store.stories import Sketch, Stories
from pipeline.store.translations import Published, Setback, Translations

__all__ = [
    "HOSTED_MARK",
    "HUB_SUFFIX",
    "Arrival",
    "Errand",
    "Extent",
    "Hit",
    "Kept",
    "Known",
    "Limits",
    "Pruned",
    "Published",
    "Run",
    "Setback",
    "Sketch",
    "SourceMove",
    "SourceState",
    "Store",
    "sqlite_url",
]


class Store:
    """All of the database, one attribute a concern.

    Raises:
        StoreError: the database cannot be opened, or was written by a newer version.
    """

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        try:
            migrate(self.database)
        except StoreError:
            self.database.close()
            raise
        self.sources = Sources(self.database)
        self.references = References(self.database)
        self.articles = Articles(self.database)
        self.translations = Translations(self.database)
        self.archives = Archives(self.database)
        self.glossaries = Glossaries(self.database)
        self.hosted = Hosted(self.database)
        self.memory = SqlMemory(self.database)
        self.errands = Errands(self.database)
        self.publications = Publications(self.database)
        self.retention = Retention(self.database)
        self.runs = Runs(self.database)
        self.search = Search(self.database)
        self.shelf = Shelf(self.database)
        self.stories = Stories(self.database)

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back every connection."""
        self.database.close()


def sqlite_url(folder: Path) -> str:
    """The URL of the SQLite database in `folder`, which is made if it is missing.

    Raises:
        StoreError: the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            str(folder), f"cannot be made ({error.strerror})", "set `state_dir` to a writable place"
        ) from error
    return f"sqlite:///{folder / 'babelwire.sqlite'}"
