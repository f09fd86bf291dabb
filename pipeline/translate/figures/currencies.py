"""Keep the currency of amounts: models write dollars where the text has reais.

`agreed` takes a text and its translation and returns the edits after which each amount has the sign
of its currency: "R$ 5,43" that became "$5.43" is "R$5.43". A currency in words stays as it is, but
for a dollar whose country is lost. Pure functions; never raises.
Source of the signs and names of currencies: the CLDR, through Babel.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.numbers import get_currency_name, is_currency

from pipeline.translate.figures.conventions import locale_of
from pipeline.translate.figures.figure import MONEY, SPACES, Figure
from pipeline.translate.figures.reading import figures
from pipeline.translate.text.edits import Edit
from pipeline.translate.text.tags import primary

# Signs that are usual beside those of the CLDR, in capitals.
_USUAL: Final = {
    **dict.fromkeys(("US$", "U$", "U$S", "USD$", "$US"), "USD"),
    **dict.fromkeys(("A$", "AU$", "$AU"), "AUD"),
    **dict.fromkeys(("C$", "CA$", "CAD$", "CDN$", "$CA", "$CAN"), "CAD"),
    **dict.fromkeys(("S$", "SG$"), "SGD"),
    "RS$": "BRL",
    "RMB": "CNY",
    "₦": "NGN",
    "₽": "RUB",
    "₺": "TRY",
    "₴": "UAH",
}
_DOLLAR: Final = "$"
_SIGN: Final = f"[{MONEY}]"
_SIGNED: Final = rf"(?:U\$S|[A-Za-z]{{1,3}}{_SIGN}|{_SIGN})"
_CODE: Final = r"(?:[A-Z]{3}(?!\w))"
# Letters with a space before a sign may be a word: "A $5 note", "gave the US $5 million".
_APART: Final = rf"(?<!\w)(?:R|HK|NZ) {_SIGN}"
_BEFORE = re.compile(rf"((?<![^\W_]){_SIGNED}|{_APART}|{_SIGN}|(?<!\w){_CODE})[{SPACES}]?$")
_US_APART = re.compile(rf"((?<!\w)US {_SIGN})[{SPACES}]?$")
# "5 Mio. €", "10 $ CA". A sign before the next number or word is that one's.
_AFTER = re.compile(
    rf"\.?[{SPACES}]?(\$[{SPACES}]?(?:USD?|CAN|CAD?|AUD?|NZD?|HKD?)(?!\w)"
    rf"|{_SIGNED}(?![^\W_])|{_CODE})(?![{SPACES}]?\d)"
)
_MINUS: Final = frozenset("-−")
_ANY = re.compile(rf"{_SIGN}|{_CODE}")
_LONGEST: Final = 8  # characters of a mark and what is between it and a number
_NEAR: Final = 30  # characters after an amount that may name its currency
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_STEM: Final = 4  # letters of a word that its forms share


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number of a text with the mark at [start, end), "" without one.

    `currency` is the mark's code, or the mark itself if it has none.
    """

    number: Figure
    start: int
    end: int
    mark: str = ""
    currency: str = ""

    def is_as(self, other: "_Amount") -> bool:
        """Whether both have one currency, as far as is known. A dollar sign may be any dollar's."""
        if self.currency == other.currency or self.mark == other.mark:
            return True
        return self.currency == _DOLLAR and (_DOLLAR in other.mark or other.mark.isalpha())


def agreed(source: str, translation: str, languages: tuple[str, str]) -> list[Edit]:
    """Return edits of the translation, in order, that give amounts the currency of the source.

    `languages` are those of the source and of the translation. Amounts of the same value that
    cannot be told apart stay as they are.
    """
    here = _amounts(source, languages[0]) if _ANY.search(source) else {}
    if not any(one.mark for row in here.values() for one in row):
        return []
    there = _amounts(translation, languages[1])
    wrong = [
        pair for value, wanted in here.items() for pair in _wrong(wanted, there.get(value, []))
    ]
    wrong += _rest(wrong, here, there)
    edits = [
        Edit(other.start, other.end, _fitted(one.mark, translation, other)) for one, other in wrong
    ]
    for value, wanted in here.items():
        edits += _dollars(wanted, there.get(value, []), translation, languages[1])
    return sorted(edits, key=lambda edit: edit.start)


def is_amount(text: str, number: Figure, language: str) -> bool:
    """Return whether a number of a text has the sign or code of a currency beside it."""
    return bool(_marked(text, number, language).mark)


_Pair = tuple[_Amount, _Amount]
"""An amount of the source, and one of the translation that is to have its mark."""


