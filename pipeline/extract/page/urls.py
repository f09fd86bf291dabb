"""Addresses: made absolute, and refused where they are no address a reader may follow.

In: an attribute's value and the base. Out: an absolute http, https or mailto URL, or "".
It refuses every other scheme, so nothing that runs code or inlines data passes.
"""

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

_ALLOWED = frozenset({"http", "https", "mailto"})
_BREAKS = re.compile(r"[\t\n\r]")
_SPACE = re.compile(r"[\x00-\x20\x7f]+")
_WHOLE = re.compile(r"https?://[^/].*(?<![?#])", re.S)  # what a base does not change
_ENTRY = re.compile(r"^(www\d?|m|mobile|amp)\.")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


@lru_cache(maxsize=4096)  # a page links the same again and again
def absolute(value: str, base: str, *, schemes: frozenset[str] = _ALLOWED) -> str:
    """Resolve a reference against the base (RFC 3986 §5); "" where it is not to be followed.

    White space within is taken out as browsers do (URL Standard), so `java\\nscript:` is judged as
    what it is.
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
    """Resolve an image's address: http and https only."""
    return absolute(value, base, schemes=frozenset({"http", "https"}))


def base_of(href: str, url: str) -> str:
    """Return the base URL of a page with a `<base href>`, which must be http(s) itself."""
    return image(href, url) or url if href else url


@lru_cache(maxsize=4096)
def site(url: str) -> str:
    """Return the host without "www." and "m.", to tell whether two pages are one site's."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return _ENTRY.sub("", host)


def same_site(one: str, other: str) -> bool:
    """Say whether two addresses belong to one site: one host is the other's or under it."""
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
