"""Crontab expressions as crontab(5) means them, for APScheduler.

In: five fields, a time zone. Out: a trigger. It refuses what crontab would refuse, and a date that
never comes. APScheduler's own trigger counts weekdays from Monday, not from Sunday, and takes a day
and a weekday for both at once, where crontab(5) means either.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from croniter import croniter

# croniter also knows fields drawn by lot (R) or from a hash (H).
_DRAWN = re.compile(r"(?<![a-z])[rh]", re.IGNORECASE)


class Crontab(BaseTrigger):  # type: ignore[misc]
    """Comes at the times of a five-field crontab expression."""

    def __init__(self, expression: str, timezone: tzinfo | str) -> None:
        """Raises ValueError with the reason."""
        if (count := len(expression.split())) != 5:
            raise ValueError(f"{count} fields instead of 5")
        if _DRAWN.search(expression):
            raise ValueError("a time that is drawn by lot")
        self._expression = expression
        self._zone = ZoneInfo(timezone) if isinstance(timezone, str) else timezone
        self.get_next_fire_time(None, datetime.now(UTC))

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The first time after `previous_fire_time`, else the first from `now` on."""
        after = previous_fire_time or now - timedelta(microseconds=1)
        found: datetime = croniter(self._expression, after.astimezone(self._zone)).get_next(
            datetime
        )
        return found


def crontab(expression: str, timezone: tzinfo | str) -> Crontab:
    """The trigger of a five-field crontab expression. Raises ValueError with the reason."""
    return Crontab(expression, timezone)
