"""What is said of an entry in a list: the values of `babelwire articles --json` and of the API.

Takes an `Item` of the store's catalogue; returns values that JSON can hold.
"""

from dataclasses import asdict
from typing import Any

from pipeline.editions import language_of
from pipeline.store import Item, Store


def left_out(store: Store, item: Item) -> list[str]:
    """Which feeds leave an article out, and why; one line each."""
    found = store.verdicts.of(item.article) if item.article else []
    return [
        f"left out of the feed {feed} in {language_of(edition)}: {reason}"
        for feed, edition, reason in found
    ]


def record(item: Item, feeds: list[str]) -> dict[str, Any]:
    """An entry, and what `left_out` says of it; times are in ISO 8601."""
    values = asdict(item) | {"name": item.name, "left_out": feeds}
    for key in ("dated", "first_seen"):
        values[key] = values[key].isoformat(timespec="seconds")
    return values
