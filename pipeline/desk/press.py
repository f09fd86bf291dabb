"""Publishes the feeds: writes files to the output folder from what is in the store.

Takes feeds and the store; writes files, and adds them and all failures to the report. A file whose
content would not change is neither built nor written.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from pipeline import __version__, plugins
from pipeline.article import Entry, FeedSpec
from pipeline.config import Settings
from pipeline.desk import atomicfiles, decisions, hubs
from pipeline.desk.articlepages import FOLDER, PageWriter
from pipeline.desk.imagelinks import ImageLinks
from pipeline.desk.labels import Translate, as_it_is, labelled, named
from pipeline.desk.proofs import Built, Proofs
from pipeline.desk.report import Report
from pipeline.desk.sifting import Sieve, tell_slow
from pipeline.editions import edition_of
from pipeline.errors import BabelwireError, PluginError, PublishError
from pipeline.store import SHOWN_SUFFIX, Asked, Published, Store
from pipeline.syndicate import (
    FORMATS,
    FRONT_PAGE_NAME,
    STYLESHEET_NAME,
    WRITTEN_BY,
    Archive,
    Format,
    archive_fingerprint,
    fingerprint,
    fitted,
    formats_of,
    front_page,
    opml,
    path,
    shown,
    stylesheet,
)
from pipeline.syndicate.pages import ASSETS, LATEST, Headline, asset, channel, headline

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
        self._opened = clock()
        self._translate = translate
        self._page_writer = PageWriter(settings, store, report, clock)
        self._announce = announce
        self._images = ImageLinks(settings, store)
        self._published: list[FeedSpec] = []  # one for each language
        self._newest: dict[tuple[str, str], list[Published]] = {}

    @cached_property
    def _named(self) -> list[FeedSpec]:
        """The feeds with titles in all their languages, which may have to be translated."""
        return [named(feed, self._translate) for feed in self._settings.feeds]

    def prepare(self) -> None:
        """Write the files that all feeds share: stylesheets, icons, the OPML files.

        Raises:
            PublishError: the output folder cannot be read.
        """
        atomicfiles.sweep(self._settings.output_dir, spared=[FOLDER])
        for name in sorted({name for feed in self._settings.feeds for name in feed.formats}):
            try:
                FORMATS[name]
            except PluginError as error:
                self._report.fail("publish", error)
        feeds = self._named
        self._write(STYLESHEET_NAME, stylesheet())
        for name in ASSETS:
            self._write(f"assets/{name}", asset(name))
        if self._settings.document.base_url:
            self._write(OPML_NAME, opml(feeds))
            for language in sorted({code for feed in feeds for code in feed.languages}):
                self._write(f"feeds.{language}.opml", opml(feeds, language))
        self._page_writer.prepare()

    def publish(self, feed: FeedSpec, language: str) -> None:
        """Write a feed in one language, in every format, with its new archive documents."""
        self._published.append(replace(feed, languages=(language,)))
        feed = named(feed, self._translate)
        self._store.listings.publish(edition_of(feed, language), feed.sources, self._opened)
        sieve = Sieve(feed, language, self._store, self._clock)
        newest = sieve.newest()
        self._newest[feed.id, language] = newest[:LATEST]
        entries = self._entries(feed, newest)
        entries = [
            self._images.pointed(one.id, entry) for one, entry in zip(newest, entries, strict=True)
        ]
        # Before the feed is written, so that it never links to a missing page.
        self._page_writer.ensure(feed, language, [one.id for one in newest])
        proofs = Proofs(feed, language, entries, self._translate, self._build)
        before = Archive(0, self._written(feed, language))
        self._close(feed, language, self._shown(newest, proofs, before), sieve)
        archive = Archive(0, self._write_archive(feed, language))
        if archive != before:  # one line more can be too much
            self._close(feed, language, self._shown(newest, proofs, archive), sieve)
        tell_slow(sieve.rules, self._report, "publish", f"{feed.id}/{language}")
        made_of = fingerprint(feed, language, entries, archive)
        publications, folder = self._store.publications, self._settings.output_dir
        for form in formats_of(feed):
            name = path(feed, language, form.suffix)
            if publications.stands(name, made_of, [folder / name]):
                self._report.unchanged += 1
                continue
            self._images.announce()
            built = proofs.of(form, archive)
            if built is not None and self._write(name, built[0], language) is not None:
                publications.wrote(name, made_of, self._clock(), built[0])

    def _shown(self, newest: Sequence[Published], proofs: Proofs, archive: Archive) -> set[str]:
        """Which articles are in all files of a feed: what has no room in one has to be archived.

        Their number is stored, so that an unchanged feed is not built for it.
        """
        feed, language, entries = proofs.feed, proofs.language, proofs.entries
        mark = path(feed, language, SHOWN_SUFFIX.strip("."))
        made_of = fingerprint(feed, language, entries, archive)[:48]
        known, _, number = (self._store.publications.fingerprint(mark) or "").partition(":")
        if known == made_of:
            most = int(number)
        else:
            most, complete = proofs.room(archive)
            if complete:
                self._store.publications.wrote(mark, f"{made_of}:{most}", self._clock())
        ids = {entry.id for entry in shown(feed, entries)[:most]}
        return {one.id for one, entry in zip(newest, entries, strict=True) if entry.id in ids}

    def _entries(self, feed: FeedSpec, found: Sequence[Published]) -> list[Entry]:
        # Empty for a feed without links to pages: its fingerprint must not depend on base_url.
        pages = feed.base_url if feed.link == "page" else ""
        plain_until = self._store.publications.plain_until(feed.id)
        return [
            decisions.to_entry(one, self._settings.sources, pages, feed.content, plain_until)
            for one in found
        ]

    def _close(self, feed: FeedSpec, language: str, visible: Collection[str], sieve: Sieve) -> None:
        """Close full archive documents, and those with articles that the feed does not show."""
        edition = edition_of(feed, language)
        key = feed.id, edition
        archives = self._store.archives
        while True:
            arrived = archives.arrived(*key, feed.sources, feed.limit * _CLOSED_AT_ONCE)
            if sieve.left_out([one.article for one in arrived]):
                continue  # they are judged now, so that they arrive no more: documents become full
            documents = decisions.to_close(arrived, visible, feed.limit)
            if documents:
                ids = [one.article for document in documents for one in document]
                documents = decisions.divided(documents, archives.sizes(edition, ids))
            archives.close(*key, feed.sources, documents)
            if len(arrived) < feed.limit * _CLOSED_AT_ONCE or not documents:
                break

    def _write_archive(self, feed: FeedSpec, language: str) -> int:
        """Write closed archive documents. Returns how many are written so far.

        Only the number of the last written document is stored, so that the cost of a pass does not
        grow with the archive.
        """
        forms = [form for form in formats_of(feed) if form.archived]
        if not (feed.archive and feed.base_url and forms):
            return 0
        name, made_of = path(feed, language, "archive"), archive_fingerprint(feed, language)
        written = self._written(feed, language)
        last = f"{made_of}:{written}"
        newest = [
            self._settings.output_dir / path(feed, language, form.suffix, written) for form in forms
        ]
        if written and not newest[-1].is_file():
            written = 0  # the output folder was emptied
        elif written and not self._store.publications.stands(name, last, newest):
            written -= 1  # the power was cut when it was written
        edition = edition_of(feed, language)
        count = self._store.archives.extent(feed.id, edition).documents
        for place in range(written + 1, min(count, written + _WRITTEN_A_PASS) + 1):
            closed = self._store.archives.document(feed.id, edition, place)
            self._page_writer.ensure(feed, language, [one.id for one in closed])
            entries = self._entries(feed, closed)
            entries = labelled(entries, self._translate)
            document = Archive(place, count)
            done = [self._place(form, feed, language, entries, document) for form in forms]
            if None in done:
                break
            written = place
            content = b"".join(one for one in done if one is not None)
            self._store.publications.wrote(name, f"{made_of}:{place}", self._clock(), content)
        return written

    def _place(
        self,
        form: Format,
        feed: FeedSpec,
        language: str,
        entries: Sequence[Entry],
        archive: Archive,
    ) -> bytes | None:
        """Build an archive document and write it. Returns its content; None if it failed."""
        built = self._build(form, feed, language, entries, archive)
        name = path(feed, language, form.suffix, archive.number)
        if built is None or self._write(name, built[0], language) is None:
            return None
        return built[0]

    def _written(self, feed: FeedSpec, language: str) -> int:
        """How many archive documents are written with the present settings."""
        last = self._store.publications.fingerprint(path(feed, language, "archive")) or ""
        known, _, number = last.partition(":")
        return int(number) if known == archive_fingerprint(feed, language) else 0

    def _build(
        self,
        form: Format,
        feed: FeedSpec,
        language: str,
        entries: Sequence[Entry],
        archive: Archive,
    ) -> Built | None:
        """Build a file: its content and how many entries it has; None if it failed.

        A format that fails is in the report, and stops no other.
        """
        name = path(feed, language, form.suffix, archive.number)
        try:
            with plugins.contained(FORMATS.origin(form.suffix), name):
                content, number = fitted(form, feed, language, entries, archive)
                if not isinstance(content, bytes):
                    raise TypeError(f"built a {type(content).__name__} instead of bytes")
        except BabelwireError as error:
            self._report.fail("publish", error, language=language)
            return None
        return content, number

    def finish(self) -> None:
        """Write the front page, update article pages that are still out of date, and notify the
        hubs of changed feeds."""
        self._front_page()
        self._page_writer.catch_up()
        if not self._announce:
            return
        for hub, notices in hubs.owed(self._published, self._store).items():
            try:
                hubs.notify(hub, notices, self._store, self._clock)
            except PublishError as error:
                self._report.fail("notify", error)

    def _front_page(self) -> None:
        """Write the page that lists the feeds, if a feed or the settings have changed.

        A page that babelwire did not write is not overwritten.
        """
        file = self._settings.output_dir / FRONT_PAGE_NAME
        feeds = self._named
        lists = bool(self._settings.document.base_url)
        made_of = hashlib.sha256(repr((__version__, feeds, lists)).encode()).hexdigest()
        publications = self._store.publications
        same = publications.stands(FRONT_PAGE_NAME, made_of, [file])
        if (same and not self._report.written) or not atomicfiles.begins_with(file, WRITTEN_BY):
            self._report.unchanged += 1
            return
        found = [
            channel(feed, language, self._latest(feed, language))
            for feed in feeds
            for language in feed.languages
        ]
        page = front_page(found, lists=lists)
        if self._write(FRONT_PAGE_NAME, page) is not None:
            publications.wrote(FRONT_PAGE_NAME, made_of, self._clock(), page)

    def _latest(self, feed: FeedSpec, language: str) -> list[Headline]:
        """The latest articles of a feed: as it was published in this pass, else from the store."""
        found = self._newest.get((feed.id, language))
        if found is None:
            [found] = self._store.translations.listed(
                [Asked.of(feed, language)], LATEST, whole=False
            )
        return [
            headline(entry, one.id, feed)
            for one, entry in zip(found, self._entries(feed, found), strict=True)
        ]

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
