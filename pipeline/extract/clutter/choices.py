"""What can be pressed in and around the blocks of an article: evidence that needs no words.

In: the leaf blocks of a container, in order. Out: the `Shape` of each. Never raises. An article has
no choices; a notice has some, at its end or in its box. A control whose words are a number, a
social network or nothing at all is no choice: those of share bars and galleries.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bs4 import Tag

from pipeline.extract.clutter import promotion
from pipeline.extract.page.elements import ITEMS, SUBHEADINGS
from pipeline.extract.page.node import Node, width

LABEL: Final = 40  # characters of a button whose words are not known
STOP = re.compile(r"[.!?。！？।؟…]")
"""What ends a sentence."""

_STEP = 60  # elements after a block among which its buttons stand
_WORDS = 60  # width of the longest words of a choice
_BOX = 2000  # width of the largest box that a notice fills
_DEPTH = 8  # levels above a control or a block at which a box may be
_SECTION = 9  # blocks of a notice above its choices
_TITLE = 80  # width of the longest heading of a notice
_LETTER = re.compile(r"[^\W\d_]")
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
    than a notice, `row` those of a row that ends the blocks from a heading, or from the beginning,
    down to it. `form`: the box is a dialogue or a form without a field for text. `group` is the
    same for the blocks of one such box or row, -1 outside.
    """

    links: int = 0
    press: bool = False
    controls: int = 0
    choices: int = 0
    policy: bool = False
    boxed: int = 0
    row: int = 0
    form: bool = False
    group: int = -1

    @property
    def offered(self) -> int:
        """The choices that the block has before its reader."""
        return max(self.boxed, self.row)


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
    rows = _rows(leaves, texts, [one.choices for one in around], pressed)
    shapes = []
    for place, leaf in enumerate(leaves):
        box, boxed = _box(leaf, inside, min(_BOX, whole // 2))
        row, end = rows.get(place, (0, -1))
        count = len(links[place])
        shapes.append(
            Shape(
                links=count,
                press=pressed[place],
                controls=max(int(pressed[place]), count) + around[place].controls,
                choices=around[place].choices,
                policy=_links_policy(leaf),
                boxed=boxed,
                row=row,
                form=box is not None and _is_form(box),
                group=id(box) if box is not None else end,
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
            if len(words) > 3:  # no mark of a footnote
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
    """
    tags = [_tag(leaf) for leaf in leaves]
    after: Tag | None = None
    found = []
    for tag in reversed(tags):
        one = _Around()
        if tag is not None:
            last: Tag | None = None
            for element in (tag, *_until(tag, after)):
                if last in element.parents if last is not None else False:
                    continue  # within a control
                if _is_control(element):
                    last = element
                    one.controls += element is not tag
                    if _is_choice(element):
                        one.choices += 1
                        inside.update(map(id, islice(element.parents, _DEPTH)))
            after = tag
        found.append(one)
    return found[::-1]


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


def _is_choice(tag: Tag) -> bool:
    if tag.name == "input":
        kind = str(tag.get("type", "")).lower()
        return kind in _SWITCHES or _LETTER.search(str(tag.get("value", ""))) is not None
    if tag.get("role") == "switch":
        return True
    words = " ".join(islice(tag.stripped_strings, 4))
    return (
        1 < width(words) <= _WORDS
        and _LETTER.search(words) is not None
        and promotion.NETWORK.search(words) is None
    )


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


def _rows(
    leaves: Sequence[Node], texts: Sequence[str], choices: Sequence[int], pressed: Sequence[bool]
) -> dict[int, tuple[int, int]]:
    """Return the blocks that a row of choices ends, each with their number and the row's place."""
    found: dict[int, tuple[int, int]] = {}
    place = 0
    while place < len(leaves):
        end = place
        while end < len(leaves) and choices[end]:
            end += 1
        count = sum(choices[place:end])
        if count:
            start = _start(leaves, texts, pressed, place)
            found.update((one, (count, end)) for one in range(start, end))
        place = max(end, place + 1)
    return found


def _start(leaves: Sequence[Node], texts: Sequence[str], pressed: Sequence[bool], row: int) -> int:
    """Return the place of the heading above a row of choices, or of the first block.

    Of labels directly above the row none is its heading. Without a heading: the row's own place.
    """
    size, told = 0, False
    for place in range(row, max(-1, row - _SECTION), -1):
        leaf, text = leaves[place], texts[place]
        size += width(text)
        if size > _BOX:
            break
        titled = leaf.name in SUBHEADINGS or leaf.name == "summary"
        if (not pressed[place] and (titled or (told and _is_label(leaf, text)))) or place == 0:
            return place
        told = told or STOP.search(text) is not None
    return row


def _is_label(leaf: Node, text: str) -> bool:
    return leaf.name not in ITEMS and width(text) <= _TITLE and STOP.search(text) is None


def regions(
    shapes: Sequence[Shape], labels: Sequence[bool], scores: Sequence[float]
) -> Iterator[range]:
    """Yield what stands with each run of choices: the lines above it, and around it in its box.

    As many as the sum of the `scores` is greatest with. `labels` says which lines are too short
    for a sentence: one counts if a line beyond it does, or as the heading of the choices' own
    lines.
    """
    place = 0
    while place < len(shapes):
        end = place
        while end < len(shapes) and (shapes[end].choices or shapes[end].policy):
            end += 1
        if place < end <= place + _SECTION:
            group = shapes[place].group
            first = place - _reach(
                shapes, labels, scores, range(place - 1, -1, -1), group, box=False
            )
            last = end + _reach(shapes, labels, scores, range(end, len(shapes)), group, box=True)
            yield range(first, last)
        place = max(end, place + 1)


def _reach(
    shapes: Sequence[Shape],
    labels: Sequence[bool],
    scores: Sequence[float],
    places: range,
    group: int,
    *,
    box: bool,
) -> int:
    """Return with how many of the lines at these places the sum of the scores is greatest.

    `box`: only lines of the group count.
    """
    best = 0
    most = total = 0.0
    for number, place in enumerate(islice(places, _SECTION), 1):
        within = group != -1 and shapes[place].group == group
        if box and not within:
            break
        total += scores[place]
        heads = labels[place] and within and best == number - 1
        if total > most or (total == most and heads):
            best = number
            most = total
    return best
