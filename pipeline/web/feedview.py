"""A feed as a browser can show it: the same document with XHTML elements that can be read.

Takes the bytes of a published RSS or Atom file; returns them with a `div` behind the entries
that says how to subscribe and lists the entries: with links, dates in the feed's language and plain
text. All other elements stay, so that a feed reader that poses as a browser loses nothing; and
feeds themselves stay free of elements that validators object to. It needs no script and no XSLT,
which browsers remove. Raises ValueError for what is no such feed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any

from lxml import etree

from pipeline import safexml
from pipeline.syndicate import FORMATS
from pipeline.syndicate.feedstrings import subscribe_hint
from pipeline.syndicate.markup import fragment_root, is_public
from pipeline.syndicate.pages import pagestrings
from pipeline.syndicate.pages.listing import shortened

_XHTML = "http://www.w3.org/1999/xhtml"
_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SUMMARY = 300  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """What is shown of an entry; "" and None: it does not say."""

    title: str
    link: str
    date: datetime | None
    source: str
    summary: str


def readable(content: bytes, base: str = "") -> bytes:
    """The feed with a page in it. `base` is the path that links to the site begin with."""
    try:
        root = safexml.parse(content, bounded=True)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    if root is None or root.tag not in ("rss", f"{_ATOM}feed"):
        raise ValueError("is neither RSS nor Atom")
    channel = root if root.tag != "rss" else root.find("channel")
    if channel is None:
        raise ValueError("has no channel")
    language = root.get(_LANG) or "en"
    spoken = pagestrings.spoken(language)
    page = _made(
        "div", **{"class": "feed-page", "lang": language, "dir": pagestrings.side(language)}
    )
    page.extend(_head(channel, language, spoken))
    entries = _made("ul", **{"class": "headlines told"})
    shown = _rss_entries(channel) if root.tag == "rss" else _atom_entries(channel)
    entries.extend(_item(one, language) for one in shown)
    if len(entries):
        page.append(entries)
    else:
        page.append(_made("p", pagestrings.words(spoken)["empty"]))
    channel.append(page)  # last, so that no reader takes its words for those of the feed
    style = etree.ProcessingInstruction(
        "xml-stylesheet", f'type="text/css" href="{base}/assets/style.css"'
    )
    root.addprevious(style)
    text: bytes = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)
    return text


def _made(tag: str, text: str = "", /, **attributes: str) -> Any:
    # Without a prefix, which programs that check pages do not expect.
    names: Any = {None: _XHTML}
    made = etree.Element(f"{{{_XHTML}}}{tag}", attributes, nsmap=names)
    made.text = text or None
    return made


def _head(channel: Any, language: str, spoken: str) -> Iterator[Any]:
    """The title, how to subscribe, and the feed's other formats and languages."""
    rss = channel.tag == "channel"
    title = _text(channel, "title" if rss else f"{_ATOM}title")
    described = _text(channel, "description" if rss else f"{_ATOM}subtitle")
    viewport = "width=device-width, initial-scale=1"
    yield _made("meta", **{"name": "viewport", "content": viewport})
    yield _made("title", title)
    yield _made("h1", title)
    if described and described != title:
        yield _made("p", described, dir="auto")
    card = _made("div", **{"class": "card subscribe"})
    words, hint = subscribe_hint(language)
    card.append(_made("p", hint, lang=words, dir=pagestrings.side(words)))
    links = [one for one in channel.findall(f"{_ATOM}link") if is_public(one.get("href", ""))]
    own = next((one.get("href") for one in links if one.get("rel") == "self"), "")
    if own:
        label = pagestrings.words(spoken)["address"]
        card.append(
            _made("input", readonly="readonly", dir="ltr", value=own, **{"aria-label": label})
        )
    others = _made("ul", **{"class": "formats"})
    for link in links:
        if link.get("rel") == "alternate" and (named := _named(link, language)):
            item = _made("li")
            item.append(_made("a", named, href=link.get("href")))
            others.append(item)
    if len(others):
        card.append(others)
    yield card


def _named(link: Any, language: str) -> str:
    """What an alternate of the feed is called: its format, its language, or the site's name."""
    kind, other = link.get("type", ""), link.get("hreflang", "")
    if kind == "text/html":
        return "babelwire"
    if other and other != language:
        return pagestrings.name(other, other)
    return next((form.label for form in FORMATS if form.media_type == kind), "")


def _rss_entries(channel: Any) -> Iterator[_Entry]:
    for item in channel.findall("item"):
        described = _text(item, "description")
        # Beside its content an item has a summary, which is text; without, the summary is HTML.
        plain = unescape(described) if item.find(_CONTENT) is not None else _plain(described)
        yield _Entry(
            title=_text(item, "title"),
            link=_text(item, "link"),
            date=_mail_date(_text(item, "pubDate")),
            source=_text(item, "source"),
            summary=plain,
        )


def _atom_entries(feed: Any) -> Iterator[_Entry]:
    for entry in feed.findall(f"{_ATOM}entry"):
        summary = entry.find(f"{_ATOM}summary")
        text = "" if summary is None else (summary.text or "")
        html = summary is not None and summary.get("type") == "html"
        links = [one for one in entry.findall(f"{_ATOM}link") if one.get("rel") == "alternate"]
        yield _Entry(
            title=_text(entry, f"{_ATOM}title"),
            link=links[0].get("href", "") if links else "",
            date=_iso_date(_text(entry, f"{_ATOM}published")),
            source=_text(entry, f"{_ATOM}source/{_ATOM}title"),
            summary=_plain(text) if html else text,
        )


def _item(entry: _Entry, language: str) -> Any:
    item = _made("li")
    if is_public(entry.link):
        item.append(_made("a", entry.title, href=entry.link, rel="noreferrer"))
    else:
        item.append(_made("strong", entry.title))
    if entry.summary and entry.summary != entry.title:
        item.append(_made("p", shortened(entry.summary, _SUMMARY)))
    facts = _made("span", **{"class": "facts"})
    if entry.source:
        facts.append(_made("bdi", entry.source))
    if entry.date is not None:
        if len(facts):
            facts[-1].tail = " · "
        told = pagestrings.day(entry.date, language)
        facts.append(_made("time", told, datetime=entry.date.isoformat()))
    item.append(facts)
    return item


def _text(parent: Any, path: str) -> str:
    return " ".join((parent.findtext(path) or "").split())


def _plain(html: str) -> str:
    return " ".join(fragment_root(html).text_content().split())


def _mail_date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None


def _iso_date(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
