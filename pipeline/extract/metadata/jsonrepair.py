"""Parse JSON as people write it into pages.

In: the text of a script. Out: the values in it. Never raises: comments, raw newlines, trailing
commas, entities and objects one after another are accepted. Where the text is no JSON even so, the
facts about the article are picked out of it.
"""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

_MOST = 2_000_000  # characters of JSON that are read
_COMMENTS = re.compile(
    r"^\s*(//\s*)?(<!--|<!\[CDATA\[|/\*.*?\*/)|(//\s*)?(-->|\]\]>|/\*.*?\*/)\s*;?$", re.S
)
_BETWEEN = re.compile(r"[\s,;]*")
_KIND = re.compile(
    r"""["']@type["']\s*:\s*\[?\s*["'](\w*(?:Article|Posting|Report|Review|Recipe))["']"""
)
# A value ends at a quotation mark before JSON syntax: quotes inside it are not escaped.
_VALUE = r"""["']{key}["']\s*:\s*(["'])(.{{1,400}}?)\1\s*(?=[,}}\]\n]|$)"""
_FACTS = {
    key: re.compile(_VALUE.format(key=key), re.S)
    for key in ("headline", "datePublished", "dateModified", "articleSection")
}
_AUTHOR = re.compile(
    r"""["']author["']\s*:\s*\[?\s*\{[^{}]{0,300}?["']name["']\s*:\s*(["'])([^"'{}]{1,80})\1"""
)


def values(text: str) -> Iterator[Any]:
    """Yield the values of a script; where it is no JSON, what is recognised of an article in it."""
    text = _COMMENTS.sub("", text.strip()).strip()
    if not text or len(text) > _MOST:
        return
    for mend in (lambda t: t, _mended, lambda t: _mended(unescape(t))):
        try:
            yield json.loads(mend(text), strict=False)
        except (ValueError, RecursionError):
            continue
        return
    found = list(_side_by_side(_mended(text)))
    yield from found or _salvaged(text)


def _side_by_side(text: str) -> Iterator[Any]:
    """Parse objects that follow one another, up to the first that is broken."""
    decoder = json.JSONDecoder(strict=False)
    place = 0
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return
        if isinstance(value, dict | list):
            yield value
        place = _BETWEEN.match(text, place).end()  # type: ignore[union-attr]


def _salvaged(text: str) -> Iterator[dict[str, Any]]:
    kind = _KIND.search(text)
    if kind is None:
        return
    found: dict[str, Any] = {"@type": kind[1]}
    for key, pattern in _FACTS.items():
        if match := pattern.search(text, kind.start()) or pattern.search(text):
            found[key] = match[2]
    if match := _AUTHOR.search(text):
        found["author"] = {"@type": "Person", "name": match[2]}
    if len(found) > 1:
        yield found


def _mended(text: str) -> str:
    text = re.sub(r",\s*([}\]])", r"\1", text.strip().rstrip(";"))
    text = re.sub(r"\\(?![\"\\/bfnrtu])", r"\\\\", text)
    return re.sub(r"}\s*{", "},{", text) if not text.startswith("{") else text
