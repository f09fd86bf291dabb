"""Texts with the inline elements over them: what `markup` finds and `blocks` translates."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as written; `attributes` has (start, end, number) of each text in an attribute.

    `translated` says whether the element's content is translated: then its `lang` and `dir` become
    those of the target.
    """

    raw: str
    attributes: tuple[tuple[int, int, int], ...] = ()
    translated: bool = True


@dataclass(frozen=True, slots=True)
class Span:
    """An inline element over the characters [start, end) of its text.

    An empty range is an element without words: an image, or a note mark ("<sup>1</sup>"). `inner`
    is the HTML of content that is not translated, which replaces the range in the translation; None
    for other elements. `parent` is the number of the span around it (-1: none).
    """

    start: int
    end: int
    open: Tag
    close: str = ""
    inner: str | None = None
    parent: int = -1


@dataclass(frozen=True, slots=True)
class Text:
    """A plain text to translate, with collapsed white space; in `spans` parents come first.

    `foreign` are ranges of a translation that are still in the source language.
    """

    text: str
    spans: tuple[Span, ...] = ()
    foreign: tuple[tuple[int, int], ...] = ()


STAND_INS = range(0xF0000, 0xFFFFE)
"""Private characters, each of which stands in a text for an element in another language. A model
never sees them: masking takes them out like an emoji (Unicode, plane 15)."""


def is_stand_in(text: str) -> bool:
    """Return whether a text is one character that stands for an element."""
    return len(text) == 1 and ord(text) in STAND_INS
