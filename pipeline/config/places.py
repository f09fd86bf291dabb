"""Finds the line of each key of a TOML file, and every statement of it that is no TOML.

Takes the text of the file. `lines` returns the line of each key of a valid file; `faults` returns
what is wrong in an invalid one, and the text without the wrong statements. Neither raises:
`tomllib` says whether the file is valid, and stops at the first fault.
"""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

Location = tuple[int | str, ...]
"""The keys and list indices that lead to a value: ("sources", 0, "every")."""

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""{1,3}(?!")'
    r"|'''.*?'''{1,3}(?!')"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*|\n|[ \t\r]+|[\[\]{},=.]|[^\s\[\]{},=.\"'#]+",
    re.DOTALL,
)
# How a statement begins: a table, or a key and its value.
_BEGINS = re.compile(r"""\s*(\[{1,2}\s*[\w-]+|[\w."'-]+\s*=)""")
_TABLE = re.compile(r"\s*\[{1,2}\s*[\w-]+")
_AT = re.compile(r"(.*?),? \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)
# Most faults that are looked for: the rest follows from them.
_MOST = 30
# Most lines that a value may have for it to be told apart from what follows a broken one.
_LONGEST = 200


def lines(text: str) -> dict[Location, int]:
    """The line (from 1) of every key, table and list item of a valid TOML text."""
    return _Reader(text).read()


class _Reader:
    """Reads a valid TOML text as far as it takes to know where its keys are."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._found: dict[Location, int] = {}
        self._counts: dict[Location, int] = {}  # how many tables each list of tables has so far

    def read(self) -> dict[Location, int]:
        table: Location = ()
        while (token := self._peek()) is not None:
            word, line = token
            if word == "\n":
                self._at += 1
            elif word == "[":
                table = self._header(line)
            else:
                self._pair(table)
        return self._found

    def _header(self, line: int) -> Location:
        brackets = 0
        while self._peek("["):
            self._at, brackets = self._at + 1, brackets + 1
        steps = self._key()
        self._at += brackets
        place: Location = ()
        for number, step in enumerate(steps):
            place = (*place, step)
            last = number == len(steps) - 1
            if last and brackets == 2:
                self._counts[place] = self._counts.get(place, 0) + 1
            self._found.setdefault(place, line)
            if place in self._counts:
                place = (*place, self._counts[place] - 1)
                self._found.setdefault(place, line)
        return place

    def _pair(self, table: Location) -> None:
        place, line = table, self._tokens[self._at][1]
        for step in self._key():
            place = (*place, step)
            self._found.setdefault(place, line)
        self._at += 1  # the equals sign
        self._value(place)

    def _value(self, place: Location) -> None:
        word, _ = self._tokens[self._at]
        if word == "[":
            self._list(place)
        elif word == "{":
            self._inline(place)
        else:
            while self._peek() and not self._peek("\n", ",", "]", "}"):
                self._at += 1  # "1.5" and dates have several tokens

    def _list(self, place: Location) -> None:
        self._at += 1
        number = 0
        while not self._peek("]"):
            if self._peek("\n", ","):
                self._at += 1
                continue
            self._found[(*place, number)] = self._tokens[self._at][1]
            self._value((*place, number))
            number += 1
        self._at += 1

    def _inline(self, place: Location) -> None:
        self._at += 1
        while not self._peek("}"):
            if self._peek("\n", ","):
                self._at += 1
            else:
                self._pair(place)
        self._at += 1

    def _key(self) -> list[str]:
        parts = []
        while not self._peek("=", "]"):
            parts.append(self._tokens[self._at][0])
            self._at += 1
        return _steps("".join(parts))

    def _peek(self, *words: str) -> Any:
        """The next token; with `words`, whether it is one of them."""
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        return token if not words else token is not None and token[0] in words


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    line = 1
    for match in _TOKEN.finditer(text):
        word = match[0]
        if not word.startswith("#") and word.strip(" \t\r"):
            yield word, line
        line += word.count("\n")


def _steps(key: str) -> list[str]:
    """The keys of a dotted key: `a."b.c"` → ["a", "b.c"]."""
    table: Any = tomllib.loads(f"{key} = 0")
    steps = []
    while isinstance(table, dict):
        [(step, table)] = table.items()
        steps.append(step)
    return steps


def faults(text: str) -> tuple[list[tuple[int, str, str]], str]:
    """What is no TOML: (line, reason of `tomllib`, statement), and the text without it.

    Lines stay where they are: wrong statements leave empty ones.
    """
    found: list[tuple[int, str, str]] = []
    rows = text.split("\n")
    at = 0
    while at < len(rows) and len(found) < _MOST:
        end, fault = _statement(rows, at)
        if fault is not None:
            line, reason = fault
            found.append((at + line, reason, "\n".join(rows[at:end])))
            end = _blank(rows, at, end)
        at = end
    while len(found) < _MOST:  # what is wrong only beside another: a key or table given twice
        rest = "\n".join(rows)
        try:
            tomllib.loads(rest)
        except tomllib.TOMLDecodeError as error:
            line, reason = _told(str(error), len(rows))
            found.append((line, reason, rows[line - 1]))
            if not rows[line - 1].strip():
                return found, ""
            _blank(rows, line - 1, line)
        else:
            return sorted(found), rest
    return sorted(found), ""


def _blank(rows: list[str], at: int, end: int) -> int:
    """Empty a wrong statement, and with the head of a table all of the table; return the end."""
    if _TABLE.match(rows[at]):
        while end < len(rows) and not _TABLE.match(rows[end]):
            end += 1
    rows[at:end] = [""] * (end - at)
    return end


def _statement(rows: list[str], at: int) -> tuple[int, tuple[int, str] | None]:
    """Where the statement that begins in a row ends, and what is wrong with it, if anything is.

    A value of several rows ends where the whole can be read. One that cannot be read ends where the
    next statement begins.
    """
    first: tuple[int, str] | None = None
    for end in range(at + 1, min(len(rows), at + _LONGEST) + 1):
        block = "\n".join(rows[at:end])
        try:
            tomllib.loads(block)
        except tomllib.TOMLDecodeError as error:
            fault = _told(str(error), end - at)
            if first is None:
                first = fault
                if not _may_go_on(block):
                    return end, fault
        else:
            return end, None
    end = at + 1
    while end < len(rows) and not _BEGINS.match(rows[end]):
        end += 1
    try:
        tomllib.loads("\n".join(rows[at:end]))
    except tomllib.TOMLDecodeError as error:
        return end, (1, _told(str(error), 1)[1])
    return end, first


def _may_go_on(block: str) -> bool:
    """Whether a row that cannot be read has a bracket or a string that a later row may close."""
    _, equals, value = block.partition("=")
    bare = re.sub(r'"(?:\\.|[^"\\\n])*"' + r"|'[^'\n]*'", "", value)
    return bool(equals) and (
        '"""' in value
        or "'''" in value
        or bare.count("[") > bare.count("]")
        or bare.count("{") > bare.count("}")
    )


def _told(message: str, last: int) -> tuple[int, str]:
    """The line and the reason in a message of `tomllib`; the end of the text is line `last`."""
    match = _AT.fullmatch(message)
    if match is None:
        return last, message
    return int(match[2] or last), match[1]
