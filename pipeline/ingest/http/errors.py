"""Turn HTTP statuses and network failures into errors that a person can act on.

Takes an HTTP status, or an exception of Requests, urllib3 or the socket. Returns (does not raise)
the FetchError that says what happened and whether a later attempt may succeed.
"""

import http.client
from collections.abc import Iterator

import requests
import urllib3

from pipeline.errors import FetchError
from pipeline.options import FetchOptions

# Statuses of temporary failures (RFC 9110 §15.5.9, §15.6; RFC 6585 §4). Others are final.
RETRY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})


def status_error(url: str, status: int, wait: float | None = None) -> FetchError:
    """Return the FetchError for a response to `url` with a status other than 200.

    `wait` is the response's Retry-After in seconds.
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
    304: ("answers 'not modified' to an unconditional request", ""),
    401: ("requires a login", "remove it, or read it where you have access"),
    402: ("requires payment", "remove it, or read it where you have access"),
    403: ("is forbidden", "ask the site for access, or remove it"),
    404: ("is not there", "check the address"),
    407: ("requires a login at the proxy", "check the proxy settings of the source"),
    410: ("is gone for good", "remove it"),
    429: ("was requested too often", ""),
    451: ("is withheld for legal reasons", ""),
    503: ("is temporarily not available", ""),
}


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and all errors that Requests and urllib3 have wrapped into it."""
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


# Error types and their reasons. The first line that matches any error in the chain is used.
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
    (requests.exceptions.InvalidURL, "is not a valid address"),
    (urllib3.exceptions.LocationParseError, "is not a valid address"),
)


def is_unknown_host(error: BaseException) -> bool:
    """Return whether the host name could not be resolved."""
    return any(isinstance(one, urllib3.exceptions.NameResolutionError) for one in _causes(error))


_FINAL = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    urllib3.exceptions.LocationParseError,
)


def failure(url: str, error: BaseException, options: FetchOptions) -> FetchError:
    """Return the FetchError for an exception of Requests, urllib3 or the socket."""
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
