"""Whether a text is Portuguese, and not English, whatever words a model has chosen."""

import re

from pipeline.translate.text.functionwords import function_words

_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W\d_]+")
# Verbs and pronouns besides the articles and prepositions.
_MORE_PORTUGUESE = "é são foi era está não que mais eles ele ela"
_MORE_ENGLISH = "is are was were it he she they we you not who will"
_PORTUGUESE = function_words("pt") | {*_MORE_PORTUGUESE.split()}
_ENGLISH = function_words("en") | {*_MORE_ENGLISH.split()}


def is_portuguese(text: str) -> bool:
    """Whether it has small words of Portuguese, and at most a third as many of English."""
    words = [word.lower() for word in _WORD.findall(_TAG.sub(" ", text))]
    own = sum(word in _PORTUGUESE - _ENGLISH for word in words)
    foreign = sum(word in _ENGLISH - _PORTUGUESE for word in words)
    return own > 0 and foreign <= own / 3
