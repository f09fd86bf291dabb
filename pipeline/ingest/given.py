"""Read a page that is handed over instead of fetched: from standard input, or in a request.

`given_page` takes the bytes of a page and its address, and returns a `Page`. Raises FetchError for
a page without content, one that is too large, and for an address that is neither http nor https.
"""

from dataclasses import replace
from typing import BinaryIO

from pipeline.article import Page, Reference
from pipeline.errors import FetchError
from pipeline.ingest.http.decode import PIECE, decode
from pipeline.ingest.urls import web_address

STDIN = "standard input"


def given_page(content: bytes, url: str = "", *, name: str = "the page") -> Page:
    """Return a page with these bytes at the address `url` ("": it is not known, so that its
    relative links lead nowhere). `name` is what messages call it."""
    address = web_address(url) if url else ""
    if not content.strip():
        raise FetchError(name, "is empty")
    return Page(reference=Reference(source="", url=address), url=address, content=content)


def piped_page(stream: BinaryIO, url: str, max_bytes: int) -> Page:
    """Read the page of a stream to its end, but no more than `max_bytes`; see `given_page`."""
    content = decode(iter(lambda: stream.read(PIECE), b""), "", STDIN, max_bytes)
    return given_page(content, url, name=STDIN)


def at(page: Page, url: str) -> Page:
    """Return a saved page as that of the address `url`. Raises FetchError, see `given_page`."""
    return replace(page, url=web_address(url))
