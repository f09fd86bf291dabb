"""Read the figures of a text: numbers, dates, times and codes, by the conventions of its language.

`figures` takes a text and its language and returns its figures in order. What has two readings is
a code, which is copied as it is written. Pure functions; never raises.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from pipeline.translate.figures.conventions import Conventions, conventions
from pipeline.translate.figures.dates import begun, calendar, clock, of_day, order_of
from pipeline.translate.figures.figure import Figure, Line
from pipeline.translate.figures.numbers import number, sum_of
from pipeline.translate.text.kept import blanked

_DIGIT = re.compile(r"\d")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_SCAN = re.compile(
    r"""
    (?P<place>(?<![\w.,])\d{1,3}(?:[.,]\d+)?\s?°\s?(?:\d{1,2}(?:[.,]\d+)?\s?['′’]\s?)?
        (?:\d{1,2}(?:[.,]\d+)?\s?["″”]\s?)?[NSEW]\b)
    |(?P<phone>(?<![\w(])(?:\+\d{1,3}[ .-]?)?\(\d{2,5}\)[ .-]?\d[\d .-]{4,}\d
        |(?<!\w)\+\d(?:[ .()-]{0,2}\d){6,14}
        |(?<![\w.,-])(?:\d{2,4}(?:-\d{2,5}){2,4}|\d+(?:-\d{1,6}){3,5})(?![\w-])
        |(?<![\w.,-])\d{1,3}(?:\.\d{3})(?:(?:\.\d{3})+-[\dX]{1,2}|/\d{2,4})(?![\w/-]|[.,]\d))
    |(?P<date>(?<![\w.,/-])(?:\d{4}([/.-])\d{1,2}\4\d{1,2}|\d{1,2}([/.-])\d{1,2}\5\d{4}
        |\d{1,2}/\d{1,2}/\d{2})(?![\w/-]|[.,]\d))
    |(?P<clock>(?<![\w.,:])\d{1,2}(?:[:.][0-5]\d)?[ \u00a0\u202f]?[ap](?:\.[ \u00a0]?m\.|m(?!\w)))
    |(?P<hour>(?<![\w.,:])(?:[01]?\d|2[0-3])[ \u00a0\u202f]?hs?(?:[ :]?[0-5]\d(?:min)?)?
        (?!\w|[.,:]\d))
    |(?P<time>(?<![\w.,:])\d{1,2}:[0-5]\d(?::[0-5]\d)?h?(?!\w|[.,:]\d))
    |(?P<spaced>(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3}(?!\d)){1,6}(?:[.,]\d+)?)
    |(?P<number>\d+(?:[.,'’٫٬]\d+)*)
    """,
    re.X | re.I,
)


@lru_cache(maxsize=64)
def figures(text: str, language: str) -> tuple[Figure, ...]:
    """Return the figures of a text in order; those in addresses, handles and hashtags are none."""
    if not _DIGIT.search(text):
        return ()
    bare = _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), blanked(text))
    rules = conventions(language)
    line = Line(bare, language, rules, _decimal(bare, rules))
    found: list[Figure] = []
    at = 0
    while match := _SCAN.search(bare, at):
        one = of_day(line, _read(line, match))
        if found and (first := begun(line, found[-1], one)):
            found[-1] = first
        if found and (whole := sum_of(bare, found[-1], one)):
            found.pop()
            one = whole
        found.append(one)
        at = max(one.end, match.start() + 1)
    return tuple(found)


def _decimal(text: str, rules: Conventions | None) -> str:
    """Return the decimal separator of a text; "" if unknown.

    Countries with one language differ: what a text's own amounts show ("1,234.50", "3.5%") comes
    before the convention of the language.
    """
    shown = set()
    for match in re.finditer(r"\d([.,])\d{3}([.,])\d|\d([.,])\d{1,2}\s?%", text):
        first, second, only = match.groups()
        shown.add(only or (second if first != second else ".,"[first == "."]))
    if len(shown) == 1:
        return str(shown.pop())
    return rules.decimal if rules else ""


def _order_of_dates(text: str, rules: Conventions | None) -> str:
    """Return the order of day, month and year in a text's dates; "" if unknown.

    As with separators, the text's own dates come before the convention of the language.
    """
    dates = (match for match in _SCAN.finditer(text) if match.lastgroup == "date")
    shown = {order_of(match["date"]) for match in dates} - {"", "ymd"}
    if len(shown) == 1:
        return str(shown.pop())
    return "" if shown or rules is None else rules.date


def _read(line: Line, match: re.Match[str]) -> Figure:
    start, end = match.span()
    kind = match.lastgroup
    if kind in ("place", "phone"):
        return Figure(start, end, "code", match[0])
    if kind == "date":
        order = order_of(match[0]) or _order_of_dates(line.text, line.rules)
        return Figure(start, end, "date", match[0], calendar=calendar(match[0], order))
    if kind == "clock":
        return clock(line.text, match)
    if kind == "hour":
        hour, minute = (*map(int, re.findall(r"\d+", match[0])), 0)[:2]
        return Figure(start, end, "time", match[0], Decimal(60 * hour + minute))
    if kind == "time":
        hour, minute, *_ = map(int, match[0].lower().rstrip("h").split(":"))
        if hour < 24:
            return Figure(start, end, "time", match[0], Decimal(60 * hour + minute))
        return Figure(start, end, "code", match[0])
    return number(line, start, end)
