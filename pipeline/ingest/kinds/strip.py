"""Of a feed only what is read of it.

In: a feed that is well-formed XML without a DTD. Out: the same without the elements and the many
attributes that nobody here reads. Refuses nothing: what it cannot parse comes back as it is.

feedparser compares each category with all before it, looks for addresses in authors by a pattern
that takes the square of their length, asks for each attribute by going through all, and gives up
a whole feed for one odd coordinate: 80 kB of any of these cost it minutes, or the feed.
"""

from lxml import etree

from pipeline import safexml

# Local names, in lower case, of the elements that hold entries, of those whose markup is text to be
# read, and of those that are a word each.
_HOLDERS = frozenset({"rss", "rdf", "feed", "channel", "item", "entry", "items"})
_TEXTS = frozenset(
    {"title", "description", "summary", "content", "encoded", "abstract", "body", "fullitem"}
)
_WORDS = frozenset(
    {
        *("link", "guid", "id", "language", "ttl", "updateperiod", "updatefrequency"),
        *("pubdate", "published", "updated", "date", "issued", "modified", "created"),
    }
)
# More attributes than any element of HTML, Atom or RSS has.
_MOST = 40


def essential(content: bytes) -> bytes:
    """`content` without what is not read of it, in time linear in its size."""
    try:
        root = safexml.parse(content, bare=True, bounded=True)  # by `trim`
    except (etree.LxmlError, ValueError):
        return content
    if _name(root) not in _HOLDERS:
        return content
    for element in [root, *root.iter("{*}*")]:
        if len(element.attrib) > _MOST:
            for name in list(element.attrib)[_MOST:]:
                del element.attrib[name]
    around = _around_entries(root)
    waiting = [root]
    while waiting:
        for child in list(waiting.pop()):
            name = _name(child)
            if name in _WORDS:
                for inner in list(child):
                    _drop(inner)
            elif name in _TEXTS:
                continue
            elif name in _HOLDERS or child in around:
                waiting.append(child)
            else:
                _drop(child)
    return etree.tostring(root, encoding="utf-8")


def _around_entries(root: etree._Element) -> set[etree._Element]:
    """What entries are in, whatever it is called: nothing with an entry in it is dropped."""
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
    """Take an element out, and leave the text behind it."""
    parent = element.getparent()
    if parent is not None:
        tail, before = element.tail, element.getprevious()
        if tail and before is not None:
            before.tail = (before.tail or "") + tail
        elif tail:
            parent.text = (parent.text or "") + tail
        parent.remove(element)
