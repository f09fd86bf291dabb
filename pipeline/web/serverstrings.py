"""Texts of the built-in server: choice of language, words of the status page, times.

Takes a language code or an Accept-Language header; returns texts in it. Raises nothing: a language
without texts gets English.
"""

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources

from babel.dates import format_timedelta
from babel.units import format_unit

from pipeline.syndicate.language import locale
from pipeline.syndicate.pages.pagestrings import languages, spoken


@cache
def _desk() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in ("desk.toml", "visits.toml"):
        text = resources.files(__package__).joinpath("data", name).read_text("utf-8")
        for code, words in tomllib.loads(text).items():
            found.setdefault(code, {}).update(words)
    return found


def desk(code: str) -> Mapping[str, str]:
    """The words of the pages about the desk in the language `code`: {key: text}."""
    return _desk()[spoken(code)]


def preferred(header: str, other: str = "en") -> str:
    """The preferred language of an Accept-Language header (RFC 9110 §12.5.4) that has texts; else
    `other`."""
    ranked = []
    for place, item in enumerate(header[:1000].split(",")):
        name, _, weight = item.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        primary = name.split("-", 1)[0].strip().lower()
        if quality > 0 and primary in languages():
            ranked.append((-quality, place, primary))
    return min(ranked)[2] if ranked else other


def ago(date: datetime, code: str) -> str:
    """How long ago a time is, in one unit: "5 minutes ago"."""
    gone = date - datetime.now(UTC)
    return format_timedelta(gone, add_direction=True, locale=locale(code))


_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def span(seconds: float, code: str) -> str:
    """A duration in the largest unit that gives a whole number: "90 min"."""
    name, size = next(
        (unit for unit in _UNITS if seconds >= unit[1] and seconds % unit[1] == 0), _UNITS[-1]
    )
    return format_unit(round(seconds / size, 1), f"duration-{name}", "short", locale=locale(code))
