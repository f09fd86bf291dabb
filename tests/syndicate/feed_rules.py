"""A checker of feeds: the rules of RFC 4287, RSS 2.0 and its Best Practices Profile, RFC 5005,
JSON Feed 1.1 and OPML 2.0.

In come the bytes of a feed, out one line per broken rule (an empty list for a valid feed). It
reads with lxml, not with a lenient feed parser, and knows nothing of how the feed was made.
"""

import json
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MAX_BYTES = 5_000_000  # the W3C validator reads no more

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
RFC822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"\d{4} \d\d:\d\d:\d\d ([+-]\d{4}|GMT)"
)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")
MEDIA_TYPE = re.compile(r"[a-z]+/[A-Za-z0-9.+-]+")
MARKUP = re.compile(r"<[A-Za-z/!]|&(#\d+|#x[0-9a-fA-F]+|[A-Za-z]\w+);")
UNSAFE = re.compile(
    r"<(script|style|iframe|object|embed|form|input|meta|link|base)\b|<[^>]*\son\w+\s*="
    r"|(?:href|src|poster|cite|action)=\"\s*(?:javascript|data|vbscript|file):",
    re.IGNORECASE,
)
RELATIVE = re.compile(r'(?:href|src|poster)="(?!https?://|mailto:)', re.IGNORECASE)

FEED_ONCE = {"id", "title", "updated", "generator", "icon", "logo", "rights", "subtitle"}
FEED_CHILDREN = FEED_ONCE | {"author", "category", "contributor", "link", "entry"}
ENTRY_ONCE = {"id", "title", "updated", "published", "rights", "summary", "content", "source"}
ENTRY_CHILDREN = ENTRY_ONCE | {"author", "category", "contributor", "link"}
_CHANNEL = """
    title link description language copyright managingEditor webMaster pubDate lastBuildDate
    generator docs cloud ttl image rating textInput skipHours skipDays
"""
CHANNEL_ONCE = _CHANNEL.split()
CHANNEL_CHILDREN = {*CHANNEL_ONCE, "category", "item"}
_ITEM = "title link description author comments enclosure guid pubDate source"
ITEM_ONCE = _ITEM.split()
ITEM_CHILDREN = {*ITEM_ONCE, "category"}


class Report(list):
    def need(self, condition, message):
        if not condition:
            self.append(message)


def problems(content: bytes) -> list[str]:
    """What is wrong with a feed or a list of feeds, of whichever format it is."""
    report = Report()
    report.need(len(content) <= MAX_BYTES, f"{len(content)} bytes")
    report.need(b"<!DOCTYPE" not in content, "a DOCTYPE")
    content.decode("utf-8")
    if content.startswith(b"{"):
        check_json(json.loads(content), report)
        return report
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    if root.tag == f"{ATOM}feed":
        check_atom(root, report)
        check_history(root, report)
    elif root.tag == "rss":
        check_rss(root, report)
        check_history(root.find("channel"), report)
    elif root.tag == "opml":
        check_opml(root, report)
    else:
        report.append(f"the root is {root.tag}")
    return report


def absolute(url):
    parts = urlsplit(url or "")
    if not parts.scheme or re.search(r"[\s<>\"{}|\\^`]", url):
        return False
    return bool(parts.netloc) if parts.scheme in {"http", "https"} else bool(parts.path)


def check_html(html, where, report):
    report.need(not UNSAFE.search(html), f"{where}: unsafe HTML: {UNSAFE.search(html)}")
    report.need(not RELATIVE.search(html), f"{where}: a relative address")
    pixel = re.search(r'<img[^>]*\b(?:width|height)="[01]"', html)
    report.need(not pixel, f"{where}: a tracking pixel")


def check_once(parent, once, where, report, namespace=""):
    for name in once:
        count = len(parent.findall(f"{namespace}{name}"))
        report.need(count <= 1, f"{where}: {count} × {name}")


def check_children(parent, allowed, where, report, namespace=""):
    for child in parent:
        name = child.tag if isinstance(child.tag, str) else ""
        if namespace and name.startswith(namespace):
            report.need(name[len(namespace) :] in allowed, f"{where}: unknown {name}")
        elif not namespace and not name.startswith("{"):
            report.need(name in allowed, f"{where}: unknown {name}")


