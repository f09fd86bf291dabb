"""pydantic types for the values of the settings: language codes, durations, cron expressions,
CSS selectors, time zones, addresses, ids.

Each converts what is written in the file to what the program uses. For anything else it raises an
error that says what to write instead.
"""

import difflib
import re
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from pipeline import keywords, plugins
from pipeline.config.cron import crontab
from pipeline.config.languages import hint, is_language

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")
# "30 minutes", "1 Hour".
_IN_WORDS = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([smhdw])", re.IGNORECASE)
# From the shortest to the longest.
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
# Paths of the built-in server: a feed with such an id could not be reached there.
_SERVER_PATHS = frozenset(
    {"api", "article", "assets", "feed", "healthz", "metrics", "readyz", "search", "status"}
)
_ID = r"^[a-z0-9][a-z0-9_-]*$"


def _language(value: str) -> str:
    code = value.strip().lower()
    if not is_language(code):
        raise PydanticCustomError(
            "language",
            "{value} is no language code — {remedy}",
            {
                "value": f'"{value}"',
                "remedy": hint(value) or 'write a code of two or three letters, such as "pt"',
            },
        )
    return code


def _seconds(value: Any) -> Any:
    if isinstance(value, str) and (match := _DURATION.fullmatch(value.strip())):
        return float(match[1]) * _UNITS[match[2]]
    if isinstance(value, str | int | float) and value != 0:
        words = isinstance(value, str) and _IN_WORDS.match(value)
        meant = f"{words[1]}{words[2].lower()}" if words else "30m"
        raise PydanticCustomError(
            "duration",
            "{value} is no duration — write a number and s, m, h, d or w, such as {meant}",
            {"value": f'"{value}"' if isinstance(value, str) else value, "meant": f'"{meant}"'},
        )
    return value


def duration(seconds: float) -> str:
    """Write a duration as settings state it, in the largest unit that divides it: "15m"."""
    units = reversed(_UNITS.items())
    unit, length = next((one for one in units if seconds % one[1] == 0), ("s", 1))
    return f"{seconds / length:g}{unit}"


def _kept(value: Any) -> Any:
    return None if value == "forever" else _seconds(value)


def _cron(value: str) -> str:
    try:
        crontab(value, "UTC")
    except ValueError as error:
        raise PydanticCustomError(
            "cron",
            "{value} is no cron expression ({error}) — write five fields: "
            "minute hour day month weekday",
            {"value": f'"{value}"', "error": str(error)},
        ) from None
    return value


def selector_fault(value: str) -> str:
    """What is wrong with a CSS selector; "" for a valid one."""
    import soupsieve  # with Beautiful Soup it takes long, and most settings have no selector

    try:
        soupsieve.compile(value)
    except (soupsieve.SelectorSyntaxError, NotImplementedError, ValueError) as error:
        return str(error).splitlines()[0].rstrip(".")
    return ""


def _selector(value: str) -> str:
    if fault := selector_fault(value):
        raise PydanticCustomError(
            "selector",
            "{value} is no CSS selector ({fault}) — write one as in a style sheet, "
            'such as "div.story > p"',
            {"value": f'"{value}"', "fault": fault},
        )
    return value


def _timezone(value: str) -> str:
    if value and value not in available_timezones():
        near = difflib.get_close_matches(value, available_timezones(), n=1)
        raise PydanticCustomError(
            "timezone",
            '{value} is no time zone — write its IANA name, such as "{near}"',
            {"value": f'"{value}"', "near": near[0] if near else "Europe/Lisbon"},
        )
    return value


def _database(value: str) -> str:
    # Never shown, since it may hold a password.
    scheme, separator, rest = value.partition("://")
    backend = scheme.partition("+")[0]
    if value and not (separator and backend in ("sqlite", "postgresql", "postgres")):
        raise PydanticCustomError(
            "database",
            "is no address of SQLite or PostgreSQL — write "
            "postgresql+psycopg://user:password@host/name, or remove it for a file in state_dir",
        )
    file, _, options = rest.partition("?")
    if backend == "sqlite" and (
        file in ("", "/") or ":memory:" in file or "mode=memory" in options
    ):
        raise PydanticCustomError(
            "database",
            "is kept in memory, so that each command would begin with nothing — "
            "write sqlite:///folder/file.sqlite, or remove it for a file in state_dir",
        )
    if backend != "sqlite" and file.count("@") > 1:
        raise PydanticCustomError(
            "database", "has more than one @ — write those of the password as %40"
        )
    return value


def without_password(url: str) -> str:
    """A text with an address for messages, with *** instead of the password."""
    return re.sub(r"(?<=://)([^/?#@:\s]*):.*(?=@)", r"\1:***", url)


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise PydanticCustomError(
            "address",
            "{value} is no web address — it must begin with http:// or https://",
            {"value": f'"{without_password(value)}"'},
        )
    return value


def _address(value: str) -> str:
    try:
        named = bool(not value or urlsplit(value).scheme)
    except ValueError:
        named = False
    if not named:
        raise PydanticCustomError(
            "address",
            "{value} is no address — it must begin with a scheme, such as https://",
            {"value": f'"{without_password(value)}"'},
        )
    return value


def _format(value: str) -> str:
    if not plugins.FORMATS.knows(value):
        raise PydanticCustomError(
            "format",
            "{value} is no feed format — there are {known}; a plug-in may bring others",
            {"value": f'"{value}"', "known": ", ".join(plugins.FORMATS.names())},
        )
    return value


def _token(value: str) -> str:
    if value and not re.fullmatch(r"[\x21-\x7e]{16,200}", value):
        raise PydanticCustomError(
            "token",
            "must have 16 characters or more, without spaces — "
            "for example what `openssl rand -hex 16` prints",
        )
    return value


def _path_token(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,200}", value):
        raise PydanticCustomError(
            "token",
            "must have 16 letters and digits or more (also - and _) — "
            "for example what `openssl rand -hex 16` prints",
        )
    return value


def _feed_id(value: str) -> str:
    if value in _SERVER_PATHS:
        raise PydanticCustomError(
            "feed_id",
            "{value} is a path of the built-in server — choose another id",
            {"value": f'"{value}"'},
        )
    return value


def _keyword(value: str) -> str:
    if reason := keywords.fault(value):
        raise PydanticCustomError(
            "keyword", "{value} {reason}", {"value": f'"{value}"', "reason": reason}
        )
    return value


Token = Annotated[str, AfterValidator(_token)]
PathToken = Annotated[str, AfterValidator(_path_token)]
Language = Annotated[str, AfterValidator(_language)]
Seconds = Annotated[float, BeforeValidator(_seconds), Field(ge=1, le=366 * 86_400)]
Age = Annotated[float, BeforeValidator(_seconds), Field(ge=0, le=100 * 366 * 86_400)]
Kept = Annotated[float | None, BeforeValidator(_kept), Field(ge=0, le=100 * 366 * 86_400)]
TimeZone = Annotated[str, AfterValidator(_timezone)]
Cron = Annotated[str, AfterValidator(_cron)]
Selector = Annotated[str, AfterValidator(_selector)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
OptionalHttpUrl = Annotated[str, AfterValidator(lambda value: value and _http_url(value))]
Identifier = Annotated[str, Field(pattern=_ID, max_length=100)]
DatabaseUrl = Annotated[str, AfterValidator(_database)]
Address = Annotated[str, AfterValidator(_address)]
Keyword = Annotated[str, AfterValidator(_keyword)]
Format = Annotated[str, AfterValidator(_format)]
FeedId = Annotated[Identifier, AfterValidator(_feed_id)]
