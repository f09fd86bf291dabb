"""Find days of the week that a translation has lost: "on Tuesday" as nothing, or as "Monday".

`lost` takes a text and its translation. Beside a word with a capital a day is a part of a name, in
languages that write days with one: "Black Friday", "The Sunday Times". Plurals and other forms are
not looked for in the text. Pure functions; never raises. Source of the names: the CLDR, through
Babel.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.translate.figures.calendarnames import any_of, calendar_names, is_apart
from pipeline.translate.text.functionwords import function_words

_STEM = 4  # letters that the forms of a name share, or two less than it has: "pátek", "pátku"
_SHORTEST = 4  # letters of a name
_MORE = {"de": ((5, "Sonnabend"),)}  # beside the names of the CLDR
# Words for something else as often: the middle and surroundings, a week, a market, the third.
_OTHERS = frozenset({"среда", "minggu", "pazar", "τρίτη", "δευτέρα", "πέμπτη"})
_COMMAS = str.maketrans("ţş", "țș")
_BEFORE = re.compile(r"([^\W\d_][\w’'-]*)[ \u00a0]$")
_AFTER = re.compile(r"[ \u00a0]([^\W\d_]+)")
_WINDOW = 30  # characters beside a day that are searched for a word


def lost(source: str, target: str, languages: tuple[str, str]) -> int:
    """Return how many days of the week that a text names its translation does not.

    0 where the days of one of the `languages` have no names that stand apart, as in Chinese.
    """
    days, there = _days(languages[0]), _stems(languages[1])
    if days is None or not there:
        return 0
    folded = _folded(target)
    found = {match[0] for match in days[0].finditer(source) if _is_day(match, languages[0])}
    return sum(
        there[days[1][name]].search(folded) is None
        for name in found
        if name.casefold() not in folded  # of a festival: "mardi gras"
    )


def _is_day(match: re.Match[str], language: str) -> bool:
    """Return whether a name is that of a day, and no part of another name."""
    if match[0].islower():
        return True
    text, (start, end) = match.string, match.span()
    before = _BEFORE.search(text[max(0, start - _WINDOW) : start])
    after = _AFTER.match(text, end)
    if after is not None and after[1][0].isupper():
        return False
    if before is None or before[1][0].islower():
        return True
    return before[1].casefold() in function_words(language)


@lru_cache(maxsize=64)
def _days(language: str) -> tuple[re.Pattern[str], dict[str, int]] | None:
    """The pattern of a day's full name, and the numbers of the days by their names."""
    names = {
        name: number
        for number, name in _names(language)
        if len(name) >= _SHORTEST and name.casefold() not in _OTHERS
    }
    if not names:
        return None
    return re.compile(rf"(?<![\w-])(?:{any_of(names)})(?![\w-])"), names


@lru_cache(maxsize=64)
def _stems(language: str) -> dict[int, re.Pattern[str]]:
    """Patterns of case-folded words that name each day, in any form or abbreviated."""
    stems: dict[int, set[str]] = {}
    for number, name in _names(language):
        stem = _stem(name)
        stems.setdefault(number, set()).add(stem[: min(_STEM, len(stem) - 2)])
    short: dict[int, set[str]] = {}
    for number, name in calendar_names(language, "days", "abbreviated"):
        short.setdefault(number, set()).add(name.casefold())
    return {
        number: re.compile(rf"(?<!\w)(?:{any_of(some)}|(?:{any_of(short[number])})(?!\w))")
        for number, some in stems.items()
    }


def _names(language: str) -> Iterator[tuple[int, str]]:
    """Yield (number, name) of the days; none where they do not stand apart from other words."""
    names = [*calendar_names(language, "days", "wide"), *_MORE.get(language, ())]
    if all(is_apart(_stem(name)) for _, name in names):
        yield from names


def _stem(name: str) -> str:
    """The part of a name that tells it from others, case-folded: "segunda" of "segunda-feira"."""
    return _folded(name.partition("-")[0])


def _folded(text: str) -> str:
    """Case-folded, with the comma below of Romanian, which many write as a cedilla."""
    return text.casefold().translate(_COMMAS)
