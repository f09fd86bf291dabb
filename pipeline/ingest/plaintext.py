"""Make an HTML page of an article that is served as plain text (text/plain, RFC 2046 §4.1.3).

`as_html` takes the bytes of a response and returns the same text as a page, or None where it is no
plain text: markup and JSON are served with this media type, too. Never raises.
"""

import re
from html import escape
from textwrap import dedent

from pipeline.charsets import decode
from pipeline.ingest.text import media_type

_MARKUP = re.compile(r"\s*(?:<[!?/a-z]|[\[{]\s*[\"\[{])", re.I)
_BLANK = re.compile(r"\n(?:[ \t\f\v]*\n)+")
_RULE = re.compile(r"[\W_]*")  # a line under a title, and others without a letter
_INDENT = re.compile(r"(?: {4}|\t)")
_TITLE = 200  # characters that a title has at most
_ENDS = (".", "!", "。", "…", ":", ";", ",")


def is_plain(stated: str) -> bool:
    """Return whether a Content-Type says plain text."""
    return media_type(stated) == "text/plain"


def as_html(content: bytes, charset: str | None, title: str | None) -> bytes | None:
    """Return a page in UTF-8 with the paragraphs of a text, None where it is no plain text.

    Empty lines are between paragraphs, whose lines are joined; a paragraph that is indented as a
    whole is kept as it is laid out. `title` is what the source calls the article; without one a
    short first paragraph is the title.
    """
    text, _ = decode(content, charset)
    if _MARKUP.match(text):
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).strip("\n")
    blocks = [block.strip("\n") for block in _BLANK.split(text)]
    blocks = [block for block in blocks if block.strip()]
    first = _joined(blocks[0]) if blocks else ""
    if _is_title(first) or (title and first.casefold() == title.casefold()):
        del blocks[0]
        title = title or first
    body = "\n".join(_markup(block) for block in blocks)
    name = escape(title or "")
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{name}</title></head>'
        f"<body><article><h1>{name}</h1>\n{body}</article></body></html>"
    ).encode("utf-8", "replace")


def _is_title(text: str) -> bool:
    return bool(text) and len(text) <= _TITLE and not text.endswith(_ENDS)


def _markup(block: str) -> str:
    lines = block.split("\n")
    if len(lines) > 1 and all(_INDENT.match(line) for line in lines):
        return f"<pre>{escape(dedent(block))}</pre>"
    return f"<p>{escape(_joined(block))}</p>"


def _joined(block: str) -> str:
    """Return the lines of a paragraph as one, without rules."""
    lines = [line.strip() for line in block.split("\n")]
    return " ".join(line for line in lines if not _RULE.fullmatch(line))
