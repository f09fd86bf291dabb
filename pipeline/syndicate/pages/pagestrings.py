"""Texts of the pages by language, and the format of dates and numbers.

Takes a language code; returns texts, dates, numbers and writing directions for it. Raises nothing:
a language without texts gets English.
"""

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources

from babel.dates import format_date, format_time, get_datetime_format
from babel.numbers import format_decimal

from pipeline.errors import PublishError
from pipeline.syndicate.language import direction, language_name, language_tag, locale


@cache
def _words() -> dict[str, dict[str, str]]:
    text = resources.files(__package__).joinpath("data/words.toml").read_text("utf-8")
    return tomllib.loads(text)


def languages() -> tuple[str, ...]:
    """The languages that have texts."""
    return tuple(_words())


def spoken(code: str, other: str = "en") -> str:
    """The language of the texts for pages in the language `code`; `other` if it has none."""
    primary = tag(code).split("-", 1)[0]
    return primary if primary in _words() else other


def words(code: str) -> Mapping[str, str]:
    """The texts of the pages in the language `code`: {key: text}."""
    return _words()[spoken(code)]


def tag(code: str) -> str:
    """The BCP 47 tag of a code; the code itself if it is no tag."""
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


def moment(date: datetime, code: str) -> str:
    """A date and time in UTC, in the format of a language."""
    own, moment = locale(code), date.astimezone(UTC)
    parts = format_time(moment, "short", locale=own), format_date(moment, "long", locale=own)
    pattern = str(get_datetime_format("medium", locale=own)).replace("'", "")
    return f"{pattern.format(*parts)} UTC"


def day(date: datetime, code: str) -> str:
    """A date in UTC, in the format of a language."""
    return format_date(date.astimezone(UTC), "medium", locale=locale(code))


def number(value: float, code: str) -> str:
    """A number in the format of a language: with grouped thousands; a float with two decimals."""
    if isinstance(value, int):
        return format_decimal(value, locale=locale(code))
    return format_decimal(value, "#,##0.00", locale=locale(code))
