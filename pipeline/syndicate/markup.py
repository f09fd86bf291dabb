"""Sanitises HTML for feed readers.

Takes an HTML fragment and its address; returns it with allowed elements and absolute http(s)
addresses only. Removes scripts, forms, frames, event handlers, styles, tracking pixels and
addresses with other schemes. Lazy images become plain ones. Raises nothing.
"""

import re
from urllib.parse import urlsplit

import nh3
from lxml import etree, html

from pipeline.syndicate.xmltext import balanced, uri, xml_text

_ALLOWED = """
    a abbr article aside audio b bdi blockquote br caption cite code col colgroup dd del
    details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li
    mark ol p picture pre q rp rt ruby s samp section small source span strong sub summary sup
    table tbody td tfoot th thead time tr track u ul var video wbr
"""
_ATTRIBUTES: dict[str, set[str]] = {
    # No `cite`: nh3 does not check its scheme, and no reader shows it.
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
_DROPPED_WHOLE = """
    script style template noscript iframe object embed input button select textarea svg math canvas
    applet frame frameset
"""
_TAGS = set(_ALLOWED.split())
_TAGS_DROPPED_WHOLE = set(_DROPPED_WHOLE.split())
# What pages add to pictures: load those in view first; name no page to their hosts, of which many
# refuse requests from other sites' pages and answer those from none.
_ON_PAGES = {"img": {"loading": "lazy", "referrerpolicy": "no-referrer"}}
_SCHEMES = {"http", "https"}
_LINK_SCHEMES = {*_SCHEMES, "mailto"}
_MOST_CLEANINGS = 4
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_SIZE = re.compile(r'\b(?:width|height)="\s*(\d+)', re.IGNORECASE)
_CANDIDATE = re.compile(r"https?://\S*[^\s,](?:\s+\d+(?:\.\d+)?[wx])?(?=\s*(?:,|$))")
# Anchored at the end of a tag: without that, the time is quadratic in the length of a tag.
_TEXT_RUN = re.compile(r"(?:(?<=>)|\A)[^<>]++(?=<|\Z)")
# Attributes to check here: nh3 checks only the schemes of `src` and `href`, and accepts "https:x".
_ADDRESSES = {"href", "poster", "src"}
# Attributes that hold the address of a lazily loaded image, the most common first.
_LAZY = {
    "src": ("data-src", "data-original", "data-lazy-src", "data-hi-res-src", "data-url"),
    "srcset": ("data-srcset", "data-lazy-srcset", "data-original-set"),
}
_LAZY_HINT = re.compile(r"\sdata-(?:src|original|lazy|hi-res|url)", re.IGNORECASE)


def is_public(url: str) -> bool:
    """Whether `url` is an absolute http(s) address with a host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in _SCHEMES and bool(parts.hostname)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "srcset":
        return ", ".join(_CANDIDATE.findall(value)) or None
    if name in _ADDRESSES:
        mail = tag == "a" and value.lower().startswith("mailto:")
        relative = ":" not in value.split("/", 1)[0]
        return value if mail or relative or is_public(value) else None
    return value


def sanitise(fragment: str, base: str, *, on_page: bool = False) -> str:
    """`fragment` sanitised, with relative addresses resolved against `base`.

    If `base` is no public address, relative addresses are removed. For a text `on_page` pictures
    are loaded when they come into view, and without a referrer.
    """
    base = uri(base)
    before = _unlazy(xml_text(fragment))
    clean = _allowed(before, base, on_page)
    # Removing elements can leave a nesting that the next parser would change, so cleaning is
    # repeated until nothing changes. Stored HTML is clean already and is parsed once only.
    for _ in range(_MOST_CLEANINGS):
        if clean == before:
            break
        before, clean = clean, _allowed(clean, base, on_page)
    # xml_text a second time: the parser has decoded references such as &#1;.
    clean = _IMAGE.sub(_real_image, xml_text(clean)).strip()
    return _TEXT_RUN.sub(lambda match: balanced(match.group()), clean)


def _allowed(fragment: str, base: str, on_page: bool) -> str:
    return nh3.clean(
        fragment,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        clean_content_tags=_TAGS_DROPPED_WHOLE,
        attribute_filter=_attribute,
        url_schemes=_LINK_SCHEMES,
        url_relative=("rewrite_with_base", base) if is_public(base) else "deny",
        set_tag_attribute_values=_ON_PAGES if on_page else None,
        link_rel=None,
    )


def _unlazy(fragment: str) -> str:
    """Give lazily loaded images the address that a script would give them."""
    if not _LAZY_HINT.search(fragment):
        return fragment
    root = fragment_root(fragment)
    for image in root.iter("img", "source"):
        for name, places in _LAZY.items():
            value = next((image.get(place) for place in places if image.get(place)), None)
            if value:
                image.set(name, value)
    return inner_html(root)


def fragment_root(fragment: str) -> "html.HtmlElement":
    """`fragment` parsed into one `div`. Never raises: what cannot be parsed gives an empty one."""
    try:
        return html.fragment_fromstring(fragment, create_parent="div")
    except (etree.ParserError, ValueError):
        return html.fragment_fromstring("", create_parent="div")


def inner_html(element: "html.HtmlElement") -> str:
    """The HTML inside `element`."""
    outer: str = html.tostring(element, encoding="unicode", with_tail=False)
    return outer[outer.index(">") + 1 : outer.rindex("<")]


def _real_image(match: re.Match[str]) -> str:
    """The image; "" if it has no address or is a tracking pixel."""
    tag = match.group()
    if not re.search(r'\ssrc(?:set)?="[^"]', tag):
        return ""
    sizes = [int(size) for size in _SIZE.findall(tag)]
    return "" if sizes and min(sizes) <= 1 else tag
