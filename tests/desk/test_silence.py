"""A source that is silent for much longer than its own rhythm."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.desk.silence import READ, note, rhythm

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def dates(*gaps: float) -> list[datetime]:
    """Dates with these gaps in days between them, the newest first, the first one before NOW."""
    found, moment = [], NOW
    for gap in gaps:
        moment -= gap * DAY
        found.append(moment)
    return found


def found(*gaps: float, looked: datetime | None = NOW) -> tuple[float | None, bool]:
    rhythm_ = rhythm(dates(*gaps), looked)
    return rhythm_.every / DAY if rhythm_.every else None, rhythm_.silent


@pytest.mark.parametrize(
    ("gaps", "every", "silent"),
    [
        ((3, *[1] * 20), 1, False),  # a daily paper over a long weekend
        ((5, *[1] * 20), 1, True),
        ((5, 1, 1, 1, 9, *[1] * 10), 1, False),  # its summer break was longer
        ((27, *[7] * 8), 7, False),  # a weekly one
        ((29, *[7] * 8), 7, True),
        ((60, 1, 1, 2, 80, 1, 2, 1), 1, False),  # one that comes as it likes
        ((90, 1, 1, 2, 80, 1, 2, 1), 1, True),
        ((5, 0.01, 0.01, 30, 0.01, 30, 0.01, 30, 0.01, 30, 0.01, 30), 30, False),  # monthly issues
        ((200, 0.01, 0.01, 30, 0.01, 30, 0.01, 30, 0.01, 30, 0.01, 30), 30, True),
    ],
)
def test_silence_is_measured_by_the_rhythm_of_the_source(gaps, every, silent):
    assert found(*gaps) == (every, silent)


def test_of_a_few_articles_nothing_is_known():
    assert rhythm([], NOW).newest is None
    assert found(400, 1, 1, 1) == (None, False)
    assert rhythm(dates(400, 1), NOW).newest == NOW - 400 * DAY


def test_a_source_of_hundreds_a_day_has_the_rhythm_of_a_day():
    many = [NOW - 5 * DAY - number * timedelta(minutes=4) for number in range(READ)]
    assert rhythm(many, NOW).silent
    assert not rhythm(many, NOW - 2 * DAY).silent


def test_a_source_that_was_not_asked_since_is_not_silent():
    assert found(50, *[1] * 20, looked=NOW - 49 * DAY) == (1, False)
    assert found(50, *[1] * 20, looked=None) == (1, False)


def test_the_note_says_when_and_how_often():
    said = note(rhythm(dates(50, *[7] * 9), NOW))
    assert "2026-01-10" in said
    assert "every 7 days" in said
    assert note(rhythm(dates(1, *[1] * 9), NOW)) == ""
