"""The times of the daemon's jobs: those that were missed are not made up one by one."""

from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from pipeline.article import Source
from pipeline.daemon.schedule import Regular, trigger

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
OFTEN = Regular(2)
HOURLY = trigger(Source(id="a", kind="feed", cron="0 * * * *"))
NIGHTLY = trigger(Source(id="b", kind="feed", cron="30 2 * * *", timezone="Europe/Lisbon"))
JITTERY = trigger(Source(id="c", kind="feed", every=600.0))
ALL = [OFTEN, HOURLY, NIGHTLY, JITTERY]


class Counted(BaseTrigger):
    """Counts how often APScheduler asks for the next time; refuses to go on for ever."""

    def __init__(self, whole: BaseTrigger) -> None:
        self.whole, self.asked = whole, 0

    def get_next_fire_time(self, previous_fire_time, now):
        self.asked += 1
        assert self.asked < 10, "asks for every time that was missed"
        return self.whole.get_next_fire_time(previous_fire_time, now)


@pytest.mark.parametrize("times", ALL)
@pytest.mark.parametrize("days", [1, 3_000, 300_000])
def test_a_clock_far_ahead_makes_no_list_of_what_was_missed(times, days):
    scheduler = BackgroundScheduler(timezone=UTC)  # which is not started
    counted = Counted(times)
    job = scheduler.add_job(print, counted, next_run_time=NOW)
    later = NOW + timedelta(days=days)
    assert job._get_run_times(later)[:1] == [NOW] and counted.asked <= 3
    # What comes after it lies ahead, and is as soon as it would be otherwise.
    ahead = times.get_next_fire_time(NOW, later)
    assert later <= ahead <= later + timedelta(days=1, hours=1)


@pytest.mark.parametrize("times", ALL)
def test_without_a_jump_each_time_comes(times):
    found, at = [], times.get_next_fire_time(None, NOW)
    for _ in range(5):
        found.append(at)
        at = times.get_next_fire_time(at, at)
    assert found == sorted(set(found)) and found[0] >= NOW


def test_a_night_that_was_slept_through_is_skipped():
    assert NIGHTLY is not None
    slept = NOW + timedelta(days=2)  # two nights
    assert NIGHTLY.get_next_fire_time(NOW, slept) == datetime(2026, 3, 5, 2, 30, tzinfo=UTC)


def test_a_time_that_has_just_come_is_not_skipped():
    assert HOURLY is not None and OFTEN is not None
    hour = datetime(2026, 3, 2, 13, tzinfo=UTC)
    assert HOURLY.get_next_fire_time(NOW, hour) == hour
    assert OFTEN.get_next_fire_time(NOW, NOW) == NOW + timedelta(seconds=2)
