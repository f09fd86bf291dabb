"""A date that stands near the title, where nothing machine-readable names one.

In: the blocks around the title and the language. Out: the date a reader would take for it. It
refuses dates in long text, in comments and in lists of other articles.
"""

import re
from datetime import datetime

from pipeline.extract import lexicon
from pipeline.extract.metadata import dates
from pipeline.extract.metadata.around import Surroundings

_SHORT = 110  # characters of a block whose date is the block's subject
_DATELINE = re.compile(r"\W*(\d{1,2}\.\s?\d{1,2}\.\s?\d{4}|\d{4}-\d\d-\d\d)\s*[\-–—:„“\"|/]")
_YEAR = re.compile(r"(19|20)\d\d|\d\d?\.\d\d?\.\d\d\b|\d\d?/\d\d?/\d\d\b")


def find(surroundings: Surroundings, language: str | None) -> datetime | None:
    """Return the date nearest to the title: labelled as one, else after it, else before it."""
    near = [block.text for block in surroundings.near()]
    for text in near:
        found = _in_short(text, language)
        if found is not None:
            return found
    for text in near:
        match = _DATELINE.match(text)
        found = dates.parse(match.group(1), language) if match else None
        if found is not None:
            return found
    for block in surroundings.blocks:
        found = _labelled(block.text, language)
        if found is not None:
            return found
    return None


def _in_short(text: str, language: str | None) -> datetime | None:
    if len(text) > _SHORT or not _YEAR.search(text) or "©" in text:
        return _labelled(text, language)
    return dates.parse(text, language)


def _labelled(text: str, language: str | None) -> datetime | None:
    """A date that follows a word such as "published" in a block of any length."""
    words = tuple(lexicon.data("dates")["labels"])
    low = text.casefold()
    for word in words:
        place = low.find(word)
        if place < 0 or (place and low[place - 1].isalpha()):
            continue
        rest = text[place + len(word) : place + len(word) + 50]
        if _YEAR.search(rest) and (found := dates.parse(rest, language)) is not None:
            return found
    return None
