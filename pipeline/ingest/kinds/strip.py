"""Remove from a feed all elements that babelwire does not read.

`strip_unread` takes a feed that is well-formed XML without a DTD, and returns it without unread
elements and without surplus attributes. Never raises: a feed that it cannot parse is returned
unchanged.

This protects against feedparser's weaknesses: it is quadratic in the number of categories, the
length of an author and the number of attributes, and rejects a whole feed for one invalid
coordinate. 80 kB of any of these take minutes, or lose the feed.
"""

from lxml import etree

from pipeline import safexml

# Local names in lower case: elements that contain entries, elements whose content is markup, and
# elements with a plain value.
_CONTAINERS = frozenset({"rss", "rdf", "feed", "channel", "item", "entry", "items"})
_MARKUP = frozenset(
    {"title", "description", "summary", "content", "encoded", "abstract", "body", "fullitem"}
)
_VALUES = frozenset(
    {
        *("link", "guid", "id", "language", "ttl", "updateperiod", "updatefrequency"),
        *("pubdate", "published", "updated", "date", "issued", "modified", "created"),
    }
)
# More attributes than any element of HTML, Atom or RSS has.
_MAX_ATTRIBUTES = 40


def strip_unread(content: bytes) -> bytes:
    """Return `content` without unread elements, in time linear in its size."""
    try:
        root = safexml.parse(content, bare=True, bounded=True)  # by `trim`
    except (etree.LxmlError, ValueError):
        return content
    if _name(root) not in _CONTAINERS:
        return content
    for element in [root, *root.iter("{*}*")]:
        if len(element.attrib) > _MAX_ATTRIBUTES:
            for name in list(element.attrib)[_MAX_ATTRIBUTES:]:
                del element.attrib[name]
    around = _around_entries(root)
    waiting = [root]
    while waiting:
        for child in list(waiting.pop()):
            name = _name(child)
            if name == "link" and _leads_nowhere(child):
                _drop(child)
            elif name in _VALUES:
                for inner in list(child):
                    _drop(inner)
            elif name in _MARKUP:
                continue
            elif name in _CONTAINERS or child in around:
                waiting.append(child)
            else:
                _drop(child)
    return etree.tostring(root, encoding="utf-8")


def _leads_nowhere(link: etree._Element) -> bool:
    """Return whether a link of Atom has no address, which feedparser's users trip over."""
    return link.get("rel") is not None and not (link.get("href") or (link.text or "").strip())


def _around_entries(root: etree._Element) -> set[etree._Element]:
    """Return all ancestors of entries, of any name: they must not be removed."""
    around: set[etree._Element] = set()
    for entry in root.iter("{*}item", "{*}entry"):
        above = entry.getparent()
        while above is not None and above not in around:
            around.add(above)
            above = above.getparent()
    return around


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _drop(element: etree._Element) -> None:
    """Remove an element, but keep the text after it (its tail)."""
    parent = element.getparent()
    if parent is not None:
        tail, before = element.tail, element.getprevious()
        if tail and before is not None:
            before.tail = (before.tail or "") + tail
        elif tail:
            parent.text = (parent.text or "") + tail
        parent.remove(element)
