"""Write figures as a language writes them: separators, groups of digits, order of dates, clock.

`written` takes a figure that was read in one language and returns it as text in another. What the
rules do not know stays as it is written. Pure functions; never raises.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from babel.dates import format_date

from pipeline.translate.figures.conventions import Conventions, conventions, locale_of
from pipeline.translate.figures.figure import Figure

_ARABIC: Final = frozenset("\u0660\u06f0")
_MOST_DECIMALS: Final = 3


def written(figure: Figure, source: str, language: str, zero: str = "0") -> str:
    """Return a figure of a text in `source` as `language` writes it.

    `zero` is the digit zero of the numbering system to use. The word for a large number after a
    number is not in the result.
    """
    rules = conventions(language)
    if rules is None:
        return figure.text
    if figure.kind == "date":
        return _in_digits(_date(figure, source, language, rules), zero)
    if figure.kind == "time" and figure.value is not None:
        return _in_digits(_time(figure, int(figure.value)), zero)
    if figure.kind != "number":
        return figure.text
    return figure.sign + _number(figure.whole, figure.part, figure.grouped, rules, zero)


def written_amount(amount: Decimal, grouped: bool, language: str, zero: str = "0") -> str | None:
    """Return an amount in the digits of a language; None if it has too many decimals for that."""
    rules = conventions(language)
    plain = format(amount.normalize(), "f")
    sign = "-" if plain.startswith("-") else ""
    whole, _, part = plain.removeprefix("-").partition(".")
    if rules is None or len(part) > _MOST_DECIMALS:
        return None
    return sign + _number(whole, part, grouped or len(whole) > 4, rules, zero)


def _number(whole: str, part: str, grouped: bool, rules: Conventions, zero: str) -> str:
    decimal, group = ("\u066b", "\u066c") if zero in _ARABIC else (rules.decimal, rules.group)
    if grouped:
        last, others = rules.sizes
        runs = [whole[-last:]]
        rest = whole[:-last]
        while rest:
            runs.insert(0, rest[-others:])
            rest = rest[:-others]
        whole = group.join(runs)
    return _in_digits(f"{whole}{decimal}{part}" if part else whole, zero)


def _in_digits(text: str, zero: str) -> str:
    if zero == "0":
        return text
    return re.sub(r"[0-9]", lambda digit: chr(ord(zero) + int(digit[0])), text)


def _time(figure: Figure, minutes: int) -> str:
    """Return a time; one of the twelve-hour clock in the other one, which all languages read."""
    if figure.has_colon:
        return figure.text
    return f"{minutes // 60}:{minutes % 60:02}"


def _date(figure: Figure, source: str, language: str, rules: Conventions) -> str:
    """Return a date in the order of the language; as it is written where that is not certain.

    An order that starts with the year has one meaning everywhere. Where countries of the language
    differ, a date that has two readings is written with the name of its month.
    """
    if not figure.calendar or re.match(r"\d{4}", figure.text):
        return figure.text
    year, month, day = figure.calendar
    if not rules.date:
        if int(day) > 12 or day == month:
            return figure.text
        locale = locale_of(language)
        if locale is None or len(year) != 4 or locale_of(source) == locale:
            return figure.text
        return format_date(date(int(year), int(month), int(day)), "d MMMM y", locale)
    named = {"y": year, "m": month, "d": day}
    if rules.date[0] == "y" and len(year) == 2:
        return figure.text
    if rules.date[0] == "y":
        named = {"y": year, "m": month.zfill(2), "d": day.zfill(2)}
    return rules.slash.join(named[part] for part in rules.date)
