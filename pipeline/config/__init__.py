"""Reads and checks the settings file (TOML) and returns typed `Settings`.

Raises SettingsError for an invalid file, with all problems at once; each names the line, the source
or feed, the key and the remedy. Relative paths are relative to the settings file.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.config.contradictions import contradictions
from pipeline.config.document import Document, ServeOptions
from pipeline.config.glossaries import read_glossaries, read_glossary
from pipeline.config.places import faults, lines
from pipeline.config.problems import Problem, as_lists, described, in_order, located
from pipeline.config.settings import Settings
from pipeline.config.syntax import told
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
    "parse",
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
    return parse(text_of(path, "write one with `babelwire init`, or name it with --config"), path)


def parse(text: str, path: Path) -> Settings:
    """Check the text of a settings file. `path` is where it is, or will be.

    Raises:
        SettingsError: it is invalid; lists every problem found.
    """
    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise SettingsError(str(path), _broken(text)) from None
    return _checked(data, path, text)


def check(data: Mapping[str, Any], path: Path) -> Settings:
    """Check parsed TOML and return the settings. `path` is the settings file.

    Raises:
        SettingsError: the settings are invalid; lists every problem found.
    """
    return _checked(data, path, "")


def _checked(data: Mapping[str, Any], path: Path, text: str) -> Settings:
    """The settings of data that was read from `text` ("": from none). Raises like `check`."""
    data, problems = as_lists(data)
    document = None
    try:
        document = Document.model_validate(data)
    except ValidationError as error:
        problems += described(error)
    folder = path.absolute().parent
    problems += contradictions(data, folder)
    terms, unreadable = read_glossaries(data.get("glossary"), folder)
    problems += [Problem(place, text) for place, text in unreadable]
    if problems or document is None:
        raise SettingsError(str(path), in_order(located(problems, data, lines(text))))
    # Its parts are checked: to check them as a whole would take as long again.
    return Settings.model_construct(path=path.absolute(), document=document, glossaries=terms)


def _broken(text: str) -> list[str]:
    """The problems of a file that is no TOML, and those of what can be read of it.

    Keys that are missing may be in what cannot be read.
    """
    found, rest = faults(text)
    problems = [
        (line, f"line {line}: {told(reason, statement)}") for line, reason, statement in found
    ]
    data, wrong = as_lists(tomllib.loads(rest))
    try:
        Document.model_validate(data)
    except ValidationError as error:
        wrong += described(error, incomplete=True)
    return in_order(problems + located(wrong, data, lines(rest)))
