"""The HTTP client: one address in, one bounded response out.

In: an http or https URL and what is known of its last response. Out: the decompressed body, or the
word that nothing changed. Refuses other schemes, private addresses, endless redirects, bodies and
waits, and what robots.txt forbids; every fault is a FetchError that names the URL.
"""

import hashlib
import http.cookiejar
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar

from pipeline import __version__
from pipeline.article import Validators
from pipeline.errors import FetchError, SettingsError
from pipeline.ingest.http.answers import (
    NO_VALIDATORS,
    Response,
    Session,
    header_text,
    pieces,
    target,
    validator,
    wait_of,
)
from pipeline.ingest.http.decode import ACCEPT_ENCODING, decode
from pipeline.ingest.http.errors import RETRY_STATUS, failure, is_nobody, status_error
from pipeline.ingest.http.manner import PLAIN, Manner
from pipeline.ingest.http.pacing import Hosts
from pipeline.ingest.http.private import exemptions
from pipeline.ingest.http.refresh import onward
from pipeline.ingest.http.robots import MAX_BYTES as ROBOTS_BYTES
from pipeline.ingest.http.robots import Answer, Robots
from pipeline.ingest.http.transport import GuardedAdapter, RefusedAddress, check_literal, deadline
from pipeline.ingest.urls import web_address
from pipeline.options import FetchOptions

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
OK = frozenset({200, 203})
# With a Retry-After these are asked again in the same breath, TRIES times in all.
BUSY = frozenset({429, 503})
TRIES = 3
ACCEPT_ROBOTS = "text/plain,*/*;q=0.1"
ACCEPT_PAGE = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"
ACCEPT_FEED = (
    "application/atom+xml,application/rss+xml,application/feed+json;q=0.9,"
    "application/xml;q=0.8,text/xml;q=0.8,*/*;q=0.1"
)


@dataclass(frozen=True, slots=True)
class _Asking:
    """One call of `get`; `obey` says whether robots.txt is heeded.

    `cut` (None: not) is after how many bytes the body is of no more interest. `signs` says whether
    a page that only leads on to another is followed as redirects are.
    """

    url: str
    validators: Validators
    accept: str
    manner: Manner
    obey: bool
    cut: int | None = None
    signs: bool = False


