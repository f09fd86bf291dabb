"""What the pages say themselves, in their readers' languages.

In comes a language code or an Accept-Language header, out the words, dates and directions for it.
Nothing is refused: a language without words gets English.
"""

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, format_timedelta, get_datetime_format
from babel.numbers import format_decimal
from babel.units import format_unit

from pipeline.errors import PublishError
from pipeline.syndicate.language import direction, language_name, language_tag


@cache
def _words(name: str = "words") -> dict[str, dict[str, str]]:
    text = resources.files(__package__).joinpath(f"data/{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def spoken(code: str, other: str = "en") -> str:
    """The language whose words are shown to readers of `code`; `other` where there are none."""
    primary = tag(code).split("-", 1)[0]
    return primary if primary in _words() else other


def words(code: str) -> Mapping[str, str]:
    """The pages' words for readers of `code`, by name."""
    return _words()[spoken(code)]


def desk(code: str) -> Mapping[str, str]:
    """The words of the status page for readers of `code`, by name."""
    return _words("desk")[spoken(code)]


def preferred(header: str) -> str:
    """The first language of an Accept-Language header (RFC 9110 §12.5.4) there are words for."""
    ranked = []
    for place, item in enumerate(header[:1000].split(",")):
        name, _, weight = item.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        primary = name.split("-", 1)[0].strip().lower()
        if quality > 0 and primary in _words():
            ranked.append((-quality, place, primary))
    return min(ranked)[2] if ranked else "en"


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


def _locale(code: str) -> Locale:
    try:
        return Locale.parse(tag(code), sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def moment(date: datetime, code: str) -> str:
    """A moment as readers of `code` write it, in UTC."""
    locale, moment = _locale(code), date.astimezone(UTC)
    parts = format_time(moment, "short", locale=locale), format_date(moment, "long", locale=locale)
    pattern = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    return f"{pattern.format(*parts)} UTC"


def day(date: datetime, code: str) -> str:
    """The same, shortly: the day."""
    return format_date(date.astimezone(UTC), "medium", locale=_locale(code))


def ago(date: datetime, code: str) -> str:
    """How long ago a moment is, in one unit of time: "5 minutes ago"."""
    gone = date - datetime.now(UTC)
    return format_timedelta(gone, add_direction=True, locale=_locale(code))


_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def span(seconds: float, code: str) -> str:
    """A length of time in the largest unit that it is whole in: "90 min"."""
    name, size = next(
        (unit for unit in _UNITS if seconds >= unit[1] and seconds % unit[1] == 0), _UNITS[-1]
    )
    return format_unit(round(seconds / size, 1), f"duration-{name}", "short", locale=_locale(code))


def number(value: float, code: str) -> str:
    """A number with its thousands apart; a fraction with two places."""
    if isinstance(value, int):
        return format_decimal(value, locale=_locale(code))
    return format_decimal(value, "#,##0.00", locale=_locale(code))
