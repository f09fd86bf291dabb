"""Offers of a subscription: "This article is for subscribers", prices, "Already a subscriber?".

In: leaf blocks in order. Out: the places of those that make up offers, and whether one cuts the
article off. Never raises. No word decides: an offer is several short lines, one of which is to be
acted on (a link or button to subscribe, a question with a link to log in). Articles about
subscriptions have paragraphs.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from pipeline.extract.clutter import consent
from pipeline.extract.page import lexicon
from pipeline.extract.page.elements import HEADINGS
from pipeline.extract.page.node import Node, width

_LONGEST = 300  # width of a line of an offer
_CALL = 120  # width of a line to act on
_LABEL = 60  # width of a line between those of an offer
_BUTTON = 40  # width of a link to log in or subscribe
_PROSE = 60  # prose of a paragraph of the article
_REACH = 8  # blocks after the text, within which an offer that cuts it off begins
_ARROWS = " .›»→>"
_QUESTION = ("?", "？", "؟", ";")
_STOPS = (".", "!", "。", "！", "।", "…")
_STRONG = frozenset({"strong", "b"})


@dataclass(frozen=True, slots=True)
class _Line:
    """A block and what it says of an offer.

    `paid` says that it speaks of subscribing, `price` that it names one. `call` marks a line to act
    on, `link` one that is only a short link, `sure` one that says that the article goes on. `size`
    is the width of its text.
    """

    leaf: Node
    text: str
    size: int
    paid: bool = False
    price: bool = False
    call: bool = False
    link: bool = False
    sure: bool = False

    @property
    def telling(self) -> bool:
        return self.paid or self.price or self.call or self.sure


def find(leaves: Sequence[Node]) -> list[range]:
    """Return the places of the offers among blocks that follow each other."""
    lines = [_line(leaf) for leaf in leaves]
    found = []
    start = 0
    while start < len(lines):
        end = start
        last = start - 1
        while end < len(lines) and (lines[end].telling or _is_between(lines[end])):
            if lines[end].telling or (lines[end].link and last >= start):
                last = end
            end += 1
        if last >= start:
            first = _first(lines, start, last + 1)
            if first is not None and _is_offer(lines[first : last + 1]):
                found.append(range(first, last + 1))
        start = max(end, start + 1)
    return found


def follows(top: Node, container: Node) -> bool:
    """Say whether an offer comes right after the article's last block, kept or not."""
    kept = {id(leaf) for leaf in container.leaves()}
    leaves = list(_all_leaves(top))
    last = max((place for place, leaf in enumerate(leaves) if id(leaf) in kept), default=-1)
    after = list(islice(filter(_said, leaves[last + 1 :]), 3 * _REACH))
    return any(
        run.start <= _REACH and not any(_is_prose(leaf) for leaf in after[: run.start])
        for run in find(after)
    )


def _line(leaf: Node) -> _Line:
    text = _said(leaf)
    size = width(text)
    if not 0 < size <= _LONGEST:
        return _Line(leaf, text, size)
    words = lexicon.normal(text)
    paid = lexicon.holds(words, lexicon.phrases("walls", "offer", "stems"))
    sure = lexicon.holds(words, lexicon.phrases("walls", "offer", "sure"))
    price = _NUMERAL.search(text) is not None and _price().search(text.lower()) is not None
    before = _before_link(leaf, text) if size <= _CALL else None
    call = before is not None and _is_call(before, paid or sure)
    line = _Line(leaf, text, size, paid, price, call, before == "", sure)
    if (line.telling or line.link) and consent.signs(text) > 1:
        return _Line(leaf, text, size)
    return line


def _before_link(leaf: Node, text: str) -> str | None:
    """Return what stands before the short link that ends a line; None where none does."""
    links = [link for link in leaf.inlines() if link.name == "a" and link.get("href")]
    if not links:
        return None
    last, whole = (part.rstrip(_ARROWS) for part in (links[-1].text(), text))
    if not last or width(last) > _BUTTON or not whole.endswith(last):
        return None
    return whole.removesuffix(last).strip()


