"""The rules that judge one leaf block of an article's container by itself.

In: a `Block`: a leaf block of the outline with its text and what was measured of it. `judge` fills
in the block's verdict fields from the first rule of `RULES` that applies. Never raises.

To add a rule, write a predicate over `Block` with a one-sentence docstring and put it into `RULES`
at its place; to remove one, delete both. A rule's name is its function's name. What a rule earns is
measured by `bench/ablation.py`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import NamedTuple

from pipeline.extract.clutter import captions, consent, promotion, stamps
from pipeline.extract.page import lexicon
from pipeline.extract.page.elements import HEADINGS, ITEMS
from pipeline.extract.page.node import Node, width

_PROSE = 60  # prose from which a block may be a paragraph of the article
_WORDY = 120.0  # prose of a paragraph that may contain one of the site's phrases
_BUTTON = 90  # characters of a link to the site's own pages
_LINE = 160  # characters of a line in which one of the site's phrases is the message
_PARAGRAPH = 320  # characters of a paragraph in which it may be the message
_LINKED = 300  # characters of a block of links without further signs
_LONG = 60  # characters from which a linked block is more than a label
_SHORT = 200  # width of a block in which the word "cookie" alone is a sign

_COUNTER = re.compile(rf"(\w{{3,12}} )?{captions.COUNTER}", re.I)
_COUNT = re.compile(r"(^|[\s-])(count|counter|badge|number-of|total)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w")


@dataclass(slots=True)
class Block:
    """A leaf block: what the rules look at, then what they found.

    `words` is the text normalised (`lexicon.normal`), `url` the page's address, `linked` the share
    of the text in links (0 to 1). `note` marks footnotes and cells of data tables, which no rule
    judges. `notice` marks a consent notice in one block, `consent` a block that mentions cookies or
    consent as a notice might.

    `bad` grows from 0 (prose) to 3 (certainly boilerplate). `solid` marks a paragraph of the
    article. `site`, `accounts` and `stamp` tell which kind of rule applied (see `Rule`). `wordy`
    marks a whole paragraph in which the site is mentioned.
    """

    node: Node
    text: str
    words: str
    url: str
    note: bool = False
    linked: float = 0.0
    notice: bool = False
    consent: bool = False
    bad: int = 0
    solid: bool = False
    site: bool = False
    accounts: bool = False
    stamp: bool = False
    wordy: bool = False


class Rule(NamedTuple):
    """A predicate over a block, and what a block is to which it applies.

    `bad` is the block's (see `Block`). `prose` says that the block may be a paragraph of the
    article all the same. `site` says that it speaks for the website (contact, newsletter, terms),
    `accounts` that it lists the website's accounts at social networks, `stamp` that it is a date.
    """

    applies: Callable[[Block], bool]
    bad: int
    prose: bool = False
    site: bool = False
    accounts: bool = False
    stamp: bool = False

    @property
    def name(self) -> str:
        """The name of the predicate, by which the rule is switched off in an ablation."""
        return self.applies.__name__


def read(node: Node, text: str, url: str, *, note: bool) -> Block:
    """Return the block of a leaf with what the rules look at; `text` is the leaf's."""
    block = Block(node, text, lexicon.normal(text), url, note)
    if not note:
        signs = consent.block(text)
        block.linked = node.links / max(1, node.chars)
        block.notice = signs > 1
        block.consent = signs > 0 or (width(text) < _SHORT and consent.names_cookies(text))
    return block


def judge(block: Block) -> None:
    """Set the verdict fields of a block by the first rule that applies to it."""
    if block.note:
        return
    prose = block.node.name not in HEADINGS and block.node.prose > _PROSE
    for rule in RULES:
        if rule.applies(block):
            block.bad, block.site = rule.bad, rule.site
            block.accounts, block.stamp = rule.accounts, rule.stamp
            block.wordy = rule.site and rule.bad == 1 and block.node.prose > _WORDY
            block.solid = prose and rule.prose
            return
    block.solid = prose


def is_label(block: Block) -> bool:
    """A block that is nothing but a known label or button, such as "Advertisement" or "Share"."""
    return block.words in labels()


