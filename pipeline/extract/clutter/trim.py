"""What is not the article inside its own container: blocks judged by words, links and position.

In: the chosen container. Out: verdicts on blocks: notices, labels, promotion, sections of links,
and the run of boilerplate before and after the text. It refuses to empty the container.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice

from pipeline.extract.clutter import (
    banners,
    bylines,
    captions,
    consent,
    footnotes,
    insets,
    linklists,
    orphans,
    promotion,
    stamps,
)
from pipeline.extract.page import lexicon
from pipeline.extract.page.elements import PICTURES
from pipeline.extract.page.node import Node, measure

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ITEMS = frozenset({"td", "th", "li", "dt", "dd"})
_MARKUP = re.compile(r"<(img|iframe|script|div|a|p|style|ins)\b[^>]*>", re.I)
_COOKIES = ("cookie", "куки", "クッキー", "쿠키", "çerez", "evästee", "informasjonskaps")
_AFTER = 0.35  # prose after the article as a share of the article's
_ARTICLE = 600  # prose of a short article
_CAPTION = re.compile("caption|credit|gallery|slide|legend")
_COUNTER = re.compile(rf"(\w{{3,12}} )?{captions.COUNTER}", re.I)
_WORDY = 120.0  # prose of a paragraph that a word of the site's may stand in
_STAMPS = 3  # lines with dates that a page may have which is no live blog
_HEAD = 12  # blocks among which the title may stand once more
_COUNT = re.compile(r"(^|[\s-])(count|counter|badge|number-of|total)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w")


@dataclass(slots=True)
class Block:
    """A leaf block with what its judgement needs.

    `bad` grows from 0 (prose) to 3 (surely boilerplate); `notice` says that it is a consent notice
    by itself, `consent` that it speaks of cookies or consent as a notice might, `solid` that it may
    be the article's all the same, `note` that it is a footnote or a cell of a table of data, `site`
    that it may speak for the site, `accounts` that it lists the site's accounts, `wordy` that it is
    a whole paragraph all the same.
    """

    node: Node
    text: str
    words: str
    bad: int = 0
    notice: bool = False
    consent: bool = False
    solid: bool = False
    stamp: bool = False
    note: bool = False
    site: bool = False
    accounts: bool = False
    wordy: bool = False


def trim(container: Node, facts: bylines.Facts) -> None:
    """Give verdicts to what is not the article in the container, and measure it again."""
    insets.mark(container, facts.title)
    linklists.mark(container, facts.url)
    _sections(container)
    blocks = [Block(leaf, text, "") for leaf in container.leaves() if (text := leaf.text())]
    if not blocks:
        return
    seen: set[str] = set()
    notes = footnotes.find(container) | linklists.cells(container)
    for block in blocks:
        block.note = id(block.node) in notes and not consent.suspicious(block.text)
        block.words = lexicon.normal(block.text)
        _judge(block, facts)
        if len(block.words) > 40 and _is_caption(block.node):
            # Galleries repeat their captions: for the large picture, the small one, the list.
            if block.words in seen:
                block.bad = 3
            seen.add(block.words)
    _facts(blocks, facts)
    _live(blocks)
    _banners(blocks)
    _runs(blocks)
    _edges(blocks)
    for block in blocks:
        if block.bad >= 3 and block.node.verdict is None:
            if block.words in _labels() and (pictures := _pictures(block.node)):
                block.node.children = pictures
            else:
                block.node.verdict = "boilerplate"
    orphans.mark(container)
    measure(container)


def _pictures(leaf: Node) -> list[Node | str]:
    """Return the pictures of a block: a button such as "Pin" takes none with it."""
    return [node for node in leaf.inlines() if node.name in PICTURES]


def _live(blocks: list[Block]) -> None:
    """Keep the times of a live blog: a page dates itself once or twice, a live blog each item."""
    dated = [block for block in blocks if block.stamp]
    if len(dated) > _STAMPS:
        for block in dated:
            block.bad = 0


def _banners(blocks: list[Block]) -> None:
    """Drop the notices that stand in the container as if they were its paragraphs."""
    lines = [
        banners.Line(block.text, block.words, block.node.name not in _ITEMS, block.notice)
        for block in blocks
    ]
    found = banners.find(lines)
    for place in found.notices | found.prompts:
        block = blocks[place]
        if not _illustration(block.node):
            block.bad, block.solid = 3 if place in found.notices else max(block.bad, 2), False


def _facts(blocks: list[Block], facts: bylines.Facts) -> None:
    """Judge lines around the text that repeat its facts, and what stands before its title."""
    solid = [
        place
        for place, block in enumerate(blocks)
        if block.solid and not (place < _HEAD and bylines.is_byline(block.text, facts))
    ]
    first, last = (_begin(solid), solid[-1]) if solid else (0, len(blocks))
    title = 0
    for place, block in enumerate(blocks[:_HEAD]):
        if bylines.repeats_title(block.text, facts):
            title = place
            block.bad = 3
    for place, block in enumerate(blocks):
        if first <= place <= last and place > title:
            continue
        if place < title and not block.solid and not _illustration(block.node):
            block.bad = 3
        elif bylines.is_byline(block.text, facts):
            # After the standfirst nothing else tells that a line with a name is no paragraph.
            block.bad = 3 if solid and solid[0] < place < last else max(block.bad, 2)
        elif place < first and block.node.name not in _ITEMS and bylines.is_trail(block.text):
            block.bad = max(block.bad, 2)
    _about_authors(blocks, facts)
    _notes(blocks)


def _notes(blocks: list[Block]) -> None:
    """Drop notes to readers before and after the text, and in captions wherever they stand."""
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
    if block.bad >= 3 or block.note or node.name in _HEADINGS or node.name in _ITEMS:
        return False
    return promotion.is_note(node, block.text, continued=continued) and not promotion.is_quoted(
        node
    )


def _about_authors(blocks: list[Block], facts: bylines.Facts) -> None:
    """Drop what tells of the authors at the end, of whom the article itself does not speak."""
    for place in reversed(range(1, len(blocks))):
        block = blocks[place]
        name = "" if block.node.name in _ITEMS else bylines.told_of(block.text, facts)
        if name and not any(name in other.words for other in blocks[:place] if other.solid):
            block.bad = 3
        elif block.solid:
            break


def _begin(solid: list[int]) -> int:
    """Return the place of the first paragraph, the one after the standfirst where one is near."""
    return solid[1] if len(solid) > 1 and solid[1] < _HEAD else solid[0]


def _judge(block: Block, facts: bylines.Facts) -> None:
    node, text = block.node, block.text
    if block.note:
        return
    linked = node.links / max(1, node.chars)
    heading = node.name in _HEADINGS
    signs = consent.block(text)
    block.notice = signs > 1
    block.consent = signs > 0 or _names_cookies(block)
    if (
        block.words in _labels()
        or _MARKUP.match(text)
        or (promotion.starts(text) and linked > 0.4)
        or (node.name not in _ITEMS and _is_count(node, text))
        or (linked > 0.9 and promotion.is_link(node, text, facts.url))
        or (linked > 0.6 and len(text) > 60 and promotion.announces(block.words))
        or block.notice
    ):
        block.bad = 3
    elif promotion.lists_accounts(node, text, facts.url):
        block.bad, block.accounts = 3, True
    elif block.consent:
        # A sentence about cookies: a notice's only where it stands among others of a site's.
        block.bad = 1
        block.solid = not heading and node.prose > 60
        return
    elif linked > 0.9 and len(text) < 90 and _speaks_for_site(block.words, text):
        block.bad = 3
    elif len(text) < 320 and (
        _speaks_for_site(block.words, text) or promotion.points_at_network(text)
    ):
        block.bad = 2 if len(text) < 160 or linked > 0.3 else 1
        block.site, block.wordy = True, block.bad == 1 and node.prose > _WORDY
    elif node.name not in _ITEMS and stamps.is_stamp(text) and not promotion.is_quoted(node):
        block.bad = 2
        block.stamp = True
    elif linked > 0.8 and len(text) < 300:
        block.bad = 1
    block.solid = not heading and block.bad == 0 and node.prose > 60


@cache
def _labels() -> frozenset[str]:
    return frozenset(
        f" {word.strip()} " for word in lexicon.phrases("boilerplate", "label", "words")
    )


def _names_cookies(block: Block) -> bool:
    short = len(block.text) < 200
    return short and consent.suspicious(block.text) and lexicon.holds(block.words, _COOKIES)


def _is_count(node: Node, text: str) -> bool:
    """Say whether a block only tells how many pictures or comments there are."""
    if _COUNTER.fullmatch(text):
        return not any(inner.name == "code" for inner in node.inlines())  # a formula: 1/2
    parents = islice((node, *node.ancestors()), 2)
    return text.isdigit() and any(_COUNT.search(parent.key) for parent in parents)


def _speaks_for_site(words: str, text: str) -> bool:
    if "site" in lexicon.kinds(words):
        return True
    return _EMAIL.search(text) is not None and len(text) < 160


def _runs(blocks: list[Block]) -> None:
    """Drop what stands together and speaks for the site: one such block vouches for the others."""
    start = 0
    last_solid = max((place for place, block in enumerate(blocks) if block.solid), default=-1)
    while start < len(blocks):
        end = start
        while end < len(blocks) and _label_like(blocks[end]):
            end += 1
        run = [block for block in blocks[start:end] if block.bad]
        if len(run) > 1 and max(block.bad for block in run) > 1:
            first, last = blocks.index(run[0], start), blocks.index(run[-1], start)
            # A link to another story says nothing of the paragraph before it.
            spoken = last_solid < end or any(block.site and block.bad > 1 for block in run)
            vouched = sum(block.consent or block.site for block in run) > 1
            for block in blocks[first : last + 1]:
                # What an article says of cookies is no notice because a link stands below it.
                told = block.consent and block.solid
                told = told and not consent.addresses(block.text, alone=not vouched)
                kept = told or block.note or (block.wordy and not spoken)
                if block.node.name not in _HEADINGS and not _illustration(block.node) and not kept:
                    block.node.verdict = "run"
        start = max(end, start + 1)


def _edges(blocks: list[Block]) -> None:
    """Cut the runs of boilerplate at both ends.

    From the end back: everything after the last solid block goes from the first block on that is
    surely boilerplate; what stands between two such blocks goes with them.
    """
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


def _is_caption(node: Node) -> bool:
    parents = (node, *node.ancestors())
    return any(
        parent.name in ("figure", "figcaption") or _CAPTION.search(parent.key)
        for _, parent in zip(range(3), parents, strict=False)
    )


def _label_like(block: Block) -> bool:
    return block.bad >= 1 or (len(block.text) < 30 and not re.search(r"[.!?。！？]", block.text))


def _illustration(node: Node) -> bool:
    return any(parent.name in ("figure", "figcaption") for parent in (node, *node.ancestors()))


def _sections(container: Node) -> None:
    """A heading such as "Related articles" takes what follows it with it, up to the next prose."""
    starts = lexicon.phrases("boilerplate", "section", "starts")
    leaves = list(container.leaves())
    for i, leaf in enumerate(leaves):
        if leaf.chars > 90 or leaf.verdict is not None or leaf.name == "h1":
            continue
        strong = leaf.name in _HEADINGS or _all_strong(leaf)
        words = lexicon.normal(leaf.text())
        if not lexicon.begins(words, starts):
            continue
        if strong and _ends_article(words, starts, leaves[: i + 1], leaves[i + 1 :]):
            for other in leaves[i:]:
                other.verdict = "section"
            return
        following = leaves[i + 1 : i + 40]
        taken: list[Node] = []
        for other in following:
            if other.name in _HEADINGS and taken:
                break
            if other.prose > 80:
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


def _ends_article(
    words: str, starts: tuple[str, ...], before: list[Node], after: list[Node]
) -> bool:
    """Say whether a heading that is nothing but a section's name stands after the whole article."""
    name = words.strip()
    prose = sum(leaf.prose for leaf in before)
    if prose < _ARTICLE or not any(name == start.strip() for start in starts):
        return False
    # "Discussion" and "Privacy" may head a part of the article: then few links follow.
    links, chars = sum(leaf.links for leaf in after), sum(leaf.chars for leaf in after)
    clear = " " in name or not name.isascii() or links > 0.1 * chars
    return clear and sum(leaf.prose for leaf in after) < _AFTER * prose


def _all_strong(leaf: Node) -> bool:
    inner = [child for child in leaf.children if not isinstance(child, str) or child.strip()]
    return bool(inner) and all(
        isinstance(child, Node) and child.name in ("strong", "b", "h2") for child in inner
    )
