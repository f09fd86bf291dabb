"""Make URLs absolute, and check them before they are requested.

Takes links from feeds, sitemaps, pages and headers, and returns absolute http or https URLs.
Raises FetchError for other schemes, for invalid hosts, and for URLs with a password in them.
"""

import re
from urllib.parse import urldefrag, urljoin, urlsplit

from pipeline.errors import FetchError

_INVISIBLE = " \t\r\n\f\v\xa0\u200b\u2060\ufeff"
_USERINFO = re.compile(r"(?<=//)[^/?#]*@")


def web_address(url: str, how: str = "") -> str:
    """Return `url` without fragment after checking it: http or https, a host, no user or password.

    Raises FetchError. Its message never shows a password; `how` ("redirects to ") precedes the URL
    in it.
    """
    shown = f"{how}{_USERINFO.sub('', url, count=1)[:200]}".encode("utf-8", "replace").decode()
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
        url.encode()  # a lone surrogate cannot be stored in the database
    except ValueError as error:
        raise FetchError(shown, f"is not a valid address ({error})") from error
    if parts.scheme.lower() not in ("http", "https"):
        raise FetchError(
            shown,
            "cannot be fetched: its scheme is neither http nor https",
            "use an http or https address",
        )
    if not host:
        raise FetchError(shown, "is not a valid address: it has no host")
    if len(host) > 253 or any(len(label) > 63 for label in host.split(".")):  # RFC 1035 §2.3.4
        raise FetchError(shown, "is not a valid address: its host name is too long")
    # RFC 9110 §4.2.4: user information can disguise the host, and would end up in logs.
    if "@" in parts.netloc:
        raise FetchError(
            shown,
            "is not fetched: the address has a user name or password in it",
            "give an Authorization header in the source's headers instead",
        )
    if len(url) > 8_000:
        raise FetchError(shown, f"is too long an address ({len(url):,} characters)")
    return urldefrag(url.strip()).url


def absolute(base: str, link: str) -> str:
    """Return `link` as an absolute URL, resolved against `base`.

    Line breaks and tabs inside it are removed (WHATWG URL §4.4), and so are white space and
    invisible characters at its ends. Raises FetchError when it is not a URL.
    """
    cleaned = link.strip(_INVISIBLE).replace("\n", "").replace("\r", "").replace("\t", "")
    try:
        return urljoin(base, cleaned)
    except ValueError as error:
        raise FetchError(link[:200], f"is not a valid address ({error})") from error
