"""Texts in capitals, such as headlines: recognise one, and write one.

Addresses and handles have their own letters, and so have units after a number ("30mm") and
indicators of ordinal numbers ("1º"). Pure functions; never raises.
"""

import re

from pipeline.translate.text.kept import blanked, outside

_WORD = re.compile(r"(?<!\w)[^\W\d_]++(?![\d_])")  # not beside a digit


def in_capitals(text: str) -> bool:
    """Return whether all words of a text are in capitals."""
    if text.isupper():
        return True
    words = [word for word in _WORD.findall(blanked(text)) if len(word) > 1]
    return bool(words) and all(map(str.isupper, words))


def raised(text: str) -> str:
    """Return a text in capitals."""
    return outside(text, lambda part: _WORD.sub(lambda word: word[0].upper(), part))
