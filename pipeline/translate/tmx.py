"""Read and write TMX 1.4b, the exchange format for translation memories (LISA OSCAR, 2005).

`write` takes a stream of units and writes a file; `read` takes a path and yields units.
Raises BabelwireError for files that cannot be read, are not TMX, or use entities. The document type
definition is not read.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lxml import etree

from pipeline import safexml
from pipeline.errors import BabelwireError
from pipeline.translate.packages.routes import tag
from pipeline.translate.text.segments import normalise
from pipeline.translate.text.tags import primary

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_MODEL, _DIGEST = "x-model", "x-digest"
_FORBIDDEN = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 §2.2
_XML_SPACE = re.compile(r"[ \t\n\r]+")
# Inline elements that contain markup of another format ("<b>"), not text (TMX 1.4b, section 4).
_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A segment and its translation; `model` is the key of the model, "" for a person.

    `untouched` says that a unit of a model is as it was exported. Languages are lower-case BCP 47
    tags with their region ("pt-br").
    """

    source: str
    target: str
    source_text: str
    target_text: str
    model: str = ""
    untouched: bool = False


def write(units: Iterable[Unit], file: IO[bytes], version: str) -> int:
    """Write a TMX document to `file` and return the number of units."""
    count = 0
    with etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("tmx", version="1.4"):
            xml.write(
                etree.Element(
                    "header",
                    {
                        "creationtool": "babelwire",
                        "creationtoolversion": version,
                        "segtype": "sentence",
                        "o-tmf": "babelwire",
                        "adminlang": "en",
                        "srclang": "*all*",
                        "datatype": "plaintext",
                    },
                ),
                pretty_print=True,
            )
            with xml.element("body"):
                for unit in units:
                    xml.write(_element(unit), pretty_print=True)
                    count += 1
    return count


def _element(unit: Unit) -> etree._Element:
    element = etree.Element("tu", srclang=tag(unit.source))
    source, target = (_FORBIDDEN.sub("", one) for one in (unit.source_text, unit.target_text))
    if unit.model:
        etree.SubElement(element, "prop", type=_MODEL).text = unit.model
        etree.SubElement(element, "prop", type=_DIGEST).text = _digest(source, target)
    for language, text in ((unit.source, source), (unit.target, target)):
        variant = etree.SubElement(element, "tuv", {_LANG: tag(language)})
        etree.SubElement(variant, "seg").text = text
    return element


def _digest(source: str, target: str) -> str:
    """Return a digest of a unit's two texts, which stays when an editor breaks their lines."""
    texts = "\n".join(map(_without_breaks, (source, target)))
    return hashlib.sha256(texts.encode()).hexdigest()[:16]


def _without_breaks(text: str) -> str:
    """Return `text` with XML's white space collapsed and trimmed; other spaces are characters."""
    return _XML_SPACE.sub(" ", text).strip(" ")


def read(path: Path) -> Iterator[Unit]:
    """Yield the units of a TMX file: the source language's text with that of each other language.

    Inline elements give their text, except those with markup of another format. White space in the
    source is normalised as in the memory. Raises BabelwireError when the file cannot be read, is
    not TMX, or uses entities.
    """
    source = ""
    try:
        root = None
        for event, element in safexml.events(path, events=("start", "end")):
            name = etree.QName(element).localname
            if event == "start":
                if root is None:
                    root = element
                    if name != "tmx":
                        raise BabelwireError(
                            str(path), f"is no TMX but <{name}>", "export it as TMX 1.4"
                        )
                continue
            if name == "header":
                source = _language(element.get("srclang", ""))
            elif name == "tu":
                _refuse_entities(element, path)
                yield from _units(element, source)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except OSError as error:
        raise BabelwireError(str(path), f"cannot be read ({error.strerror or error})") from error
    except etree.XMLSyntaxError as error:
        raise BabelwireError(str(path), f"is no TMX ({error.msg})", "export it again") from error


def _units(element: etree._Element, declared: str) -> Iterator[Unit]:
    source = _language(element.get("srclang", "")) or declared
    texts: dict[str, str] = {}
    for variant in element.iterfind("{*}tuv"):
        language = _language(variant.get(_LANG) or variant.get("lang") or "")
        segment = variant.find("{*}seg")
        if language and segment is not None:
            texts.setdefault(language, _without_breaks("".join(_words(segment))))
    if source not in texts:
        # "en" is declared and "en-us" is there: same primary tag. Nothing declared: the first one.
        same = [code for code in texts if primary(code) == primary(source)]
        source = next(iter(same or texts), "")
    props = {prop.get("type"): prop.text or "" for prop in element.iterfind("{*}prop")}
    model, digest = props.get(_MODEL, ""), props.get(_DIGEST, "")
    for language, text in texts.items():
        if language != source and texts[source] and text:
            untouched = bool(model) and digest == _digest(texts[source], text)
            yield Unit(source, language, normalise(texts[source]), text, model, untouched)


def _words(element: etree._Element) -> Iterator[str]:
    """Yield the text of a segment without markup of other formats."""
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and etree.QName(child).localname not in _CODES:
            yield from _words(child)
        yield child.tail or ""


def _refuse_entities(element: etree._Element, path: Path) -> None:
    for entity in element.iter(etree.Entity):
        raise BabelwireError(
            str(path), f"uses the entity {entity.text}", "export it without entities of its own"
        )


def _language(code: str) -> str:
    lower = tag(code)
    return "" if lower.startswith("*") else lower
