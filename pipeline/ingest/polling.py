"""Decide when a source is asked again.

`next_poll` takes the time, the last interval, the outcome of the visit and the source's hints, and
returns the time of the next visit. `feed_hints` and `http_hints` read the hints.
Pure functions: the clock and the random number are arguments. Never raises; hints are kept within
the bounds of the settings.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pipeline.options import PollOptions

HOUR = 3_600.0
DAY = 24 * HOUR
# Sites send permanent redirects by mistake, too: one is trusted after a week.
SETTLED = timedelta(days=7)
# RSS 1.0 Syndication module: the length of an updatePeriod.
_PERIODS = {
    "hourly": HOUR,
    "daily": DAY,
    "weekly": 7 * DAY,
    "monthly": 30 * DAY,
    "yearly": 365 * DAY,
}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MAX_AGE = re.compile(r"\bmax-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_HOURS = (
    re.compile(rb"<skipHours\b[^<>]{0,200}>(.{0,3000}?)</skipHours>", re.DOTALL | re.IGNORECASE),
    re.compile(rb"<hour>\s{0,20}(\d{1,2})\s{0,20}</hour>", re.IGNORECASE),
)
_DAYS = (
    re.compile(rb"<skipDays\b[^<>]{0,200}>(.{0,3000}?)</skipDays>", re.DOTALL | re.IGNORECASE),
    re.compile(rb"<day>\s{0,20}([A-Za-z]{6,9})\s{0,20}</day>", re.IGNORECASE),
)
# The interval is halved after a visit with news and multiplied by 1.3 after one without. It
# settles where about one visit in four finds something new.
_SHORTEN, _LENGTHEN = 0.5, 1.3
# The longest wait, in seconds, that hints may ask for: a feed may say "once a year" by mistake.
_LONGEST_HINT = DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class PollHints:
    """A source's hints: the least seconds to wait, and the UTC hours and weekdays to skip.

    From RSS `ttl`, `skipHours` and `skipDays` (0 is Monday), the Syndication module's
    `updatePeriod` and `updateFrequency`, and HTTP's `Cache-Control: max-age`.
    """

    wait: float = 0
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


NO_HINTS = PollHints()


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """When a source is due next, and the interval (seconds) to store for the decision after that.

    `due` is None for a source that is gone (410): it is not asked again.
    """

    due: datetime | None
    interval: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A permanent redirect of a source: its target, and when it was first seen."""

    url: str
    since: datetime

    def is_settled(self, now: datetime) -> bool:
        """Return whether the redirect is old enough to ask the new address only."""
        return now - self.since >= SETTLED


def next_move(known: Move | None, moved: str | None, now: datetime) -> Move | None:
    """Return the move to store after a visit; `moved` is the redirect's target (None: no redirect).

    Returns `known`, with its date, while the target stays the same.
    """
    if moved is None:
        return None
    return known if known is not None and known.url == moved else Move(url=moved, since=now)


def feed_hints(feed: Mapping[str, Any], content: bytes) -> PollHints:
    """Return the hints in a feed; `feed` is feedparser's, `content` the feed's bytes.

    The bytes are needed because feedparser keeps only the last of several hours and days.
    """
    wait = max(60 * _number(feed.get("ttl")), _update_period(feed))
    return PollHints(
        wait=min(wait, _LONGEST_HINT),
        skip_hours=frozenset(
            # Some feeds count from 1 to 24; their 24 is midnight.
            int(hour) % 24
            for hour in _listed_values(_HOURS, content)
            if int(hour) <= 24
        ),
        skip_days=frozenset(
            _WEEKDAYS.index(day.lower())
            for day in _listed_values(_DAYS, content)
            if day.lower() in _WEEKDAYS
        ),
    )


def http_hints(hints: PollHints, headers: Mapping[str, str]) -> PollHints:
    """Return `hints` with the response's `max-age` taken into account (RFC 9111 §5.2.2.1)."""
    match = _MAX_AGE.search(headers.get("cache-control", ""))
    wait = float(match[1]) - _number(headers.get("age")) if match else 0.0
    return PollHints(
        wait=min(max(hints.wait, wait), _LONGEST_HINT),
        skip_hours=hints.skip_hours,
        skip_days=hints.skip_days,
    )


def next_poll(
    now: datetime,
    interval: float | None,
    options: PollOptions,
    *,
    changed: bool = True,
    failures: int = 0,
    gone: bool = False,
    wait: float | None = None,
    hints: PollHints = NO_HINTS,
    every: float | None = None,
    dice: float = 0.5,
) -> Poll:
    """Return when to ask a source again; `now` is the end of the last visit. Times in seconds.

    `interval` is that of the last Poll (None: there was none). `every` is the interval in the
    settings: it is never undercut, and lengthened only with `options.adaptive`. `changed` says
    whether anything new was found, `failures` how many visits in a row have failed, `wait` what the
    server asked for with Retry-After. `dice` is a random number from 0 to 1; it shifts the time by
    up to a tenth, so that many sources do not stay in step.
    """
    base = every or options.first
    if gone:
        return Poll(due=None, interval=interval or base)
    if not options.adaptive and every:
        interval = every
    elif interval is None:
        interval = base
    elif not failures:
        interval *= _SHORTEN if changed else _LENGTHEN
    lowest = max(every or options.shortest, min(hints.wait, options.longest))
    interval = min(max(interval, lowest), max(options.longest, every or 0))
    delay = interval
    if failures:
        delay = min(interval * 2.0 ** min(failures - 1, 20), options.longest)
    delay = max(delay * (0.9 + 0.2 * dice), wait or 0)
    return Poll(due=_allowed(now + timedelta(seconds=delay), hints), interval=interval)


def _allowed(moment: datetime, hints: PollHints) -> datetime:
    """Return the first time from `moment` on, within a week, that is in no skipped hour or day."""
    if len(hints.skip_hours) >= 24 or len(hints.skip_days) >= 7:
        return moment
    for _ in range(7 * 24):
        if moment.hour not in hints.skip_hours and moment.weekday() not in hints.skip_days:
            return moment
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return moment


def _update_period(feed: Mapping[str, Any]) -> float:
    period = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower(), 0.0)
    return period / max(_number(feed.get("sy_updatefrequency")), 1.0)


def _number(value: object) -> float:
    text = str(value).strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0.0


def _listed_values(
    patterns: tuple[re.Pattern[bytes], re.Pattern[bytes]], content: bytes
) -> list[str]:
    outer, inner = patterns
    match = outer.search(content)
    return [text.decode("ascii") for text in inner.findall(match[1])] if match else []
