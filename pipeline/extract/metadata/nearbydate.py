"""The date shown near the title, for pages without a machine-readable date.

In: the blocks around the title and the language. Out: the date that a reader would take for the
article's, or None. Never raises. Dates in long texts, comments and lists of other articles are
ignored.
"""

import re
from datetime import datetime
from functools import cache
from itertools import pairwise

from pipeline.extract.metadata import dates
from pipeline.extract.metadata.names import in_byline
from pipeline.extract.metadata.nearby import Surroundings
from pipeline.extract.page import lexicon

_SHORT = 110  # characters of a block that is about its date
_LABEL = 40  # characters of a block that is only a label
_STAMP, _WORDS = 60, 9  # characters and words from which a block may be a sentence
_DATELINE = re.compile(
    r"\W*(\d{1,2}\.\s?\d{1,2}\.\s?\d{4}|\d{4}-\d\d-\d\d|\d{1,2}\.? [^\W\d]{3,10}\.? \d{4})"
    r"\s*[\-–—:„“\"|/.]"
)


def find(
    surroundings: Surroundings, language: str | None, *, anywhere: bool = True
) -> datetime | None:
    """Return the date nearest to the title: with a label, else after it, else before it, or None.

    With `anywhere`, a date with a label in the rest of the article is the last resort.
    """
    others = {
        id(block) for label, block in pairwise(surroundings.blocks) if labels_other(label.text)
    }
    for side in (surroundings.after, surroundings.before):
        for rule in (_in_short, _in_dateline):
            for block in side:
                if id(block) in others:
                    continue
                found = rule(block.text, language)
                if found is not None:
                    return found
    return _anywhere([block.text for block in surroundings.blocks], language) if anywhere else None


def labels_other(text: str) -> bool:
    """Say whether a text is only a label of another event than publication: "Received"."""
    return len(text) < _LABEL and text.casefold().strip(" :：") in _others()


def without_others(text: str) -> str:
    """Return a text without the dates of other events: "Received: 3 May 2021".

    A date belongs to the label before it, up to the next label.
    """
    if not dates.has_year(text):
        return text
    pieces = _labels_of_all().split(text)
    kept = [
        label + rest
        for label, rest in zip(["", *pieces[1::2]], pieces[::2], strict=True)
        if label.casefold() not in _others()
    ]
    return " ".join(kept)


def lines(surroundings: Surroundings) -> list[str]:
    """Return the short lines near the title that show a date."""
    near = (block.text for block in surroundings.near())
    return [text for text in near if len(text) <= _SHORT and dates.has_year(text)]


def _anywhere(texts: list[str], language: str | None) -> datetime | None:
    """Return a date after a label, in its block or alone in the next one, or in a byline."""
    for text, following in zip(texts, [*texts[1:], ""], strict=False):
        found = _labelled(text, language)
        if found is None and _is_label(text):
            found = _in_short(following, language)
        if found is None and len(text) <= _SHORT and dates.has_year(text) and in_byline(text):
            found = dates.parse(text, language)
        if found is not None:
            return found
    return None


def _in_short(text: str, language: str | None) -> datetime | None:
    text = without_others(text)
    if len(text) > _SHORT or not dates.has_year(text) or "©" in text or _is_sentence(text):
        return _labelled(text, language)
    return dates.parse(text, language)


def _in_dateline(text: str, language: str | None) -> datetime | None:
    """Return the date before the first words of the text: "29.11.2022 – The mayor said"."""
    match = _DATELINE.match(text)
    return dates.parse(match.group(1), language) if match else None


def _is_sentence(text: str) -> bool:
    return len(text) > _STAMP and len(text.split()) >= _WORDS and text[-1] in ".:!?…。"


def _is_label(text: str) -> bool:
    return len(text) < _LABEL and text.casefold().strip(" :") in _labels()


def _labelled(text: str, language: str | None) -> datetime | None:
    """Return the date after a word such as "published" in a block of any length."""
    text = without_others(text)
    if not dates.has_year(text):
        return None
    low = text.casefold()
    short = len(text) <= _SHORT
    for word in (
        *lexicon.data("dates")["labels"],
        *(lexicon.data("dates")["hints"] if short else ()),
    ):
        place = low.find(word)
        if place < 0 or (place and low[place - 1].isalpha()):
            continue
        rest = text[place + len(word) : place + len(word) + 50]
        if dates.has_year(rest) and (found := dates.parse(rest, language)) is not None:
            return found
    return None


@cache
def _labels() -> frozenset[str]:
    return frozenset(lexicon.data("dates")["labels"])


@cache
def _others() -> frozenset[str]:
    return frozenset(lexicon.data("dates")["others"])


@cache
def _labels_of_all() -> re.Pattern[str]:
    """Return a pattern for a label of any event right before its date; its group is the label."""
    words = sorted((*_others(), *_labels()), key=len, reverse=True)
    named = "|".join(re.escape(word) for word in words)
    between = r"\W{0,3}(?:\w{2,3}\.?\W)?\s*(?:[^\W\d]{3,12}\W{1,2})?"
    return re.compile(rf"(?<!\w)({named})(?={between}\d)", re.I)
