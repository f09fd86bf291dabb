"""Crontab expressions as crontab(5) and cron(8) define them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

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


def times(expression: str, start: datetime, number: int, zone: str = "UTC") -> list[str]:
    """The next times in local time with the offset."""
    trigger, found, now = crontab(expression, zone), [], start
    for _ in range(number):
        now = trigger.get_next_fire_time(now, now)
        assert now.tzinfo is UTC
        found.append(f"{now.astimezone(ZoneInfo(zone)):%a %d %H:%M %z}")
    return found


def test_a_day_and_a_weekday_mean_either():
    """crontab(5): "the command will be run when either field matches the current time"."""
    found = [one[:6] for one in times("30 4 3,15 * fri", MONDAY, 5)]
    assert found == ["Tue 03", "Fri 06", "Fri 13", "Sun 15", "Fri 20"]


def test_a_day_or_weekday_that_begins_with_a_star_restricts_the_other():
    found = [one[:6] for one in times("0 8 */100,2-7 * mon", MONDAY.replace(hour=0), 3)]
    assert found == ["Mon 02", "Mon 06", "Mon 04"]


@pytest.mark.parametrize(
    ("expression", "same"),
    [
        ("@daily", "0 0 * * *"),
        ("@Hourly", "0 * * * *"),
        ("@weekly", "0 0 * * 7"),
        ("@monthly", "0 0 1 * *"),
        ("@yearly", "0 0 1 JAN *"),
        ("*/20 22-1 * * *", "0,20,40 22,23,0,1 * * *"),
        ("10-50/20 6 1-31/15 feb-APR *", "10,30,50 6 1,16,31 2,3,4 *"),
        ("0 0 * nov-feb sat-sun", "0 0 * 1,2,11,12 6,7"),
    ],
)
def test_names_ranges_and_steps(expression, same):
    assert times(expression, MONDAY, 20) == times(same, MONDAY, 20)


def test_a_rare_date_is_waited_for():
    [leap] = times("0 0 29 2 *", datetime(2097, 1, 1, tzinfo=UTC), 1)
    assert leap.startswith("Fri 29")  # 2104: 2100 is no leap year


@pytest.mark.parametrize(
    ("expression", "night", "expected"),
    [
        # The clock goes back at 03:00, and forward at 02:00.
        ("30 2 * * *", 24, ["Sun 25 02:30 +0200", "Mon 26 02:30 +0100"]),
        ("30 2 * * *", 28, ["Sun 29 03:30 +0200", "Mon 30 02:30 +0200"]),
        ("30 2,3 * * *", 28, ["Sun 29 03:30 +0200", "Mon 30 02:30 +0200"]),
        (
            "30 * * * *",
            24,
            [
                *("Sun 25 00:30 +0200", "Sun 25 01:30 +0200", "Sun 25 02:30 +0200"),
                *("Sun 25 02:30 +0100", "Sun 25 03:30 +0100"),
            ],
        ),
        ("30 * * * *", 28, ["Sun 29 00:30 +0100", "Sun 29 01:30 +0100", "Sun 29 03:30 +0200"]),
    ],
)
def test_a_particular_time_comes_once_on_the_nights_that_the_clock_changes(
    expression, night, expected
):
    month = 10 if night == 24 else 3
    evening = datetime(2026, month, night, 23, tzinfo=ZoneInfo("Europe/Berlin"))
    if "*" in expression.split()[1]:
        evening = evening.replace(minute=30)
    assert times(expression, evening, len(expected), "Europe/Berlin") == expected


@pytest.mark.parametrize(
    "expression",
    [
        *("", "* * * *", "61 * * * *", "0 0 * * 8", "0 0 * * x", "a b c d e", "0 24 * * *"),
        *("0 0 * * * *", "@reboot", "R R * * *", "H H(0-6) * * *", "*/0 * * * *", "1,,2 * * * *"),
        *("0 0 L * *", "0 0 * * 5#2", "0 0 ? * *", "5/15 * * * *", "0 8 last * *"),
    ],
)
def test_nonsense_is_refused(expression):
    with pytest.raises(ValueError):
        crontab(expression, UTC)


@pytest.mark.parametrize("expression", ["0 0 30 2 *", "0 8 31 2,4,6 *", "0 0 31 feb */9"])
def test_a_date_that_never_comes_is_refused(expression):
    with pytest.raises(ValueError, match="no such date"):
        crontab(expression, UTC)
