"""Capitals that models misunderstand, as they would be written within a text.

In goes a segment, out comes the same words with fewer capitals: a line in capitals as a sentence, a
headline in Title Case with common words small and names as they are. Pure; lengths are kept. It
knows no lexicon: what is a name, the model's own vocabulary says.
"""

import re
from collections.abc import Callable

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_SHARE = 0.8  # of the longer words, from which on a line counts as Title Case
_LONGER = 3  # letters a word must have more than, to tell: Title Case leaves "of" and "the" small
_NEEDED = 4  # longer words a line must have, to tell
_MARGIN = 1.0  # of log-probability by which a name's capital form is the likelier one

Score = Callable[[str], tuple[float, int]]
"""The log-probability of a word as the model's tokeniser cuts it, and its number of pieces."""


def calmed(text: str) -> str:
    """A text all in capitals as a sentence; any other as it is."""
    if not text.isupper() or len(text.split()) < 2 or sum(map(str.isalpha, text)) < 10:
        return text
    first = next(place for place, char in enumerate(text) if char.isalpha())
    return text[: first + 1] + small(text[first + 1 :])


def is_title_case(text: str) -> bool:
    """Whether most of a line's longer words begin with a capital, and no full stop ends it.

    A sentence that ends in one is full of names, which had better stay.
    """
    if text.rstrip("\"'”’») ").endswith((".", "…")):
        return False
    words: list[str] = _WORD.findall(text)
    longer = [word for word in words if len(word) > _LONGER][1:]
    if len(longer) < _NEEDED - 1:
        return False
    return sum(word[0].isupper() for word in longer) >= _SHARE * len(longer)


def headline(text: str, score: Score | None) -> str:
    """A line in Title Case with its common words small; any other, or without `score`, as it is.

    A word is common where its small form is in the vocabulary in one piece and the capital one is
    not clearly likelier, as a name's is ("trump"), or where its small form is likelier as a whole.
    The first word stays.
    """
    if score is None or not is_title_case(text):
        return text
    out: list[str] = []
    at, first = 0, True
    for match in _WORD.finditer(text):
        word = match[0]
        if not first and word[:1].isupper() and word[1:].islower() and is_common(word, score):
            out += [text[at : match.start()], small(word)]
            at = match.end()
        # After a colon or a question mark another sentence begins.
        first = text[match.end() : match.end() + 1] in (":", "?", "!", ".")
    return "".join([*out, text[at:]])


def copies(source: str, target: str) -> int:
    """How many of the source's longer words, names among them, the translation has unchanged."""
    there = {word.casefold() for word in _WORD.findall(target)}
    words: list[str] = _WORD.findall(source)
    return sum(word.casefold() in there for word in words if len(word) > _LONGER)


def restored(source: str, target: str) -> str:
    """The translation with capitals on words that are the source's, as names are."""
    capital = {word.lower(): word for word in _WORD.findall(source) if not word.islower()}
    return _WORD.sub(lambda match: capital.get(match[0], match[0]), target)


def is_common(word: str, score: Score) -> bool:
    """Whether a word with a capital is one that is written small within a text."""
    (large, _), (low, pieces) = score(word), score(small(word))
    return low > large - _MARGIN if pieces == 1 else low > large


def small(text: str) -> str:
    """In lower case, letter by letter, so that places stay ("İ" has a longer small form)."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)
