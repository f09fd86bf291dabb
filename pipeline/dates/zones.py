"""Names of time zones, such as CET and IST, as they stand beside times.

In: a name, the local time beside it, and the language of the text. Out: the offset from UTC, or
None for what names no zone. Never raises. The names are those of the IANA time zone database, and
some that it has dropped; of several zones with one name, the language's region decides.
"""

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from babel.languages import get_official_languages

from pipeline.dates.names import table

# RFC 5322 gives these to North America. IST is read as India's, where most people use it.
_FIRST = {
    "EST": "America/New_York", "EDT": "America/New_York", "CST": "America/Chicago",
    "CDT": "America/Chicago", "MST": "America/Denver", "MDT": "America/Denver",
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "IST": "Asia/Kolkata",
    "AST": "America/Halifax", "BST": "Europe/London",
}  # fmt: skip
_ZERO = frozenset({"Z", "UT", "UTC", "GMT"})
_LONGEST = 5
# Days on which every zone that has a summer time has it, or has it not.
_DAYS = (datetime(2025, 1, 2), datetime(2025, 7, 2))  # noqa: DTZ001


def offset(name: str, moment: datetime, language: str | None) -> timedelta | None:
    """Return the offset from UTC of a zone's clock that shows `moment`, which has no zone."""
    if name.upper() in _ZERO:
        return timedelta(0)
    # In small letters "est" and "art" are words.
    if not name.isupper() or not 2 <= len(name) <= _LONGEST:
        return None
    name = table("zone_names").get(name, name)
    found = _zones().get(name)
    if found is None:
        return None
    extra = table("zones").get(name)
    if extra and len(found) == 1:  # "ET" is what New York has, in winter and in summer
        return moment.replace(tzinfo=ZoneInfo(extra)).utcoffset()
    of_region, of_language = _territories(language)
    for chosen in (_among(found, of_region), _among(found, of_language)):
        if len(chosen) == 1:
            return chosen.pop()
    if name in _FIRST:
        return next(gap for gap, zones in found.items() if _FIRST[name] in zones)
    return next(iter(found))


def _among(found: dict[timedelta, set[str]], territories: frozenset[str]) -> set[timedelta]:
    """Return the offsets that zones of these territories have under a name."""
    of_zone = get_global("zone_territories")
    return {
        gap
        for gap, zones in found.items()
        if any(of_zone.get(zone) in territories for zone in zones)
    }


@cache
def _territories(language: str | None) -> tuple[frozenset[str], frozenset[str]]:
    """Return the region of a language tag, and the territories where the language is official."""
    parts = (language or "").replace("_", "-").split("-")
    region = frozenset(part.upper() for part in parts[1:] if len(part) == 2)
    everywhere = set(get_global("zone_territories").values())
    return region, frozenset(
        territory
        for territory in everywhere
        if parts[0].lower() in get_official_languages(territory, de_facto=True)
    )


@cache
def _zones() -> dict[str, dict[timedelta, set[str]]]:
    """Return the offsets of each name, each with the zones that have it."""
    found: dict[str, dict[timedelta, set[str]]] = {}
    for key in sorted(available_timezones()):
        for day in _DAYS:
            local = day.replace(tzinfo=ZoneInfo(key))
            name, gap = local.tzname(), local.utcoffset()
            if name and gap is not None and name.isalpha() and len(name) <= _LONGEST:
                found.setdefault(name.upper(), {}).setdefault(gap, set()).add(key)
    for name, key in table("zones").items():
        gap = _DAYS[0].replace(tzinfo=ZoneInfo(key)).utcoffset()
        if gap is not None:
            found.setdefault(name, {}).setdefault(gap, set()).add(key)
    return found
