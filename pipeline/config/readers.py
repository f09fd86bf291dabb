"""Finds problems of feeds that need a token: between [[serve.readers]] and the feeds.

Takes the data of the file before it is checked, as `contradictions` does. Never raises, and never
quotes a token.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.config.document import DEFAULT_FEED
from pipeline.config.places import Location
from pipeline.config.problems import Problem, nearest, tables

_FOLDER = "t"  # the path of what needs a token: see web/readers.py


def contradictions(data: Mapping[str, Any]) -> Iterator[Problem]:
    """All of them; none without readers."""
    serve = data.get("serve")
    found = serve.get("readers") if isinstance(serve, dict) else None
    listed: list[tuple[Location, Mapping[str, Any]]] = [
        (("serve", "readers", number), one)
        for number, one in enumerate(found if isinstance(found, list) else [])
        if isinstance(one, dict)
    ]
    if not listed:
        return
    feeds = list(tables(data, "feeds"))
    known = [one["id"] for _, one in feeds if isinstance(one.get("id"), str)] or [DEFAULT_FEED]
    seen: dict[str, set[str]] = {"name": set(), "token": set()}
    for at, reader in listed:
        yield from _of_reader(at, reader, known, seen)
    for at, feed in feeds:
        if feed.get("hub"):
            text = "would learn addresses with tokens — remove it, or [[serve.readers]]"
            yield Problem((*at, "hub"), text)
        if feed.get("id") == _FOLDER:
            text = f'"{_FOLDER}" is the path of what needs a token — choose another id'
            yield Problem((*at, "id"), text)


def _of_reader(
    at: Location, reader: Mapping[str, Any], known: list[str], seen: dict[str, set[str]]
) -> Iterator[Problem]:
    for key, values in seen.items():
        given = reader.get(key)
        if isinstance(given, str):
            if given in values:
                yield Problem((*at, key), "is that of another reader — give each its own")
            values.add(given)
    feeds = reader.get("feeds")
    for number, name in enumerate(feeds if isinstance(feeds, list) else []):
        if isinstance(name, str) and name not in known:
            near = nearest(name, known)
            text = f'there is no feed "{name}"{near} — name one of [[feeds]]'
            yield Problem((*at, "feeds", number), text)
