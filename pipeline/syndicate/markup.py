"""An entry's HTML as a stranger's reader may show it.

In comes the entry's HTML, out a sanitised fragment with absolute http(s) addresses, wrapped in its
language and direction, with the note on who wrote and who translated it. Scripts, forms, frames,
handlers, styles, tracking pixels and addresses of other schemes do not come out.
"""

import re
from html import escape
from urllib.parse import urlsplit

import nh3

from pipeline.article import Entry
from pipeline.syndicate.language import direction, language_tag
from pipeline.syndicate.text import iri, plain_line, xml_text
from pipeline.syndicate.wording import translated_note, wording, wording_language

_TAGS = """
    a abbr article aside audio b bdi bdo blockquote br caption cite code col colgroup dd del
    details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins
    kbd li mark ol p picture pre q rp rt ruby s samp section small source span strong sub
    summary sup table tbody td tfoot th thead time tr track u ul var video wbr
"""
_ATTRIBUTES: dict[str, set[str]] = {
    # no `cite` anywhere: nh3 does not check its scheme, and no reader shows it
    "*": {"lang", "dir", "title"},
    "a": {"href", "hreflang"},
    "audio": {"src", "controls"},
    "col": {"span"},
    "colgroup": {"span"},
    "img": {"src", "srcset", "sizes", "alt", "width", "height"},
    "ol": {"start", "reversed", "type"},
    "source": {"src", "srcset", "sizes", "type", "media"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "time": {"datetime"},
    "track": {"src", "kind", "srclang", "label"},
    "video": {"src", "poster", "controls", "width", "height"},
}
_TAGS_DROPPED_WHOLE = """
    script style template noscript iframe object embed input button select textarea svg math
    canvas applet frame frameset
"""
_SCHEMES = {"http", "https"}
_LINK_SCHEMES = {*_SCHEMES, "mailto"}
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_SIZE = re.compile(r'\b(?:width|height)="\s*(\d+)', re.IGNORECASE)
_CANDIDATE = re.compile(r"https?://\S*[^\s,](?:\s+\d+(?:\.\d+)?[wx])?(?=\s*(?:,|$))")
# nh3 lets these through unchecked; `src` and `href` it checks itself.
_UNCHECKED_ADDRESSES = {"poster"}


def is_public(url: str) -> bool:
    """Whether `url` is an absolute http(s) address that others can follow."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in _SCHEMES and bool(parts.hostname)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "srcset":
        return ", ".join(_CANDIDATE.findall(value)) or None
    if name in _UNCHECKED_ADDRESSES or (name == "src" and tag != "a"):
        return value if is_public(value) or not urlsplit(value).scheme else None
    return value


def sanitise(html: str, base: str) -> str:
    """`html` in the allowed vocabulary, its relative addresses resolved against `base`.

    Where `base` is no public address, relative links are dropped rather than published broken.
    """
    base = iri(base)
    clean = nh3.clean(
        xml_text(html),
        tags=set(_TAGS.split()),
        attributes=_ATTRIBUTES,
        clean_content_tags=set(_TAGS_DROPPED_WHOLE.split()),
        attribute_filter=_attribute,
        url_schemes=_LINK_SCHEMES,
        url_relative=("rewrite_with_base", base) if is_public(base) else "deny",
        link_rel=None,
    )
    # A second time: the parser has turned references such as &#1; into what they stand for.
    return _IMAGE.sub(_real_image, xml_text(clean)).strip()


def _real_image(match: re.Match[str]) -> str:
    """The image, or nothing where it has no address or is a tracking pixel."""
    tag = match.group()
    if not re.search(r'\ssrc(?:set)?="[^"]', tag):
        return ""
    sizes = [int(size) for size in _SIZE.findall(tag)]
    return "" if sizes and min(sizes) <= 1 else tag


def note(entry: Entry) -> str:
    """A paragraph naming the source, and the machine where one translated; "" for neither."""
    words = wording(entry.language)
    url = iri(entry.url)
    source = plain_line(entry.source_title) or (urlsplit(url).hostname if is_public(url) else "")
    parts = []
    if entry.by_machine:
        parts.append(escape(translated_note(entry.language, entry.original_language)))
    if is_public(url):
        link = f'<a href="{escape(url)}">{escape(source or url)}</a>'
        parts.append(f"{escape(words.original)} {link}")
    elif source:
        parts.append(f"{escape(words.original)} {escape(source)}")
    if not parts:
        return ""
    spoken = wording_language(entry.language)
    marks = f' lang="{spoken}" dir="{direction(spoken)}"'
    return f"<p{marks if spoken == 'en' else ''}><small>{' '.join(parts)}</small></p>"


def _framed(entry: Entry, body: str) -> str:
    tag = language_tag(entry.language)
    return f'<div lang="{tag}" dir="{direction(tag)}">{body}</div>'


def full_content(entry: Entry) -> str:
    """The whole article, its lead picture where the text has none, and the note."""
    body = sanitise(entry.html, entry.url)
    if not body:
        return summary_content(entry)
    image = iri(entry.image or "")
    if is_public(image) and "<img" not in body:
        body = f'<p><img src="{escape(image)}" alt=""></p>{body}'
    return _framed(entry, f"{body}<hr>{note(entry)}")


def summary_content(entry: Entry) -> str:
    """The summary as a paragraph, and the note."""
    summary = plain_line(entry.summary) or plain_line(entry.title)
    return _framed(entry, f"<p>{escape(summary, quote=False)}</p>{note(entry)}")
