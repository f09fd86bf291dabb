"""The names in `names.toml`: months, marks of calendars, eras, zones.

In: a table's name, or the name of a month. Out: the table, or the month's number and calendar.
Raises OSError or tomllib.TOMLDecodeError where the installation is damaged.
"""

import re
import tomllib
import unicodedata
from functools import cache
from importlib import resources
from typing import Any

# Arabic letters that one language writes so and another so, and what is only for the eye.
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("یىئ", "ي"),
        **dict.fromkeys("ةہھۀە", "ه"),
        "ک": "ك",
        **dict.fromkeys("ـ\u200c\u200d\u200e\u200f", None),
        **dict.fromkeys(map(chr, range(0x64B, 0x653)), None),
        **dict.fromkeys(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))), None),
        **dict.fromkeys("’ʼ‘`ʿʾ", "'"),
    }
)
_DIGIT = re.compile(r"[^\D0-9]")  # of a script that has its own
CALENDARS = ("gregorian", "persian", "islamic")


@cache
def table(name: str) -> dict[str, Any]:
    """Return a table of the data file."""
    text = (resources.files("pipeline.dates") / "names.toml").read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text)[name]
    return found


def plain(text: str) -> str:
    """Return a text with ASCII digits, in small letters, variants of Arabic letters as one."""
    if text.isascii():
        return text.lower()
    text = _DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)
    return text.translate(_LETTERS).lower()


def month(name: str, language: str | None) -> tuple[int, str, str] | None:
    """Return a month's number, its calendar, and the language of the name.

    The name is looked for in the text's language, else in English, else in any. Declined forms are
    told by their beginnings, longer ones first: "červenec" (July) begins like "červen" (June).
    """
    name = plain(name).strip(" .")
    first = [(language or "").lower().split("-")[0], "en"]
    for code in dict.fromkeys([*first, *_months()]):
        for form, number, calendar in _months().get(code, ()):
            if name.startswith(form) and len(name) <= len(form) + 8:
                return number, calendar, code
    return None


@cache
def _months() -> dict[str, tuple[tuple[str, int, str], ...]]:
    found: dict[str, list[tuple[str, int, str]]] = {}
    for calendar in CALENDARS:
        for language, names in table(calendar).items():
            found.setdefault(language, []).extend(
                (plain(form).rstrip("."), number, calendar)
                for number, forms in enumerate(names, 1)
                for form in forms.split("|")
            )
    return {
        language: tuple(sorted(names, key=lambda entry: -len(entry[0])))
        for language, names in found.items()
    }
