"""What HTTP statuses and network failures mean, as errors that a person can act on.

In: HTTP statuses, and the exceptions of Requests and urllib3. Out: the FetchError that says what
happened, and whether asking again later makes sense.
"""

import http.client
from collections.abc import Iterator

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
