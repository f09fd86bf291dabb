"""Segments too long for a model into pieces, which joined are the segment again.

In goes a segment, out come pieces of a length the model is at ease with. Runs of characters that
are no words of any language become pieces of their own, which nobody needs to translate. One that
a model got wrong is cut in two, where it hurts least, and put together again. Pure.
"""

import re
from collections.abc import Callable, Collection, Sequence

from pipeline.translate.segments import has_words, pieces

# Scripts without spaces between words, in which a line of any length is prose.
_UNSPACED = (
    r"\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
    r"\U00020000-\U0003ffff"
)
_RUN = re.compile(rf"[^\s{_UNSPACED}]{{100,}}")
"""Longer than any word: code, data, a key. A model makes something up for it, or loops."""
_BREAK = re.compile(r"\s+|(?<=[、。，；：！？])(?=\S)")
_CLAUSE = re.compile(r"[,;:)،؛、，；：—–]$|\s-$")
_FIRST = re.compile(r"\W*(\w+)")
_LAST = re.compile(r"(\w+)\W*$")
_STOP = re.compile(r"(?<!\.)\.$")
_WORD_LENGTH = 40  # characters in which the word beside a place is looked for
_PAIRS = (("(", ")"), ("[", "]"), ("“", "”"), ("«", "»"))
_SHARE = 0.2  # of the text that each half has at least
# What a place is worth beside its distance from the middle, as a share of the text.
_AT_CLAUSE, _BEFORE_SMALL, _TORN = 0.25, 0.12, 0.15
_CAPITAL_NOUNS = frozenset({"de", "lb"})


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
    for match in _BREAK.finditer(text):
        share = match.end() / len(text)
        if not _SHARE <= share <= 1 - _SHARE:
            continue
        cost = abs(share - 0.5) + _tearing(text[: match.start()], text[match.end() :], small)
        if cost < best:
            best, place = cost, match.end()
    return [text[:place], text[place:]] if place else [text]


def _tearing(left: str, right: str, small: Collection[str]) -> float:
    """What is lost where a text is cut between these two, less what is gained."""
    end, begin = left[-_WORD_LENGTH:], right[:_WORD_LENGTH]
    before, after = _LAST.search(end), _FIRST.match(begin)
    cost = -_AT_CLAUSE if _CLAUSE.search(end) else 0.0
    if before and after:
        words = before[1], after[1]
        cost -= _BEFORE_SMALL * (words[1].lower() in small)
        torn = words[0].lower() in small or words[0].isdigit() or all(map(_is_name, words))
        cost += _TORN * (torn and before.end(1) == len(end))
    enclosed = any(left.count(mark) > left.count(partner) for mark, partner in _PAIRS)
    return cost + _TORN * (enclosed or left.count('"') % 2 == 1)


def rejoined(
    parts: Sequence[str], translations: Sequence[str], language: str, small: Collection[str]
) -> list[str]:
    """Translations of the parts of a sentence as parts of one: no new beginning, no end within.

    `small` are the function words of `language`, theirs.
    """
    out = []
    for number, (part, text) in enumerate(zip(map(str.strip, parts), translations, strict=True)):
        first = _FIRST.match(text)
        if number and first and part[:1].islower() and first[1] == first[1].capitalize():
            word = first[1].lower()
            if word in small or language not in _CAPITAL_NOUNS:
                text = text[: first.start(1)] + word + text[first.end(1) :]
        if number < len(parts) - 1 and not part.endswith("."):
            text = _STOP.sub("", text)
        out.append(text)
    return out


def _is_name(word: str) -> bool:
    return word[:1].isupper()
