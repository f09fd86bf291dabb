"""Decides whether a page is still the article that was asked for, where a redirect led elsewhere.

`astray` takes the address that was asked for, the page's, and what was found there, and returns
where the redirect led, or "". Sites send the readers of deleted articles to their home page, to a
section or to another article. `is_foreign` finds pages that have nothing of what was announced:
walls, notices, other articles. Pure functions; never raises.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from urllib.parse import urlsplit

from pipeline.article import Article, Reference
from pipeline.desk.identifying import is_one

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][a-z]{2,4})?", re.IGNORECASE)
_DEFAULTS = re.compile(r"(?:index|home|default)\.\w+|home|start", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_LEAST_COMMON = 0.5  # of the words of a title or an address
_LEAST_ALIKE = 0.6
_SHORT, _LONGEST = 3, 200  # letters
_STEM = 4  # letters that the forms of a word share
_BRIEF = 800  # characters of a text that may be a notice
_PROOF = 4  # words of a title that a text about the same cannot avoid all


def astray(
    asked: str,
    landed: str,
    article: Article,
    title: str | None,
    before: Article | None,
    *,
    taken: bool,
    other: str | None = None,
) -> str:
    """Return where the redirect of a page led ("the home page"), "" where it is the article.

    `article` was found at `landed`, which is another address. `title` is what the source calls the
    article, `before` what was stored of it. `taken`: the source announced `landed` as another
    article, which it calls `other`.
    """
    if before is not None:
        if is_one(before, article):
            return ""
        return _place(asked, landed) or "another page"
    place = _place(asked, landed) or ("another article" if taken and title else "")
    if place and other and title and _is_only(article.title, other, title):
        return place
    if not place or _is_called(article.title, title or _words_of_path(asked)):
        return ""
    return place


def is_foreign(article: Article, reference: Reference, *, moved: bool) -> bool:
    """Return whether a page that is short, or was `moved`, says nothing of what is announced.

    It is a wall, a notice or another page then: no word of the entry's title or address and none of
    the text or of the page's own title begin alike. Nothing is proved by a title of few words, by
    one in another language than the page, and where the page is about a sound or a film.
    """
    spoken = {one.partition("-")[0] for one in (reference.language, article.language) if one}
    if len(spoken) > 1 or reference.facts.enclosures or not reference.title:
        return False
    if len(article.text) > _BRIEF and not moved:
        return False
    wanted, address = _beginnings(reference.title), _beginnings(_words_of_path(reference.url))
    if len(wanted) < _PROOF:
        return False
    return (wanted | address).isdisjoint(_beginnings(f"{article.title} {article.text}"))


def _beginnings(text: str) -> set[str]:
    """Return the beginnings of the words of four letters and more.

    Of scripts whose words have prefixes, or stand without spaces, pairs of characters.
    """
    found = set()
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        if word[0] < "\u0590":
            found |= {word[:_STEM]} if len(word) > _SHORT else set()
        else:
            found |= {word[at : at + 2] for at in range(len(word) - 1)}
    return found


def _is_only(found: str, other: str, title: str) -> bool:
    """Return whether a title is the other's and not this one's, however similar the two are."""
    here, there, mine = (" ".join(one.casefold().split()) for one in (found, other, title))
    return here == there != mine


def _place(asked: str, landed: str) -> str:
    """Return what an address is, seen from another one: the home page, a section, or ""."""
    here, there = _segments(asked), _segments(landed)
    if not there:
        return "the home page" if here else ""
    if len(there) < len(here) and (here[: len(there)] == there or len(there) == 1):
        return "a section"
    return ""


def _segments(url: str) -> list[str]:
    parts = [part for part in urlsplit(url).path.split("/") if part]
    if parts and _DEFAULTS.fullmatch(parts[-1]):
        parts.pop()
    return [] if len(parts) == 1 and _LANGUAGE.fullmatch(parts[0]) else parts


def _words_of_path(url: str) -> str:
    """Return the words of an address's last part, which many systems make from the title."""
    parts = _segments(url)
    return " ".join(_WORD.findall(parts[-1])) if parts else ""


def _is_called(title: str, name: str) -> bool:
    """Return whether a title may be what somebody else calls the article."""
    here, there = title.casefold(), name.casefold()
    words = {word for word in _WORD.findall(there) if len(word) > _SHORT}
    common = words.intersection(_WORD.findall(here))
    if words and len(common) > _LEAST_COMMON * len(words):
        return True
    # Scripts without spaces have no words to compare.
    return SequenceMatcher(None, here[:_LONGEST], there[:_LONGEST]).ratio() > _LEAST_ALIKE
