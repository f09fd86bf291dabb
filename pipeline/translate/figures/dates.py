"""Read dates and times in figures.

Pure functions; never raises. Source of the parts of the day ("da noite") and their hours: the CLDR,
through Babel (Unicode Technical Standard 35, part 4, day periods).
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from pipeline.translate.figures.conventions import locale_of
from pipeline.translate.figures.figure import HALF_DAY, Figure, Line

# Between two times of which the second one says the half of the day: "2-4pm", "das 8 às 10". With
# spaces a dash may stand after a day or a channel.
_DASH = re.compile(r"[-–—]")
_UNTIL = re.compile(
    r" ?[-–—] ?"
    r"|[ \u00a0](?:(?:to|and|até|e|y|et|ed)[ \u00a0])?(?:(?:às?|as|a|a las|à|alle)[ \u00a0])?"
)
_FROM = re.compile(
    r"(?<!\w)(?:from|between|das|de|de las|desde as|desde las|dalle|entre(?: as| las)?)[ \u00a0]$",
    re.I,
)
_AT = re.compile(
    r"(?<!\w)(?:at|by|until|às|as|à|das|las?|alle|dalle|vers|entre|até)[ \u00a0]$", re.I
)
_WINDOW = 16  # characters before a time that are searched for these
_EARLIEST = 420  # minutes; what begins in the other half of the day begins later
# Only a time is followed by these: "9 at night" may be degrees, and "3 дня" are three days.
_GENITIVE = re.compile(r"(?:da|de|du|di|del|in the)\b")
_HOURS = r"[ \u00a0](?:(?:horas?|heures?|ore)[ \u00a0])?"
_POINTED = re.compile(r"\d{1,2}\.[0-5]\d")


class Part(NamedTuple):
    """A part of the day: "morning", "afternoon", "evening" or "night"; from and until which
    minutes."""

    kind: str
    spans: list[tuple[int, int]]


def clock(text: str, match: re.Match[str]) -> Figure:
    """Return a time of the twelve-hour clock, without a full stop that may end the sentence."""
    start, end = match.span()
    hour, minute = (*re.findall(r"\d+", match[0]), "0")[:2]
    if not 1 <= int(hour) <= 12:
        digits = re.match(r"\d+(?:[:.]\d+)?", match[0])
        end = start + len(digits[0] if digits else match[0])
        if ":" not in match[0] or int(hour) >= 24:
            return Figure(start, end, "code", text[start:end])
        return Figure(start, end, "time", text[start:end], Decimal(60 * int(hour) + int(minute)))
    if match[0].endswith(".") and not text[end:].strip("\"'”’») \n"):
        end -= 1
    afternoon = 12 * ("p" in match[0].lower())
    value = 60 * (int(hour) % 12 + afternoon) + int(minute)
    return Figure(start, end, "time", text[start:end], Decimal(value))


def order_of(date: str) -> str:
    """Return the order of a date that has only one reading; "" for others."""
    first, second, _ = re.split(r"[/.-]", date)
    if len(first) == 4:
        return "ymd"
    return "dmy" if int(first) > 12 else "mdy" if int(second) > 12 else ""


def calendar(date: str, order: str) -> tuple[str, ...]:
    """Return year, month and day of a date as they are written; () if the order is not certain."""
    parts = re.split(r"[/.-]", date)
    if not order or (order == "ymd" and len(parts[0]) != 4):
        return ()
    named = dict(zip(order, parts, strict=True))
    year, month, day = named["y"], named["m"], named["d"]
    # Years of other calendars, and versions that look like dates.
    known = len(year) == 2 or 1800 <= int(year) <= 2200
    return (year, month, day) if known and 1 <= int(month) <= 12 and 1 <= int(day) <= 31 else ()


def of_day(line: Line, figure: Figure) -> Figure:
    """Return a time of twelve hours with the part of the day after it ("9 da noite"), else the
    figure as it is.

    A number is a time only after a preposition: "o gol 2 da noite" has none.
    """
    found = _parts(line.language)
    minutes = _minutes(figure)
    if found is None or minutes is None or not 60 <= minutes < HALF_DAY + 60:
        return figure
    pattern, parts = found
    match = pattern.match(line.text, figure.end)
    if match is None or not (figure.kind == "time" or _is_after(_AT, line.text, figure.start)):
        return figure
    value = _in_part(minutes % HALF_DAY, parts[_folded(match[1])])
    text = line.text[figure.start : match.end()]
    return Figure(figure.start, match.end(), "time", text, Decimal(value))


def begun(line: Line, first: Figure, last: Figure) -> Figure | None:
    """Return `first` as the time at which what ends at `last` begins; None if it is none.

    It is in the half of the day that only the second one says: "2-4pm" begins at 14:00, "11-2pm" at
    11:00. There is a dash without spaces between them, or a preposition before the first.
    """
    minutes = _minutes(first)
    if not last.says_half or last.value is None or first.says_half or minutes is None:
        return None
    between = line.text[first.end : last.start]
    known = first.kind == "time" or _is_after(_FROM, line.text, first.start)
    if not (_UNTIL if known else _DASH).fullmatch(between) or not 60 <= minutes < HALF_DAY + 60:
        return None
    value = minutes % HALF_DAY + (HALF_DAY if last.value >= HALF_DAY else 0)
    if value > last.value:
        if minutes < _EARLIEST:
            return None
        value = (value + HALF_DAY) % (2 * HALF_DAY)
    return Figure(first.start, first.end, "time", first.text, Decimal(value))


def _is_after(pattern: re.Pattern[str], text: str, start: int) -> bool:
    return pattern.search(text[max(0, start - _WINDOW) : start]) is not None


def _minutes(figure: Figure) -> int | None:
    """The minutes that a time or a number ("9", "9.30") says; None for another one."""
    if figure.kind == "time" and figure.value is not None and not figure.says_half:
        return int(figure.value)
    if figure.kind == "code" and _POINTED.fullmatch(figure.text):
        hour, _, minute = figure.text.partition(".")
        return 60 * int(hour) + int(minute)
    plain = not (figure.sign or figure.grouped or figure.power)
    if figure.kind != "number" or not plain or len(figure.whole) > 2:
        return None
    if figure.part and (len(figure.part) != 2 or figure.part > "59"):
        return None
    return 60 * int(figure.whole) + int(figure.part or 0)


def _in_part(minutes: int, part: Part) -> int:
    """Return a time of the first half of the day as one of a part of the day."""
    late = minutes + HALF_DAY
    if part.kind == "morning" and minutes >= 60:
        return minutes
    if part.kind == "night" and minutes >= 60:
        return late if minutes >= _EARLIEST else minutes
    return min((minutes, late), key=lambda at: min(_apart(at, *span) for span in part.spans))


def _apart(minutes: int, start: int, end: int) -> int:
    """How many minutes a time is before or after a part of the day; 0 within."""
    day = 2 * HALF_DAY
    if (minutes - start) % day < (end - start) % day:
        return 0
    return min((start - minutes) % day, (minutes - end) % day)


@lru_cache(maxsize=64)
def _parts(language: str) -> tuple[re.Pattern[str], dict[str, Part]] | None:
    """The pattern of a part of the day after an hour, and the parts by their names."""
    locale = locale_of(language)
    if locale is None:
        return None
    periods: Any = locale.day_period_rules
    rules = periods[None] if periods and None in periods else {}
    parts: dict[str, Part] = {}
    for key, name in _names(locale.day_periods):
        for rule in rules.get(key, ()) if _GENITIVE.match(name) else ():
            if "from" in rule and "before" in rule:
                part = parts.setdefault(_folded(name), Part(key.rstrip("0123456789"), []))
                part.spans.append((rule["from"] // 60, rule["before"] // 60))
    if not parts:
        return None
    names = "|".join(re.escape(name).replace("'", "['’]") for name in parts)
    return re.compile(rf"{_HOURS}({names})(?!\w)", re.I), parts


def _folded(name: str) -> str:
    return name.replace("’", "'").casefold()


@lru_cache(maxsize=64)
def says_turn(language: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """Patterns of the names of midnight and noon in a language; None without."""
    locale = locale_of(language)
    named = dict(_names(locale.day_periods)) if locale is not None else {}
    if "midnight" not in named or "noon" not in named:
        return None
    first, second = (re.escape(named[key]) for key in ("midnight", "noon"))
    return re.compile(rf"(?<!\w){first}(?!\w)", re.I), re.compile(rf"(?<!\w){second}(?!\w)", re.I)


def _names(periods: Any) -> Iterator[tuple[str, str]]:
    """Yield the key and the name of the parts of the day, as they stand after an hour."""
    for width in ("abbreviated", "wide"):
        try:
            named = periods["format"][width]
        except KeyError:
            continue
        yield from ((key, named[key]) for key in named)
