"""Divide text into sentences, and put translated sentences together again.

`sentences` takes a text of any length and yields the ranges of its sentences. Everything outside of
them (white space, line breaks, lines without words) stays as it is; nothing is lost. `pieces` cuts
a segment that is too long for a model. Pure functions; never raises.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import sentencex

from pipeline.translate.text.tags import primary

WORD = re.compile(r"[^\W\d_]")
"""A letter of any script. A text without letters needs no translation."""

# Languages written without spaces between sentences.
_UNSPACED = frozenset({"zh", "zt", "ja", "th", "lo", "km", "my", "bo"})
UNSPACED_SCRIPTS: Final = (
    r"\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
    r"\U00020000-\U0003ffff"
)
"""Scripts without spaces between words, as the inside of a character class."""
_UNSPACED_CHARACTER = re.compile(f"[{UNSPACED_SCRIPTS}]")
_SPACE = re.compile(r"\s+")
_QUOTES = re.compile('["“”„«»]')
_ABBREVIATION = re.compile(r"\b[^\W\d_]{1,4}\.$")  # perhaps one: "Prof."
_ABBREVIATION_LENGTH = 5  # characters
_CELL = re.compile(r"(?<=\t)(?!\t)")  # the start of a cell in a plain-text table


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's range in its text, in characters, without surrounding white space."""

    start: int
    end: int


def normalise(text: str) -> str:
    """Return `text` with white space collapsed and trimmed: the form of segments in the memory."""
    return _SPACE.sub(" ", text).strip()


def has_words(text: str) -> bool:
    """Return whether a text has letters, and so anything to translate."""
    return WORD.search(text) is not None


def sentences(text: str, language: str) -> Iterator[Sentence]:
    """Yield the sentences of `text` in order; a line break or a tab always ends one."""
    at = 0
    lines = (part for line in text.splitlines(keepends=True) for part in _CELL.split(line))
    for line in lines:
        end = at + len(line)
        for part in _sentences(line, language) if has_words(line) else ():
            # sentencex returns strings, not ranges, and might drop a character. The search starts
            # after the last sentence, because a sentence may occur twice.
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
    """Yield the sentences of a line, as sentencex finds them, each with the space after it.

    A quotation of several sentences, which sentencex does not divide, is divided, too: a model that
    gets several sentences at once loses some.
    """
    for part in _whole(sentencex.segment(language, line)):
        cuts, at = [0], 0
        marks = [match.start() for match in _QUOTES.finditer(part)]
        for inner in sentencex.segment(language, _QUOTES.sub(" ", part)) if marks else ():
            body, at = at + len(inner.rstrip()), at + len(inner)
            space = _SPACE.search(part, body, at)
            if space is None or space.end() >= len(part):
                continue
            abbreviation = _ABBREVIATION.search(
                part, max(cuts[-1], body - _ABBREVIATION_LENGTH), body
            )
            within = bisect_left(marks, body) % 2 == 1
            if within and not (
                part[space.end()].islower() or (abbreviation and abbreviation[0][0].isupper())
            ):
                cuts.append(space.end())
        yield from (part[low:high] for low, high in pairwise([*cuts, len(part)]))


def _whole(parts: Iterable[str]) -> Iterator[str]:
    """Put together what was divided at the point of an ordinal number: "20.ª", "n.º"."""
    before = ""
    for part in parts:
        if before and not part.startswith(("ª", "º")):
            yield before
            before = ""
        before += part
    if before:
        yield before


def separator(between: str, source: str, target: str) -> str:
    """Return what to put between two translated sentences; `between` separates the originals.

    A space is added or removed between languages with and without spaces between sentences.
    """
    source, target = primary(source), primary(target)
    if not between and source in _UNSPACED and target not in _UNSPACED:
        return " "
    if between == " " and target in _UNSPACED and source not in _UNSPACED:
        return ""
    return between


def part_separator(left: str, between: str, right: str, languages: tuple[str, str]) -> str:
    """Return what to put between two translated parts of one sentence, as `separator` does.

    A space is kept next to text in a script with spaces, such as an address or a foreign name.
    """
    found = separator(between, *languages)
    if (
        between
        and not found
        and not (_UNSPACED_CHARACTER.match(left[-1:]) and _UNSPACED_CHARACTER.match(right[:1]))
    ):
        return between
    return found


def pieces(text: str, limit: int, count: int) -> list[str]:
    """Cut a segment of `count` tokens into pieces of about `limit` tokens or fewer.

    Cuts at clause punctuation in the second half of a piece, else between words, else (text without
    spaces) anywhere. Each piece keeps its trailing white space: joined, they are the segment again.
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
