"""Word alignment: which words of a translation come from which words of its source.

`link` takes the attention of a model over word pieces, and returns alignment links in the Pharaoh
format ("0-0 1-2": source word - target word), which are small enough for the memory. `project` maps
a range of the source to the translation with them. Pure functions; never raises.
"""

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Literal

from pipeline.translate.text.functionwords import function_words

# A number is one word, with any separators: languages write "3.4" and "3,4", "17:30" and "17h30".
_WORD = re.compile(
    r"(?<!\w)\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3}(?!\d))+(?:[.,]\d+)?"
    r"|\w+(?:(?:['’.\-]|(?<=\d)[,:](?=\d))\w+)*|[^\w\s]"
)

Links = frozenset[tuple[int, int]]


def words(text: str) -> list[tuple[int, int]]:
    """Return the character ranges of words and single punctuation marks, which links number."""
    return [match.span() for match in _WORD.finditer(text)]


def _word_numbers(ranges: Sequence[tuple[int, int]], text: str) -> list[int]:
    """Return for each range of characters the number of the last word that it overlaps, or -1."""
    of_character = [-1] * (len(text) + 1)
    for number, (start, end) in enumerate(words(text)):
        of_character[start:end] = [number] * (end - start)
    return [
        next(
            (
                of_character[at]
                for at in range(min(b, len(text)) - 1, a - 1, -1)
                if of_character[at] >= 0
            ),
            -1,
        )
        for a, b in ranges
    ]


