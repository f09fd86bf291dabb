"""Render the nodes of a container as sanitised HTML and as plain text.

In: the container and the base URL. Out: markup and text of the same content, without nodes that
have a verdict. Never raises. Elements, attributes and addresses that are not listed here are
dropped; nh3 checks the result once more.
"""

from dataclasses import dataclass
from html import escape
from typing import Final

import nh3

from pipeline.extract.body import marks
from pipeline.extract.body.inlines import ATTRIBUTES, INLINES, Writer, attributes, markup_of
from pipeline.extract.body.speech import Speech
from pipeline.extract.page import lexicon
from pipeline.extract.page.node import Node

_BLOCKS: Final = {
    "p": "p", "h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6",
    "ul": "ul", "ol": "ol", "menu": "ul", "li": "li", "dl": "dl", "dt": "dt", "dd": "dd",
    "blockquote": "blockquote", "figure": "figure", "figcaption": "figcaption", "pre": "pre",
    "table": "table", "caption": "caption", "thead": "thead", "tbody": "tbody", "tfoot": "tfoot",
    "tr": "tr", "th": "th", "td": "td",
}  # fmt: skip
_TAGS: Final = {*_BLOCKS.values(), *INLINES.values(), "img", "hr", "span"}
_CELLS: Final = frozenset({"td", "th"})
_LIST_ITEMS: Final = {"li": ("ul", "ol"), "dt": ("dl",), "dd": ("dl",)}
_ROWS: Final = frozenset({"thead", "tbody", "tfoot", "tr", "td", "th", "caption"})
# nh3's time grows with the square of the number of these in one text: 0.1 s for this many, nearly
# an hour for ten megabytes of them.
_SLOW: Final = (("&amp;", ""), ("\u00a0", " "))
_MOST_SLOW: Final = 50_000


@dataclass(slots=True)
class Body:
    """The rendered article: `html`, `text`, and the addresses of its images, in order."""

    html: str
    text: str
    images: tuple[str, ...] = ()


def render(container: Node, base: str, title: str = "") -> Body:
    """Render the container. A heading that repeats the title is left out."""
    writer = Writer(base, lexicon.fold(title), Speech(container, _BLOCKS), marks.find(container))
    html = "\n".join(part for part in _children(container, writer, "") if part)
    if container.leaf:
        html = _leaf(container, writer, "")
    clean = nh3.clean(
        _bounded(html),
        tags=_TAGS,
        attributes=ATTRIBUTES,
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


def _children(node: Node, writer: Writer, within: str) -> list[str]:
    return [
        _block(child, writer, within)
        for child in node.children
        if isinstance(child, Node) and child.verdict is None
    ]


def _block(node: Node, writer: Writer, within: str) -> str:
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
        return f"<{name}{writer.speech.attributes(node)}>{escape(text)}</{name}>"
    if not name:
        inner = [part for part in _children(node, writer, within) if part]
        return "\n".join(inner)
    return _wrapped(name, node, writer)


def _wrapped(name: str, node: Node, writer: Writer) -> str:
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
        start = len(writer.text)
        inner = "".join(_children(node, writer, name if name in _CONTEXTS else ""))
        if name in _CELLS:  # the text of a table has a line for each row
            cell = " ".join(writer.text[start:])
            writer.text[start:] = [cell] if cell else []
    if not inner.strip():
        return ""
    return f"<{name}{attributes(node, name, writer)}>{inner}</{name}>"


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


def _leaf(node: Node, writer: Writer, within: str) -> str:
    name = _BLOCKS.get(node.name, "p")
    if name not in ("p", "pre") and not _allowed(name, within):
        name = "p"
    if name in ("ul", "ol", "dl", "table", "tr", "thead", "tbody", "tfoot", "figure", "blockquote"):
        inner, text = markup_of(node, writer)
        if not inner.strip():
            return ""
        if text:
            writer.text.append(text)
        spoken = writer.speech.attributes(node)
        if name in ("figure", "blockquote"):
            return f"<{name}{spoken}>{inner if not text else f'<p>{inner}</p>'}</{name}>"
        return f"<p{spoken}>{inner}</p>"
    if name == "pre":
        text = _raw(node)
        if not text.strip():
            return ""
        writer.text.append(text.strip("\n"))
        spoken = writer.speech.attributes(node)
        return f"<pre{spoken}>{escape(text.strip(chr(10)), quote=False)}</pre>"
    inner, text = markup_of(node, writer)
    if not inner:
        return "<td></td>" if name == "td" and within == "tr" else ""
    if name[0] == "h" and writer.title and lexicon.folds_to(text, writer.title):
        return ""
    if text:
        writer.text.append(text)
    elif name not in ("li", "td", "th", "figcaption", "p"):
        name = "p"
    if not text and name == "p" and ("<img" in inner or within == "figure"):
        return inner if within == "figure" else f"<figure>{inner}</figure>"
    return f"<{name}{attributes(node, name, writer)}>{inner}</{name}>"


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
