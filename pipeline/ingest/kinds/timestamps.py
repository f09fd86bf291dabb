"""Parse the dates in feeds and sitemaps, in all the formats that sources use.

`read_date` takes a string and returns an aware datetime in UTC, or None. `plausible` turns dates
before the web, and dates further in the future than clocks differ, into None (undated).
Never raises.
"""

import calendar
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import partial

# Some articles are older than the first feeds (1997); the epoch and "0000-00-00" are mistakes.
EARLIEST = datetime(1990, 1, 2, tzinfo=UTC)
AHEAD = timedelta(days=2)

_EPOCH = re.compile(r"(\d{9,10})(?:\d{3}|\.\d+)?")
# 2026年11月20日 08:30, 2026년 11월 20일: Chinese, Japanese, Korean.
_YEAR_FIRST = re.compile(
    r"(\d{4})[年년]\s*(\d{1,2})[月월]\s*(\d{1,2})[日일]?(?:\D{0,9}?(\d{1,2}):(\d{2}))?"
)
# ISO 8601 as in W3C-DTF; a space is accepted for the T, and an offset without a colon.
_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
# "UT-5" and "GMT+05:30" are a zone with an offset; parsers for RFC 5322 drop the offset.
_ZONE_OFFSET = re.compile(r"\b(?:UTC?|GMT)\s*([+-])(\d{1,2}):?(\d{2})?$")


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


def read_date(text: str) -> datetime | None:
    """Parse a date in ISO 8601, RFC 5322, Chinese, Japanese or Korean order, or Unix time.

    Returns it in UTC, or None if it is in no known format. A date without a zone is taken as UTC,
    as feedparser does.
    """
    text = text.strip()[:100]
    for read in _READERS:
        try:
            found = read(text)
            if found is not None:
                # OverflowError for the first and last hours that datetime can represent.
                return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError, OSError, TypeError, IndexError):
            continue
    return None


def _epoch(text: str) -> datetime | None:
    match = _EPOCH.fullmatch(text)
    return datetime.fromtimestamp(int(match[1]), UTC) if match else None


def _numbers(pattern: re.Pattern[str], text: str) -> datetime | None:
    match = pattern.fullmatch(text)
    if match is None:
        return None
    fields = [int(part) for part in match.groups()[:6] if part]
    offset = match[7] if pattern.groups >= 7 else None
    return datetime(*fields, tzinfo=_offset(offset))  # type: ignore[arg-type,misc]


def _offset(text: str | None) -> timezone:
    if not text or text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    distance = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(distance if text[0] == "+" else -distance)


def _mail(text: str) -> datetime | None:
    def plain(match: re.Match[str]) -> str:
        return f"{match[1]}{int(match[2]):02}{match[3] or '00'}"

    return parsedate_to_datetime(_ZONE_OFFSET.sub(plain, text))


_READERS: tuple[Callable[[str], datetime | None], ...] = (
    _epoch,
    partial(_numbers, _ISO),
    partial(_numbers, _YEAR_FIRST),
    _mail,
)
