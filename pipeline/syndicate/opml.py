"""Builds an OPML 2.0 subscription list of the feeds (http://opml.org/spec2.opml).

Takes FeedSpecs; returns UTF-8 XML with one outline per feed and language, below one outline per
language. Feeds without a public address are left out, because nobody could subscribe to them.
"""

from collections.abc import Sequence

from lxml import etree

from pipeline.article import FeedSpec
from pipeline.syndicate.common import address, description, full_title, home
from pipeline.syndicate.formats import formats_of
from pipeline.syndicate.language import language_name, language_tag
from pipeline.syndicate.xmltext import plain_line

OPML_TYPE = "text/x-opml"


def opml(feeds: Sequence[FeedSpec], language: str = "", name: str = "babelwire") -> bytes:
    """The subscription list of all languages, or of `language` only.

    The addresses are those of the RSS files, because every reader supports RSS; of a feed without
    RSS, those of its first format. Raises PublishError for a language code that is no BCP 47 tag.
    """
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = plain_line(name)
    body = etree.SubElement(root, "body")
    codes = sorted({code for feed in feeds for code in feed.languages})
    for code in [code for code in codes if language in ("", code)]:
        listed = [feed for feed in feeds if code in feed.languages and feed.base_url]
        if not listed:
            continue
        # Only its text: the W3C's validator expects a type beside any other attribute.
        group = etree.SubElement(body, "outline", text=language_name(code, code))
        for feed in sorted(listed, key=lambda feed: feed.id):
            _outline(group, feed, code)
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _outline(group: etree._Element, feed: FeedSpec, code: str) -> None:
    suffixes = [form.suffix for form in formats_of(feed)]
    if not suffixes:
        return
    suffix = "rss" if "rss" in suffixes else suffixes[0]
    etree.SubElement(
        group,
        "outline",
        {
            "type": "rss",
            **({"version": "RSS2"} if suffix == "rss" else {}),
            "text": full_title(feed, code),
            "title": full_title(feed, code),
            "description": description(feed, code),
            "language": language_tag(code),
            "xmlUrl": address(feed, code, suffix),
            "htmlUrl": home(feed, code, ()),
        },
    )
