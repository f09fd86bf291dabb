"""From what a page says to what is stored of it, at a visit and when a kept page is read again.

In: an extracted article, its page and reference, its source. Out: what keeping it did. What the
source knows better is filled in, what it repeats taken out, and what the page is wrong about not
believed.
"""

from datetime import datetime

from pipeline.article import Article, Page, Source
from pipeline.desk import decisions, repeats
from pipeline.desk.identifying import identified
from pipeline.store import Kept, Known, Store


def keep(
    article: Article, page: Page, known: Known, source: Source, store: Store, now: datetime
) -> Kept:
    """Store an article of a source under the id that is its own.

    Raises:
        StoreError: the database cannot be used.
    """
    article = decisions.with_hints(article, known.reference)
    article = repeats.taken_out(article, source, store)
    article, key = identified(article, page, known, store, now)
    return store.articles.keep(known, page, article, key, now)
