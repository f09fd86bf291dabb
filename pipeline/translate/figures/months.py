"""Find dates whose month a translation has lost: "28 February" as "28 de janeiro".

`lost` takes a text and its translation. A month is a full name beside a day or a year ("February
28", "3. März", "março de 1998"): alone many are words as well. Names of three letters ("May") are
left out, because they are words beside figures, too. Pure functions; never raises.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import takewhile

from pipeline.translate.figures.calendarnames import any_of, calendar_names, is_apart

_SHORTEST = 4  # letters of a name
_STEM = 4  # letters that the forms of a name share
_SHORT = {"en": ((9, "Sept"),), "es": ((9, "setiembre"),)}  # beside those of the CLDR
_OF = r"[ \u00a0](?:(?:of|del?|di)[ \u00a0])?"
_ORDINAL = r"(?:st|nd|rd|th|er|[.ºª°])?"
_DAY_OR_YEAR = r"(?:[12]?\d|3[01]|[12]\d{3})(?![\d%]|[.,:]\d)"


def lost(source: str, target: str, languages: tuple[str, str]) -> int:
    """Return how many months of dates in a text its translation does not name.

    0 where the months of one of the `languages` have no names of their own, as in Chinese, or are
    written together with other words, as in Hebrew.
    """
    named, there = _dated(languages[0]), _stems(languages[1])
    if named is None or not there:
        return 0
    pattern, numbers = named
    found = {match[1] or match[2] for match in pattern.finditer(source)}
    folded = target.casefold()
    return sum(
        not (there[numbers[name]].search(folded) or _in_digits(numbers[name]).search(target))
        for name in found
        if name.casefold() not in folded  # that of a street, say
    )


@lru_cache(maxsize=64)
def _dated(language: str) -> tuple[re.Pattern[str], dict[str, int]] | None:
    """The pattern of a month beside a figure, and the numbers of the months by their names."""
    full = {name: number for number, name in _months(language)}
    if not full or not all(map(is_apart, full)):
        return None
    names = {name: number for name, number in full.items() if len(name) >= _SHORTEST}
    # With a capital and a full stop an abbreviation is no other word: "Dec. 24".
    short = {
        f"{name}.": number
        for number, name in _months(language, "abbreviated")
        if name.istitle() and name not in full
    }
    # As the CLDR writes them, with a capital or without.
    pattern = re.compile(
        rf"(?<![\w.,])\d{{1,4}}{_ORDINAL}{_OF}({any_of(names)})(?!\w)"
        rf"|(?<!\w)((?:{any_of(names)})(?!\w){f'|{any_of(short)}' if short else ''})"
        rf"{_OF}{_DAY_OR_YEAR}"
    )
    return pattern, names | short


@lru_cache(maxsize=64)
def _stems(language: str) -> dict[int, re.Pattern[str]]:
    """Patterns of case-folded words that name each month, in any form or abbreviated."""
    forms: dict[int, set[str]] = {}
    for number, name in _months(language):
        forms.setdefault(number, set()).add(name.casefold())
    if not all(is_apart(name) for names in forms.values() for name in names):
        return {}
    short: dict[int, set[str]] = {}
    for number, name in _months(language, "abbreviated"):
        short.setdefault(number, set()).add(name.casefold())
    # "мая" and "мае", "июня" and "июне" share less than four letters.
    return {
        number: re.compile(
            rf"(?<!\w)(?:{re.escape(_shared(names)[:_STEM])}|(?:{any_of(short[number])})(?!\w))"
        )
        for number, names in forms.items()
    }


def _shared(names: Iterable[str]) -> str:
    """The letters with which all names begin."""
    columns = takewhile(lambda column: len({*column}) == 1, zip(*names, strict=False))
    return "".join(column[0] for column in columns)


@lru_cache(maxsize=12)
def _in_digits(month: int) -> re.Pattern[str]:
    """The pattern of a date in figures in this month: "28/02", "2024-02-28"."""
    return re.compile(rf"(?<!\d)0?{month}[./-]\d|\d[./-] ?0?{month}(?!\d)")


def _months(language: str, width: str = "wide") -> Iterator[tuple[int, str]]:
    """Yield (number, name) of the months; none for languages that number them."""
    names = calendar_names(language, "months", width)
    if any(char.isdigit() for _, name in names for char in name):
        return
    yield from names
    if width == "abbreviated":
        yield from _SHORT.get(language, ())
