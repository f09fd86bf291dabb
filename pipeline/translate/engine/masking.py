"""Mask what a model would lose: addresses, handles, emoji, currency signs, unknown letters.

`masked` takes a segment and returns the text for the model. `Masked.restored` takes its translation
and puts back what was taken out, or returns None if a place for it is missing: then the caller
tries another way. Pure functions; never raises.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.translate.engine.typography import SINGLE, SPACED, has_spaced, marks, spaced
from pipeline.translate.figures.figure import CURRENCIES
from pipeline.translate.text.edits import Edit, Edited, edited
from pipeline.translate.text.kept import EMOJI, KEPT, may_have_kept
from pipeline.translate.text.segments import has_words

Knows = Callable[[str], bool]
"""Returns whether a model's vocabulary has all characters of a text."""

WAYS: Final = ("N", "Z", "(N", "")
"""The ways to mask a segment, in the order of attempts. What is taken out is replaced by a letter
with a number ("N1"), because models copy such names. "N" writes amounts of money in dollars; "Z"
takes out whole amounts; "(N" puts the letter in brackets ("(N1)"), which models forget more rarely;
"" masks nothing."""

# At the edges of a segment: bullets, dashes at the start of a line, symbols, list numbers, footnote
# marks. Quotation marks and brackets are not among them, as they come in pairs.
_OPENING = re.compile(rf"^(?:(?:[-–—−*•·●▪■◆►▶※§¶©®]+|\(?\d{{1,3}}\)|{EMOJI})\s+)+|^[•·●▪■◆►▶]+\s*")
_CLOSING = re.compile(rf"(?:\s*(?:[•·—–]|\[\d{{1,3}}\]|{EMOJI}))+$")
_EDGE_LENGTH = 100  # characters at the end of a line that are searched
_CHUNK = re.compile(r"[^\s()\[\]{}]+")
_EDGE = ".,;:!?…'’‘\"“”„«»"
_WORD = re.compile(r"\w+")
# Characters and what a model gets instead; the originals are put back into the translation.
_PUNCTUATION: Final = {
    **dict.fromkeys("–—―−‐‑‒", "-"),
    **dict.fromkeys("“”„‟«»", '"'),
    **dict.fromkeys("‘’‚‛′", "'"),
    "'": "'",
    "\u00a0": " ",
    "\u202f": " ",
    "\u2009": " ",
}
_LETTERS: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"}
    | {"æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ð": "d", "þ": "th", "Þ": "Th"}
)
_MONEY = re.compile(rf"([{CURRENCIES}])(\s?)(\d[\d.,]*\d|\d)")
# An indicator of ordinals with a point before it ends sentences for models ("5.º"), and what is
# typed for a degree would be an "o".
_INDICATOR = re.compile(
    r"(?<=\w)(\.)(?=[ºª])|(?:(?<=\d)|(?<=\d ))º(?=[CF]\b)|(?<=\d\d)º(?= [CF]\b)"
)
_MINUS = re.compile(r"−(\d+)")
_QUOTE = re.compile('["“”„‟«»]')
# Letterlike symbols ("™") and mathematical letters, which tokenisers turn into usual letters.
_UNREAD = re.compile("[\u2100-\u214f\U0001d400-\U0001d7ff]")
_NOTE = re.compile(r"(?<=[^\W\d_]{4})[¹²³⁰⁴-⁹†‡]+$")  # a note mark on a word


