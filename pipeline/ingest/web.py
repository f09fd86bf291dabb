"""What may be asked on the web, and what its answers and failures mean.

In: addresses, HTTP statuses, and the exceptions of Requests and urllib3. Out: a checked address, or
the FetchError that says what happened. Refuses schemes other than http and https, and passwords.
"""

import http.client
import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

import requests
import urllib3

from pipeline.errors import FetchError
from pipeline.options import FetchOptions

# Worth asking again later (RFC 9110 §15.5.9, §15.6; RFC 6585 §4); others are the server's word.
RETRY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})


def status_error(url: str, status: int, wait: float | None = None) -> FetchError:
    """What an HTTP status other than 200 means for the one who asked for `url`.

    `wait` is what the answer's Retry-After says, in seconds.
    """
    reason, remedy = _STATUS.get(
        status, ("answers with an error" if status >= 400 else "answers without a document", "")
    )
    return FetchError(
        url,
        f"{reason} (HTTP {status})",
        remedy,
        retry=status in RETRY_STATUS,
        status=status,
        wait=wait,
    )


_STATUS = {
    304: ("says 'not modified' of what was never fetched", ""),
    401: ("wants a login", "remove it, or read it where you have access"),
    402: ("wants money", ""),
    403: ("is forbidden to us", "ask the site, or remove it"),
    404: ("is not there", "check the address"),
    407: ("wants a login at the proxy", "check the proxy's settings"),
    410: ("is gone for good", "remove it"),
    429: ("was asked for too often", ""),
    451: ("is withheld for legal reasons", ""),
    503: ("is not available just now", ""),
}


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


def header_text(value: str) -> str:
    """A header value as UTF-8 where it is that: http.client reads headers as Latin-1."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what Requests and urllib3 have wrapped into it."""
    seen: set[int] = set()
    todo: list[BaseException | None] = [error]
    while todo:
        one = todo.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        todo += [one.__cause__, one.__context__, getattr(one, "reason_error", None)]
        todo += [arg for arg in one.args if isinstance(arg, BaseException)]
        reason = getattr(one, "reason", None)
        todo.append(reason if isinstance(reason, BaseException) else None)


# The first line that fits any error in the chain tells the reader what happened.
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (urllib3.exceptions.NameResolutionError, "the host's name is not known"),
    (ConnectionRefusedError, "the host refuses connections"),
    (urllib3.exceptions.ConnectTimeoutError, "the host does not answer"),
    (requests.exceptions.SSLError, "the connection is not secure ({})"),
    (urllib3.exceptions.SSLError, "the connection is not secure ({})"),
    (TimeoutError, "took too long"),
    (urllib3.exceptions.ReadTimeoutError, "took too long"),
    (urllib3.exceptions.IncompleteRead, "breaks off before its end"),
    (http.client.IncompleteRead, "breaks off before its end"),
    (urllib3.exceptions.InvalidChunkLength, "breaks off before its end"),
    (ConnectionError, "the connection broke off"),
    (urllib3.exceptions.ProtocolError, "the answer is no proper HTTP"),
    (urllib3.exceptions.InvalidHeader, "the answer is no proper HTTP"),
    (requests.exceptions.InvalidURL, "is no valid address"),
    (urllib3.exceptions.LocationParseError, "is no valid address"),
)


def is_nobody(error: BaseException) -> bool:
    """Whether there is no host of the name that was asked for."""
    return any(isinstance(one, urllib3.exceptions.NameResolutionError) for one in _causes(error))


_FINAL = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    urllib3.exceptions.LocationParseError,
)


def failure(url: str, error: BaseException, options: FetchOptions) -> FetchError:
    """The FetchError for whatever Requests, urllib3 or the socket raised."""
    return FetchError(url, _reason(error, options), retry=not isinstance(error, _FINAL))


def _reason(error: BaseException, options: FetchOptions) -> str:
    chain = list(_causes(error))
    for kind, reason in _REASONS:
        for one in chain:
            if isinstance(one, kind):
                if kind is TimeoutError:
                    return (
                        f"{reason} (silent for {options.timeout:g} s, "
                        f"or {options.total_timeout:g} s in all)"
                    )
                return reason.format(str(one)[:200])
    return f"could not be fetched ({str(error)[:200]})"
