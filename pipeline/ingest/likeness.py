"""Whether two texts are the same story: the wire's, as two sources print it.

In: the plain text of articles. Out: a small fingerprint of each, and how alike two of them are.
Refuses texts too short to tell: they are like nothing.
"""

import heapq
import re
import unicodedata
from dataclasses import dataclass
from hashlib import blake2b

# Hashes kept of a text. The error of the estimate is about 1 / sqrt(SIZE): 0.06.
SIZE = 256
# Words, or characters of scripts that do not divide words, in a shingle.
WORDS, CHARACTERS = 4, 6
# Fewer shingles than this tell nothing: a headline and a byline.
TOO_FEW = 24
# How much of the shorter text must stand in the longer one; see docs/sources.md for the figures.
ALIKE = 0.6
# How many of a fingerprint's hashes are looked up to find candidates.
KEYS = 16

_UNDIVIDED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_TOKEN = re.compile(rf"[{_UNDIVIDED}]|[^\W_{_UNDIVIDED}]+")
_UNDIVIDED_TOKEN = re.compile(rf"[{_UNDIVIDED}]")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The SIZE smallest 63-bit hashes of a text's distinct shingles, and how many those were.

    A bottom-k sketch (Cohen and Kaplan, PODC 2007): one hash a shingle, where MinHash needs one
    for each of its places.
    """

    hashes: tuple[int, ...]
    shingles: int

    @property
    def keys(self) -> tuple[int, ...]:
        """What to look a fingerprint up by: texts that are alike share one of these nearly always.

        With the likeness j of two texts of one length, the chance to miss is (1 - j) ** KEYS.
        """
        return self.hashes[:KEYS] if self.shingles >= TOO_FEW else ()


def fingerprint(text: str) -> Fingerprint:
    """The fingerprint of a plain text, in any language; the same for the same words.

    Case, accents, punctuation, numbers' grouping and white space do not count.
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
    """How much of the shorter text stands in the longer one: 0 nothing, 1 all of it.

    The containment, from an estimate of the Jaccard similarity of the two sets of shingles: an
    editor who cuts a wire story by half still prints that story.
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
    """Whether two articles are one story, printed twice."""
    return likeness(one, other) >= threshold
