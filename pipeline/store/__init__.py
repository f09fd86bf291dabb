"""The database: everything babelwire keeps between passes.

Methods take and return the dataclasses of `article` and a few of this package's own; no SQL leaves
the package. Every method is one transaction. All raise StoreError if the database cannot be used.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import lazily
from pipeline.errors import StoreError
from pipeline.store.articles import Articles
from pipeline.store.catalogue import STATES, Catalogue
from pipeline.store.checking import Schema, schema
from pipeline.store.database import Database
from pipeline.store.dates import Dates
from pipeline.store.memory import SqlMemory
from pipeline.store.migrate import migrate
from pipeline.store.ownership import claim, take_over
from pipeline.store.passes import Passes, PassRecord
from pipeline.store.passrequests import PassRequest, PassRequests
from pipeline.store.publications import (
    ARTICLE_PAGES_MARK,
    HUB_SUFFIX,
    RULES_SUFFIX,
    SHOWN_SUFFIX,
    Publications,
)
from pipeline.store.references import Known, References
from pipeline.store.sources import SourceMove, Sources, SourceState
from pipeline.store.translations import Translations

if TYPE_CHECKING:  # what `babelwire status` needs nothing of
    from pipeline.store.archives import Archives, Arrival, Extent
    from pipeline.store.articlepages import ArticlePages
    from pipeline.store.articles import Kept
    from pipeline.store.browsing import Browsing
    from pipeline.store.catalogue import Item
    from pipeline.store.glossaries import Glossaries
    from pipeline.store.images import Images
    from pipeline.store.listing import Listings
    from pipeline.store.newest import Asked, Key
    from pipeline.store.originals import Originals
    from pipeline.store.pending import Pending
    from pipeline.store.published import Published
    from pipeline.store.retention import Limits, Pruned, Retention
    from pipeline.store.search import RANKED, Hit, Search
    from pipeline.store.setbacks import FailedTranslation, Setback
    from pipeline.store.stories import Sketch, Stories
    from pipeline.store.verdicts import Verdicts

__all__ = [
    "ARTICLE_PAGES_MARK",
    "HUB_SUFFIX",
    "RANKED",
    "RULES_SUFFIX",
    "SHOWN_SUFFIX",
    "SQLITE_FILE",
    "STATES",
    "Archives",
    "Arrival",
    "ArticlePages",
    "Asked",
    "Browsing",
    "Extent",
    "FailedTranslation",
    "Glossaries",
    "Hit",
    "Images",
    "Item",
    "Kept",
    "Key",
    "Known",
    "Limits",
    "Listings",
    "Originals",
    "PassRecord",
    "PassRequest",
    "Pending",
    "Pruned",
    "Published",
    "Retention",
    "Schema",
    "Search",
    "Setback",
    "Sketch",
    "SourceMove",
    "SourceState",
    "Store",
    "Stories",
    "Verdicts",
    "claim",
    "schema",
    "sqlite_url",
    "take_over",
]

__getattr__ = lazily.exports(__name__)

SQLITE_FILE = "babelwire.sqlite"
"""The name of the database in the state folder."""


class Store:
    """The whole database, one attribute per group of tables. `url` is a SQLAlchemy URL.

    What not every command needs is imported when it is asked for.

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
        self._file = self.database.file()
        self.sources = Sources(self.database)
        self.references = References(self.database)
        self.articles = Articles(self.database)
        self.dates = Dates(self.database)
        self.translations = Translations(self.database)
        self.memory = SqlMemory(self.database)
        self.pass_requests = PassRequests(self.database)
        self.publications = Publications(self.database)
        self.passes = Passes(self.database)
        self.catalogue = Catalogue(self.database)

    @cached_property
    def listings(self) -> Listings:
        from pipeline.store.listing import Listings

        return Listings(self.database)

    @cached_property
    def pending(self) -> Pending:
        from pipeline.store.pending import Pending

        return Pending(self.database)

    @cached_property
    def originals(self) -> Originals:
        from pipeline.store.originals import Originals

        return Originals(self.database)

    @cached_property
    def archives(self) -> Archives:
        from pipeline.store.archives import Archives

        return Archives(self.database)

    @cached_property
    def glossaries(self) -> Glossaries:
        from pipeline.store.glossaries import Glossaries

        return Glossaries(self.database)

    @cached_property
    def article_pages(self) -> ArticlePages:
        from pipeline.store.articlepages import ArticlePages

        return ArticlePages(self.database)

    @cached_property
    def retention(self) -> Retention:
        from pipeline.store.retention import Retention

        return Retention(self.database)

    @cached_property
    def search(self) -> Search:
        from pipeline.store.search import Search

        return Search(self.database)

    @cached_property
    def browsing(self) -> Browsing:
        from pipeline.store.browsing import Browsing

        return Browsing(self.database)

    @cached_property
    def stories(self) -> Stories:
        from pipeline.store.stories import Stories

        return Stories(self.database)

    @cached_property
    def verdicts(self) -> Verdicts:
        from pipeline.store.verdicts import Verdicts

        return Verdicts(self.database)

    @cached_property
    def images(self) -> Images:
        from pipeline.store.images import Images

        return Images(self.database)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def is_lost(self) -> bool:
        """Whether the file of the database was deleted or replaced since it was opened.

        Then what is stored goes into a file that nobody finds again, without an error.
        """
        return self.database.file() != self._file

    def close(self) -> None:
        """Close all connections."""
        self.database.close()


def sqlite_url(folder: Path) -> str:
    """The URL of the SQLite database in `folder`; creates the folder if it is missing.

    Raises:
        StoreError: the folder cannot be created.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            str(folder),
            f"cannot be created ({error.strerror})",
            "set `state_dir` to a writable folder",
        ) from error
    return f"sqlite:///{folder / SQLITE_FILE}"
