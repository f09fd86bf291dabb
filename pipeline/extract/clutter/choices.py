"""What can be pressed in and around the blocks of an article: evidence that needs no words.

In: the leaf blocks of a container, in order. Out: the `Shape` of each. Never raises. An article has
no choices; a notice has some, at its end or in its box. A control whose words are a number, a
social network or nothing at all is no choice: those of share bars and galleries. Nor is what is
offered again and again, as below each comment.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bs4 import Tag

from pipeline.extract.clutter import promotion
from pipeline.extract.page.node import Node, width

LABEL: Final = 40  # characters of a button whose words are not known
STOP = re.compile(r"[.!?。！？।؟…]")
"""What ends a sentence."""

_STEP = 60  # elements after a block among which its buttons stand
_WORDS = 60  # width of the longest words of a choice
_OFTEN = 2  # times that a notice has a choice: on its first and on its second page
_BOX = 2000  # width of the largest box that a notice fills
_DEPTH = 8  # levels above a control or a block at which a box may be
_LETTERS = re.compile(r"[^\W\d_].*[^\W\d_]")
_POLICY = re.compile(
    "cookie|privac|gdpr|rgpd|dsgvo|lgpd|ccpa|datenschutz|consent|tcf|vendors|polic[yi]|confidential"
)
_DIALOGS: Final = frozenset({"dialog", "alertdialog"})
_FORMS: Final = frozenset({"form", "fieldset", "dialog"})
_FIELDS: Final = frozenset({"text", "email", "search", "tel", "password", ""})
_BUTTONS: Final = frozenset({"submit", "button"})
_SWITCHES: Final = frozenset({"checkbox", "radio"})
_PAGES: Final = frozenset({"header", "article", "main", "body"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What can be pressed in and around a block.

    `links` counts those of its links that lead nowhere or are buttons; `press` says that it is
    nothing else. `controls` counts what can be pressed from it up to the next block, `choices` the
    ones among them with words of their own and switches. `policy`: it links to a page of the site
    on privacy, told by the address. `boxed` counts the choices in a box around it that is no larger
    than a notice. `form`: the box is a dialogue or a form without a field for text. `box` is the
    same for the blocks of one such box, 0 outside.
    """

    links: int = 0
    press: bool = False
    controls: int = 0
    choices: int = 0
    policy: bool = False
    boxed: int = 0
    form: bool = False
    box: int = 0

    @property
    def offers(self) -> bool:
        """Whether the block has choices in it or after it, or the link to a policy."""
        return self.choices > 0 or self.policy


NOTHING: Final = Shape()


@dataclass(slots=True)
class _Around:
    """The controls from one block up to the next, and those of them that are choices."""

    controls: int = 0
    choices: int = 0