# --- Atom -------------------------------------------------------------------------------------


def check_atom(feed, report):
    check_children(feed, FEED_CHILDREN, "feed", report, ATOM)
    check_once(feed, FEED_ONCE, "feed", report, ATOM)
    check_atom_core(feed, "feed", report)
    language = feed.get(XML_LANG)
    report.need(language and LANGUAGE.fullmatch(language), f"xml:lang {language!r}")
    entries = feed.findall(f"{ATOM}entry")
    authors = feed.findall(f"{ATOM}author")
    report.need(
        authors or all(entry.find(f"{ATOM}author") is not None for entry in entries),
        "no author (§4.1.1)",
    )
    for entry in entries:
        check_atom_entry(entry, report)
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    report.need(len(set(ids)) == len(ids), "ids are not unique")
    newest = max((date(e.findtext(f"{ATOM}updated")) for e in entries), default=None)
    if newest:
        report.need(date(feed.findtext(f"{ATOM}updated")) >= newest, "feed older than an entry")


def date(text):
    return datetime.fromisoformat(text)


def check_atom_core(parent, where, report):
    """id, title, updated, links, persons: the same rules for feed, entry and source."""
    for name in ("id", "title", "updated"):
        report.need(parent.findtext(f"{ATOM}{name}"), f"{where}: no {name}")
    report.need(absolute(parent.findtext(f"{ATOM}id")), f"{where}: id is no IRI")
    for name in ("updated", "published"):
        for element in parent.findall(f"{ATOM}{name}"):
            report.need(RFC3339.fullmatch(element.text or ""), f"{where}: {name} {element.text}")
    for name in ("title", "subtitle", "summary", "rights", "content"):
        for element in parent.findall(f"{ATOM}{name}"):
            kind = element.get("type", "text")
            report.need(kind in {"text", "html", "xhtml"}, f"{where}: {name} type {kind}")
            report.need(kind == "xhtml" or len(element) == 0, f"{where}: {name} has children")
            if kind == "html":
                check_html(element.text or "", f"{where} {name}", report)
    for person in (*parent.findall(f"{ATOM}author"), *parent.findall(f"{ATOM}contributor")):
        report.need(person.findtext(f"{ATOM}name"), f"{where}: a person without a name")
    alternates = []
    for link in parent.findall(f"{ATOM}link"):
        report.need(absolute(link.get("href")), f"{where}: link {link.get('href')}")
        if link.get("type"):
            report.need(MEDIA_TYPE.fullmatch(link.get("type")), f"{where}: {link.get('type')}")
        if link.get("hreflang"):
            report.need(LANGUAGE.fullmatch(link.get("hreflang")), f"{where}: hreflang")
        if link.get("rel", "alternate") == "alternate":
            alternates.append((link.get("type"), link.get("hreflang")))
    report.need(len(set(alternates)) == len(alternates), f"{where}: equal alternates (§4.1.1)")
    for category in parent.findall(f"{ATOM}category"):
        report.need(category.get("term"), f"{where}: a category without a term")


def check_atom_entry(entry, report):
    where = entry.findtext(f"{ATOM}id") or "entry"
    check_children(entry, ENTRY_CHILDREN, where, report, ATOM)
    check_once(entry, ENTRY_ONCE, where, report, ATOM)
    check_atom_core(entry, where, report)
    content = entry.find(f"{ATOM}content")
    alternate = [x for x in entry.findall(f"{ATOM}link") if x.get("rel") == "alternate"]
    report.need(content is not None or alternate, f"{where}: neither content nor alternate")
    for source in entry.findall(f"{ATOM}source"):
        check_atom_core(source, f"{where} source", report)
    title = entry.findtext(f"{ATOM}title") or ""
    report.need(title == " ".join(title.split()), f"{where}: loose space in the title")


# --- RSS --------------------------------------------------------------------------------------


