"""The rules that judge one element of a page by its name, its role and its class and id.

In: an `Element`: a node of the measured outline and its place on the page. `judge` returns the
verdict of the first rule of `RULES` that applies, None where that rule keeps the node or none
applies. Never raises.

To add a rule, write a predicate over `Element` with a one-sentence docstring and put it into
`RULES` at its place; to remove one, delete both. A rule's name is its function's name. What a rule
earns is measured by `bench/ablation.py`.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from bs4 import Tag

from pipeline.extract.page import lexicon
from pipeline.extract.page.builder import within
from pipeline.extract.page.elements import PICTURES, SUBHEADINGS
from pipeline.extract.page.node import Node

_ROLES: Final = frozenset(
    [
        "navigation",
        "banner",
        "contentinfo",
        "search",
        "menu",
        "menubar",
        "toolbar",
        "tablist",
        "dialog",
        "alertdialog",
        "alert",
        "complementary",
        "form",
        "status",
        "tooltip",
    ]
)
_LANDMARKS: Final = frozenset(["nav", "footer", "aside", "form"])
_MICRODATA: Final = frozenset({"articlebody", "text", "description", "headline"})
_CONTENT: Final = frozenset(
    {"figure", "table", "tbody", "tr", "blockquote", "pre", "h1", "picture"}
)
# What is hidden at some widths only: "hidden-xs", "d-none-on-mobile".
_AT_WIDTHS = re.compile(
    r"[\w-]*(hidden|hide|invisible|none)-(on-)?"
    r"(x*[sml]|xs|xl|sm|md|lg|mobile|tablet|phone|desktop|small|medium|large|print)\b[\w-]*"
)
_UNSEEN: Final = ("hid", "invisible", "none")
_AD = re.compile(r"\b(ads?|adv)\b")
# Names of buttons, and of the pictures that readers can share with them.
_SHARE = re.compile(
    r"(?<![a-z])(share|sharing|shareable|shared|social|pin-?it|pinterest)s?(?![a-z])"
)
_PHOTO = re.compile(r"\.(jpe?g|webp|avif)([?#\s]|$)", re.I)
_MOST = 12  # elements in the box of one picture
_CREDIT = 120  # width of a caption or credit beside a picture
_EMBED = re.compile("embed|tweet|twitter|instagram|facebook-post|tiktok|youtube")
_FIELDS: Final = frozenset({"text", "password", "email", "tel"})
_FORM = 0.8  # share of the page's prose that is too much for a form beside an article
_SENTENCES = 5  # paragraphs of a form with its explanations
_LARGE = 0.3  # share of the page's prose that is too much for boilerplate
_ARTICLE = 500.0  # prose of a short article, in characters
_SHORT = 200.0  # prose of a block that says more than an advertisement
_META = 400  # characters of a block of facts about the article
_LABEL = 30  # width of the label of a fact check's verdict
WIDE = 200
"""Width in pixels of a picture that is too wide for an icon."""

_DEEP = 4  # levels that a picture may lie under its figure


class Element:
    """A node, and what the rules look at.

    `key` is the node's class and id in lower case, without what says nothing of its purpose;
    `share` is the node's part of the page's prose, which is `total` characters (0 to 1). `inside`
    says that an article or main element is around the node, `most` that the node and siblings built
    alike hold most of the page's prose. `rating` is the normalised verdict of a fact check, or "".
    """

    __slots__ = ("inside", "key", "most", "node", "rating", "share", "total")

    def __init__(self, node: Node, total: float, inside: bool, most: bool, rating: str) -> None:
        self.node = node
        self.total = total
        self.inside = inside
        self.most = most
        self.rating = rating
        self.share = node.prose / total
        # The id of a heading is made of its words, which say nothing of the page's structure.
        key = node.get("class").lower() if node.name in SUBHEADINGS else node.key
        if key:
            key = _at_all_widths(key)
            # Text in sentences is no advertisement, whatever its name has room for.
            if _is_prose(node):
                key = _AD.sub(" ", key)
            elif is_shared_photo(node):
                key = _SHARE.sub(" ", key)
        self.key = key


class Rule(NamedTuple):
    """A predicate over an element, and the verdict of those it applies to: None keeps them."""

    applies: Callable[[Element], bool]
    verdict: str | None

    @property
    def name(self) -> str:
        """The name of the predicate, by which the rule is switched off in an ablation."""
        return self.applies.__name__


def judge(element: Element) -> str | None:
    """Return the verdict of the first rule that applies to an element, None where it stays."""
    for applies, verdict in RULES:
        if applies(element):
            return verdict
    return None


def is_live_blog_item(element: Element) -> bool:
    """An item of a row that holds most of the prose: a live blog's is often named a comment."""
    return element.most


