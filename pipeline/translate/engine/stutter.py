"""Words that a model said twice in a row, said once.

In: a translation in which the gate heard a stutter, and its word links. Out: both without it.
It refuses short words, which languages do say twice ("nous nous"), and words with a mark between.
"""

from pipeline.translate.engine.faults import PHRASE
from pipeline.translate.text.alignment import parse_links, pharaoh, words

_SHORTEST = 4  # letters of the shortest one


def said_once(text: str, links: str) -> tuple[str, str]:
    """Return the text without what follows itself; links to what went lead to what stayed."""
    ranges = words(text)
    said = [text[start:end].casefold() for start, end in ranges]
    became: dict[int, int] = {}  # number of a word there was -> of the one it is now
    kept: list[int] = []
    for number in range(len(said)):
        became[number] = len(kept)
        kept.append(number)
        for size in range(1, PHRASE + 1):
            first, second = kept[-2 * size : -size], kept[-size:]
            if len(first) == size and _same(text, ranges, said, first, second):
                for old, new in became.items():
                    if new >= len(kept) - size:
                        became[old] = new - size
                del kept[-size:]
                break
    if len(kept) == len(ranges):
        return text, links
    out = text[: ranges[0][0]]
    for number in kept:
        # Each word with what stands before it; the first of all has that already.
        before = ranges[number - 1][1] if number else ranges[0][0]
        out += text[before : ranges[number][1]]
    out += text[ranges[-1][1] :]
    pairs = {(a, became[b]) for a, b in parse_links(links) if b in became}
    return out, pharaoh(pairs)


def _same(
    text: str,
    ranges: list[tuple[int, int]],
    said: list[str],
    first: list[int],
    second: list[int],
) -> bool:
    phrase = [said[number] for number in first]
    if phrase != [said[number] for number in second] or len("".join(phrase)) < _SHORTEST:
        return False
    # A word before that has gone already: what stood between it and this one counts.
    between = text[ranges[second[0] - 1][1] : ranges[second[0]][0]]
    return not between.strip() and not "".join(phrase).isdigit()
