"""Captions and credits next to pictures outside a figure: both are put into a figure.

In: a trimmed container, which is changed in place. Pictures get figures with their captions.
Verdicts set: "caption" (moved into a figure), "credit" and "pictureless" (without a picture),
"repeated" (second copy), "counter". Never raises. A paragraph of the article is not taken: a
caption is named one in its class, or its text begins like a credit.
"""

import re
from functools import cache
from itertools import islice

from pipeline.extract.page import lexicon
from pipeline.extract.page.elements import MEDIA, PICTURES
from pipeline.extract.page.node import Node

_NAMED = re.compile(
    r"caption|credit|legend|bildunterschrift|bildtext|bildquelle|copyright|cutline|pie-?de-?foto"
    r"|legende|didascalia|(photo|image|img|picture|foto|bild|media)-?(text|info|source|by|desc)"
)
COUNTER = r"\d{1,3}\s*(of|/|von|de|di|van|из|iz|z|sur|av)\s*\d{1,3}"
"""A regular expression for the number of a picture in its gallery: "3 of 12"."""
_COUNTER = re.compile(rf"\W*{COUNTER}\W*", re.I)
_CAPTION = re.compile(
    r"(^|[\s-])(caption|bild-?unterschrift|bild-?text|cutline|pie-?de-?foto|didascalia)([\s-]|$)"
)
_BOX = re.compile(
    r"(^|[\s-])(image|img|photo|picture|pic|foto|bild|figure|imagen|imagem)s?([\s-]|$)"
)
_MANY = 24  # children of a node that is too large for a picture's box
_BOXED = 400  # width of the only text in a picture's box
_LONGEST = 600  # width of a caption
_CREDIT = 120  # width of a credit
_NEAR = 3  # levels between a picture and its caption
_REPEATED = 40  # characters from which a repeated caption is no coincidence
_SAME = 60  # characters that make two captions equal


def gather(container: Node) -> None:
    """Make figures of pictures and the captions next to them, in place."""
    figcaptions = [node for node in container.walk() if node.name == "figcaption"]
    for node in figcaptions:
        _flatten(node)
        _uncount(node)
    for node in figcaptions:
        if node.verdict is None:
            _complete(node)
    leaves = list(container.leaves())
    for place, leaf in enumerate(leaves):
        if leaf.verdict is not None or _in_figure(leaf, container):
            continue
        pictures = [node for node in leaf.inlines() if node.name in PICTURES]
        if leaf.chars and _is_credit(leaf) and not pictures:
            _judge_credit(leaf, container)
        elif (
            leaf.chars
            and not pictures
            and _lacks_picture(leaf, leaves[max(0, place - 2) : place + 3], container)
        ):
            leaf.verdict = "pictureless"
        elif pictures and leaf.chars:
            _split(leaf)
        elif pictures:
            captions = _following(leaf, leaves[place + 1 : place + 4], container)
            if captions:
                _frame(leaf, captions, container)


def _uncount(caption: Node) -> None:
    """Remove the counter of a gallery from the beginning of a caption: "1 of 4"."""
    first = next(iter(caption.children), None)
    if isinstance(first, Node) and _COUNTER.fullmatch(first.text()):
        first.verdict = "counter"


def _flatten(caption: Node) -> None:
    """Make one run of inline content from a caption of several blocks, its markup kept."""
    leaves = list(caption.leaves())
    if caption.leaf or any(_shows(leaf) for leaf in leaves):
        return
    caption.children = [part for leaf in leaves for part in (" ", *leaf.children)]
    caption.leaf = True
    for child in caption.nodes():
        child.parent = caption


def _complete(caption: Node) -> None:
    """Move the credit beside a caption into it; drop a caption without a picture."""
    figure = next((node for node in caption.ancestors() if node.name == "figure"), None)
    if figure is not None and all(
        _is_empty(leaf) for leaf in figure.leaves() if leaf is not caption
    ):
        caption.verdict = "pictureless"
        return
    if figure is None or not any(_shows(leaf) for leaf in figure.leaves()):
        if _is_credit(caption):
            caption.verdict = "credit"
        return
    for leaf in figure.leaves():
        if leaf is not caption and leaf.chars and _is_credit(leaf) and not _shows(leaf):
            caption.children += [" ", *leaf.children]
            leaf.verdict = "caption"


def _following(picture: Node, leaves: list[Node], container: Node) -> list[Node]:
    """Return the blocks after a picture that are its caption and credit."""
    near = {id(node) for node in islice(picture.ancestors(), _NEAR)} - {id(container)}
    found: list[Node] = []
    for leaf in leaves:
        if leaf.verdict is not None or not leaf.chars or leaf.chars > _LONGEST:
            break
        fits = _is_named(leaf, container) or _is_credit(leaf) or _is_boxed(picture, leaf)
        if leaf.name[0] == "h" or not fits:
            break
        beside = leaf.parent is picture.parent
        if not beside and not any(id(node) in near for node in islice(leaf.ancestors(), _NEAR)):
            break
        found.append(leaf)
    return found


def _is_boxed(picture: Node, leaf: Node) -> bool:
    """Say whether a box with an image's class holds a picture and one text, nothing else."""
    if leaf.chars > _BOXED:
        return False
    for node in islice(picture.ancestors(), _NEAR):
        if len(node.children) > _MANY:
            return False
        shown = [other for other in node.leaves() if other.chars or other is picture]
        if len(shown) > 1:
            return shown == [picture, leaf] and _BOX.search(node.key) is not None
    return False


