"""Read dates and times in figures.

Pure functions; never raises.
"""

import re
from decimal import Decimal

from pipeline.translate.figures.figure import Figure


def clock(text: str, match: re.Match[str]) -> Figure:
    """Return a time of the twelve-hour clock, without a full stop that may end the sentence."""
    start, end = match.span()
    hour, minute = (*re.findall(r"\d+", match[0]), "0")[:2]
    if not 1 <= int(hour) <= 12:
        digits = re.match(r"\d+(?:[:.]\d+)?", match[0])
        end = start + len(digits[0] if digits else match[0])
        return Figure(start, end, "code", text[start:end])
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
