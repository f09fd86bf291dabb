"""Remove what is not the article from its container: judge blocks by words, links and position.

In: the container chosen as the article's, measured and weighed, and what is known of the article.
`trim` sets the verdict of every node in it that is no part of the article (notices, labels,
promotion, sections of links, the boilerplate before and after the text). Never raises.

Each leaf block is first judged by itself (`blockrules`); then the `PASSES` judge the blocks by
their neighbours and their place.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.extract.clutter import (
    banners,
    blockrules,
    bylines,
    captions,
    choices,
    consent,
    footnotes,
    insets,
    linklists,
    notices,
    offers,
    orphans,
    practical,
    promotion,
    pullquotes,
    sections,
)
from pipeline.extract.clutter.blockrules import Block
from pipeline.extract.clutter.noticelines import Line
from pipeline.extract.page.elements import HEADINGS, ITEMS, PICTURES
from pipeline.extract.page.node import Node, measure, width

_STAMPS = 3  # date lines on a page that is no live blog
_HEAD = 12  # blocks at the beginning among which the title may be repeated


@dataclass(frozen=True, slots=True)
class _Page:
    """The blocks of a container, in order, and what is known of the article.

    `first` and `last` are the places of the article's first and last paragraph, `start` that of
    the first including a standfirst (None without any paragraph), `titles` those of the lines that
    repeat the title.
    """

    blocks: list[Block]
    facts: bylines.Facts
    first: int
    last: int
    start: int | None
    titles: list[int]

    @property
    def title(self) -> int:
        """The place of the last line that repeats the title, 0 without one."""
        return max(self.titles, default=0)

    def outside(self) -> Iterator[int]:
        """Yield the places before the first and after the last paragraph, and above the title."""
        title = self.title
        for place in range(len(self.blocks)):
            if not self.first <= place <= self.last or place <= title:
                yield place


def trim(container: Node, facts: bylines.Facts) -> None:
    """Set the verdicts of the nodes that are not the article, and measure the container again."""
    captions.drop_repeated(container)
    insets.mark(container, facts.title)
    linklists.mark(container, facts.url)
    sections.mark(container)
    told = footnotes.find(container) | linklists.cells(container)
    sections.mark_last(container, told, facts.url)
    leaves = [(leaf, text) for leaf in container.leaves() if (text := leaf.text())]
    if not leaves:
        return
    notes = {id(leaf) for leaf, text in leaves if id(leaf) in told and not consent.suspicious(text)}
    notes |= banners.subject([leaf for leaf, _ in leaves], facts.title)
    blocks = [
        blockrules.read(leaf, text, facts.url, note=id(leaf) in notes) for leaf, text in leaves
    ]
    for block in blocks:
        blockrules.judge(block)
    page = _located(blocks, facts)
    for judge in PASSES:
        judge(page)
    for block in blocks:
        if block.bad >= 3 and block.node.verdict is None:
            if block.words in blockrules.labels() and (pictures := _pictures(block.node)):
                block.node.children = pictures
            else:
                block.node.verdict = "boilerplate"
    orphans.mark(container)
    measure(container)


def _pictures(leaf: Node) -> list[Node | str]:
    """Return the pictures of a block, which a label such as "Pin" must not remove."""
    return [node for node in leaf.inlines() if node.name in PICTURES]


def _located(blocks: list[Block], facts: bylines.Facts) -> _Page:
    """Return the page with the places of the article's first and last paragraph and its title."""
    solid = [
        place
        for place, block in enumerate(blocks)
        if block.solid and not (place < _HEAD and bylines.is_byline(block.text, facts))
    ]
    titles = [
        place
        for place, block in enumerate(blocks[:_HEAD])
        if bylines.repeats_title(block.text, facts)
    ]
    first, last, start = (_begin(solid), solid[-1], solid[0]) if solid else (0, len(blocks), None)
    return _Page(blocks, facts, first, last, start, titles)


def _begin(solid: list[int]) -> int:
    """Return the place of the first paragraph, the one after the standfirst where that is near."""
    return solid[1] if len(solid) > 1 and solid[1] < _HEAD else solid[0]


def _pull_quotes(page: _Page) -> None:
    """Sentences of the text that are shown once more in large letters."""
    for place in list(pullquotes.find(page.blocks)):
        page.blocks[place].bad, page.blocks[place].solid = 3, False


def _repeated_title(page: _Page) -> None:
    """The title is published by itself: what repeats it at the beginning is no text."""
    for place in page.titles:
        page.blocks[place].bad = 3


def _above_title(page: _Page) -> None:
    """Blocks above the repeated title belong to the page unless they are paragraphs."""
    for block in page.blocks[: page.title]:
        if not block.solid and not _illustration(block.node):
            block.bad = 3


def _bylines(page: _Page) -> None:
    """Lines around the text that only name its authors: the metadata hold them already."""
    for place in page.outside():
        block = page.blocks[place]
        if bylines.is_byline(block.text, page.facts):
            # Between standfirst and text only the name shows that the line is no paragraph.
            below = page.start is not None and page.start < place < page.last
            block.bad = 3 if below else max(block.bad, 2)


def _about_authors(page: _Page) -> None:
    """Biographies of the authors at the end, where the article itself does not name them."""
    blocks = page.blocks
    for place in reversed(range(1, len(blocks))):
        block = blocks[place]
        name = "" if block.node.name in ITEMS else bylines.told_of(block.text, page.facts)
        if name and not any(name in other.words for other in blocks[:place] if other.solid):
            block.bad = 3
        elif block.solid:
            break