@dataclass(frozen=True, slots=True)
class Masked:
    """A masked segment: `text` is what the model gets.

    `names` are (placeholder, original) of what was taken out. `folded` are (word, original) of
    words that were written with letters the model knows. `money` are the original amounts that
    were changed to dollars. `edges` were cut off before and after the text. `edited` maps the words
    of the segment to those of the text.
    """

    segment: str
    edited: Edited
    edges: tuple[str, str] = ("", "")
    names: tuple[tuple[str, str], ...] = ()
    folded: tuple[tuple[str, str], ...] = ()
    money: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text for the model."""
        return self.edited.text

    @property
    def wordless(self) -> bool:
        """Whether everything with letters was taken out."""
        return not has_words(re.sub(r"\b[NZ]+\d+\b", "", self.text))

    def restored(self, translation: str, language: str = "") -> Edited | None:
        """Return the translation with the originals put back; None if a place is missing.

        Each placeholder and amount must occur exactly once. Folded words are restored where the
        translation has them unchanged, as with names. Dashes, ellipses and quotation marks are set
        for the target `language`; see `typography.marks`.
        """
        edits: list[Edit] = []
        for name, original in self.names:
            found = list(re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", translation))
            if len(found) != 1:
                return None
            start, end = found[0].span()
            glued = (
                _NOTE.search(f"word{original}") and translation[max(0, start - 1) : start] == " "
            )
            edits.append(Edit(start - bool(glued), end, original))
        for amount in self.money:
            found = _amounts(amount[1:], translation)
            if len(found) != 1:
                return None
            sign = amount.rstrip("0123456789.,")
            edits.append(Edit(*found[0].span(1), sign))
        for folded, original in self.folded:
            pattern = rf"(?<!\w){re.escape(folded)}(?!\w)"
            edits += [Edit(*m.span(), original) for m in re.finditer(pattern, translation)]
        edits += marks(self.segment, translation, language)
        edits += [Edit(0, 0, self.edges[0])] if self.edges[0] else []
        edits += [Edit(len(translation), len(translation), self.edges[1])] if self.edges[1] else []
        edits.sort(key=lambda edit: (edit.start, edit.end))
        apart = [e for n, e in enumerate(edits) if n == 0 or e.start >= edits[n - 1].end]
        return edited(translation, [e for e in apart if translation[e.start : e.end] != e.text])


def masked(
    text: str, knows: Knows, way: str = WAYS[0], aside: Sequence[tuple[int, int]] = ()
) -> Masked:
    """Return a segment without what the model would lose, masked in one of the `WAYS`.

    The ranges `aside`, which are in order, are taken out, too.
    """
    if not way or (not aside and _is_simple(text, knows)):
        return Masked(text, edited(text, ()))
    start, end = _edges(text) or (0, len(text))
    letter = way.removeprefix("(")
    mark = letter * 2 if re.search(rf"\b{letter}\d", text) else letter
    names: list[tuple[str, str]] = []
    folded: dict[str, str] = {}
    money: list[str] = []
    edits = [Edit(0, start, "")] if start else []
    quotes = _quotes(text)
    for low, high, kind, instead in _replaced(text, start, end, knows, way, aside):
        if kind == "name":
            instead = f"{mark}{len(names) + 1}"
            instead = f"({instead})" if way != letter else instead
            names.append((instead, text[low:high]))
            instead = f" {instead}" if low and _NOTE.match(text, low, high) else instead
        elif kind == "word":
            folded[instead] = text[low:high]
        elif kind == "money":
            money.append(text[low:high])
        elif low in quotes:
            instead = '"'
        edits.append(Edit(low, high, instead))
    edits += [Edit(end, len(text), "")] if end < len(text) else []
    return Masked(
        text,
        edited(text, edits),
        (text[:start], text[end:]),
        tuple(names),
        tuple(folded.items()),
        tuple(money),
    )


def _is_simple(text: str, knows: Knows) -> bool:
    """Return whether a text needs no masking, as most texts: a fast test."""
    if not (text.isascii() and knows(text)) or ("'" in text and SINGLE.search(text)):
        return False
    if has_spaced(text) or _edges(text):
        return False
    return not (may_have_kept(text) and KEPT.search(text))


_Replaced = tuple[int, int, Literal["name", "word", "sign", "money"], str]
"""A range (start, end) of a segment, its kind, and what the model gets instead."""


def _quotes(text: str) -> set[int]:
    """Return the positions of quotation marks; no single ones inside double ones.

    Models understand single quotation marks inside double ones.
    """
    double = {match.start() for match in _QUOTE.finditer(text)}
    single = {
        at
        for match in (SINGLE.finditer(text) if "'" in text or "‘" in text else ())
        if sum(mark < match.start() for mark in double) % 2 == 0
        for at in (match.start(1), match.start(2))
    }
    return single | double


def _edges(text: str) -> tuple[int, int] | None:
    """Return where the text between bullets, dashes and symbols begins and ends; None without."""
    opening = _OPENING.match(text)
    # The only closing marks in ASCII are those of footnotes.
    closing = (
        None
        if text.isascii() and text[-1:] != "]"
        else _CLOSING.search(text, max(0, len(text) - _EDGE_LENGTH))
    )
    if not (opening or closing):
        return None
    start = opening.end() if opening else 0
    end = closing.start() if closing and closing.start() > start else len(text)
    return (start, end) if has_words(text[start:end]) else None


def _replaced(
    text: str, start: int, end: int, knows: Knows, way: str, aside: Sequence[tuple[int, int]]
) -> Iterator[_Replaced]:
    at = start
    kept = [match.span() for match in KEPT.finditer(text, start, end)]
    for low, high in sorted((*kept, *aside)):
        if low < at or high > end:
            continue
        yield from _with_spaces(text, at, low, knows, way)
        yield low, high, "name", ""
        at = high
    yield from _with_spaces(text, at, end, knows, way)


def _with_spaces(text: str, start: int, end: int, knows: Knows, way: str) -> Iterator[_Replaced]:
    """Yield the marks of a range that need spaces, and what is between them."""
    at = start
    for match in SPACED.finditer(text, start, end):
        yield from _unknown_ranges(text, at, match.start(), knows, way)
        yield *match.span(), "sign", spaced(match[0])
        at = match.end()
    yield from _unknown_ranges(text, at, end, knows, way)


def _unknown_ranges(text: str, start: int, end: int, knows: Knows, way: str) -> Iterator[_Replaced]:
    """Yield the parts of a range that the model has no pieces for, chunk by chunk."""
    for chunk in _CHUNK.finditer(text, start, end):
        low, high = chunk.span()
        if chunk[0].isascii() and "'" not in chunk[0] and knows(chunk[0]):
            continue
        while low < high and text[low] in _EDGE:
            yield from _punctuation(text, low, low + 1)
            low += 1
        tail = high
        while high > low and text[high - 1] in _EDGE:
            high -= 1
        yield from _in_chunk(text, low, high, knows, way)
        yield from _punctuation(text, high, tail)


def _in_chunk(text: str, low: int, high: int, knows: Knows, way: str) -> Iterator[_Replaced]:
    chunk = text[low:high]
    money = _MONEY.match(text, low, high)
    if money and way == WAYS[0] and knows("$") and not knows(money[1]):
        yield *money.span(), "money", f"${text[money.start(2) : money.end()]}"
        yield from _in_chunk(text, money.end(), high, knows, way)
    elif minus := _MINUS.match(text, low, high):
        yield *minus.span(), "word", f"-{minus[1]}"
        yield from _in_chunk(text, minus.end(), high, knows, way)
    elif _is_readable(chunk, knows):
        yield from _punctuation(text, low, high)
    elif _is_readable(_folded(chunk), knows):
        # Word by word and character by character, so that each can be restored by itself.
        at = low
        for word in _WORD.finditer(text, low, high):
            yield from _punctuation(text, at, word.start())
            if _folded(word[0]) != word[0]:
                yield *word.span(), "word", _folded(word[0])
            at = word.end()
        yield from _punctuation(text, at, high)
    elif note := _NOTE.search(text, low, high):
        yield from _in_chunk(text, low, note.start(), knows, way)
        yield *note.span(), "name", ""
    else:
        yield low, high, "name", ""


def _punctuation(text: str, low: int, high: int) -> Iterator[_Replaced]:
    for at in range(low, high):
        if match := _INDICATOR.match(text, at):
            yield *match.span(), "sign", "" if match[1] else "°"
        elif text[at] in _PUNCTUATION:
            yield at, at + 1, "sign", _PUNCTUATION[text[at]]


def _is_readable(text: str, knows: Knows) -> bool:
    """Return whether a model reads a text unchanged: its tokeniser turns "²" into "2"."""
    if text.isascii():
        return knows(text)
    return (
        knows(text)
        and not _UNREAD.search(text)
        and not any(unicodedata.category(char) == "No" for char in text)
    )


def _folded(text: str) -> str:
    """Return a text in the letters and punctuation that nearly every vocabulary has."""
    plain = "".join(_PUNCTUATION.get(char, char) for char in text.translate(_LETTERS))
    apart = unicodedata.normalize("NFD", plain)
    return "".join(char for char in apart if not unicodedata.combining(char))


def _amounts(amount: str, translation: str) -> list[re.Match[str]]:
    """Return the matches of an amount in dollars in a translation, with any separators."""
    digits = r"[.,\s\u00a0\u202f]?".join(re.findall(r"\d", amount))
    return list(re.finditer(rf"((?:US\s?)?\$\s?){digits}(?!\d)", translation))
