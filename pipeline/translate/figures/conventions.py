"""How a language writes figures: separators, grouping, words for large numbers, order of dates.

`conventions` takes a language and returns its conventions, from the CLDR (through Babel), or None
for a language that the CLDR does not have. Never raises.
Source: Unicode Technical Standard 35, part 3 (numbers) and part 4 (dates).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from babel import Locale, UnknownLocaleError
from babel.numbers import NumberPattern

from pipeline.translate.text.tags import primary

# Codes of Argos packages that the CLDR does not have under the same name.
_LOCALES: Final = {"zt": "zh_Hant", "pb": "pt_BR", "tl": "fil", "no": "nb", "iw": "he"}
# A country writes large numbers in other words than the country that the CLDR takes for the
# language; a text may be from either.
_COUNTRIES: Final = {"pt": ("pt_PT",), "pb": ("pt_PT",), "es": ("es_MX",), "zh": ("zh_Hant",)}
# Abbreviations that newspapers use; the CLDR has other ones.
_ABBREVIATIONS: Final[Mapping[str, Mapping[str, int]]] = {
    "en": {"m": 6, "mn": 6, "mln": 6, "bn": 9, "tn": 12, "trn": 12, "k": 3},
    "de": {"mill": 6, "tsd": 3},
}
_PLACE = re.compile(r"[0#][0#.,]*")
_MARKS = str.maketrans("", "", "\u200e\u200f'")


@dataclass(frozen=True, slots=True)
class Conventions:
    """The conventions of a language.

    `decimal` and `group` are the separators with ASCII digits. `sizes` are the sizes of the last
    group of digits and of the others: (3, 3), or (3, 2) in India. `scales` has the words for large
    numbers with their power of ten, case-folded and without a full stop, the longest first; `full`
    those that are no abbreviations, by their power and plural form ("one", "other"); `short` has
    the abbreviations, those that end in a full stop with it. `date`
    is the order of day ("d"), month ("m") and year ("y") in a date in figures, with the separator
    `slash`; "" if the language's countries have several.
    """

    decimal: str
    group: str
    sizes: tuple[int, int]
    scales: Mapping[str, int]
    full: Mapping[int, Mapping[str, str]]
    short: frozenset[str]
    date: str
    slash: str


@lru_cache(maxsize=256)
def conventions(language: str) -> Conventions | None:
    """Return the conventions of a language (a BCP 47 tag or a code of Argos)."""
    locale = locale_of(language)
    if locale is None:
        return None
    symbols = locale.number_symbols["latn"]
    pattern: NumberPattern = locale.decimal_formats[None]
    parts = re.sub(r"[\u200e\u200f]", "", locale.date_formats["short"].pattern)
    order = "".join(dict.fromkeys(char.lower() for char in parts if char in "dMy"))
    others = _COUNTRIES.get(primary(language), ())
    scales: dict[str, int] = {}
    for one in (*filter(None, map(locale_of, others)), locale):
        scales.update(_scales(one))
    scales.update(_ABBREVIATIONS.get(primary(language), {}))
    return Conventions(
        decimal=symbols["decimal"],
        group=symbols["group"],
        sizes=(pattern.grouping[0], pattern.grouping[1]),
        scales=dict(sorted(scales.items(), key=lambda item: -len(item[0]))),
        full=_full(locale),
        short=_short(locale) | {*_ABBREVIATIONS.get(primary(language), {})},
        # English has both orders, and Canada a third one.
        date="" if primary(language) == "en" else order,
        slash=next((char for char in parts if char in "/.-"), "/"),
    )


@lru_cache(maxsize=256)
def locale_of(language: str) -> Locale | None:
    """Return the CLDR's locale of a language, or None."""
    name = _LOCALES.get(language.lower(), language.replace("-", "_"))
    for one in (name, name.partition("_")[0]):
        try:
            return Locale.parse(one)
        except (ValueError, UnknownLocaleError):
            continue
    return None


def _scales(locale: Locale) -> Iterator[tuple[str, int]]:
    """Yield the words for large numbers with their powers of ten.

    They are in the patterns of compact numbers: "000 mil" for numbers of six digits means that
    "mil" is a thousand.
    """
    for width in ("short", "long"):
        for _, word, power in _compact(locale, width):
            folded = word.rstrip(".").casefold()
            # Single letters are units more often: "m", "k", "t". "mM" would be millimetres.
            mixed = re.fullmatch("[a-z][A-Z]", word)
            if not mixed and (len(folded) > 1 or not folded.isascii()):
                yield folded, power


def _full(locale: Locale) -> dict[int, dict[str, str]]:
    """The words for large numbers that are no abbreviations: {power: {plural form: word}}."""
    found: dict[int, dict[str, str]] = {}
    for form, word, power in _compact(locale, "long"):
        if not word.endswith("."):
            found.setdefault(power, {}).setdefault(form, word)
    return found


def _short(locale: Locale) -> frozenset[str]:
    """The abbreviations of words for large numbers: with a full stop as they are written, others
    case-folded."""
    words = {word.casefold() for _, word, _ in _compact(locale, "long")}
    return frozenset(
        word if word.endswith(".") else word.casefold()
        for _, word, _ in _compact(locale, "short")
        if word.casefold() not in words
    )


def _compact(locale: Locale, width: str) -> Iterator[tuple[str, str, int]]:
    """Yield the plural form, the word and its power of ten of each pattern of compact numbers."""
    formats: Any = locale.compact_decimal_formats
    try:
        plurals = formats[width]
    except KeyError:
        return
    for form in plurals:
        for size, pattern in plurals[form].items():
            places = _PLACE.search(pattern.pattern)
            word = " ".join(_PLACE.sub("", pattern.pattern).translate(_MARKS).split())
            if places and word:
                yield form, word, len(size) - places[0].count("0")
