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


@pytest.mark.parametrize(
    "expression", ["", "* * * *", "61 * * * *", "0 0 * * 8", "0 0 * * x", "a b c d e"]
)
def test_nonsense_is_refused(expression):
    with pytest.raises(ValueError):
        crontab(expression, UTC)
