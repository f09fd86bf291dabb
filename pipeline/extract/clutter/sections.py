"""Sections that are not the article: "Related articles" and the like, boxes after its last line.

In: the container chosen as the article's. `mark` gives the verdict "section" to headings that name
such a section and to the blocks that belong to it, `mark_last` to boxes with any heading that are
built unlike the article. Never raises.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate, islice

from pipeline.extract.clutter import practical
from pipeline.extract.page import lexicon
from pipeline.extract.page.elements import HEADINGS, ITEMS, SUBHEADINGS
from pipeline.extract.page.node import Node

_AFTER = 0.35  # prose after the article as a share of the article's
_ARTICLE = 600  # prose of a short article
_PARAGRAPH = 80  # prose of a paragraph
_OFTEN = 0.1  # share of the prose in elements of a kind that are the article's own
_OWN = 0.75  # share of the prose that the article's own elements hold together
_CITED = frozenset({"blockquote", "pre", "table", "figcaption"})
_LABEL = 40  # width of a label
_STOPS = (".", ":", "…", "。", "：")
_FACTS = 2  # lines with facts that make a list of sources, or say where something is
_YEAR = re.compile(r"\b(19|20)\d\d\b")
_AROUND = 3  # elements around a block by which paragraphs are alike


def mark(container: Node) -> None:
    """Drop a heading such as "Related articles" and what follows it, up to the next prose."""
    starts = lexicon.phrases("boilerplate", "section", "starts")
    leaves = list(container.leaves())
    course: _Course | None = None
    for i, leaf in enumerate(leaves):
        if leaf.chars > 90 or leaf.verdict is not None or leaf.name == "h1":
            continue
        words = lexicon.normal(leaf.text())
        if not lexicon.begins(words, starts):
            continue
        strong = leaf.name in HEADINGS or _all_strong(leaf)
        if strong:
            course = course or _Course(leaves)
            if _ends_article(course, i, words, starts):
                for other in leaves[i:]:
                    other.verdict = "section"
                return
        following = leaves[i + 1 : i + 40]
        taken: list[Node] = []
        for other in following:
            if other.name in HEADINGS and taken:
                break
            if other.prose > _PARAGRAPH:
                break
            taken.append(other)
        linked = sum(other.links for other in taken)
        chars = sum(other.chars for other in taken)
        if not strong and linked < 0.5 * max(1, chars):
            continue
        if linked > 0.4 * chars or not taken or i + 1 + len(taken) >= len(leaves):
            leaf.verdict = "section"
            for other in taken:
                if linked > 0.4 * chars:
                    other.verdict = "section"


def mark_last(container: Node, notes: frozenset[int], url: str) -> None:
    """Drop boxes with a heading after the article, built unlike it: an offer, another subject.

    `notes` holds the `id()` of blocks that belong to the article wherever they stand. Lists of
    sources and addresses stay. `url` is the page's address.
    """
    leaves = [leaf for leaf in container.leaves() if leaf.chars]
    prose: dict[tuple[tuple[str, str], ...], float] = defaultdict(float)
    for leaf in leaves:
        prose[_setting(leaf)] += leaf.prose
    whole = sum(prose.values())
    own = {setting for setting, amount in prose.items() if amount >= _OFTEN * whole}
    if whole < _ARTICLE or sum(prose[setting] for setting in own) < _OWN * whole:
        return
    text = [i for i, leaf in enumerate(leaves) if leaf.prose > 0 and _setting(leaf) in own]
    around = {id(node) for i in text for node in leaves[i].ancestors()}
    for leaf in leaves[text[-1] + 1 :]:
        if leaf.verdict is not None or _setting(leaf) in own or not _is_heading(leaf):
            continue
        box = leaf
        while box.parent is not None and id(box.parent) not in around:
            box = box.parent
        if box is not leaf and not _tells_facts(box, notes, url):
            box.verdict = "section"


def _is_heading(leaf: Node) -> bool:
    """Say whether a block is a heading, by its element or as a label in a few words."""
    if leaf.name in SUBHEADINGS:
        return True
    if leaf.chars > _LABEL or leaf.links or leaf.name in ITEMS:
        return False
    text = leaf.text()
    return not text.endswith(_STOPS) and not any(map(str.isdigit, text))


def _tells_facts(box: Node, notes: frozenset[int], url: str) -> bool:
    """Say whether a box has a table, a quotation, notes, or lines with places, numbers or years."""
    if any(id(node) in notes or node.name in _CITED for node in box.walk()):
        return True
    texts = [leaf.text() for leaf in box.leaves() if leaf.name not in HEADINGS]
    facts = sum(practical.is_line(text, url) or _YEAR.search(text) is not None for text in texts)
    return facts >= _FACTS


def _ends_article(course: "_Course", at: int, words: str, starts: lexicon.Phrases) -> bool:
    """Say whether the heading `at`, exactly a section's name, comes after the whole article."""
    name = words.strip()
    prose = course.prose(at)
    if prose < _ARTICLE or not any(name == start.strip() for start in starts):
        return False
    if _goes_on(course, at):
        return False
    # "Discussion" and "Privacy" may be headings of the article itself: then few links follow.
    links, chars, more = course.after(at)
    clear = " " in name or not name.isascii() or links > 0.1 * chars
    return clear and more < _AFTER * prose


def _goes_on(course: "_Course", at: int) -> bool:
    """Say whether paragraphs after a heading are in elements as before, it in another."""
    if course.first.get(_setting(course.leaves[at]), at + 1) <= at:
        return False
    return course.reach[at] > at


class _Course:
    """How the blocks of a container follow one another: sums up to each, settings of paragraphs.

    Made in one pass over the blocks: a page may have a section's name before each of them.
    """

    def __init__(self, leaves: Sequence[Node]) -> None:
        self.leaves = leaves
        self._prose = list(accumulate((leaf.prose for leaf in leaves), initial=0.0))
        self._links = list(accumulate((leaf.links for leaf in leaves), initial=0.0))
        self._chars = list(accumulate((leaf.chars for leaf in leaves), initial=0.0))
        settings = {i: _setting(leaf) for i, leaf in enumerate(leaves) if leaf.prose > _PARAGRAPH}
        last = {setting: i for i, setting in settings.items()}
        self.first = {setting: i for i, setting in reversed(settings.items())}
        # For each block, the last paragraph in a setting that a paragraph up to the block has.
        reach = (last[settings[i]] if i in settings else -1 for i in range(len(leaves)))
        self.reach = list(accumulate(reach, max))

    def prose(self, at: int) -> float:
        """The prose up to a block, with it."""
        return self._prose[at + 1]

    def after(self, at: int) -> tuple[float, float, float]:
        """The characters of links, all characters and the prose after a block."""
        links, chars, prose = (
            sums[-1] - sums[at + 1] for sums in (self._links, self._chars, self._prose)
        )
        return links, chars, prose


def _setting(leaf: Node) -> tuple[tuple[str, str], ...]:
    """Return the names and keys of the elements around a block."""
    return tuple((node.name, node.key) for node in islice(leaf.ancestors(), _AROUND))


def _all_strong(leaf: Node) -> bool:
    inner = [child for child in leaf.children if not isinstance(child, str) or child.strip()]
    return bool(inner) and all(
        isinstance(child, Node) and child.name in ("strong", "b", "h2") for child in inner
    )
