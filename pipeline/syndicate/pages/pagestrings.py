"""What the pages say themselves, in their readers' languages.

In comes a language code, out the words, dates, numbers and directions for it. Nothing is refused: a
language without words gets English.
"""

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_datetime_format
from babel.numbers import format_decimal

from pipeline.errors import PublishError
from pipeline.syndicate.language import direction, language_name, language_tag


@cache
def _words() -> dict[str, dict[str, str]]:
    text = resources.files(__package__).joinpath("data/words.toml").read_text("utf-8")
    return tomllib.loads(text)


def languages() -> tuple[str, ...]:
    """The languages that there are words in."""
    return tuple(_words())


def spoken(code: str, other: str = "en") -> str:
    """The language whose words are shown to readers of `code`; `other` where there are none."""
    primary = tag(code).split("-", 1)[0]
    return primary if primary in _words() else other


def words(code: str) -> Mapping[str, str]:
    """The pages' words for readers of `code`, by name."""
    return _words()[spoken(code)]


def tag(code: str) -> str:
    """The BCP 47 tag of a code; the code itself where it is none."""
    try:
        return language_tag(code)
    except PublishError:
        return code


def side(code: str) -> str:
    """ "rtl" or "ltr"; "auto" for a code that is no language."""
    try:
        return direction(code)
    except PublishError:
        return "auto"


def name(code: str, within: str) -> str:
    """The name of language `code` in the language `within`; else the code."""
    try:
        return language_name(code, within)
    except PublishError:
        return code


def locale(code: str) -> Locale:
    """How readers of `code` write dates and numbers."""
    try:
        return Locale.parse(tag(code), sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def moment(date: datetime, code: str) -> str:
    """A moment as readers of `code` write it, in UTC."""
    ways, moment = locale(code), date.astimezone(UTC)
    parts = format_time(moment, "short", locale=ways), format_date(moment, "long", locale=ways)
    pattern = str(get_datetime_format("medium", locale=ways)).replace("'", "")
    return f"{pattern.format(*parts)} UTC"


def day(date: datetime, code: str) -> str:
    """The same, shortly: the day."""
    return format_date(date.astimezone(UTC), "medium", locale=locale(code))


def number(value: float, code: str) -> str:
    """A number with its thousands apart; a fraction with two places."""
    if isinstance(value, int):
        return format_decimal(value, locale=locale(code))
    return format_decimal(value, "#,##0.00", locale=locale(code))
