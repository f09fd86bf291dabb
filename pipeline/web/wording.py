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
from babel.dates import format_date

from pipeline.errors import PublishError
from pipeline.syndicate.language import direction, language_name, language_tag


@cache
def _words(name: str = "words") -> dict[str, dict[str, str]]:
    text = resources.files(__package__).joinpath(f"data/{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def spoken(code: str) -> str:
    """The language whose words are shown to readers of `code`."""
    primary = tag(code).split("-", 1)[0]
    return primary if primary in _words() else "en"


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


def moment(date: datetime, code: str) -> str:
    """A moment as readers of `code` write it, in UTC."""
    try:
        locale = Locale.parse(tag(code), sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    moment = date.astimezone(UTC)
    return f"{format_date(moment, 'long', locale=locale)}, {moment:%H:%M} UTC"
