"""Let figures stand aside while a model works: it gets simple ones, and rules write the others.

`aside` takes a text and returns it with a stand-in for each figure that models write wrong: a
number of two digits for a number or a code, a year for a date, a time for a time. `Aside.restored`
puts the figures into the translation in the place of their stand-ins, as its language writes them.
Models copy numbers of two digits, and they inflect the words around them as around any number.
Pure functions; never raises.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pipeline.translate.figures.conventions import conventions, locale_of
from pipeline.translate.figures.currencies import is_amount
from pipeline.translate.figures.figure import HALF_DAY, MONEY, SPACES, Figure
from pipeline.translate.figures.reading import figures
from pipeline.translate.figures.writing import written, written_amount
from pipeline.translate.text.capitals import in_capitals
from pipeline.translate.text.edits import Edit, Edited, edited
from pipeline.translate.text.functionwords import function_words
from pipeline.translate.text.tags import primary

# In a fixed order without any sense, so that the numbers of a sentence look unlike each other.
_NUMBERS: Final = tuple(
    str(number)
    for number in sorted(range(21, 99), key=lambda number: number * 37 % 101)
    if number % 11 and number % 10
)
_YEARS: Final = ("1987", "1975", "1964", "1993", "1958", "1946")
_MORNINGS: Final = ("8:47", "9:36", "7:58", "6:29", "11:43")
# Not twelve hours after one of the morning: a model may change the clock.
_EVENINGS: Final = ("20:38", "21:52", "19:46", "18:57", "22:34")
_FIRST = re.compile(rf"\W*?(\w+|[{MONEY}])")
_SIGNS: Final = frozenset(MONEY)


@dataclass(frozen=True, slots=True)
class Aside:
    """A text with stand-ins.

    `edited` maps its words to those of the text before. `standing` are (stand-in, figure), in the
    order of the text. `languages` are those of the text and of the translation.
    """

    edited: Edited
    standing: tuple[tuple[str, Figure], ...]
    languages: tuple[str, str]

    @property
    def text(self) -> str:
        """The text for the model."""
        return self.edited.text

    def restored(self, translation: str) -> Edited | None:
        """Return the translation with the figures; None if a stand-in is not there exactly once."""
        found = self._edits(translation)
        return None if found is None else edited(translation, [edit for edit, _ in found])

    def places(self, translation: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """Yield where each figure is, [start, end) in the text before and in what `restored` gives
        for a translation. One with a word for a large number is left out: that belongs to it.
        """
        shift = 0
        for edit, figure in self._edits(translation) or ():
            start = edit.start + shift
            shift += len(edit.text) - (edit.end - edit.start)
            if not figure.power:
                yield (figure.start, figure.end), (start, edit.end + shift)

    def _edits(self, translation: str) -> list[tuple[Edit, Figure]] | None:
        """Return the edits that put figures in their places, in order, with the figures."""
        edits: list[tuple[Edit, Figure]] = []
        there = figures(translation, self.languages[1])
        for standin, figure in self.standing:
            found = [
                edit for one in there if (edit := self._edit(translation, standin, figure, one))
            ]
            if len(found) != 1:
                return None
            edits.append((found[0], figure))
        return sorted(edits, key=lambda pair: pair[0].start)

    def _edit(self, translation: str, standin: str, figure: Figure, one: Figure) -> Edit | None:
        """Return the edit that puts a figure in the place of `one`, if that is its stand-in."""
        source, target = self.languages
        zero = _zero(translation[one.start : one.end])
        if figure.kind == "time":
            return self._time(standin, figure, one, zero)
        if one.kind not in ("number", "name"):
            return None
        start = one.start + len(one.sign)
        text = written(figure, source, target, zero)
        if one.text.removeprefix(one.sign) == standin and one.power == figure.power:
            # A sign of the model's own comes from the words around, as in "47-58".
            return Edit(start, one.end, text)
        # Languages have words for different powers of ten: 47 million is 4700万.
        if one.amount == Decimal(standin).scaleb(figure.power) and figure.amount is not None:
            amount = figure.amount.scaleb(-one.power)
            other = written_amount(amount, figure.grouped, target, zero)
            return None if other is None else Edit(start, one.end, other)
        return None

    def _time(self, standin: str, figure: Figure, one: Figure, zero: str) -> Edit | None:
        source, target = self.languages
        hour, minute = map(int, standin.split(":"))
        if one.kind != "time" or one.value is None:
            return None
        if int(one.value) % HALF_DAY != (60 * hour + minute) % HALF_DAY:
            return None
        return Edit(one.start, one.end, written(figure, source, target, zero))


def aside(text: str, source: str, target: str, *, every: bool = False) -> Aside | None:
    """Return a text in `source` with stand-ins for its figures; None if nothing is to change.

    Models copy plain numbers of one or two digits, years and times; with `every` those stand aside,
    too, except single digits. Abbreviations of large numbers are spelt out: models leave the "mi"
    of "US$ 5 mi" and the "trn" of "$1trn" as they are.
    """
    found = figures(text, source)
    names = _Names({one.digits for one in found}, source, target)
    standing: list[tuple[str, Figure]] = []
    edits: list[Edit] = []
    for one in found:
        name = names.next(one) if _stands_aside(one, every=every) else None
        word, end = _spelt(text, one, source)
        if name is not None:
            standing.append((name, one))
            edits.append(Edit(one.start, end, name + word))
        elif word:
            edits.append(Edit(one.end, end, word))
    return Aside(edited(text, edits), tuple(standing), (source, target)) if edits else None


def _spelt(text: str, figure: Figure, language: str) -> tuple[str, int]:
    """Return the full word for an abbreviation after a number, with a space, and where that ends;
    "" and the end of the number, where there is none.

    An abbreviation has its full stop ("5 Mio."), or is beside a currency: "mi" are miles and "Bio"
    a kind of farming elsewhere.
    """
    rules, locale = conventions(language), locale_of(language)
    if not figure.power or rules is None or locale is None or figure.value is None:
        return "", figure.end
    short = text[figure.end : figure.scaled].strip(SPACES)
    forms = rules.full.get(figure.power, {})
    word = forms.get(locale.plural_form(_counted(figure.value, figure.part)), forms.get("other"))
    end = figure.scaled
    if f"{short}." in rules.short and text[end : end + 1] == ".":
        end += not _ends_sentence(text[end + 1 :], language)
    elif short.casefold() not in rules.short | {*"kmbt"} or not is_amount(text, figure, language):
        return "", figure.end
    if not word:
        return "", figure.end
    # A headline in capitals is put into small letters for the model as a whole.
    word = word.upper() if in_capitals(text) else word
    return f" {word} " if text[end : end + 1] in _SIGNS else f" {word}", end


def _ends_sentence(rest: str, language: str) -> bool:
    """Whether the full stop of an abbreviation before `rest` may be that of its sentence, too."""
    word = _FIRST.match(rest)
    if word is None:
        return True
    # Nouns have a capital in German ("5 Mio. Euro").
    nouns = primary(language) in ("de", "lb")
    return word[1].istitle() and (not nouns or word[1].lower() in function_words(language))


def _counted(value: Decimal, part: str) -> Decimal:
    """A value as plural rules want it: with decimals only if it is written with some."""
    return abs(value) if part else abs(value).to_integral_value()


class _Names:
    """Gives out stand-ins that the text does not have."""

    def __init__(self, used: set[str], source: str, target: str) -> None:
        self._free = {
            "number": [one for one in _NUMBERS if one not in used],
            "date": [one for one in _YEARS if one not in used],
            "morning": [one for one in _MORNINGS if one.replace(":", "") not in used],
            "evening": [one for one in _EVENINGS if one.replace(":", "") not in used],
        }
        self._languages = (source, target)

    def next(self, figure: Figure) -> str | None:
        """Return the stand-in of a figure; None when there is no other left."""
        if figure.kind == "time":
            late = figure.value is not None and figure.value >= HALF_DAY
            free = self._free["evening" if late else "morning"]
        else:
            free = self._free["date" if figure.kind == "date" else "number"]
        if not free:
            return None
        best = next(self._alike(figure, free), free[0])
        free.remove(best)
        return best

    def _alike(self, figure: Figure, free: Sequence[str]) -> Iterator[str]:
        """Yield numbers with the plural forms of a figure: Slavic languages have three."""
        if figure.kind == "number" and figure.value is not None:
            forms = self._forms(figure.value, figure.part)
            yield from (one for one in free if self._forms(Decimal(one), "") == forms)

    def _forms(self, value: Decimal, part: str) -> list[str]:
        exact = _counted(value, part)
        return [locale.plural_form(exact) for one in self._languages if (locale := locale_of(one))]


def _stands_aside(figure: Figure, *, every: bool) -> bool:
    if figure.kind == "name":
        return False
    if figure.kind == "time":
        return every or not figure.has_colon
    if figure.kind != "number":
        return True
    if figure.sign or figure.part or figure.grouped:
        return True
    return len(figure.whole) > (1 if every else 2) and (every or not figure.is_year)


def _zero(text: str) -> str:
    """Return the digit zero of the numbering system of a figure."""
    for char in text:
        if char.isdecimal():
            return chr(ord(char) - int(char))
    return "0"