class Client:
    """Fetches over HTTP with a bound on everything; a context manager, usable from many threads.

    It remembers the robots.txt of each site and when each host may be asked again: keep one client
    as long as the program runs. One with a `forerunner` goes on with what that one remembers, one
    with `hosts` with the hosts'.
    """

    def __init__(
        self,
        options: FetchOptions | None = None,
        hosts: Hosts | None = None,
        forerunner: "Client | None" = None,
    ) -> None:
        self.options = options or FetchOptions()
        try:
            allowed = exemptions(self.options.allow_private_hosts)
        except ValueError as error:
            raise SettingsError("fetch.allow_private_hosts", [str(error)]) from error
        self._session = Session()
        # Proxies, .netrc passwords and the like are taken from the settings, never from the air.
        self._session.trust_env = False
        # Nothing is remembered across fetches: cookies live for one chain of redirects.
        self._session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        places = self.options.host_concurrency
        if forerunner and forerunner.options.host_concurrency == places:
            hosts = forerunner._hosts
        self._hosts: Hosts = hosts or Hosts(places)
        self._robots: Robots = forerunner._robots if forerunner else Robots()
        self._allowed = allowed
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

    def stop(self) -> None:
        """Have nobody wait for the turn of a host any more: what still waits fails at once."""
        self._hosts.stop()

    @property
    def user_agent(self) -> str:
        """What the client says it is (RFC 9110 §10.1.5)."""
        if self.options.user_agent:
            return self.options.user_agent
        contact = f" (+{self.options.contact})" if self.options.contact else ""
        return f"babelwire/{__version__}{contact}"

    def get(
        self,
        url: str,
        validators: Validators = NO_VALIDATORS,
        *,
        accept: str = ACCEPT_PAGE,
        manner: Manner = PLAIN,
        signs: bool = False,
    ) -> Response:
        """GET `url`, conditionally where `validators` say something.

        With `signs`, a page that does nothing but lead on to another (`refresh`) is a redirect.

        Waits for the turn of the host, each time at most `max_wait` seconds; apart from that it
        takes at most `total_timeout` seconds with all redirects, and reads at most `max_bytes`. A
        host that asks for a short wait gets it, and is asked again, TRIES times in all.
        Raises FetchError; its `retry` says whether another time may be better.
        """
        asking = _Asking(
            url, validators, accept, manner, obey=self.options.obey_robots, signs=signs
        )
        for _ in range(TRIES - 1):
            try:
                return self._get(asking)
            except FetchError as error:
                asked_to_wait = error.status in BUSY and error.wait is not None
                if not asked_to_wait or (error.wait or 0) > self.options.max_wait:
                    raise
        return self._get(asking)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The addresses of the sitemaps that the robots.txt of the site of `url` names.

        Relative ones count, which RFC 9309 does not know; what is no web address does not.
        """
        here = web_address(url)
        rules = self._robots.rules(here, partial(self._ask_robots, PLAIN))
        found: list[str] = []
        for one in rules.parsed.sitemaps if rules.parsed else ():
            with suppress(FetchError, ValueError):
                found.append(web_address(urljoin(here, one)))
        return tuple(dict.fromkeys(found))

    def _get(self, asking: _Asking) -> Response:
        url = asking.url
        try:
            return self._follow(asking)
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
            raise failure(url, error, self.options) from error
        except (ValueError, http.cookiejar.LoadError) as error:
            raise FetchError(url, f"cannot be asked for ({error})") from error

    def _follow(self, asking: _Asking) -> Response:
        cookies = RequestsCookieJar()
        here, moved, permanent = web_address(asking.url), None, True
        signs: set[str] = set()
        left = self.options.total_timeout
        for number in range(self.options.max_redirects + 1):
            found = None
            asked = time.monotonic()
            delay = self._delay(here, asking)
            if number:  # a robots.txt at each step, every one as slow as it may be, counts too
                left -= time.monotonic() - asked
            if left <= 0:
                raise failure(asking.url, TimeoutError(), self.options)
            with self._turn(here, delay, asking.url) as host:
                began = time.monotonic()
                with (
                    deadline(left, self.options.timeout),
                    closing(self._send(here, host, asking, cookies)) as answer,
                ):
                    location = answer.headers.get("location")
                    if answer.status_code in REDIRECTS and location:
                        # A redirect's own body is of no interest, and may have no end.
                        self._hosts.succeeded(host)
                        place = web_address(target(here, location), "redirects to ")
                    else:
                        with self._judged(host, answer):
                            found = self._response(asking, here, moved, answer)
                left -= time.monotonic() - began
            if found is not None:
                further = onward(found) if asking.signs else None
                if further is None:
                    return _behind(found) if signs else found
                if here in signs:
                    raise FetchError(asking.url, "leads on in a circle", "open it in a browser")
                signs.add(here)
                place = further
            here = place
            permanent = permanent and answer.status_code in PERMANENT
            moved = here if permanent else moved
        raise FetchError(
            asking.url,
            f"redirects more than {self.options.max_redirects} times",
            "open it in a browser: it may want cookies, or a login",
        )

    def _delay(self, here: str, asking: _Asking) -> float:
        """The seconds between two requests to the host of `here`. Raises Disallowed."""
        if not asking.obey:
            return self.options.host_delay
        agent = asking.manner.user_agent or self._robot
        wanted = self._robots.check(here, agent, partial(self._ask_robots, asking.manner))
        return max(wanted, self.options.host_delay)

    @property
    def _robot(self) -> str:
        # By its product token alone: the address in a user agent may spell another robot's name.
        return self.options.user_agent or "babelwire"

    @contextmanager
    def _turn(self, here: str, delay: float, url: str) -> Iterator[str]:
        host = (urlsplit(here).hostname or "").lower()
        try:
            with self._hosts.turn(host, delay, self.options.max_wait):
                yield host
        except FetchError as error:
            if error.thing != host:
                raise
            raise FetchError(
                url,
                f"its host {error.reason}",
                error.remedy,
                retry=True,
                wait=error.wait,
                unasked=error.unasked,
            ) from error

    @contextmanager
    def _judged(self, host: str, answer: requests.Response) -> Iterator[None]:
        """Remember how the host is, after the block has read the answer.

        One that answers in time is well, whatever it says; one whose bodies never end is not.
        """
        ill = answer.status_code in RETRY_STATUS
        try:
            yield
        except (urllib3.exceptions.TimeoutError, TimeoutError):
            ill = True
            raise
        finally:
            if ill:
                self._hosts.failed(host, wait_of(answer))
            else:
                self._hosts.succeeded(host)

    def _send(
        self, here: str, host: str, asking: _Asking, cookies: RequestsCookieJar
    ) -> requests.Response:
        request = requests.Request("GET", here, headers=self._headers(here, asking))
        prepared = request.prepare()
        if "Cookie" not in prepared.headers:
            prepared.prepare_cookies(cookies)
        proxy = asking.manner.proxy
        if proxy:
            check_literal(here, self._allowed)
        try:
            answer = self._session.send(
                prepared,
                allow_redirects=False,
                stream=True,
                timeout=(self.options.connect_timeout, self.options.timeout),
                proxies={"http": proxy, "https": proxy} if proxy else None,
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError):
            self._hosts.failed(host)
            raise
        extract_cookies_to_jar(cookies, prepared, answer.raw)  # type: ignore[no-untyped-call]
        return answer

    def _ask_robots(self, manner: Manner, url: str) -> Answer:
        asking = _Asking(url, NO_VALIDATORS, ACCEPT_ROBOTS, manner, obey=False, cut=ROBOTS_BYTES)
        try:
            response = self._get(asking)
        except FetchError as error:
            # A refused address has no robots.txt, and its page tells the reason better.
            if error.status is None and not error.retry:
                return Answer(404)
            return Answer(error.status, reason=error.reason, nobody=is_nobody(error))
        return Answer(response.status, response.content)

    def _headers(self, here: str, asking: _Asking) -> dict[str, str]:
        validators = asking.validators
        headers = {
            "User-Agent": asking.manner.user_agent or self.user_agent,
            "Accept": asking.accept,
            "Accept-Encoding": ACCEPT_ENCODING,
        }
        # RFC 9110 §13.1: with an entity tag at hand the date is only for servers that know no tags.
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        return {**headers, **asking.manner.headers_for(here)}

    def _response(
        self, asking: _Asking, here: str, moved: str | None, answer: requests.Response
    ) -> Response:
        asked, validators = asking.url, asking.validators
        status = answer.status_code
        headers = {name.lower(): header_text(value) for name, value in answer.headers.items()}
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
            raise status_error(asked, status, wait_of(answer))
        content = decode(
            pieces(answer),
            headers.get("content-encoding", ""),
            asked,
            self.options.max_bytes,
            asking.cut,
        )
        if not content.strip():
            raise FetchError(asked, "is an empty document", retry=True, status=status)
        fresh = Validators(
            etag=validator(answer.headers.get("etag")),
            last_modified=validator(answer.headers.get("last-modified")),
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


def _behind(found: Response) -> Response:
    """A response behind a sign, which is asked unconditionally the next time: the sign's date and
    tag are other ones, and a server that compares with these would say that nothing changed."""
    return replace(found, validators=Validators(digest=found.validators.digest))
