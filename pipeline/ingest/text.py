"""Clean the strings that sources give: titles, language tags, and the text of entries.

Takes strings from feeds, sitemaps and pages, and returns them cleaned and bounded in length.
`is_complete` decides whether an entry's text is a whole article. Never raises.
"""

import re
from html import unescape
from typing import Any

MAX_TITLE = 1_000
MAX_HTML = 400_000
# An entry with a shorter text is a teaser. In letters, see `weight`.
COMPLETE = 250

_TAG = re.compile(r"<[^<>]{0,2000}>")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?=$|[-_])")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# The end of a text that continues elsewhere: an ellipsis, also in brackets, or an arrow.
_CUT = re.compile(r"(?:\.\.\.|…|\[(?:&#8230;|…|\.\.\.)\]|[»›→]|&hellip;|>>)\s*$")


def plain(text: Any, *, markup: bool, limit: int = MAX_TITLE) -> str:
    """Return `text` as one line of at most `limit` characters, without control characters.

    With `markup` its tags are removed and its character references resolved. Returns "" for a
    value that is not a string.
    """
    if not isinstance(text, str):
        return ""
    text = text[: 4 * limit]
    if markup:
        text = unescape(_TAG.sub("", text))
    # isprintable() is false for controls, lone surrogates and line separators, but also for the
    # joiners U+200C and U+200D, which scripts and emoji need.
    kept = (c if c.isprintable() or c in "\u200c\u200d" else " " for c in text)
    return " ".join("".join(kept).split())[:limit]


def media_type(header: str) -> str:
    """Return the media type of a Content-Type (RFC 9110 §8.3) in lower case, no parameters."""
    return header.partition(";")[0].strip().lower()


def language_of(value: Any) -> str | None:
    """Return the primary language subtag (RFC 5646 §2.2.1) in lower case, or None."""
    match = _LANGUAGE.match(value.strip()) if isinstance(value, str) else None
    return match.group().lower() if match else None


def is_complete(html: str) -> bool:
    """Return whether an entry's HTML is a whole article rather than a teaser."""
    text = plain(html, markup=True, limit=MAX_HTML)
    return weight(text) >= COMPLETE and not _CUT.search(text)


def weight(text: str) -> int:
    """Return the length of a text in letters; a run of white space counts as one.

    A Han character, kana or Hangul syllable counts as three: it says about as much.
    """
    text = " ".join(text.split())
    return len(text) + 2 * len(_WIDE.findall(text))
