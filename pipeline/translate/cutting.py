"""Segments too long for a model into pieces, which joined are the segment again.

In goes a segment, out come pieces of a length the model is at ease with. Runs of characters that
are no words of any language become pieces of their own, which nobody needs to translate. Pure.
"""

import re
from collections.abc import Callable

from pipeline.translate.segments import has_words, pieces

# Scripts without spaces between words, in which a line of any length is prose.
_UNSPACED = (
    r"\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
    r"\U00020000-\U0003ffff"
)
_RUN = re.compile(rf"[^\s{_UNSPACED}]{{100,}}")
"""Longer than any word: code, data, a key. A model makes something up for it, or loops."""


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