def _wrong(wanted: list[_Amount], found: list[_Amount]) -> list[_Pair]:
    """The amounts of one value that have another currency than in the source."""
    marked, written = [one for one in wanted if one.mark], [one for one in found if one.mark]
    if len(marked) != len(written):
        return []
    # Those in the same place first, then those that changed places.
    apart = [pair for pair in zip(marked, written, strict=True) if not pair[0].is_as(pair[1])]
    left = [other for _, other in apart]
    wrong = []
    for one, _ in apart:
        same = next((other for other in left if one.is_as(other)), None)
        if same is not None:
            left.remove(same)
        else:
            wrong.append(one)
    return list(zip(wrong, left, strict=True))


def _rest(
    wrong: list[_Pair],
    here: dict[Decimal, list[_Amount]],
    there: dict[Decimal, list[_Amount]],
) -> list[_Pair]:
    """The amounts beside wrong ones without a mark in the source: "R$ 5 a 10" as "$5 to $10"."""
    right = {one.currency for row in here.values() for one in row if one.mark}
    instead = {other.currency: one for one, other in wrong if other.currency not in right}
    return [
        (instead[other.currency], other)
        for value, row in there.items()
        for other in row
        if other.currency in instead and value in here and not any(one.mark for one in here[value])
    ]


def _dollars(
    wanted: list[_Amount], found: list[_Amount], translation: str, language: str
) -> Iterator[Edit]:
    """Yield the edit of an amount in dollars that do not say whose."""
    if len(wanted) != 1 or len(found) != 1 or found[0].mark or _DOLLAR not in wanted[0].mark:
        return
    start, end = found[0].number.start, found[0].number.scaled or found[0].number.end
    if _is_half_said(wanted[0].currency, translation[end : end + _NEAR], language):
        yield Edit(start, start, _fitted(wanted[0].mark, translation, found[0]))


def _fitted(mark: str, translation: str, amount: _Amount) -> str:
    """A mark for the place of another one: a letter does not touch the number."""
    before, after = translation[amount.start - 1 : amount.start], translation[amount.end :][:1]
    left = "\u00a0" if mark[0].isalpha() and before.isdecimal() else ""
    right = "\u00a0" if mark[-1].isalpha() and (after.isdecimal() or after in _MINUS) else ""
    return f"{left}{mark}{right}"


def _amounts(text: str, language: str) -> dict[Decimal, list[_Amount]]:
    """The numbers of a text by their value, each with the mark beside it."""
    rows: dict[Decimal, list[_Amount]] = defaultdict(list)
    for one in figures(text, language):
        if one.amount is not None and one.kind == "number":
            rows[abs(one.amount)].append(_marked(text, one, language))
    return rows


def _marked(text: str, number: Figure, language: str) -> _Amount:
    low, end = max(0, number.start - _LONGEST), number.scaled or number.end
    found = _US_APART.search(text, low, number.start) if primary(language) != "en" else None
    found = found or _BEFORE.search(text, low, number.start)
    if found is None or not _is_mark(found[1]):
        found = _AFTER.match(text, end, end + _LONGEST)
    if found is None or not _is_mark(found[1]):
        return _Amount(number, number.start, number.start)
    mark = re.sub(rf"[{SPACES}]", "", found[1])
    return _Amount(number, *found.span(1), mark, _code(mark, language))


def _is_mark(text: str) -> bool:
    return re.search(_SIGN, text) is not None or text in _USUAL or is_currency(text)


@lru_cache(maxsize=256)
def _code(mark: str, language: str) -> str:
    """The code of a mark: "¥" is the yuan in Chinese, "$" alone may be a peso."""
    mark = mark.upper()
    own, english = _signs(language), _signs("en")
    if mark in own or mark == _DOLLAR:
        return own.get(mark, mark)
    if is_currency(mark.strip(_DOLLAR)):
        return mark.strip(_DOLLAR)
    return _USUAL.get(mark) or english.get(mark, mark)


@lru_cache(maxsize=64)
def _signs(language: str) -> dict[str, str]:
    """The currencies by their signs in a language."""
    symbols = (locale_of(language) or Locale("en")).currency_symbols
    return {sign: code for code, sign in symbols.items() if re.search(_SIGN, sign)}


def _is_half_said(currency: str, after: str, language: str) -> bool:
    """Return whether the words after an amount name a dollar, but not whose."""
    names, dollar = _named(currency, language), _named("USD", language)
    stems = {word[:_STEM] for word in _words(after)}
    shared, own = names & dollar, names - dollar
    return bool(shared & stems and own) and stems.isdisjoint(own)


@lru_cache(maxsize=256)
def _named(currency: str, language: str) -> frozenset[str]:
    """The first letters of the words of a currency's name in a language."""
    locale = locale_of(language)
    if locale is None or not is_currency(currency):
        return frozenset()
    names = {get_currency_name(currency, count, locale) for count in (1, 2, 5)}
    return frozenset(word[:_STEM] for name in names for word in _words(name))


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _LETTERS.findall(text)}
