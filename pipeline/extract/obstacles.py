"""Signs of a wall or an error page that need no word of a language.

In: the tree of a page and the article's container; texts of blocks. Out: what was found, in words
for people. Never raises. Each is a sign beside others, never a verdict: articles have buttons, and
report on errors and captchas.
"""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from bs4 import Tag

from pipeline.extract.page import urls
from pipeline.extract.page.builder import around, within
from pipeline.extract.page.node import Node

ASKING: Final = frozenset({"a field for a password", "a form"})
"""Signs only where the page has no paragraphs: logins and searches stand beside many articles."""
LEADING: Final = frozenset({"a link to the home page", "a page that reloads itself"})
_CODE = r"(?:40[0134689]|41[0238]|42[259]|451|50[0-4]|52[0-7])"
# The code of an error (RFC 9110 §15) in brackets, or as a line's beginning, end or half.
_ERROR = re.compile(
    rf"\({_CODE}\)|^\W*{_CODE}\b|\b{_CODE}\W*$|^.{{0,20}}\b{_CODE}\b.{{0,20}}$|\bHTTP {_CODE}\b"
)
# What checks of browsers name in all languages and scripts.
_TECHNICAL = re.compile(r"\b(javascript|captcha|cloudflare|vpn)", re.I)
# The number of a request: "5f09-11ce", an address (IPv4).
_REQUEST = re.compile(
    r"(?<![\w-])(?=[\w-]{8,40}(?![\w-]))(?=[a-f-]*\d)(?=[\d-]*[a-f])[\da-f]{3,}(?:-[\da-f]{3,})*(?![\w-])"
    r"|\b(?:\d{1,3}\.){3}\d{1,3}\b"
)
_BUTTONS = 2
_DELAY = re.compile(r"\s*(\d{1,6})(?:\.\d*)?\s*(?:[;,]?\s*(?:url\s*=)?\s*(.*))?$", re.I | re.S)
_RELOAD = 120  # seconds after which a page that says "try again" reloads itself, at most
_INPUTS = 200  # fields of a page that are looked at
_TYPED: Final = frozenset({"", "text", "search", "email", "tel", "number"})


def said(texts: Iterable[str]) -> frozenset[str]:
    """Return the signs in the texts of a short page."""
    found = set()
    for text in texts:
        if _ERROR.search(text):
            found.add("the code of an error")
        if _TECHNICAL.search(text):
            found.add("a word of browser checks")
        if _REQUEST.search(text):
            found.add("the number of a request")
    return frozenset(found)


def find(root: Tag, container: Node, base: str) -> frozenset[str]:
    """Return the signs in the elements of a page, "buttons" among them."""
    found = set()
    if any(_type(tag) == "password" for tag in islice(within(root, "input"), _INPUTS)):
        found.add("a field for a password")
    near = container.tag or (container.parent.tag if container.parent is not None else None)
    if near is not None:
        inputs = list(within(near, "input"))
        if any(_type(tag) in _TYPED for tag in inputs):
            found.add("a form")
        pressed = sum(_type(tag) in ("submit", "button") for tag in inputs)
        if pressed + sum(1 for _ in within(near, "button")) >= _BUTTONS:
            found.add("buttons")
        if any(_leads_home(link, base) for link in within(near, "a")):
            found.add("a link to the home page")
    if any(_reloads(meta, base) for meta in islice(within(root.parent or root, "meta"), _INPUTS)):
        found.add("a page that reloads itself")
    return frozenset(found)


def _reloads(meta: Tag, base: str) -> bool:
    """Say whether a `meta` element loads this page again soon, as one that waits for its site."""
    if str(meta.get("http-equiv") or "").strip().lower() != "refresh":
        return False
    delay = _DELAY.match(str(meta.get("content") or ""))
    if delay is None or int(delay[1]) > _RELOAD:
        return False
    target = (delay[2] or "").strip(" \t'\"")
    return not target or urls.absolute(target, base) == base


def _type(field: Tag) -> str:
    return str(field.get("type") or "").lower()


def _leads_home(link: Tag, base: str) -> bool:
    """Say whether a link in the text, outside the page's header, leads to the site's root."""
    address = urls.absolute(str(link.get("href") or ""), base)
    if not address or urlsplit(address).path not in ("", "/") or not urls.same_site(address, base):
        return False
    if not link.get_text(strip=True) or around(link, "header", "nav", "footer") is not None:
        return False
    # Without text before it, it is the site's name above the text.
    return link.find_previous(["h1", "h2", "p"]) is not None
