"""Text into segments and back: sentences, what lies between them, and what needs no model.

In goes a text of any length, out come the ranges of its sentences; everything outside them (white
space, line breaks, lines without words) stays as it is. Pure; nothing is ever dropped.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import sentencex

WORD = re.compile(r"[^\W\d_]")
"""A letter of any script: what has none needs no model."""

# Languages written without spaces between sentences.
_UNSPACED = frozenset({"zh", "zt", "ja", "th", "lo", "km", "my", "bo"})
UNSPACED_SCRIPTS: Final = (
    r"\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
    r"\U00020000-\U0003ffff"
)
"""Their scripts, in which a line of any length is prose, for a class of characters."""
_UNSPACED_SIGN = re.compile(f"[{UNSPACED_SCRIPTS}]")
_SPACE = re.compile(r"\s+")
_QUOTES = re.compile('["“”„«»]')
_SHORT = re.compile(r"\b[^\W\d_]{1,4}\.$")  # an abbreviation, perhaps
_LONGEST_SHORT = 5  # characters of it
_CELL = re.compile(r"(?<=\t)(?!\t)")  # of a table in plain text


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's range in its text, in characters, without surrounding white space."""

    start: int
    end: int


def normalise(text: str) -> str:
    """White space collapsed to single spaces and trimmed: the form the memory knows."""
    return _SPACE.sub(" ", text).strip()


def has_words(text: str) -> bool:
    """Whether there is anything to translate in it."""
    return WORD.search(text) is not None


def sentences(text: str, language: str) -> Iterator[Sentence]:
    """The sentences of `text` in order; a line break or a tab always ends one."""
    at = 0
    lines = (part for line in text.splitlines(keepends=True) for part in _CELL.split(line))
    for line in lines:
        end = at + len(line)
        for part in _sentences(line, language) if has_words(line) else ():
            # sentencex returns the text cut in pieces; find guards against a dropped character. It
            # looks behind the last one: a sentence may be there twice.
            start = text.find(part, at, end)
            if start < 0:
                continue
            at = start + len(part)
            left = len(part) - len(part.lstrip())
            body = part.strip()
            if body:
                yield Sentence(start + left, start + left + len(body))
        at = end


def _sentences(line: str, language: str) -> Iterator[str]:
    """The line in sentences, each with what follows it, as sentencex finds them.

    What it leaves together, because it is one quotation, is cut as well: a model that is given
    several sentences at once loses some.
    """
    for part in sentencex.segment(language, line):
        cuts, at = [0], 0
        marks = [match.start() for match in _QUOTES.finditer(part)]
        for inner in sentencex.segment(language, _QUOTES.sub(" ", part)) if marks else ():
            body, at = at + len(inner.rstrip()), at + len(inner)
            space = _SPACE.search(part, body, at)
            if space is None or space.end() >= len(part):
                continue
            short = _SHORT.search(part, max(cuts[-1], body - _LONGEST_SHORT), body)
            within = bisect_left(marks, body) % 2 == 1
            if within and not (part[space.end()].islower() or (short and short[0][0].isupper())):
                cuts.append(space.end())
        yield from (part[low:high] for low, high in pairwise([*cuts, len(part)]))


def gap(between: str, source: str, target: str) -> str:
    """What to put between two translated sentences, where `between` stood between the originals."""
    source, target = source.split("-")[0].lower(), target.split("-")[0].lower()
    if not between and source in _UNSPACED and target not in _UNSPACED:
        return " "
    if between == " " and target in _UNSPACED and source not in _UNSPACED:
        return ""
    return between


def seam(left: str, between: str, right: str, languages: tuple[str, str]) -> str:
    """What to put between two translated parts of one sentence: as `gap`.

    But a space stays beside what is not of a script without spaces: an address, a foreign name.
    """
    found = gap(between, *languages)
    if (
        between
        and not found
        and not (_UNSPACED_SIGN.match(left[-1:]) and _UNSPACED_SIGN.match(right[:1]))
    ):
        return between
    return found


def pieces(text: str, limit: int, count: int) -> list[str]:
    """Cut a segment of `count` tokens into pieces of about `limit` tokens or fewer.

    At clause punctuation where there is some in the second half of a piece, else between words,
    else (text without spaces) anywhere. Joined by the cut white space they are the segment again;
    each piece keeps its trailing white space.
    """
    if count <= limit:
        return [text]
    size = max(1, len(text) * limit // count)
    result = []
    while len(text) > size:
        cut = _cut(text, size)
        result.append(text[:cut])
        text = text[cut:]
    return [*result, text] if text else result


def _cut(text: str, size: int) -> int:
    for pattern in (r"[;:،、；。—–]\s*|,\s", r"\s+"):
        ends = [m.end() for m in re.finditer(pattern, text[size // 2 : size])]
        if ends:
            return size // 2 + ends[-1]
    return size
