"""Crontab's weekdays are not APScheduler's."""

from datetime import UTC, datetime

import pytest

from pipeline.config.cron import crontab

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def days(expression: str) -> list[str]:
    trigger, found, now = crontab(expression, UTC), [], MONDAY.replace(hour=0, minute=0)
    for _ in range(7):
        now = trigger.get_next_fire_time(None, now)
        found.append(f"{now:%a}")
        now = now.replace(hour=23)
    return list(dict.fromkeys(found))


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("0", ["Sun"]),
        ("7", ["Sun"]),
        ("1-5", ["Mon", "Tue", "Wed", "Thu", "Fri"]),
        ("5-7", ["Fri", "Sat", "Sun"]),
        ("fri-mon", ["Mon", "Fri", "Sat", "Sun"]),
        ("*/2", ["Tue", "Thu", "Sat", "Sun"]),
        ("1,3", ["Mon", "Wed"]),
        ("*", ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]),
    ],
)
def test_weekdays(field, expected):
    assert days(f"0 6 * * {field}") == expected


def test_a_day_and_a_weekday_mean_either():
    """crontab(5): "the command will be run when either field matches the current time"."""
    trigger, found, now = crontab("30 4 3,15 * fri", UTC), [], MONDAY
    for _ in range(5):
        now = trigger.get_next_fire_time(now, now)
        found.append(f"{now:%a %d}")
    assert found == ["Tue 03", "Fri 06", "Fri 13", "Sun 15", "Fri 20"]


@pytest.mark.parametrize(
    "expression",
    [
        *("", "* * * *", "61 * * * *", "0 0 * * 8", "0 0 * * x", "a b c d e"),
        *("0 0 30 2 *", "0 0 * * * *", "@daily", "R R * * *", "H H(0-6) * * *"),
    ],
)
def test_nonsense_is_refused(expression):
    with pytest.raises(ValueError):
        crontab(expression, UTC)
