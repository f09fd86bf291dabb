"""Publishes the feeds: writes files to the output folder from what is in the store.

Takes feeds and the store; writes files, and adds them and all failures to the report. A file whose
content would not change is neither built nor written.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from pipeline import plugins
from pipeline.article import Entry, FeedSpec
from pipeline.config import Settings
from pipeline.desk import atomicfiles, decisions, hubs
from pipeline.desk.articlepages import FOLDER, PageWriter
from pipeline.desk.imagelinks import ImageLinks
from pipeline.desk.labels import Translate, as_it_is, labelled, named
from pipeline.desk.report import Report
from pipeline.desk.sifting import Sieve, tell_slow
from pipeline.errors import BabelwireError, PluginError, PublishError
from pipeline.store import Published, Store
from pipeline.syndicate import (
    FORMATS,
    FRONT_PAGE_NAME,
    STYLESHEET_NAME,
    Archive,
    Format,
    archive_fingerprint,
    fingerprint,
    formats_of,
    front_page,
    opml,
    path,
    stylesheet,
)

OPML_NAME = "feeds.opml"
# Archive documents closed per query, and written per pass for a feed in one language: so the first
# pass over a large store is not delayed by its archive.
_CLOSED_AT_ONCE = 40
_WRITTEN_A_PASS = 40


class Press:
    """Writes the feeds of one pass. Failures go into the report; the other files are written.

    With `announce`, hubs are notified of changed feeds.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        report: Report,
        clock: Callable[[], datetime],
        translate: Translate = as_it_is,
        *,
        announce: bool = True,
    ) -> None:
        self._settings = settings
        self._store = store
        self._report = report
        self._clock = clock
        self._translate = translate
        self._page_writer = PageWriter(settings, store, report, clock)
        self._announce = announce
        self._images = ImageLinks(settings, store)
        self._published: list[FeedSpec] = []  # one for each language

    def prepare(self) -> None:
        """Write the files that all feeds share: the stylesheet, the front page, the OPML files.

        A front page that babelwire did not write is not overwritten.

        Raises:
            PublishError: the output folder cannot be read.
        """
        atomicfiles.sweep(self._settings.output_dir, spared=[FOLDER])
        for name in sorted({name for feed in self._settings.feeds for name in feed.formats}):
            try:
                FORMATS[name]
            except PluginError as error:
                self._report.fail("publish", error)
        feeds = [named(feed, self._translate) for feed in self._settings.feeds]
        self._write(STYLESHEET_NAME, stylesheet())
        if atomicfiles.starts_alike(
            self._settings.output_dir / FRONT_PAGE_NAME, page := front_page(feeds)
        ):
            self._write(FRONT_PAGE_NAME, page)
        if self._settings.document.base_url:
            self._write(OPML_NAME, opml(feeds))
            for language in sorted({code for feed in feeds for code in feed.languages}):
                self._write(f"feeds.{language}.opml", opml(feeds, language))
        self._page_writer.prepare()

    def publish(self, feed: FeedSpec, language: str) -> None:
        """Write a feed in one language, in every format, with its new archive documents."""
        self._published.append(replace(feed, languages=(language,)))
        feed = named(feed, self._translate)
        sieve = Sieve(feed, language, self._store, self._clock)
        newest = sieve.newest()
        entries = self._entries(feed, newest)
        entries = [
            self._images.pointed(one.id, entry) for one, entry in zip(newest, entries, strict=True)
        ]
        # Before the feed is written, so that it never links to a missing page.
        self._page_writer.ensure(feed, language, [one.id for one in newest])
        count = self._archive(feed, language, {one.id for one in newest}, sieve)
        tell_slow(sieve.rules, self._report, "publish", f"{feed.id}/{language}")
        archive = Archive(0, count)
        made_of = fingerprint(feed, language, entries, archive)
        labels: list[Entry] | None = None  # made only if a file is written
        publications, folder = self._store.publications, self._settings.output_dir
        for form in formats_of(feed):
            name = path(feed, language, form.suffix)
            if publications.stands(name, made_of, [folder / name]):
                self._report.unchanged += 1
                continue
            labels = labelled(entries, self._translate) if labels is None else labels
            self._images.announce()
            content = self._build(form, feed, language, labels, archive)
            if content is not None:
                publications.wrote(name, made_of, self._clock(), content)

    def _entries(self, feed: FeedSpec, found: Sequence[Published]) -> list[Entry]:
        # Empty for a feed without links to pages: its fingerprint must not depend on base_url.
        pages = feed.base_url if feed.link == "page" else ""
        return [decisions.to_entry(one, self._settings.sources, pages) for one in found]

    def _archive(self, feed: FeedSpec, language: str, shown: Collection[str], sieve: Sieve) -> int:
        """Close full archive documents and write closed ones. Returns how many are written so far.

        Only the number of the last written document is stored, so that the cost of a pass does not
        grow with the archive.
        """
        key = feed.id, language
        archives = self._store.archives
        while True:
            arrived = archives.arrived(*key, feed.sources, feed.limit * _CLOSED_AT_ONCE)
            if sieve.left_out([one.article for one in arrived]):
                continue  # they are judged now, so that they arrive no more: documents become full
            documents = decisions.to_close(arrived, shown, feed.limit)
            archives.close(*key, feed.sources, documents)
            if len(arrived) < feed.limit * _CLOSED_AT_ONCE or not documents:
                break
        forms = [form for form in formats_of(feed) if form.archived]
        if not (feed.archive and feed.base_url and forms):
            return 0
        name, made_of = path(feed, language, "archive"), archive_fingerprint(feed, language)
        last = self._store.publications.fingerprint(name) or ""
        known, _, number = last.partition(":")
        written = int(number) if known == made_of else 0
        newest = [
            self._settings.output_dir / path(feed, language, form.suffix, written) for form in forms
        ]
        if written and not newest[-1].is_file():
            written = 0  # the output folder was emptied
        elif written and not self._store.publications.stands(name, last, newest):
            written -= 1  # the power was cut when it was written
        count = archives.extent(*key).documents
        for place in range(written + 1, min(count, written + _WRITTEN_A_PASS) + 1):
            closed = archives.document(*key, place)
            self._page_writer.ensure(feed, language, [one.id for one in closed])
            entries = self._entries(feed, closed)
            entries = labelled(entries, self._translate)
            document = Archive(place, count)
            done = [self._build(form, feed, language, entries, document) for form in forms]
            if None in done:
                break
            written = place
            content = b"".join(one for one in done if one is not None)
            self._store.publications.wrote(name, f"{made_of}:{place}", self._clock(), content)
        return written

    def _build(
        self,
        form: Format,
        feed: FeedSpec,
        language: str,
        entries: Sequence[Entry],
        archive: Archive,
    ) -> bytes | None:
        """Build a file and write it. Returns its content; None if it failed.

        A format that fails is in the report, and stops no other.
        """
        name = path(feed, language, form.suffix, archive.number)
        try:
            with plugins.contained(FORMATS.origin(form.suffix), name):
                content = form.build(feed, language, entries, *([archive] if form.archived else []))
                if not isinstance(content, bytes):
                    raise TypeError(f"built a {type(content).__name__} instead of bytes")
        except BabelwireError as error:
            self._report.fail("publish", error, language=language)
            return None
        return None if self._write(name, content, language) is None else content

    def finish(self) -> None:
        """Update article pages that are still out of date, and notify the hubs of changed feeds."""
        self._page_writer.catch_up()
        if not self._announce:
            return
        for hub, notices in hubs.owed(self._published, self._store).items():
            try:
                hubs.notify(hub, notices, self._store, self._clock)
            except PublishError as error:
                self._report.fail("notify", error)

    def _write(self, name: str, content: bytes, language: str = "") -> bool | None:
        """Write a file. Returns True if it changed, False if not, None if it failed."""
        try:
            written = atomicfiles.write(self._settings.output_dir / name, content)
        except PublishError as error:
            self._report.fail("publish", error, language=language)
            return None
        if written:
            self._report.written.append(name)
        else:
            self._report.unchanged += 1
        return written
