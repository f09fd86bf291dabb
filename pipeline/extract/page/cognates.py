"""Words that many languages share in whatever script: "partner", "партнёр", "პარტნიორი".

In: texts. Out: which subjects of consent notices (`data/notices.toml`) they speak of in words that
a reader of other languages would know, and whether they name cookies by the English word in the
letters of their own script. Never raises.

A letter stands for the consonant that its name in the Unicode Character Database begins with, so
that no table of scripts is needed. Languages disagree on voice and on vowels; what is compared is
the first four consonants of a word, voiced ones as voiceless ones. A cognate is what the lists of
many languages have for one subject: no language needs a list of its own to be understood a little.
"""

import re
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache
from typing import Final

from pipeline.extract.page import lexicon

_LEAST = 7  # languages whose lists have a word, that it counts as one of all languages
_CONSONANTS = 4  # of a word are compared
_VOICELESS: Final = dict(zip("CQXGZJBDVW", "KKKKSSPTFF", strict=True))
_MODIFIERS: Final = frozenset({
    "LETTER", "SYLLABLE", "CHARACTER", "SIGN", "VOWEL", "CAPITAL", "SMALL", "FARSI", "FINAL",
    "BYELORUSSIAN-UKRAINIAN",
})  # fmt: skip
# Letters whose names begin with a consonant but that stand for "u", for "i", or for no sound.
_U: Final = frozenset({"WAW", "VAV", "VO"})
_I: Final = frozenset({"YEH", "YOD"})
_SILENT: Final = frozenset({"VIRAMA", "MAI", "NUKTA", "YIWN", "PROLONGED"})
_SYLLABIC: Final = frozenset({"HANGUL", "KATAKANA", "ETHIOPIC"})
_WORDLESS: Final = frozenset({"CJK", "HIRAGANA"})  # no loan words
_COOKIE = re.compile("K+uK+i")
_VOWELS = re.compile("[a-z]+")
_TWICE = re.compile(r"(.)\1+")


def subjects(text: str) -> frozenset[str]:
    """Return the subjects of notices that a text speaks of in words of many languages."""
    known = _known()
    found = (known.get(word) for word in _keys(text))
    return frozenset[str]().union(*(named for named in found if named is not None))


def names_cookies(text: str) -> bool:
    """Say whether a text has the word "cookie" in the letters of another script, as in "куки"."""
    return not text.isascii() and _COOKIE.search(sounds(text)) is not None


@lru_cache(maxsize=256)  # several rules ask about each block
def sounds(text: str) -> str:
    """Return the sounds of a text: consonants as capitals, vowels small, the rest as spaces."""
    return text.translate(_SOUNDS)


def _keys(text: str) -> set[str]:
    """Return the first consonants of the words that have so many."""
    words = _TWICE.sub(r"\1", _VOWELS.sub("", sounds(text))).split()
    return {word[:_CONSONANTS] for word in words if len(word) >= _CONSONANTS}


class _Sounds(dict[int, str]):
    """The sound of each character, found when it is first met."""

    def __missing__(self, code: int) -> str:
        sound = self[code] = _sound(chr(code))
        return sound


_SOUNDS: Final = _Sounds()


def _sound(character: str) -> str:
    whole = "\u30a0" <= character <= "\u30ff" or "\uac00" <= character <= "\ud7a3"  # syllables
    first = character if whole else unicodedata.normalize("NFD", character)[0]
    if first.isascii():
        capital = first.upper()
        if not first.isalpha():
            return " "
        return (
            first.lower() if capital in "AEIOU" else "" if capital in "HY" else _voiceless(capital)
        )
    script, *rest = unicodedata.name(first, "? ?").split()
    script = script.partition("-")[0]
    if script in _WORDLESS or not (first.isalpha() or unicodedata.category(first)[0] == "M"):
        return " "
    names = [word for word in rest if word not in _MODIFIERS]
    if not names or ("SMALL" in rest and script == "KATAKANA"):
        return ""
    return _named(script, "".join(names[1:2]) if names[0] == "SARA" else names[0])


def _named(script: str, name: str) -> str:
    """Return the sound of a letter of a script by its name."""
    if name in _SILENT or script == "COMBINING":
        return ""
    if name in _U:
        return "u"
    if name in _I:
        return "i"
    if name[0] in "AEIOU":
        spelt = script == "CYRILLIC" and len(name) == 2 and name[1] in "FLMNRS"  # "EF", "EL"
        return name[1] if spelt else name[0].lower()
    sound = "" if name[0] in "HY" else _voiceless(name[0])
    if script in _SYLLABIC:
        end = name.lstrip("BCDFGHJKLMNPRSTWYZ")
        sound += end[:1].lower()
        if script == "HANGUL" and end[-1:] not in "AEIOUY":
            sound += "N" if end.endswith("NG") else _voiceless(end[-1])
    return sound


def _voiceless(letter: str) -> str:
    return _VOICELESS.get(letter, letter)


@cache
def _known() -> dict[str, frozenset[str]]:
    """Return the subjects by the consonants of the words that many languages have for them."""
    languages: dict[tuple[str, str], set[str]] = defaultdict(set)
    for language, lists in lexicon.data("notices").items():
        for subject, phrases in lists.items():
            if subject in ("you", "we"):
                continue
            for phrase in phrases:
                for key in _keys(phrase):
                    languages[key, subject].add(language)
    found: dict[str, set[str]] = defaultdict(set)
    for (key, subject), spoken in languages.items():
        if len(spoken) >= _LEAST:
            found[key].add(subject)
    return {key: frozenset(named) for key, named in found.items()}
