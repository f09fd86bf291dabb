"""Compare the numbers in a sentence with those in its translation.

`lost`, `invented` and `multiplied` take the two texts and return how many numbers are missing, and
whether one was added or multiplied. Languages write numbers in different ways, which all count as
equal: "1,000" and "1.000", "100,000" and "100 mil", "19th" and "XIX", "10 p.m." and "22h", "the
'90s" and "1990". Pure functions; never raises.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.translate.text.kept import without_kept

_NUMBER = re.compile(
    r"\d{1,2}:\d{2}(?!\d)|\d{1,3}(?:[.,’'\u00a0\u202f ]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?",
    re.ASCII,
)
_RUN = re.compile(r"\d+")
_DIGIT = re.compile(r"\d")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_TIME = re.compile(r"(\d{1,2})[:.hH](\d{2})(?!\d)")
# Beginnings of words for thousand, million and more, in the target languages of Argos's models.
_SCALE = re.compile(
    r"[\s\u2010\u2011-]?(?:mil|mi[oa]\b|thous|bil|tril|tri[lł]|tausend|duiz|tus|tys|tis|mln|mld|mrd|bn|[kmb]\b|ribu|juta|"
    r"bin\b|ezer|tūkst|tuhat|tuhan|ngh[iì]n|triệu|tỷ|mijë|тыс|тися|млн|млрд|мил|мільй|хил|χιλ|εκατ|"
    r"万|萬|億|亿|千|兆|만|억|천|ألف|آلاف|مليون|مليار|هزار|میلیون|אלף|מיליון|हज|लाख|करोड|হাজার|লাখ|"
    r"พัน|หมื่น|แสน|ล้าน)",
    re.IGNORECASE,
)
# The same as whole words: "milhas" (miles) and "milímetros" begin like one.
_MULTIPLIER = re.compile(
    r"\s?(?:mil|mille|mila|milh(?:ão|ões)|mill(?:ón|ones)|mili(?:one|oni|on|ony|onów|oane|ón|óny)|"
    r"milioi|milió|milions|miljo(?:en|ner|onaa)|miljon(?:er|it)?|millió|million(?:s|en|er|ar)?|"
    r"bilh(?:ão|ões)|bili(?:ão|ões)|bill(?:ón|ones)|billions?|trillions?|trilh(?:ão|ões)|"
    r"milliards?|milliarden?|milliárd|milj?ard(?:en|er|it|a|y|ů)?|miliard[eiy]?|mld|mln|mrd|mi[oa]|"
    r"thousand|tausend|duizend|tusen|tusind|tisíce?|tysi(?:ące|ęcy)|tuhat|tuhatta|ezer|bin|ribu|"
    r"juta|тысяч[аи]?|тыс|тисяч[аі]?|млн|млрд|миллион(?:а|ов)?|мільйон(?:и|ів)?|хиляди|χιλιάδες|"
    r"εκατομμύρια)(?!\w)|\s?[万萬億亿千만억천]",
    re.IGNORECASE,
)
_AFTERNOON = re.compile(r"\s?p\.?\s?m\b", re.IGNORECASE)
_ROMAN: Final = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def lost(source: str, target: str) -> int:
    """Return how many numbers of two or more digits the translation does not have."""
    if not _numbers(source):
        return 0
    found = _numbers(target)
    runs = Counter(run for number in found for run in _RUN.findall(number.text))
    all_digits = {_digits(number.text) for number in found}
    scaled = {(_significant(number.text), number.big) for number in found}
    count = 0
    for number, big, _, afternoon in _numbers(source):
        parts = [run for run in _RUN.findall(number) if len(run) > 1]
        if not parts:
            continue
        if all(runs[part] > 0 for part in parts):
            runs.subtract(parts)
            continue
        if _digits(number) in all_digits or _has_time(number, afternoon, runs):
            continue
        digits = _significant(number)
        if (digits, True) in scaled or (big and (digits, False) in scaled):
            continue
        if len(parts) == 1 and _other_form(int(parts[0]), parts[0], afternoon, target, runs):
            continue
        count += 1
    return count


def invented(source: str, target: str) -> bool:
    """Return whether the translation has a number of three or more digits that the source lacks.

    Runs of digits may be joined or separated.
    """
    if not _numbers(target):
        return False
    runs = [run for number in _numbers(source) for run in _RUN.findall(number.text)]
    there = "".join(runs)
    for number, *_ in _numbers(target):
        if _significant(number) in there:
            continue
        for run in _RUN.findall(number):
            # "the '90s" may become "1990", "two thousand" "2.000".
            known = run in there or run.endswith(tuple(runs)) or not run.strip("0")
            if len(run) > 2 and not known:
                return True
    return False


def multiplied(source: str, target: str) -> bool:
    """Return whether a number was multiplied, such as "250" translated as "250 mil" (thousand)."""
    numbers = _numbers(source)
    if not numbers or any(number.big for number in numbers):
        return False
    there = {_digits(number.text) for number in numbers} - {""}
    return any(number.multiplied and _digits(number.text) in there for number in _numbers(target))


def count(text: str) -> int:
    """Return how many numbers of two or more digits a text has."""
    return sum(max(map(len, _RUN.findall(number.text))) > 1 for number in _numbers(text))


class _Number(NamedTuple):
    """A number as written, and what follows it.

    `big`: a word that begins like "thousand" or more. `multiplied`: certainly such a word.
    `afternoon`: "p.m.".
    """

    text: str
    big: bool
    multiplied: bool
    afternoon: bool


@lru_cache(maxsize=64)
def _numbers(text: str) -> tuple[_Number, ...]:
    """Return the numbers in a text, except those in addresses, handles and hashtags."""
    if not _DIGIT.search(text):
        return ()
    # Digits of other scripts are converted to ASCII.
    bare = _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), without_kept(text))
    follows = (_SCALE, _MULTIPLIER, _AFTERNOON)
    return tuple(
        _Number(match[0], *(one.match(bare, match.end()) is not None for one in follows))
        for match in _NUMBER.finditer(bare)
    )


def _digits(number: str) -> str:
    """Return all digits without leading zeros: the same for "1,000", "1.000" and "1000"."""
    return "".join(_RUN.findall(number)).lstrip("0")


def _has_time(number: str, afternoon: bool, runs: Counter[str]) -> bool:
    """Return whether the translation has a time of day in another format: "09:00" as "9h"."""
    time = _TIME.fullmatch(number)
    if time is None:
        return False
    hour, values = int(time[1]), {int(run) for run in runs}
    hours = {hour, hour + 12 if hour < 12 else hour - 12} if afternoon or hour > 12 else {hour}
    return not hours.isdisjoint(values) and (int(time[2]) in values or time[2] == "00")


def _significant(number: str) -> str:
    """Return the significant digits: the same for "1,500,000" and "1.5" (million)."""
    return "".join(_RUN.findall(number)).strip("0") or "0"


def _other_form(value: int, digits: str, afternoon: bool, target: str, runs: Counter[str]) -> bool:
    """Return whether a number is there in Roman numerals, as p.m. hour, or with its century."""
    if value < 40 and _roman(value) in re.findall(r"\w+", target):
        return True
    if afternoon and str(value + 12) in runs:
        return True
    return any(len(run) > len(digits) and run.endswith(digits) for run in runs)


def _roman(value: int) -> str:
    out = ""
    for size, letters in _ROMAN:
        while value >= size:
            out, value = out + letters, value - size
    return out
