"""Keyword rules: which entries a source takes, and which articles a feed shows.

A rule is a word or several ("night train"), or a pattern between slashes ("/night ?trains?/"), and
may name the one fact it is about: "title: …", "text: …", "author: …", "category: …". `Rules` takes
lists of them and the facts of an entry, and returns why it is left out, or "". Patterns run with a
limit on time (of the processor, so that a busy machine changes no verdict). Never raises.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

FIELDS: Final = ("title", "text", "author", "category")
"""What a rule may be about; one that names none of them is about all."""

_FIELD = re.compile(rf"({'|'.join(FIELDS)})\s*:\s*(.*)", re.DOTALL | re.IGNORECASE)
_NAMED = re.compile(r"(\w+)\s*:\s")
_LONGEST = 300  # characters of a rule
# Seconds that a pattern may take for one text. Those that people write take a thousandth of it, but
# "(a+)+$" takes years: such a pattern is used no more, and told.
_PATIENCE = 1.0
# Accents of Latin, Greek, Cyrillic; points of Hebrew, vowels of Arabic; characters without a width.
_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670"
    "\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+"
)
# Letters with a stroke, which Unicode does not decompose.
_STROKES = str.maketrans("øłđħıŧ", "oldhit")
# Scripts that put no space between words; and Hangul, whose words have their particles attached.
_UNSPACED = (
    ("\u0e00", "\u0fff"),  # Thai, Lao, Tibetan
    ("\u1000", "\u109f"),  # Burmese
    ("\u1100", "\u11ff"),  # Hangul
    ("\u1780", "\u17ff"),  # Khmer
    ("\u1950", "\u19df"),  # Tai Le, New Tai Lue
    ("\u1a20", "\u1aaf"),  # Tai Tham
    ("\u1b00", "\u1b7f"),  # Balinese
    ("\u3005", "\u3007"),
    ("\u3040", "\u31ff"),  # kana, Bopomofo
    ("\u3400", "\u9fff"),  # Han
    ("\ua980", "\uaa7f"),  # Javanese, Burmese
    ("\uac00", "\ud7ff"),  # Hangul
    ("\uf900", "\ufaff"),
    ("\U00020000", "\U0003ffff"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of an entry. Each title, text, author and category is plain text.

    `whole` is False before its page is read: there may be more text, authors and categories.
    """

    titles: Sequence[str] = ()
    texts: Sequence[str] = ()
    authors: Sequence[str] = ()
    categories: Sequence[str] = ()
    whole: bool = True

    def of(self, field: str) -> Sequence[str]:
        """The texts of a field of FIELDS; of "" all."""
        known = dict(
            zip(FIELDS, (self.titles, self.texts, self.authors, self.categories), strict=True)
        )
        return known[field] if field else [one for texts in known.values() for one in texts]


class Rules:
    """The rules of a source or feed: an entry must match one of `keep`, if any, and none of `drop`.

    `slow` collects the rules that took too long; they are taken to match nothing.
    """

    def __init__(self, keep: Sequence[str] = (), drop: Sequence[str] = ()) -> None:
        self._keep = tuple(keep)
        self._drop = tuple(drop)
        self.slow: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._keep or self._drop)

    def verdict(self, facts: Facts) -> str:
        """Why an entry is left out; "" if it is not, or as long as more must be known of it."""
        folded: dict[str, str] = {}
        for rule in self._drop:
            if self._matches(rule, facts, folded):
                return _dropped(rule)
        if not self._keep or any(self._matches(rule, facts, folded) for rule in self._keep):
            return ""
        decided = facts.whole or all(
            _parsed(rule)[0] == "title" and facts.titles for rule in self._keep
        )
        return _not_kept(self._keep) if decided else ""

    def reasons(self) -> frozenset[str]:
        """Every reason that `verdict` can give."""
        found = {_dropped(rule) for rule in self._drop}
        return frozenset(found | ({_not_kept(self._keep)} if self._keep else set()))

    def _matches(self, rule: str, facts: Facts, folded: dict[str, str]) -> bool:
        """Whether a rule matches; `folded` collects the texts as `_folded` returns them."""
        field, words = _parsed(rule)
        pattern = _pattern(words)
        if pattern is None:
            for text in facts.of(field):
                if text not in folded:
                    folded[text] = _folded(text)
                if _has(folded[text], words):
                    return True
            return False
        if rule in self.slow:
            return False
        try:
            return any(pattern.search(text, timeout=_PATIENCE) for text in facts.of(field))
        except TimeoutError:
            self.slow.append(rule)
            return False


