"""Find dates whose month a translation has lost: "28 February" as "28 de janeiro".

`lost` takes a text and its translation. A month is one beside a figure ("February 28", "3. März",
"março de 1998"): alone, many are words as well ("may", "march"). Pure functions; never raises.
Source of the names: the CLDR, through Babel.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.translate.figures.conventions import locale_of

_STEM = 4  # letters that the forms of a month's name share: "styczeń", "w styczniu"
_OF = r"[ \u00a0](?:(?:of|del?|di)[ \u00a0])?"
_ORDINAL = r"(?:st|nd|rd|th|er|[.ºª°])?"


def lost(source: str, target: str, languages: tuple[str, str]) -> int:
    """Return how many months of dates in a text its translation does not name.

    0 where the months of one of the `languages` have no names of their own, as in Chinese.
    """
    named, there = _dated(languages[0]), _stems(languages[1])
    if named is None or not there:
        return 0
    pattern, numbers = named
    found = {numbers[_name(match).casefold()] for match in pattern.finditer(source)}
    if not found:
        return 0
    folded = target.casefold()
    return sum(not (there[one].search(folded) or _in_digits(one).search(target)) for one in found)


def _name(match: re.Match[str]) -> str:
    return match[1] or match[2]


@lru_cache(maxsize=64)
def _dated(language: str) -> tuple[re.Pattern[str], dict[str, int]] | None:
    """The pattern of a month beside a figure, and the numbers of the months by their names."""
    names = {name: number for number, name in _names(language, ("wide", "abbreviated"))}
    if not names:
        return None
    # As the CLDR writes them, with a capital or without, and with the full stop of abbreviations:
    # "dez" is ten in Portuguese, "dez." December.
    choice = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    pattern = re.compile(
        rf"\d{{1,4}}{_ORDINAL}{_OF}({choice})(?!\w)|(?<!\w)({choice})(?!\w)\.?{_OF}\d"
    )
    return pattern, {name.casefold(): number for name, number in names.items()}


@lru_cache(maxsize=64)
def _stems(language: str) -> dict[int, re.Pattern[str]]:
    """Patterns of case-folded words that name each month, in any form."""
    words: dict[int, set[str]] = {}
    for number, name in _names(language, ("wide",)):
        words.setdefault(number, set()).add(re.escape(name.casefold()[:_STEM]))
    for number, name in _names(language, ("abbreviated",)):
        words.setdefault(number, set()).add(rf"{re.escape(name.casefold().rstrip('.'))}(?!\w)")
    return {
        number: re.compile(rf"(?<!\w)(?:{'|'.join(sorted(some))})")
        for number, some in words.items()
    }


@lru_cache(maxsize=12)
def _in_digits(month: int) -> re.Pattern[str]:
    """The pattern of a date in figures in this month: "28/02", "2024-02-28"."""
    return re.compile(rf"(?<!\d)0?{month}[./-]\d|\d[./-]0?{month}(?!\d)")


def _names(language: str, widths: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Yield (number, name) of the months, none for languages that number them."""
    locale = locale_of(language)
    if locale is None:
        return
    for context in ("format", "stand-alone"):
        for width in widths:
            names = locale.months[context][width]
            if any(char.isdigit() for name in names.values() for char in name):
                return
            yield from names.items()
