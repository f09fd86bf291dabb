"""Compare the figures of a text with those of its translation, by their values.

`compare` takes the two texts and their languages, and returns what is lost, what is altered and
what is new. Languages write one value in different ways: "1,000" and "1.000", "100,000" and
"100 mil", "10 p.m." and "22h", "19th" and "XIX", "12" and "doze". Pure functions; never raises.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from pipeline.translate.figures.dates import says_turn
from pipeline.translate.figures.figure import HALF_DAY, Figure
from pipeline.translate.figures.inwords import says
from pipeline.translate.figures.reading import figures

_ROMAN: Final = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_MOST_ROMAN: Final = 40
_MOST_SAID: Final = 15  # digits of a number that is said in words
_RUN = re.compile(r"\d+")
_POINTED = re.compile(r"(\d{1,2})[.,]([0-5]\d)")  # a time with a point: "21.30 Uhr"
_QUARTER: Final = 15  # minutes


@dataclass(frozen=True, slots=True)
class Comparison:
    """The figures of a text that its translation does not have, and the other way round.

    `count` is the number of figures of two or more digits in the text, `lost` how many of them the
    translation lacks, `new` how many it has without a counterpart, those that may come from
    words not counted. `altered`: a figure is lost that no language writes in
    words ("332,970", "-11", a date), or another one is in the place of a lost one.
    """

    count: int
    lost: int
    new: int
    altered: bool

    @property
    def is_right(self) -> bool:
        """Whether no figure is lost or altered."""
        return not (self.lost or self.altered)


@lru_cache(maxsize=64)
def compare(source: str, target: str, languages: tuple[str, str]) -> Comparison:
    """Compare a text in the first of `languages` with its translation into the second."""
    here, there = figures(source, languages[0]), list(figures(target, languages[1]))
    left = list(here)
    for same in (_is_same_amount, _is_same_text, _is_near):
        left = _unmatched(left, there, same)
    left = [one for one in left if not _is_in_runs(one, there, here)]
    left = [one for one in left if not _is_said(one, target, languages[1])]
    new = [one for one in there if not _comes_from(one, source, languages[0], here)]
    lost = [one for one in left if _counts(one)]
    altered = any(_is_exact(one) for one in left)
    altered = altered or any(_is_rival(one, other) for one in left for other in new)
    return Comparison(sum(map(_counts, here)), len(lost), len(new), altered)


def _unmatched(
    left: list[Figure], there: list[Figure], same: Callable[[Figure, Figure], bool]
) -> list[Figure]:
    """Return the figures without a counterpart; counterparts are taken out of `there`."""
    out = []
    for one in left:
        match = next((other for other in there if same(one, other)), None)
        if match is None:
            out.append(one)
        else:
            there.remove(match)
    return out


def _counts(figure: Figure) -> bool:
    """Return whether a figure is a time or large: models say those of one digit in words."""
    return figure.kind == "time" or sum(map(str.isdigit, figure.text)) > 1 or figure.power > 0


def _is_exact(figure: Figure) -> bool:
    if figure.kind == "number":
        return bool(figure.part or figure.grouped or figure.sign or len(figure.whole) > 2)
    return figure.kind in ("date", "code")


def _is_same_amount(one: Figure, other: Figure) -> bool:
    if one.kind != other.kind:
        return False
    if one.kind == "number":
        return one.amount == other.amount
    return one.kind == "time" and one.value == other.value


def _is_same_text(one: Figure, other: Figure) -> bool:
    if "number" in (one.kind, other.kind) and one.kind != other.kind:
        # The figure of a code or of a name, with or without letters beside it.
        return one.text == other.text and not (one.power or other.power)
    if one.kind == "time" == other.kind:
        return False
    if one.kind == "date" == other.kind:
        return sorted(_RUN.findall(one.text)) == sorted(_RUN.findall(other.text))
    return one.kind != "number" and one.digits == other.digits


def _is_near(one: Figure, other: Figure) -> bool:
    """Return whether a figure is the same in another form."""
    if one.kind == "number" == other.kind and one.value is not None and other.value is not None:
        for power in {0, one.maybe}:
            for another in {0, other.maybe}:
                if one.value.scaleb(one.power or power) == other.value.scaleb(
                    other.power or another
                ):
                    return True
        return False
    if one.kind == "time":
        return _is_same_time(one, other)
    if other.kind == "time" and _POINTED.fullmatch(one.text):
        return _is_same_time(other, one)
    if other.kind == "time" and other.value is not None and one.kind == "number":
        return one.amount is not None and one.amount % 12 == other.value // 60 % 12
    return False


def _is_same_time(one: Figure, other: Figure) -> bool:
    """Return whether a figure says a time of the day, on a clock of twelve or 24 hours.

    Halves and quarters of an hour may be words.
    """
    if one.value is None:
        return False
    if other.kind == "time" and other.value is not None:
        either = one.is_of_half or other.is_of_half
        return either and one.value % HALF_DAY == other.value % HALF_DAY
    pointed = _POINTED.fullmatch(other.text)
    if pointed:
        return (60 * int(pointed[1]) + int(pointed[2])) % HALF_DAY == one.value % HALF_DAY
    return one.value % _QUARTER == 0 and _is_hour(other, one)


def _is_hour(figure: Figure, time: Figure) -> bool:
    hour = int(figure.digits or 0) if len(_RUN.findall(figure.text)) == 1 else 99
    return time.value is not None and hour <= 24 and hour % 12 == time.value // 60 % 12


def _is_in_runs(one: Figure, there: list[Figure], here: tuple[Figure, ...]) -> bool:
    """Return whether the digits of a figure are in the translation in another grouping.

    "'90s" is there as "1990", "22:30" as "22h30", "04/15/2027" as "15 de abril de 2027", "250" of
    "250 to 300 thousand" as "250 mil". What is found is taken out of `there`.
    """
    if one.kind == "number" and (one.part or one.grouped or one.sign):
        return False
    powers = {other.power for other in here}
    same = [other for other in there if other.value == one.value is not None]
    if found := [other for other in same if one.kind == "number" and other.power in powers]:
        there.remove(found[0])
        return True
    if one.kind == "time":
        return _is_apart(one, there)
    # The month of a date may be said in words.
    year, _, day = one.calendar or ("", "", "")
    parts = [year, day] if year else [run for run in _RUN.findall(one.text) if len(run) > 1]
    runs = [run.lstrip("0") for run in parts]
    matches: list[Figure] = []
    for run in runs:
        free = (other for other in there if other not in matches)
        match = next((other for other in free if _has_run(other, run)), None)
        if match is None:
            return False
        matches.append(match)
    for match in matches:
        there.remove(match)
    return bool(runs)


def _is_apart(time: Figure, there: list[Figure]) -> bool:
    """Return whether hour and minutes are figures by themselves: "21 heures 35"."""
    free = [one for one in there if one.kind != "time"]
    for hour in (one for one in free if _is_hour(one, time)):
        for minute in free:
            if minute is not hour and int(minute.digits or 0) == (time.value or 0) % 60:
                there.remove(hour)
                there.remove(minute)
                return True
    return False


def _has_run(other: Figure, run: str) -> bool:
    """Return whether a figure is a run of digits, or a year with and without its century."""
    if other.part or other.grouped or other.power:
        return False
    longer, shorter = sorted((other.digits, run), key=len, reverse=True)
    return longer == shorter or (
        other.kind != "time"
        and longer.endswith(shorter)
        and len(shorter) > 1
        and len(longer) == len(shorter) + 2
    )


def _is_said(one: Figure, target: str, language: str) -> bool:
    """Return whether a figure is in the translation in words or in Roman numerals."""
    if one.kind in ("date", "code") or len(one.digits) > _MOST_SAID:
        return False
    if one.kind == "time":
        return _is_time_said(one, target, language)
    value = one.amount if one.kind == "number" else Decimal(one.digits or 0)
    if value is None or value % 1:
        return False
    if value < _MOST_ROMAN and _roman(int(value)) in re.findall(r"\w+", target):
        return True
    said = says(target, language, value)
    return not _is_exact(one) if said is None else said


def _is_time_said(time: Figure, target: str, language: str) -> bool:
    """Return whether a text says the hour of a time, or noon or midnight, in words."""
    if time.value is None or time.value % _QUARTER:
        return False
    turns = says_turn(language) if time.value % HALF_DAY == 0 else None
    if turns is not None and turns[int(time.value // HALF_DAY)].search(target):
        return True
    hour = time.value // 60
    # Halves and quarters may be those before the next hour: "halb neun".
    hours = {one for hour in (hour, hour + (time.value % 60 > 0)) for one in (hour, hour % 12)}
    return any(says(target, language, one) is not False for one in hours)


def _comes_from(one: Figure, source: str, language: str, here: tuple[Figure, ...]) -> bool:
    """Return whether a figure of the translation may come from words, or a part of a figure."""
    if not _counts(one):
        return True
    if not one.power and any(one.digits in other.text for other in here):
        return True
    if not one.power and one.digits.endswith(
        tuple(other.digits for other in here if len(other.digits) > 1)
    ):
        return not one.grouped and not one.part
    amount = one.amount if one.kind == "number" else None
    if amount is None:
        return one.kind != "code"
    if amount < _MOST_ROMAN and _roman(int(amount)) in re.findall(r"\w+", source):
        return True
    return says(source, language, amount) is not False


def _is_rival(one: Figure, other: Figure) -> bool:
    """Return whether two figures without counterparts are of one kind: one stands for the other."""
    return one.kind == other.kind or {one.kind, other.kind} <= {"number", "code"}


def _roman(value: int) -> str:
    out = ""
    for size, letters in _ROMAN:
        while value >= size:
            out, value = out + letters, value - size
    return out
