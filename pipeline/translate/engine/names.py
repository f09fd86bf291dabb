"""Find names that a translation has lost or misspelt, and judge a second one with the names aside.

`lost` takes a segment and its translation, and returns the ranges of the names that may be lost:
rare words with a capital that the translation does not have, and nothing like them, or less of
their letters ("Wido" for "Widodo"). `is_better` takes another translation, in which these names
were kept away from the model: if it has only more words, the names had been lost; if other words
have gone, these were their translations. Pure functions; never raises.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from difflib import SequenceMatcher
from typing import Final

from pipeline.translate.text.kept import blanked

MOST: Final = 8
"""Lost names of a segment that are tried again; with more it is a list or a table."""
_WORD = re.compile(r"[^\W\d_]\w*(?:[’'\-][^\W\d_]\w*)*")
_POSSESSIVE = ("'s", "’s")
_SHORTENED = re.compile(r"['’][a-z]{1,2}$")  # "I'm", "We've"
_LEAST = 3  # letters of a name
_ALIKE = 0.6  # share of letters that a word and its translation have in common, if they are akin
BETWEEN: Final = re.compile(r"\s|\s?[-’']\s?")
"""What may be between two words of one name."""
_SMALL, _SHORT = 4, 2  # letters of words that are not missed if they go; beside an acronym

Range = tuple[int, int]


def words(text: str) -> list[Range]:
    """Return the ranges of the words, without the "'s" of a possessive."""
    return [
        (match.start(), match.end() - 2 * match[0].endswith(_POSSESSIVE))
        for match in _WORD.finditer(blanked(text))
    ]


def lost(
    segment: str,
    translation: str,
    is_rare: Callable[[str], bool],
    is_common: Callable[[str], bool],
) -> list[Range]:
    """Return the ranges of names that the translation seems to have lost, neighbours in one.

    `is_rare` says of a word whether models may misspell or forget it, `is_common` whether it is a
    common word with a capital: it is no part of a name ("Secretary Ryan Zinke").
    """
    said = words(segment)
    there = {translation[a:b] for a, b in words(translation)}
    new = there - {segment[a:b] for a, b in said}
    rows: list[list[Range]] = []
    for number, (start, end) in enumerate(said):
        word = segment[start:end]
        if len(word) < _LEAST or not word[0].isupper() or word in there:
            continue
        if is_common(word) or _SHORTENED.search(word) or _is_akin(word, new):
            continue
        # The first word of a sentence has a capital in any case.
        if number == 0 and is_common(word.lower()):
            continue
        if rows and BETWEEN.fullmatch(segment[rows[-1][-1][1] : start]):
            rows[-1].append((start, end))
        else:
            rows.append([(start, end)])
    return [(row[0][0], row[-1][1]) for row in rows if any(is_rare(segment[a:b]) for a, b in row)]


def _is_akin(word: str, new: Collection[str]) -> bool:
    """Return whether a new word of the translation may be the word's form in its language."""
    plain = _plain(word)
    return any(
        _plain(other)[:1] == plain[:1]
        and 2 * len(other) > len(word)
        and not is_rest(other, word)
        and SequenceMatcher(None, _plain(other), plain, autojunk=False).ratio() >= _ALIKE
        for other in new
    )


def is_rest(other: str, word: str) -> bool:
    """Return whether `other` is a word with fewer letters: the same ones in the same order."""
    if not (other[:1].isupper() and other[:2] == word[:2] and len(other) < len(word)):
        return False
    letters = iter(word)
    return all(letter in letters for letter in other)


def is_better(segment: str, first: str, second: str, aside: Sequence[Range]) -> bool:
    """Return whether a translation with the names `aside` is better than the first one.

    The names are additional words in it, or stand in the place of what was left of them. Words that
    they replaced were their translations.
    """
    old, new = _folded(first), _folded(second)
    names = [word for start, end in aside for word in _folded(segment[start:end])]
    replaced: list[str] = []
    for (low, high), (start, end) in _changes(old, new):
        kept = new[start:end]
        if any(one in kept for one in names):
            gone = (one for one in old[low:high] if one not in new)
            replaced += [one for one in gone if not any(_is_form(one, other) for other in kept)]
    # Acronyms are shorter than their translations: "NYC" is "Nova York".
    small = _SHORT if any(segment[a:b].isupper() for a, b in aside) else _SMALL
    if any(len(one) > small and not _is_rest_of(one, names) for one in replaced):
        return False
    rests = sum(_is_rest_of(one, names) for one in old)
    return _count(new, names) - _count(old, names) >= max(1, len(names) - 1) - rests


def _changes(old: Sequence[str], new: Sequence[str]) -> list[tuple[Range, Range]]:
    """Return the ranges of words that differ, those as one that a single word is between."""
    found: list[tuple[Range, Range]] = []
    for kind, low, high, start, end in SequenceMatcher(None, old, new, False).get_opcodes():
        if kind == "equal":
            continue
        if found and low - found[-1][0][1] <= 1 and start - found[-1][1][1] <= 1:
            (low, _), (start, _) = found.pop()
        found.append(((low, high), (start, end)))
    return found


def _is_rest_of(word: str, names: Collection[str]) -> bool:
    return any(is_rest(word.title(), name.title()) for name in names)


def _count(found: Sequence[str], names: Collection[str]) -> int:
    return sum(len(word) > _SMALL or word in names for word in found)


def _folded(text: str) -> list[str]:
    return [text[a:b].casefold() for a, b in words(text)]


def _is_form(one: str, other: str) -> bool:
    stem = max(_SMALL, min(len(one), len(other)) * 2 // 3)
    return one[:stem] == other[:stem]


def _plain(word: str) -> str:
    apart = unicodedata.normalize("NFD", word.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))