def read(leaves: Sequence[Node], texts: Sequence[str], whole: int) -> list[Shape]:
    """Return the shapes of blocks; `whole` is the width of all their text."""
    inside: Counter[int] = Counter()
    around = _around(leaves, inside)
    links = [list(_pressed_links(leaf)) for leaf in leaves]
    pressed = [
        len(text) <= 3 * LABEL and _is_pressed(leaf, text, words)
        for leaf, text, words in zip(leaves, texts, links, strict=True)
    ]
    shapes = []
    for place, leaf in enumerate(leaves):
        box, boxed = _box(leaf, inside, min(_BOX, whole // 2))
        count = len(links[place])
        shapes.append(
            Shape(
                links=count,
                press=pressed[place],
                controls=max(int(pressed[place]), count) + around[place].controls,
                choices=around[place].choices,
                policy=_links_policy(leaf),
                boxed=boxed,
                form=box is not None and _is_form(box),
                box=id(box) if box is not None else 0,
            )
        )
    return shapes


def _is_pressed(leaf: Node, text: str, links: Sequence[str]) -> bool:
    """Say whether a block is nothing but what is pressed: by its role, or by its links."""
    if any(_is_button(node) for node in islice((leaf, *leaf.ancestors()), 2)):
        return True
    return sum(map(len, links)) > 0.6 * max(1, len(text))


def _pressed_links(leaf: Node) -> Iterator[str]:
    """Yield the words of the links of a block that lead nowhere or are buttons by their role."""
    for node in leaf.inlines():
        address = node.get("href")
        nowhere = node.name == "a" and (address[:1] in ("#", "") or "javascript:" in address[:12])
        if _is_button(node) or nowhere:
            words = node.text()
            if len(words) > 3 and promotion.NETWORK.search(words) is None:  # no mark of a footnote
                yield words


def _is_button(node: Node) -> bool:
    return node.get("role").lower() == "button" or node.get("tabindex") == "0"


def _links_policy(leaf: Node) -> bool:
    """Say whether a block links to a page of the site whose address speaks of privacy."""
    return any(
        node.name == "a" and len(node.get("href")) < _WORDS and _is_policy(node.get("href"))
        for node in leaf.inlines()
    )


def _is_policy(address: str) -> bool:
    path = address.lower().partition("//")[2].partition("/")[2] or address.lower()
    name = path.rstrip("/").rpartition("/")[2]
    return name.count("-") < 4 and _POLICY.search(name) is not None  # no headline


def _around(leaves: Sequence[Node], inside: Counter[int]) -> list[_Around]:
    """Find the controls of each block and those that follow it; count choices in each element.

    The outline leaves elements of forms out, and another rule may have taken out what is pressed.
    A choice is made once: what each entry of a list has ("Reply", "Share") is none.
    """
    found = [_Around() for _ in leaves]
    offered: list[tuple[int, Tag, str]] = []
    after: Tag | None = None
    for place in range(len(leaves) - 1, -1, -1):
        tag = _tag(leaves[place])
        if tag is None:
            continue
        last: Tag | None = None
        for element in (tag, *_until(tag, after)):
            control = _is_control(element)
            if not (control or _stays(element)) or (last is not None and last in element.parents):
                continue
            last = element
            found[place].controls += control and element is not tag
            if (words := _choice(element)) is not None:
                offered.append((place, element, words))
        after = tag
    times = Counter(words for _, _, words in offered)
    for place, element, words in offered:
        if times[words] <= _OFTEN or not words:
            found[place].choices += 1
            inside.update(map(id, islice(element.parents, _DEPTH)))
    return found


def _tag(leaf: Node) -> Tag | None:
    if leaf.tag is not None:
        return leaf.tag
    return next((node.tag for node in leaf.inlines() if node.tag is not None), None)


def _until(tag: Tag, after: Tag | None) -> Iterator[Tag]:
    for element in islice(tag.next_elements, _STEP):
        if element is after:
            return
        if isinstance(element, Tag):
            yield element


def _is_control(tag: Tag) -> bool:
    """Say whether an element is pressed: also one that another rule has taken out already."""
    if tag.name == "a":
        address = str(tag.get("href", ""))
        return tag.get("role") == "button" or address == "#" or address.startswith("javascript:")
    if tag.name == "input":
        return str(tag.get("type", "")).lower() in _BUTTONS | _SWITCHES
    return tag.name == "button" or tag.get("role") in ("button", "switch")


def _stays(tag: Tag) -> bool:
    """Say whether an element is a link that leads to a place on the same page."""
    return tag.name == "a" and str(tag.get("href", "")).startswith("#")


def _choice(tag: Tag) -> str | None:
    """Return the words of a choice, "" for a switch without any, None for what is none."""
    if tag.get("role") == "switch":
        return ""
    if tag.name == "input":
        if str(tag.get("type", "")).lower() in _SWITCHES:
            return ""
        words = str(tag.get("value", ""))
    else:
        words = " ".join(islice(tag.stripped_strings, 4))
    named = _LETTERS.search(words) is not None and not words.startswith("[")
    if not named or not 1 < width(words) <= _WORDS or promotion.NETWORK.search(words):
        return None
    return words


def _box(leaf: Node, inside: Counter[int], most: int) -> tuple[Tag | None, int]:
    """Return the largest box around a block that is no larger than a notice, and its choices."""
    found: tuple[Tag | None, int] = (None, 0)
    for node in islice(leaf.ancestors(), _DEPTH):
        if node.chars > most or node.name in _PAGES:
            break
        if node.tag is not None and inside[id(node.tag)]:
            found = (node.tag, inside[id(node.tag)])
    return found


def _is_form(box: Tag) -> bool:
    """Say whether a box is a dialogue, or a form in which nothing is typed."""
    if box.get("role") in _DIALOGS or box.get("aria-modal") == "true":
        return True
    if box.name not in _FORMS and box.find(_FORMS, recursive=False) is None:
        return False
    fields = box.find_all(["input", "textarea"])
    return not any(tag.name == "textarea" or tag.get("type", "") in _FIELDS for tag in fields)
