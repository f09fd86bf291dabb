"""When sources are due.

In: a source, when it was due by the last word, the present moment. Out: a trigger and its first
time. It refuses nothing: the settings have been checked.
"""

import random
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from pipeline.article import Source
from pipeline.config.cron import crontab

# Sources begin within this many seconds of the start, so that they do not all begin at once.
_SPREAD = 5.0
# An interval may be this share of itself longer or shorter, so that sources drift apart.
_JITTER = 0.05


def trigger(source: Source) -> BaseTrigger | None:
    """When a source is due, as APScheduler understands it; None: only by hand."""
    if source.cron:
        return crontab(source.cron, source.timezone or UTC)
    if source.every:
        return IntervalTrigger(
            seconds=round(source.every), jitter=int(source.every * _JITTER) or None, timezone=UTC
        )
    return None


def next_time(source: Source, now: datetime) -> datetime | None:
    """When a source with a cron expression is due after `now`; None: it has none."""
    times = trigger(source) if source.cron else None
    found: datetime | None = times.get_next_fire_time(None, now) if times else None
    return None if found is None else found.astimezone(UTC)


def first_time(source: Source, due: datetime | None, now: datetime) -> datetime | None:
    """When a daemon that starts now looks at a source first; None: at its trigger's own time.

    What was due before is due still: a restart neither asks everybody at once nor forgets anybody.
    A due time further away than the interval is from older settings.
    """
    if source.cron and due is None:
        return None
    soon = now + timedelta(seconds=random.uniform(0, _SPREAD))  # noqa: S311 - no secret
    if due is None or due <= now:
        return soon
    if source.every:
        return min(due, now + timedelta(seconds=source.every))
    return None
