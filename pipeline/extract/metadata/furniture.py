"""Which elements belong to a comment, a teaser, a side column or the footer.

In: elements of a page. Out: whether each stands in furniture, remembered along the ancestors.
It refuses to take a frame round the whole article for furniture, whatever its class says.
"""

import re

from bs4 import Tag

_NAMES = frozenset({"aside", "footer", "nav"})
_WORDS = re.compile(
    r"(?:^|[\s_-])comments?(?:[\s_-]|$)|disqus|related|footer(?!row)|sidebar|widget|teaser"
    r"|recommend|copyright"
)
# Clocks and bars at the top of a page tell the day of the visit.
_BAR = re.compile(
    r"(?:^|[\s_-])(?:nav-?(?:top|bar|wrap(?:per)?)|top-?(?:bar|nav)|current-?(?:date|time)|clock)"
    r"(?:[\s_-]|$)"
)
_BOX = 500  # characters of a column in the article that tells of it
# States and layouts that wrappers of whole pages carry among their classes.
_STATES = re.compile(
    r"comments?-(?:open|closed|status-\w+|enabled|disabled)|(?:has|no|with)-(?:comments?|sidebar)"
    r"|elementor-\S*|header-footer-group|(?:entry|post|article|story|content)[_-]*footer"
    r"|(?:^|\s)(?:category|tag|topic)-\S+"
    # A byline that is a widget of a page builder, and the frame of Blogger's posts.
    r"|widget(?=\s+(?:\S*(?:authors?|byline)|blog\b))"
)
# The article's own.
_FOOT = re.compile(
    r"(?:entry|post|article|story|content)[_-]*footer|(?:entry|post|article)[_-]*meta"
)
_COLUMN = re.compile(r"sidebar|teaser")
_LONG = 80  # characters of a paragraph that is no label
_ENOUGH = 3
_PLENTY = 6  # such paragraphs in a column that has no heading


class Furniture:
    """Judges elements; every answer is kept for the elements on the way up."""

    def __init__(self) -> None:
        self._known: dict[int, bool] = {}

    def holds(self, tag: Tag) -> bool:
        """Say whether an element is, or stands in, what does not belong to the article."""
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
    told = _WORDS.search(words) and _WORDS.search(_STATES.sub(" ", words))
    if not (named or told or (_BAR.search(words) and tag.find_parent("article") is None)):
        return False
    return not _frames_article(tag) and not _tells_of_article(tag, words)


def _tells_of_article(tag: Tag, words: str) -> bool:
    """Say whether a side column stands in the article, with its heading, and is a small box."""
    if "sidebar" not in words and tag.name != "aside":
        return False
    frame = tag.find_parent("article")
    return frame is not None and frame.find("h1") is not None and len(tag.get_text(" ")) < _BOX


def _frames_article(tag: Tag) -> bool:
    """Say whether an element holds the heading of the first rank and several paragraphs.

    What is named a side column or a teaser may be the head of the page, with the first of such
    headings, or the frame of two columns, with many paragraphs and none.
    """
    heading = tag.find("h1")
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
    for paragraph in tag.find_all("p"):
        count += len(paragraph.get_text()) > _LONG
        if count == enough:
            return True
    return False
