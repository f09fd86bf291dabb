"""Repair broken feeds into well-formed XML.

`well_formed` takes the bytes of a feed and its media type, and returns well-formed XML, in time
linear in its size; None when it cannot be repaired. Such a feed is not handed to feedparser, whose
parser for broken markup takes hours for a few megabytes of unclosed tags. Never raises.
"""

import re
from html.entities import html5
from xml.parsers import expat

from lxml import etree

from pipeline import safexml
from pipeline.charsets import decode

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^<>]{0,300}\?>")
_ENTITY = re.compile(r"&(?:(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{0,31}))?(;)?")
_BARE_BRACKET = re.compile(r"<(?![A-Za-z_/!?])")
_PREFIX = re.compile(r"[\s</]([A-Za-z_][\w.-]{0,30}):[A-Za-z_]")
_DECLARED_PREFIX = re.compile(r"\sxmlns:([A-Za-z_][\w.-]{0,30})\s*=")
_ROOT = re.compile(r"<[A-Za-z_][\w.:-]{0,60}")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
# Namespaces of the prefixes that feeds use without declaring them.
_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "thr": "http://purl.org/syndication/thread/1.0",
    "wfw": "http://wellformedweb.org/CommentAPI/",
}


def well_formed(content: bytes, media_type: str = "") -> bytes | None:
    """Return `content` if it is well-formed XML, else the feed repaired, in UTF-8; else None.

    The charset is found as that of a page is, see `pipeline.charsets`. The DTD is always removed:
    feeds do not need one, and its entities can make a document endless. Bare ampersands and angle
    brackets, HTML's named entities, unclosed elements and undeclared prefixes are repaired.
    """
    without = _without_doctype(content)
    # The escape sequences of ISO-2022-JP are ASCII, too.
    if without.isascii() and b"\x1b" not in without and _is_xml(without):
        return without
    header = _CHARSET.search(media_type)
    text, _ = decode(without, header[1] if header else None)
    text = _DECLARATION.sub("", text, count=1).lstrip()
    if _is_xml(text.encode("utf-8", "replace")):
        return text.encode("utf-8", "replace")
    return _repaired(text)


def _repaired(text: str) -> bytes | None:
    content = _escaped(text).encode("utf-8", "replace")
    try:
        root = safexml.parse(content, recover=True, bare=True, encoding="utf-8")
    except (etree.LxmlError, ValueError):
        return None
    if root is None:
        return None
    repaired = _with_namespaces(etree.tostring(root, encoding="unicode")).encode("utf-8", "replace")
    return repaired if _is_xml(repaired) else None


def _is_xml(content: bytes) -> bool:
    parser = expat.ParserCreate(namespace_separator=" ")
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError):
        return False
    return True


def _without_doctype(content: bytes) -> bytes:
    start = content[:4_096].find(b"<!DOCTYPE")
    if start < 0:
        return content
    end = content.find(b">", start)
    inside = content.find(b"[", start)
    if 0 <= inside < end:
        closing = re.compile(rb"\]\s{0,100}>").search(content, inside)
        end = closing.end() - 1 if closing else len(content)
    return content[:start] + content[end + 1 :] if end >= 0 else content


def _escaped(text: str) -> str:
    """Return `text` with bare "&" and "<" escaped, and HTML's entities resolved, outside CDATA."""
    parts: list[str] = []
    position = 0
    while (begin := text.find("<![CDATA[", position)) >= 0:
        end = text.find("]]>", begin)
        if end < 0:
            break
        parts += [_escape(text[position:begin]), text[begin : end + 3]]
        position = end + 3
    return "".join([*parts, _escape(text[position:])])


def _escape(text: str) -> str:
    return _BARE_BRACKET.sub("&lt;", _ENTITY.sub(_reference, text))


def _reference(match: re.Match[str]) -> str:
    number, name, end = match.groups()
    if end and (number or name in _XML_NAMES):
        return match.group()
    characters = html5.get(f"{name};", "") if end and name else ""
    if characters:
        return "".join(f"&#{ord(c)};" for c in characters)
    return "&amp;" + match.group()[1:]


def _with_namespaces(text: str) -> str:
    """Return `text` with a namespace declared for each undeclared prefix, at most 50 of them."""
    missing = set(_PREFIX.findall(text)) - set(_DECLARED_PREFIX.findall(text)) - {"xml", "xmlns"}
    root = _ROOT.search(text)
    if not missing or root is None or len(missing) > 50:
        return text
    names = "".join(
        f' xmlns:{one}="{_NAMESPACES.get(one, f"urn:unbound:{one}")}"' for one in sorted(missing)
    )
    return text[: root.end()] + names + text[root.end() :]
