"""How much a decoded text looks like text in a real language.

In: text. Out: a number by which decodings of the same bytes are compared. Never raises. Text
without non-ASCII letters looks right in every charset.

A wrong charset shows as letters that no language combines, capitals inside words, and symbols or
control characters between letters; a wrong East Asian charset as characters that are hardly used.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from functools import cache
from importlib import resources
from typing import Any

_MOST = 20_000  # characters that are examined
_FREQUENT = 0.4  # smallest share of a language's frequent characters in its texts
_USUAL = 0.55  # the same for the usual letters of a script
_FOREIGN_RUNS = re.compile(r"[^\W\d_]*[^\x00-\x7f]+[^\W\d_]*\s?")
_ODD = re.compile(
    "[\x80-\x9f\ufffd\ue000-\uf8ff\ufff0-\uffff]"
    "|[^\\W\\d_](?<=[а-яёa-zß-öø-ÿα-ω])(?=[А-ЯЁÀ-ÖØ-ÞΑ-Ω])."
    "|(?<=[A-Za-z])[\u0370-\u0e7f]|(?<=[\u0370-\u0e7f])[A-Za-zÀ-ÿ]"
    "|(?<=[^\\W\\d_])[€†‡•™≤≥√∞](?=[^\\W\\d_])|[ςךםןףץ](?=[^\\W\\d_])"
    "|(?<=[^\\W\\d_]{2})[¢-¦¨¬¯±-³µ¶¸¹¼-¿×÷˘-˝]|[¢-¦¨¬¯±-³µ¶¸¹¼-¾×÷˘-˝](?=[^\\W\\d_]{2})"
    "|[À-ÿ]{4,}|[═-╬░-▓│┤]"
)
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f]")


def fitness(text: str) -> float:
    """Return how well the letters of a text go together: 1 is perfect, it may be negative."""
    # Most words are ASCII; the pattern would visit each of their letters.
    foreign = " ".join([word for word in text.split(" ") if not word.isascii()])
    sample = " ".join(_FOREIGN_RUNS.findall(foreign))[:_MOST]
    wide = _WIDE.findall(sample)
    letters = Counter(
        char
        for char in sample.lower()
        if char > "\x7f" and unicodedata.category(char)[0] in "LM" and not _WIDE.match(char)
    )
    odd = 2 * len(_ODD.findall(sample))
    total = letters.total() + len(wide) + odd
    if not total:
        return 1.0
    known = max(_known(letters, alphabet) for alphabet in _alphabets())
    return (known + _usual(wide) - odd) / total


def _known(letters: Counter[str], alphabet: str) -> float:
    """Return how many letters belong to an alphabet: all of them, if enough are its usual ones."""
    known = sum(letters[char] for char in alphabet)
    usual = _script(alphabet)
    if not known or not usual:
        return known
    return known * min(1.0, sum(letters[char] for char in usual) / known / _USUAL)


def _usual(wide: list[str]) -> float:
    """Return how many East Asian characters count as correct: all, if enough are frequent ones."""
    signs = Counter(wide)
    hangul = Counter({char: n for char, n in signs.items() if "\uac00" <= char <= "\ud7af"})
    han = Counter({char: n for char, n in signs.items() if "\u3400" <= char <= "\u9fff"})
    kana = sum(n for char, n in signs.items() if "\u3040" <= char <= "\u30ff")
    korean, *others = _frequent()
    return kana + _share(hangul, [korean]) + _share(han, others)


def _share(signs: Counter[str], sets: list[frozenset[str]]) -> float:
    total = signs.total()
    if not total:
        return 0.0
    share = max(sum(signs[char] for char in frequent) for frequent in sets) / total
    return total * min(1.0, share / _FREQUENT)


@cache
def _data() -> dict[str, Any]:
    path = resources.files("pipeline.charsets") / "letters.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _alphabets() -> tuple[str, ...]:
    return tuple(_data()["alphabets"].values())


@cache
def _script(alphabet: str) -> str:
    """Return the usual letters of an alphabet's script, "" for Latin letters."""
    for usual in _data()["usual"].values():
        if usual[0] in alphabet:
            return str(usual)
    return ""


@cache
def _frequent() -> tuple[frozenset[str], ...]:
    table = {name: frozenset(signs) for name, signs in _data()["frequent"].items()}
    return table["ko"], table["zh"], table["zh"] | table["tw"], table["ja"]
