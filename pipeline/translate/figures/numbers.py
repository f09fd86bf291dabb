"""Read numbers: their separators, their signs, the words for large numbers after them.

Pure functions; never raises.
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel.numbers import is_currency

from pipeline.translate.figures.conventions import Conventions
from pipeline.translate.figures.figure import MONEY, SPACES, Figure, Line
from pipeline.translate.text.functionwords import function_words

_SPACE = re.compile(f"[{SPACES}]")
_SPACED = re.compile(rf"\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?:[.,]\d+)?$")
_SIGNS: Final = "-−+"
_BEFORE_SIGN: Final = frozenset(SPACES + "\n\t([{\"'“‘«„~≈=" + MONEY)
_LETTERS = re.compile(r"[^\W\d_]+")
_NAME = re.compile(r"(?:^|[\s(\"“])([A-Z][\w+#]*|[Vv]ersion|v)\s$")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_ENGLISH: Final = frozenset(
    {"is", "was", "are", "were", "has", "had", "will", "can", "does", "did", "and", "or", "than"}
)
_MOST_DIGITS: Final = 18  # of a number; more are those of a key or an account
_INFLECTED: Final = 3  # letters that inflection adds to a word for a large number
_LONGEST: Final = 24  # characters that are searched for such a word


def number(line: Line, start: int, end: int) -> Figure:
    """Return the figure in the digits and separators of a line at [start, end)."""
    text, rules = line.text, line.rules
    before = text[start - 1 : start]
    letters = _LETTERS.match(text, end)
    written = text[start:end]
    spaced = _SPACE.search(written)
    if spaced and not _is_grouped_by(spaced[0], rules, written):
        end = start + spaced.start()
        return number(line, start, end)
    hyphenated = before in ("-", "_", "‑") and text[start - 2 : start - 1].isalpha()
    if (before.isalpha() and not _UNSPACED.match(before)) or hyphenated or before == "_":
        return Figure(start, end, "name", written)
    if any_digit := re.match(r"\.[xX*](?!\w)", text[end : end + 3]):
        return Figure(start, end + len(any_digit[0]), "code", text[start : end + 2])
    parsed = _parsed(written, line.decimal)
    if parsed is not None and len(parsed[0]) > _MOST_DIGITS:
        parsed = None
    if parsed is None or _is_part(text, start, end):
        return Figure(start, end, "code" if parsed is None else "name", written)
    whole, part, grouped = parsed
    plain = not part and not grouped
    power, scaled, maybe = _scale(text, start, end, rules)
    unit = letters and not _UNSPACED.match(letters[0]) and not power
    if unit and plain:
        return Figure(start, end, "name", written, maybe=maybe)
    if part and not (power or grouped) and _is_version(text, start, end, line.language):
        return Figure(start, end, "code", written)
    sign = ""
    if before in _SIGNS and before and (start < 2 or text[start - 2] in _BEFORE_SIGN):
        sign, start = before, start - 1
    value = Decimal(f"{'-' if sign in ('-', '−') else ''}{whole}.{part or '0'}")
    return Figure(
        start,
        end,
        "number",
        text[start:end],
        value,
        power=power,
        scaled=scaled,
        maybe=maybe,
        whole=whole,
        part=part,
        sign=sign,
        grouped=grouped,
    )


def _is_part(text: str, start: int, end: int) -> bool:
    """Return whether a number is a part of something longer: of "23/2007", ".5" or "4.2/a".

    An amount is none beside a slash ("R$ 1.250/m²", "£12.50/£8"), nor is a share ("4%/4.50%").
    """
    before, after = text[start - 1 : start], text[end : end + 1]
    if before in {".", ":"}:
        return True
    if not {before, after} & {"/", "\\"}:
        return False
    money = text[max(0, start - 2) : start].rstrip(SPACES)[-1:]
    amount = after == "%" or (money != "" and money in MONEY)
    return not amount or text[end + 1 : end + 2].isdigit()


def _is_grouped_by(space: str, rules: Conventions | None, written: str) -> bool:
    """Return whether a space in a number separates groups of digits: "12 500"."""
    if not _SPACED.match(written):
        return False
    return space != " " or (rules is not None and rules.group in SPACES)


def _parsed(written: str, decimal: str) -> tuple[str, str, bool] | None:
    """Return (digits before, digits after the decimal separator, grouped); None for a code."""
    marks = re.findall(r"\D", written)
    runs = re.split(r"\D", written)
    if not marks:
        return written, "", False
    part = ""
    last = {"٫": "."}.get(marks[-1], marks[-1])
    kinds = set(marks)
    if len(kinds) > 1 and marks.count(marks[-1]) == 1:
        if len(kinds) > 2 or last not in ".,":
            return None
        *runs, part = runs
    elif len(kinds) > 1:
        return None
    elif len(marks) == 1 and last in ".,":
        ambiguous = len(runs[1]) == 3 and len(runs[0]) <= 3 and not runs[0].startswith("0")
        if ambiguous and not decimal:
            return None
        if not ambiguous and decimal and last != decimal:
            return None  # "3.5" where the decimal separator is a comma: a version, a date, a time
        if not ambiguous or last == decimal:
            return runs[0], runs[1], False
    elif marks[0] == "٫":
        return (runs[0], runs[1], False) if len(marks) == 1 else None
    if len(runs) > 1 and not _is_grouped(runs, (3, 3)) and not _is_grouped(runs, (3, 2)):
        return None
    return "".join(runs), part, len(runs) > 1


def _is_grouped(runs: list[str], sizes: tuple[int, int]) -> bool:
    first, *middle, last = runs
    return (
        len(last) == sizes[0]
        and all(len(run) == sizes[1] for run in middle)
        and 1 <= len(first) <= sizes[1]
    )


def _is_version(text: str, start: int, end: int, language: str) -> bool:
    """Return whether a number is that of a version: "Python 3.11 is", "version 2.5"."""
    before = _NAME.search(text, max(0, start - 40), start)
    if before is None or is_currency(before[1]):
        return False
    following = re.match(r"\s?([^\W\d_]+|.)?", text[end : end + 40])
    word = following[1] if following else None
    if word is None or word in '.,;:!?)"”':
        return True
    return word.islower() and word in _following(language)


@lru_cache(maxsize=64)
def _following(language: str) -> frozenset[str]:
    """Return words that follow a name, but not a quantity."""
    return function_words(language) | (_ENGLISH if language[:2] == "en" else frozenset())


def _scale(text: str, start: int, end: int, rules: Conventions | None) -> tuple[int, int, int]:
    """Return the power of ten of a word for a large number after a number, and where it ends.

    The third number is the power that a letter after the number could mean, or 0.
    """
    if rules is None:
        return 0, 0, 0
    power, at = _word(text, end, rules)
    if not power:
        letter = re.match(r"[kmbt](?![^\W\d_])", text[end : end + 2], re.I)
        if letter is None:
            return 0, 0, 0
        meant = {"k": 3, "m": 6, "b": 9, "t": 12}[letter[0].lower()]
        if start and text[start - 1] in MONEY:
            return meant, end + 1, 0
        return 0, 0, meant
    if power == 3:
        more, until = _word(text, at, rules)
        if more > 3:
            return power + more, until, 0
    return power, at, 0


def _word(text: str, at: int, rules: Conventions) -> tuple[int, int]:
    gap = re.match(r"[ \u00a0\u202f\u2010\u2011-]?", text[at : at + 1])
    low = at + len(gap[0] if gap else "")
    rest = text[low : low + _LONGEST].casefold()
    for word, power in rules.scales.items():
        if not rest.startswith(word) or (len(word) == 1 and word.isascii()):
            continue
        tail = _LETTERS.match(rest, len(word))
        length = len(tail[0]) if tail else 0
        inflected = length <= _INFLECTED and len(word) > _INFLECTED
        if _UNSPACED.match(word) or not length or inflected:
            end = low + len(word) + (0 if _UNSPACED.match(word) else length)
            return power, end
    return 0, at


def sum_of(text: str, first: Figure, then: Figure) -> Figure | None:
    """Return the number of which two figures are parts, as "12万3456" is 123,456; or None."""
    if (first.scaled, first.kind, then.kind) != (then.start, "number", "number") or then.sign:
        return None
    high, low = first.amount, then.amount
    if high is None or low is None or low >= Decimal(1).scaleb(first.power) or low % 1 or high % 1:
        return None
    end = then.scaled or then.end
    whole = str(int(high + low))
    total = Decimal(whole)
    return Figure(
        first.start, end, "number", text[first.start : end], total, whole=whole, grouped=True
    )
