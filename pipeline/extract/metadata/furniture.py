"""Which elements belong to a comment, a teaser, a side column or the footer.

In: elements of a page. Out: whether each stands in furniture, remembered along the ancestors.
It refuses to take a frame round the whole article for furniture, whatever its class says.
"""

import re

from bs4 import Tag

_NAMES = frozenset({"aside", "footer", "nav"})
_WORDS = re.compile(
    r"(?:^|[\s_-])comments?(?:[\s_-]|$)|disqus|related|footer|sidebar|widget|teaser|recommend"
    r"|copyright"
)
# States and layouts that wrappers of whole pages carry among their classes.
_STATES = re.compile(
    r"comments?-(?:open|closed|status-\w+|enabled|disabled)|(?:has|no|with)-(?:comments?|sidebar)"
    r"|elementor-\S*|header-footer-group"
)
_LONG = 80  # characters of a paragraph that is no label
_ENOUGH = 3


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
    if tag.name not in _NAMES:
        words = f"{tag.get('class') or ''} {tag.get('id') or ''}".lower()
        if not _WORDS.search(words) or not _WORDS.search(_STATES.sub(" ", words)):
            return False
    return not _frames_article(tag)


def _frames_article(tag: Tag) -> bool:
    """Say whether an element holds a heading of the first rank and several paragraphs."""
    if tag.find("h1") is None:
        return False
    count = 0
    for paragraph in tag.find_all("p"):
        count += len(paragraph.get_text()) > _LONG
        if count == _ENOUGH:
            return True
    return False
