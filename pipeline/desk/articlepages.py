"""Writes article pages as files, for those who serve the output folder with their own web server.

Takes the articles that feeds link to; writes a page of each in every language that a feed has.
Pages that have not changed are not written; those of deleted articles are removed.
"""

import hashlib
import os
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from pathlib import Path

from pipeline import __version__
from pipeline.article import FeedSpec
from pipeline.config import Settings
from pipeline.desk import atomicfiles, decisions
from pipeline.desk.guard import guard
from pipeline.desk.imagelinks import ImageLinks
from pipeline.desk.report import Report
from pipeline.errors import BabelwireError, StoreError
from pipeline.store import ARTICLE_PAGES_MARK, Store
from pipeline.syndicate.pages import article_page, article_view, page_path

FOLDER = "article"
# A page is the index of a folder: so every web server finds it at an address without a suffix, and
# serves it as HTML.
_INDEX = "index.html"
# Articles per pass whose pages are rewritten although no feed of the pass shows them. A large store
# is spread over several passes.
_WRITTEN_A_PASS = 500
_AT_ONCE = 50
_END = 64  # bytes that are read of a page to see whether it is whole


class PageWriter:
    """Writes the article pages of one pass. Failures go into `report`, and are retried next time.

    `edition` is a digest of everything that pages depend on besides their articles.
    """

    def __init__(
        self, settings: Settings, store: Store, report: Report, clock: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._store = store
        self._report = report
        self._clock = clock
        self._folder = settings.output_dir / FOLDER
        self._shown = {code for feed in settings.feeds for code in feed.languages}
        self._linking = [feed.id for feed in settings.feeds if feed.link == "page"]
        self._on = bool(settings.document.export_pages and settings.base_url)
        self._images = ImageLinks(settings, store)
        self.edition = _edition(settings, self._shown)

    def prepare(self) -> None:
        """Mark the pages that have to be written.

        Where article pages are switched off, remove them all.

        Raises:
            PublishError: pages cannot be removed.
        """
        if not self._on:
            if self._store.article_pages.any():
                self._report.pages += atomicfiles.remove(self._folder)
                self._store.article_pages.forget()
                self._store.publications.forget(ARTICLE_PAGES_MARK)
            return
        if not self._linking and not self._store.article_pages.any():
            return
        if not self._folder.is_dir():
            self._store.article_pages.renew()  # the output folder was emptied
        # Articles archived before there were pages, or before the feed linked to them.
        kept = [
            feed.id for feed in self._settings.feeds if feed.id in self._linking and feed.archive
        ]
        mark = hashlib.sha256(repr(kept).encode()).hexdigest()
        if self._store.publications.fingerprint(ARTICLE_PAGES_MARK) != mark:
            self._store.article_pages.add_archived(kept)
            self._store.publications.wrote(ARTICLE_PAGES_MARK, mark, self._clock())

    def ensure(self, feed: FeedSpec, language: str, articles: Collection[str]) -> None:
        """Write the pages of `articles`, if missing or out of date, before a feed links to them."""
        if not self._on or feed.link != "page":
            return
        self._store.article_pages.add(articles)
        missing = {one for one in articles if not _is_whole(self._file(one, language))}
        self._write(sorted(missing | self._store.article_pages.due_among(self.edition, articles)))

    def catch_up(self) -> None:
        """Update up to 500 other pages: of changed articles, of all articles after the settings
        have changed, and of deleted articles."""
        if self._on:
            self._write(self._store.article_pages.due(self.edition, _WRITTEN_A_PASS))

    def _file(self, article: str, language: str) -> Path:
        return self._settings.output_dir / page_path(article, language) / _INDEX

    def _write(self, articles: Iterable[str]) -> None:
        waiting = list(articles)
        for start in range(0, len(waiting), _AT_ONCE):
            done: list[str] = []
            gone: list[str] = []
            for article in waiting[start : start + _AT_ONCE]:
                try:
                    with guard(f"{FOLDER}/{article}", "its page"):
                        (done if self._pages(article) else gone).append(article)
                except StoreError:
                    raise
                except BabelwireError as error:
                    self._report.fail("publish", error)
            self._store.article_pages.wrote(done, self.edition)
            self._store.article_pages.forget(gone)

    def _pages(self, article: str) -> bool:
        """Write an article's page in each language that a feed has. Returns False, and removes its
        pages, if there is no such language."""
        known = self._store.browsing.languages(article)
        languages = [code for code in known if code in self._shown]
        for language in languages:
            found = self._store.browsing.article(article, language)
            if found is None:  # deleted meanwhile
                languages = []
                break
            entry = decisions.to_entry(found, self._settings.sources)
            entry = self._images.pointed(article, entry)
            self._images.announce()
            page = article_page(
                article_view(entry, article, languages, found.source, self._settings.feeds),
                self._settings.base_url,
                live=False,
                indexed=self._settings.document.index_translations,
            )
            self._report.pages += atomicfiles.write(
                self._file(article, language),
                page.encode("utf-8", "replace"),
                self._settings.output_dir,
            )
        self._report.pages += atomicfiles.remove(self._folder / article, languages)
        return bool(languages)


def _is_whole(page: Path) -> bool:
    """Whether a page is there and has its end: a power cut can leave it cut short, or zeros."""
    try:
        with page.open("rb") as file:
            file.seek(-min(_END, file.seek(0, os.SEEK_END)), os.SEEK_END)
            return file.read().rstrip().endswith(b"</html>")
    except OSError:
        return False


def _edition(settings: Settings, shown: Collection[str]) -> str:
    titles = {source.id: source.title for source in settings.sources.values()}
    # What the links to feeds show of them.
    feeds = [
        (feed.id, feed.title, dict(feed.titles), feed.sources, feed.languages, feed.formats)
        for feed in settings.feeds
    ]
    indexed = settings.document.index_translations
    images = bool(settings.image_base)
    made_by = (__version__, settings.base_url, sorted(shown), titles, feeds, indexed, images)
    return hashlib.sha256(repr(made_by).encode()).hexdigest()
