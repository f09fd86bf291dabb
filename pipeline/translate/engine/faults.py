"""Whether a translation can be right: faults that show without knowing the language.

In goes a segment and its translation, out come the names of the faults. Pure. It refuses to judge
style: only what is surely broken, or so unlikely that a second attempt is worth its time.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from operator import eq
from typing import Final

from pipeline.translate.engine import numbers
from pipeline.translate.engine.masking import addresses, without_addresses, without_kept
from pipeline.translate.text.functionwords import function_words
from pipeline.translate.text.segments import has_words

# Faults after which no reader should see the hypothesis: better the original sentence.
HARD: Final = frozenset(
    {"empty", "loop", "long", "cut", "script", "untranslated", "garbled", "addresses"}
)

_WORD = re.compile(r"[^\W_]+")
# Scripts that say in one sign what takes others several letters.
_DENSE = re.compile("[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# What letters a language is written in, as Unicode's names of characters begin. Others: LATIN.
_SCRIPTS: Final = {
    **dict.fromkeys(("ru", "uk", "bg", "be", "mk", "kk", "ky", "mn", "tg"), ("CYRILLIC",)),
    "sr": ("CYRILLIC", "LATIN"),
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ug"), ("ARABIC",)),
    **dict.fromkeys(("he", "yi"), ("HEBREW",)),
    **dict.fromkeys(("hi", "mr", "ne"), ("DEVANAGARI",)),
    **dict.fromkeys(("zh", "zt"), ("CJK",)),
    "ja": ("CJK", "HIRAGANA", "KATAKANA"),
    "ko": ("HANGUL", "CJK"),
    "el": ("GREEK",),
    "bn": ("BENGALI",),
    "th": ("THAI",),
    "ta": ("TAMIL",),
    "te": ("TELUGU",),
    "ka": ("GEORGIAN",),
    "hy": ("ARMENIAN",),
    "gu": ("GUJARATI",),
    "pa": ("GURMUKHI", "ARABIC"),
    "kn": ("KANNADA",),
    "ml": ("MALAYALAM",),
    "si": ("SINHALA",),
    "my": ("MYANMAR",),
    "km": ("KHMER",),
    "lo": ("LAO",),
    "bo": ("TIBETAN",),
    "am": ("ETHIOPIC",),
    "ti": ("ETHIOPIC",),
    **dict.fromkeys(("ckb", "sd"), ("ARABIC",)),
}
_ASCII: Final = frozenset(map(chr, range(128)))
# Languages in which a word said twice is a form of it, as a plural.
_DOUBLING: Final = frozenset(
    {"az", "bn", "fa", "gu", "hi", "hy", "id", "ka", "km", "kn", "lo", "ml", "mr", "ms", "my", "ne"}
    | {"pa", "ta", "te", "th", "tl", "tr", "ur", "vi"}
)
_ENDED = re.compile(r"\w{3}[.!?。！？।؟۔][\"'”’»)」]*$")
_OPEN = re.compile(r"[\w,\-–—]")
_END = 40  # characters in which a sentence's last mark is looked for
_ENDLESS: Final = frozenset({"th", "lo", "bo"})  # sentences end without a mark
_AGAIN: Final = 5  # words that are there again at least, where one phrase of four is there thrice
PHRASE: Final = 5  # words of the longest phrase whose immediate repetition is a stutter


def faults(source: str, target: str, language: str = "") -> tuple[str, ...]:
    """The faults of a translation into `language`, the worst first: () for one that may be right.

    "empty"; "loop": a phrase again and again; "long" and "short": beyond any language's ratio;
    "cut": the end of a long segment is missing; "unfinished": it has no mark at its end, where the
    source has; "stutter": a word or phrase twice in a row, where the source has none; "copied":
    still most of the source's words, "untranslated": nearly all of them; "script": not the
    language's letters; "numbers": one of several digits is lost, has come from nowhere, or is in
    thousands now, "garbled": more than a quarter of them; "addresses": one is lost.
    """
    if not has_words(without_kept(source)):
        return ()
    if not has_words(target):
        return ("empty",)
    found = []
    said, meant = _words(target), _words(source)
    loops, wanted = _loops(said), _loops(meant)
    # Articles and prepositions make one phrase of what differs in a text that repeats itself.
    if loops > 2 and loops > wanted + (wanted > 1):
        found.append("loop")
    size, ratio = _size(source), _size(target) / max(1, _size(source))
    if size > 20 and ratio > 3.5:
        found.append("long")
    if size > 400 and ratio < 0.6:
        found.append("cut")
    elif size > 60 and ratio < 0.45 and (ratio < 0.3 or not _DENSE.search(source + target)):
        found.append("short")
    if _is_cut_off(source, target) and language.split("-")[0] not in _ENDLESS:
        found.append("unfinished")
    stutters = _stutters(target, language, said)
    if stutters and stutters > _stutters(source, "", meant):
        found.append("stutter")
    copied = _copied(source, said) if len(meant) > 4 else 0.0
    if copied > 0.6:
        found.append("untranslated" if copied > 0.85 else "copied")
    if language and _foreign(source, target, language):
        found.append("script")
    lost = numbers.lost(source, target)
    if lost > 2 and lost > 0.25 * numbers.count(source):
        found.append("garbled")
    if lost or numbers.invented(source, target) or numbers.multiplied(source, target):
        found.append("numbers")
    there = addresses(source)
    if there and set(there) - set(addresses(target)):
        found.append("addresses")
    return tuple(found)


def severity(source: str, target: str, language: str = "") -> tuple[int, int, int]:
    """How bad a translation is, to choose between two: loss weighs more than repetition."""
    found = faults(source, target, language)
    lost = numbers.lost(source, target) + 3 * ("short" in found)
    return sum(fault in HARD for fault in found), lost, len(found)


def _words(text: str) -> list[str]:
    """The words, case-folded; signs of scripts without spaces one by one."""
    if text.isascii():
        return _WORD.findall(text.lower())
    return [part.casefold() for part in _WORD.findall(_spaced(text))]


def _spaced(text: str) -> str:
    """A text with each sign of a script without spaces set apart."""
    return text if text.isascii() else _DENSE.sub(r" \g<0> ", text)


def _stutters(text: str, language: str, words: list[str]) -> int:
    """How often a phrase is followed by itself.

    One word twice may be right: with a comma or hyphen between ("no, no"), small words ("nous
    nous", "die die"), and where the language doubles words.
    """
    count = 0
    for size in range(1, PHRASE + 1):
        # Few words come again at that distance, and hardly ever so many in a row.
        if sum(map(eq, words, words[size:])) >= size:
            count += _repeated(text, language.split("-")[0].lower(), words, size)
    return count


def _repeated(text: str, primary: str, words: list[str], size: int) -> int:
    """How often a phrase of `size` words is followed by itself."""
    small = function_words(primary)
    spaced = _spaced(text)
    places = list(_WORD.finditer(spaced))
    count = 0
    for start in range(len(words) - 2 * size + 1):
        if words[start] != words[start + size]:
            continue
        phrase = words[start : start + size]
        # A number or a single letter twice is no stutter ("2 2", "A a").
        if phrase != words[start + size : start + 2 * size] or len("".join(phrase)) <= 2:
            continue
        between = spaced[places[start].end() : places[start + 1].start()]
        if size == 1 and (primary in _DOUBLING or phrase[0] in small or between.strip()):
            continue
        count += not "".join(phrase).isdigit()
    return count


def _is_cut_off(source: str, target: str) -> bool:
    """Whether the translation has no mark at its end, where the source has one."""
    if not _OPEN.match(target.rstrip()[-1:]):
        return False
    return _ENDED.search(source.rstrip()[-_END:]) is not None


def _loops(words: list[str]) -> int:
    """How often the most frequent phrase of four words stands in a text; 1 for twice or less."""
    if len(words) - len(set(words)) < _AGAIN:
        return 1
    grams = Counter(zip(words, words[1:], words[2:], words[3:], strict=False))
    return max(grams.values(), default=1)


def _size(text: str) -> int:
    """The length in letters of an alphabet: a dense sign counts as three."""
    return len(text) if text.isascii() else len(text) + 2 * len(_DENSE.findall(text))


def _copied(source: str, said: list[str]) -> float:
    """The share of the source's lower-case words of four letters and more that are still there."""
    there = set(said)
    if not any(len(word) > 3 for word in there.intersection(_WORD.findall(source))):
        return 0.0
    words = _WORD.findall(without_addresses(source))
    common = [word for word in words if len(word) > 3 and word.islower()]
    if len(common) < 3:
        return 0.0
    return sum(word in there for word in common) / len(common)


def _foreign(source: str, target: str, language: str) -> bool:
    """Whether most letters are of a script that is not the language's, names aside."""
    wanted = _SCRIPTS.get(language.split("-")[0].lower(), ("LATIN",))
    if target.isascii() and "LATIN" in wanted:
        return False
    signs = set(target) - _ASCII if "LATIN" in wanted else set(target)
    if all(_is_of(char, wanted) for char in signs if char.isalpha()):
        return False
    kept = {word for word in _WORD.findall(source) if word[0].isupper() or not word.islower()}
    words = (word for word in _WORD.findall(target) if word not in kept)
    letters = Counter(char for char in "".join(words) if char.isalpha())
    strange = sum(times for char, times in letters.items() if not _is_of(char, wanted))
    return letters.total() > 3 and strange > letters.total() / 2


@lru_cache(maxsize=4096)
def _is_of(char: str, scripts: tuple[str, ...]) -> bool:
    return unicodedata.name(char, "").startswith(scripts)
