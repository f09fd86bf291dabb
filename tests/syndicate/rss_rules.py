"""The rules of RSS 2.0 and its Best Practices Profile, and the W3C validator's warnings."""

import re

from tests.syndicate.atom_rules import ATOM, check_children, check_links, check_media, check_once
from tests.syndicate.rule_values import Report, absolute

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
DCTERMS = "{http://purl.org/dc/terms/}"

# Apple's podcast tags of an episode: what each may say.
EPISODE = {
    "author": r"\S.*",
    "duration": r"[1-9]\d*|(\d+:)?\d\d?:\d\d",
    "season": r"[1-9]\d*",
    "episode": r"[1-9]\d*",
    "episodeType": "full|trailer|bonus",
    "explicit": "true|false",
    "image": "",
}

_CHANNEL = """
    title link description language copyright managingEditor webMaster pubDate lastBuildDate
    generator docs cloud ttl image rating textInput skipHours skipDays
"""
CHANNEL_ONCE = _CHANNEL.split()
CHANNEL_CHILDREN = {*CHANNEL_ONCE, "category", "item"}
_ITEM = "title link description author comments enclosure guid pubDate source"
ITEM_ONCE = _ITEM.split()
ITEM_CHILDREN = {*ITEM_ONCE, "category"}
ATTRIBUTES = {
    "guid": {"isPermaLink"},
    "source": {"url"},
    "enclosure": {"url", "length", "type"},
    "category": {"domain"},
}
# An element of RSS, and the one of an extension that says the same.
TWICE_SAID = (
    ("author", f"{DC}creator"),
    ("category", f"{DC}subject"),
    ("pubDate", f"{DC}date"),
    ("source", f"{DC}source"),
    ("copyright", f"{DC}rights"),
    ("language", f"{DC}language"),
    ("guid", f"{ATOM}id"),
    ("lastBuildDate", f"{DCTERMS}modified"),
)


def check_rss(root, report: Report, now=None):
    report.need(root.get("version") == "2.0", "version")
    report.need(len(root) == 1 and root[0].tag == "channel", "one channel")
    channel = root[0]
    check_children(channel, CHANNEL_CHILDREN, "channel", report)
    check_once(channel, CHANNEL_ONCE, "channel", report)
    check_said(channel, "channel", report)
    for name in ("title", "link", "description"):
        report.need(channel.findtext(name), f"channel: no {name}")
    report.line(channel.findtext("title"), "channel title", rss=True)
    for name in ("description", "copyright"):
        report.text(channel.findtext(name), f"channel {name}", rss=True)
    report.address(channel.findtext("link"), "channel link")
    report.language(channel.findtext("language"), "channel")
    for name in ("pubDate", "lastBuildDate"):
        for element in channel.findall(name):
            report.mail_date(element.text, f"channel {name}", now)
    check_links(channel, "channel", report)
    for link in channel.findall(f"{ATOM}link"):
        report.need(link.get("rel"), "atom:link without rel")
    for ttl in channel.findall("ttl"):
        report.need((ttl.text or "").isdigit() and int(ttl.text) > 0, "ttl")
    for image in channel.findall("image"):
        check_image(image, channel, report)
    items = channel.findall("item")
    places = [child.tag == "item" for child in channel]
    report.need(places == sorted(places), "what is said of the channel stands after an item")
    for item in items:
        check_item(item, report, now)
    guids = [item.findtext("guid") for item in items]
    report.need(len(set(guids)) == len(guids), "guids are not unique")


def check_said(parent, where, report: Report):
    for core, extension in TWICE_SAID:
        both = parent.find(core) is not None and parent.find(extension) is not None
        report.need(not both, f"{where}: {core} and {extension} say the same")


def check_image(image, channel, report: Report):
    """The channel's picture: its title and link are the channel's, its format one of three."""
    for name in ("title", "link"):
        same = image.findtext(name) == channel.findtext(name)
        report.need(same, f"image: {name} is not the channel's")
    url = image.findtext("url")
    report.address(url, "image url")
    ending = (url or "").rpartition(".")[2].lower()
    known = not re.fullmatch(r"\w+", ending) or ending in ("jpg", "jpeg", "gif", "png")
    report.need(known, f"image: a format that RSS does not know: {ending}")
    for name, most in (("width", 144), ("height", 400)):
        for size in image.findall(name):
            report.need(0 < int(size.text or 0) <= most, f"image: {name}")


