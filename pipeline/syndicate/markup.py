"""HTML as a stranger's reader may show it.

In comes an HTML fragment and the address it stood at, out the same in an allowed vocabulary with
absolute http(s) addresses. Scripts, forms, frames, handlers, styles, tracking pixels and addresses
of other schemes do not come out; lazy images come out as real ones.
"""

import re
from urllib.parse import urlsplit

import nh3
from lxml import etree, html

from pipeline.syndicate.text import balanced, uri, xml_text

_TAGS = """
    a abbr article aside audio b bdi blockquote br caption cite code col colgroup dd del
    details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li
    mark ol p picture pre q rp rt ruby s samp section small source span strong sub summary sup
    table tbody td tfoot th thead time tr track u ul var video wbr
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
    script style template noscript iframe object embed input button select textarea svg math canvas
    applet frame frameset
"""
_SCHEMES = {"http", "https"}
_LINK_SCHEMES = {*_SCHEMES, "mailto"}
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_SIZE = re.compile(r'\b(?:width|height)="\s*(\d+)', re.IGNORECASE)
_CANDIDATE = re.compile(r"https?://\S*[^\s,](?:\s+\d+(?:\.\d+)?[wx])?(?=\s*(?:,|$))")
_TEXT_RUN = re.compile(r"[^<>]+(?=<|$)")
# nh3 lets these through unchecked; `src` and `href` it checks itself.
_UNCHECKED_ADDRESSES = {"poster"}
# Where pages keep an image's address until a script asks for it, the commonest first.
_LAZY = {
    "src": ("data-src", "data-original", "data-lazy-src", "data-hi-res-src", "data-url"),
    "srcset": ("data-srcset", "data-lazy-srcset", "data-original-set"),
}
_LAZY_HINT = re.compile(r"\sdata-(?:src|original|lazy|hi-res|url)", re.IGNORECASE)


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
        return value if is_public(value) or ":" not in value.split("/", 1)[0] else None
    return value


def sanitise(fragment: str, base: str) -> str:
    """`fragment` in the allowed vocabulary, its relative addresses resolved against `base`.

    Where `base` is no public address, relative links are dropped rather than published broken.
    """
    base = uri(base)
    clean = nh3.clean(
        _unlazy(xml_text(fragment)),
        tags=set(_TAGS.split()),
        attributes=_ATTRIBUTES,
        clean_content_tags=set(_TAGS_DROPPED_WHOLE.split()),
        attribute_filter=_attribute,
        url_schemes=_LINK_SCHEMES,
        url_relative=("rewrite_with_base", base) if is_public(base) else "deny",
        link_rel=None,
    )
    # A second time: the parser has turned references such as &#1; into what they stand for.
    clean = _IMAGE.sub(_real_image, xml_text(clean)).strip()
    return _TEXT_RUN.sub(lambda match: balanced(match.group()), clean)


def _unlazy(fragment: str) -> str:
    """Give images that wait for a script the address the script would give them."""
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
    """`fragment` parsed into one `div`; never fails, whatever it is given."""
    try:
        return html.fragment_fromstring(fragment, create_parent="div")
    except (etree.ParserError, ValueError):
        return html.fragment_fromstring("", create_parent="div")


def inner_html(element: "html.HtmlElement") -> str:
    """The HTML inside `element`."""
    whole: str = html.tostring(element, encoding="unicode", with_tail=False)
    return whole[whole.index(">") + 1 : whole.rindex("<")]


def _real_image(match: re.Match[str]) -> str:
    """The image, or nothing where it has no address or is a tracking pixel."""
    tag = match.group()
    if not re.search(r'\ssrc(?:set)?="[^"]', tag):
        return ""
    sizes = [int(size) for size in _SIZE.findall(tag)]
    return "" if sizes and min(sizes) <= 1 else tag
