"""Render the inline content of a block as markup and as plain text.

In: a leaf block and the state of the rendering. Out: markup in the vocabulary of `INLINES`, and the
text of the same content. Never raises. What shows nothing leaves no tags behind.
"""

import re
from dataclasses import dataclass, field
from html import escape
from typing import Final

from pipeline.extract.body import marks, media
from pipeline.extract.body.speech import Speech
from pipeline.extract.page import urls
from pipeline.extract.page.elements import MEDIA, PICTURES
from pipeline.extract.page.node import Node, width

INLINES: Final = {
    "a": "a", "b": "strong", "strong": "strong", "i": "em", "em": "em", "cite": "cite",
    "code": "code", "tt": "code", "samp": "code", "kbd": "kbd", "var": "var", "sub": "sub",
    "sup": "sup", "del": "del", "s": "del", "strike": "del", "ins": "ins", "u": "u", "mark": "mark",
    "small": "small", "abbr": "abbr", "acronym": "abbr", "dfn": "dfn", "q": "q", "ruby": "ruby",
    "rt": "rt", "rp": "rp", "bdi": "bdi", "bdo": "bdo", "wbr": "wbr", "br": "br",
}  # fmt: skip
ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start", "reversed"},
    "li": {"value"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "abbr": {"title"},
    "bdo": {"dir"},
    "*": {"dir", "lang"},
}
_JOINED: Final = frozenset({"a", "strong", "em", "u", "code", "sub", "sup", "mark", "small"})
_SINGLE: Final = frozenset({"br", "wbr", "rt", "rp"})
_NO_TAGS: Final = ("", "")
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_RETURN = re.compile("[\u21a9\u21a5\u2191\u21e7\u25b2\u2b06^\ufe0e\ufe0f]+")
_MARK: Final = 6  # characters of the mark of a note
_NUMBER = re.compile(r"\[?\d{1,4}\]?")


@dataclass(slots=True)
class Writer:
    """The state of a rendering: what the article is like, and what was written of it."""

    base: str
    title: str
    speech: Speech
    marks: frozenset[int]
    seen: set[str] = field(default_factory=set)
    images: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


def markup_of(node: Node, writer: Writer) -> tuple[str, str]:
    """Return the markup and text of inline content, trimmed, white space collapsed."""
    out: list[str] = []
    text: list[str] = []
    _inline(node, writer, out, text)
    markup = _SPACES.sub(" ", "".join(out)).strip()
    if "<br>" in markup:
        markup = re.sub(r"^(<br>\s*)+|(\s*<br>)+$", "", markup)
        markup = re.sub(r"\s*<br>(\s*<br>)*\s*", "<br>", markup)
    lines = [" ".join(line.split()) for line in "".join(text).split("\n")]
    return markup, "\n".join(line for line in lines if line)


def _inline(node: Node, writer: Writer, out: list[str], text: list[str]) -> None:
    """Render the content of a leaf, iteratively; end tags wait on the stack.

    Two links to one address with nothing between them become one, and so do two runs of emphasis:
    editors leave such pairs behind, even inside words. Links to two addresses get a space.
    """
    stack: list[tuple[Node | str, tuple[str, str]]] = [(c, _NO_TAGS) for c in node.children[::-1]]
    closed = _NO_TAGS
    linked = False  # nothing was written since a link ended
    while stack:
        item, (opening, closing) = stack.pop()
        if isinstance(item, str):
            if not opening:
                out.append(escape(item, quote=False))
                text.append(item.replace("\n", " "))
                linked = linked and not item
            elif _close(opening, closing, out):
                closed = opening, closing
                linked = linked or closing == "</a>"
            continue
        if item.verdict is not None:
            continue
        name = INLINES.get(item.name, "")
        if _is_single(item, name, writer):
            out.append(_single(item, name, writer, text))
            linked = False
            continue
        tags = _tags(item, name, writer)
        if tags[0]:
            if name in _JOINED and tags == closed and out and out[-1] == tags[1]:
                out.pop()
            else:
                if linked and name == "a" and not _touch(text, item):
                    out.append(" ")
                    text.append(" ")
                out.append(tags[0])
            stack.append(("", tags))
        stack.extend((child, _NO_TAGS) for child in reversed(item.children))


def _is_single(node: Node, name: str, writer: Writer) -> bool:
    """Say whether `_single` renders an element, content included."""
    if node.name in MEDIA or name in _SINGLE:
        return True
    if name == "a" and (_is_note(node, writer) or _is_return(node)):
        return True
    return bool(name) and not _shows_anything(node)


