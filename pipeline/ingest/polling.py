"""When a source is asked again.

In: what a source says about being asked, and how the last times went. Out: the seconds until the
next time. Pure: the clock and the dice are arguments. Refuses nothing, and keeps every wish within
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
# Sites also redirect for good by mistake; after a week they mean it.
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
# A source that changed is asked again after half the time, one that did not after 1.3 times it:
# the interval settles where about one question in four finds something new.
_SOONER, _LATER = 0.5, 1.3
# A feed may say "once a year" by mistake; this share of a day is believed at most.
_BELIEVED = DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class PollHints:
    """A source's hints: the seconds to wait at least, and the UTC hours and days to stay away.

    From RSS `ttl`, `skipHours` and `skipDays` (0 is Monday), the Syndication module's
    `updatePeriod` and `updateFrequency`, and HTTP's `Cache-Control: max-age`.
    """

    wait: float = 0
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


NO_HINTS = PollHints()


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """When a source is asked again, and the interval to remember for the time after.

    `due` None: never again by itself, for it is gone.
    """

    due: datetime | None
    interval: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A permanent redirect of a source: to where, and since when it has been seen."""

    url: str
    since: datetime

    def is_settled(self, now: datetime) -> bool:
        """Whether it has held long enough for the new address to replace the old one."""
        return now - self.since >= SETTLED


def next_move(known: Move | None, moved: str | None, now: datetime) -> Move | None:
    """The move to remember after a source said `moved` (None: it is where it was)."""
    if moved is None:
        return None
    return known if known is not None and known.url == moved else Move(url=moved, since=now)


def feed_hints(feed: Mapping[str, Any], content: bytes) -> PollHints:
    """The hints in the head of a feed: as feedparser gives it, and as its bytes are.

    feedparser keeps the last of several hours and days alone.
    """
    wait = max(60 * _number(feed.get("ttl")), _update_period(feed))
    return PollHints(
        wait=min(wait, _BELIEVED),
        skip_hours=frozenset(
            # Some count 1 to 24, and mean midnight by 24.
            int(hour) % 24
            for hour in _listed(_HOURS, content)
            if int(hour) <= 24
        ),
        skip_days=frozenset(
            _WEEKDAYS.index(day.lower())
            for day in _listed(_DAYS, content)
            if day.lower() in _WEEKDAYS
        ),
    )


def http_hints(hints: PollHints, headers: Mapping[str, str]) -> PollHints:
    """`hints`, heeding what the answer says of its own freshness (RFC 9111 §5.2.2.1)."""
    match = _MAX_AGE.search(headers.get("cache-control", ""))
    wait = float(match[1]) - _number(headers.get("age")) if match else 0.0
    return PollHints(
        wait=min(max(hints.wait, wait), _BELIEVED),
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
    """When to ask a source again, `now` being the end of the last time it was asked.

    `interval` is the one the last decision gave (None: there was none), `every` the operator's own
    (it is the base, and adapted upwards only where `options.adaptive` says so). `changed` says
    whether anything new was found, `failures` how often in a row it failed, `wait` what a server
    asked for with Retry-After, `dice` a random number from 0 to 1: it moves the time by up to a
    tenth, so that fifty sources do not stay in step.
    """
    base = every or options.first
    if gone:
        return Poll(due=None, interval=interval or base)
    if not options.adaptive and every:
        interval = every
    elif interval is None:
        interval = base
    elif not failures:
        interval *= _SOONER if changed else _LATER
    lowest = max(every or options.shortest, min(hints.wait, options.longest))
    interval = min(max(interval, lowest), max(options.longest, every or 0))
    delay = interval
    if failures:
        delay = min(interval * 2.0 ** min(failures - 1, 20), options.longest)
    delay = max(delay * (0.9 + 0.2 * dice), wait or 0)
    return Poll(due=_allowed(now + timedelta(seconds=delay), hints), interval=interval)


def _allowed(moment: datetime, hints: PollHints) -> datetime:
    """The first moment from `moment` on that is in no skipped hour or day (at most a week on)."""
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


def _listed(patterns: tuple[re.Pattern[bytes], re.Pattern[bytes]], content: bytes) -> list[str]:
    outer, inner = patterns
    match = outer.search(content)
    return [one.decode("ascii") for one in inner.findall(match[1])] if match else []
