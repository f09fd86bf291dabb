"""Images at addresses of the image cache instead of those of their hosts.

`pointed` takes an entry and a public address; returns the entry with the images of its texts below
that address, and which those are. Pure. Only images of the web are taken: no data in addresses, and
nothing that is below the public address already.
"""

import hashlib
import re
from collections.abc import Callable, Container
from dataclasses import replace
from html import escape, unescape
from urllib.parse import urlsplit

from pipeline.article import Entry
from pipeline.syndicate.markup import is_public

FOLDER = "images"
_MOST = 8000  # characters of an address
_SOURCE = re.compile(r"(<img\b[^<>]*?\ssrc=\")([^\"<>]*)(?=\")")
# Endings of names by which readers tell a picture: kept, because the file's own type is not known
# before it is fetched.
_ENDINGS = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)$", re.IGNORECASE)


def key_of(url: str) -> str:
    """The key of an image: hexadecimal, 40 digits."""
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()[:40]


def address(base: str, url: str) -> str:
    """The address of an image below a public address, with the ending of its name."""
    ending = _ENDINGS.search(urlsplit(url).path)
    return f"{base}/{FOLDER}/{key_of(url)}{ending[0].lower() if ending else ''}"


def pointed(
    entry: Entry, base: str, known: Container[str] | None = None
) -> tuple[Entry, dict[str, str]]:
    """The entry with its images below `base`, and their addresses by key.

    With `known`, only images with these keys; others stay where they are.
    """
    found: dict[str, str] = {}

    def moved(url: str) -> str:
        if not (is_public(url) and len(url) <= _MOST) or url.startswith(f"{base}/"):
            return url
        try:
            there = address(base, url)
        except ValueError:  # no address at all
            return url
        if known is not None and key_of(url) not in known:
            return url
        found[key_of(url)] = url
        return there

    return replace(
        entry,
        image=moved(entry.image) if entry.image else entry.image,
        html=_with(entry.html, moved),
        original_html=_with(entry.original_html, moved),
    ), found


def _with(html: str, moved: Callable[[str], str]) -> str:
    """HTML that `extract` made, with another address of each image."""
    return _SOURCE.sub(lambda match: match[1] + escape(moved(unescape(match[2]))), html)
