"""The pages that entries lead to, as files: what the server answers, for who serves the folder.

In go articles that feeds link to, out come their pages in every language there is a feed in. What
has not changed is neither made nor written; what the store forgets goes.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from pathlib import Path

from pipeline import __version__
from pipeline.article import FeedSpec
from pipeline.config import Settings
from pipeline.desk import atomicfiles, decisions
from pipeline.desk.guard import guard
from pipeline.desk.report import Report
from pipeline.errors import BabelwireError, PublishError, StoreError
from pipeline.store import ARTICLE_PAGES_MARK, Store
from pipeline.syndicate.pages import ASSETS, article_page, article_view, asset, page_path

FOLDER = "article"
# A page is a folder's index: of all ways to name a file, the one by which every server answers at
# the address without a suffix, as HTML.
_INDEX = "index.html"
# Articles a pass whose pages no feed of the pass shows: an old store is not done at once.
_WRITTEN_A_PASS = 500
_AT_ONCE = 50


class PageWriter:
    """Writes the pages of one pass. What fails is in the report, and tried again.

    `edition` is a digest of all that pages depend on besides their articles.
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
        self.edition = _edition(settings, self._shown)

    def prepare(self) -> None:
        """Write what pages are dressed with; see to it that all that should be there will be.

        Raises:
            PublishError: pages that are not wanted any more cannot be removed.
        """
        if not self._on:
            if self._store.article_pages.any():
                self._report.pages += atomicfiles.remove(self._folder)
                self._store.article_pages.forget()
                self._store.publications.forget(ARTICLE_PAGES_MARK)
            return
        if not self._linking and not self._store.article_pages.any():
            return
        for name in ASSETS:
            try:
                if atomicfiles.write(
                    self._settings.output_dir / "assets" / name, asset(name).encode()
                ):
                    self._report.written.append(f"assets/{name}")
            except PublishError as error:
                self._report.fail("publish", error)
        if not self._folder.is_dir():
            self._store.article_pages.renew()  # the output directory was emptied
        # What was archived before there were pages, or before the feed linked to them.
        kept = [
            feed.id for feed in self._settings.feeds if feed.id in self._linking and feed.archive
        ]
        mark = hashlib.sha256(repr(kept).encode()).hexdigest()
        if self._store.publications.fingerprint(ARTICLE_PAGES_MARK) != mark:
            self._store.article_pages.add_archived(kept)
            self._store.publications.wrote(ARTICLE_PAGES_MARK, mark, self._clock())

    def host(self, feed: FeedSpec, language: str, articles: Collection[str]) -> None:
        """Have the pages be there of articles that a document of a feed is about to link to."""
        if not self._on or feed.link != "page":
            return
        self._store.article_pages.add(articles)
        lost = {one for one in articles if not self._file(one, language).is_file()}
        self._write(sorted(lost | self._store.article_pages.due_among(self.edition, articles)))

    def catch_up(self) -> None:
        """Write pages that are due though no feed shows them: of changed articles, of old ones
        after the settings have changed, and of those that are gone."""
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
        """Write an article's pages, in each language that is shown; False where it has none."""
        known = self._store.browsing.languages(article)
        languages = [code for code in known if code in self._shown]
        for language in languages:
            found = self._store.browsing.article(article, language)
            if found is None:  # forgotten this very moment
                languages = []
                break
            entry = decisions.to_entry(found, self._settings.sources)
            page = article_page(
                article_view(entry, article, languages), self._settings.base_url, live=False
            )
            self._report.pages += atomicfiles.write(
                self._file(article, language),
                page.encode("utf-8", "replace"),
                self._settings.output_dir,
            )
        self._report.pages += atomicfiles.remove(self._folder / article, languages)
        return bool(languages)


def _edition(settings: Settings, shown: Collection[str]) -> str:
    titles = {source.id: source.title for source in settings.sources.values()}
    made_by = (__version__, settings.base_url, sorted(shown), titles)
    return hashlib.sha256(repr(made_by).encode()).hexdigest()
