"""Dates as sources write them.

In: whatever a feed or sitemap calls a date. Out: an aware datetime in UTC, or None. Refuses dates
no news has: before the web, or further ahead than clocks disagree; those count as undated.
"""

import calendar
import time
from datetime import UTC, datetime, timedelta

# The first feeds are of 1997 and archives reach back; the epoch and "0000-00-00" are mistakes.
EARLIEST = datetime(1990, 1, 2, tzinfo=UTC)
AHEAD = timedelta(days=2)


def plausible(date: datetime | None, now: datetime) -> datetime | None:
    """`date` where news could have it at `now`, else None."""
    return date if date is not None and EARLIEST <= date <= now + AHEAD else None


def from_struct(value: time.struct_time | None) -> datetime | None:
    """A UTC time tuple, as feedparser gives, as a datetime; None where no calendar has it."""
    if value is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(value), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
