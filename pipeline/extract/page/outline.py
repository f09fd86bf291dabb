"""Build the outline of a page: a tree of blocks.

In: a Beautiful Soup tree. Out: nodes in which every run of text is a leaf block of its own,
measured. Never raises. Elements that a browser never shows (scripts, styles, templates) are left
out.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import Final
from unicodedata import combining, normalize

from bs4 import Tag
from bs4.element import NavigableString, RubyParenthesisString, RubyTextString

from pipeline.extract.page import formulae, lexicon, pictures
from pipeline.extract.page.builder import within
from pipeline.extract.page.elements import HEADINGS, INLINE, MEDIA, SUBHEADINGS, UNSEEN
from pipeline.extract.page.node import Node, measure

_WRAPPERS: Final = frozenset(["span", "font", "big", "small", "ins", "data", "time", "label"])
# Blocks that hold one sentence or more, but no other blocks.
_SENTENCES: Final = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "pre", "summary", "figcaption", "caption"]
)
_TITLES: Final = SUBHEADINGS | {"dt", "summary"}
_FRAMES: Final = frozenset(["div", "span"])
_IMAGE = re.compile(r"\.(jpe?g|png|webp|gif|avif)([?#]|$)", re.I)
_BOX = re.compile(
    r"(^|[\s-])(image|img|photo|picture|foto|bild|media|figure|thumb(nail)?)s?([\s-]|$)"
)
_BESIDE = 8  # children of a box that stand before a picture's noscript
_LONGEST = 400  # characters of an id and classes that are read
_SECTION = 3  # levels above a heading at which a section may be named after it
_SLUG = 2  # words of the shortest id that is a heading's and not a name
_WORDS = re.compile(r"[^\W_]+")
# What may be a formula, beside elements with a hyphen in their names.
_FORMULAE: Final = frozenset(["math", "script", "img", "span", "div"])
# Left out even if `lenient`; other unseen elements may contain the rest of a broken page.
_NEVER_SEEN: Final = frozenset(
    ["script", "style", "template", "head", "title", "meta", "link", "base"]
)
_CODE: Final = frozenset({"code", "pre", "kbd", "samp", "tt", "var"})
# Not comments and scripts: Beautiful Soup has subclasses for those strings.
_TEXTS: Final = frozenset([NavigableString, RubyTextString, RubyParenthesisString])


def outline(root: Tag, *, lenient: bool = False) -> Node:
    """Build the outline of a tree and measure it.

    `lenient` includes elements that a browser does not show but that hold the text of some pages:
    of broken ones (an element is not closed) and of those built by scripts (`noscript`).
    """
    top = _build(root, _NEVER_SEEN if lenient else UNSEEN)
    _shape(top)
    _forget_slugs(top)
    measure(top)
    return top


def _forget_slugs(top: Node) -> None:
    """Take ids made of a heading's own words out of the keys of what the heading begins.

    Publishing systems name sections after their headings: "sharing-the-catch" says nothing of the
    page's structure. An id that is the whole name of a thing ("related-articles") is read.
    """
    for heading in top.walk():
        if heading.name not in HEADINGS:
            continue
        words = _slug_words(heading.text())
        first = heading
        for node in (heading, *islice(heading.ancestors(), _SECTION)):
            if node is not heading and _first_leaf(node) is not first:
                break
            name = node.get("id")
            if name and node.tag is not None and _is_slug(name, words):
                node.key = key_of_names(node.get("class"))


def _first_leaf(node: Node) -> Node:
    """Return the first block of a shaped node, itself where it holds none."""
    inner: Node | None = node
    while inner is not None and not inner.leaf:
        node = inner
        inner = next((child for child in node.children if isinstance(child, Node)), None)
    return inner or node


def _is_slug(name: str, words: list[str]) -> bool:
    made = [word for word in _slug_words(name) if not word.isdigit()]
    if len(made) < _SLUG or not set(made) <= set(words):
        return False
    return lexicon.pattern("chrome").fullmatch(key_of_names(name)) is None


def _slug_words(text: str) -> list[str]:
    """Return the words of a heading or an id, without accents, as both are written in ids."""
    plain = "".join(c for c in normalize("NFKD", text.casefold()) if not combining(c))
    return _WORDS.findall(plain)


def key_of(tag: Tag) -> str:
    """Return the id and classes of a tag in one lower-case string, words joined by hyphens."""
    name, classes = tag.attrs.get("id"), tag.attrs.get("class")
    if not name and not classes:
        return ""
    return _key(f"{name} {classes}" if name and classes else str(name or classes))


def key_of_names(words: str) -> str:
    """Return the key of an element with these names: an id, or classes, or both."""
    return _key(words)


@lru_cache(maxsize=8192)  # many elements of a page have the same class and id
def _key(words: str) -> str:
    words = words[:_LONGEST]
    if not words.islower():
        words = _CAMEL.sub("-", words).lower()
    return _JOINTS.sub("-", words) if "_" in words or "--" in words else words


# Naming conventions differ only in how words are joined: articleBody, article-body, article__body.
_JOINTS = re.compile(r"[_-]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _build(root: Tag, unseen: frozenset[str]) -> Node:
    """Copy the tree without comments and unseen elements; iterative, because trees are deep."""
    top = Node(root.name, root, None)
    top.key = key_of(root)
    order = [top]
    stack = [(top, root)]
    while stack:
        parent, tag = stack.pop()
        children = parent.children
        for child in tag.contents:
            if isinstance(child, Tag):
                name = child.name
                if (name in _FORMULAE or "-" in name) and _formula(children, child, parent):
                    continue
                if (name in unseen and not _is_title(child)) or (
                    "aria-hidden" in child.attrs and formulae.is_drawing(child)
                ):
                    if name == "noscript":
                        order += _behind_script(child, parent)
                    continue
                if name in _FRAMES and child.attrs and _is_late_image(child):
                    name = "img"
                node = Node(name, child, parent)
                if child.attrs:
                    node.key = key_of(child)
                children.append(node)
                order.append(node)
                if name in MEDIA:
                    if child.contents:
                        node.children += _alternatives(node, child)
                else:
                    stack.append((node, child))
            elif type(child) in _TEXTS:
                text = str(child)
                children += _with_formulae(text, parent) if formulae.may_hold(text) else [text]
    _set_inline(order)
    return top


def _set_inline(order: Sequence[Node]) -> None:
    """Set whether nodes are inline: those that may be, and hold no blocks."""
    # Parents come before their descendants in `order`, so the reverse visits children
    # first.
    for node in reversed(order):
        if node.name in MEDIA:
            node.inline = True
        else:
            if not (node.name in INLINE or node.name in _SENTENCES):
                _part_customs(node)
            named = node.name in INLINE or "-" in node.name
            node.inline = named and _are_inline(node.children)
            if node.inline and node.name in _WRAPPERS and len(_paragraphs(node.children)) > 1:
                node.inline = False  # paragraphs separated by line breaks


def _are_inline(children: Sequence[Node | str]) -> bool:
    return not [child for child in children if not isinstance(child, str) and not child.inline]


def _part_customs(parent: Node) -> None:
    """Make custom elements blocks that a parent holds without text or other inlines beside them.

    Style sheets decide whether they are; in a sentence they never are.
    """
    customs = 0
    for child in parent.children:
        if isinstance(child, str):
            if child.strip():
                return
        elif child.inline and child.children:
            if "-" not in child.name:
                return
            customs += 1
    if customs > 1:
        for node in parent.nodes():
            if "-" in node.name and node.children and node.name not in MEDIA:
                node.inline = False


def _is_late_image(tag: Tag) -> bool:
    """Say whether an empty element is the placeholder of an image that a script loads."""
    address = tag.attrs.get("data-src") or tag.attrs.get("data-original")
    if not address or _IMAGE.search(str(address)) is None:
        return False
    return all(
        child.name == "noscript" if isinstance(child, Tag) else not child.strip()
        for child in tag.contents
        if isinstance(child, Tag) or type(child) is NavigableString
    )


def _is_title(tag: Tag) -> bool:
    """Say whether a button is the title of the part under it: in a heading, or one of several."""
    if tag.name != "button" or tag.parent is None:
        return False
    if tag.parent.name in _TITLES:
        return True
    part = tag.find_next_sibling()
    if not isinstance(part, Tag) or part.name not in ("div", "section"):
        return False
    after, before = part.find_next_sibling(), tag.find_previous_sibling()
    if isinstance(before, Tag) and before.name == part.name:
        before = before.find_previous_sibling()
    return any(isinstance(one, Tag) and one.name == "button" for one in (after, before))


def _behind_script(tag: Tag, parent: Node) -> list[Node]:
    """Add the picture of a `noscript` in a figure or box that shows no other picture; return it.

    Beside a picture that has no address yet no box is needed.
    """
    images = list(islice(within(tag, "img"), 2))
    if len(images) != 1 or tag.get_text(strip=True):
        return []
    image = images[0]
    if pictures.waiting(tag) is not None:
        shown = pictures.has_address(image.attrs)
    else:
        shown = _is_missing(image, parent)
    if not shown:
        return []
    found = Node("img", image, parent)
    found.key = key_of(image)
    parent.children.append(found)
    return [found]


def _is_missing(image: Tag, parent: Node) -> bool:
    """Say whether a figure or box has no other picture than the one for those without scripts."""
    if not (_IMAGE.search(str(image.get("src"))) or image.get("srcset")):
        return False
    beside = islice(reversed(parent.children), _BESIDE)
    if any(isinstance(child, Node) and child.name in MEDIA for child in beside):
        return False  # a script loads that one, from the address in its attributes
    around = islice((parent, *parent.ancestors()), 3)
    return any(node.name == "figure" or _BOX.search(node.key) for node in around)


def _alternatives(node: Node, tag: Tag) -> list[Node]:
    """Return the images and sources within a picture or player, at any depth.

    libxml2 does not know that `<source>` has no end tag, so each one contains those after it.
    """
    found = []
    for inner in within(tag, "img", "source"):
        child = Node(inner.name, inner, node)
        child.inline = True
        found.append(child)
    return found


def _formula(children: list[Node | str], tag: Tag, parent: Node) -> bool:
    """Replace a formula by its text, which is not translated; say whether there was one."""
    text = formulae.line(tag)
    if text is None:
        return False
    if text:
        node = Node("code", None, parent)
        node.inline = True
        node.children = [text]
        block = formulae.is_block(tag)
        before, after = (block or _is_space(tag, end) for end in (0, -1))
        children.extend(part for part in (before and " ", node, after and " ") if part)
    return True


def _with_formulae(text: str, parent: Node) -> list[Node | str]:
    """Return a text with the formulae in it, which are written as TeX; those in code stay text."""
    if any(node.name in _CODE for node in islice((parent, *parent.ancestors()), 4)):
        return [text]
    found: list[Node | str] = []
    for part, formula in formulae.written(text):
        node = Node("code", None, parent)
        node.inline, node.children = True, [part]
        found += [node if formula else part] if part else []
    return found


def _is_space(tag: Tag, end: int) -> bool:
    """Say whether a script set the space beside a formula into the formula's own element."""
    if tag.name in ("math", "script") or not tag.contents:
        return False
    edge = tag.contents[end]
    return type(edge) is NavigableString and not edge.strip()


