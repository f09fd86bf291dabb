"""A checker of feeds: RFC 4287, RSS 2.0 and its Best Practices Profile, RFC 5005, JSON Feed 1.1,
OPML 2.0, and what else the W3C's feed validator warns of.

In come the bytes of a feed, out one line per broken rule (an empty list for a valid feed). It
reads with lxml, not with a lenient feed parser, and knows nothing of how the feed was made.
"""

import json
from datetime import datetime

from lxml import etree

from tests.syndicate.atom_rules import ATOM, check_atom
from tests.syndicate.list_rules import check_json, check_opml
from tests.syndicate.rss_rules import CONTENT, DC, check_rss
from tests.syndicate.rule_values import DEBRIS, Report

__all__ = ["ATOM", "CONTENT", "DC", "problems"]

HISTORY = "{http://purl.org/syndication/history/1.0}"
MAX_BYTES = 5_000_000  # the W3C validator reads no more
# What the validator knows by its own name; of others it says that it cannot judge them.
NAMESPACES = {
    "http://www.w3.org/2005/Atom",
    "http://purl.org/rss/1.0/modules/content/",
    "http://purl.org/dc/elements/1.1/",
    "http://purl.org/dc/terms/",
    "http://search.yahoo.com/mrss/",
    "http://purl.org/syndication/history/1.0",
    "http://www.itunes.com/dtds/podcast-1.0.dtd",
}


def problems(content: bytes, address: str = "", now: datetime | None = None) -> list[str]:
    """What is wrong with a feed or a list of feeds, of whichever format it is.

    `address` is where it was fetched from, `now` the time at which it was, where they are known.
    """
    report = Report()
    report.need(len(content) <= MAX_BYTES, f"{len(content)} bytes")
    report.need(not content.startswith(b"\xef\xbb\xbf"), "a byte order mark")
    report.need(not DEBRIS.search(content.decode("utf-8")), "debris of a charset mistake")
    if content.startswith(b"{"):
        feed = json.loads(content)
        check_json(feed, report, now)
        report.need(not address or feed.get("feed_url") == address, "feed_url is not its address")
        return report
    report.need(b"<!DOCTYPE" not in content[:1000], "a DOCTYPE")
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    for uri in {uri for element in root.iter() for uri in element.nsmap.values()}:
        report.need(uri in NAMESPACES, f"an unknown namespace: {uri}")
    if root.tag == f"{ATOM}feed":
        check_atom(root, report, now)
        check_history(root, report, address)
    elif root.tag == "rss":
        check_rss(root, report, now)
        check_history(root.find("channel"), report, address)
    elif root.tag == "opml":
        check_opml(root, report)
    else:
        report.append(f"the root is {root.tag}")
    return report


def check_history(channel, report, address):
    """RFC 5005 §4: how the documents of an archived feed are linked; and the link to itself."""
    found = {}
    for link in channel.findall(f"{ATOM}link"):
        found.setdefault(link.get("rel"), []).append(link.get("href"))
    for rel in ("self", "current", "prev-archive", "next-archive"):
        report.need(len(found.get(rel, [])) <= 1, f"more than one {rel} link")
    if address:
        report.need(found.get("self") == [address], f"self is not {address}: {found.get('self')}")
    archived = channel.find(f"{HISTORY}archive") is not None
    report.need(archived == ("current" in found), "fh:archive and current belong together")
    report.need(not archived or "hub" not in found, "an archive document with a hub")
    own = set(found.get("self", []))
    for rel in ("current", "prev-archive", "next-archive"):
        report.need(not own.intersection(found.get(rel, [])), f"{rel} leads to the document itself")
