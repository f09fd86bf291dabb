"""Finds articles of different sources that tell the same story.

Takes the store and the present time; assigns each new article to a story. Articles of one source
are always different stories, however similar: weather reports, results of a league.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pipeline.ingest import Fingerprint, fingerprint, is_same_story
from pipeline.store import Sketch, Store

# Newspapers print a story of a news agency within days.
WINDOW = timedelta(days=3)


def place(store: Store, now: datetime) -> None:
    """Assign every article of the last days to a story.

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
    """The stories of similar articles of other sources."""
    return [
        one.story
        for one in known
        if one.source != source and is_same_story(made, Fingerprint(one.hashes, one.shingles))
    ]