def _frame(picture: Node, captions: list[Node], container: Node) -> None:
    """Put a figure in the place of the picture, or of the smallest block that holds it all."""
    place = picture
    wanted = {id(picture), *map(id, captions)}
    for node in islice(picture.ancestors(), _NEAR):
        if node is container or any(id(leaf) not in wanted for leaf in node.leaves()):
            break
        place = node
    parent = place.parent
    if parent is None:
        return
    figure = Node("figure", None, parent)
    inner = Node("p", None, figure)
    inner.leaf, inner.children = True, picture.children
    figure.children = [inner, _caption(figure, captions)]
    parent.children[parent.children.index(place)] = figure
    for leaf in captions:
        leaf.verdict = "caption"


def _caption(figure: Node, leaves: list[Node]) -> Node:
    caption = Node("figcaption", None, figure)
    caption.leaf = True
    for leaf in leaves:
        caption.children += [" ", *leaf.children] if caption.children else leaf.children
    return caption


def _split(leaf: Node) -> None:
    """Make a figure of a block that holds a picture and then its caption or credit."""
    children = leaf.children
    last = max(i for i, child in enumerate(children) if isinstance(child, Node) and _shows(child))
    rest = Node("p", None, None)
    rest.children = children[last + 1 :]
    text = rest.text()
    before = Node("p", None, None)
    before.children = children[: last + 1]
    if before.text() or not 0 < len(text) <= _LONGEST:
        return
    spoken = " ".join(node.key for node in rest.inlines())
    if not (_NAMED.search(f"{leaf.key} {spoken}") or _says_credit(text)):
        return
    inner, caption = Node("p", None, leaf), Node("figcaption", None, leaf)
    inner.leaf = caption.leaf = True
    inner.children, caption.children = before.children, rest.children
    leaf.name, leaf.leaf, leaf.children = "figure", False, [inner, caption]


def _shows(node: Node) -> bool:
    return any(inner.name in PICTURES for inner in (node, *node.inlines()))


def _is_empty(leaf: Node) -> bool:
    return not leaf.chars and not any(node.name in MEDIA for node in (leaf, *leaf.inlines()))


def _lacks_picture(leaf: Node, around: list[Node], container: Node) -> bool:
    """Say whether a block with a caption's class has no picture near."""
    if (
        leaf.chars > _LONGEST
        or leaf.name[0] == "h"
        or not any(_CAPTION.search(node.key) for node in islice((leaf, *leaf.ancestors()), 2))
    ):
        return False
    near = list(around)
    for node in islice(leaf.ancestors(), _NEAR):
        if node is container:
            break
        if len(node.children) > _MANY:
            return False
        near += node.leaves()
    return not any(inner.name in MEDIA for other in near for inner in (other, *other.inlines()))


def _in_figure(leaf: Node, container: Node) -> bool:
    for node in (leaf, *leaf.ancestors()):
        if node.name in ("figure", "figcaption"):
            return True
        if node is container:
            break
    return False


def _is_named(leaf: Node, container: Node) -> bool:
    if leaf.name == "figcaption":
        return True
    for node in islice((leaf, *leaf.ancestors()), 2):
        if node is container:
            break
        if node.key and _NAMED.search(node.key):
            return True
    inner = [child for child in leaf.children if not isinstance(child, str) or child.strip()]
    return bool(inner) and all(
        isinstance(child, Node) and _NAMED.search(child.key) is not None for child in inner
    )


def _is_credit(leaf: Node) -> bool:
    return leaf.chars <= _CREDIT and leaf.name[0] != "h" and _says_credit(leaf.text())


def _says_credit(text: str) -> bool:
    return len(text) <= _CREDIT and _credit().match(text) is not None


def _judge_credit(leaf: Node, container: Node) -> None:
    """Set the verdict of a credit that has no picture near."""
    for node in islice(leaf.ancestors(), 2):
        if any(_shows(other) for other in node.leaves()):
            return
        if node is container:
            break
    leaf.verdict = "credit"


@cache
def _credit() -> re.Pattern[str]:
    """Return a pattern of credits: "Photo: …", "Foto von …", "Getty Images"."""
    words = "|".join(map(re.escape, lexicon.data("captions")["credit"]["words"]))
    agencies = "|".join(map(re.escape, lexicon.data("captions")["credit"]["agencies"]))
    named = (
        rf"(?i:\W*({words})\s*(credit|source)?\s*([:：/|©–—-]|by\b|von\b|par\b|de\b|di\b|via\b))"
    )
    # Names before an agency's, and no full stop after it: a sentence about the agency has one.
    sold = rf"\W?([^\W\d_a-z][\w.'’-]*[ ,/&|–-]+){{0,6}}(?i:{agencies})( [Ii]mages?)?[\])| ]*$"
    return re.compile(rf"{named}|{sold}|\W?(©|\([cC]\))")


def drop_repeated(container: Node) -> None:
    """Set the verdict of captions told before: with the large picture, with the small one."""
    first: dict[str, Node] = {}
    for leaf in list(container.leaves()):
        if not (_is_named(leaf, container) or _in_figure(leaf, container)):
            continue
        text = leaf.text()
        counter = _COUNTER.match(text)
        words = lexicon.normal(text[counter.end() :] if counter else text)
        if len(words) < _REPEATED:
            continue
        known = first.setdefault(words[:_SAME], leaf)
        if known is not leaf:
            shorter, longer = sorted((known, leaf), key=lambda node: node.chars)
            (leaf if known.chars == leaf.chars else shorter).verdict = "repeated"
            first[words[:_SAME]] = known if known.chars == leaf.chars else longer
