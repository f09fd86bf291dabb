"""Puts articles of different sources that tell the same story together.

In: a store and the present moment. Out: each new article has its story. Articles of one source are
different stories however alike they are: the weather, the results of a league.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pipeline.ingest import Fingerprint, fingerprint, is_same_story
from pipeline.store import Sketch, Store

# A wire story is printed within days.
WINDOW = timedelta(days=3)


def place(store: Store, now: datetime) -> None:
    """Give every article of the last days its story.

    Raises:
        StoreError: the database cannot be used.
    """
    while waiting := store.stories.unplaced(now - WINDOW):
        for article, source, text, seen in waiting:
            made = fingerprint(text)
            alike = _alike(made, source, store.stories.sharing(made.keys))
            story = next(
                (one for one in alike if source not in store.stories.sources(one)), article
            )
            sketch = Sketch(
                article=article,
                source=source,
                story=story,
                hashes=made.hashes,
                shingles=made.shingles,
            )
            store.stories.place(sketch, made.keys, seen)
    store.stories.forget(now - WINDOW)


def _alike(made: Fingerprint, source: str, known: Iterable[Sketch]) -> list[str]:
    """The stories that other sources tell in these words."""
    return [
        one.story
        for one in known
        if one.source != source and is_same_story(made, Fingerprint(one.hashes, one.shingles))
    ]
