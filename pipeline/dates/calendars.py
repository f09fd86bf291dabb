"""Days of the Buddhist, the solar Hijri and the lunar Hijri calendar.

In: year, month and day, and what tells their calendar. Out: the Gregorian day, or None where there
is none. Never raises.
"""

import re
from datetime import date
from functools import cache

from hijridate import Hijri

from pipeline.dates.names import plain, table

YEAR = r"(?:19|20|1[34]|2[45])\d\d"  # of all calendars, for the last century and the next
_FARVARDIN_979 = date(1600, 3, 20).toordinal()


def mark(text: str) -> str:
    """Return the calendar that a word in a text names, "" for none."""
    found = _marks().search(text)
    return _calendar_of()[found["after"] or found["before"]] if found else ""


def without_marks(text: str) -> str:
    """Return a text, which `names.plain` made, without the marks of calendars beside its years."""
    return _marks().sub(" ", text)


def gregorian(
    year: int, month: int, day: int, calendar: str, marked: str, language: str | None
) -> date | None:
    """Return the Gregorian day of a date.

    `calendar` is the one that the month's name belongs to, "" if it is a number; Thai names are
    Gregorian, their years may be Buddhist. `marked` is the calendar that a word beside the year
    names. What both leave open is told by the year and the language of the text.
    """
    try:
        if calendar == "persian":
            return _solar(year, month, day)
        if calendar == "islamic":
            return _lunar(year, month, day)
        if 2400 <= year < 2700:
            tacit = "buddhist" in (calendar, marked, _tacit(language))
            return date(year - 543, month, day) if tacit else None
        if 1300 <= year < 1600:
            chosen = marked if marked in ("persian", "islamic") else _tacit(language)
            if calendar:
                return None
            if chosen == "persian":
                return _solar(year, month, day)
            return _lunar(year, month, day) if chosen == "islamic" else None
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def _lunar(year: int, month: int, day: int) -> date:
    """Return a day of the Umm al-Qura calendar, which the years 1343 to 1500 have."""
    found = Hijri(year, month, day).to_gregorian()
    return date(found.year, found.month, found.day)


def _solar(year: int, month: int, day: int) -> date:
    """Return a day of the solar Hijri calendar.

    By the rule of eight leap years in 33, which agrees with the observed calendar from 1178 to
    1633 (R. Pournader and M. Toossi, jalali.c, 2000): year 979 began on 20 March 1600.
    """
    if not (1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30)):
        raise ValueError(month, day)
    start, following = (
        _FARVARDIN_979 + 365 * since + since // 33 * 8 + (since % 33 + 3) // 4
        for since in (year - 979, year - 978)
    )
    place = start + min(month - 1, 6) * 31 + max(month - 7, 0) * 30 + day - 1
    if place >= following:
        raise ValueError(year, month, day)
    return date.fromordinal(place)


def _tacit(language: str | None) -> str:
    code = (language or "").lower().split("-")[0]
    return next((name for name, codes in table("tacit").items() if code in codes), "")


@cache
def _calendar_of() -> dict[str, str]:
    return {plain(word): name for name, words in table("marks").items() for word in words}


@cache
def _marks() -> re.Pattern[str]:
    """Return a pattern for a mark after a year's last digit or before its first."""
    words = "|".join(re.escape(word) for word in sorted(_calendar_of(), key=len, reverse=True))
    return re.compile(
        rf"(?<=\d\d)\s?(?P<after>{words})(?![^\W\d_])"
        rf"|(?<![^\W\d_])(?P<before>{words})(?=\s?\d{{2,4}}(?!\d))"
    )
