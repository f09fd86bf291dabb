"""Segments too long for a model into pieces, which joined are the segment again.

In goes a segment, out come pieces of a length the model is at ease with. Runs of characters that
are no words of any language become pieces of their own, which nobody needs to translate. One that
a model got wrong is cut in two, where it hurts least, and put together again. Pure.
"""

import re
from collections.abc import Callable, Collection, Sequence

from pipeline.translate.engine import casing
from pipeline.translate.text.segments import UNSPACED_SCRIPTS, has_words, pieces

_RUN = re.compile(rf"[^\s{UNSPACED_SCRIPTS}]{{100,}}")
"""Longer than any word: code, data, a key. A model makes something up for it, or loops."""
_BREAK = re.compile(r"\s+|(?<=[、。，；：！？])(?=[^\s\d、。，；：！？」』”’）】》])")
_CLAUSE = re.compile(r"[,;:)،؛、，；：—–]$|\s-$")
_FIRST = re.compile(r"\W*(\w+)")
_LAST = re.compile(r"(\w+)(\W*)$")
_WORD_LENGTH = 40  # characters in which the word beside a place is looked for
_TITLE_LENGTH = 4  # letters of the longest "Prof."
_OPENING, _CLOSING = "([{“„«「『（", ")]}”»」』）"
_SHARE = 0.2  # of the text that each half has at least
# What a place is worth beside its distance from the middle, as a share of the text.
_AT_CLAUSE, _BEFORE_SMALL, _TORN = 0.25, 0.12, 0.15
_STOP = re.compile(r"(?<![.…])[.。।۔።]$")
_ENDS = tuple(".。।۔።?!？！؟…")


def wordless(piece: str) -> bool:
    """Whether a piece is a run of characters that are no words, or has no letter at all."""
    return not has_words(piece) or _RUN.fullmatch(piece) is not None


def cut(segment: str, limit: int, count: Callable[[str], int]) -> list[str]:
    """A segment in pieces of about `limit` tokens or fewer, each with the white space after it.

    `count` gives the tokens of a text; it is asked only where there may be too many: a token has a
    character at least.
    """
    if len(segment) <= limit:
        return [segment]
    found: list[str] = []
    at = 0
    for run in _RUN.finditer(segment):
        end = run.end() + len(segment[run.end() :]) - len(segment[run.end() :].lstrip())
        found += [segment[at : run.start()], segment[run.start() : end]]
        at = end
    found.append(segment[at:])
    # What is too long is cut by its average density; where it is uneven, once more.
    return [piece for part in found if part for piece in _small(part, limit, count)]


def _small(part: str, limit: int, count: Callable[[str], int]) -> list[str]:
    if len(part) <= limit or wordless(part.strip()):
        return [part]
    tokens = count(part)
    if tokens <= limit:
        return [part]
    cuts = pieces(part, limit, tokens)
    if len(cuts) == 1:
        return cuts
    return [piece for one in cuts for piece in _small(one, limit, count)]


def halved(text: str, small: Collection[str]) -> list[str]:
    """A text in two, each with the white space after it; in one, where it has no place for that.

    Best near the middle, after a clause or before one of the `small` words (of the text's language,
    see `function_words`), not after one, nor within brackets, quotation marks, a name or an amount.
    """
    best, place = 1.0, 0
    enclosed, seen = _Enclosed(), 0
    for match in _BREAK.finditer(text):
        enclosed.read(text[seen : match.start()])
        seen = match.start()
        share = match.end() / len(text)
        if not _SHARE <= share <= 1 - _SHARE:
            continue
        left = text[max(0, seen - _WORD_LENGTH) : seen]
        right = text[match.end() : match.end() + _WORD_LENGTH]
        cost = abs(share - 0.5) + _tearing(left, right, small) + _TORN * enclosed.now
        if cost < best:
            best, place = cost, match.end()
    return [text[:place], text[place:]] if place else [text]


class _Enclosed:
    """Whether what was read of a text ends within brackets or quotation marks."""

    def __init__(self) -> None:
        self._depth, self._low, self._straight = 0, 0, False

    def read(self, text: str) -> None:
        """Take in what comes next."""
        for char in text:
            if char == "“" and self._low:
                self._low, self._depth = self._low - 1, self._depth - 1  # German: „ ... “
            elif char in _OPENING:
                self._depth += 1
                self._low += char == "„"
            elif char in _CLOSING:
                self._depth = max(0, self._depth - 1)
            elif char == '"':
                self._straight = not self._straight

    @property
    def now(self) -> bool:
        """Whether it does."""
        return self._depth > 0 or self._straight


def _tearing(left: str, right: str, small: Collection[str]) -> float:
    """What is lost where a text is cut between these two, less what is gained."""
    cost = -_AT_CLAUSE if _CLAUSE.search(left) else 0.0
    before, after = _LAST.search(left), _FIRST.match(right)
    if before and after:
        word, mark = before.groups()
        names = word[:1].isupper() and after[1][:1].isupper()
        title = mark == "." and names and len(word) <= _TITLE_LENGTH
        torn = not mark and (names or word.lower() in small or word.isdigit())
        cost += _TORN * (torn or title) - _BEFORE_SMALL * (after[1].lower() in small)
    return cost


def rejoined(
    parts: Sequence[str], translations: Sequence[str], is_common: Callable[[str], bool]
) -> list[str]:
    """Translations of the parts of a sentence as parts of one: no new beginning, no end within.

    `is_common` says of a word of the translation that its capital is none of its own.
    """
    out = []
    for number, (part, text) in enumerate(zip(map(str.strip, parts), translations, strict=True)):
        first = _FIRST.match(text)
        if (
            number
            and part[:1].islower()
            and first
            and first[1] == first[1].capitalize()
            and is_common(first[1])
        ):
            text = text[: first.start(1)] + casing.small(first[1]) + text[first.end(1) :]
        if number < len(parts) - 1 and not part.endswith(_ENDS):
            text = _STOP.sub("", text)
        out.append(text)
    return out
