"""Remove stutters: words or phrases that a model wrote twice in a row.

`said_once` takes a translation with the fault "stutter" and its alignment links, and returns both
without the repetition. Short words, which may be correct twice ("nous nous"), and words with a
punctuation mark between them are kept. Pure; never raises.
"""

from pipeline.translate.engine.faults import PHRASE
from pipeline.translate.text.alignment import parse_links, pharaoh, words

_MIN_LETTERS = 4  # of a phrase whose repetition is removed


def said_once(text: str, links: str) -> tuple[str, str]:
    """Return the text and links without repetitions.

    Links to a removed word lead to the same word in the phrase that stays.
    """
    ranges = words(text)
    folded = [text[start:end].casefold() for start, end in ranges]
    became: dict[int, int] = {}  # the number of each old word -> its number in the new text
    kept: list[int] = []
    for number in range(len(folded)):
        became[number] = len(kept)
        kept.append(number)
        for size in range(1, PHRASE + 1):
            first, second = kept[-2 * size : -size], kept[-size:]
            if len(first) == size and _same(text, ranges, folded, first, second):
                for old, new in became.items():
                    if new >= len(kept) - size:
                        became[old] = new - size
                del kept[-size:]
                break
    if len(kept) == len(ranges):
        return text, links
    out = text[: ranges[0][0]]
    for number in kept:
        # Each word with the characters before it, except those before the first word (above).
        before = ranges[number - 1][1] if number else ranges[0][0]
        out += text[before : ranges[number][1]]
    out += text[ranges[-1][1] :]
    pairs = {(a, became[b]) for a, b in parse_links(links) if b in became}
    return out, pharaoh(pairs)


def _same(
    text: str,
    ranges: list[tuple[int, int]],
    folded: list[str],
    first: list[int],
    second: list[int],
) -> bool:
    phrase = [folded[number] for number in first]
    if phrase != [folded[number] for number in second] or len("".join(phrase)) < _MIN_LETTERS:
        return False
    # The word before may have been removed already: take the characters after that one.
    between = text[ranges[second[0] - 1][1] : ranges[second[0]][0]]
    return not between.strip() and not "".join(phrase).isdigit()
