"""Read dates as feeds and pages write them, in many languages and four calendars.

In: a text that holds a date, and the language it is in. Out: an aware datetime in the zone that the
text names, or None. Never raises.

Formats: ISO 8601, RFC 5322, the C library's, Unix time, numbers in any order, and names of months.
Calendars: Gregorian, Buddhist, solar and lunar Hijri, and the eras of Japan and the Republic of
China, with the digits of any script.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from pipeline.dates import calendars, names, zones
from pipeline.dates.calendars import YEAR
from pipeline.dates.names import plain

__all__ = ["YEAR", "plain", "read"]

_LONGEST = 200
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_PACKED = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})(?:t?(\d{2})(\d{2})(\d{2})?z?)?$")
_EPOCH = re.compile(r"^(\d{9,10})(?:\d{3}|\.\d+)?$")
_ERA = "|".join(names.table("eras"))
_CJK = re.compile(
    rf"(?:({_ERA})\s*)?(?<!\d)(\d{{1,4}}|元)\s*[年년]\s*(\d{{1,2}})\s*[月월]\s*(\d{{1,2}})(?!\d)\s*[日일]?"
)
_BIG_FIRST = re.compile(rf"(?<!\d)({YEAR})[./-](\d{{1,2}})[./-](\d{{1,2}})(?!\d)")
_SMALL_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s?[./-]\s?(\d{{1,2}})\s?[./-]\s?({YEAR}|\d{{2}})(?!\d)"
)
_WORDED = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|°|\.|η|-го|лютого)?[\s./-]*(?:de\s+|of\s+|ta'\s+|من\s+)?"
    rf"([^\W\d_][^\d,;:|()]{{1,24}}?)[\s.,/-]*(?:de[l]?\s+)?({YEAR})(?!\d)"
)
_WORD_FIRST = re.compile(
    rf"([^\W\d_]{{3,12}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\.?,?\s+(?:at\s+)?({YEAR})(?!\d)"
)
_YEAR_WORD = re.compile(rf"({YEAR})[.,]?\s+([^\W\d_]{{3,12}})\.?\s+(\d{{1,2}})(?!\d)")
# Thai months with two digits of a Buddhist year, e-mail's with two of a Gregorian one.
_SHORT_THAI = re.compile(
    r"(?<!\d)(\d{1,2})\s*([\u0e00-\u0e7f][\u0e00-\u0e7f.]{2,12})\s*(\d{2})(?!\d)"
)
_SHORT_MAIL = re.compile(r"(?<!\d)(\d{1,2})[ -]([a-z]{3})[ -](\d{2})(?=,?\s+\d\d?:\d\d)")
_CTIME = re.compile(
    r"^[a-z]{3}\s+(?P<month>[a-z]{3})\s+(?P<day>\d\d?)\s+(?P<rest>\d\d?:\d\d.*)\s(?P<year>\d{4})$"
)
_TIME = re.compile(
    r"(?<![\d:])(?P<early>上午|午前|오전)?(?P<late>下午|晚上|午後|오후)?\s*(?P<hour>\d{1,2})"
    r"\s?[:.h：时時点點시]\s?(?P<minute>\d{2}|\d(?=:\d))(?:[:：分분]\s?(?P<second>\d{1,2}))?(?:\.\d+)?"
    r"(?![\d:])\s*(?P<half>[ap]\.?\s?m\b\.?|(?:مساء|صباحا|م|ص)(?!\w))?"
)
_ZONE = re.compile(
    r"\s*\(?(?:(?:UTC?|GMT)?\s*(?P<sign>[+\-−])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?(?!\d)"
    r"|(?P<name>[^\W\d_]{1,5})(?![^\W_]))",
    re.I,
)
_MONTH_FIRST = frozenset({"en-us", "en-ph", "us"})
_FARTHEST = timedelta(hours=15)


def read(text: str, language: str | None = None) -> datetime | None:
    """Return the date in a text, None where there is none.

    A time without a zone is taken as UTC, a date without a time as midnight. Numbers such as
    03/04/2021 are read day first; month first in American English, and where only that is possible.
    Of several dates the first Gregorian one counts.
    """
    raw = " ".join(text[:_LONGEST].split())
    if not any(char.isdigit() for char in raw):
        return None
    text = plain(raw)
    if match := _EPOCH.match(text):
        return datetime.fromtimestamp(int(match[1]), UTC)
    marked = calendars.mark(text)
    text = calendars.without_marks(text) if marked else text
    # Names of zones are in capitals; plain() keeps the length of a text unless it drops letters.
    case = raw if len(raw) == len(text) else text
    converted = None
    for year, month, day, calendar, rest in _days(text, language):
        found = calendars.gregorian(year, month, day, calendar, marked, language)
        if found is None:
            continue
        moment = _at(datetime(found.year, found.month, found.day), text, case, rest, language)  # noqa: DTZ001
        if found.year == year:
            return moment
        converted = converted or moment
    return converted


_Day = tuple[int, int, int, str, list[tuple[int, int]]]


def _days(text: str, language: str | None) -> Iterator[_Day]:
    """Yield year, month, day and calendar of all dates in a text, and where a time may stand.

    The calendar is that of the month's name, "" for a number. The places are the ends of the text
    beside the date, the likeliest first.
    """
    for pattern in (_ISO, _PACKED):
        if match := pattern.search(text):
            year, month, day = map(int, match.groups()[:3])
            yield year, month, day, "", [(match.end(3), len(text))]
    for pattern in (_CJK, _BIG_FIRST, _SMALL_FIRST):
        for match in pattern.finditer(text):
            yield *_numbers(match, language), "", _beside(match, text)
    if (match := _CTIME.match(text)) and (named := names.month(match["month"], "en")):
        yield int(match["year"]), named[0], int(match["day"]), "gregorian", [match.span("rest")]
    for pattern, (year, name, day) in (
        (_WORDED, (3, 2, 1)), (_WORD_FIRST, (3, 1, 2)), (_YEAR_WORD, (1, 2, 3)),
        (_SHORT_THAI, (3, 2, 1)), (_SHORT_MAIL, (3, 2, 1)),
    ):  # fmt: skip
        for match in pattern.finditer(text):
            known = names.month(match[name], language)
            if known is None or (pattern is _SHORT_THAI and known[2] != "th"):
                continue
            number, calendar, code = known
            value = _whole_year(match[year], code)
            if code == "th":
                calendar = "buddhist" if value > 2400 else calendar
            yield value, number, int(match[day]), calendar, _beside(match, text)


def _numbers(match: re.Match[str], language: str | None) -> tuple[int, int, int]:
    """Return year, month and day of a numeric date."""
    if match.re is _CJK:
        era = names.table("eras").get(match[1])
        year = 1 if match[2] == "元" else int(match[2])
        year = year + era if era else _whole_year(match[2], language) if year > 9 else 0
        return year, int(match[3]), int(match[4])
    if match.re is _BIG_FIRST:
        return int(match[1]), int(match[2]), int(match[3])
    first, second = int(match[1]), int(match[2])
    month_first = (language or "").lower() in _MONTH_FIRST and "." not in match.group()
    if (month_first and first <= 12) or second > 12:
        first, second = second, first
    return _whole_year(match[3], language), second, first


def _whole_year(digits: str, language: str | None) -> int:
    """Return a year that may be written with two digits."""
    year = int(digits)
    if len(digits) > 2:
        return year
    if (language or "").lower().startswith("th") and year >= 43:
        return 2500 + year
    return year + (2000 if year < 70 else 1900)


def _beside(match: re.Match[str], text: str) -> list[tuple[int, int]]:
    return [(match.end(), len(text)), (0, match.start())]


def _at(
    day: datetime, text: str, case: str, places: list[tuple[int, int]], language: str | None
) -> datetime:
    """Return the moment of a day at the time that stands in one of these places."""
    for start, end in places:
        match = _TIME.search(text, start, end) or _packed_time(text, start)
        if match is None:
            continue
        hour, minute, second = (int(match[key] or 0) for key in ("hour", "minute", "second"))
        half = (match["half"] or "")[:1]
        if hour <= 12 and (half or match["early"] or match["late"]):
            hour = hour % 12 + (12 if half in ("p", "م") or match["late"] else 0)
        if (hour, minute, second) == (24, 0, 0):  # ISO 8601: the end of the day
            hour, day = 0, _following(day)
        if hour > 23 or minute > 59 or second > 60:
            continue
        moment = day.replace(hour=hour, minute=minute, second=min(second, 59))
        gap = _gap(case[match.end() : end], moment, language)
        return moment.replace(tzinfo=timezone(gap) if gap else UTC)
    return day.replace(tzinfo=UTC)


def _following(day: datetime) -> datetime:
    return day + timedelta(days=1) if day.year < 9999 else day


_PACKED_TIME = re.compile(
    r"t?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<half>)(?P<early>)(?P<late>)"
)


def _packed_time(text: str, start: int) -> re.Match[str] | None:
    """Return the time that follows a date without a space: 20211104T0830."""
    packed = start == 8 and _PACKED.match(text)
    return _PACKED_TIME.match(text, start) if packed else None


def _gap(after: str, moment: datetime, language: str | None) -> timedelta:
    """Return the offset from UTC that is named after a time, zero for none."""
    match = _ZONE.match(after)
    if match is None:
        return timedelta(0)
    if match["sign"] is None:
        return zones.offset(match["name"], moment, language) or timedelta(0)
    gap = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    if gap >= _FARTHEST:
        return timedelta(0)
    return gap if match["sign"] == "+" else -gap
