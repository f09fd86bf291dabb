"""The rules of JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/) and of OPML 2.0."""

from urllib.parse import urlsplit

from tests.syndicate.rule_values import Report, absolute

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
JSON_ADDRESSES = """
    home_page_url feed_url next_url icon favicon url external_url image banner_image
"""
_OUTLINE = """
    category created description htmlUrl isBreakpoint isComment language text title type url
    version xmlUrl
"""
OUTLINE = set(_OUTLINE.split())


def check_json(feed, report: Report, now=None):
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
        report.html(item.get("content_html"), "content_html")
        for name in ("date_published", "date_modified"):
            if name in item:
                report.moment(item[name], name, now)
        for tag in item.get("tags", []):
            report.need(isinstance(tag, str) and tag, "a tag that is no word")
        for attachment in item.get("attachments", []):
            report.address(attachment.get("url"), "attachment")
            report.media_type(attachment.get("mime_type"), "attachment")
            size = attachment.get("size_in_bytes", 1)
            report.need(isinstance(size, int) and size > 0, "an attachment of no size")
            lasts = attachment.get("duration_in_seconds", 1)
            report.need(isinstance(lasts, int) and lasts > 0, "an attachment of no duration")
            known = {"url", "mime_type", "title", "size_in_bytes", "duration_in_seconds"}
            report.need(set(attachment) <= known, f"attachment: unknown {set(attachment) - known}")


def check_object(found, known, where, report: Report):
    """Only known names, of their types, and extensions with an underscore."""
    for name, value in found.items():
        if name.startswith("_"):
            report.need(isinstance(value, dict), f"{where}: the extension {name} is no object")
            continue
        report.need(name in known, f"{where}: unknown {name}")
        report.need(isinstance(value, known.get(name, object)), f"{where}: {name} has a wrong type")
        if name in JSON_ADDRESSES.split():
            public = absolute(value) and urlsplit(value).scheme in ("http", "https")
            report.need(public, f"{where}: {name} is no web address: {value}")
    report.language(found.get("language", "en"), where)
    for author in found.get("authors", []):
        report.need(author.get("name") or author.get("url"), f"{where}: an author without a name")


def check_opml(root, report: Report):
    """OPML 2.0 and its "subscription lists"."""
    report.need(root.get("version") == "2.0", "another version of OPML")
    report.need([child.tag for child in root] == ["head", "body"], "head, then body")
    report.need(root.findtext("head/title"), "a list without a title")
    report.html(root.findtext("head/title"), "head title")
    outlines = list(root.iter("outline"))
    report.need(outlines, "an empty list")
    for outline in outlines:
        report.need(outline.get("text"), "an outline without text")
        report.need(set(outline.attrib) <= OUTLINE, f"outline: {dict(outline.attrib)}")
        for name in ("text", "title", "description"):
            report.text(outline.get(name), f"outline {name}")
        if outline.get("type") == "rss":
            report.address(outline.get("xmlUrl"), "outline xmlUrl")
            report.need(outline.get("title"), "a subscription without title")
            report.need(outline.get("version") in ("RSS2", None), "another version of RSS")
            for name, check in (("htmlUrl", report.address), ("language", report.language)):
                if outline.get(name) is not None:
                    check(outline.get(name), f"outline {name}")
        else:
            report.need(len(outline), "an outline that is neither a group nor a subscription")
            report.need(set(outline.attrib) == {"text"}, "more than a text on an untyped outline")
