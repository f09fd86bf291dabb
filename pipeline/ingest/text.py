"""Strings that sources give: titles, languages, and whether an entry's text is complete.

In: strings out of feeds, sitemaps and pages. Out: the same, cleaned and bounded.
"""

import re
from html import unescape
from typing import Any

MAX_TITLE = 1_000
MAX_HTML = 400_000
# Characters of text below which an entry is a teaser; one Han character, kana or syllable of
# Hangul says about as much as three letters.
COMPLETE = 250

_TAG = re.compile(r"<[^<>]{0,2000}>")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?=$|[-_])")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# How a text ends that goes on elsewhere: an ellipsis, also in brackets, also behind an arrow.
_CUT = re.compile(r"(?:\.\.\.|…|\[(?:&#8230;|…|\.\.\.)\]|[»›→]|&hellip;|>>)\s*$")


def plain(text: Any, *, markup: bool, limit: int = MAX_TITLE) -> str:
    """`text` as one line without markup (where it is `markup`) or control characters."""
    if not isinstance(text, str):
        return ""
    text = text[: 4 * limit]
    if markup:
        text = unescape(_TAG.sub("", text))
    # isprintable() is false for controls, lone surrogates and line separators alike, and for
    # the joiners that scripts and emoji need: those are format characters and stay.
    kept = (c if c.isprintable() or c in "\u200c\u200d" else " " for c in text)
    return " ".join("".join(kept).split())[:limit]


def language_of(value: Any) -> str | None:
    """The primary language subtag (RFC 5646 §2.2.1) in lower case, or None."""
    match = _LANGUAGE.match(value.strip()) if isinstance(value, str) else None
    return match.group().lower() if match else None


def is_complete(html: str) -> bool:
    """Whether an entry's HTML reads like a whole article rather than its beginning."""
    text = plain(html, markup=True, limit=MAX_HTML)
    return weight(text) >= COMPLETE and not _CUT.search(text)


def weight(text: str) -> int:
    """How much a text says, in letters; white space counts once."""
    text = " ".join(text.split())
    return len(text) + 2 * len(_WIDE.findall(text))
