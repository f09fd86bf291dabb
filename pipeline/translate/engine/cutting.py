"""Cut segments that are too long for a model, and segments that it translated badly.

`cut` takes a segment and returns pieces of at most a number of tokens; long runs of characters that
are not words become pieces of their own, which are not translated. `halved` cuts a segment in two
for a second attempt, and `rejoined` fits the translations of the halves together.
Joined, pieces are the segment again. Pure functions; never raises.
"""

import re
from collections.abc import Callable, Collection, Sequence

from pipeline.translate.engine import casing
from pipeline.translate.text.segments import UNSPACED_SCRIPTS, has_words, pieces

_RUN = re.compile(rf"[^\s{UNSPACED_SCRIPTS}]{{100,}}")
"""Longer than any word: code, data, a key. Models hallucinate or loop on it."""
_BREAK = re.compile(r"\s+|(?<=[、。，；：！？])(?=[^\s\d、。，；：！？」』”’）】》])")
_CLAUSE = re.compile(r"[,;:)،؛、，；：—–]$|\s-$")
_FIRST = re.compile(r"\W*(\w+)")
_LAST = re.compile(r"(\w+)(\W*)$")
_WORD_LENGTH = 40  # characters that are searched for the word beside a cut
_TITLE_LENGTH = 4  # letters of the longest abbreviated title, "Prof."
_OPENING, _CLOSING = "([{“„«「『（", ")]}”»」』）"
_SHARE = 0.2  # of the text: the least length of a half
# The cost of a cut is its distance from the middle, as a share of the text. It is lower at the end
# of a clause and before a function word, and higher inside a name, an amount or brackets.
_AT_CLAUSE, _BEFORE_SMALL, _TORN = 0.25, 0.12, 0.15
_STOP = re.compile(r"(?<![.…])[.。।۔።]$")
_ENDS = tuple(".。।۔።?!？！؟…")


def wordless(piece: str) -> bool:
    """Return whether a piece has no letters, or is a run of characters longer than any word."""
    return not has_words(piece) or _RUN.fullmatch(piece) is not None


def cut(segment: str, limit: int, count: Callable[[str], int]) -> list[str]:
    """Return a segment in pieces of about `limit` tokens or fewer, each with the space after it.

    `count` returns the number of tokens of a text. It is called only for texts of more than `limit`
    characters, as a token has at least one.
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
    # Cuts assume an even density of tokens; pieces that are still too long are cut again.
    return [piece for part in found if part for piece in _cut_part(part, limit, count)]


def _cut_part(part: str, limit: int, count: Callable[[str], int]) -> list[str]:
    if len(part) <= limit or wordless(part.strip()):
        return [part]
    tokens = count(part)
    if tokens <= limit:
        return [part]
    cuts = pieces(part, limit, tokens)
    if len(cuts) == 1:
        return cuts
    return [piece for one in cuts for piece in _cut_part(one, limit, count)]


def halved(text: str, small: Collection[str]) -> list[str]:
    """Return a text in two parts, each with the space after it; in one, if there is no good cut.

    The best cut is near the middle, at the end of a clause or before one of the `small` words (the
    function words of the text's language); not after one of them, and not inside brackets,
    quotation marks, a name or an amount.
    """
    best, place = 1.0, 0
    enclosure, seen = _Enclosure(), 0
    for match in _BREAK.finditer(text):
        enclosure.read(text[seen : match.start()])
        seen = match.start()
        share = match.end() / len(text)
        if not _SHARE <= share <= 1 - _SHARE:
            continue
        left = text[max(0, seen - _WORD_LENGTH) : seen]
        right = text[match.end() : match.end() + _WORD_LENGTH]
        cost = abs(share - 0.5) + _cut_cost(left, right, small) + _TORN * enclosure.is_open
        if cost < best:
            best, place = cost, match.end()
    return [text[:place], text[place:]] if place else [text]


class _Enclosure:
    """Tracks whether a position in a text is inside brackets or quotation marks."""

    def __init__(self) -> None:
        self._depth, self._low, self._straight = 0, 0, False

    def read(self, text: str) -> None:
        """Read the next part of the text."""
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
    def is_open(self) -> bool:
        """Whether the position is inside."""
        return self._depth > 0 or self._straight


def _cut_cost(left: str, right: str, small: Collection[str]) -> float:
    """Return the cost of a cut between `left` and `right`, apart from its position."""
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
    """Return the translations of the parts of a sentence, adapted to be one sentence again.

    Later parts lose the capital of their first word, earlier parts their full stop. `is_common`
    says whether a word of the target language is written in lower case in a sentence. A word that
    the source has with its capital inside the part, keeps it.
    """
    out = []
    for number, (part, text) in enumerate(zip(map(str.strip, parts), translations, strict=True)):
        first = _FIRST.match(text)
        if (
            number
            and part[:1].islower()
            and first
            and first[1] == first[1].capitalize()
            and first[1] not in _FIRST.findall(part)
            and is_common(first[1])
        ):
            text = text[: first.start(1)] + casing.small(first[1]) + text[first.end(1) :]
        if number < len(parts) - 1 and not part.endswith(_ENDS):
            text = _STOP.sub("", text)
        out.append(text)
    return out
