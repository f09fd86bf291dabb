"""What entries are made of, by feed: whole translations, titles only, originals that wait.

An edition is the code under which the store keeps the texts for such feeds in a language: "pt" for
whole translations into Portuguese, "pt-x-titles" where only titles are translated, "pt-x-waiting"
where originals are shown until they are translated. Feeds in one edition share its texts. Pure
functions over codes; never raises.
"""

from collections.abc import Mapping
from typing import Protocol

# Private-use subtags (RFC 5646 §2.2.7); the first edition of a language is the one for its pages.
_MARKS = ("", "-x-waiting", "-x-titles", "-x-titles-waiting")


class Feed(Protocol):
    """What of a `FeedSpec` decides about its edition."""

    @property
    def content(self) -> str:
        """The content mode."""

    @property
    def originals(self) -> bool:
        """Whether it shows originals while their translation waits."""


def edition_of(feed: Feed, language: str) -> str:
    """The edition that a feed shows in a language."""
    only_titles = feed.content == "titles"
    marks = [word for word, on in (("titles", only_titles), ("waiting", feed.originals)) if on]
    return f"{language}-x-{'-'.join(marks)}" if marks else language


def editions_of(language: str) -> tuple[str, ...]:
    """All editions of a language, the one with whole translations first."""
    return tuple(f"{language}{mark}" for mark in _MARKS)


def language_of(edition: str) -> str:
    """The language of an edition."""
    return next(
        (edition.removesuffix(mark) for mark in _MARKS[::-1] if edition.endswith(mark)), edition
    )


def has_only_titles(edition: str) -> bool:
    """Whether only titles are translated in it."""
    return language_of(edition) != edition and "-titles" in edition


def has_originals(edition: str) -> bool:
    """Whether originals are shown in it while their translation waits."""
    return language_of(edition) != edition and edition.endswith("-waiting")


def by_language(numbers: Mapping[str, int]) -> dict[str, int]:
    """Numbers of articles by language; of several editions of one, the greatest counts."""
    found: dict[str, int] = {}
    for edition, number in numbers.items():
        language = language_of(edition)
        found[language] = max(number, found.get(language, 0))
    return found
