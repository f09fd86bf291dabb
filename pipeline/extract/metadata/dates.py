"""The dates that pages and their addresses hold.

In: the text of a date and the page's language, or a path. Out: a time-zone aware datetime, or None.
Never raises. `pipeline.dates` reads them; years before 1990 or after 2100 give None.
"""

import re
from datetime import UTC, datetime

from pipeline import dates

_OLDEST, _LAST = 1990, 2100
_LONGEST = 120  # characters of a text that are read
_NUMBER = re.compile(r"\d{9}(?:\.\d+)?")
_HINT = re.compile(rf"(?<!\d){dates.YEAR}(?!\d)|\d\d?\.\d\d?\.\d\d\b|\d\d?/\d\d?/\d\d\b")
_SHORT_YEAR = re.compile(r"\d\s*[\u0e00-\u0e7f][\u0e00-\u0e7f.]{2,12}\s*\d\d\b")


def parse(text: str, language: str | None = None) -> datetime | None:
    """Return the date in a text, None where there is none.

    A time without a zone is taken as UTC, a date without a time as midnight. Numbers such as
    03/04/2021 are read day first; month first on pages in American English, and where only that is
    possible.
    """
    text = " ".join(text.split())[:_LONGEST]
    if _NUMBER.fullmatch(text):  # seconds before 2001 are in feeds only; on pages they are ids
        return None
    found = dates.read(text, language)
    return found if found and _OLDEST <= found.year <= _LAST else None


def has_year(text: str) -> bool:
    """Say whether a text may hold a date: it has a year of some calendar, in any digits."""
    text = dates.plain(text)
    return _HINT.search(text) is not None or _SHORT_YEAR.search(text) is not None


def day_of_url(path: str) -> datetime | None:
    """Return the day in an address such as /2021/03/04/title, None where it has none."""
    path = path.casefold()
    for pattern in _IN_URL:
        match = pattern.search(path)
        if match:
            year, month, day = (match[name] for name in ("year", "month", "day"))
            try:
                number = _MONTHS_IN_URL.get(month) or int(month)
                found = datetime(int(year), number, int(day), tzinfo=UTC)
            except ValueError:
                return None
            return found if found.year >= _OLDEST else None
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
