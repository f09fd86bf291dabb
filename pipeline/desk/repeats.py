"""Learns which paragraphs the articles of a source repeat, and removes them.

Takes a source after a visit that brought articles, and the store; returns a line for the report.
Extraction cleans single pages; this compares several.
"""

from datetime import datetime

from pipeline.article import Article, Source
from pipeline.desk.progress import units
from pipeline.extract.repeats import WINDOW, repeated, without
from pipeline.store import Store

_QUOTED = 60  # characters of a repeat that a line shows


def learn(source: Source, store: Store, now: datetime) -> str:
    """Store the repeats of a source's latest articles, and remove them from these articles.

    Returns a line for people; "" if no article has changed.

    Raises:
        StoreError: the database cannot be used.
    """
    if source.keep_repeats:
        return ""
    latest = store.articles.latest(source.id, WINDOW)
    fresh = repeated([article.html for _, article in latest])
    if not fresh:
        return ""
    quote, changed = "", 0
    store.sources.learn(source.id, fresh)
    for name, article in latest:
        shorter = without(article, fresh)
        if shorter is article:
            continue
        quote = quote or _removed(article.text, shorter.text)
        changed += store.articles.revise(name, shorter, now).change == "changed"
    if not changed:
        return ""
    what = f"{len(fresh)} {units(len(fresh), 'paragraphs')} that its articles repeat"
    return f'{what}: removed from now on: "{quote}" (`keep_repeats` keeps them)'


def taken_out(article: Article, source: Source, store: Store) -> Article:
    """The article without the known repeats of its source.

    Raises:
        StoreError: the database cannot be used.
    """
    return article if source.keep_repeats else without(article, store.sources.repeats(source.id))


def _removed(before: str, after: str) -> str:
    """The first paragraph that was removed, shortened."""
    left = set(after.split("\n\n"))
    removed = next((part for part in before.split("\n\n") if part not in left), "")
    text = " ".join(removed.split())
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED].rsplit(' ', 1)[0]}…"