def _notes(page: _Page) -> None:
    """Notes to readers before and after the text, and in captions wherever they stand."""
    blocks = page.blocks
    for way in (1, -1):
        for place, block in list(enumerate(blocks))[::way]:
            above = blocks[place - 1] if place else None
            below_note = above is not None and (above.accounts or (above.site and above.bad > 1))
            if _is_note(block, continued=below_note):
                block.bad, block.solid = 3, False
            elif block.solid and not _illustration(block.node):
                break
    for block in blocks:
        if _illustration(block.node) and _is_note(block):
            block.bad = 3


def _is_note(block: Block, *, continued: bool = False) -> bool:
    node = block.node
    if block.bad >= 3 or block.note or node.name in HEADINGS or node.name in ITEMS:
        return False
    return promotion.is_note(node, block.text, continued=continued) and not promotion.is_quoted(
        node
    )


def _live_blog(page: _Page) -> None:
    """Keep the times of a live blog: a page dates itself once or twice, a live blog each item."""
    dated = [block for block in page.blocks if block.stamp]
    if len(dated) > _STAMPS:
        for block in dated:
            block.bad = 0


def _practical_lines(page: _Page) -> None:
    """Keep where and when at the end of a notice."""
    for place in practical.find(page.blocks, page.facts.url):
        page.blocks[place].bad, page.blocks[place].solid = 0, True


def _consent_banners(page: _Page) -> None:
    """Consent notices laid out over several blocks, as if they were paragraphs of the article."""
    lines = [
        banners.Line(block.text, block.words, block.node.name not in ITEMS, block.notice)
        for block in page.blocks
    ]
    found = banners.find(lines)
    for place in found.notices | found.prompts:
        block = page.blocks[place]
        if not (block.note or _illustration(block.node)):
            block.bad, block.solid = 3 if place in found.notices else max(block.bad, 2), False


def _notices(page: _Page) -> None:
    """Consent notices as runs of blocks, judged by what is common to them in any language."""
    for place in notices.find(lines_of(page.blocks), page.facts.title):
        page.blocks[place].bad, page.blocks[place].solid = 3, False


def lines_of(blocks: Sequence[Block]) -> list[Line]:
    """Return blocks as `notices` looks at them."""
    nodes, texts = [block.node for block in blocks], [block.text for block in blocks]
    shapes = choices.read(nodes, texts, sum(map(width, texts)))
    return [
        Line(
            block.node.name,
            block.text,
            block.words,
            shape,
            open=not block.note and not _illustration(block.node),
        )
        for block, shape in zip(blocks, shapes, strict=True)
    ]


def _offers(page: _Page) -> None:
    """Offers of a subscription, before or after the part of the article that is free."""
    for run in offers.find([block.node for block in page.blocks]):
        for block in page.blocks[run.start : run.stop]:
            if not block.note:
                block.bad, block.solid = 3, False


def _runs(page: _Page) -> None:
    """Neighbouring suspicious blocks, one of which clearly speaks for the site, go together."""
    blocks = page.blocks
    start = 0
    last_solid = max((place for place, block in enumerate(blocks) if block.solid), default=-1)
    while start < len(blocks):
        end = start
        while end < len(blocks) and _label_like(blocks[end]):
            end += 1
        run = [block for block in blocks[start:end] if block.bad]
        if len(run) > 1 and max(block.bad for block in run) > 1:
            first, last = blocks.index(run[0], start), blocks.index(run[-1], start)
            # A link to another article says nothing of the paragraph before it.
            spoken = last_solid < end or any(block.site and block.bad > 1 for block in run)
            vouched = sum(block.consent or block.site for block in run) > 1
            for block in blocks[first : last + 1]:
                # A sentence about cookies is no notice only because a link follows it.
                report = block.consent and block.solid
                report = report and not consent.addresses(block.text, alone=not vouched)
                kept = report or block.note or (block.wordy and not spoken) or _is_entry(block)
                if block.node.name not in HEADINGS and not _illustration(block.node) and not kept:
                    block.node.verdict = "run"
        start = max(end, start + 1)


def _is_entry(block: Block) -> bool:
    """Say whether a block is one of several in an item of a list: a link and what it is about."""
    item = block.node.parent
    return item is not None and item.name == "li" and item.chars > item.links > 0


def _edges(page: _Page) -> None:
    """Cut the boilerplate off both ends of the text.

    After the last paragraph everything goes from the first block on that is probably boilerplate;
    before the first paragraph only the blocks that are.
    """
    blocks = page.blocks
    solid = [
        i
        for i, block in enumerate(blocks)
        if (block.solid or block.note) and block.node.verdict is None
    ]
    last = max(solid, default=-1)
    if last < 0:
        return
    tail = range(last + 1, len(blocks))
    cut = next((i for i in tail if blocks[i].bad >= 2), None)
    if cut is not None:
        while cut - 1 > last and _label_like(blocks[cut - 1]):
            cut -= 1
        for block in blocks[cut:]:
            if block.node.verdict is None and not _illustration(block.node):
                block.node.verdict = "tail"
    for place, block in enumerate(blocks[: _begin(solid)]):
        if block.bad >= 2 and (place < solid[0] or block.stamp):
            block.node.verdict = "head"


PASSES: tuple[Callable[[_Page], None], ...] = (
    _pull_quotes,
    _repeated_title,
    _above_title,
    _bylines,
    _about_authors,
    _notes,
    _live_blog,
    _practical_lines,
    _consent_banners,
    _notices,
    _offers,
    _runs,
    _edges,
)
"""In order: what judges blocks by their neighbours, their place and the facts of the article."""


def _label_like(block: Block) -> bool:
    return block.bad >= 1 or (len(block.text) < 30 and not re.search(r"[.!?。！？]", block.text))


def _illustration(node: Node) -> bool:
    return any(parent.name in ("figure", "figcaption") for parent in (node, *node.ancestors()))
