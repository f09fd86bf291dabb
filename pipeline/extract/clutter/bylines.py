"""Lines that repeat the metadata of the article: its authors, its site, its title.

In: the text of a block and the metadata. Out: whether it says nothing else: "By Ann Lee for The
Post". Never raises. A sentence, or a line in which the named person does something, is none.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from pipeline.extract.clutter.stamps import has_date, undated
from pipeline.extract.page import lexicon

_LONGEST = 160  # characters of a byline
_REST = 12  # letters that may remain beside names: a role, "for"
_BIO = 700  # characters of an author's biography
_LONGEST_NAME = 40
_NAME = 5  # letters of the shortest name that is searched for in a line

_FIGURES = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an article before its text is trimmed; `url` resolves its links."""

    title: str = ""
    authors: tuple[str, ...] = ()
    site: str = ""
    url: str = ""


def is_byline(text: str, facts: Facts) -> bool:
    """Say whether a line only names the authors, with or without a date and the site.

    In a line with a date, an agency or the site counts as an author.
    """
    if len(text) > _LONGEST:
        return False
    words = lexicon.normal(text)
    rest = _without(words, facts.authors)
    if (
        has_date(text) and len(_FIGURES.findall(text)) > 1
    ):  # a year alone may be the date of a picture
        rest = _without(rest, (facts.site, *lexicon.data("captions")["credit"]["agencies"]))
    if rest == words:
        return False
    rest = _without(rest, (facts.site,))
    left = [word for word in rest.split() if word not in _small() and not word[0].isdigit()]
    return len("".join(undated(left))) <= _REST


def _without(words: str, names: Iterable[str]) -> str:
    for name in names:
        folded = lexicon.normal(name)
        if len(folded) > _NAME:
            words = words.replace(folded, " ")
    return words


def told_of(text: str, facts: Facts) -> str:
    """Return the normalised name of the author whose biography a paragraph is, "" for none.

    The paragraph begins with the name. A colon after the name makes it a speaker's.
    """
    if not _LONGEST_NAME < len(text) <= _BIO:
        return ""
    words = lexicon.normal(text)
    for author in facts.authors:
        name = lexicon.normal(author)
        if len(name.split()) > 1 and words.startswith(name):
            after = text.casefold().partition(name.split()[-1])[2].lstrip()
            return "" if after[:1] in (":", "：") else name
    return ""


def repeats_title(text: str, facts: Facts) -> bool:
    """Say whether a line repeats the title."""
    return bool(facts.title) and lexicon.folds_to(text, lexicon.fold(facts.title))


@cache
def _small() -> frozenset[str]:
    """Return the words around names and dates: "by", "and", "Text:", "Published"."""
    lists = lexicon.data("people")
    phrases = [phrase for key in ("by", "and", "ends") for phrase in lists[key]]
    phrases += [label.strip(":") for label in lexicon.data("dates")["labels"]]
    return frozenset(word for phrase in phrases for word in phrase.split())