def _shape(top: Node) -> None:
    """Make every block a leaf with inline content only, or a container with blocks only."""
    stack = [top]
    while stack:
        node = stack.pop()
        if node.inline and node is not top:
            continue
        children = node.children
        if _are_inline(children):
            runs = _paragraphs(children)
            if len(runs) <= 1 or node.name in ("pre", "th", "li", "figcaption", "caption"):
                node.leaf = True
                continue
            if node.name == "p" or node.name.startswith("h"):
                # A p that holds several paragraphs becomes a container: p must not contain p.
                node.name = "div" if node.name == "p" else node.name
                if node.name != "div":
                    node.leaf = True
                    continue
            node.children = [_run(node, run) for run in runs]
            continue
        if node.name == "p":
            node.name = "div"
        shaped: list[Node | str] = []
        run: list[Node | str] = []
        for child in children:
            if isinstance(child, str) or child.inline:
                run.append(child)
                continue
            shaped.extend(_run(node, part) for part in _paragraphs(run))
            run = []
            shaped.append(child)
            stack.append(child)
        shaped.extend(_run(node, part) for part in _paragraphs(run))
        node.children = shaped


def _run(parent: Node, children: list[Node | str]) -> Node:
    node = Node("p", None, parent)
    node.leaf = True
    node.children = children
    for child in children:
        if isinstance(child, Node):
            child.parent = node
    return node


def _paragraphs(children: list[Node | str]) -> list[list[Node | str]]:
    """Split inline content at double line breaks, without parts that are only white space."""
    if not [child for child in children if not isinstance(child, str) and child.name == "br"]:
        return [children] if _shows(children) else []
    runs: list[list[Node | str]] = [[]]
    breaks = 0
    for child in children:
        if isinstance(child, Node) and child.name == "br":
            breaks += 1
            if breaks == 1:
                runs[-1].append(child)
            elif breaks == 2:
                runs[-1].pop()
                runs.append([])
            continue
        if breaks and isinstance(child, str) and not child.strip():
            continue
        breaks = 0
        runs[-1].append(child)
    return [run for run in runs if _shows(run)]


def _shows(run: Sequence[Node | str]) -> bool:
    """Say whether a run is more than white space."""
    return any(not isinstance(child, str) or not child.isspace() for child in run if child)
