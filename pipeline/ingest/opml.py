"""Read and write subscription lists in OPML 2.0 (opml.org/spec2.opml).

`read_opml` takes the bytes that a feed reader exported and returns sources with new ids.
`write_opml` takes sources and returns a list that any feed reader imports.
Lists that are not well-formed are repaired and their charset is found as those of feeds are. Raises
SourceError when the bytes are not OPML. Nothing is fetched.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, get_args, get_type_hints
from urllib.parse import urlsplit

from lxml import etree

from pipeline import safexml
from pipeline.article import Source, TextFrom
from pipeline.errors import BabelwireError, FetchError, PluginError, SourceError
from pipeline.ingest.addressing import identity
from pipeline.ingest.kinds.registry import KINDS
from pipeline.ingest.kinds.repair import well_formed
from pipeline.ingest.text import language_of, plain
from pipeline.ingest.urls import web_address
from pipeline.ingest.xml import clean_start

# For settings that OPML does not define: sitemaps, index pages, schedules, patterns, selectors.
NAMESPACE = "urn:babelwire:sources:1"
MAX_SOURCES = 10_000
# Fields with code of their own in `read_opml` and `write_opml`.
_OUTLINE = frozenset({"id", "kind", "title", "url", "language"})
# Folders and lists of addresses cannot be subscribed to; headers and proxies may be secrets.
LEFT_OUT = frozenset({"path", "urls", "headers", "proxy"})


def _number(kind: Callable[[float], float], text: str) -> float | None:
    plain_number = text.isascii() and text.replace(".", "", 1).isdigit() and len(text) < 20
    return kind(float(text)) if plain_number else None


# The parser for each type of field; it returns None for a value that is not valid.
_READERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    str | None: str,
    bool: lambda text: text == "1",
    int: partial(_number, int),
    float: partial(_number, float),
    float | None: partial(_number, float),
    # Line breaks are written as character references: XML turns others into spaces.
    tuple[str, ...]: lambda text: tuple(line for line in text.split("\n") if line),
    TextFrom: lambda text: text if text in get_args(TextFrom) else None,
}
_TYPES = get_type_hints(Source)
# All other fields of a source. A new field of a type without a parser fails at import.
_SETTINGS: dict[str, Callable[[str], Any]] = {
    field.name: _READERS[_TYPES[field.name]]
    for field in fields(Source)
    if field.name not in _OUTLINE | LEFT_OUT
}
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_ID = re.compile(r"[^a-z0-9_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriptions:
    """The sources of a list, each address once; one error for each outline with a bad address."""

    sources: tuple[Source, ...]
    problems: tuple[BabelwireError, ...] = ()


def read_opml(content: bytes, thing: str, taken: Iterable[str] = ()) -> Subscriptions:
    """Return the sources in an OPML list, in its order; `thing` (a path) names it in errors.

    Ids are those that babelwire exported, or are made of the titles; they differ from each other
    and from those in `taken`. The list's folders are not kept. Raises SourceError when the bytes
    are not OPML.
    """
    content = clean_start(content)
    try:
        root = safexml.parse(well_formed(content) or content, recover=True, bare=True)
    except (etree.LxmlError, ValueError) as error:
        raise SourceError(thing, f"cannot be read as OPML ({error})") from error
    if root is None or _name(root) != "opml":
        raise SourceError(
            thing, "is not OPML", "export the subscriptions of your feed reader as OPML"
        )
    ids, seen = set(taken), set[str]()
    sources: list[Source] = []
    problems: list[BabelwireError] = []
    for outline in root.iter("{*}*"):
        if _name(outline) != "outline":
            continue
        values = {str(name).lower(): str(value) for name, value in outline.attrib.items()}
        link = values.get("xmlurl") or values.get(f"{{{NAMESPACE}}}url") or ""
        if not link.strip():
            continue
        try:
            url = web_address(_web_scheme(link))
            kind = _kind(values.get(f"{{{NAMESPACE}}}kind") or "feed", url)
        except (FetchError, PluginError) as error:
            problems.append(error)
            continue
        if identity(url) in seen or len(sources) >= MAX_SOURCES:
            continue
        seen.add(identity(url))
        own = values.get(f"{{{NAMESPACE}}}id", "")
        # babelwire writes `title` only for a source that has one; other programs may put the title
        # into `text` instead.
        title = plain(values.get("title") or ("" if own else values.get("text")), markup=False)
        name = source_id(own or title, url, ids)
        ids.add(name)
        source = Source.of(
            name,
            kind,
            title=title,
            url=url,
            language=language_of(values.get("language")),
        )
        sources.append(replace(source, **_settings(values)))
    return Subscriptions(sources=tuple(sources), problems=tuple(problems))


def _name(element: etree._Element) -> str:
    """Return the local name in lower case: some programs write names in capitals."""
    return str(element.tag).rpartition("}")[2].lower()


def write_opml(sources: Sequence[Source], title: str = "babelwire") -> bytes:
    """Return the sources that have an address as OPML 2.0 in UTF-8.

    Any feed reader imports the feeds; other kinds are in babelwire's namespace. Headers and proxies
    may be secrets and are left out.
    """
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"bw": NAMESPACE})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = plain(title, markup=False)
    body = etree.SubElement(root, "body")
    for source in sources:
        if not source.url:
            continue
        title = plain(source.title, markup=False)
        values = {"text": title or source.id, f"{{{NAMESPACE}}}id": source.id}
        if title:
            values["title"] = title
        if source.kind == "feed":
            values |= {"type": "rss", "xmlUrl": source.url}
        else:
            values |= {f"{{{NAMESPACE}}}kind": source.kind, f"{{{NAMESPACE}}}url": source.url}
        if source.language:
            values["language"] = source.language
        for key, value in source.non_defaults(_SETTINGS).items():
            values[f"{{{NAMESPACE}}}{key}"] = _NO_XML.sub("", _as_text(value))
        etree.SubElement(body, "outline", values)
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def source_id(title: str, url: str, taken: Iterable[str]) -> str:
    """Return a short id made of the title in lower-case ASCII, else of the host; not in `taken`."""
    folded = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    base = _NOT_ID.sub("-", folded).strip("-")[:40].strip("-")
    base = base or _NOT_ID.sub("-", host.lower()).strip("-")[:40].strip("-") or "source"
    used = set(taken)
    names = (base if number == 1 else f"{base}-{number}" for number in range(1, len(used) + 2))
    return next(name for name in names if name not in used)


def _kind(name: str, url: str) -> str:
    """The kind an outline names. Raises PluginError where a source of it cannot be read here."""
    if KINDS[name].needs != "url":
        raise PluginError(url, f"is said to be a {name} source, which has no address")
    return name


def _web_scheme(link: str) -> str:
    """Return a `feed:` address, as some readers export them, as the http or https address."""
    link = link.strip()
    if link.lower().startswith("feed://"):
        return f"http://{link[7:]}"
    return link[5:] if link.lower().startswith("feed:http") else link


def _as_text(value: Any) -> str:
    if isinstance(value, tuple):
        return "\n".join(value)
    return value if isinstance(value, str) else f"{value:.15g}"


def _settings(values: dict[str, str]) -> dict[str, Any]:
    """Return the valid settings in an outline that babelwire exported."""
    texts = {key: values.get(f"{{{NAMESPACE}}}{key}", "") for key in _SETTINGS}
    parsed = {key: _SETTINGS[key](text) for key, text in texts.items() if text}
    return {key: value for key, value in parsed.items() if value is not None}
