"""Addresses that sources and servers give: made absolute, and checked before they are asked.

In: links out of feeds, sitemaps, pages and headers. Out: http and https URLs. Raises FetchError for
other schemes, for hosts that are none, and for passwords inside an address.
"""

import re
from urllib.parse import urldefrag, urljoin, urlsplit

from pipeline.errors import FetchError

_INVISIBLE = " \t\r\n\f\v\xa0\u200b\u2060\ufeff"
_USERINFO = re.compile(r"(?<=//)[^/?#]*@")


def web_address(url: str, how: str = "") -> str:
    """`url` without fragment, checked: http or https, a host, no user or password in it.

    Raises FetchError, whose message never shows a password; `how` stands before the address in it
    ("redirects to ").
    """
    shown = f"{how}{_USERINFO.sub('', url, count=1)[:200]}".encode("utf-8", "replace").decode()
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
        url.encode()  # a lone surrogate is no character, and no database takes it
    except ValueError as error:
        raise FetchError(shown, f"is no valid address ({error})") from error
    if parts.scheme.lower() not in ("http", "https"):
        raise FetchError(
            shown, "is not fetched: neither http nor https", "use an http or https address"
        )
    if not host:
        raise FetchError(shown, "is no valid address (no host)")
    if len(host) > 253 or any(len(label) > 63 for label in host.split(".")):  # RFC 1035 §2.3.4
        raise FetchError(shown, "is no valid address (its host is too long)")
    # RFC 9110 §4.2.4: user information hides which host is meant, and would end up in logs.
    if "@" in parts.netloc:
        raise FetchError(
            shown,
            "is not fetched: its address has a user name or password in it",
            "give an Authorization header in the source's headers instead",
        )
    if len(url) > 8_000:
        raise FetchError(shown, f"is an address of {len(url):,} characters")
    return urldefrag(url.strip()).url


def absolute(base: str, link: str) -> str:
    """`link` as an absolute URL, white space inside it undone (WHATWG URL §4.4), and the invisible
    characters at its ends that come of putting texts together.

    Raises FetchError where it is no URL.
    """
    cleaned = link.strip(_INVISIBLE).replace("\n", "").replace("\r", "").replace("\t", "")
    try:
        return urljoin(base, cleaned)
    except ValueError as error:
        raise FetchError(link[:200], f"is no valid address ({error})") from error
