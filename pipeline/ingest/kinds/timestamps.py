"""The dates in feeds and sitemaps.

`read_date` takes a string and returns an aware datetime in UTC, or None. `plausible` turns dates
before the web, and dates further in the future than clocks differ, into None (undated).
Never raises.
"""

import calendar
import time
from datetime import UTC, datetime, timedelta

from pipeline.dates import read

# Some articles are older than the first feeds (1997); the epoch and "0000-00-00" are mistakes.
EARLIEST = datetime(1990, 1, 2, tzinfo=UTC)
AHEAD = timedelta(days=2)


def plausible(date: datetime | None, now: datetime) -> datetime | None:
    """Return `date` if an article can have it at the time `now`, else None."""
    return date if date is not None and EARLIEST <= date <= now + AHEAD else None


def from_struct(value: time.struct_time | None) -> datetime | None:
    """Return feedparser's UTC time tuple as a datetime; None if it is not a valid date."""
    if value is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(value), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def read_date(text: str, language: str | None = None) -> datetime | None:
    """Return the date in a text as `pipeline.dates` reads it, in UTC; None where there is none.

    A date without a zone is taken as UTC, as feedparser does.
    """
    found = read(text, language)
    try:
        return found and found.astimezone(UTC)
    except OverflowError:  # the first and last hours that datetime can represent
        return None