def piece_ranges(pieces: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Return the character ranges of pieces in the text that they were cut from, or decode to.

    Pieces are SentencePiece's, or those of BPE after Moses's tokenisation ("lo@@", "&apos;"). A
    tokeniser may write other characters than the text has ("…" as "..."), so the characters of both
    are compared, without spaces. A piece with no character of the text has the range (at, at).
    """
    written = [(n, char) for n, piece in enumerate(_surfaces(pieces)) for char in piece]
    there = [(at, char) for at, c in enumerate(text) if not c.isspace() for char in _plain(c)]
    left, right = "".join(c for _, c in written), "".join(c for _, c in there)
    if left == right:
        blocks = [(0, 0, len(left))]
    else:
        matcher = SequenceMatcher(None, left, right, False)
        blocks = [(one.a, one.b, one.size) for one in matcher.get_matching_blocks()]
    found: dict[int, tuple[int, int]] = {}
    for a, b, size in blocks:
        for step in range(size):
            number, at = written[a + step][0], there[b + step][0]
            found[number] = (found.get(number, (at, at))[0], at + 1)
    ranges: list[tuple[int, int]] = []
    end = 0
    for number in range(len(pieces)):
        start, end = found.get(number, (end, end))
        ranges.append((start, end))
    return ranges


def _surfaces(pieces: Sequence[str]) -> list[str]:
    """Return the characters of pieces without the tokeniser's marks, compatible ones as one."""
    if any(piece.startswith("▁") for piece in pieces):
        plain = [piece.replace("▁", "") for piece in pieces]
    else:
        plain = [html.unescape(piece.removesuffix("@@")) for piece in pieces]
    return [_plain("".join(piece.split())) for piece in plain]


def _plain(text: str) -> str:
    return text if text.isascii() else "".join(unicodedata.normalize("NFKC", text).split())


def link(
    source: str,
    target: str,
    source_pieces: Sequence[str],
    target_pieces: Sequence[str],
    attention: Sequence[Sequence[float]],
) -> str:
    """Link each target word to the source word that its pieces attend to most.

    `attention` has a row per target piece and a column per source piece; those of the end token are
    ignored. Returns the links in Pharaoh format.
    """
    columns = _word_numbers(piece_ranges(source_pieces, source), source)
    rows = _word_numbers(piece_ranges(target_pieces, target), target)
    weight_by_word: dict[int, dict[int, float]] = {}
    for row, weights in zip(rows, attention, strict=False):
        if row < 0:
            continue
        into = weight_by_word.setdefault(row, {})
        for column, weight in zip(columns, weights, strict=False):
            if column >= 0:
                into[column] = into.get(column, 0.0) + weight
    pairs = [
        (max(into, key=lambda c: into[c]), row) for row, into in weight_by_word.items() if into
    ]
    return pharaoh(pairs)


def parse_links(text: str) -> Links:
    """Return the links in a Pharaoh line; anything else in it is ignored."""
    return frozenset((int(a), int(b)) for a, b in re.findall(r"(\d+)-(\d+)", text))


def pharaoh(links: Iterable[tuple[int, int]]) -> str:
    """Return links in the Pharaoh format, which `parse_links` reads."""
    return " ".join(f"{source}-{target}" for source, target in sorted(links))


def pinned(
    links: str,
    source: str,
    target: str,
    places: Iterable[tuple[tuple[int, int], tuple[int, int]]],
) -> str:
    """Return links where words at known `places`, [start, end) in source and target, have no others
    than those to each other, in order."""
    if not links:
        return ""
    here, there = words(source), words(target)
    found = set(parse_links(links))
    for one, other in places:
        ours, theirs = _overlapping(here, *one), _overlapping(there, *other)
        found = {(a, b) for a, b in found if a not in ours and b not in theirs}
        found |= {*zip(ours, theirs, strict=False)}
    return pharaoh(found)


def _overlapping(ranges: Sequence[tuple[int, int]], start: int, end: int) -> list[int]:
    return [number for number, (a, b) in enumerate(ranges) if a < end and b > start]


def compose(first: str, second: str) -> str:
    """Return the links over two hops: from source to pivot and from pivot to target, composed."""
    middle: dict[int, list[int]] = {}
    for a, b in parse_links(first):
        middle.setdefault(b, []).append(a)
    pairs = {(a, c) for b, c in parse_links(second) for a in middle.get(b, ())}
    return pharaoh(pairs)


def joined(source: str, target: str, parts: Sequence[tuple[str, str, str]]) -> str:
    """Return the links of a text from those of its parts: (source, target, links), in order.

    Returns "" when no part has links, or when a cut in the middle of a word makes their numbers
    wrong.
    """
    pairs: list[tuple[int, int]] = []
    before, there = 0, 0
    for part, translated, links in parts:
        count = len(words(translated))
        # A punctuation mark at the end of the part may have been removed since.
        pairs += [(a + before, b + there) for a, b in parse_links(links) if b < count]
        before += len(words(part))
        there += count
    if (before, there) != (len(words(source)), len(words(target))):
        return ""
    return pharaoh(pairs)


class Projection:
    """Maps ranges of a text to its translation with alignment links.

    What all ranges of a text have in common is computed once, so that many ranges take time in
    proportion to their number.
    """

    def __init__(
        self,
        source: str,
        target: str,
        links: Collection[tuple[int, int]],
        languages: tuple[str, str] = ("", ""),
    ) -> None:
        self.source, self.target, self.languages = source, target, languages
        self.here, self.there = words(source), words(target)
        self._starts, self._ends = [a for a, _ in self.here], [b for _, b in self.here]
        self._linked: dict[int, list[int]] = {}  # target words by source word
        count = [0] * len(self.there)
        for a, b in links:
            if b < len(count):
                self._linked.setdefault(a, []).append(b)
                count[b] += 1
        self._count = count
        self._before = [0, *accumulate(count)]  # links into all target words before one

    def inside(self, start: int, end: int) -> range:
        """Return the numbers of the source's words that overlap [start, end)."""
        return range(bisect_right(self._ends, start), bisect_left(self._starts, end))

    def of(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the range of the target that best matches the source's words in [start, end).

        The best contiguous words are those with the most links into the source range, minus links
        from outside of it. Punctuation and function words of the languages (articles, prepositions)
        at an edge are left out, unless the source range has one at that edge; a mark there that the
        target has beside the words belongs to them ("%"). Returns characters [start, end), or None
        when no word is linked into the range.
        """
        inside = self.inside(start, end)
        found = self._best(inside)
        if found is None:
            return None
        first, last = found
        edges = [self._kind_here(inside[0]), self._kind_here(inside[-1])]
        kinds = {n: self._kind_there(n) for n in range(first, last + 1)}
        if "word" not in kinds.values() and "word" in edges:
            # Only a function word was found: its neighbour is the translation.
            for near in (last + 1, first - 1):
                if 0 <= near < len(self.there) and self._kind_there(near) == "word":
                    first = last = near
                    kinds[near] = "word"
                    break
        if any(kinds[n] == "word" for n in range(first, last + 1)):
            while kinds[first] not in ("word", edges[0]):
                first += 1
            while kinds[last] not in ("word", edges[1]):
                last -= 1
        low, high = self.there[first][0], self.there[last][1]
        before, after = (self.source[slice(*self.here[at])] for at in (inside[0], inside[-1]))
        if edges[0] == "mark" and low and self.target[low - 1] == before:
            low -= 1
        if edges[1] == "mark" and self.target[high : high + 1] == after:
            high += 1
        return low, high

    def _best(self, inside: range) -> tuple[int, int] | None:
        """Return the first and the last of the best contiguous target words, or None."""
        into = Counter(b for a in inside for b in self._linked.get(a, ()))
        best, chosen, total, since, last = 0, None, 0, 0, -1
        for number in sorted(into):
            total -= self._before[number] - self._before[last + 1]  # links from outside, between
            if total <= 0:
                total, since = 0, number
            total += 2 * into[number] - self._count[number]
            if total > best:
                best, chosen = total, (since, number)
            last = number
        return chosen

    def _kind_here(self, number: int) -> Literal["word", "function", "mark"]:
        return _kind(self.source, self.here[number], self.languages[0])

    def _kind_there(self, number: int) -> Literal["word", "function", "mark"]:
        return _kind(self.target, self.there[number], self.languages[1])


def project(
    source: str,
    target: str,
    start: int,
    end: int,
    links: Collection[tuple[int, int]],
    languages: tuple[str, str] = ("", ""),
) -> tuple[int, int] | None:
    """Return the range of `target` for one range of `source`; see `Projection.of`."""
    return Projection(source, target, links, languages).of(start, end)


def _kind(text: str, place: tuple[int, int], language: str) -> Literal["word", "function", "mark"]:
    """Return whether a word is a punctuation mark, a function word, or another word.

    The mark before a name ("@user", "#tag") is part of a word.
    """
    word = text[slice(*place)]
    if unicodedata.category(word[0]).startswith("P"):
        return "word" if word in "@#" and text[place[1] : place[1] + 1].isalnum() else "mark"
    return "function" if word.casefold() in function_words(language) else "word"