def fault(rule: str) -> str:
    """What is wrong with a rule, and the remedy; "" for a valid one."""
    field, words = _parsed(rule)
    if len(rule) > _LONGEST:
        return f"has more than {_LONGEST} characters — write several"
    if not words:
        return "has no word — write one, or remove it"
    if words.startswith("/"):
        return _fault_of_pattern(words)
    if not any(one.isalnum() for one in words):
        return "has no letter or digit — write a word, or a /pattern/"
    named = _NAMED.match(words)
    near = get_close_matches(named[1].lower(), FIELDS, n=1, cutoff=0.7) if named else []
    if near and not field:
        return f'begins with no known field — did you mean "{near[0]}:"?'
    return ""


def _fault_of_pattern(words: str) -> str:
    if len(words) < 3 or not words.endswith("/"):
        if re.search(r"/[a-z]{1,3}$", words[1:]):
            return "has letters after its last / — remove them: patterns ignore case by themselves"
        return "begins with / and does not end with it — write /pattern/"
    import regex  # for patterns only: words need none of it

    try:
        pattern = _pattern(words)
    except (regex.error, OverflowError, RecursionError) as error:
        return f"is no pattern ({error}) — correct it, or write words without slashes"
    try:
        if pattern is not None and pattern.search("", timeout=_PATIENCE):
            return "matches any text — write what the text must contain"
    except TimeoutError:
        return "takes too long — write it simpler"
    return ""


def _dropped(rule: str) -> str:
    return f'dropped by rule drop = "{rule}"'


def _not_kept(rules: Sequence[str]) -> str:
    listed = ", ".join(f'"{rule}"' for rule in rules)
    listed = listed if len(listed) < 200 else f"{listed[:199]}…"
    return f"dropped by rule keep = [{listed}]: none of them matches"


@lru_cache(maxsize=1000)
def _parsed(rule: str) -> tuple[str, str]:
    """The field a rule names ("": none), and its words, folded, or its pattern with the slashes."""
    match = _FIELD.fullmatch(rule.strip())
    field, words = (match[1].lower(), match[2].strip()) if match else ("", rule.strip())
    return field, words if words.startswith("/") else _folded(words)


@lru_cache(maxsize=1000)
def _pattern(words: str) -> Any:
    """The compiled pattern; None for words. Raises regex.error."""
    if not words.startswith("/"):
        return None
    import regex

    return regex.compile(words[1:-1], regex.IGNORECASE | regex.MULTILINE)


def _folded(text: str) -> str:
    """The text without case, accents and signs that are not seen, with single spaces."""
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_STROKES)
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _has(text: str, words: str) -> bool:
    """Whether a folded text has these words: whole ones, except at an end with a *."""
    core = words.strip("*").strip() or words
    free_start, free_end = words.startswith("*"), words.endswith("*")
    at = text.find(core)
    while at >= 0:
        end = at + len(core)
        begins = free_start or at == 0 or not _joined(text[at - 1], core[0])
        if begins and (free_end or end == len(text) or not _joined(text[end], core[-1])):
            return True
        at = text.find(core, at + 1)
    return False


def _joined(beside: str, own: str) -> bool:
    """Whether two characters beside each other are of one word."""
    return _in_word(beside) and _in_word(own)


def _in_word(one: str) -> bool:
    if any(low <= one <= high for low, high in _UNSPACED):
        return False
    return one == "_" or unicodedata.category(one)[0] in "LMN"
