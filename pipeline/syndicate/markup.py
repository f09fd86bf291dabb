"""HTML as a stranger's reader may show it.

In comes an HTML fragment and the address it stood at, out the same in an allowed vocabulary with
absolute http(s) addresses. Scripts, forms, frames, handlers, styles, tracking pixels and addresses
of other schemes do not come out; lazy images come out as real ones.
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
_DROPPED_WHOLE = """
    script style template noscript iframe object embed input button select textarea svg math canvas
    applet frame frameset
"""
_TAGS = set(_ALLOWED.split())
_TAGS_DROPPED_WHOLE = set(_DROPPED_WHOLE.split())
_SCHEMES = {"http", "https"}
_LINK_SCHEMES = {*_SCHEMES, "mailto"}
_MOST_READINGS = 4
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_SIZE = re.compile(r'\b(?:width|height)="\s*(\d+)', re.IGNORECASE)
_CANDIDATE = re.compile(r"https?://\S*[^\s,](?:\s+\d+(?:\.\d+)?[wx])?(?=\s*(?:,|$))")
# From where a tag ends: begun anywhere, it takes time by the square of the longest tag.
_TEXT_RUN = re.compile(r"(?:(?<=>)|\A)[^<>]++(?=<|\Z)")
# nh3 checks the schemes of `src` and `href` alone, and no more of them ("https:x").
_ADDRESSES = {"href", "poster", "src"}
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
    if name in _ADDRESSES:
        mail = tag == "a" and value.lower().startswith("mailto:")
        relative = ":" not in value.split("/", 1)[0]
        return value if mail or relative or is_public(value) else None
    return value


def sanitise(fragment: str, base: str) -> str:
    """`fragment` in the allowed vocabulary, its relative addresses resolved against `base`.

    Where `base` is no public address, relative links are dropped rather than published broken.
    """
    base = uri(base)
    before = _unlazy(xml_text(fragment))
    clean = _allowed(before, base)
    # Where elements were dropped, others may lie within one another as no parser would leave them,
    # and the next parser would move them. What is stored is clean, and is read once only.
    for _ in range(_MOST_READINGS):
        if clean == before:
            break
        before, clean = clean, _allowed(clean, base)
    # A second time: the parser has turned references such as &#1; into what they stand for.
    clean = _IMAGE.sub(_real_image, xml_text(clean)).strip()
    return _TEXT_RUN.sub(lambda match: balanced(match.group()), clean)


def _allowed(fragment: str, base: str) -> str:
    return nh3.clean(
        fragment,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        clean_content_tags=_TAGS_DROPPED_WHOLE,
        attribute_filter=_attribute,
        url_schemes=_LINK_SCHEMES,
        url_relative=("rewrite_with_base", base) if is_public(base) else "deny",
        link_rel=None,
    )


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
