"""Dates as feeds and pages write them: calendars, digits, orders, zones."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from pipeline.dates import calendars, read


def day(text: str, language: str | None = None) -> str | None:
    found = read(text, language)
    return found and found.date().isoformat()


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("6 มิถุนายน 2568 เวลา 08:20 น.", "th", "2025-06-06"),
        ("6 มิถุนายน พ.ศ. 2568", "en", "2025-06-06"),
        ("๖ มิ.ย. ๖๘", None, "2025-06-06"),
        ("06/06/2568", "th", "2025-06-06"),
        ("06/06/2568", "de", None),
        ("6 มิถุนายน ค.ศ. 2025", "th", "2025-06-06"),
        ("دوشنبه ۲۵ اسفند ۱۴۰۴ - ۰۸:۳۰", "fa", "2026-03-16"),
        ("۱۴۰۴/۱۲/۲۵", "fa", "2026-03-16"),
        ("1404-12-25", "fa", "2026-03-16"),
        ("25/12/1404", "en", None),
        ("۲۵ حوت ۱۴۰۴", "prs", "2026-03-16"),
        ("30 اسفند 1403", "fa", "2025-03-20"),
        ("30 اسفند 1404", "fa", None),
        ("17 ذو الحجة 1447 هـ", "ar", "2026-06-03"),
        ("١٧ ذي الحجّة ١٤٤٧هـ", "ar", "2026-06-03"),
        ("17 ذی الحجہ 1447ھ", "ur", "2026-06-03"),
        ("17/12/1447", "ar", "2026-06-03"),
        ("1447/12/17 هـ", "fa", "2026-06-03"),
        ("17 Dhu al-Hijjah 1447 AH", "en", "2026-06-03"),
        ("17 Zulhijah 1447", "id", "2026-06-03"),
        ("17 ذو الحجة 1447 هـ الموافق 3 يونيو 2026 م", "ar", "2026-06-03"),
        ("١٦ مارس ٢٠٢٦", "ar", "2026-03-16"),
        ("१६ मार्च २०२६", "hi", "2026-03-16"),
        ("令和8年3月16日", "ja", "2026-03-16"),
        ("民國115年3月16日", "zh-tw", "2026-03-16"),
        ("3 June 1447", "en", None),
    ],
)
def test_calendars_are_told_by_months_marks_and_language(text, language, expected):
    assert day(text, language) == expected


def test_solar_years_begin_at_the_equinox():
    # Nowruz as the calendar centre of the University of Tehran announced it.
    for year, nowruz in ((1375, "1996-03-20"), (1399, "2020-03-20"), (1400, "2021-03-21")):
        assert day(f"1 فروردین {year}", "fa") == nowruz
    starts = [calendars.gregorian(year, 1, 1, "persian", "", None) for year in range(1370, 1480)]
    lengths = {(b - a).days for a, b in pairwise(starts)}
    assert lengths == {365, 366}
    last = calendars.gregorian(1404, 12, 29, "persian", "", None)
    assert last == date(2026, 3, 21) - timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("2026/11/19 08:30:00", None, "2026-11-19T08:30:00+00:00"),
        ("2026-11-19 08:30 CET", None, "2026-11-19T08:30:00+01:00"),
        ("2026-11-19 08:30 MESZ", None, "2026-11-19T08:30:00+02:00"),
        ("Fri, 20 Nov 2026 24:00:00 GMT", None, "2026-11-21T00:00:00+00:00"),
        ("2026-12-31T24:00:00+01:00", None, "2027-01-01T00:00:00+01:00"),
        ("Thu, 19 Nov 2026 8:5:07 GMT", None, "2026-11-19T08:05:07+00:00"),
        ("Thu, 19 Nov 2026 8:5:7 GMT", None, "2026-11-19T08:05:07+00:00"),
        ("Thu, 19 Nov 2026 08:30:00 JST", None, "2026-11-19T08:30:00+09:00"),
        ("8:30 AEDT, 19 November 2026", "en", "2026-11-19T08:30:00+11:00"),
        ("Nov 19, 2026 8:30 AM IST", "en", "2026-11-19T08:30:00+05:30"),
        ("Nov 19, 2026 8:30 AM IST", "en-IE", "2026-11-19T08:30:00+01:00"),
        ("2026-11-19 08:30 IST", "he", "2026-11-19T08:30:00+02:00"),
        ("2026-11-19 08:30 CST", "en", "2026-11-19T08:30:00-06:00"),
        ("2026-11-19 08:30 CST", "zh", "2026-11-19T08:30:00+08:00"),
        ("2026-07-14 08:30 (BST)", "en", "2026-07-14T08:30:00+01:00"),
        ("2026-07-14 08:30 BST", "bn", "2026-07-14T08:30:00+06:00"),
        ("2026-07-14 08:30 SGT", None, "2026-07-14T08:30:00+08:00"),
        ("July 4, 2026 8:30 p.m. ET", "en-us", "2026-07-04T20:30:00-04:00"),
        ("Jan 4, 2026 8:30 p.m. ET", "en-us", "2026-01-04T20:30:00-05:00"),
        ("14.07.2026, 08:30 Uhr MESZ", "de", "2026-07-14T08:30:00+00:00"),
        ("14.07.2026, 08:30 MESZ", "de", "2026-07-14T08:30:00+02:00"),
        ("2026-11-19 08:30 GMT+5:30", None, "2026-11-19T08:30:00+05:30"),
        ("le 3 mai 2026 à 10h30 est", "fr", "2026-05-03T10:30:00+00:00"),
        ("Fri Sep 30 15:13:45 UTC 2016", None, "2016-09-30T15:13:45+00:00"),
        ("20261119T0830", None, "2026-11-19T08:30:00+00:00"),
        ("2026年11月19日 下午3:30", "zh", "2026-11-19T15:30:00+00:00"),
        ("2026년 11월 19일 오후 3:05", "ko", "2026-11-19T15:05:00+00:00"),
        ("19 نوفمبر 2026 10:30 م", "ar", "2026-11-19T22:30:00+00:00"),
        ("Friday 08:30", "en", None),
    ],
)
def test_times_and_the_names_of_zones(text, language, expected):
    found = read(text, language)
    assert (found and found.isoformat()) == expected
