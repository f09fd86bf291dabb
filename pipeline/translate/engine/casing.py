"""Change capitals that models misunderstand: lines in capitals, headlines in Title Case, slips.

`calmed` and `headline` take a segment and return the same words with fewer capitals: a line in
capitals in sentence case, a headline with its common words in lower case and its names unchanged.
The model's own vocabulary decides what is a name; there is no lexicon. The length of a text does
not change. Pure functions; never raises.
"""

import re
from collections.abc import Callable

from pipeline.translate.text.capitals import in_capitals
from pipeline.translate.text.kept import outside

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_SHARE = 0.8  # of the longer words: with so many capitals a line is in Title Case
_SHORT_WORD = 3  # letters; Title Case does not capitalise short words such as "of" and "the"
_NEEDED = 4  # the least number of longer words in a line in Title Case
_LONG = 10  # letters of a line that is in capitals as a whole, not for its names
# Log-probability by which a word in lower case is likelier than an acronym of the same letters;
# more for short words: "WHO" and "IT" are both.
_CLEAR, _CLEAR_SHORT = 3.0, 5.0
_IN_LONG = 2.0  # the same in a long line, where most words are common ones
_SLIP = re.compile(r"\b(?:[A-Z]{2}[a-z]{2,}|[a-z]{3,}[A-Z])\b")
_MARGIN = 1.0  # log-probability by which the capitalised form of a name is likelier

Score = Callable[[str], tuple[float, int]]
"""Returns the log-probability of a word in the model's tokeniser, and its number of pieces."""


def calmed(text: str, score: Score | None = None) -> str:
    """Return a text in capitals in sentence case, any other text unchanged.

    With `score` acronyms stay in capitals ("UK news"), and short lines are changed, too, if one of
    their words is clearly a common one: others may be names.
    """
    if not in_capitals(text):
        return text
    is_long = len(text.split()) > 1 and sum(map(str.isalpha, text)) >= _LONG
    if score is None:
        return _sentence_case(text, small) if is_long else text
    known = score
    if is_long:
        return _sentence_case(
            text, lambda word: word if _is_acronym(word, known, _IN_LONG) else small(word)
        )
    if not any(_is_plain(word, known) for word in _WORD.findall(text)):
        return text
    return _sentence_case(text, lambda word: _of_capitals(word, known))


def _sentence_case(text: str, change: Callable[[str], str]) -> str:
    """Return a text with its words changed, but with the capital of the first one."""
    found = outside(text, lambda part: _WORD.sub(lambda match: change(match[0]), part))
    first = next((place for place, char in enumerate(text) if char.isalpha()), 0)
    return found[:first] + text[first : first + 1] + found[first + 1 :]


def _is_acronym(word: str, score: Score, margin: float) -> bool:
    """Return whether a word in capitals is a piece of the vocabulary as it is.

    In lower case it must not be likelier by `margin` (a log-probability).
    """
    (up, pieces), (low, _) = score(word), score(small(word))
    return pieces == 1 and low - up < margin


def _margin(word: str) -> float:
    return _CLEAR if len(word) > _SHORT_WORD else _CLEAR_SHORT


def _of_capitals(word: str, score: Score) -> str:
    """Return a word of a short line in capitals as it is written elsewhere, with its length."""
    if _is_acronym(word, score, _margin(word)):
        return word
    title = word[:1] + small(word[1:])
    return small(word) if is_common(title, score) else title


def _is_plain(word: str, score: Score) -> bool:
    """Return whether a word in capitals is clearly likelier in lower case."""
    (up, pieces), (low, _) = score(word), score(small(word))
    return low - up > (_margin(word) if pieces == 1 else _CLEAR / 2)


def steadied(text: str, score: Score | None) -> str:
    """Return a text without slips of the shift key ("HEllo", "hellO"), with the same length.

    Such a word is in several pieces of the vocabulary, but in one if it is capitalised.
    """
    if score is None or not _SLIP.search(text):
        return text
    known = score

    def right(match: re.Match[str]) -> str:
        word = match[0]
        title = word[:1].upper() + small(word[1:])
        if known(word)[1] == 1 or known(title)[1] > 1 or len(title) != len(word):
            return word
        return title if word[0].isupper() else small(word)

    return _SLIP.sub(right, text)


def is_title_case(text: str) -> bool:
    """Return whether most longer words of a line are capitalised and it has no full stop.

    A line that ends in a full stop is a sentence with many names, which must keep their capitals.
    """
    if text.rstrip("\"'”’») ").endswith((".", "…")):
        return False
    words: list[str] = _WORD.findall(text)
    longer = [word for word in words if len(word) > _SHORT_WORD][1:]
    if len(longer) < _NEEDED - 1:
        return False
    return sum(word[0].isupper() for word in longer) >= _SHARE * len(longer)


def headline(text: str, score: Score | None) -> str:
    """Return a line in Title Case with its common words in lower case.

    Any other line is returned unchanged, and every line if `score` is None. The first word keeps
    its capital. See `is_common`.
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
        # A colon or a question mark starts another sentence.
        first = text[match.end() : match.end() + 1] in (":", "?", "!", ".")
    return "".join([*out, text[at:]])


def copies(source: str, target: str) -> int:
    """Return how many of the source's longer words, also names, the translation has unchanged."""
    there = {word.casefold() for word in _WORD.findall(target)}
    words: list[str] = _WORD.findall(source)
    return sum(word.casefold() in there for word in words if len(word) > _SHORT_WORD)


def restored(source: str, target: str) -> str:
    """Return the translation with the source's capitals on words that both have, such as names."""
    capital = {word.lower(): word for word in _WORD.findall(source) if not word.islower()}
    return _WORD.sub(lambda match: capital.get(match[0], match[0]), target)


def is_common(word: str, score: Score) -> bool:
    """Return whether a capitalised word is a common word, not a name.

    It is common if its lower-case form is one piece of the vocabulary and its capitalised form is
    not clearly likelier (as "Trump" is), or if its lower-case form in several pieces is likelier.
    """
    (large, _), (low, pieces) = score(word), score(small(word))
    return low > large - _MARGIN if pieces == 1 else low > large


def small(text: str) -> str:
    """Return `text` in lower case with the same length: "İ", which would get longer, stays."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)
