"""Parse dates as pages write them, in many languages.

In: the text of a date and the page's language. Out: a time-zone aware datetime, or None. Never
raises. Text without a date and years before 1990 or after 2100 give None.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import cache

from dateutil import parser

from pipeline.extract.page import lexicon

_OLDEST = 1990
_ISO = re.compile(
    r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d))?)?",
    re.I,
)
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_BIG_FIRST = re.compile(r"(?<!\d)((?:19|20)\d{2})[./](\d{1,2})[./](\d{1,2})(?!\d)")
_SMALL_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?((?:19|20)\d{2}|\d{2})(?!\d)"
)
_TIME = re.compile(
    r"(?<![\d:])(\d{1,2})[:.h](\d{2})(?::(\d{2}))?\s*([ap]\.?m\.?)?"
    r"\s*(Z|UTC|GMT|CEST|CET|BST|EST|EDT|CST|CDT|MST|MDT|PST|PDT|[+-]\d{2}:?\d{2})?(?![\d:])",
    re.I,
)
_PACKED = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?$")
_EPOCH = re.compile(r"^1\d{9}(\d{3})?$")
_WORDED = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|°|\.|η|-го|лютого)?[\s./-]*(?:de\s+|of\s+|ta'\s+)?"
    r"([^\W\d_][^\d,;:|()]{1,24}?)[\s.,/-]*(?:de[l]?\s+)?((?:19|20)\d{2})(?!\d)"
)
_WORD_FIRST = re.compile(
    r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?\.?,?\s+(?:at\s+)?((?:19|20)\d{2})(?!\d)"
)
_YEAR_WORD = re.compile(r"((?:19|20)\d{2})[.,]?\s+([^\W\d_]{3,12})\.?\s+(\d{1,2})(?!\d)")
_ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "bst": 1, "cet": 1, "cest": 2, "est": -5, "edt": -4, "cst": -6,
    "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९", "0123456789" * 3)
_MONTH_FIRST = frozenset({"en-us", "en-ph", "us"})


def parse(text: str, language: str | None = None) -> datetime | None:
    """Return the date in a text, None where there is none.

    A time without a zone is taken as UTC, a date without a time as midnight. Numbers such as
    03/04/2021 are read day first; month first on pages in American English, and where only that is
    possible.
    """
    text = " ".join(text.translate(_DIGITS).split())[:120]
    if not text or not any(char.isdigit() for char in text):
        return None
    found = _iso(text) or _standard(text) or _numeric(text, language) or _worded(text, language)
    return found if found and _OLDEST <= found.year <= 2100 else None


def day_of_url(path: str) -> datetime | None:
    """Return the day in an address such as /2021/03/04/title, None where it has none."""
    path = path.casefold()
    for pattern in _IN_URL:
        match = pattern.search(path)
        if match:
            year, month, day = (match[name] for name in ("year", "month", "day"))
            return _make(year, _MONTHS_IN_URL.get(month, month), day)
    return None


_MONTHS_IN_URL = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_IN_URL = tuple(
    re.compile(pattern)
    for pattern in (
        rf"/{_YEAR}/(?P<month>[01]?\d)/(?P<day>[0-3]?\d)(?:/|$|[-_])",
        rf"(?:/|[-_]){_YEAR}-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?:/|$|[-_.])",
        rf"/{_YEAR}(?P<month>[01]\d)(?P<day>[0-3]\d)(?:/|$|[-_])",
        rf"/{_YEAR}/(?P<month>[01]\d)(?P<day>[0-3]\d)/",
        rf"/{_YEAR}/(?P<month>{'|'.join(_MONTHS_IN_URL)})/(?P<day>\d\d?)(?:/|$)",
        # Day first: nobody writes the month first with two hyphens or dots.
        rf"(?:/|[-_])(?P<day>[0-3]\d)[-.](?P<month>[01]\d)[-.]{_YEAR}(?:/|$|[-_.])",
    )
)


def _iso(text: str) -> datetime | None:
    match = _ISO.search(text)
    if match:
        year, month, day, hour, minute, second, zone = match.groups()
        return _make(year, month, day, hour or 0, minute or 0, second or 0, _zone(zone))
    match = _PACKED.match(text)
    if match:
        year, month, day, hour, minute, second = match.groups()
        return _make(year, month, day, hour or 0, minute or 0, second or 0)
    return None


def _standard(text: str) -> datetime | None:
    """Parse epoch seconds or milliseconds, and dates of e-mail and HTTP (RFC 5322, RFC 9110)."""
    if _EPOCH.match(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    if re.match(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? ", text, re.I) and re.search(
        r"\d:\d\d", text
    ):
        try:
            found: datetime = parser.parse(text, tzinfos=_named_zone)
        except (ValueError, OverflowError):
            return None
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _named_zone(name: str | None, seconds: int | None) -> timezone | None:
    """Return the zone of a name or an offset in seconds; None, read as UTC, for others."""
    if seconds is not None:
        return timezone(timedelta(seconds=seconds))
    hours = _ZONES.get((name or "").lower())
    return None if hours is None else timezone(timedelta(hours=hours))


def _numeric(text: str, language: str | None) -> datetime | None:
    match = _CJK.search(text) or _BIG_FIRST.search(text)
    if match:
        return _with_time(text[match.end() :], *match.groups())
    match = _SMALL_FIRST.search(text)
    if not match:
        return None
    first, second, year = (int(part) for part in match.groups())
    year += 2000 if year < 70 else 1900 if year < 100 else 0
    month_first = (language or "").lower() in _MONTH_FIRST and "." not in match.group()
    if (month_first and first <= 12) or second > 12:
        first, second = second, first
    rest = f"{text[match.end() :]} ; {text[: match.start()]}"
    return _with_time(rest, year, second, first)


def _worded(text: str, language: str | None) -> datetime | None:
    for pattern, order in ((_WORDED, (2, 1, 0)), (_WORD_FIRST, (2, 0, 1)), (_YEAR_WORD, (0, 1, 2))):
        for match in pattern.finditer(text):
            year, name, day = (match.groups()[place] for place in order)
            month = _month(name, language)
            if month:
                rest = f"{text[match.end() :]} ; {text[: match.start()]}"
                return _with_time(rest, year, month, day)
    return None


@cache
def _months() -> dict[str, tuple[tuple[str, int], ...]]:
    table = lexicon.data("months")
    return {
        language: tuple(
            (form, number)
            for number, forms in enumerate(names, 1)
            for form in sorted(forms.split("|"), key=len, reverse=True)
        )
        for language, names in table.items()
    }


def _month(name: str, language: str | None) -> int | None:
    """Return the number of a month's name: in the page's language, else English, else any."""
    name = name.casefold().strip(" .")
    tables = _months()
    first = [code for code in ((language or "")[:2], "en") if code in tables]
    for code in dict.fromkeys([*first, *tables]):
        # Longer forms first: "červenec" (July) begins like "červen" (June).
        for form, number in sorted(tables[code], key=lambda pair: -len(pair[0])):
            if name.startswith(form) and len(name) <= len(form) + 8:
                return number
    return None


def _with_time(rest: str, year: object, month: object, day: object) -> datetime | None:
    match = _TIME.search(rest)
    if not match:
        return _make(year, month, day)
    hour, minute, second, half, zone = match.groups()
    value = int(hour)
    if half and value <= 12:
        value = value % 12 + (12 if half.lower().startswith("p") else 0)
    if value > 23 or int(minute) > 59:
        return _make(year, month, day)
    return _make(year, month, day, value, minute, second or 0, _zone(zone))


def _zone(text: str | None) -> timezone:
    if not text:
        return UTC
    hours = _ZONES.get(text.lower())
    if hours is not None:
        return timezone(timedelta(hours=hours)) if hours else UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
    if offset >= timedelta(hours=15):
        return UTC
    return timezone(-offset if text[0] == "-" else offset) if offset else UTC


def _make(
    year: object,
    month: object,
    day: object,
    hour: object = 0,
    minute: object = 0,
    second: object = 0,
    zone: timezone = UTC,
) -> datetime | None:
    numbers = [int(str(part)) for part in (year, month, day, hour, minute, second)]
    try:
        return datetime(*numbers[:6], tzinfo=zone)  # type: ignore[misc,arg-type]
    except ValueError:
        return None
