"""Recognise the same story in two papers, such as a wire report that both print.

`fingerprint` takes the plain text of an article and returns a small sketch of it. `likeness`
compares two sketches and returns a number from 0 to 1.
Never raises: a text too short to judge has likeness 0 to every other.
"""

import heapq
import re
import unicodedata
from dataclasses import dataclass
from hashlib import blake2b

# Hashes kept of a text. The standard error of the estimate is about 1 / sqrt(SIZE): 0.06.
SIZE = 256
# Words in a shingle, or characters in scripts without spaces between words.
WORDS, CHARACTERS = 4, 6
# A text with fewer shingles is too short to judge: a headline and a byline.
TOO_FEW = 24
# The share of the shorter text that must occur in the longer one. Figures: docs/sources.md.
ALIKE = 0.6
# How many of a fingerprint's hashes are index keys for finding candidates.
KEYS = 16

_UNDIVIDED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_TOKEN = re.compile(rf"[{_UNDIVIDED}]|[^\W_{_UNDIVIDED}]+")
_UNDIVIDED_TOKEN = re.compile(rf"[{_UNDIVIDED}]")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The SIZE smallest 63-bit hashes of a text's distinct shingles, and the number of these.

    A bottom-k sketch (Cohen and Kaplan, PODC 2007): it computes one hash per shingle, where
    MinHash computes SIZE of them.
    """

    hashes: tuple[int, ...]
    shingles: int

    @property
    def keys(self) -> tuple[int, ...]:
        """Return the hashes to look a fingerprint up by; () for a text too short to judge.

        Two texts of one length and Jaccard similarity j share no key with probability
        (1 - j) ** KEYS.
        """
        return self.hashes[:KEYS] if self.shingles >= TOO_FEW else ()


def fingerprint(text: str) -> Fingerprint:
    """Return the fingerprint of a plain text in any language.

    Case, accents, punctuation, digit grouping and white space do not change it.
    """
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    tokens = _TOKEN.findall(unicodedata.normalize("NFC", plain))
    undivided = sum(1 for token in tokens if _UNDIVIDED_TOKEN.match(token))
    width = CHARACTERS if undivided * 2 > len(tokens) else WORDS
    shingles = {
        " ".join(tokens[start : start + width])
        for start in range(max(len(tokens) - width + 1, min(len(tokens), 1)))
    }
    hashes = (
        int.from_bytes(blake2b(shingle.encode(), digest_size=8).digest(), "big") >> 1
        for shingle in shingles
    )
    return Fingerprint(tuple(heapq.nsmallest(SIZE, hashes)), len(shingles))


def likeness(one: Fingerprint, other: Fingerprint) -> float:
    """Return the share of the shorter text that occurs in the longer one, from 0 to 1.

    This is the containment, computed from the estimated Jaccard similarity of the two sets of
    shingles: a wire report that an editor cut by half is still the same story.
    """
    if min(one.shingles, other.shingles) < TOO_FEW:
        return 0.0
    first, second = set(one.hashes), set(other.hashes)
    sample = heapq.nsmallest(min(SIZE, len(first | second)), first | second)
    shared = sum(1 for value in sample if value in first and value in second)
    jaccard = shared / len(sample)
    common = jaccard / (1 + jaccard) * (one.shingles + other.shingles)
    return min(common / min(one.shingles, other.shingles), 1.0)


def is_same_story(one: Fingerprint, other: Fingerprint, threshold: float = ALIKE) -> bool:
    """Return whether two articles are the same story."""
    return likeness(one, other) >= threshold
