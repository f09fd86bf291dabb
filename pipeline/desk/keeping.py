"""Stores an extracted article, in a visit or when a stored page is extracted again.

Before storing it, completes it with what the source says, removes paragraphs that the source
repeats, and corrects a wrong canonical URL. Returns whether the article is new, changed or the
same.
"""

from datetime import datetime

from pipeline.article import Article, Page, Source
from pipeline.desk import repeats
from pipeline.desk.completing import completed
from pipeline.desk.identifying import identified
from pipeline.store import Kept, Known, Store


def keep(
    article: Article,
    page: Page,
    known: Known,
    source: Source,
    store: Store,
    now: datetime,
    *,
    fetched: bool = True,
) -> Kept:
    """Complete, clean, identify and store an article of a source.

    Without `fetched`, the page is the stored one, and the state of its reference stays as it is.

    Raises:
        StoreError: the database cannot be used.
    """
    article = completed(article, known.reference)
    article = repeats.taken_out(article, source, store)
    article, key = identified(article, page, known, store, now)
    return store.articles.keep(known, page if fetched else None, article, key, now)
