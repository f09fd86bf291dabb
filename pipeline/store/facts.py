"""The facts of entries as values of JSON columns, without what is not stated.

`to_json` takes EntryFacts, Enclosures or an Episode and returns a value of JSON, None for one that
states nothing; `entry_facts`, `enclosures` and `episode` take it back. Never raises for what
`to_json` has returned.
"""

from collections.abc import Sequence
from dataclasses import MISSING, fields
from typing import Any

from pipeline.article import NO_FACTS, Enclosure, EntryFacts, Episode


def to_json(value: EntryFacts | Episode | Sequence[Enclosure] | None) -> Any:
    """The value of a JSON column; None if nothing is stated."""
    if value is None or isinstance(value, EntryFacts | Episode):
        return (_stated(value) if value is not None else None) or None
    return [_stated(one) for one in value] or None


def _stated(value: EntryFacts | Episode | Enclosure) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in fields(value):
        said = getattr(value, one.name)
        if one.default is not MISSING and said == one.default:
            continue
        if one.name in ("episode", "enclosures"):
            said = to_json(said)
        found[one.name] = list(said) if isinstance(said, tuple) else said
    return found


def entry_facts(value: Any) -> EntryFacts:
    """The EntryFacts of a JSON column."""
    if not value:
        return NO_FACTS
    lists = ("authors", "feed_authors", "categories")
    return EntryFacts(
        **{name: tuple(value.get(name, ())) for name in lists},
        enclosures=enclosures(value.get("enclosures")),
        episode=episode(value.get("episode")),
        image=value.get("image", ""),
        site=value.get("site", ""),
    )


def enclosures(value: Any) -> tuple[Enclosure, ...]:
    """The Enclosures of a JSON column."""
    return tuple(Enclosure(**one) for one in value or ())


def episode(value: Any) -> Episode | None:
    """The Episode of a JSON column."""
    return Episode(**value) if value else None
