"""Learns what the articles of a source repeat, and takes it out of them.

In: a store and a source whose visit has brought articles. Out: what was learnt, in a line for the
report. What each single page shows is `extract`'s; this knows several.
"""

from datetime import datetime

from pipeline.article import Article, Source
from pipeline.extract.repeats import WINDOW, repeated, without
from pipeline.store import Store

_QUOTED = 60  # characters of a repeat that a line shows


def learn(source: Source, store: Store, now: datetime) -> str:
    """Remember the repeats of a source's latest articles, and take them out of these.

    Returns a line for people; "" where nothing is new.

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
        quote = quote or _lost(article.text, shorter.text)
        changed += store.articles.revise(name, shorter, now).change == "changed"
    if not changed:
        return ""
    return (
        f'{len(fresh)} paragraphs that its articles repeat are left out from now on: "{quote}" '
        "(`keep_repeats` keeps them)"
    )


def taken_out(article: Article, source: Source, store: Store) -> Article:
    """The article without the repeats of its source that are known.

    Raises:
        StoreError: the database cannot be used.
    """
    return article if source.keep_repeats else without(article, store.sources.repeats(source.id))


def _lost(before: str, after: str) -> str:
    """The first paragraph that is there no more, or its beginning."""
    left = set(after.split("\n\n"))
    lost = next((part for part in before.split("\n\n") if part not in left), "")
    text = " ".join(lost.split())
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED].rsplit(' ', 1)[0]}…"