def check_item(item, report: Report, now=None):
    where = item.findtext("guid") or "item"
    check_children(item, ITEM_CHILDREN, where, report)
    check_once(item, [*ITEM_ONCE, f"{CONTENT}encoded"], where, report)
    check_said(item, where, report)
    for child in item:
        allowed = ATTRIBUTES.get(child.tag, set())
        if not str(child.tag).startswith("{"):
            report.need(set(child.attrib) <= allowed, f"{where}: {child.tag} {dict(child.attrib)}")
    report.need(item.findtext("title") or item.findtext("description"), f"{where}: empty")
    check_guid(item.find("guid"), where, report)
    for link in item.findall("link"):
        report.address(link.text, f"{where} link")
    for author in item.findall("author"):
        report.need("@" in (author.text or ""), f"{where}: author without e-mail")
    for source in item.findall("source"):
        report.address(source.get("url"), f"{where} source")
        report.text(source.text, f"{where} source", rss=True)
    for category in item.findall("category"):
        report.need(category.text, f"{where}: an empty category")
        report.text(category.text, f"{where} category", rss=True)
    for enclosure in item.findall("enclosure"):
        url = enclosure.get("url") or ""
        report.need(absolute(url) and url.startswith("http"), f"{where}: enclosure url {url}")
        report.need((enclosure.get("length") or "").isdigit(), f"{where}: enclosure length")
        report.media_type(enclosure.get("type"), f"{where} enclosure")
    report.need(item.find("pubDate") is not None, f"{where}: no pubDate")
    for element in item.findall("pubDate"):
        report.mail_date(element.text, f"{where} pubDate", now)
    for element in item.findall(f"{DCTERMS}modified"):
        report.moment(element.text, f"{where} dcterms:modified", now)
    encoded = item.find(f"{CONTENT}encoded")
    order = [child.tag for child in item]
    if encoded is not None:
        report.html(encoded.text, f"{where} content:encoded")
        described = "description" in order[: order.index(f"{CONTENT}encoded")]
        report.need(described, f"{where}: content:encoded before description (profile)")
    report.html(item.findtext("description"), f"{where} description")
    report.line(item.findtext("title"), f"{where} title", rss=True)
    check_media(item, where, report)
    check_episode(item, where, report)


def check_episode(item, where, report: Report):
    """Apple's podcast tags (podcasters.apple.com/support/823-podcast-requirements)."""
    names = [str(one.tag)[len(ITUNES) :] for one in item if str(one.tag).startswith(ITUNES)]
    report.need(len(set(names)) == len(names), f"{where}: a podcast tag twice: {names}")
    for one in (one for one in item if str(one.tag).startswith(ITUNES)):
        name = str(one.tag)[len(ITUNES) :]
        said = re.fullmatch(EPISODE.get(name, "(?!)"), one.text or "")
        report.need(said, f"{where}: itunes:{name} {one.text}")
        report.text(one.text, f"{where} itunes:{name}", rss=True)
        if name == "image":
            web = absolute(one.get("href")) and one.get("href").startswith("http")
            report.need(web and set(one.attrib) == {"href"}, f"{where}: itunes:image")


def check_guid(guid, where, report: Report):
    report.need(guid is not None and guid.text, f"{where}: no guid (profile)")
    if guid is None:
        return
    permanent = guid.get("isPermaLink", "true")
    report.need(permanent in ("true", "false"), f"{where}: isPermaLink {permanent}")
    if permanent == "true":
        web = absolute(guid.text) and guid.text.startswith("http")
        report.need(web, f"{where}: a permalink that is no address")
    short = (guid.text or "").isdigit() and len(guid.text) < 9
    report.need(not short, f"{where}: a guid that is not unique enough")
