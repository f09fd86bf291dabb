"""The HTTP client: one address in, one bounded response out.

In: an http or https URL and what is known of its last response. Out: the decompressed body, or the
word that nothing changed. Refuses other schemes, private addresses, endless redirects, bodies and
waits; every fault is a FetchError that names the URL.
"""

import hashlib
import http.cookiejar
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
import urllib3
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar

from pipeline import __version__
from pipeline.article import Validators
from pipeline.errors import FetchError, SettingsError
from pipeline.ingest.addresses import exemptions
from pipeline.ingest.decode import ACCEPT_ENCODING, PIECE, decode
from pipeline.ingest.transport import GuardedAdapter, RefusedAddress, deadline
from pipeline.options import FetchOptions

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
# Worth asking again later (RFC 9110 §15.5.9, §15.6; RFC 6585 §4); others are the server's word.
RETRY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
OK = frozenset({200, 203})
NO_VALIDATORS = Validators()
ACCEPT_PAGE = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"
ACCEPT_FEED = (
    "application/atom+xml,application/rss+xml,application/feed+json;q=0.9,"
    "application/xml;q=0.8,text/xml;q=0.8,*/*;q=0.1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back, after redirects.

    `url` is where it came from; `moved` is where permanent redirects alone led from the address
    asked for (None: nowhere). `headers` has lower-case names. `not_modified` means that the body is
    the one the validators described, and `content` is empty then.
    """

    url: str
    status: int
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    validators: Validators = NO_VALIDATORS
    not_modified: bool = False
    moved: str | None = None


class Client:
    """Fetches over HTTP with a bound on everything; a context manager, usable from many threads."""

    def __init__(self, options: FetchOptions | None = None) -> None:
        self.options = options or FetchOptions()
        try:
            allowed = exemptions(self.options.allow_private_hosts)
        except ValueError as error:
            raise SettingsError("fetch.allow_private_hosts", [str(error)]) from error
        self._session = requests.Session()
        # Proxies, .netrc passwords and the like are taken from the settings, never from the air.
        self._session.trust_env = False
        # Nothing is remembered across fetches: cookies live for one chain of redirects.
        self._session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        adapter = GuardedAdapter(allowed, self.options.connect_timeout)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    @property
    def user_agent(self) -> str:
        """What the client says it is (RFC 9110 §10.1.5)."""
        if self.options.user_agent:
            return self.options.user_agent
        contact = f" (+{self.options.contact})" if self.options.contact else ""
        return f"babelwire/{__version__}{contact}"

    def get(
        self, url: str, validators: Validators = NO_VALIDATORS, *, accept: str = ACCEPT_PAGE
    ) -> Response:
        """GET `url`, conditionally where `validators` say something.

        Takes at most `total_timeout` seconds with all redirects, and reads at most `max_bytes`.
        Raises FetchError; its `retry` says whether another time may be better.
        """
        try:
            with deadline(self.options.total_timeout, self.options.timeout):
                return self._follow(url, validators, accept)
        except RefusedAddress as error:
            host, address = error.args
            raise FetchError(
                url,
                f"leads to a private address, {host} ({address})",
                "name it in fetch.allow_private_hosts if that is meant",
            ) from error
        except FetchError:
            raise
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise FetchError(url, _reason(error, self.options), retry=_passing(error)) from error
        except (ValueError, http.cookiejar.LoadError) as error:
            raise FetchError(url, f"cannot be asked for ({error})") from error

    def _follow(self, url: str, validators: Validators, accept: str) -> Response:
        cookies = RequestsCookieJar()
        here, moved, permanent = web_address(url), None, True
        for _ in range(self.options.max_redirects + 1):
            request = requests.Request("GET", here, headers=self._headers(validators, accept))
            prepared = request.prepare()
            prepared.prepare_cookies(cookies)
            answer = self._session.send(
                prepared,
                allow_redirects=False,
                stream=True,
                timeout=(self.options.connect_timeout, self.options.timeout),
            )
            with closing(answer):
                location = answer.headers.get("location")
                if answer.status_code not in REDIRECTS or not location:
                    return self._response(url, here, moved, answer, validators)
                extract_cookies_to_jar(cookies, prepared, answer.raw)  # type: ignore[no-untyped-call]
                # A redirect's own body is of no interest, and may have no end.
                here = web_address(urljoin(here, _text(location)), "redirects to ")
                permanent = permanent and answer.status_code in PERMANENT
                moved = here if permanent else moved
        raise FetchError(
            url,
            f"redirects more than {self.options.max_redirects} times",
            "open it in a browser: it may want cookies, or a login",
        )

    def _headers(self, validators: Validators, accept: str) -> dict[str, str]:
        headers = {
            "User-Agent": self.user_agent,
            "Accept": accept,
            "Accept-Encoding": ACCEPT_ENCODING,
        }
        # RFC 9110 §13.1: with an entity tag at hand the date is only for servers that know no tags.
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        return headers

    def _response(
        self,
        asked: str,
        here: str,
        moved: str | None,
        answer: requests.Response,
        validators: Validators,
    ) -> Response:
        status = answer.status_code
        headers = {name.lower(): _text(value) for name, value in answer.headers.items()}
        if status == 304 and (validators.etag or validators.last_modified):
            return Response(
                url=here,
                status=status,
                content=b"",
                headers=headers,
                validators=validators,
                not_modified=True,
                moved=moved,
            )
        if status not in OK:
            raise status_error(asked, status)
        content = decode(
            _pieces(answer), headers.get("content-encoding", ""), asked, self.options.max_bytes
        )
        if not content.strip():
            raise FetchError(asked, "is an empty document", retry=True, status=status)
        fresh = Validators(
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            digest=hashlib.sha256(content).hexdigest(),
        )
        same = fresh.digest == validators.digest
        return Response(
            url=here,
            status=status,
            content=b"" if same else content,
            headers=headers,
            validators=fresh,
            not_modified=same,
            moved=moved,
        )


def status_error(url: str, status: int) -> FetchError:
    """What an HTTP status other than 200 means for the one who asked for `url`."""
    reason, remedy = _STATUS.get(
        status, ("answers with an error" if status >= 400 else "answers without a document", "")
    )
    return FetchError(
        url, f"{reason} (HTTP {status})", remedy, retry=status in RETRY_STATUS, status=status
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
    shown = f"{how}{_USERINFO.sub('', url, count=1)[:200]}"
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError(shown, f"is no valid address ({error})") from error
    if parts.scheme.lower() not in ("http", "https"):
        raise FetchError(
            shown, "is not fetched: neither http nor https", "use an http or https address"
        )
    if not host:
        raise FetchError(shown, "is no valid address (no host)")
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


def _pieces(answer: requests.Response) -> Iterator[bytes]:
    """The body as it is on the wire: undoing its encoding is `decode`'s, which bounds it."""
    return iter(answer.raw.stream(PIECE, decode_content=False))


def _text(value: str) -> str:
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
    (urllib3.exceptions.InvalidChunkLength, "breaks off before its end"),
    (ConnectionError, "the connection broke off"),
    (urllib3.exceptions.ProtocolError, "the answer is no proper HTTP"),
    (requests.exceptions.InvalidURL, "is no valid address"),
)


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


def _passing(error: BaseException) -> bool:
    return not isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema)
