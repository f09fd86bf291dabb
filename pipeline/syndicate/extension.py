"""A feedgen extension that adds what feedgen 1.0 lacks and corrects what it writes wrongly.

feedgen passes the lxml element it has built. The extension writes links, authors and source into
it, as RFC 4287 and the RSS Best Practices Profile require. It removes dates that feedgen took from
the clock if the feed has none, so that the output depends on the input only.
"""

from dataclasses import dataclass

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree

from pipeline.article import Enclosure, Episode
from pipeline.syndicate.common import Link
from pipeline.syndicate.enclosures import Picture
from pipeline.syndicate.xmltext import clearly_text, never_markup

ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
MEDIA = "http://search.yahoo.com/mrss/"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
HISTORY = "http://purl.org/syndication/history/1.0"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_Element = etree._Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The publication of an entry: `source` of RFC 4287 §4.2.11 and RSS 2.0."""

    title: str
    url: str
    updated: str


def _child(parent: _Element, name: str, text: str = "", **attributes: str) -> _Element:
    element = etree.SubElement(parent, name, attributes)
    if text:
        element.text = text
    return element


class WireExtension(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """The extension for the feed: links with all attributes, no date taken from the clock."""

    def __init__(self) -> None:
        self.links: tuple[Link, ...] = ()
        self.dated = True
        self.archived = False
        self.podcast = False
        self.stylesheet = ""
        self.language = ""

    def extend_ns(self) -> dict[str, str]:
        """The namespaces, declared once on the root."""
        names = {"dc": DC, "dcterms": DCTERMS, "media": MEDIA}
        names |= {"itunes": ITUNES} if self.podcast else {}
        return {**names, "fh": HISTORY} if self.archived else names

    def extend_atom(self, feed: _Element) -> _Element:
        """Add the links to the Atom feed."""
        for link in self.links:
            _child(feed, "link", **link.attributes())
        return self._extend(feed, feed)

    def extend_rss(self, feed: _Element) -> _Element:
        """Add the links to the RSS channel; remove `lastBuildDate` if there are no entries."""
        channel = feed[0]
        # Some readers ignore `language` and use xml:lang.
        feed.set(XML_LANG, self.language)
        for element in channel.findall("lastBuildDate"):
            if not self.dated:
                channel.remove(element)
        for link in self.links:
            _child(channel, f"{{{ATOM}}}link", **link.attributes())
        return self._extend(feed, channel)

    def _extend(self, root: _Element, channel: _Element) -> _Element:
        if self.archived:
            _child(channel, f"{{{HISTORY}}}archive")
        if self.stylesheet:
            instruction = etree.ProcessingInstruction(
                "xml-stylesheet", f'type="text/css" href="{self.stylesheet}"'
            )
            root.addprevious(instruction)
        return root


class WireEntryExtension(BaseEntryExtension):  # type: ignore[misc]
    """The extension for an entry: full links, authors without e-mail, source, lead image, files
    as Media RSS, and what a podcast's player is told. In RSS `files` are those besides the first,
    in Atom those with a duration, for which its links have no attribute."""

    def __init__(self) -> None:
        self.links: tuple[Link, ...] = ()
        self.authors: tuple[str, ...] = ()
        self.origin: Origin | None = None
        self.picture: Picture | None = None
        self.files: tuple[Enclosure, ...] = ()
        self.episode: Episode | None = None
        self.modified = ""
        self.rights = ""

    def extend_atom(self, entry: _Element) -> _Element:
        """Replace feedgen's links by full ones; add the source with its id and date."""
        for incomplete in entry.findall("link"):
            entry.remove(incomplete)
        for link in self.links:
            _child(entry, "link", **link.attributes())
        if self.origin:
            source = _child(entry, "source")
            _child(source, "id", self.origin.url)
            _child(source, "title", clearly_text(self.origin.title))
            _child(source, "updated", self.origin.updated)
            _child(source, "link", rel="alternate", href=self.origin.url)
        self._add_picture(entry)
        for file in self.files:
            _add_media(entry, file)
        return entry

    def extend_rss(self, item: _Element) -> _Element:
        """Add authors as `dc:creator` (RSS `author` must be an e-mail address), rights, last
        change, source and lead image."""
        for author in self.authors:
            _child(item, f"{{{DC}}}creator", author)
        if self.rights:
            _child(item, f"{{{DC}}}rights", self.rights)
        if self.modified:
            _child(item, f"{{{DCTERMS}}}modified", self.modified)
        if self.origin:
            _child(item, "source", never_markup(self.origin.title), url=self.origin.url)
        self._add_picture(item)
        for file in self.files:
            if self.picture is None or file.url != self.picture.url:
                _add_media(item, file)
        if self.episode is not None:
            self._add_episode(item, self.episode)
        return item

    def _add_episode(self, item: _Element, episode: Episode) -> None:
        """Add Apple's podcast tags (podcasters.apple.com/support/823-podcast-requirements)."""
        explicit = {True: "true", False: "false", None: ""}[episode.explicit]
        for name, value in (
            ("author", never_markup(", ".join(self.authors))),
            ("duration", str(episode.duration or "")),
            ("season", str(episode.season or "")),
            ("episode", str(episode.number or "")),
            ("episodeType", episode.kind),
            ("explicit", explicit),
        ):
            if value:
                _child(item, f"{{{ITUNES}}}{name}", value)
        if episode.image:
            _child(item, f"{{{ITUNES}}}image", href=episode.image)

    def _add_picture(self, entry: _Element) -> None:
        """Add the lead image as Media RSS. feedgen writes the enclosure, which needs a length."""
        if self.picture:
            picture = self.picture
            file = Enclosure(url=picture.url, type=picture.type, length=picture.length)
            _add_media(entry, file, "image")


def _add_media(entry: _Element, file: Enclosure, medium: str = "") -> None:
    """Add a file as Media RSS 1.5.1 `media:content`."""
    kind = file.type.partition("/")[0]
    pairs = (
        ("url", file.url),
        ("type", file.type),
        ("fileSize", str(file.length or "")),
        ("duration", str(file.duration or "")),
        ("medium", medium or (kind if kind in ("audio", "video", "image") else "")),
    )
    _child(entry, f"{{{MEDIA}}}content", **{name: value for name, value in pairs if value})
