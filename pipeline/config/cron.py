"""Crontab expressions as crontab(5) means them, for APScheduler.

In: five fields, a time zone. Out: a trigger. It refuses what crontab would refuse.
"""

from datetime import tzinfo

from apscheduler.triggers.cron import CronTrigger

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def crontab(expression: str, timezone: tzinfo | str) -> CronTrigger:
    """The trigger of a five-field crontab expression.

    APScheduler counts weekdays from Monday, crontab(5) from Sunday (0 and 7): numbers are turned
    into names here. Raises ValueError with the reason.
    """
    fields = expression.split()
    if len(fields) != 5:
        raise ValueError(f"{len(fields)} fields instead of 5")
    minute, hour, day, month, weekday = fields
    return CronTrigger(
        minute=minute,
        hour=hour,
        day=day,
        month=month,
        day_of_week=_weekdays(weekday.lower()),
        timezone=timezone,
    )


def _weekdays(field: str) -> str:
    if field == "*":
        return field
    chosen: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        start = 0 if first == "*" else _day(first)
        # "1/2" is every second day from Monday on, "1" is Monday alone.
        end = _day(last) if dash else 6 if first == "*" or step else start
        if end < start:
            end += 7
        chosen |= {number % 7 for number in range(start, end + 1, int(step or 1))}
    return ",".join(_DAYS[number] for number in sorted(chosen))


def _day(text: str) -> int:
    if text[:3] in _DAYS:
        return _DAYS.index(text[:3])
    number = int(text)
    if not 0 <= number <= 7:
        raise ValueError(f"{number} is no day of the week")
    return number
