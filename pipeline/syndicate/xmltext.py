"""Cleans text for XML 1.0 and for feed readers.

Takes any string; returns it without characters that XML forbids. Titles become one line of plain
text, addresses become URIs. Raises nothing.
"""

import re
from html import unescape
from html.entities import html5, name2codepoint
from urllib.parse import quote

# XML 1.0 §2.2 `Char` without the C1 controls: those are allowed but discouraged, and always the
# result of a wrong charset. Lone surrogates and U+FFFE/U+FFFF are removed as well.
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Complete references only: "AT&T" and "?a=1&copy=2" stay as they are.
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SPACE = re.compile(r"\s+")


def xml_text(text: str) -> str:
    """`text` without characters that XML forbids, with line ends as "\\n" (XML 1.0 §2.11)."""
    text = text.replace("\x85", "\n").replace("\r\n", "\n").replace("\r", "\n")
    return _FORBIDDEN.sub("", text)


_EMBED, _POP = "\u202a\u202b\u202d\u202e", "\u202c"
_ISOLATE, _POP_ISOLATE = "\u2066\u2067\u2068", "\u2069"
_BIDI = re.compile(f"[{_EMBED}{_POP}{_ISOLATE}{_POP_ISOLATE}]")


def balanced(text: str) -> str:
    """`text` with all bidi embeddings and isolates closed, without unmatched closing ones (UAX #9).

    An unclosed control would reorder the text that a reader shows after ours.
    """
    if not _BIDI.search(text):
        return text
    open_controls: list[str] = []
    kept = []
    for character in text:
        if character in _EMBED:
            open_controls.append(_POP)
        elif character in _ISOLATE:
            open_controls.append(_POP_ISOLATE)
        elif character in (_POP, _POP_ISOLATE):
            if not open_controls or open_controls[-1] != character:
                continue
            open_controls.pop()
        kept.append(character)
    return "".join(kept + open_controls[::-1])


def plain_line(text: str) -> str:
    """`text` as one line for a title, a name or a label.

    A complete character reference in plain text ("Q&amp;A") was escaped once too often at the
    source. It is decoded here once, so that no reader shows it.
    """
    decoded = _REFERENCE.sub(lambda match: unescape(match.group()), text)
    return balanced(_SPACE.sub(" ", xml_text(decoded)).strip())


_TAG_OPEN = re.compile(r"<(?=[A-Za-z/!?])")
_TAG_CLOSED = re.compile(r"<(?=/\w+>)")
_NAMED = re.compile(r"&(?=#|(\w+))")


def never_markup(line: str) -> str:
    """`line` with a zero-width space wherever a reader could take its characters for HTML.

    RSS does not say whether a title is text or HTML, and readers differ: some would show "<b>",
    others would drop it. "<\u200bb>" is text for both and looks the same.
    """
    return _NAMED.sub(_parted, _TAG_OPEN.sub("<\u200b", line))


def clearly_text(line: str) -> str:
    """`line` for Atom, which marks it as text: only end tags and references are broken up.

    Validators and lenient readers take those for HTML that is wrongly marked as text.
    """
    return _NAMED.sub(_parted, _TAG_CLOSED.sub("<\u200b", line))


def _parted(match: re.Match[str]) -> str:
    """Separate "&" from an HTML entity name; old ones need no semicolon ("?a=1&copy=2")."""
    name = match[1] or ""
    known = not name or name in name2codepoint or name == "apos" or not name.isalpha()
    return "&\u200b" if known or f"{name};" in html5 else "&"


# Everything but the characters that RFC 3986 §2 allows; brackets are allowed in a host only.
_NOT_IN_URI = re.compile(r"[^A-Za-z0-9._~:/?#@!$&'()*+,;=%-]|%(?![0-9A-Fa-f]{2})")
_PARTS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*)(.*)", re.DOTALL)


def uri(url: str) -> str:
    """`url` as a URI (RFC 3986): other characters are percent-encoded as UTF-8, the host as IDNA.

    Atom allows "https://example.org/日本". RSS and JSON Feed do not, nor do readers that pass links
    on unchanged.
    """
    url = xml_text(url).strip()
    match = _PARTS.fullmatch(url)
    if not match:
        return _encoded(url)
    scheme, host, rest = match.groups()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            host = _encoded(host)
    elif not host.endswith("]") and "]:" not in host:
        host = _encoded(host)
    return f"{scheme}{host}{_encoded(rest)}"


def _encoded(part: str) -> str:
    return _NOT_IN_URI.sub(lambda match: quote(match.group(), safe=""), part)
