"""Page furniture: elements in comments, teasers, side columns or the footer.

In: elements of a page. Out: whether each is inside furniture; the answers are cached along the
ancestors. Never raises. A frame around the whole article is no furniture, whatever its class.
"""

import re

from bs4 import Tag

from pipeline.extract.page.builder import around, within

_NAMES = frozenset({"aside", "footer", "nav"})
_WORDS = re.compile(
    r"(?:^|[\s_-])comments?(?:[\s_-]|$)|disqus|related|footer(?!row)|sidebar|widget|teaser"
    r"|recommend|copyright"
)
# Clocks and bars at the top of a page show the day of the visit.
_BAR = re.compile(
    r"(?:^|[\s_-])(?:nav-?(?:top|bar|wrap(?:per)?)|top-?(?:bar|nav)|current-?(?:date|time)|clock)"
    r"(?:[\s_-]|$)"
)
_BOX = 500  # characters of a side column that may be about the article
# Classes of states and layouts that the wrappers of whole pages have.
_STATES = re.compile(
    r"comments?-(?:open|closed|status-\w+|enabled|disabled)|(?:has|no|with)-(?:comments?|sidebar)"
    r"|elementor-\S*|header-footer-group|(?:entry|post|article|story|content)[_-]*footer"
    r"|(?:^|\s)(?:category|tag|topic)-\S+"
    # A byline that is a widget of a page builder, and the frame of Blogger's posts.
    r"|widget(?=\s+(?:\S*(?:authors?|byline)|blog\b))"
)
# The article's own header or footer.
_FOOT = re.compile(
    r"(?:entry|post|article|story|content)[_-]*footer|(?:entry|post|article)[_-]*meta"
)
_COLUMN = re.compile(r"sidebar|teaser")
_LONG = 80  # characters of a paragraph that is no label
_ENOUGH = 3
_PLENTY = 6  # such paragraphs in a column without an h1


class Furniture:
    """Decides for elements whether they are furniture, and caches the answer of each ancestor."""

    def __init__(self) -> None:
        self._known: dict[int, bool] = {}

    def holds(self, tag: Tag) -> bool:
        """Say whether an element is, or is inside, something that is no part of the article."""
        path: list[Tag] = []
        node: Tag | None = tag
        answer = False
        while node is not None:
            known = self._known.get(id(node))
            if known is not None:
                answer = known
                break
            path.append(node)
            node = node.parent
        for node in reversed(path):
            answer = answer or _is_furniture(node)
            self._known[id(node)] = answer
        return answer


def _is_furniture(tag: Tag) -> bool:
    if tag.name in ("body", "html"):
        return False
    words = f"{tag.get('class') or ''} {tag.get('id') or ''}".lower()
    named = tag.name in _NAMES and not _FOOT.search(words)
    classed = _WORDS.search(words) and _WORDS.search(_STATES.sub(" ", words))
    if not (named or classed or (_BAR.search(words) and around(tag, "article") is None)):
        return False
    return not _frames_article(tag) and not _is_box_of_article(tag, words)


def _is_box_of_article(tag: Tag, words: str) -> bool:
    """Say whether a side column is a small box inside the article, which has its heading."""
    if "sidebar" not in words and tag.name != "aside":
        return False
    frame = around(tag, "article")
    if frame is None or len(tag.get_text(" ")) >= _BOX:
        return False
    return next(within(frame, "h1"), None) is not None


def _frames_article(tag: Tag) -> bool:
    """Say whether an element holds the h1 and several paragraphs.

    An element with the class of a side column or teaser may be the head of the page, with its first
    h1, or the frame of two columns, with many paragraphs and no h1.
    """
    heading = next(within(tag, "h1"), None)
    column = _COLUMN.search(f"{tag.get('class')} {tag.get('id')}") is not None
    if heading is not None:
        if column and not heading.find_previous("h1"):
            return True
        enough = _ENOUGH
    elif column:
        enough = _PLENTY
    else:
        return False
    count = 0
    for paragraph in within(tag, "p"):
        count += len(paragraph.get_text()) > _LONG
        if count == enough:
            return True
    return False
