"""Published entries whose images are at addresses of the image cache, if the settings say so.

Takes entries with the ids of their articles; returns entries, and notes in the store which images
they show: the cache fetches no others. Raises StoreError.
"""

from pipeline.article import Entry
from pipeline.config import Settings
from pipeline.store import Store
from pipeline.syndicate import images


class ImageLinks:
    """Points images at the cache. What was pointed is noted by `announce`, before it is published;
    so an unchanged feed costs no writing."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._base = settings.image_base
        self._store = store
        self._new: dict[str, dict[str, str]] = {}
        self._noted: set[tuple[str, str]] = set()

    def pointed(self, article: str, entry: Entry) -> Entry:
        """The entry of an article, to be published."""
        if not self._base:
            return entry
        entry, found = images.pointed(entry, self._base)
        new = {key: url for key, url in found.items() if (article, key) not in self._noted}
        if new:
            self._new.setdefault(article, {}).update(new)
        return entry

    def announce(self) -> None:
        """Note the images of all entries so far: what shows them is written now."""
        for article, urls in self._new.items():
            self._store.images.announce(article, urls)
            self._noted |= {(article, key) for key in urls}
        self._new = {}
