"""Render the nodes of a container as sanitised HTML and as plain text.

In: the container and the base URL. Out: markup and text of the same content, without nodes that
have a verdict. Never raises. Elements, attributes and addresses that are not listed here are
dropped; nh3 checks the result once more.
"""

import re
from dataclasses import dataclass, field
from html import escape
from typing import Final

import nh3

from pipeline.extract.body import media
from pipeline.extract.page import lexicon, urls
from pipeline.extract.page.elements import MEDIA, PICTURES
from pipeline.extract.page.node import Node

_BLOCKS: Final = {
    "p": "p", "h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6",
    "ul": "ul", "ol": "ol", "menu": "ul", "li": "li", "dl": "dl", "dt": "dt", "dd": "dd",
    "blockquote": "blockquote", "figure": "figure", "figcaption": "figcaption", "pre": "pre",
    "table": "table", "caption": "caption", "thead": "thead", "tbody": "tbody", "tfoot": "tfoot",
    "tr": "tr", "th": "th", "td": "td",
}  # fmt: skip
_INLINES: Final = {
    "a": "a", "b": "strong", "strong": "strong", "i": "em", "em": "em", "cite": "cite",
    "code": "code", "tt": "code", "samp": "code", "kbd": "kbd", "var": "var", "sub": "sub",
    "sup": "sup", "del": "del", "s": "del", "strike": "del", "ins": "ins", "u": "u", "mark": "mark",
    "small": "small", "abbr": "abbr", "acronym": "abbr", "dfn": "dfn", "q": "q", "ruby": "ruby",
    "rt": "rt", "rp": "rp", "bdi": "bdi", "bdo": "bdo", "wbr": "wbr", "br": "br",
}  # fmt: skip
_ATTRIBUTES: Final = {
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
_TAGS: Final = {*_BLOCKS.values(), *_INLINES.values(), "img", "hr"}
_JOINED: Final = frozenset({"a", "strong", "em", "u", "code", "sub", "sup", "mark", "small"})
_CELLS: Final = frozenset({"td", "th"})
_LIST_ITEMS: Final = {"li": ("ul", "ol"), "dt": ("dl",), "dd": ("dl",)}
_ROWS: Final = frozenset({"thead", "tbody", "tfoot", "tr", "td", "th", "caption"})
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_RETURN = re.compile("[\u21a9\u21a5\u2191\u21e7\u25b2\u2b06^\ufe0e\ufe0f]+")
# nh3's time grows with the square of the number of these in one text: 0.1 s for this many, nearly
# an hour for ten megabytes of them.
_SLOW: Final = (("&amp;", ""), ("\u00a0", " "))
_MOST_SLOW: Final = 50_000
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


@dataclass(slots=True)
class Body:
    """The rendered article: `html`, `text`, and the addresses of its images, in order."""

    html: str
    text: str
    images: tuple[str, ...] = ()


@dataclass(slots=True)
class _Writer:
    base: str
    title: str
    seen: set[str] = field(default_factory=set)
    images: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


def render(container: Node, base: str, title: str = "") -> Body:
    """Render the container. A heading that repeats the title is left out."""
    writer = _Writer(base, lexicon.fold(title))
    html = "\n".join(part for part in _children(container, writer, "") if part)
    if container.leaf:
        html = _leaf(container, writer, "")
    clean = nh3.clean(
        _bounded(html),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        strip_comments=True,
    )
    text = "\n\n".join(part for part in writer.text if part.strip())
    return Body(clean, text, tuple(writer.images))


def _bounded(html: str) -> str:
    """Return the HTML with no more ampersands and hard spaces than any article has."""
    for slow, instead in _SLOW:
        if html.count(slow) > _MOST_SLOW:
            parts = html.split(slow)
            html = slow.join(parts[:_MOST_SLOW]) + instead + instead.join(parts[_MOST_SLOW:])
    return html


def _children(node: Node, writer: _Writer, within: str) -> list[str]:
    return [
        _block(child, writer, within)
        for child in node.children
        if isinstance(child, Node) and child.verdict is None
    ]


def _block(node: Node, writer: _Writer, within: str) -> str:
    """Render a block. `within` is the name of the list or table around it."""
    if node.inline:
        return _leaf(node, writer, within)
    if node.leaf:
        return _leaf(node, writer, within)
    name = _BLOCKS.get(node.name, "")
    if name == "table" and _is_layout(node):
        name = ""
    if not _allowed(name, within):
        name = ""
    if name in ("figure", "blockquote") or name in ("li", "td", "th", "dd"):
        return _wrapped(name, node, writer)
    if name in ("h2", "h3", "h4", "h5", "h6", "p", "pre", "dt", "caption", "figcaption"):
        # A heading or caption that holds blocks: only its text is kept.
        text = node.text()
        if not text:
            return "".join(_children(node, writer, ""))
        if name[0] == "h" and lexicon.fold(text) == writer.title:
            return ""
        writer.text.append(text)
        return f"<{name}>{escape(text)}</{name}>"
    if not name:
        inner = [part for part in _children(node, writer, within) if part]
        return "\n".join(inner)
    return _wrapped(name, node, writer)


def _wrapped(name: str, node: Node, writer: _Writer) -> str:
    if name == "tr":
        start = len(writer.text)
        inner = "".join(_children(node, writer, name))
        row = "\t".join(" ".join(part.split()) for part in writer.text[start:])
        writer.text[start:] = [row] if row else []
    elif name in ("ul", "ol", "dl", "table"):
        start = len(writer.text)
        inner = "".join(_children(node, writer, name))
        lines = "\n".join(writer.text[start:])
        writer.text[start:] = [lines] if lines else []
    else:
        inner = "".join(_children(node, writer, name if name in _CONTEXTS else ""))
    if not inner.strip():
        return ""
    return f"<{name}{_attributes(node, name)}>{inner}</{name}>"


_CONTEXTS = frozenset({"ul", "ol", "dl", "table", "thead", "tbody", "tfoot", "tr", "figure"})


def _allowed(name: str, within: str) -> bool:
    """Say whether an element may be there: list items need a list, cells a row."""
    if name in _LIST_ITEMS:
        return within in _LIST_ITEMS[name]
    if name in _CELLS:
        return within == "tr"
    if name == "tr":
        return within in ("table", "thead", "tbody", "tfoot")
    if name in _ROWS:
        return within == "table"
    if name == "figcaption":
        return within == "figure"
    return True


def _is_layout(table: Node) -> bool:
    """Say whether a table is for layout: one column, one row, or long prose in its cells."""
    if table.get("role") == "presentation":
        return True
    rows = [node for node in table.walk() if node.name == "tr"]
    cells = [sum(1 for cell in row.nodes() if cell.name in _CELLS) for row in rows]
    if not rows or (max(cells, default=0) <= 1 and len(rows) <= 1):
        return True
    if any(node.name in ("th", "caption") for node in table.walk()):
        return False
    if len(rows) == 1 or max(cells) == 1:
        return True
    return any(node.name == "td" and node.prose > 800 for node in table.walk())


def _leaf(node: Node, writer: _Writer, within: str) -> str:
    name = _BLOCKS.get(node.name, "p")
    if name not in ("p", "pre") and not _allowed(name, within):
        name = "p"
    if name in ("ul", "ol", "dl", "table", "tr", "thead", "tbody", "tfoot", "figure", "blockquote"):
        inner, text = _inline_markup(node, writer)
        if not inner.strip():
            return ""
        if text:
            writer.text.append(text)
        if name in ("figure", "blockquote"):
            return f"<{name}>{inner if not text else f'<p>{inner}</p>'}</{name}>"
        return f"<p>{inner}</p>"
    if name == "pre":
        text = _raw(node)
        if not text.strip():
            return ""
        writer.text.append(text.strip("\n"))
        return f"<pre>{escape(text.strip(chr(10)), quote=False)}</pre>"
    inner, text = _inline_markup(node, writer)
    if not inner:
        return "<td></td>" if name == "td" and within == "tr" else ""
    if name[0] == "h" and writer.title and lexicon.fold(text) == writer.title:
        return ""
    if text:
        writer.text.append(text)
    elif name not in ("li", "td", "th", "figcaption", "p"):
        name = "p"
    if not text and name == "p" and ("<img" in inner or within == "figure"):
        return inner if within == "figure" else f"<figure>{inner}</figure>"
    return f"<{name}{_attributes(node, name)}>{inner}</{name}>"


def _inline_markup(node: Node, writer: _Writer) -> tuple[str, str]:
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


def _inline(node: Node, writer: _Writer, out: list[str], text: list[str]) -> None:
    """Render the content of a leaf, iteratively; end tags wait on the stack.

    Two links to one address with nothing between them become one, and so do two runs of emphasis:
    editors leave such pairs behind, even inside words.
    """
    stack: list[tuple[Node | str, str]] = [(child, "") for child in reversed(node.children)]
    closed = ""
    while stack:
        item, opening = stack.pop()
        if isinstance(item, str):
            if opening:
                out.append(item)
                closed = opening
            else:
                out.append(escape(item, quote=False))
                text.append(_SPACES.sub(" ", item))
            continue
        if item.verdict is not None:
            continue
        if item.name in MEDIA:
            out.append(_medium(item, writer))
            continue
        if item.name == "br":
            out.append("<br>")
            text.append("\n")
            continue
        name = _INLINES.get(item.name, "")
        if name == "wbr":
            out.append("<wbr>")
            continue
        if name in ("rt", "rp"):  # the pronunciation of a word: no part of the sentence
            out.append(f"<{name}>{escape(item.text(), quote=False)}</{name}>")
            continue
        if name and name != "a" and not _shows_anything(item):
            if any(isinstance(c, str) for c in item.children):  # the space between two words
                out.append(" ")
                text.append(" ")
            continue
        if name == "a" and item.chars <= 3 and _RETURN.fullmatch(item.text()):
            continue  # the link back from a footnote: its anchor is not kept
        opening = _opening(item, name, writer.base)
        if opening:
            if name in _JOINED and opening == closed and out and out[-1] == f"</{name}>":
                out.pop()
            else:
                out.append(opening)
            stack.append((f"</{name}>", opening))
        stack.extend((child, "") for child in reversed(item.children))


def _shows_anything(node: Node) -> bool:
    return bool(node.chars) or any(child.name in MEDIA for child in node.inlines())


def _opening(node: Node, name: str, base: str) -> str:
    """Return the start tag of an inline element, "" where only its content is kept."""
    if name != "a":
        return f"<{name}{_attributes(node, name)}>" if name else ""
    href = urls.absolute(node.get("href"), base)
    return f'<a href="{escape(href)}">' if href and not node.get("href").startswith("#") else ""


def _raw(node: Node) -> str:
    """Return the text of a preformatted block with its white space."""
    out: list[str] = []
    stack: list[Node | str] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            out.append(item)
        elif item.verdict is None:
            if item.name == "br":
                out.append("\n")
            stack.extend(reversed(item.children))
    return "".join(out)


def _medium(node: Node, writer: _Writer) -> str:
    if node.name in PICTURES:
        return _image(node, writer)
    address, title = media.link_of(node, writer.base)
    if not address or address in writer.seen:
        return ""
    writer.seen.add(address)
    return f'<a href="{escape(address)}">{escape(title)}</a>'


def _image(node: Node, writer: _Writer) -> str:
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


def _attributes(node: Node, name: str) -> str:
    """Render the few attributes that carry meaning."""
    if node.tag is None or not node.tag.attrs:
        return ""
    out = []
    for key in ("lang", "dir", *sorted(_ATTRIBUTES.get(name, ()))):
        value = node.get(key)
        if key == "lang" and not _LANGUAGE.fullmatch(value):
            continue
        if key == "dir" and value.lower() not in ("ltr", "rtl", "auto"):
            continue
        if key in ("start", "value", "colspan", "rowspan") and not value.isdigit():
            continue
        if value and key not in ("href", "src"):
            out.append(f' {key}="{escape(value)}"')
    return "".join(out)