def _is_call(before: str, paid: bool) -> bool:
    """Say whether a line that ends in a link calls to subscribe, or asks and leads to a login."""
    if not before:
        return paid
    asked = before.endswith(_QUESTION)
    return asked or (paid and not before.endswith((",", ":")) and len(before) <= _LABEL)


def _is_between(line: _Line) -> bool:
    """Say whether a line may stand within an offer: a label, or an item of a list of benefits."""
    if not 0 < line.size <= _CALL:
        return not line.text
    item = line.leaf.name in ("li", "td", "dd")
    return item or (line.size <= _LABEL and not line.text.endswith(_STOPS))


def _first(lines: Sequence[_Line], start: int, end: int) -> int | None:
    """Return where the offer in a run begins: its own line, not the article's last."""
    whole = lines[start:end]
    complete = any(one.price for one in whole) and any(one.call for one in whole)
    plain: int | None = None
    for place in range(start, end):
        line = lines[place]
        if not (line.paid or line.sure or line.call):
            continue
        apart = not place or line.leaf.parent is not lines[place - 1].leaf.parent
        short = line.size <= _CALL
        if _is_label(line) or line.sure or line.call or (short and apart):
            return place
        if complete and short and plain is None:
            plain = place
    return plain


def _is_label(line: _Line) -> bool:
    """Say whether a line is no sentence of a text: a heading, bold as a whole, without a stop."""
    return _is_heading(line.leaf) or not line.text.endswith(_STOPS)


def _is_heading(leaf: Node) -> bool:
    if leaf.name in HEADINGS:
        return True
    strong = sum(len(node.text()) for node in leaf.inlines() if node.name in _STRONG)
    return strong > 0.9 * len(_said(leaf))


def _is_offer(lines: Sequence[_Line]) -> bool:
    """Say whether lines offer a subscription: one to act on, and another that says what."""
    priced = any(line.price for line in lines)
    calls = sum(line.call for line in lines) + _has_button(lines)
    if priced and _is_label(lines[0]):
        calls += any(line.link for line in lines)
    others = sum(line.paid or line.price or line.sure for line in lines if not line.call)
    if any(line.sure for line in lines):
        return len(lines) > 1 or calls > 0 or lines[0].size <= _CALL
    return calls > 0 and others + calls > 1 and (others > 0 or priced)


def _has_button(lines: Sequence[_Line]) -> bool:
    """Say whether there is a button beside one of the lines: buttons are no blocks themselves."""
    parents: dict[int, Node] = {}  # each is searched once, however many lines it holds
    for line in lines:
        above = (node for node in line.leaf.ancestors() if node.tag is not None)
        parents.update((id(node), node) for node in islice(above, 2))
    return any(map(Node.has_button, parents.values()))


def _is_prose(leaf: Node) -> bool:
    text = _said(leaf)
    return len(text) > 2 * _PROSE and text.endswith(_STOPS)


def _said(leaf: Node) -> str:
    """Return the text of a block even if it has a verdict."""
    parts = [
        child if isinstance(child, str) else " " if child.name == "br" else child.text()
        for child in leaf.children
    ]
    return " ".join("".join(parts).split())


def _all_leaves(top: Node) -> Iterator[Node]:
    """Yield the leaf blocks that a browser shows, those with verdicts too."""
    stack = [top]
    while stack:
        node = stack.pop()
        if node.verdict in ("hidden", "consent"):
            continue
        if node.leaf:
            yield node
        else:
            stack += node.nodes()[::-1]


_NUMERAL = re.compile(r"[\d一二两三四五六七八九十百千]")


@cache
def _price() -> re.Pattern[str]:
    """Return a pattern of an amount, in lower case, with its currency before or after it."""
    words = map(str.lower, lexicon.data("walls")["offer"]["currencies"])
    names = sorted(words, key=len, reverse=True)
    currency = "|".join(re.escape(name) for name in names)
    amount = r"(?:\d[\d.,\u00a0\u202f]*|[一二两三四五六七八九十百千]+)(?:[-–—]|,-)?"
    return re.compile(
        rf"(?<![^\W\d_])(?:{currency})\s?{amount}|{amount}\s?(?:{currency})(?![a-zà-ÿ])"
    )
