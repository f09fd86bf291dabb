"""The word lists in `data/` and the functions that match them.

In: TOML files that ship with the package, and texts or element keys to match. Out: whether, or
which, phrases occur. Raises OSError or tomllib.TOMLDecodeError where a data file is missing or
broken, that is, where the installation is damaged.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

# Everything but letters, digits and the combining marks of Devanagari, Thai, Arabic and Hebrew.
_APART = re.compile("[^\\w\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e00-\u0e7f©]+|_+")
# The same for ASCII texts, several times as fast.
_ASCII: Final = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_NO_LETTERS = re.compile(r"[\W_]+")
SIGNS: Final = ("cookie", "we", "you", "accept", "choice")


@cache
def data(name: str) -> dict[str, Any]:
    """Return the content of a data file."""
    path = resources.files("pipeline.extract") / "data" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def normal(text: str) -> str:
    """Return a text case-folded, one space for whatever is no letter or digit and at both ends."""
    if text.isascii() and text:
        return f" {' '.join(text.translate(_ASCII).split())} "
    return f" {_APART.sub(' ', text.casefold())} ".replace("  ", " ")


def fold(text: str) -> str:
    """Return only the letters and digits of a text, case-folded, to compare titles."""
    return _NO_LETTERS.sub("", text.casefold())


@cache
def phrases(name: str, table: str, key: str = "") -> tuple[str, ...]:
    """Return the normalised phrases of a table: of `key`, or of all its languages."""
    lists = data(name)[table]
    chosen = [lists[key]] if key else lists.values()
    words = (word for words in chosen for word in words)
    return tuple(dict.fromkeys(_phrase(word) for word in words))


def _phrase(word: str) -> str:
    """Normalise a phrase; in scripts that separate words it starts at the start of a word."""
    body = normal(word).strip()
    begins = " " if body[:1].isascii() or _SPACED.match(body) else ""
    return f"{begins}{body}{' ' if word.endswith(' ') else ''}"


_SPACED = re.compile("[\u00c0-\u05ff\u0900-\u0dff]")


@cache
def pattern(table: str) -> re.Pattern[str]:
    """Return a pattern of structure.toml, for the keys (class and id) of elements."""
    return _compiled("".join(data("structure")[table]["pattern"].split()))


@lru_cache(maxsize=16384)  # many elements of a page have the same key
def named(table: str, key: str) -> bool:
    """Say whether the key of an element matches a pattern of structure.toml."""
    return pattern(table).search(key) is not None


@cache
def content_patterns() -> tuple[re.Pattern[str], ...]:
    """Return the patterns for containers of content, the most trusted first."""
    return tuple(_compiled(text) for text in data("structure")["content"]["patterns"])


def _compiled(text: str) -> re.Pattern[str]:
    """Compile a pattern; in keys one hyphen joins words, whatever the page wrote."""
    return re.compile(re.sub(r"[_-]{2,}", "-", text.replace("_-]", "-]").replace("_", "-")))


def holds(text: str, words: tuple[str, ...]) -> bool:
    """Say whether a normalised text contains any of the phrases, which come from `phrases`."""
    index, rest = _index(words)
    for key in _starts(text) & index.keys():
        if any(word in text for word in index[key]):
            return True
    ascii_only = text.isascii()
    return any(word in text for word in rest if word.isascii() or not ascii_only)


@lru_cache(maxsize=4096)
def kinds(text: str) -> frozenset[str]:
    """Return the kinds of phrases in a normalised text: `SIGNS` of consent, "site" of boilerplate.

    All lists are searched at once and the result is cached, because several rules ask about each
    block.
    """
    return _clear().found(text)


def hints(text: str) -> frozenset[str]:
    """Like `kinds`, for phrases that other texts use as well; "prompt" marks other requests."""
    return _vague().found(text)


def subjects(text: str) -> frozenset[str]:
    """Return the subjects of consent notices that a normalised text speaks of (notices.toml)."""
    found: set[str] = set()
    index = _subjects()
    keys = _starts(text) | set(text)
    for key in keys & index.keys():
        found.update(kind for word, kind in index[key] if kind not in found and word in text)
    return frozenset(found)


@cache
def _subjects() -> dict[str, list[tuple[str, str]]]:
    """Return the words of notices.toml with their subjects, by what they are looked up by.

    That is the beginning of a word, or the first character in scripts that do not separate words.
    """
    index: dict[str, list[tuple[str, str]]] = {}
    for lists in data("notices").values():
        for subject, words in lists.items():
            for word in map(_phrase, words):
                key = word[:_KEY] if word.startswith(" ") and len(word) >= _KEY else word[0]
                index.setdefault(key, []).append((word, subject))
    return index


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Phrases with their kinds: those indexed by their key, then those without one."""

    index: dict[str, list[tuple[str, str]]]
    wide: tuple[tuple[str, str], ...]
    narrow: tuple[tuple[str, str], ...]

    def found(self, text: str) -> frozenset[str]:
        """Return the kinds whose phrases the normalised text contains."""
        found: set[str] = set()
        for key in _starts(text) & self.index.keys():
            for word, kind in self.index[key]:
                if kind not in found and word in text:
                    found.add(kind)
        rest = self.narrow if text.isascii() else (*self.narrow, *self.wide)
        found.update(kind for word, kind in rest if kind not in found and word in text)
        return frozenset(found)


