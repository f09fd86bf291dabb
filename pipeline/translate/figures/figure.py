"""The data of this wing: a figure of a text, and the text that it is read from.

Pure functions; never raises.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from pipeline.translate.figures.conventions import Conventions

SPACES: Final = " \u00a0\u202f\u2009"
"""The spaces that separate groups of digits."""
CURRENCIES: Final = "£€¥₹₽₩₺₪₫₴₦"
"""The signs of currencies but the dollar's, which every model knows."""
MONEY: Final = f"${CURRENCIES}"
"""The signs of all currencies."""
HALF_DAY: Final = 720
"""Minutes."""
_DIGIT = re.compile(r"\d")
_HALF = re.compile(r"[ap]\.?[ \u00a0]?m|\b(?:d[aeiu]|del|in the)\b", re.I)

Kind = Literal["number", "date", "time", "code", "name"]
"""What a figure is. "number": with a value. "date": day, month and year in figures. "time": of the
day. "code": copied character by character (a version, a telephone number, coordinates). "name":
digits beside letters ("A380", "COVID-19", "21st"), which are part of a word."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at [start, end) of a text.

    `text` is what is written there, with ASCII digits. `value` is a number's value before its word
    for a large number ("4" of "4 million"), or a time in minutes; None for the others. `power` is
    the power of ten of that word, which ends at `scaled`; `maybe` is one that a letter could mean
    ("1.5m"). `whole` and `part` are a number's digits before and after the decimal separator,
    `sign` its sign as written. `grouped`: separators between groups of digits. `calendar` is
    a date as (year, month, day), () if its order is not certain.
    """

    start: int
    end: int
    kind: Kind
    text: str
    value: Decimal | None = None
    power: int = 0
    scaled: int = 0
    maybe: int = 0
    whole: str = ""
    part: str = ""
    sign: str = ""
    grouped: bool = False
    calendar: tuple[str, ...] = ()

    @property
    def amount(self) -> Decimal | None:
        """The value, with the word for a large number."""
        return None if self.value is None else self.value.scaleb(self.power)

    @property
    def digits(self) -> str:
        """All digits, without zeros at the beginning."""
        return "".join(_DIGIT.findall(self.text)).lstrip("0")

    @property
    def has_colon(self) -> bool:
        """Whether it is a time as all languages read it: "22:30"."""
        hour, colon, _ = self.text.partition(":")
        if not colon or not self.text[-1:].isdigit() or self.value is None:
            return False
        return int(hour) == self.value // 60

    @property
    def says_half(self) -> bool:
        """Whether it is a time that says the half of the day: "3 p.m.", "9 da noite"."""
        return self.kind == "time" and _HALF.search(self.text) is not None

    @property
    def is_of_half(self) -> bool:
        """Whether it is a time that may be of either half of the day: "8:30"."""
        return (
            self.kind == "time" and not self.says_half and 60 <= (self.value or 0) < HALF_DAY + 60
        )

    @property
    def is_year(self) -> bool:
        """Whether it is written like a year: four digits, from 1000 to 2100."""
        return (
            self.kind == "number"
            and not (self.sign or self.part or self.grouped or self.power)
            and len(self.whole) == 4
            and 1000 <= int(self.whole) <= 2100
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A text with ASCII digits, and how its figures are to be read.

    `rules` are the conventions of its language, None for an unknown one. `decimal` is its decimal
    separator; "" if unknown.
    """

    text: str
    language: str
    rules: Conventions | None
    decimal: str
