"""The word lists in `data/` and the functions that match them.

In: TOML files that ship with the package, and texts or element keys to match. Out: whether, or
which, phrases occur. Raises OSError or tomllib.TOMLDecodeError where a data file is missing or
broken, that is, where the installation is damaged.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import Any, Final

# Everything but letters, digits and the combining marks of Devanagari, Thai, Arabic and Hebrew.
_APART = re.compile("[^\\w\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e00-\u0e7f©]+|_+")
_NO_LETTERS = re.compile(r"[\W_]+")
# The same for ASCII texts, several times as fast.
_WORDS: Final = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_LETTERS: Final = {code: chr(code).lower() if chr(code).isalnum() else None for code in range(128)}
_REMEMBERED = 2000  # characters of a text of which it is remembered what was found
_START = 40  # characters by which most texts differ
SIGNS: Final = ("cookie", "we", "you", "accept", "choice")


@cache
def data(name: str) -> dict[str, Any]:
    """Return the content of a data file."""
    path = resources.files("pipeline.extract") / "data" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def normal(text: str) -> str:
    """Return a text case-folded, one space for whatever is no letter or digit and at both ends."""
    return _normal.__wrapped__(text) if len(text) > _REMEMBERED else _normal(text)


@lru_cache(maxsize=1024)  # several rules ask about each block
def _normal(text: str) -> str:
    if text.isascii() and text:
        return f" {' '.join(text.translate(_WORDS).split())} "
    return f" {_APART.sub(' ', text.casefold())} ".replace("  ", " ")


def fold(text: str) -> str:
    """Return only the letters and digits of a text, case-folded, to compare titles."""
    if text.isascii():
        return text.translate(_LETTERS)
    return _NO_LETTERS.sub("", text.casefold())


class Phrases(tuple[str, ...]):
    """Normalised phrases, each once, that `holds` looks for all at once."""

    @cached_property
    def lookup(self) -> "_Index":
        """The phrases by what they are looked up by."""
        return _Index((phrase, "") for phrase in self)


def folds_to(text: str, folded: str) -> bool:
    """Say whether a text, folded, is this; long texts that are something else take no time."""
    return folded.startswith(fold(text[:_START])) and fold(text) == folded


@cache
def phrases(name: str, table: str, key: str = "") -> Phrases:
    """Return the normalised phrases of a table: of `key`, or of all its languages."""
    lists = data(name)[table]
    chosen = [lists[key]] if key else lists.values()
    words = (word for words in chosen for word in words)
    return Phrases(dict.fromkeys(_phrase(word) for word in words))


def _phrase(word: str) -> str:
    """Normalise a phrase; in scripts that separate words it starts at the start of a word."""
    body = normal(word).strip()
    begins = " " if body[:1].isascii() or _SPACED.match(body) else ""
    return f"{begins}{body}{' ' if word.endswith(' ') else ''}"


_SPACED = re.compile("[\u00c0-\u05ff\u0900-\u0dff]")
_SIGN = re.compile("[^\x00-\x7f\u00c0-\u05ff\u0900-\u0dff]")


@cache
def pattern(table: str) -> re.Pattern[str]:
    """Return a pattern of structure.toml, for the keys (class and id) of elements.

    Its names stand in lines of their own, in brackets or alone.
    """
    text = data("structure")[table]["pattern"]
    before, opened, rest = text.rpartition("(\n")
    names, closed, after = rest.partition("\n)") if opened else (text, "", "")
    return _compiled("".join(f"{before}{opened}{_by_letter(names)}{closed}{after}".split()))


def _by_letter(names: str) -> str:
    """Group alternatives by their first letters: `ad|nav|ads` becomes `a(?:d|ds)|nav`.

    Python tries one alternative after the other; so it tries those of one letter only.

    Raises:
        ValueError: brackets are nested more than twice.
    """
    names = "".join(names.split())
    alternatives = _ALTERNATIVE.findall(names)
    if "|".join(alternatives) != names:
        raise ValueError(f"too many brackets within each other: {names[:60]}")
    groups: dict[str, list[str]] = {}
    for name in alternatives:
        first = name[0] if name[0].isalnum() and name[1:2] not in _REPEATS else ""
        groups.setdefault(first, []).append(name.removeprefix(first))
    return "|".join(
        f"{first}(?:{'|'.join(some)})" if first else "|".join(some)
        for first, some in groups.items()
    )


_ALTERNATIVE = re.compile(r"(?:\\.|\((?:[^()]|\([^()]*\))*\)|[^|()])+")
_REPEATS: Final = frozenset("?*+{")


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


def holds(text: str, words: Phrases) -> bool:
    """Say whether a normalised text contains any of the phrases."""
    return bool(words.lookup.found(text))


def begins(text: str, words: Phrases) -> bool:
    """Say whether a normalised text begins with any of the phrases."""
    return text.startswith(words)


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
    return _subjects().found(text)


class _Index:
    """Phrases with their kinds, by what they are looked up by (see `_key`).

    There are thousands of phrases and of blocks: a phrase is searched for only where the text has
    its longest word, or its first character in scripts that do not separate words.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._pairs: dict[str, list[tuple[str, str]]] = {}
        for phrase, kind in pairs:
            self._pairs.setdefault(_key(phrase), []).append((phrase, kind))

    def found(self, text: str) -> frozenset[str]:
        """Return the kinds whose phrases the normalised text contains."""
        found: set[str] = set()
        for key in self._pairs.keys() & _keys(text):
            for phrase, kind in self._pairs[key]:
                if kind not in found and phrase in text:
                    found.add(kind)
        return frozenset(found)


_KEY = 6  # letters of a word by which phrases are looked up
_STEM = 3  # letters of the beginning of a word by which they are


def _key(phrase: str) -> str:
    """Return one of the `_keys` that every text with the phrase has.

    The last word of a phrase may be the beginning of a longer one in a text.
    """
    if not phrase.startswith(" "):
        return "" if phrase[:1].isascii() else phrase[0]
    *whole, last = phrase[1:].split(" ")
    words = [word[:_KEY] for word in (whole if len(last) < _KEY else [*whole, last])]
    if words:
        return max(words, key=len)
    return last[:_STEM] if len(last) >= _STEM else ""


def _keys(text: str) -> frozenset[str]:
    """Return the beginnings of the words of a normalised text, and characters of such scripts."""
    if len(text) > _REMEMBERED:
        return _keys_of_short.__wrapped__(text)
    return _keys_of_short(text)


@lru_cache(maxsize=1024)  # several lists are looked up in each block
def _keys_of_short(text: str) -> frozenset[str]:
    words = text.split()
    signs = () if text.isascii() else _SIGN.findall(text)
    return frozenset(["", *[w[:_KEY] for w in words], *[w[:_STEM] for w in words], *signs])


@cache
def _clear() -> _Index:
    pairs = [(word, sign) for sign in SIGNS for word in phrases("consent", sign)]
    return _Index([*pairs, *((word, "site") for word in phrases("boilerplate", "tail"))])


@cache
def _vague() -> _Index:
    return _Index((word, kind) for kind in (*SIGNS, "prompt") for word in phrases("hints", kind))


@cache
def _subjects() -> _Index:
    return _by_subject(data("notices"))


def _by_subject(languages: Mapping[str, Mapping[str, Sequence[str]]]) -> _Index:
    return _Index(
        (_phrase(word), subject)
        for lists in languages.values()
        for subject, words in lists.items()
        for word in words
    )


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