def is_content_root(element: Element) -> bool:
    """The page's root or main element, or one that microdata call the article's text."""
    node = element.node
    return node.name in ("body", "html", "main") or node.get("itemprop").lower() in _MICRODATA


def is_account_form(element: Element) -> bool:
    """A form to fill in, or a field for a password, with a few sentences, no title, no picture."""
    node = element.node
    if node.tag is None or element.share > _FORM or not _asks(node):
        return False
    if next(within(node.tag, "img"), None) is not None:
        return False  # a shop's form, with the article that it sells
    paragraphs = sum(leaf.prose > 0 for leaf in node.leaves())
    return paragraphs <= _SENTENCES and not any(
        inner.name in ("h1", "article", "main") for inner in node.walk()
    )


def is_large_landmark(element: Element) -> bool:
    """A landmark that holds a good part of the prose: an article in the wrong element."""
    return element.share > _LARGE and is_landmark_node(element.node)


def is_landmark(element: Element) -> bool:
    """A navigation, footer, sidebar, form or dialog by its element or ARIA role."""
    return is_landmark_node(element.node)


def is_article_header(element: Element) -> bool:
    """A header element with the article's title or much of its text."""
    if element.node.name != "header" or element.inside:
        return False
    return element.share > 0.2 or _has_heading(element.node)


def is_page_header(element: Element) -> bool:
    """The website's header: one outside the article."""
    return element.node.name == "header" and not element.inside


def is_text_of_others(element: Element) -> bool:
    """A long text that is named as comments or the like, with an article beside it."""
    node = element.node
    if element.share <= _LARGE or not element.key or element.total - node.prose < _ARTICLE:
        return False
    if not lexicon.named("elsewhere", node.key) or _has_heading(node):
        return False
    return not any(inner.name == "main" for inner in node.walk())


def is_unnamed_or_large(element: Element) -> bool:
    """An element without a class or id, or with too much prose for its name to matter."""
    return not element.key or element.share > _LARGE


def is_article_element(element: Element) -> bool:
    """An article element with some prose."""
    return element.node.name == "article" and element.share > 0.1


def is_content_element(element: Element) -> bool:
    """An element for content, such as a figure, a table or a quotation, whatever its class."""
    return element.node.name in _CONTENT


def is_table_cell(element: Element) -> bool:
    """A table cell, whose class is about layout, unless it is named as somebody else's text."""
    return element.node.name == "td" and not lexicon.named("elsewhere", element.key)


def is_figure_picture(element: Element) -> bool:
    """A picture of a figure, with a class such as "image-and-copyright"."""
    return holds_figure_picture(element.node)


def is_named_hidden(element: Element) -> bool:
    """An element whose class hides it at every width of the screen."""
    return lexicon.named("hidden", element.key)


def is_embed(element: Element) -> bool:
    """An embedded post or player: named after a social network, but content."""
    if not _EMBED.search(element.key) or not _is_named_chrome(element):
        return False
    return any(
        child.name in ("blockquote", "iframe", "video", "figure") for child in _below(element.node)
    )


def is_named_body(element: Element) -> bool:
    """An element with some prose that is named as the article's body as well."""
    if element.share <= 0.02 or not _is_named_chrome(element):
        return False
    return lexicon.content_patterns()[0].search(element.key) is not None


def is_fact_check_verdict(element: Element) -> bool:
    """The verdict of a fact check: readers' ratings have the same class, but say something else."""
    node, rating = element.node, element.rating
    if not rating or "rating" not in node.key or node.chars > len(rating) + _LABEL:
        return False
    return _is_named_chrome(element) and rating in lexicon.normal(node.text())


