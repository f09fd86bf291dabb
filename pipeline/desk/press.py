"""Publishing: from the store to files in the output directory.

In go feeds and the store, out come files and what happened to them, in the report. A file whose
content would be the same is neither built nor written.
"""

from collections.abc import Callable
from datetime import datetime

from pipeline.article import FeedSpec
from pipeline.config import Settings
from pipeline.desk import decisions, files
from pipeline.desk.report import Report
from pipeline.errors import PublishError
from pipeline.store import Store
from pipeline.syndicate import (
    FORMATS,
    STYLESHEET_NAME,
    address,
    fingerprint,
    opml,
    path,
    ping,
    stylesheet,
)

OPML_NAME = "feeds.opml"


class Press:
    """Writes the feeds of one pass. What fails is in the report; the other files are written."""

    def __init__(
        self, settings: Settings, store: Store, report: Report, clock: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._store = store
        self._report = report
        self._clock = clock
        self._changed: dict[str, list[str]] = {}

    def prepare(self) -> None:
        """Write what belongs to all feeds: their stylesheet and the lists of subscriptions.

        Raises:
            PublishError: the output directory cannot be read.
        """
        files.sweep(self._settings.output_dir)
        feeds = self._settings.feeds
        self._write(STYLESHEET_NAME, stylesheet())
        if self._settings.document.base_url:
            self._write(OPML_NAME, opml(feeds))
            for language in sorted({code for feed in feeds for code in feed.languages}):
                self._write(f"feeds.{language}.opml", opml(feeds, language))

    def publish(self, feed: FeedSpec, language: str) -> None:
        """Write a feed in one language, in every format."""
        newest = self._store.translations.newest(language, feed.sources, feed.limit, once=feed.once)
        # Only a feed that links to pages depends on where they are.
        pages = feed.base_url if feed.link == "page" else ""
        entries = [decisions.to_entry(one, self._settings.sources, pages) for one in newest]
        made_of = fingerprint(feed, language, entries)
        for form in FORMATS:
            name = path(feed, language, form.suffix)
            known = self._store.publications.fingerprint(name)
            if known == made_of and (self._settings.output_dir / name).is_file():
                self._report.unchanged += 1
                continue
            try:
                content = form.build(feed, language, entries)
            except PublishError as error:
                self._report.fail("publish", error, language=language)
                continue
            written = self._write(name, content, language)
            if written is None:
                continue
            self._store.publications.wrote(name, made_of, self._clock())
            if written and feed.hub:
                self._changed.setdefault(feed.hub, []).append(address(feed, language, form.suffix))

    def announce(self) -> None:
        """Tell the hubs which feeds have changed."""
        for hub, topics in self._changed.items():
            try:
                ping(hub, topics)
            except PublishError as error:
                self._report.fail("publish", error)

    def _write(self, name: str, content: bytes, language: str = "") -> bool | None:
        """Write a file: True where it changed, False where not, None where it failed."""
        try:
            written = files.write(self._settings.output_dir / name, content)
        except PublishError as error:
            self._report.fail("publish", error, language=language)
            return None
        if written:
            self._report.written.append(name)
        else:
            self._report.unchanged += 1
        return written