@cache
def _clear() -> _Kinds:
    pairs = [(word, sign) for sign in SIGNS for word in phrases("consent", sign)]
    return _by_key([*pairs, *((word, "site") for word in phrases("boilerplate", "tail"))])


@cache
def _vague() -> _Kinds:
    return _by_key([(word, kind) for kind in (*SIGNS, "prompt") for word in phrases("hints", kind)])


def _by_key(pairs: list[tuple[str, str]]) -> _Kinds:
    index: dict[str, list[tuple[str, str]]] = {}
    rest = []
    for word, kind in pairs:
        if word.startswith(" ") and len(word) >= _KEY:
            index.setdefault(word[:_KEY], []).append((word, kind))
        else:
            rest.append((word, kind))
    wide = tuple(pair for pair in rest if not pair[0].isascii())
    return _Kinds(index, wide, tuple(pair for pair in rest if pair[0].isascii()))


@lru_cache(maxsize=4096)
def is_button(words: str) -> bool:
    """Say whether a normalised text is the label of a button: known words, one an action."""
    tokens = words.split()
    if len(words) > _BUTTON or not tokens:
        return False
    press, filler = _vocabulary("press"), _vocabulary("filler")
    if not all(press.knows(token) or filler.knows(token) or _is_joined(token) for token in tokens):
        return False
    return any(press.knows(token) or press.parts.search(token) is not None for token in tokens)


_BUTTON = 60  # characters
_UNSPACED: Final = frozenset({"th", "zh", "ja", "ko"})


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """Whole words, word stems, and parts of words for scripts that do not separate words."""

    whole: frozenset[str]
    stems: tuple[str, ...]
    parts: re.Pattern[str]

    def knows(self, token: str) -> bool:
        return token in self.whole or token.startswith(self.stems)


@cache
def _vocabulary(table: str) -> _Vocabulary:
    lists = data("buttons")[table]
    words = [word for key, some in lists.items() if key not in _UNSPACED for word in some]
    parts = sorted({part for key in _UNSPACED for part in lists[key]}, key=len, reverse=True)
    return _Vocabulary(
        frozenset(word.strip() for word in words if word.endswith(" ")),
        tuple(word for word in words if not word.endswith(" ")),
        re.compile("|".join(map(re.escape, parts))),
    )


def _is_joined(token: str) -> bool:
    """Say whether a token consists of known parts only: "すべて同意する" is three of them."""
    rest = _vocabulary("press").parts.sub("", token)
    return not _vocabulary("filler").parts.sub("", rest)


def begins(text: str, words: tuple[str, ...]) -> bool:
    """Say whether a normalised text begins with any of the phrases."""
    index, rest = _index(words)
    return text.startswith((*index.get(text[:_KEY], ()), *rest))


# There are thousands of phrases and of blocks: a phrase is searched for only where its first
# characters start a word. Phrases of scripts that do not separate words have no such key.
_KEY = 4
_REMEMBERED = 2000  # characters of a text whose words are remembered
_indices: dict[int, tuple[tuple[str, ...], dict[str, list[str]], tuple[str, ...]]] = {}


def _index(words: tuple[str, ...]) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    known = _indices.get(id(words))
    if known is None or known[0] is not words:
        index: dict[str, list[str]] = {}
        rest = []
        for word in words:
            if word.startswith(" ") and len(word) >= _KEY:
                index.setdefault(word[:_KEY], []).append(word)
            else:
                rest.append(word)
        known = _indices[id(words)] = (words, index, tuple(rest))
    return known[1], known[2]


def _starts(text: str) -> frozenset[str]:
    """Return the first characters of each word of a normalised text, with the space before it."""
    if len(text) > _REMEMBERED:
        return _found_starts.__wrapped__(text)
    return _found_starts(text)


@lru_cache(maxsize=1024)  # several lists are looked up in each block
def _found_starts(text: str) -> frozenset[str]:
    return frozenset(text[place : place + _KEY] for place in _spaces(text))


def _spaces(text: str) -> Iterator[int]:
    place = text.find(" ")
    while place >= 0:
        yield place
        place = text.find(" ", place + 1)
