"""Parse a page's text into a Beautiful Soup tree.

In: the text of a page. Out: a tree of bounded size and depth, whatever the page is. `refuse` raises
NotAnArticle for bytes that are too many, empty, or no HTML.
"""

import re
import warnings

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning

from pipeline.errors import NotAnArticle
from pipeline.extract.page import shadow
from pipeline.extract.page.builder import Builder, TooDeepError

MAX_BYTES = 16_000_000
# Building the tree takes about 15 µs a tag, some three seconds for this many. Real articles have a
# few thousand; the rest of a larger page is ignored.
MAX_TAGS = 120_000
# No real layout is deeper. libxml2 stops at a limit of its own and drops the rest of the page, so
# start tags below this depth are removed before it sees them.
MAX_DEPTH = 200

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)([^<>]*>?)")
_OPENED = re.compile(r"<(?:(script|style|textarea|xmp)\b(?!\s*/>)[^<>]*>|!--)", re.I)
# Invisible characters: control characters, and the soft hyphens and word joiners (byte order marks
# inside a text) that split words for search and translation. The joiners are apart because a
# pattern beyond Latin-1 takes several times as long.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u00ad]")
_JOINERS = ("\u2060", "\ufeff")
# Elements that do not add to the depth: void ones, and those whose end tags are often left out.
_FLAT = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "colgroup",
        "option",
        "optgroup",
        "rt",
        "rp",
    ]
)
# Elements that hold several levels of such elements count for as many.
_LEVELS = {"table": 4, "ul": 2, "ol": 2, "dl": 2, "menu": 2, "ruby": 2, "select": 2}
_BINARY = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"RIFF")


def parse(text: str) -> BeautifulSoup:
    """Return the tree of a page, without control characters and soft hyphens."""
    text = _SOFT_HYPHEN.sub("", text) if "&" in text else text
    text = _UNSEEN.sub("", text)
    for joiner in _JOINERS:
        text = text.replace(joiner, "")
    text = _with_body(text)
    if text.count("<") > MAX_TAGS:
        text = _bounded(text)
    try:
        # Counting depth takes longer than lxml's parsing, and hardly any page is deep.
        return _tree(text, Builder(MAX_DEPTH))
    except TooDeepError:
        return _tree(_bounded(text), Builder(MAX_DEPTH, flat=True))


def _tree(text: str, builder: Builder) -> BeautifulSoup:
    with warnings.catch_warnings():
        # Addresses and XML were recognised before this; the warnings would reach nobody.
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(text, builder=builder)
    shadow.attach(builder.shadows)
    return soup


def _with_body(text: str) -> str:
    """Insert `<body>` into a page that has neither `</head>` nor `<body>`.

    Both tags are optional (HTML §13.1.2.4) and minifiers drop them. libxml2 ends the head only at
    elements of HTML 4, so that `<main>` or `<article>` become part of it. Where the body has begun
    already, it ignores the tag.
    """
    if _BODY.search(text):
        return text
    place = 0
    for start, end in [*_opaque(text), (len(text), len(text))]:
        match = _SECTION.search(text, place, start)
        if match is not None:
            return f"{text[: match.start()]}<body>{text[match.start() :]}"
        place = end
    return text


_BODY = re.compile("<(?:body|frameset)[\\s>]", re.I)
# Elements that cannot be in a head, among them those new in HTML 5.
_SECTION = re.compile(
    "<(?:article|aside|details|dialog|figure|footer|header|main|nav|picture|search|section|svg)"
    "[\\s>]",
    re.I,
)


def refuse(raw: bytes, url: str) -> None:
    """Check the bytes of a page before they are parsed.

    Raises:
        NotAnArticle: the page is empty, larger than `MAX_BYTES`, or a binary file.
    """
    if not raw.strip(b" \t\r\n\0"):
        raise NotAnArticle(url, "the page is empty", "check the address")
    if len(raw) > MAX_BYTES:
        size = f"{len(raw) / 1e6:.1f} MB, more than {MAX_BYTES / 1e6:.0f} MB"
        raise NotAnArticle(url, f"the page is too large ({size})", "take it out of the source")
    if raw.startswith(_BINARY) or b"\0\0\0\0" in raw[:64]:
        raise NotAnArticle(url, "not HTML but a binary file", "take it out of the source")


_SOFT_HYPHEN = re.compile("&(?:shy|#0*173|#x0*ad|NoBreak|#8288);", re.I)


def _bounded(text: str) -> str:
    """Cut the text after MAX_TAGS tags and drop the start tags that are nested too deeply."""
    opaque = _opaque(text)
    depth, count = 0, 0
    pieces: list[str] = []
    kept = 0
    current = 0
    for match in _TAG.finditer(text):
        while current < len(opaque) and opaque[current][1] <= match.start():
            current += 1
        if current < len(opaque) and opaque[current][0] <= match.start():
            continue  # nor the script's own tags: they come in pairs
        count += 1
        if count > MAX_TAGS:
            pieces.append(text[kept : match.start()])
            kept = len(text)
            break
        # <path … />: libxml2 treats any element with "/>" as closed.
        name = match.group(2).lower()
        if name in _FLAT or match.group(3).endswith("/>"):
            continue
        levels = _LEVELS.get(name, 1)
        if not match.group(1):
            depth += levels
        if depth > MAX_DEPTH:
            pieces.append(text[kept : match.start()])
            kept = match.end()
        if match.group(1):
            depth = max(0, depth - levels)
    if not pieces:
        return text
    pieces.append(text[kept:])
    return "".join(pieces)


def _opaque(text: str) -> list[tuple[int, int]]:
    """Return the start and end of scripts, style sheets and comments: their "<" opens no tag.

    Linear in the length of the text: a missing end is searched for once.
    """
    found: list[tuple[int, int]] = []
    lower = text.lower() if text.isascii() else text
    endless: set[str] = set()
    place = 0
    while (match := _OPENED.search(text, place)) is not None:
        name = (match.group(1) or "").lower()
        ending = f"</{name}" if name else "-->"
        place = match.end()
        if ending in endless:
            continue
        end = lower.find(ending, place)
        if end < 0 and lower is text:
            end = lower.find(ending.upper(), place)
        if end < 0:
            endless.add(ending)
            continue
        close = end + 3 if not name else text.find(">", end) + 1 or len(text)
        found.append((match.start(), close))
        place = close
    return found
