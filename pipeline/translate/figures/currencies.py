"""Keep the currency of amounts: models write dollars where the text has reais, or forget the sign.

`agreed` takes a text and its translation and returns the edits after which each amount has the sign
of its currency: "R$ 5,43" that became "$5.43" is "R$5.43". A currency in words stays as it is.
Pure functions; never raises.
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
from pipeline.translate.figures.figure import CURRENCIES, SPACES, Figure
from pipeline.translate.figures.reading import figures
from pipeline.translate.text.edits import Edit
from pipeline.translate.text.tags import primary

# Signs that are usual beside those of the CLDR, in capitals.
_USUAL: Final = {
    **dict.fromkeys(("US$", "U$", "U$S", "USD$"), "USD"),
    **dict.fromkeys(("AU$", "AUD$"), "AUD"),
    **dict.fromkeys(("C$", "CAD$", "CDN$"), "CAD"),
    **dict.fromkeys(("S$", "SG$"), "SGD"),
    **dict.fromkeys(("RMB", "RMB¥"), "CNY"),
    "RS$": "BRL",
    "₦": "NGN",
    "₽": "RUB",
    "₺": "TRY",
    "₴": "UAH",
}
_DOLLAR: Final = "$"
_SIGN: Final = f"[{_DOLLAR}{CURRENCIES}]"
# Letters before a sign, such as "HK$". With a space between they may be a word: "A $5 note".
_SIGNED: Final = rf"(?:U\$S|[A-Za-z]{{1,3}}{_SIGN}|{_SIGN})"
_CODE: Final = r"(?:[A-Z]{3}(?!\w))"
_BEFORE = re.compile(
    rf"((?<![^\W_]){_SIGNED}|(?<!\w)(?:R|US|HK|NZ) {_SIGN}|{_SIGN}|(?<!\w){_CODE})[{SPACES}]?$"
)
# "5 Mio. €"; a sign before the next number is that number's.
_AFTER = re.compile(rf"\.?[{SPACES}]?({_SIGNED}|{_CODE})(?![{SPACES}]?\d)")
_ANY = re.compile(rf"{_SIGN}|{_CODE}")
_LONGEST: Final = 7  # characters of a mark and what is between it and a number
_NEAR: Final = 30  # characters before or after an amount that may name its currency
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_STEM: Final = 4  # letters of a word that its forms share
# Scripts in which words have no ends: whether one is there is not certain.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


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


def agreed(source: str, translation: str, languages: tuple[str, str]) -> list[Edit]:
    """Return edits of the translation, in order, that give amounts the currency of the source.

    `languages` are those of the source and of the translation. Amounts of the same value that
    cannot be told apart stay as they are.
    """
    here = _amounts(source, languages[0]) if _ANY.search(source) else {}
    if not any(one.mark for row in here.values() for one in row):
        return []
    there = _amounts(translation, languages[1])
    edits = [
        edit
        for value, wanted in here.items()
        for edit in _edits(wanted, there.get(value, []), translation, languages[1])
    ]
    return sorted(edits, key=lambda edit: edit.start)


def _edits(
    wanted: list[_Amount], found: list[_Amount], translation: str, language: str
) -> Iterator[Edit]:
    """Yield the edits of the amounts of one value."""
    marked, written = [one for one in wanted if one.mark], [one for one in found if one.mark]
    if sorted(one.currency for one in marked) == sorted(one.currency for one in written):
        return
    if len(marked) == len(written):
        for one, other in zip(marked, written, strict=True):
            if one.currency != other.currency and one.mark != other.mark:
                yield Edit(other.start, other.end, one.mark)
    elif len(marked) == len(wanted) == len(found) == 1 and not written:
        (one,), (other,) = marked, found
        start, end = other.number.start, other.number.scaled or other.number.end
        beside = translation[max(0, start - _NEAR) : end + _NEAR]
        if _is_sign(one.mark) and not _is_said(one.currency, beside, language):
            yield Edit(start, start, one.mark)


def _amounts(text: str, language: str) -> dict[Decimal, list[_Amount]]:
    """The numbers of a text by their value, each with the mark beside it."""
    rows: dict[Decimal, list[_Amount]] = defaultdict(list)
    for one in figures(text, language):
        if one.amount is not None and one.kind == "number":
            rows[abs(one.amount)].append(_marked(text, one, language))
    return rows


def _marked(text: str, number: Figure, language: str) -> _Amount:
    end = number.scaled or number.end
    found = _BEFORE.search(text, max(0, number.start - _LONGEST), number.start)
    if found is None or not _is_mark(found[1]):
        found = _AFTER.match(text, end, end + _LONGEST)
    if found is None or not _is_mark(found[1]):
        return _Amount(number, number.start, number.start)
    mark = found[1].replace(" ", "")
    return _Amount(number, *found.span(1), mark, _code(mark, language))


def _is_sign(mark: str) -> bool:
    return re.search(_SIGN, mark) is not None


def _is_mark(text: str) -> bool:
    return _is_sign(text) or text in _USUAL or is_currency(text)


@lru_cache(maxsize=256)
def _code(mark: str, language: str) -> str:
    """The code of a mark. A dollar sign alone is the peso's elsewhere."""
    if mark == _DOLLAR:
        return "USD" if primary(language) == "en" else _DOLLAR
    mark = mark.upper()
    return _USUAL.get(mark) or _signs().get(mark, mark)


@lru_cache(maxsize=1)
def _signs() -> dict[str, str]:
    """The currencies by their signs in English."""
    return {sign: code for code, sign in Locale("en").currency_symbols.items()}


def _is_said(currency: str, beside: str, language: str) -> bool:
    """Return whether the words beside an amount name a currency, or may do so.

    Of several that share a word, it must have another one of the name, too: "Canadian dollars".
    """
    names = _named(currency, language)
    if not names or _UNSPACED.search(beside):
        return True
    own = names - _named("USD", language) if currency != "USD" else names
    stems = {word[:_STEM] for word in _words(beside)}
    return not stems.isdisjoint(own or names)


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
