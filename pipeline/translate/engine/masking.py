"""What a model would lose: addresses, handles, emoji, currency signs, letters it does not know.

In goes a segment, out come the words for the model and a way to put back what was taken out of
them. Pure. What cannot be put back where it was is told: the caller tries another way.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.translate.text.edits import Edit, Edited, edited
from pipeline.translate.text.segments import has_words

Knows = Callable[[str], bool]
"""Whether a model's vocabulary has all characters of a text."""

WAYS: Final = ("N", "Z", "")
"""Letters that stand with a number for what is taken out ("N1"), as models copy such names: first
with signs of money as dollars, then with amounts taken out whole; "" takes nothing out."""

_ADDRESS = r"(?:https?://|www\.)[^\s<>\"”»]*[\w/=&#]|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
ADDRESS: Final = re.compile(_ADDRESS)
"""Addresses of pages and of mail."""
_HANDLE = r"(?<![\w&])[@#]\w+(?:\.\w+)*"
_EMOJI = (
    "(?:[\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2900-\u2bff\U0001f000-\U0001faff]"
    "[\ufe0e\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*+)++"
)
KEPT: Final = re.compile(f"{_ADDRESS}|{_HANDLE}|{_EMOJI}")
"""Addresses, handles, hashtags and emoji: the same in every language."""
# At a segment's edges: bullets, dashes that open a line, signs, the number in a list, marks of
# footnotes. Quotes and brackets have a partner.
_OPENING = re.compile(
    rf"^(?:(?:[-–—−*•·●▪■◆►▶※§¶©®]+|\(?\d{{1,3}}\)|{_EMOJI})\s+)+|^[•·●▪■◆►▶]+\s*"
)
_CLOSING = re.compile(rf"(?:\s*(?:[•·—–]|\[\d{{1,3}}\]|{_EMOJI}))+$")
_EDGE_LENGTH = 100  # characters at the end of a line among which signs are looked for
_CHUNK = re.compile(r"[^\s()\[\]{}]+")
_EDGE = ".,;:!?…'’‘\"“”„«»"
_WORD = re.compile(r"\w+")
# Signs that models write for others: put back where they come out.
_SIGNS: Final = {
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
_MONEY = re.compile(r"([£€¥₹₽₩₺₪₫₴₦])(\s?)(\d[\d.,]*\d|\d)")
_MINUS = re.compile(r"−(\d+)")
_DASH = re.compile(r"(?<=\s)[-–—―](?=\s)")
_QUOTE = re.compile('["“”„‟«»]')
# A quotation in single marks, which models take for apostrophes.
_SINGLE = re.compile(r"(?<![\w'’])(['‘])(?=\S)(?:[^'‘’\"“”]|(?<=\w)['’](?=\w))+(?<=\S)(['’])(?!\w)")


def addresses(text: str) -> list[str]:
    """The addresses in a text."""
    return ADDRESS.findall(text) if _may_have_address(text) else []


def without_addresses(text: str) -> str:
    """A text with a space for each address."""
    return ADDRESS.sub(" ", text) if _may_have_address(text) else text


def without_kept(text: str) -> str:
    """A text with a space for each of what is KEPT."""
    return KEPT.sub(" ", text) if _may_have_kept(text) else text


def _may_have_address(text: str) -> bool:
    """Most texts have none: what each must have is found much sooner than by the pattern."""
    return "@" in text or "://" in text or "www." in text


def _may_have_kept(text: str) -> bool:
    return not text.isascii() or "#" in text or _may_have_address(text)


@dataclass(frozen=True, slots=True)
class Masked:
    """A segment as a model gets it: `text`.

    `names` stand in it for what was taken out, `folded` are words written with the letters that
    the model knows, `money` amounts in another currency; each with what they are in the segment.
    `edges` are what stood before and after the words. `edited` is what became of the words.
    """

    segment: str
    edited: Edited
    edges: tuple[str, str] = ("", "")
    names: tuple[tuple[str, str], ...] = ()
    folded: tuple[tuple[str, str], ...] = ()
    money: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The words for the model."""
        return self.edited.text

    @property
    def wordless(self) -> bool:
        """Whether all that has words was taken out."""
        return not has_words(re.sub(r"\b[NZ]+\d+\b", "", self.text))

    def restored(self, translation: str) -> Edited | None:
        """The translation with everything back in its place; None where something is not there.

        Folded words are put back where they came out unchanged, as names do; dashes and quotation
        marks where there are as many as there were.
        """
        edits: list[Edit] = []
        for name, original in self.names:
            found = list(re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", translation))
            if len(found) != 1:
                return None
            edits.append(Edit(*found[0].span(), original))
        for amount in self.money:
            found = _amounts(amount[1:], translation)
            if len(found) != 1:
                return None
            sign = amount.rstrip("0123456789.,")
            edits.append(Edit(*found[0].span(1), sign))
        for folded, original in self.folded:
            pattern = rf"(?<!\w){re.escape(folded)}(?!\w)"
            edits += [Edit(*m.span(), original) for m in re.finditer(pattern, translation)]
        dashes = [match.start() for match in _DASH.finditer(self.segment)]
        for places, signs in ((dashes, _DASH), (sorted(_quotes(self.segment)), _QUOTE)):
            found = list(signs.finditer(translation)) if places else []
            if len(places) == len(found):
                edits += [
                    Edit(*match.span(), self.segment[at])
                    for match, at in zip(found, places, strict=True)
                ]
        edits += [Edit(0, 0, self.edges[0])] if self.edges[0] else []
        edits += [Edit(len(translation), len(translation), self.edges[1])] if self.edges[1] else []
        edits.sort(key=lambda edit: (edit.start, edit.end))
        apart = [e for n, e in enumerate(edits) if n == 0 or e.start >= edits[n - 1].end]
        return edited(translation, [e for e in apart if translation[e.start : e.end] != e.text])


def masked(text: str, knows: Knows, way: str = WAYS[0]) -> Masked:
    """A segment without what the model would lose, in one of the `WAYS`."""
    if not way or _is_simple(text, knows):
        return Masked(text, edited(text, ()))
    start, end = _edges(text) or (0, len(text))
    mark = way * 2 if re.search(rf"\b{way}\d", text) else way
    names: list[tuple[str, str]] = []
    folded: dict[str, str] = {}
    money: list[str] = []
    edits = [Edit(0, start, "")] if start else []
    quotes = _quotes(text)
    for low, high, kind, instead in _taken(text, start, end, knows, way):
        if kind == "name":
            instead = f"{mark}{len(names) + 1}"
            names.append((instead, text[low:high]))
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
    """Whether a model gets a text as it is: most have nothing to take out but apostrophes."""
    if not (text.isascii() and knows(text)) or ("'" in text and _SINGLE.search(text)):
        return False
    return not (_may_have_kept(text) and KEPT.search(text)) and not _edges(text)


_Taken = tuple[int, int, Literal["name", "word", "sign", "money"], str]
"""A range of a segment, what it is, and what the model gets instead."""


def _quotes(text: str) -> set[int]:
    """Where quotation marks are; single ones but within double ones, which models understand."""
    double = {match.start() for match in _QUOTE.finditer(text)}
    single = {
        at
        for match in (_SINGLE.finditer(text) if "'" in text or "‘" in text else ())
        if sum(mark < match.start() for mark in double) % 2 == 0
        for at in (match.start(1), match.start(2))
    }
    return single | double


def _edges(text: str) -> tuple[int, int] | None:
    """Where the words of a line begin and end that has bullets, dashes or signs around them."""
    opening = _OPENING.match(text)
    # In ASCII there are only the footnotes.
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


def _taken(text: str, start: int, end: int, knows: Knows, way: str) -> Iterator[_Taken]:
    at = start
    for match in KEPT.finditer(text, start, end):
        yield from _unknown(text, at, match.start(), knows, way)
        yield *match.span(), "name", ""
        at = match.end()
    yield from _unknown(text, at, end, knows, way)


def _unknown(text: str, start: int, end: int, knows: Knows, way: str) -> Iterator[_Taken]:
    """What there is in a range that the model has no pieces for, chunk by chunk."""
    for chunk in _CHUNK.finditer(text, start, end):
        low, high = chunk.span()
        if chunk[0].isascii() and "'" not in chunk[0] and knows(chunk[0]):
            continue
        while low < high and text[low] in _EDGE:
            yield from _signs(text, low, low + 1)
            low += 1
        tail = high
        while high > low and text[high - 1] in _EDGE:
            high -= 1
        yield from _inner(text, low, high, knows, way)
        yield from _signs(text, high, tail)


def _inner(text: str, low: int, high: int, knows: Knows, way: str) -> Iterator[_Taken]:
    chunk = text[low:high]
    money = _MONEY.match(text, low, high)
    if money and way == WAYS[0] and knows("$") and not knows(money[1]):
        yield *money.span(), "money", f"${text[money.start(2) : money.end()]}"
        yield from _inner(text, money.end(), high, knows, way)
    elif minus := _MINUS.match(text, low, high):
        yield *minus.span(), "word", f"-{minus[1]}"
        yield from _inner(text, minus.end(), high, knows, way)
    elif _reads(chunk, knows):
        yield from _signs(text, low, high)
    elif _reads(_folded(chunk), knows):
        # Word by word and sign by sign, so that each can be put back by itself.
        at = low
        for word in _WORD.finditer(text, low, high):
            yield from _signs(text, at, word.start())
            if _folded(word[0]) != word[0]:
                yield *word.span(), "word", _folded(word[0])
            at = word.end()
        yield from _signs(text, at, high)
    else:
        yield low, high, "name", ""


def _signs(text: str, low: int, high: int) -> Iterator[_Taken]:
    for at in range(low, high):
        if text[at] in _SIGNS:
            yield at, at + 1, "sign", _SIGNS[text[at]]


def _reads(text: str, knows: Knows) -> bool:
    """Whether a model reads a text as it is: it makes "²" a "2" before it looks it up."""
    return knows(text) and not any(unicodedata.category(char) == "No" for char in text)


def _folded(text: str) -> str:
    """A text with the letters and signs that nearly every vocabulary has."""
    plain = "".join(_SIGNS.get(char, char) for char in text.translate(_LETTERS))
    apart = unicodedata.normalize("NFD", plain)
    return "".join(char for char in apart if not unicodedata.combining(char))


def _amounts(amount: str, translation: str) -> list[re.Match[str]]:
    """Where a translation has an amount of money in dollars, its separators as they may be."""
    digits = r"[.,\s\u00a0\u202f]?".join(re.findall(r"\d", amount))
    return list(re.finditer(rf"((?:US\s?)?\$\s?){digits}(?!\d)", translation))
