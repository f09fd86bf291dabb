"""Text that XML 1.0 can hold and readers show as it was meant.

In comes any Python string, out a string without characters XML forbids; titles come out as one
line of plain text. Nothing is refused: what cannot be kept is removed, what can is kept.
"""

import re
from html import unescape
from html.entities import html5, name2codepoint
from urllib.parse import quote

# XML 1.0 §2.2 `Char`, less the C1 controls: those are allowed but discouraged, and are always
# the debris of a charset mistake. Lone surrogates and U+FFFE/U+FFFF fall out as well.
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Complete references only: "AT&T" and "?a=1&copy=2" stay as they are.
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SPACE = re.compile(r"\s+")


def xml_text(text: str) -> str:
    """`text` without what XML cannot hold, with line ends as "\\n" (XML 1.0 §2.11)."""
    text = text.replace("\x85", "\n").replace("\r\n", "\n").replace("\r", "\n")
    return _FORBIDDEN.sub("", text)


_EMBED, _POP = "\u202a\u202b\u202d\u202e", "\u202c"
_ISOLATE, _POP_ISOLATE = "\u2066\u2067\u2068", "\u2069"
_BIDI = re.compile(f"[{_EMBED}{_POP}{_ISOLATE}{_POP_ISOLATE}]")


def balanced(text: str) -> str:
    """`text` with every bidi embedding and isolate closed, and no closing one astray (UAX #9).

    An unclosed control would turn the reader's own words around ours.
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

    A complete character reference in what should be plain text is an escape too many at the
    source ("Q&amp;A"): it is undone here once, so that no reader shows it, and a reader that
    decodes titles once more finds nothing left to decode.
    """
    decoded = _REFERENCE.sub(lambda match: unescape(match.group()), text)
    return balanced(_SPACE.sub(" ", xml_text(decoded)).strip())


_TAG_OPEN = re.compile(r"<(?=[A-Za-z/!?])")
_TAG_CLOSED = re.compile(r"<(?=/\w+>)")
_NAMED = re.compile(r"&(?=#|(\w+))")


def never_markup(line: str) -> str:
    """`line` with a zero-width space wherever a reader could take its characters for HTML.

    RSS does not say whether a title is text or HTML, and readers differ: "<b>" would be shown by
    some and swallowed by others. Parted, "<\u200bb>" is text to both and looks the same.
    """
    return _NAMED.sub(_parted, _TAG_OPEN.sub("<\u200b", line))


def clearly_text(line: str) -> str:
    """`line`, for where Atom says that it is text, with what still looks like HTML parted.

    End tags and references are what validators and lenient readers take for a publisher's mistake.
    """
    return _NAMED.sub(_parted, _TAG_CLOSED.sub("<\u200b", line))


def _parted(match: re.Match[str]) -> str:
    """The "&" apart from a name that HTML knows: old names need no semicolon ("?a=1&copy=2")."""
    name = match[1] or ""
    known = not name or name in name2codepoint or name == "apos" or not name.isalpha()
    return "&\u200b" if known or f"{name};" in html5 else "&"


# What RFC 3986 §2 lets stand in a URI, brackets aside: those belong to the host alone.
_NOT_IN_URI = re.compile(r"[^A-Za-z0-9._~:/?#@!$&'()*+,;=%-]|%(?![0-9A-Fa-f]{2})")
_PARTS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*)(.*)", re.DOTALL)


def uri(url: str) -> str:
    """`url` as a URI (RFC 3986): what may not stand in one is percent-encoded as UTF-8.

    Pages link to "https://example.org/日本" and Atom would allow it, but RSS and JSON Feed do not,
    and neither do readers that hand a link on as it is. A host name becomes its ASCII form.
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
