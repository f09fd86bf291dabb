"""The feedgen extension that mends what feedgen 1.0 lacks or bends.

feedgen hands an extension the lxml element it has built; this one is given links, authors and
source as values and writes them as RFC 4287 and the RSS Best Practices Profile ask. It keeps no
clock: dates that feedgen took from "now" are removed where the feed has none of its own.
"""

from dataclasses import dataclass

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_Element = etree._Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """RFC 4287 §4.2.7; empty attributes are not written."""

    rel: str
    href: str
    type: str = ""
    hreflang: str = ""
    title: str = ""

    def attributes(self) -> dict[str, str]:
        """The attributes that have a value, in a fixed order."""
        pairs = (
            ("rel", self.rel),
            ("type", self.type),
            ("hreflang", self.hreflang),
            ("title", self.title),
            ("href", self.href),
        )
        return {name: value for name, value in pairs if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The publication an entry comes from: RFC 4287 §4.2.11 and RSS 2.0 `source`."""

    title: str
    url: str
    updated: str


def _child(parent: _Element, name: str, text: str = "", **attributes: str) -> _Element:
    element = etree.SubElement(parent, name, attributes)
    if text:
        element.text = text
    return element


class WireExtension(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """For the feed: all links with all attributes, and no date that is only "now"."""

    def __init__(self) -> None:
        self.links: tuple[Link, ...] = ()
        self.dated = True

    def extend_ns(self) -> dict[str, str]:
        """Namespaces declared once, on the root."""
        return {"dc": DC, "dcterms": DCTERMS}

    def extend_atom(self, feed: _Element) -> _Element:
        """Put every link into the Atom feed."""
        for link in self.links:
            _child(feed, "link", **link.attributes())
        return feed

    def extend_rss(self, feed: _Element) -> _Element:
        """Put every link into the RSS channel; drop `lastBuildDate` where nothing is dated."""
        channel = feed[0]
        for element in channel.findall("lastBuildDate"):
            if not self.dated:
                channel.remove(element)
        for link in self.links:
            _child(channel, f"{{{ATOM}}}link", **link.attributes())
        return feed


class WireEntryExtension(BaseEntryExtension):  # type: ignore[misc]
    """For an entry: full links, authors without e-mail, a complete source, typed texts."""

    def __init__(self) -> None:
        self.links: tuple[Link, ...] = ()
        self.authors: tuple[str, ...] = ()
        self.origin: Origin | None = None
        self.modified = ""

    def extend_atom(self, entry: _Element) -> _Element:
        """Replace feedgen's bare links, and add the source with its id and date."""
        for bare in entry.findall("link"):
            entry.remove(bare)
        for link in self.links:
            _child(entry, "link", **link.attributes())
        if self.origin:
            source = _child(entry, "source")
            _child(source, "id", self.origin.url)
            _child(source, "title", self.origin.title)
            _child(source, "updated", self.origin.updated)
            _child(source, "link", rel="alternate", href=self.origin.url)
        return entry

    def extend_rss(self, item: _Element) -> _Element:
        """Name authors in `dc:creator` (RSS `author` must be an e-mail), and the last change."""
        for author in self.authors:
            _child(item, f"{{{DC}}}creator", author)
        if self.modified:
            _child(item, f"{{{DCTERMS}}}modified", self.modified)
        if self.origin:
            _child(item, "source", self.origin.title, url=self.origin.url)
        return item
