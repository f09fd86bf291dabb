"""Adds sources to the settings file and removes them, keeping its comments.

The file is replaced in one step. Raises SettingsError, and leaves the file as it is, if the
settings would be invalid after the change.
"""

import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT

from pipeline.article import Source
from pipeline.config import parse
from pipeline.errors import SettingsError

# All fields of Source, so that none can be forgotten. `check` knows which keys a kind accepts.
_KEYS = tuple(one.name for one in fields(Source))
_DURATIONS = ("every", "max_age")


def add_sources(path: Path, sources: Iterable[Source]) -> None:
    """Add sources at the end of the settings file.

    Raises:
        SettingsError: the settings would be invalid, or the file cannot be read or written.
    """
    text = _read(path).rstrip("\n")
    for source in sources:
        table = tomlkit.table()
        for key, value in _values(source).items():
            table.add(key, value)
        block = tomlkit.document()
        block.add("sources", tomlkit.aot())
        block["sources"].append(table)
        text += "\n\n" + tomlkit.dumps(block).strip("\n")
    _replace(path, text + "\n")


def remove_source(path: Path, name: str) -> None:
    """Remove the source with the id `name`, also from the feeds that name it.

    Raises:
        SettingsError: there is no such source, a feed has no other one, the settings would be
            invalid, or the file cannot be read or written.
    """
    document = tomlkit.parse(_read(path))
    sources = document.get("sources")
    tables = list(sources) if isinstance(sources, AoT) else []
    place = next((i for i, table in enumerate(tables) if table.get("id") == name), None)
    if place is None or not isinstance(sources, AoT):
        raise SettingsError(str(path), [f'there is no source "{name}" — see `sources list`'])
    # A feed without sources has all of them: it would publish what nobody wants in it.
    emptied = [str(one.get("id")) for one in document.get("feeds", []) if _names_only(one, name)]
    if emptied and len(sources) > 1:
        feeds = ", ".join(f'"{one}"' for one in emptied)
        problem = f'"{name}" is the only source of the feed {feeds}'
        raise SettingsError(str(path), [f"{problem} — give it another source, or remove it first"])
    del sources[place]
    if not len(sources):
        del document["sources"]
    for feed in document.get("feeds", []):
        if name in feed.get("sources", []):
            feed["sources"].remove(name)
    _replace(path, tomlkit.dumps(document))


def _names_only(feed: Mapping[str, Any], name: str) -> bool:
    return set(feed.get("sources", [])) == {name}


def _values(source: Source) -> dict[str, Any]:
    found: dict[str, Any] = {"id": source.id, "kind": source.kind}
    for key, value in source.non_defaults(_KEYS).items():
        if key in _DURATIONS:
            value = f"{value / 60:.15g}m" if value % 60 == 0 else f"{value:.15g}s"
        elif isinstance(value, tuple):
            value = list(value)
        elif isinstance(value, Mapping):
            # Inline, because the keys after a [table] would belong to that table.
            inline = tomlkit.inline_table()
            inline.update(value)
            value = inline
        found[key] = value
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(str(path), [f"cannot be read ({error})"]) from error


def _replace(path: Path, text: str) -> None:
    parse(text, path)
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(path.stat().st_mode & 0o777)
        Path(name).replace(path)
    except OSError as error:
        raise SettingsError(str(path), [f"cannot be written ({error.strerror})"]) from error
