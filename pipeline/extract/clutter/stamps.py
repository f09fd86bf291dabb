"""Lines that only state when, and by whom, an article was published.

In: the text of a block. Out: whether it is such a line: "Published: 19 November 2019 08:38 AM".
Never raises. A sentence is none, nor a line that says anything else.
"""

import re
from functools import cache

from pipeline.dates.names import table
from pipeline.extract.page import lexicon
from pipeline.extract.page.node import width

_LONGEST = 140  # characters
_REST = 14  # letters that may remain without the date: a weekday, a time zone
_ZONE = 4  # letters that may remain beside a weekday
_WORD = 3  # letters of a word that counts beside a weekday; prepositions are shorter
_DATE = re.compile(
    r"\b(1[89]|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d+\s*[年月日]"
    r"|\b\d{1,2}[:h.]\d{2}\b|\d:\d\d(?!\d)"
)
_SENTENCE = re.compile(r"[a-z\u00df-\u024f\u0430-\u044f]{3,}[.!?](\s|$)|[。！？]")
_LETTERS = re.compile(r"[^\W\d_]+")
_SMALL = frozenset({"am", "pm", "uhr", "gmt", "utc", "et", "est", "edt", "cet", "cest", "pst", "h"})


def is_stamp(text: str) -> bool:
    """Say whether a text is a date, with or without a label, and nothing more."""
    if len(text) > _LONGEST or not has_date(text) or _SENTENCE.search(text) or "+" in text:
        return False
    words = _LETTERS.findall(text.casefold())
    if _label().match(text):
        return True
    if not words and text.strip(" .").isdigit():
        return False  # a year as the heading of a part of the article
    bare = _without_weekday(words)
    rest = sum(len(word) for word in undated(bare) if len(word) >= _WORD)
    if len(bare) < len(words) and rest <= _ZONE:
        return True  # with a place beside the weekday it would be an appointment
    left = "".join(undated(words)).strip("年月日")
    # A character of a script without spaces means as much as half a word.
    return len(left) + 3 * (width(left) - len(left)) <= _REST


def has_date(text: str) -> bool:
    """Say whether a text contains a year, a day in figures or a time of day."""
    return _DATE.search(text) is not None


def undated(words: list[str]) -> list[str]:
    """Return the case-folded words that are no part of a date: no month, no "Uhr", no "am"."""
    return [word for word in words if word not in _SMALL and word[:3] not in _months()]


def _without_weekday(words: list[str]) -> list[str]:
    """Return the words without the name of a weekday; unchanged if there are several days."""
    days = [place for place, word in enumerate(words) if word in _weekdays()]
    if days and days[-1] - days[0] == len(days) - 1:  # "sexta-feira", not "Montag bis Freitag"
        return words[: days[0]] + words[days[-1] + 1 :]
    return words


@cache
def _label() -> re.Pattern[str]:
    """Return a pattern for a word that introduces a date, at the start or after the date itself."""
    words = [
        word for word in lexicon.data("dates")["labels"] if len(word) > 4 or not word.isascii()
    ]
    named = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"[\W\d]*({named})(?!\w)", re.I)


@cache
def _months() -> frozenset[str]:
    variants = (name for names in table("gregorian").values() for name in names)
    return frozenset(word.casefold()[:3] for name in variants for word in name.split("|"))


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(lexicon.data("dates")["weekdays"])
