"""XML from outside, parsed so that it can neither reach out nor grow.

In: bytes or a file of XML. Out: lxml's elements. No entity is resolved, no DTD and no network
address is read; libxml2's bounds on depth and size hold unless a caller has its own.
Raises lxml's XMLSyntaxError or ValueError for what cannot be parsed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from lxml import etree

_SAFE: Final[dict[str, Any]] = {"resolve_entities": False, "no_network": True, "load_dtd": False}


def parse(
    content: bytes,
    *,
    recover: bool = False,
    bare: bool = False,
    bounded: bool = False,
    encoding: str | None = None,
) -> Any:
    """The root element of a document; None where nothing is left of it.

    `recover` makes the best of what is not well-formed, `bare` leaves out comments and processing
    instructions, `bounded` says that the size has been bounded already: libxml2's bounds do not
    hold. `encoding` overrules what the document declares.
    """
    parser = etree.XMLParser(
        recover=recover,
        remove_comments=bare,
        remove_pis=bare,
        huge_tree=bounded,
        encoding=encoding,
        **_SAFE,
    )
    return etree.fromstring(content, parser)


def events(path: Path, **wanted: Any) -> Iterator[tuple[str, Any]]:
    """The (event, element) pairs of a file as it is read; `wanted` are `iterparse`'s `events` and
    `tag`. Raises OSError where it cannot be read."""
    yield from etree.iterparse(str(path), **wanted, **_SAFE)
