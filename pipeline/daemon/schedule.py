"""Computes when sources are due.

Takes a source, its stored due time and the present time; returns a trigger for APScheduler and its
first time. Raises nothing: the settings have been checked.
"""

import random
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.base import BaseTrigger

from pipeline.article import Source
from pipeline.config.cron import Crontab, crontab

BaseTrigger.register(Crontab)  # as good as a subclass of it

# First visits are spread over this many seconds after the start.
_SPREAD = 5.0
# Intervals vary randomly by this share, so that sources do not stay in step.
_JITTER = 0.05


class Regular(BaseTrigger):  # type: ignore[misc]
    """Comes every so many seconds, and up to `jitter` later, without the times that were missed.

    APScheduler lists every time between the last one and now, before it takes the last of the list:
    with its own trigger, a clock that is set forward by years fills the memory. Its own also begins
    at the time it was made, which a clock that is set back makes far away.
    """

    def __init__(self, seconds: float, jitter: float = 0.0) -> None:
        self._wait = timedelta(seconds=seconds)
        self._jitter = jitter

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The first time after `previous_fire_time`, else after now, that is not before `now`."""
        found: datetime = (previous_fire_time or now) + self._wait
        if found < now:
            found = now + self._wait
        return found + timedelta(seconds=random.uniform(0, self._jitter))  # noqa: S311 - no secret


def trigger(source: Source) -> BaseTrigger | Crontab | None:
    """APScheduler's trigger for a source; None: it is visited only by hand."""
    if source.cron:
        return crontab(source.cron, source.timezone or UTC)
    if source.every:
        return Regular(round(source.every), int(source.every * _JITTER))
    return None


def next_time(source: Source, now: datetime) -> datetime | None:
    """When a source with a cron expression is next due after `now`; None: it has none."""
    times = trigger(source) if source.cron else None
    found: datetime | None = times.get_next_fire_time(None, now) if times else None
    return None if found is None else found.astimezone(UTC)


def first_time(source: Source, due: datetime | None, now: datetime) -> datetime | None:
    """When a daemon that starts now visits a source first; None: at the trigger's own time.

    The stored due time is kept, so that a restart neither visits all sources at once nor skips any.
    A due time further away than the interval stems from older settings and is brought forward.
    """
    if source.cron and due is None:
        return None
    soon = now + timedelta(seconds=random.uniform(0, _SPREAD))  # noqa: S311 - no secret
    if due is None or due <= now:
        return soon
    if source.every:
        return min(due, now + timedelta(seconds=source.every))
    return None


def resume_time(resume_at: datetime | None, now: datetime) -> datetime:
    """When a visit that was not finished goes on, after a start or a change of the settings."""
    soon = now + timedelta(seconds=random.uniform(0, _SPREAD))  # noqa: S311 - no secret
    return soon if resume_at is None else max(resume_at, soon)
