"""Remove from a feed all elements that babelwire does not read.

`strip_unread` takes a feed that is well-formed XML without a DTD, and returns it without unread
elements and without surplus attributes, and what the caller read of each entry before. Never
raises: a feed that it cannot parse is returned unchanged.

This protects against feedparser's weaknesses: it is quadratic in the number of categories, the
length of an author and the number of attributes, and rejects a whole feed for one invalid
coordinate. 80 kB of any of these take minutes, or lose the feed.
"""

import re
from collections.abc import Callable
from typing import TypeVar

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
MARK = "babelwireentry"
"""The element in each entry that has the entry's number; feedparser keeps it under this name."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# More attributes than any element of HTML, Atom or RSS has.
_MAX_ATTRIBUTES = 40


Read = TypeVar("Read")


def strip_unread(
    content: bytes, read: Callable[[etree._Element], Read]
) -> tuple[bytes, list[Read]]:
    """Return `content` without unread elements, in time linear in its size.

    Also returns what `read` gives for the element of each entry, which has everything still; MARK
    in an entry says which of these is its own.
    """
    try:
        root = safexml.parse(content, bare=True, bounded=True)  # by `trim`
    except (etree.LxmlError, ValueError):
        return content, []
    if _name(root) not in _CONTAINERS:
        return content, []
    entries = [one for one in root.iter("{*}*") if _name(one) in ("item", "entry")]
    found = [read(one) for one in entries]
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
                if name == "guid" and not _is_address(child.text or ""):
                    child.set("isPermaLink", "false")
            elif name in _MARKUP:
                continue
            elif name in _CONTAINERS or child in around:
                waiting.append(child)
            else:
                _drop(child)
    for number, entry in enumerate(entries):
        namespace = str(entry.tag).rpartition("}")[0]
        mark = etree.SubElement(entry, f"{namespace}}}{MARK}" if namespace else MARK)
        mark.text = str(number)
    return etree.tostring(root, encoding="utf-8"), found


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


def _is_address(guid: str) -> bool:
    """Return whether a guid may be a link, which it is by RSS 2.0 where it is not said otherwise.

    Many feeds forget to say so of a number or a `urn:`; feedparser would make an address of it.
    """
    scheme = _SCHEME.match(guid.strip())
    if scheme is not None:
        return scheme[0].lower() in ("http:", "https:")
    return "/" in guid or "?" in guid


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