def is_named_chrome(element: Element) -> bool:
    """An element whose class or id names boilerplate: navigation, sharing, comments, promotion."""
    return _is_named_chrome(element)


def is_named_meta(element: Element) -> bool:
    """A short block named as facts about the article: byline, date, tags, reading time."""
    node = element.node
    short = node.chars < _META and node.prose < 0.1 * element.total
    return short and lexicon.named("meta", element.key)


RULES: tuple[Rule, ...] = (
    Rule(is_live_blog_item, None),
    Rule(is_content_root, None),
    Rule(is_account_form, "landmark"),
    Rule(is_large_landmark, None),
    Rule(is_landmark, "landmark"),
    Rule(is_article_header, None),
    Rule(is_page_header, "landmark"),
    Rule(is_text_of_others, "elsewhere"),
    Rule(is_unnamed_or_large, None),
    Rule(is_article_element, None),
    Rule(is_content_element, None),
    Rule(is_table_cell, None),
    Rule(is_figure_picture, None),
    Rule(is_named_hidden, "hidden"),
    Rule(is_embed, None),
    Rule(is_named_body, None),
    Rule(is_fact_check_verdict, None),
    Rule(is_named_chrome, "chrome"),
    Rule(is_named_meta, "meta"),
)
"""In order: the first rule that applies to an element judges it."""


def holds_figure_picture(node: Node) -> bool:
    """Say whether a node is in a figure and holds its picture (an icon in SVG is none)."""
    above = node.parent
    for _ in range(_DEEP):
        if above is None:
            return False
        if above.name == "figure":
            break
        above = above.parent
    else:
        return False
    return any(
        inner.name in PICTURES and ".svg" not in inner.get("src")
        for inner in (node, *node.inlines())
    )


def is_shared_photo(node: Node) -> bool:
    """Say whether a node named after sharing is one large picture that leads nowhere.

    Buttons are small, several, links or text; a caption may be there.
    """
    if not _SHARE.search(node.key) or node.links or node.chars > _CREDIT:
        return False
    inner = (node, *islice(node.inlines(), _MOST))
    found = [one for one in inner if one.name in ("img", "amp-img")][:2]
    if len(found) != 1 or len(inner) > _MOST:
        return False
    if any(one.name == "a" and not _leads_to_picture(one) for one in inner):
        return False
    wide = found[0].get("width")
    if wide.isdigit():
        return int(wide) >= WIDE
    return not wide and any(
        _PHOTO.search(found[0].get(name)) for name in ("src", "data-src", "srcset", "data-srcset")
    )


def _leads_to_picture(link: Node) -> bool:
    href = link.get("href")
    return not href or href.startswith(("#", "javascript:")) or bool(_PHOTO.search(href))


@lru_cache(maxsize=8192)  # many elements of a page have the same class
def _at_all_widths(key: str) -> str:
    return _AT_WIDTHS.sub(" ", key) if any(word in key for word in _UNSEEN) else key


def _is_prose(node: Node) -> bool:
    """Say whether a node is text in sentences."""
    return node.prose > _SHORT and node.links < 0.2 * node.chars


def _asks(node: Node) -> bool:
    """Say whether a node is a form with a field to fill in, or holds one with a password beside it.

    Frameworks wrap whole pages in a form: the caller has to look at what else is in it.
    """
    tag = node.tag
    if tag is None:
        return False
    if node.name == "form":
        return any(str(field.get("type") or "text").lower() in _FIELDS for field in tag("input"))
    forms = [one for one in tag.contents if isinstance(one, Tag) and one.name == "form"]
    return any(form.find("input", type="password") is not None for form in forms)


def is_landmark_node(node: Node) -> bool:
    """Say whether a node is a navigation, footer, sidebar, form or dialog, not what it holds."""
    return node.name in _LANDMARKS or node.get("role").lower() in _ROLES


def _is_named_chrome(element: Element) -> bool:
    return lexicon.named("chrome", element.key) or (
        element.share < 0.1 and lexicon.named("furniture", element.key)
    )


def _below(node: Node) -> Iterator[Node]:
    yield from node.walk()
    for leaf in node.leaves():
        yield from leaf.inlines()


def _has_heading(node: Node) -> bool:
    return any(child.name == "h1" for child in node.walk())
