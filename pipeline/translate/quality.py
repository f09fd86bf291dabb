"""Whether a translation can be right: faults that show without knowing the language.

In goes a segment and its translation, out come the names of the faults. Pure. It refuses to judge
style: only what is surely broken, or so unlikely that a second attempt is worth its time.
"""

import re
from collections import Counter
from typing import Final

from pipeline.translate.segments import has_words

# Faults after which no reader should see the hypothesis: better the original sentence.
HARD: Final = frozenset({"empty", "loop", "long", "cut"})

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+")
_ADDRESS = re.compile(r"https?://[^\s<>\"”»]+[\w/]|[\w.+-]+@[\w-]+\.[\w.-]*\w")
# Scripts that say in one sign what takes others several letters.
_DENSE = re.compile("[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PHRASE = 5  # words of the longest phrase whose immediate repetition is a stutter


def faults(source: str, target: str) -> tuple[str, ...]:
    """The faults of a translation, the worst first: () for one that may be right.

    "empty"; "loop": a phrase again and again; "long" and "short": beyond any language's ratio;
    "cut": the end of a long segment is missing; "stutter": a word or phrase twice in a row, where
    the source has none; "copied": still the source's words; "numbers": one of several digits is
    lost; "addresses": one is lost.
    """
    if not has_words(source):
        return ()
    if not has_words(target):
        return ("empty",)
    found = []
    said, meant = _words(target), _words(source)
    if _loops(said) > max(2, _loops(meant)):
        found.append("loop")
    size, ratio = _size(source), _size(target) / max(1, _size(source))
    if size > 20 and ratio > 3.5:
        found.append("long")
    if size > 400 and ratio < 0.6:
        found.append("cut")
    elif size > 60 and ratio < 0.3:
        found.append("short")
    if _stutters(said) > _stutters(meant):
        found.append("stutter")
    if len(meant) > 4 and _copied(source, said) > 0.6:
        found.append("copied")
    if _numbers(source) - _numbers(target):
        found.append("numbers")
    if set(_ADDRESS.findall(source)) - set(_ADDRESS.findall(target)):
        found.append("addresses")
    return tuple(found)


def severity(source: str, target: str) -> tuple[int, int, int]:
    """How bad a translation is, to choose between two: loss weighs more than repetition."""
    found = faults(source, target)
    lost = sum((_numbers(source) - _numbers(target)).values()) + 3 * ("short" in found)
    return sum(fault in HARD for fault in found), lost, len(found)


def calmed(text: str) -> str:
    """A text all in capitals as a sentence, which models understand better; any other as it is."""
    letters = [char for char in text if char.isalpha()]
    if len(letters) < 10 or len(text.split()) < 2 or any(char.islower() for char in letters):
        return text
    if not any(char.isupper() for char in letters):
        return text
    first = next(place for place, char in enumerate(text) if char.isalpha())
    return text[: first + 1] + text[first + 1 :].lower()


def _words(text: str) -> list[str]:
    """The words, case-folded; signs of scripts without spaces one by one."""
    return [part.casefold() for part in _WORD.findall(_DENSE.sub(r" \g<0> ", text))]


def _stutters(words: list[str]) -> int:
    """How often a phrase is followed by itself."""
    count = 0
    for size in range(1, _PHRASE + 1):
        for start in range(len(words) - 2 * size + 1):
            phrase = words[start : start + size]
            # A number or a single letter twice is no stutter ("2 2", "A a").
            if phrase == words[start + size : start + 2 * size] and len("".join(phrase)) > 2:
                count += not "".join(phrase).isdigit()
    return count


def _loops(words: list[str]) -> int:
    """How often the most frequent phrase of four words stands in a text."""
    grams = Counter(tuple(words[start : start + 4]) for start in range(len(words) - 3))
    return max(grams.values(), default=0)


def _size(text: str) -> int:
    """The length in letters of an alphabet: a dense sign counts as three."""
    return len(text) + 2 * len(_DENSE.findall(text))


def _copied(source: str, said: list[str]) -> float:
    """The share of the source's lower-case words of four letters and more that are still there."""
    words = _WORD.findall(_ADDRESS.sub(" ", source))
    common = [word for word in words if len(word) > 3 and word.islower()]
    if len(common) < 3:
        return 0.0
    there = set(said)
    return sum(word in there for word in common) / len(common)


def _numbers(text: str) -> Counter[str]:
    """Numbers of two digits and more; separators within them differ between languages."""
    return Counter(part for part in _NUMBER.findall(text) if len(part) > 1)
