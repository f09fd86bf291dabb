"""Resolve addresses, and reject those that a reader must not follow.

In: an attribute's value and the base URL. Out: an absolute http, https or mailto URL, or "". Never
raises. Every other scheme gives "", so that nothing that runs code or embeds data passes.
"""

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

_ALLOWED = frozenset({"http", "https", "mailto"})
_BREAKS = re.compile(r"[\t\n\r]")
_SPACE = re.compile(r"[\x00-\x20\x7f]+")
_WHOLE = re.compile(r"https?://[^/].*(?<![?#])", re.S)  # an address that needs no base
_ENTRY = re.compile(r"^(www\d?|m|mobile|amp)\.")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


@lru_cache(maxsize=4096)  # a page repeats the same links
def absolute(value: str, base: str, *, schemes: frozenset[str] = _ALLOWED) -> str:
    """Resolve a reference against the base (RFC 3986 §5); "" where it must not be followed.

    White space inside is removed as browsers do (URL Standard), so that `java\\nscript:` is
    recognised.
    """
    value = value.strip()
    if not value or len(value) > 4000:
        return ""
    value = _BREAKS.sub("", value)
    value = _SPACE.sub("%20", value)
    try:
        whole = value if _WHOLE.fullmatch(value) else urljoin(base, value)
        parts = urlsplit(whole)
        parts.port  # noqa: B018 - reading it is what validates it
    except ValueError:
        return ""
    if parts.scheme not in schemes:
        return ""
    if parts.scheme != "mailto" and not parts.hostname:
        return ""
    return whole


def image(value: str, base: str) -> str:
    """Resolve the address of an image or page: http and https only, "" for others."""
    return absolute(value, base, schemes=frozenset({"http", "https"}))


def base_of(href: str, url: str) -> str:
    """Return the base URL of a page with a `<base href>`, which must be http(s) itself."""
    return image(href, url) or url if href else url


@lru_cache(maxsize=4096)
def site(url: str) -> str:
    """Return the host without "www." and "m.", to compare the sites of two pages."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return _ENTRY.sub("", host)


def same_site(one: str, other: str) -> bool:
    """Say whether two addresses belong to one site: the same host, or one under the other."""
    a, b = site(one), site(other)
    if not a or not b:
        return False
    return a == b or a.endswith("." + b) or b.endswith("." + a) or _trunk(a) == _trunk(b)


def _trunk(host: str) -> str:
    labels = host.split(".")
    if len(labels) <= 2:
        return host
    short = len(labels[-2]) <= 3 and len(labels[-1]) == 2  # co.uk, com.br
    return ".".join(labels[-3:] if short else labels[-2:])
