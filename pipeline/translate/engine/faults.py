"""Find faults in translations that are recognisable without knowing the language.

`faults` takes a segment and its translation, and returns the names of the faults. `severity` ranks
translations. Only what is certainly broken counts, or so unlikely that a second attempt is worth
its time; style is not judged. Pure functions; never raises.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from operator import eq
from typing import Final

from pipeline.translate.figures import months, weekdays
from pipeline.translate.figures.comparing import compare
from pipeline.translate.text.functionwords import function_words
from pipeline.translate.text.kept import addresses, without_addresses, without_kept
from pipeline.translate.text.segments import has_words
from pipeline.translate.text.tags import primary

# With one of these faults a hypothesis is not published; the source sentence is shown instead.
HARD: Final = frozenset(
    {"empty", "loop", "long", "cut", "script", "untranslated", "garbled", "figures", "addresses"}
)

_WORD = re.compile(r"[^\W_]+")
# Scripts in which one character stands for several letters of an alphabet.
_DENSE = re.compile("[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# The scripts of languages: prefixes of Unicode character names. Other languages: LATIN.
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
# Languages with reduplication: a doubled word is a grammatical form, such as a plural.
_DOUBLING: Final = frozenset(
    {"az", "bn", "fa", "gu", "hi", "hy", "id", "ka", "km", "kn", "lo", "ml", "mr", "ms", "my", "ne"}
    | {"pa", "ta", "te", "th", "tl", "tr", "ur", "vi"}
)
_ENDS_SENTENCE = re.compile(r"\w{3}[.!?。！？।؟۔][\"'”’»)」]*$")
_NO_MARK = re.compile(r"[\w,\-–—]")
_END_LENGTH = 40  # characters that are searched for the final mark of a sentence
_WITHOUT_STOPS: Final = frozenset({"th", "lo", "bo"})  # sentences end without a mark
_MIN_REPEATED: Final = 5  # words; fewer repeated ones cannot make a phrase of four occur thrice
PHRASE: Final = 5  # words of the longest phrase whose immediate repetition is a stutter


def faults(source: str, target: str, languages: tuple[str, str] = ("", "")) -> tuple[str, ...]:
    """Return the faults of a translation, the worst first; () for one without.

    `languages` are the codes of the source's and the translation's language, "" for unknown ones.

    "empty": no words. "loop": a phrase again and again. "long", "short": beyond any usual ratio of
    lengths. "cut": the end of a long segment is missing. "unfinished": no final mark, though the
    source has one. "stutter": a word or phrase twice in a row, unlike the source. "copied": most of
    the source's words are unchanged; "untranslated": nearly all. "script": not the language's
    letters. "figures": a figure has another value. "numbers": a figure of several digits is
    missing or new; "garbled": more than a quarter of them are missing. "dates": the month of one
    is missing, or a day of the week. "addresses": one is missing.
    """
    if not has_words(without_kept(source)):
        return ()
    if not has_words(target):
        return ("empty",)
    found = []
    language = languages[1]
    target_words, source_words = _words(target), _words(source)
    loops, wanted = _loops(target_words), _loops(source_words)
    # If the source repeats phrases, too, function words can make different phrases the same.
    if loops > 2 and loops > wanted + (wanted > 1):
        found.append("loop")
    size, ratio = _size(source), _size(target) / max(1, _size(source))
    if size > 20 and ratio > 3.5:
        found.append("long")
    if size > 400 and ratio < 0.6:
        found.append("cut")
    elif size > 60 and ratio < 0.45 and (ratio < 0.3 or not _DENSE.search(source + target)):
        found.append("short")
    if _is_cut_off(source, target) and primary(language) not in _WITHOUT_STOPS:
        found.append("unfinished")
    stutters = _stutters(target, language, target_words)
    if stutters and stutters > _stutters(source, "", source_words):
        found.append("stutter")
    copied = _copied(source, target_words) if len(source_words) > 4 else 0.0
    if copied > 0.6:
        found.append("untranslated" if copied > 0.85 else "copied")
    if language and _foreign(source, target, language):
        found.append("script")
    return (*found, *_missing(source, target, languages))


def _missing(source: str, target: str, languages: tuple[str, str]) -> Iterator[str]:
    """Yield the faults of what must be in a translation as it is in the source."""
    there = compare(source, target, languages)
    if there.lost > 2 and there.lost > 0.25 * there.count:
        yield "garbled"
    if there.altered:
        yield "figures"
    if there.lost or there.new:
        yield "numbers"
    if months.lost(source, target, languages) or weekdays.lost(source, target, languages):
        yield "dates"
    if set(addresses(source)) - set(addresses(target)):
        yield "addresses"


def severity(
    source: str, target: str, languages: tuple[str, str] = ("", "")
) -> tuple[int, int, int]:
    """Return how bad a translation is, as a sort key: (hard faults, losses, all faults).

    Losses (missing numbers, a text that is too short) count more than repetitions.
    """
    found = faults(source, target, languages)
    lost = compare(source, target, languages).lost + 3 * ("short" in found)
    return sum(fault in HARD for fault in found), lost, len(found)


def _words(text: str) -> list[str]:
    """Return the words, case-folded; characters of dense scripts are words of their own."""
    if text.isascii():
        return _WORD.findall(text.lower())
    return [part.casefold() for part in _WORD.findall(_spaced(text))]


def _spaced(text: str) -> str:
    """Return a text with spaces around each character of a dense script."""
    return text if text.isascii() else _DENSE.sub(r" \g<0> ", text)


def _stutters(text: str, language: str, words: list[str]) -> int:
    """Return how often a phrase of up to PHRASE words is followed by itself.

    A single doubled word does not count if a comma or hyphen is between ("no, no"), if it is a
    function word ("nous nous", "die die"), or if the language has reduplication.
    """
    count = 0
    for size in range(1, PHRASE + 1):
        # A cheap test first: so many words at this distance are rarely equal.
        if sum(map(eq, words, words[size:])) >= size:
            count += _repeated(text, primary(language), words, size)
    return count


def _repeated(text: str, language: str, words: list[str], size: int) -> int:
    """Return how often a phrase of `size` words is followed by itself; see `_stutters`."""
    small = function_words(language)
    spaced = _spaced(text)
    places = list(_WORD.finditer(spaced))
    count = 0
    for start in range(len(words) - 2 * size + 1):
        if words[start] != words[start + size]:
            continue
        phrase = words[start : start + size]
        # One or two characters are not a stutter ("2 2", "A a").
        if phrase != words[start + size : start + 2 * size] or len("".join(phrase)) <= 2:
            continue
        between = spaced[places[start].end() : places[start + 1].start()]
        if size == 1 and (language in _DOUBLING or phrase[0] in small or between.strip()):
            continue
        count += not "".join(phrase).isdigit()
    return count


def _is_cut_off(source: str, target: str) -> bool:
    """Return whether the translation has no mark at its end, but the source has one."""
    if not _NO_MARK.match(target.rstrip()[-1:]):
        return False
    return _ENDS_SENTENCE.search(source.rstrip()[-_END_LENGTH:]) is not None


def _loops(words: list[str]) -> int:
    """Return how often the most frequent phrase of four words occurs.

    May return 1 for a text in which no phrase occurs more than twice.
    """
    if len(words) - len(set(words)) < _MIN_REPEATED:
        return 1
    grams = Counter(zip(words, words[1:], words[2:], words[3:], strict=False))
    return max(grams.values(), default=1)


def _size(text: str) -> int:
    """Return the length in letters; a character of a dense script counts as three."""
    return len(text) if text.isascii() else len(text) + 2 * len(_DENSE.findall(text))


def _copied(source: str, target_words: list[str]) -> float:
    """Return the share of the source's lower-case words, of four letters or more, that are left."""
    there = set(target_words)
    if not any(len(word) > 3 for word in there.intersection(_WORD.findall(source))):
        return 0.0
    words = _WORD.findall(without_addresses(source))
    common = [word for word in words if len(word) > 3 and word.islower()]
    if len(common) < 3:
        return 0.0
    return sum(word in there for word in common) / len(common)


def _foreign(source: str, target: str, language: str) -> bool:
    """Return whether most letters, names excepted, are of a script other than the language's."""
    wanted = _SCRIPTS.get(primary(language), ("LATIN",))
    if target.isascii() and "LATIN" in wanted:
        return False
    characters = set(target) - _ASCII if "LATIN" in wanted else set(target)
    if all(_is_in_script(char, wanted) for char in characters if char.isalpha()):
        return False
    kept = {word for word in _WORD.findall(source) if word[0].isupper() or not word.islower()}
    words = (word for word in _WORD.findall(target) if word not in kept)
    letters = Counter(char for char in "".join(words) if char.isalpha())
    strange = sum(times for char, times in letters.items() if not _is_in_script(char, wanted))
    return letters.total() > 3 and strange > letters.total() / 2


@lru_cache(maxsize=4096)
def _is_in_script(char: str, scripts: tuple[str, ...]) -> bool:
    return unicodedata.name(char, "").startswith(scripts)