def is_marked_link(block: Block) -> bool:
    """A link to another article behind a word that announces it: "READ MORE: …"."""
    return block.linked > 0.4 and promotion.starts(block.text)


def is_count(block: Block) -> bool:
    """A number of pictures, comments or shares, which means nothing without its widget."""
    node, text = block.node, block.text
    if node.name in ITEMS:
        return False
    if _COUNTER.fullmatch(text):
        return not any(inner.name == "code" for inner in node.inlines())  # a formula: 1/2
    parents = islice((node, *node.ancestors()), 2)
    return text.isdigit() and any(_COUNT.search(parent.key) for parent in parents)


def is_link(block: Block) -> bool:
    """A paragraph that is one link to another article, to the front page or to an advertiser."""
    return block.linked > 0.9 and promotion.is_link(block.node, block.text, block.url)


def is_link_section(block: Block) -> bool:
    """A block of links that begins with the name of a section: "Don't miss …"."""
    return block.linked > 0.6 and len(block.text) > _LONG and promotion.announces(block.words)


def is_consent_notice(block: Block) -> bool:
    """A consent notice in one block, recognised by its wording."""
    return block.notice


def is_account_list(block: Block) -> bool:
    """Links to the website's accounts at two or more social networks."""
    return promotion.lists_accounts(block.node, block.text, block.url)


def is_invitation(block: Block) -> bool:
    """A line that leads to a channel of news, whatever its words are."""
    return promotion.invites(block.node, block.text)


def is_consent_sentence(block: Block) -> bool:
    """A sentence about cookies: part of a notice only next to others of the site."""
    return block.consent


def is_site_link(block: Block) -> bool:
    """A short link with the website's own phrases: "Contact us", "Subscribe"."""
    return block.linked > 0.9 and len(block.text) < _BUTTON and _speaks_for_site(block)


def is_site_line(block: Block) -> bool:
    """A line, or a longer block with links, in which the website speaks for itself."""
    short = len(block.text) < _LINE or (len(block.text) < _PARAGRAPH and block.linked > 0.3)
    return short and _speaks_for_site(block)


def is_network_line(block: Block) -> bool:
    """A line that points at an account at a social network: "Follow … on Twitter"."""
    return promotion.points_at_network(block.text)


def is_site_paragraph(block: Block) -> bool:
    """A paragraph with one of the website's phrases, which an article may use as well."""
    return _LINE <= len(block.text) < _PARAGRAPH and _speaks_for_site(block)


def is_date_line(block: Block) -> bool:
    """A line that is only a date, which the page's metadata hold already."""
    if block.node.name in ITEMS or not stamps.is_stamp(block.text):
        return False
    return not promotion.is_quoted(block.node)


def is_mostly_links(block: Block) -> bool:
    """A block that is nearly all links: suspicious beside boilerplate, innocent by itself."""
    return block.linked > 0.8 and len(block.text) < _LINKED


RULES: tuple[Rule, ...] = (
    Rule(is_label, 3),
    Rule(is_marked_link, 3),
    Rule(is_count, 3),
    Rule(is_link, 3),
    Rule(is_link_section, 3),
    Rule(is_consent_notice, 3),
    Rule(is_account_list, 3, accounts=True),
    Rule(is_invitation, 3),
    Rule(is_consent_sentence, 1, prose=True),
    Rule(is_site_link, 3),
    Rule(is_site_line, 2, site=True),
    Rule(is_network_line, 2, site=True),
    Rule(is_site_paragraph, 1, site=True),
    Rule(is_date_line, 2, stamp=True),
    Rule(is_mostly_links, 1),
)
"""In order: the first rule that applies to a block judges it."""


@cache
def labels() -> frozenset[str]:
    """Return the known labels and buttons, normalised."""
    return frozenset(
        f" {word.strip()} " for word in lexicon.phrases("boilerplate", "label", "words")
    )


def _speaks_for_site(block: Block) -> bool:
    if "site" in lexicon.kinds(block.words):
        return True
    return len(block.text) < _LINE and _EMAIL.search(block.text) is not None
