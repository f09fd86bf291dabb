"""The rules of Atom: RFC 4287, and what the W3C's feed validator warns of besides."""

from datetime import datetime

from tests.syndicate.rule_values import Report

ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

FEED_ONCE = {"id", "title", "updated", "generator", "icon", "logo", "rights", "subtitle"}
FEED_CHILDREN = FEED_ONCE | {"author", "category", "contributor", "link", "entry"}
ENTRY_ONCE = {"id", "title", "updated", "published", "rights", "summary", "content", "source"}
ENTRY_CHILDREN = ENTRY_ONCE | {"author", "category", "contributor", "link"}
# https://www.iana.org/assignments/link-relations, as far as feeds have use for them
_RELATIONS = """
    alternate current describedby enclosure first hub last license next next-archive prev-archive
    previous related replies self via
"""
RELATIONS = set(_RELATIONS.split())
ARCHIVE_RELATIONS = {"current", "first", "last", "next", "next-archive", "prev-archive", "previous"}
FEED_TYPES = {"application/atom+xml", "application/rss+xml"}
LINK_ATTRIBUTES = {"href", "rel", "type", "hreflang", "title", "length"}


def check_once(parent, once, where, report: Report, namespace=""):
    for name in once:
        count = len(parent.findall(f"{namespace}{name}"))
        report.need(count <= 1, f"{where}: {count} × {name}")


def check_children(parent, allowed, where, report: Report, namespace=""):
    for child in parent:
        name = child.tag if isinstance(child.tag, str) else ""
        if namespace and name.startswith(namespace):
            report.need(name[len(namespace) :] in allowed, f"{where}: unknown {name}")
        elif not namespace and not name.startswith("{"):
            report.need(name in allowed, f"{where}: unknown {name}")


def check_atom(feed, report: Report, now=None):
    check_children(feed, FEED_CHILDREN, "feed", report, ATOM)
    check_once(feed, FEED_ONCE, "feed", report, ATOM)
    check_core(feed, "feed", report, now)
    report.language(feed.get(XML_LANG), "xml:lang")
    entries = feed.findall(f"{ATOM}entry")
    authors = feed.findall(f"{ATOM}author")
    report.need(
        authors or all(entry.find(f"{ATOM}author") is not None for entry in entries),
        "no author (§4.1.1)",
    )
    places = [child.tag == f"{ATOM}entry" for child in feed]
    report.need(places == sorted(places), "what is said of the feed stands after an entry")
    for name in ("icon", "logo"):
        for element in feed.findall(f"{ATOM}{name}"):
            report.address(element.text, f"feed {name}")
    for entry in entries:
        check_entry(entry, report, now)
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    report.need(len(set(ids)) == len(ids), "ids are not unique")
    updates = [entry.findtext(f"{ATOM}updated") for entry in entries]
    report.need(len(set(updates)) == len(updates), "two entries with the same updated")
    newest = max((datetime.fromisoformat(one) for one in updates if one), default=None)
    if newest:
        latest = datetime.fromisoformat(feed.findtext(f"{ATOM}updated"))
        report.need(latest >= newest, "feed older than an entry")


def check_core(parent, where, report: Report, now=None):
    """id, title, updated, links, persons: the same rules for feed, entry and source."""
    for name in ("id", "title", "updated"):
        report.need(parent.findtext(f"{ATOM}{name}"), f"{where}: no {name}")
    report.address(parent.findtext(f"{ATOM}id"), f"{where} id")
    for name in ("updated", "published"):
        for element in parent.findall(f"{ATOM}{name}"):
            report.moment(element.text, f"{where} {name}", now)
    for name in ("title", "subtitle", "summary", "rights", "content"):
        for element in parent.findall(f"{ATOM}{name}"):
            check_construct(element, f"{where} {name}", report)
    for person in (*parent.findall(f"{ATOM}author"), *parent.findall(f"{ATOM}contributor")):
        report.need(person.findtext(f"{ATOM}name"), f"{where}: a person without a name")
    check_links(parent, where, report)
    for category in parent.findall(f"{ATOM}category"):
        report.need(category.get("term"), f"{where}: a category without a term")


def check_construct(element, where, report: Report):
    """A text construct (§3.1)."""
    kind = element.get("type", "text")
    report.need(kind in {"text", "html", "xhtml"}, f"{where}: type {kind}")
    report.need(set(element.attrib) <= {"type"}, f"{where}: attributes {dict(element.attrib)}")
    report.need(kind == "xhtml" or len(element) == 0, f"{where}: has children")
    report.need(element.text or len(element), f"{where}: is empty")
    if kind == "html":
        report.html(element.text, where)
    elif where.endswith("title"):
        report.line(element.text, where)
    else:
        report.text(element.text, where)


def check_links(parent, where, report: Report):
    alternates = []
    inside = parent.tag != f"{ATOM}feed" and parent.tag != "channel"
    for link in parent.findall(f"{ATOM}link"):
        rel, kind = link.get("rel", "alternate"), link.get("type")
        report.address(link.get("href"), f"{where} link")
        report.need(set(link.attrib) <= LINK_ATTRIBUTES, f"{where}: link {dict(link.attrib)}")
        report.need(rel in RELATIONS, f"{where}: unregistered relation {rel}")
        report.need(not inside or rel not in ARCHIVE_RELATIONS, f"{where}: {rel} in an entry")
        report.need(not (link.text or "").strip() and not len(link), f"{where}: a filled link")
        if kind is not None:
            report.media_type(kind, f"{where} link")
        if rel == "self":
            report.need(kind is None or kind in FEED_TYPES, f"{where}: self is a {kind}")
        if link.get("hreflang") is not None:
            report.language(link.get("hreflang"), f"{where} hreflang")
        if link.get("length") is not None:
            report.need(link.get("length").isdigit(), f"{where}: length")
        if rel == "alternate":
            alternates.append((kind, link.get("hreflang")))
    report.need(len(set(alternates)) == len(alternates), f"{where}: equal alternates (§4.1.1)")


def check_entry(entry, report: Report, now=None):
    where = entry.findtext(f"{ATOM}id") or "entry"
    check_children(entry, ENTRY_CHILDREN, where, report, ATOM)
    check_once(entry, ENTRY_ONCE, where, report, ATOM)
    check_core(entry, where, report, now)
    content = entry.find(f"{ATOM}content")
    alternate = [x for x in entry.findall(f"{ATOM}link") if x.get("rel") == "alternate"]
    report.need(content is not None or alternate, f"{where}: neither content nor alternate")
    for source in entry.findall(f"{ATOM}source"):
        check_core(source, f"{where} source", report)
    check_media(entry, where, report)


def check_media(parent, where, report: Report):
    """Media RSS 1.5.1 `media:content`."""
    for media in parent.findall(f"{MEDIA}content"):
        report.address(media.get("url"), f"{where} media:content")
        size = media.get("fileSize", "1")
        report.need(size.isdigit() and int(size) > 0, f"{where}: media fileSize {size}")
        media_of = ("image", "audio", "video", "document", "executable", None)
        report.need(media.get("medium") in media_of, f"{where}: medium")
        lasts = media.get("duration", "1")
        report.need(lasts.isdigit() and int(lasts) > 0, f"{where}: media duration {lasts}")
        if media.get("type") is not None:
            report.media_type(media.get("type"), f"{where} media:content")
