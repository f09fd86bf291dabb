"""Crontab expressions as crontab(5) and cron(8) define them.

Takes five fields or a name such as @daily, and a time zone; returns a trigger. Raises ValueError
with the reason for anything else, and for a date that never comes. APScheduler's own trigger counts
weekdays from Monday, not from Sunday, and takes a day and a weekday for both at once. This one is
made known to APScheduler where it is used, so that reading settings does not import it.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

_NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PART = re.compile(r"(?:(\*)|(\w+)(?:-(\w+))?)(?:/(\d+))?", re.ASCII)
# The 29th of February is a Sunday every 28 years, or 40 where 2100 is between them.
_YEARS = 41


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the five fields: its name, its bounds, how many values there are, names for them."""

    name: str
    low: int
    high: int
    size: int
    names: tuple[str, ...] = ()

    def values(self, text: str) -> frozenset[int]:
        """The values that a list of ranges and steps stands for. Raises ValueError."""
        return frozenset(one for part in text.split(",") for one in self._part(part))

    def _part(self, part: str) -> Iterator[int]:
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"{self.name} {part!r}")
        star, first_word, last_word, step_word = match.groups()
        step = int(step_word or 1)
        if step == 0:
            raise ValueError(f"{self.name} {part!r}: a step of 0")
        if step_word and not star and not last_word:
            raise ValueError(f"{self.name} {part!r}: write {first_word}-{self.high}/{step}")
        first = self.low if star else self._value(first_word)
        last = self.high if star else self._value(last_word or first_word)
        if last < first:  # as in "fri-mon" and "22-4"
            last += self.size
        for number in range(first, last + 1, step):
            yield self.low + (number - self.low) % self.size

    def _value(self, word: str) -> int:
        if word.lower() in self.names:
            return self.low + self.names.index(word.lower())
        if not word.isdigit():
            raise ValueError(f"{self.name} {word!r}")
        if not self.low <= int(word) <= self.high:
            raise ValueError(f"{self.name} {word} is not in {self.low}-{self.high}")
        return int(word)


_FIELDS = (
    _Field("minute", 0, 59, 60),
    _Field("hour", 0, 23, 24),
    _Field("day", 1, 31, 31),
    _Field("month", 1, 12, 12, _MONTHS),
    _Field("weekday", 0, 7, 7, _WEEKDAYS),  # 7 is Sunday, too
)


@dataclass(frozen=True, slots=True)
class _Times:
    """The values of the five fields.

    `both`: day and weekday must both match, because one of them begins with "*"; else either.
    `wild`: hour or minute begin with "*".
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    both: bool
    wild: bool

    def dates(self, start: date) -> Iterator[date]:
        """The dates from `start` on that match, for as long as it takes every date to come once."""
        for year in range(start.year, min(start.year + _YEARS, date.max.year)):
            for month in sorted(self.months):
                if (year, month) < (start.year, start.month):
                    continue
                for number in range(1, monthrange(year, month)[1] + 1):
                    day = date(year, month, number)
                    if day >= start and self._matches(day):
                        yield day

    def _matches(self, day: date) -> bool:
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return in_month and in_week if self.both else in_month or in_week


class Crontab:
    """Comes at the times of a crontab expression, given in UTC.

    When the clock changes, as cron(8) says: a particular time that is skipped comes as long after
    the change as it would have come after it, and one that is repeated comes once. With "*" in the
    hour or the minute, it comes whenever the clock shows a time that matches.
    """

    def __init__(self, expression: str, timezone: tzinfo | str) -> None:
        """Raises ValueError with the reason."""
        self._times = _parsed(expression)
        self._zone = ZoneInfo(timezone) if isinstance(timezone, str) else timezone
        if self.get_next_fire_time(None, datetime.now(UTC)) is None:
            raise ValueError("there is no such date")

    def get_next_fire_time(
        self, previous_fire_time: datetime | None, now: datetime
    ) -> datetime | None:
        """The first time after `previous_fire_time` and from `now` on: what was missed does not
        come."""
        present = now - timedelta(microseconds=1)
        after = max(previous_fire_time or present, present).astimezone(UTC)
        # A time that was skipped may come on the next day.
        start = after.astimezone(self._zone).date() - timedelta(days=1)
        for day in self._times.dates(start):
            for moment in _moments(self._times, self._zone, day):
                if moment > after:
                    return moment
        return None


def crontab(expression: str, timezone: tzinfo | str) -> Crontab:
    """The trigger of a crontab expression. Raises ValueError with the reason."""
    return Crontab(expression, timezone)


def _parsed(expression: str) -> _Times:
    text = expression.strip()
    if text.startswith("@"):
        if text.lower() not in _NICKNAMES:
            raise ValueError(f"of the names there are {', '.join(_NICKNAMES)}")
        text = _NICKNAMES[text.lower()]
    words = text.split()
    if len(words) != len(_FIELDS):
        raise ValueError(f"{len(words)} fields instead of {len(_FIELDS)}")
    minutes, hours, days, months, weekdays = (
        field.values(word) for field, word in zip(_FIELDS, words, strict=True)
    )
    minute, hour, day, _, weekday = (word.startswith("*") for word in words)
    return _Times(minutes, hours, days, months, weekdays, both=day or weekday, wild=minute or hour)


@lru_cache(maxsize=64)  # the same day is asked for again and again
def _moments(times: _Times, zone: tzinfo, day: date) -> tuple[datetime, ...]:
    """The moments of a day, in UTC and in order."""
    found = set()
    for hour in times.hours:
        for minute in times.minutes:
            wall = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
            # A wall time that is skipped or repeated has two readings (PEP 495).
            for one in (wall, wall.replace(fold=1)) if times.wild else (wall,):
                moment = one.astimezone(UTC)
                shown = moment.astimezone(zone).replace(tzinfo=None)
                if not times.wild or shown == wall.replace(tzinfo=None):
                    found.add(moment)
    return tuple(sorted(found))