def _single(node: Node, name: str, writer: Writer, text: list[str]) -> str:
    """Return the markup of an element that is rendered at once, and add its text."""
    if node.name in MEDIA:
        return _medium(node, writer)
    if name == "br":
        text.append("\n")
        return "<br>"
    if name == "wbr":
        return "<wbr>"
    if name in ("rt", "rp"):  # the pronunciation of a word: no part of the sentence
        return f"<{name}>{escape(node.text(), quote=False)}</{name}>"
    if name == "a" and _shows_anything(node):
        return "" if _is_return(node) else _mark(node, writer, text)
    if any(isinstance(child, str) for child in node.children):  # the space between two words
        text.append(" ")
        return " "
    return ""


def _is_return(link: Node) -> bool:
    """Say whether a link leads back from a note: its anchor is not kept."""
    return link.chars <= 3 and _RETURN.fullmatch(link.text()) is not None


def _close(opening: str, closing: str, out: list[str]) -> bool:
    """Write an end tag; take the start tag back instead where nothing is between. Say which."""
    place = len(out) - 1
    while place >= 0 and not out[place].strip():
        place -= 1
    if place >= 0 and out[place] == opening:
        del out[place]
        return False
    out.append(closing)
    return True


def _touch(text: list[str], link: Node) -> bool:
    """Say whether a link continues the text before it: in scripts without spaces, or a sign."""
    before, after = "".join(text[-2:])[-1:], link.text()[:1]
    return not (before.isalnum() and after.isalnum()) or max(width(before), width(after)) > 1


def _is_note(node: Node, writer: Writer) -> bool:
    """Say whether a link is the mark of a note: found in the page, or raised in kept markup."""
    if node.name != "a" or node.chars > _MARK:
        return False
    return id(node) in writer.marks or (
        _NUMBER.fullmatch(node.text()) is not None and marks.is_raised(node)
    )


def _mark(node: Node, writer: Writer, text: list[str]) -> str:
    """Return the markup of the mark of a note, and add it to the text in brackets."""
    words = node.text()
    text.append(words if marks.is_bracketed(node) else f"[{words}]")
    href = urls.absolute(node.get("href"), writer.base)
    inside = node.get("href").startswith("#") and id(node) not in writer.marks
    link = escape(words, quote=False)
    if href and not inside:
        link = f'<a href="{escape(href)}">{link}</a>'
    above = node.parent is not None and node.parent.inline and marks.is_raised(node.parent)
    return link if above or marks.is_bracketed(node) else f"<sup>{link}</sup>"


def _shows_anything(node: Node) -> bool:
    return bool(node.chars) or any(child.name in MEDIA for child in node.inlines())


def _tags(node: Node, name: str, writer: Writer) -> tuple[str, str]:
    """Return the start and end tag of an inline element, "" where only its content is kept."""
    if name == "a":
        href = urls.absolute(node.get("href"), writer.base)
        if href and not node.get("href").startswith("#"):
            return f'<a href="{escape(href)}"{writer.speech.attributes(node)}>', "</a>"
        name = ""
    if name:
        return f"<{name}{attributes(node, name, writer)}>", f"</{name}>"
    spoken = writer.speech.attributes(node)
    return (f"<span{spoken}>", "</span>") if spoken else ("", "")


def _medium(node: Node, writer: Writer) -> str:
    if node.name in PICTURES:
        return _image(node, writer)
    address, title = media.link_of(node, writer.base)
    if not address or address in writer.seen:
        return ""
    writer.seen.add(address)
    return f' <a href="{escape(address)}">{escape(title)}</a> '


def _image(node: Node, writer: Writer) -> str:
    address = media.best_image(node, writer.base)
    if not address or address in writer.seen:
        return ""
    writer.seen.add(address)
    writer.images.append(address)
    inner = next((child for child in node.inlines() if child.name == "img"), node)
    alt = " ".join((inner.get("alt") or node.get("alt") or node.get("data-alt")).split())
    size = "".join(
        f' {name}="{value}"' for name in ("width", "height") if (value := inner.get(name)).isdigit()
    )
    return f'<img src="{escape(address)}" alt="{escape(alt)}"{size}>'


def attributes(node: Node, name: str, writer: Writer) -> str:
    """Render the few attributes that carry meaning."""
    out = [writer.speech.attributes(node)]
    for key in sorted(ATTRIBUTES.get(name, ())):
        value = node.get(key)
        if key in ("start", "value", "colspan", "rowspan") and not value.isdigit():
            continue
        if value and key not in ("href", "src", "dir"):
            out.append(f' {key}="{escape(value)}"')
    return "".join(out)
