"""Put typographic marks into translations: dashes, ellipses, quotation marks.

`SPACED` are marks that a model understands better with spaces around them. `marks` takes a segment
and its translation, and returns the edits that give the translation the segment's dashes and
ellipses, and the target language's quotation marks, balanced and nested as in the segment.
Pure functions; never raises.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from pipeline.translate.text.edits import Edit
from pipeline.translate.text.tags import primary

_BETWEEN_WORDS = r"(?<=[^\s\d])(?:[—―]|(?<=\w)--(?=\w))(?=\S)|(?<=\S)[—―](?=[^\s\d])"
_PAUSE = r"(?<=\w)(?:…|\.\.\.)(?=\s+\w)"
SPACED: Final = re.compile(f"{_BETWEEN_WORDS}|{_PAUSE}")
"""Dashes between words without spaces, and ellipses inside a sentence. A model takes the words
beside such a dash for one hyphenated word, and forgets the word before such an ellipsis."""
_DASH = re.compile(rf"(?<=\s)(?:[-–—―]|--)(?=\s)|{_BETWEEN_WORDS}")
_SPACED_DASH = re.compile(r"(?<=\s)[-–—―](?=\s)")
_ELLIPSIS = re.compile(r"…|\.\.\.")
_DOUBLE: Final = '"“”„‟«»'
_SINGLE: Final = "'‘’‚‹›"
_STRAIGHT: Final = "\"'"
_OPENING: Final = "“„‟«‘‚‹"
# A quotation in single quotation marks: the same characters are apostrophes elsewhere.
SINGLE: Final = re.compile(
    r"(?<![\w'’])(['‘‚‹])(?=\S)(?:[^'‘’‚‹›\"“”„«»]|(?<=\w)['’](?=\w))+(?<=\S)(['’‘›])(?!\w)"
)
_QUOTE = re.compile(f"[{_DOUBLE}]")


class Mark(NamedTuple):
    """A quotation mark: its place, whether it opens, and the number of quotations around it."""

    at: int
    opens: bool
    depth: int


def has_spaced(text: str) -> bool:
    """Return whether a text has a mark of SPACED; fast for texts without any."""
    if "--" not in text and "..." not in text and text.isascii():
        return False
    return SPACED.search(text) is not None


def spaced(mark: str) -> str:
    """Return what a model gets instead of a mark of SPACED."""
    return " ..." if _ELLIPSIS.match(mark) else " - "


def marks(segment: str, translation: str, language: str = "") -> list[Edit]:
    """Return the edits for the marks of a translation into `language`, in no order.

    Dashes and ellipses become the segment's if there are as many. Without a language quotation
    marks become the segment's, too. Where the segment has straight marks only, they stay
    straight.
    """
    edits = _quotations(segment, translation, language)
    for ours, theirs in ((_DASH, _SPACED_DASH), (_ELLIPSIS, _ELLIPSIS)):
        wanted = [match[0].replace("--", "—") for match in ours.finditer(segment)]
        found = list(theirs.finditer(translation)) if wanted else []
        if len(wanted) == len(found):
            edits += [Edit(*m.span(), sign) for m, sign in zip(found, wanted, strict=True)]
    return edits


def _quotations(segment: str, translation: str, language: str) -> list[Edit]:
    ours, theirs = quotation_marks(segment), quotation_marks(translation)
    same = [one.opens for one in ours] == [one.opens for one in theirs]
    fitting = same or (_is_balanced(theirs) and any(segment[m.at] not in _STRAIGHT for m in ours))
    straight = bool(ours) and all(segment[mark.at] in _STRAIGHT for mark in ours)
    edits = []
    for number, mark in enumerate(theirs):
        like = ours[number] if same else mark
        sign = segment[like.at] if same else translation[mark.at]
        if straight and not same:
            sign = _STRAIGHT[sign in _SINGLE]
        if fitting and language and not (same and sign in _STRAIGHT):
            sign = _signs(language)[2 * min(like.depth, 1) + (not like.opens)]
        edits.append(Edit(mark.at, mark.at + 1, sign))
    return edits


def _is_balanced(found: Sequence[Mark]) -> bool:
    return sum(one.opens for one in found) * 2 == len(found)


def quotation_marks(text: str) -> list[Mark]:
    """Return the quotation marks of a text in order; apostrophes are none."""
    places = {match.start() for match in _QUOTE.finditer(text)}
    if any(sign in text for sign in _SINGLE):
        for match in SINGLE.finditer(text):
            places |= {match.start(1), match.start(2)}
    found: list[Mark] = []
    depth = 0
    for at in sorted(places):
        opens = _opens(text, at, depth)
        if not opens:
            depth = max(0, depth - 1)
        found.append(Mark(at, opens, depth))
        depth += opens
    return found


def _opens(text: str, at: int, depth: int) -> bool:
    """Return whether a quotation mark opens: by what is beside it, else by its form."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    starts = not before or before.isspace() or before in "([{—–-/" or before in _OPENING + _STRAIGHT
    ends = not after or after.isspace() or not (after.isalnum() or after in _OPENING)
    if starts != ends:
        return starts
    if text[at] in _STRAIGHT:
        return depth == 0
    return text[at] in _OPENING


@cache
def _table() -> dict[str, tuple[str, ...]]:
    path = resources.files("pipeline.translate") / "data" / "quotation_marks.toml"
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        language: tuple(sign.replace("_", "\u00a0") for sign in signs.split())
        for language, signs in content.items()
    }


def _signs(language: str) -> tuple[str, ...]:
    """Return a language's marks: start, end, start inside another quotation, end inside it."""
    code = language.replace("_", "-").lower()
    base = primary(language)
    base = {"no": "nb", "nn": "nb", "da": "en"}.get(base, base)
    return _table().get(code) or _table().get(base) or _table()["en"]
