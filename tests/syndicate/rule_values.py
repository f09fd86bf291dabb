"""What single values of a feed must be for validators: addresses, dates, plain text, HTML.

In come values, out go lines into a Report. The patterns are those of RFC 3986, 3339, 5322 and
5646; what HTML may hold is what the W3C's feed validator calls no security risk.
"""

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from html.entities import name2codepoint
from html.parser import HTMLParser
from urllib.parse import urlsplit

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
RFC822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"\d{4} \d\d:\d\d:\d\d ([+-]\d{4}|GMT)"
)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")
MEDIA_TYPE = re.compile(r"[a-z]+/[A-Za-z0-9.+-]+")
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
TAG = re.compile(r"tag:([\w.-]+@)?[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:.*", re.IGNORECASE)
# Debris of a charset mistake. U+FFFD, which shows that a letter is lost at the source, may stay.
DEBRIS = re.compile("[\x80-\x9f]")

_SAFE_ELEMENTS = """
    a abbr article aside audio b bdi blockquote br caption cite code col colgroup dd del details
    dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li mark
    ol p picture pre q rp rt ruby s samp section small source span strong sub summary sup table
    tbody td tfoot th thead time tr track u ul var video wbr
"""
SAFE_ELEMENTS = set(_SAFE_ELEMENTS.split())
_ATTRIBUTES = """
    alt colspan datetime dir headers height href hreflang kind label lang media poster reversed
    rowspan scope sizes span src srcset start srclang title type width
"""
# "controls" the W3C's validator does not know; without it nobody can play a video.
SAFE_ATTRIBUTES = {*_ATTRIBUTES.split(), "controls"}
ADDRESSES = {"href", "src", "poster"}
VOID = {"br", "col", "hr", "img", "source", "track", "wbr"}


class Report(list):
    """Broken rules, a line each."""

    def need(self, condition, message):
        if not condition:
            self.append(message)

    def address(self, url, where):
        """An absolute URI; those of web pages with a host."""
        self.need(absolute(url), f"{where}: no URI: {url}")

    def text(self, text, where, *, rss=False):
        """Text that no reader can take for HTML (the validator's ContainsHTML, CharacterData)."""
        names = [one for one in re.findall(r"&(#?\w+)", text or "") if entity(one)]
        tags = re.findall(r"<[/a-zA-Z]|&#[x0-9]" if rss else r"</\w+>", text or "")
        self.need(not names and not tags, f"{where}: markup in text: {text}")

    def line(self, text, where, *, rss=False):
        self.text(text, where, rss=rss)
        self.need((text or "") == " ".join((text or "").split()), f"{where}: loose space")

    def media_type(self, text, where):
        self.need(MEDIA_TYPE.fullmatch(text or ""), f"{where}: no media type: {text}")

    def language(self, text, where):
        self.need(LANGUAGE.fullmatch(text or ""), f"{where}: no language tag: {text}")

    def moment(self, text, where, now=None):
        """RFC 3339; nothing was published before there were feeds, or will be."""
        good = RFC3339.fullmatch(text or "")
        self.need(good, f"{where}: no date: {text}")
        if good:
            self.plausible(datetime.fromisoformat(text), where, now)

    def mail_date(self, text, where, now=None):
        """RFC 5322 with the right weekday, as RSS has it."""
        good = RFC822.fullmatch(text or "")
        self.need(good, f"{where}: no date: {text}")
        if good:
            date = parsedate_to_datetime(text)
            self.need(text.startswith(date.strftime("%a")), f"{where}: wrong weekday")
            self.plausible(date, where, now)

    def plausible(self, date, where, now):
        self.need(date.year >= 1990, f"{where}: implausibly early: {date}")
        if now:
            self.need(date <= now + timedelta(minutes=10), f"{where}: in the future: {date}")

    def html(self, html, where):
        """Safe, well-formed, with absolute addresses and without tracking pixels."""
        Html(self, where).check(html or "")


def entity(name):
    """Whether HTML has this reference: by a name it knows, or by number."""
    return name in name2codepoint or name == "apos" or not name.isalpha()


def absolute(url):
    if not URI.fullmatch(url or ""):
        return False
    parts = urlsplit(url)
    if parts.scheme in {"http", "https"}:
        return bool(parts.hostname)
    if parts.scheme == "urn":
        return bool(UUID.fullmatch(url))
    return bool(parts.path) and (parts.scheme != "tag" or bool(TAG.fullmatch(url)))


class Html(HTMLParser):
    """Reads a fragment tag by tag and reports what validators report."""

    def __init__(self, report, where):
        super().__init__()
        self.report, self.where, self.open = report, where, []

    def check(self, html):
        self.feed(html)
        self.close()
        self.report.need(not self.open, f"{self.where}: unclosed {self.open}")

    def handle_starttag(self, tag, attributes):
        where = f"{self.where} <{tag}>"
        self.report.need(tag in SAFE_ELEMENTS, f"{where}: unsafe element")
        found = dict(attributes)
        self.report.need(len(found) == len(attributes), f"{where}: an attribute twice")
        for name, value in found.items():
            self.report.need(name in SAFE_ATTRIBUTES, f"{where}: unsafe attribute {name}")
            if name in ADDRESSES:
                mail = name == "href" and (value or "").startswith("mailto:")
                web = re.match(r"https?://[^/?#\s]", value or "")
                self.report.need(web or mail, f"{where}: {name} is no web address: {value}")
            if name == "srcset":
                parts = re.split(r"(?<=[\dwx]),\s+|,\s+(?=https?:)", value or "")
                web = all(re.match(r"https?://", one.strip()) for one in parts)
                self.report.need(web, f"{where}: srcset with another address: {value}")
        pixel = tag == "img" and {found.get("width"), found.get("height")} & {"0", "1"}
        self.report.need(not pixel, f"{where}: a tracking pixel")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag):
        fits = bool(self.open) and self.open[-1] == tag
        self.report.need(fits, f"{self.where}: </{tag}> within {self.open[-1:]}")
        if fits:
            self.open.pop()

    def handle_comment(self, data):
        self.report.append(f"{self.where}: a comment")

    def handle_decl(self, decl):
        self.report.append(f"{self.where}: a declaration")

    def handle_pi(self, data):
        self.report.append(f"{self.where}: a processing instruction")

    def unknown_decl(self, data):
        self.report.append(f"{self.where}: a declaration")
