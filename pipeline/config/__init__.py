"""Reads and checks the settings file (TOML) and returns typed `Settings`.

Raises SettingsError for an invalid file, with all problems at once; each names the line or the key
and the remedy. Relative paths are relative to the settings file.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.config.document import Document, ServeOptions
from pipeline.config.glossaries import read_glossaries, read_glossary
from pipeline.config.problems import contradictions, describe, duplicate_ids, where
from pipeline.config.settings import Settings
from pipeline.config.texts import text_of
from pipeline.errors import SettingsError

__all__ = [
    "DEFAULT_PATHS",
    "ENVIRONMENT",
    "ServeOptions",
    "Settings",
    "check",
    "find",
    "load",
    "read_glossary",
]

# Where the settings file is looked for when `--config` is not given, in this order.
ENVIRONMENT = "BABELWIRE_CONFIG"
DEFAULT_PATHS = ("babelwire.toml", "config/babelwire.toml", "/etc/babelwire/babelwire.toml")


def find(given: Path | None = None) -> Path:
    """The path of the settings file: `given`, else `$BABELWIRE_CONFIG`, else a default path.

    Raises:
        SettingsError: none is named, and none of the default paths exists.
    """
    named = given or (Path(os.environ[ENVIRONMENT]) if os.environ.get(ENVIRONMENT) else None)
    if named is not None:
        return named
    for place in DEFAULT_PATHS:
        if Path(place).is_file():
            return Path(place)
    places = ", ".join(DEFAULT_PATHS)
    raise SettingsError(
        "settings", [f"no settings file ({places}) — write one with `babelwire init`"]
    )


def load(path: Path) -> Settings:
    """Read and check a settings file.

    Raises:
        SettingsError: the file is missing or invalid; lists every problem found.
    """
    text = text_of(path, "write one with `babelwire init`, or name it with --config")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            str(path), [f"{where(str(error))} — strings need quotes, tables [brackets]"]
        ) from None
    return check(data, path)


def check(data: Mapping[str, Any], path: Path) -> Settings:
    """Check parsed TOML and return the settings. `path` is the settings file.

    Raises:
        SettingsError: the settings are invalid; lists every problem found.
    """
    try:
        document = Document.model_validate(data)
    except ValidationError as error:
        problems = [describe(detail) for detail in error.errors()]
        raise SettingsError(str(path), problems + list(duplicate_ids(data))) from None
    settings = Settings(path=path.absolute(), document=document)
    terms, unreadable = read_glossaries(settings.glossary_files)
    problems = [*duplicate_ids(data), *contradictions(settings), *unreadable]
    if problems:
        raise SettingsError(str(path), problems)
    return settings.model_copy(update={"glossaries": terms})
