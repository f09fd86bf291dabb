"""Reads glossary files (TOML or CSV) and returns their terms (`options.Term`).

Raises SettingsError for an invalid file, with all problems at once; each names the line and the
remedy.
"""

import csv
import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from pipeline.config.places import Location
from pipeline.config.texts import text_of
from pipeline.errors import SettingsError
from pipeline.options import Term

_COLUMNS: Final = ("source", "target", "forms", "case", "part", "language")
_YES: Final = frozenset({"true", "yes", "1", "x"})
_NO: Final = frozenset({"false", "no", "0", ""})
_TABLE = re.compile(r"^\s*\[\[\s*terms\s*\]\]", re.MULTILINE)
_KEEP = re.compile(r"^\s*keep\s*=", re.MULTILINE)


@dataclass(slots=True)
class _Reading:
    """The terms of a file read so far, the line of each, and the problems found."""

    terms: list[Term] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _lines: dict[tuple[str, str], int] = field(default_factory=dict)

    def take(self, line: int, values: Mapping[str, Any]) -> None:
        """Check one term and add it to `terms`, or what is wrong with it to `problems`."""
        try:
            term = Term.model_validate(values)
        except ValidationError as error:
            self.problems += [f"line {line}: {_reason(one)}" for one in error.errors()]
            return
        for form in (term.source, *term.forms):
            key = " ".join(form.split()), term.language
            if not key[0]:
                self.problems.append(f"line {line}: a term is empty — write the source's words")
            elif (before := self._lines.setdefault(key, line)) != line:
                self.problems.append(
                    f'line {line}: "{form}" is in line {before} already — keep one of them'
                )
        self.terms.append(term)


def read_glossary(path: Path) -> tuple[Term, ...]:
    """The terms of a glossary file; its name ends in .toml or .csv.

    Raises:
        SettingsError: the file is missing or invalid; lists every problem found.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise SettingsError(str(path), ["is no glossary — name a file that ends in .toml or .csv"])
    text = text_of(path, "write it, or correct its name in the settings")
    reading = _Reading()
    reader(text, reading)
    if reading.problems:
        raise SettingsError(str(path), reading.problems)
    return tuple(reading.terms)


def _read_toml(text: str, reading: _Reading) -> None:
    """Format: `keep = ["Name", …]`, and a table [[terms]] for each other term."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason, _, place = str(error).rpartition(" (at ")
        match = re.match(r"line \d+", place)
        reading.problems.append(
            f"{match[0] if match else 'at its end'}: {reason} — "
            "strings need quotes, tables [brackets]"
        )
        return
    match = _KEEP.search(text)
    at = _line(text, match.start(0) + len(match[0]) - 1) if match else 1
    language = data.get("language", "")
    for key in data.keys() - {"keep", "terms", "language"}:
        reading.problems.append(f"line 1: unknown key {key} — a glossary has keep and [[terms]]")
    keep, terms = data.get("keep", []), data.get("terms", [])
    if not isinstance(keep, list) or not isinstance(terms, list) or not isinstance(language, str):
        reading.problems.append(
            f"line {at}: keep must be a list, terms tables [[terms]], language text — correct it"
        )
        return
    for name in keep:
        reading.take(at, {"source": name, "language": language})
    lines = [_line(text, match.end()) for match in _TABLE.finditer(text)]
    for number, one in enumerate(terms):
        line = lines[number] if number < len(lines) else 1
        if isinstance(one, dict):
            reading.take(line, {"language": language, **one})
        else:
            reading.problems.append(f"line {line}: is no table — write [[terms]]")


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _read_csv(text: str, reading: _Reading) -> None:
    """Format: a row with the names of the columns, then a row per term; forms are written as
    "form=form; form=form"."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    try:
        heading = [name.strip().lower() for name in next(rows, [])]
        unknown = [name for name in heading if name not in _COLUMNS]
        if unknown or "source" not in heading or "target" not in heading:
            what = f'unknown column "{unknown[0]}"' if unknown else "no heading"
            reading.problems.append(
                f"line 1: {what} — begin with source,target and, where wanted, {_optional()}"
            )
            return
        for row in rows:
            if not any(cell.strip() for cell in row) or row[0].lstrip().startswith("#"):
                continue
            _take_row(rows.line_num, heading, row, reading)
    except csv.Error as error:
        reading.problems.append(f"line {rows.line_num}: {error} — correct the quotes")


def _take_row(line: int, heading: Sequence[str], row: Sequence[str], reading: _Reading) -> None:
    if len(row) > len(heading):
        reading.problems.append(
            f"line {line}: has {len(row)} cells for {len(heading)} columns — "
            "put cells that contain the separator in quotes"
        )
        return
    cells = {name: cell.strip() for name, cell in zip(heading, row, strict=False)}
    values: dict[str, Any] = {
        name: cells[name] for name in ("source", "target", "language") if name in cells
    }
    for name in ("case", "part"):
        word = cells.get(name, "").lower()
        if word not in _YES | _NO:
            reading.problems.append(f'line {line}: {name} is "{word}" — write yes or no')
            return
        values[name] = word in _YES
    forms = [pair.partition("=") for pair in cells.get("forms", "").split(";") if pair.strip()]
    if not all(equals and form.strip() and target.strip() for form, equals, target in forms):
        reading.problems.append(
            f"line {line}: forms cannot be read — write them as form=form; form=form"
        )
        return
    values["forms"] = {form.strip(): target.strip() for form, _, target in forms}
    reading.take(line, values)


def _optional() -> str:
    return ",".join(_COLUMNS[2:])


def _reason(detail: Mapping[str, Any]) -> str:
    """What is wrong with a term, from pydantic's error, with the remedy."""
    name = ".".join(str(step) for step in detail["loc"])
    reasons = {
        "extra_forbidden": f"unknown key {name} — a term has {', '.join(_COLUMNS)}",
        "missing": f"has no {name} — add it",
        "string_too_short": f"{name} is empty — write the source's words",
        "string_too_long": f"{name} is too long — a term has at most 200 characters",
        "bool_type": f"{name} must be true or false, without quotes",
        "dict_type": f'{name} must be a table — write forms = {{ "plural" = "plural" }}',
        "string_type": f'{name} must be text — write it in "quotes"',
    }
    return reasons.get(str(detail["type"]), f"{name}: {detail['msg']}")


_READERS: Final[dict[str, Callable[[str, _Reading], None]]] = {
    ".toml": _read_toml,
    ".csv": _read_csv,
}


def read_glossaries(
    files: Any, folder: Path
) -> tuple[dict[str, tuple[Term, ...]], list[tuple[Location, str]]]:
    """The terms by target language, and all problems, each with its place in the settings.

    `files` is the section [glossary], perhaps with values of wrong types, which are left out. Paths
    are relative to `folder`.
    """
    terms: dict[str, tuple[Term, ...]] = {}
    problems: list[tuple[Location, str]] = []
    for language, paths in files.items() if isinstance(files, dict) else ():
        for number, name in enumerate(paths if isinstance(paths, list) else ()):
            if not isinstance(name, str):
                continue
            path = Path(os.path.normpath(folder / Path(name).expanduser()))
            try:
                terms[language] = (*terms.get(language, ()), *read_glossary(path))
            except SettingsError as error:
                place = ("glossary", language, number)
                problems += [(place, f"{path}, {problem}") for problem in error.problems]
    return terms, problems