def check_rss(root, report):
    report.need(root.get("version") == "2.0", "version")
    report.need(len(root) == 1 and root[0].tag == "channel", "one channel")
    channel = root[0]
    check_children(channel, CHANNEL_CHILDREN, "channel", report)
    check_once(channel, CHANNEL_ONCE, "channel", report)
    for name in ("title", "link", "description"):
        report.need(channel.findtext(name), f"channel: no {name}")
    report.need(absolute(channel.findtext("link")), "channel: link")
    report.need(LANGUAGE.fullmatch(channel.findtext("language") or ""), "channel: language")
    check_rss_dates(channel, ("pubDate", "lastBuildDate"), "channel", report)
    selves = [x for x in channel.findall(f"{ATOM}link") if x.get("rel") == "self"]
    report.need(len(selves) <= 1, "two self links")
    for link in channel.findall(f"{ATOM}link"):
        report.need(absolute(link.get("href")), f"atom:link {link.get('href')}")
        report.need(link.get("rel"), "atom:link without rel")
    for ttl in channel.findall("ttl"):
        report.need((ttl.text or "").isdigit() and int(ttl.text) > 0, "ttl")
    items = channel.findall("item")
    for item in items:
        check_item(item, report)
    guids = [item.findtext("guid") for item in items]
    report.need(len(set(guids)) == len(guids), "guids are not unique")


def check_rss_dates(parent, names, where, report):
    for name in names:
        for element in parent.findall(name):
            good = RFC822.fullmatch(element.text or "")
            report.need(good, f"{where}: {name} {element.text}")
            if good:
                named = parsedate_to_datetime(element.text).strftime("%a")
                report.need(element.text.startswith(named), f"{where}: {name}: wrong weekday")


def check_item(item, report):
    where = item.findtext("guid") or "item"
    check_children(item, ITEM_CHILDREN, where, report)
    check_once(item, ITEM_ONCE, where, report)
    report.need(item.findtext("title") or item.findtext("description"), f"{where}: empty")
    guid = item.find("guid")
    report.need(guid is not None and guid.text, f"{where}: no guid (profile)")
    if guid is not None and guid.get("isPermaLink", "true") == "true":
        report.need(absolute(guid.text), f"{where}: a permalink that is no address")
    for link in item.findall("link"):
        report.need(absolute(link.text), f"{where}: link {link.text}")
    for author in item.findall("author"):
        report.need("@" in (author.text or ""), f"{where}: author without e-mail")
    for source in item.findall("source"):
        report.need(absolute(source.get("url")), f"{where}: source without address")
    for enclosure in item.findall("enclosure"):
        report.need(absolute(enclosure.get("url")), f"{where}: enclosure url")
        report.need((enclosure.get("length") or "").isdigit(), f"{where}: enclosure length")
        report.need(MEDIA_TYPE.fullmatch(enclosure.get("type") or ""), f"{where}: enclosure type")
    check_rss_dates(item, ("pubDate",), where, report)
    report.need(item.find("pubDate") is not None, f"{where}: no pubDate")
    check_once(item, [f"{CONTENT}encoded"], where, report)
    encoded = item.find(f"{CONTENT}encoded")
    order = [child.tag for child in item]
    if encoded is not None:
        check_html(encoded.text or "", where, report)
        report.need("description" in order, f"{where}: content:encoded without description")
        if "description" in order:
            after = order.index("description") < order.index(f"{CONTENT}encoded")
            report.need(after, f"{where}: content:encoded before description (profile)")
    check_html(item.findtext("description") or "", where, report)
    title = item.findtext("title") or ""
    report.need(not MARKUP.search(title), f"{where}: markup in the title: {title}")
    report.need(title == " ".join(title.split()), f"{where}: loose space in the title")


def check_history(channel, report):
    """RFC 5005 §4: how the documents of an archived feed are linked."""
    found = {}
    for link in channel.findall(f"{ATOM}link"):
        found.setdefault(link.get("rel"), []).append(link.get("href"))
    for rel in ("self", "current", "prev-archive", "next-archive"):
        report.need(len(found.get(rel, [])) <= 1, f"more than one {rel} link")
    archived = channel.find(f"{HISTORY}archive") is not None
    report.need(archived == ("current" in found), "fh:archive and current belong together")
    report.need(not archived or "hub" not in found, "an archive document with a hub")
    own = set(found.get("self", []))
    for rel in ("current", "prev-archive", "next-archive"):
        report.need(not own.intersection(found.get(rel, [])), f"{rel} leads to the document itself")


