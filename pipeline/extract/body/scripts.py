"""Articles that a page holds only as data for its scripts: Next.js, Nuxt, AMP and others.

In: the tree of a page. Out: the markup of the longest prose in the JSON of its scripts, "" where
there is none. Never raises. Labels, style sheets, addresses and code are no prose; the size of the
data that are read is bounded.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from bs4 import BeautifulSoup

from pipeline.extract.page.builder import within

_LARGEST = 8_000_000  # characters of one script's data that are read
_MOST = 200_000  # values of one script's data that are examined
_SHORTEST = 400  # characters of an article's text
_ASSIGNED = re.compile(
    r"(?:window|self|globalThis)?\.?\[?[\"']?__?[A-Z][\w$]*[\"']?\]?\s*=\s*(?=[{\[])"
)
_MARKUP = re.compile(r"<(p|br|div|h[2-6]|ul|blockquote)\b", re.I)
_TAGS = re.compile(r"<[^>]*>")
_ENDS = re.compile(r"[.!?…。！？।؟]")
_CODE = re.compile(r"function\s*\(|=>|[{};]\s*\n|^\s*[{\[]|https?://\S+$")
# The fields that hold the text of one block of an article, the likeliest first.
_FIELDS = ("html", "text", "content", "value", "body", "paragraph", "data", "attributes", "props")
_TEXTUAL = frozenset({"p", "paragraph", "text", "html", "richtext", "rich_text", "block", "body"})
_TITLES = frozenset({"h2", "h3", "h4", "heading", "header", "subheading", "subtitle", "title"})


def find(soup: BeautifulSoup) -> str:
    """Return the markup of the longest article in the data of a page's scripts, "" for none."""
    best = ""
    for state in _states(soup):
        for markup in _candidates(state):
            if len(markup) > len(best):
                best = markup
    return best if len(_TAGS.sub("", best)) >= _SHORTEST else ""


def _states(soup: BeautifulSoup) -> Iterator[Any]:
    for script in within(soup, "script"):
        text = script.string
        if not text or not _SHORTEST <= len(text) <= _LARGEST:
            continue
        kind = str(script.get("type", "")).lower()
        if kind.endswith("json") and kind != "application/ld+json":
            start = 0
        elif kind in ("", "text/javascript", "module"):
            assigned = _ASSIGNED.search(text)
            if assigned is None:
                continue
            start = assigned.end()
        else:
            continue
        try:
            yield json.JSONDecoder().raw_decode(text[start:].lstrip())[0]
        except (ValueError, RecursionError):
            continue  # a script that is no JSON cannot be read without running it


def _candidates(state: Any) -> Iterator[str]:
    """Yield every string that reads like an article, and every list of blocks that does."""
    stack, seen = [state], 0
    while stack and seen < _MOST:
        value = stack.pop()
        seen += 1
        if isinstance(value, str):
            if len(value) >= _SHORTEST and _is_prose(value):
                yield value if _MARKUP.search(value) else _paragraphs(value)
        elif isinstance(value, Mapping):
            stack.extend(value.values())
        elif isinstance(value, list):
            if len(value) > 2:
                yield _joined(value)
            stack.extend(value)


def _joined(blocks: Sequence[Any]) -> str:
    parts = []
    for block in blocks[:2000]:
        if not isinstance(block, Mapping):
            return ""
        text = _text_of(block)
        if not text:
            continue
        kind = str(block.get("type") or block.get("name") or block.get("tagName") or "").lower()
        if kind in _TITLES:
            parts.append(f"<h2>{escape(_TAGS.sub('', text), quote=False)}</h2>")
        elif _is_prose(text) or kind in _TEXTUAL:
            parts.append(text if _MARKUP.search(text) else f"<p>{text}</p>")
    whole = "\n".join(parts)
    return whole if len(parts) > 2 and _is_prose(whole) else ""


def _text_of(block: Mapping[str, Any]) -> str:
    for _ in range(3):
        inner: Any = None
        for name in _FIELDS:
            value = block.get(name)
            if isinstance(value, str) and value.strip():
                return value
            if isinstance(value, Mapping) and inner is None:
                inner = value
        if inner is None:
            return ""
        block = inner
    return ""


def _is_prose(text: str) -> bool:
    plain = _TAGS.sub(" ", text)
    words = plain.strip()
    if not words or _CODE.search(words[:2000]):
        return False
    # Sentences end every hundred characters or so; lists of names, keys or addresses do not end.
    return len(_ENDS.findall(words)) * 400 >= len(words)


def _paragraphs(text: str) -> str:
    parts = (part.strip() for part in re.split(r"\n\s*\n|\r?\n", text))
    return "".join(f"<p>{escape(part, quote=False)}</p>" for part in parts if part)