JSON_FEED = {
    **dict.fromkeys(
        ["version", "title", "home_page_url", "feed_url", "description", "user_comment"], str
    ),
    **dict.fromkeys(["next_url", "icon", "favicon", "language"], str),
    **dict.fromkeys(["authors", "hubs", "items"], list),
    "expired": bool,
}
JSON_ITEM = {
    **dict.fromkeys(
        ["id", "url", "external_url", "title", "content_html", "content_text", "summary"], str
    ),
    **dict.fromkeys(["image", "banner_image", "date_published", "date_modified", "language"], str),
    **dict.fromkeys(["authors", "tags", "attachments"], list),
}
JSON_ADDRESSES = [
    "home_page_url",
    "feed_url",
    "next_url",
    "icon",
    "favicon",
    "url",
    "external_url",
    "image",
]


def check_json(feed, report):
    """JSON Feed 1.1, its "top-level", "items", "attachments" and "extensions"."""
    report.need(feed.get("version") == "https://jsonfeed.org/version/1.1", "another version")
    report.need(feed.get("title") and isinstance(feed.get("items"), list), "no title or no items")
    report.need(feed.get("next_url", "") != feed.get("feed_url", None), "next_url is feed_url")
    check_object(feed, JSON_FEED, "feed", report)
    for hub in feed.get("hubs", []):
        report.need(hub.get("type") and absolute(hub.get("url")), "a hub without type or url")
    ids = [item.get("id") for item in feed["items"]]
    report.need(len(ids) == len(set(ids)), "two items with one id")
    for item in feed["items"]:
        check_object(item, JSON_ITEM, "item", report)
        report.need(item.get("id"), "an item without an id")
        report.need("content_html" in item or "content_text" in item, "an item without content")
        check_html(item.get("content_html", ""), "content_html", report)
        for name in ("date_published", "date_modified"):
            report.need(name not in item or RFC3339.fullmatch(item[name]), f"{name} is no date")
        for attachment in item.get("attachments", []):
            report.need(absolute(attachment.get("url")), "an attachment without url")
            report.need(MEDIA_TYPE.fullmatch(attachment.get("mime_type", "")), "no mime_type")
            size = attachment.get("size_in_bytes", 1)
            report.need(isinstance(size, int) and size > 0, "an attachment of no size")


def check_object(found, known, where, report):
    """Only known names, of their types, and extensions with an underscore."""
    for name, value in found.items():
        if name.startswith("_"):
            report.need(isinstance(value, dict), f"{where}: the extension {name} is no object")
            continue
        report.need(name in known, f"{where}: unknown {name}")
        report.need(isinstance(value, known.get(name, object)), f"{where}: {name} has a wrong type")
        if name in JSON_ADDRESSES:
            public = absolute(value) and urlsplit(value).scheme in ("http", "https")
            report.need(public, f"{where}: {name} is no web address")
    report.need(LANGUAGE.fullmatch(found.get("language", "en")), f"{where}: no language tag")
    for author in found.get("authors", []):
        report.need(author.get("name") or author.get("url"), f"{where}: an author without a name")


def check_opml(root, report):
    """OPML 2.0 and its "subscription lists"."""
    report.need(root.get("version") == "2.0", "another version of OPML")
    report.need(root.findtext("head/title"), "a list without a title")
    outlines = list(root.iter("outline"))
    report.need(outlines, "an empty list")
    for outline in outlines:
        report.need(outline.get("text"), "an outline without text")
        if outline.get("type") == "rss":
            report.need(absolute(outline.get("xmlUrl")), "a subscription without xmlUrl")
            report.need(outline.get("version") in ("RSS2", None), "another version of RSS")
        else:
            report.need(len(outline), "an outline that is neither a group nor a subscription")
