"""Fetch one URL over HTTP, with a bound on time, size and redirects.

Takes an http or https URL and the validators of its last response, and returns the decompressed
body, or a response that says it has not changed.
Raises FetchError, which names the URL, for other schemes, private addresses, endless redirects,
bodies and waits, error statuses, network failures, and what robots.txt forbids (Disallowed).
"""

import http.cookiejar
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
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
    redirect_target,
    retry_after_of,
    validators_of,
)
from pipeline.ingest.http.decode import ACCEPT_ENCODING, decode
from pipeline.ingest.http.errors import RETRY_STATUS, failure, is_unknown_host, status_error
from pipeline.ingest.http.pacing import Hosts
from pipeline.ingest.http.private import exemptions
from pipeline.ingest.http.refresh import refresh_target
from pipeline.ingest.http.requestsettings import NO_SETTINGS, RequestSettings
from pipeline.ingest.http.robots import MAX_BYTES as ROBOTS_BYTES
from pipeline.ingest.http.robots import Answer, Robots
from pipeline.ingest.http.transport import GuardedAdapter, RefusedAddress, check_literal, deadline
from pipeline.ingest.urls import web_address
from pipeline.options import FetchOptions

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
OK = frozenset({200, 203})
# Retried within the same call if they come with a short Retry-After; TRIES attempts in all.
BUSY = frozenset({429, 503})
TRIES = 3
ACCEPT_ROBOTS = "text/plain,*/*;q=0.1"
ACCEPT_PAGE = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"
ACCEPT_FEED = (
    "application/atom+xml,application/rss+xml,application/feed+json;q=0.9,"
    "application/xml;q=0.8,text/xml;q=0.8,*/*;q=0.1"
)


@dataclass(frozen=True, slots=True)
class _Call:
    """The arguments of one call of `get`; `obey` says whether robots.txt is obeyed.

    The body is read no further than `cut` bytes (None: to its end); it may be `times` as large as a
    page. `follow_refresh`: a page that only refreshes to another one is followed like a redirect.
    """

    url: str
    validators: Validators
    accept: str
    settings: RequestSettings
    obey: bool
    cut: int | None = None
    follow_refresh: bool = False
    times: int = 1


class Client:
    """Fetches over HTTP with a bound on everything; a thread-safe context manager.

    It keeps the robots.txt of each site and the time when each host may be asked again, so use one
    client as long as the program runs. A client with a `previous` takes over what that one has
    kept; `hosts` gives it the pacing of another client. Raises SettingsError for invalid
    `fetch.allow_private_hosts`.
    """

    def __init__(
        self,
        options: FetchOptions | None = None,
        hosts: Hosts | None = None,
        previous: "Client | None" = None,
    ) -> None:
        self.options = options or FetchOptions()
        try:
            allowed = exemptions(self.options.allow_private_hosts)
        except ValueError as error:
            raise SettingsError("fetch.allow_private_hosts", [str(error)]) from error
        self._session = Session()
        # Proxies and passwords come from the settings only, not from the environment or .netrc.
        self._session.trust_env = False
        # The session stores no cookies: they live for one chain of redirects, see `_follow`.
        self._session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        places = self.options.host_concurrency
        if previous and previous.options.host_concurrency == places:
            hosts = previous._hosts
        self._hosts: Hosts = hosts or Hosts(places)
        self._robots: Robots = previous._robots if previous else Robots()
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
        """End all waiting for hosts: requests that still wait raise FetchError at once."""
        self._hosts.stop()

    @property
    def user_agent(self) -> str:
        """The User-Agent header of a source without one of its own (RFC 9110 §10.1.5)."""
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
        settings: RequestSettings = NO_SETTINGS,
        follow_refresh: bool = False,
        times: int = 1,
    ) -> Response:
        """GET `url`; a conditional request if `validators` are given.

        With `follow_refresh`, a page that only refreshes to another one (see `refresh`) is followed
        like a redirect.

        Waits until the host may be asked, each time at most `max_wait` seconds. Apart from that it
        takes at most `total_timeout` seconds with all redirects, and reads `times` `max_bytes`. A
        429 or 503 with a Retry-After of at most `max_wait` is retried, TRIES attempts in all.
        Raises FetchError; its `retry` says whether a later attempt may succeed.
        """
        obey = self.options.obey_robots
        call = _Call(url, validators, accept, settings, obey, None, follow_refresh, times)
        for _ in range(TRIES - 1):
            try:
                return self._get(call)
            except FetchError as error:
                asked_to_wait = error.status in BUSY and error.wait is not None
                if not asked_to_wait or (error.wait or 0) > self.options.max_wait:
                    raise
        return self._get(call)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """Return the sitemap addresses in the robots.txt of the site of `url`.

        Relative ones are accepted, though RFC 9309 does not allow them; invalid ones are left out.
        Raises FetchError when `url` is not a valid address.
        """
        here = web_address(url)
        rules = self._robots.rules(here, partial(self._ask_robots, NO_SETTINGS))
        found: list[str] = []
        for sitemap in rules.parsed.sitemaps if rules.parsed else ():
            with suppress(FetchError, ValueError):
                found.append(web_address(urljoin(here, sitemap)))
        return tuple(dict.fromkeys(found))

    def _get(self, call: _Call) -> Response:
        url = call.url
        try:
            return self._follow(call)
        except RefusedAddress as error:
            host, address = error.args
            raise FetchError(
                url,
                f"leads to a private address, {host} ({address})",
                "add it to fetch.allow_private_hosts if that is intended",
            ) from error
        except FetchError:
            raise
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise failure(url, error, self.options) from error
        except (ValueError, http.cookiejar.LoadError) as error:
            raise FetchError(url, f"cannot be requested ({error})") from error

    def _follow(self, call: _Call) -> Response:
        cookies = RequestsCookieJar()
        here, moved, permanent = web_address(call.url), None, True
        refreshing: set[str] = set()
        left = self.options.total_timeout
        for number in range(self.options.max_redirects + 1):
            found = None
            before = time.monotonic()
            delay = self._delay(here, call)
            if number:  # slow robots.txt files of hosts behind redirects count, too
                left -= time.monotonic() - before
            if left <= 0:
                raise failure(call.url, TimeoutError(), self.options)
            with self._turn(here, delay, call.url) as host:
                began = time.monotonic()
                with (
                    deadline(left, self.options.timeout),
                    closing(self._send(here, host, call, cookies)) as answer,
                ):
                    location = answer.headers.get("location")
                    if answer.status_code in REDIRECTS and location:
                        # The body of a redirect is not read: it may be endless.
                        self._hosts.succeeded(host)
                        place = web_address(redirect_target(here, location), "redirects to ")
                    else:
                        with self._recording_health(host, answer):
                            found = self._response(call, here, moved, answer)
                left -= time.monotonic() - began
            if found is not None:
                further = refresh_target(found) if call.follow_refresh else None
                if further is None:
                    return _without_conditions(found) if refreshing else found
                if here in refreshing:
                    raise FetchError(call.url, "redirects in a circle", "open it in a browser")
                refreshing.add(here)
                place = further
            here = place
            permanent = permanent and answer.status_code in PERMANENT
            moved = here if permanent else moved
        raise FetchError(
            call.url,
            f"redirects more than {self.options.max_redirects} times",
            "open it in a browser: it may need cookies or a login",
        )

    def _delay(self, here: str, call: _Call) -> float:
        """Return the least seconds between requests to the host of `here`. Raises Disallowed."""
        if not call.obey:
            return self.options.host_delay
        agent = call.settings.user_agent or self._robot
        wanted = self._robots.check(here, agent, partial(self._ask_robots, call.settings))
        return max(wanted, self.options.host_delay)

    @property
    def _robot(self) -> str:
        # Only the product token: the contact address could contain the name of another robot.
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
                not_sent=error.not_sent,
            ) from error

    @contextmanager
    def _recording_health(self, host: str, answer: requests.Response) -> Iterator[None]:
        """Record for the pacing, after the block has read the body, whether the host works.

        It has failed if the status is in RETRY_STATUS, or if it timed out in the middle of the
        body; with any other answer it works.
        """
        failed = answer.status_code in RETRY_STATUS
        try:
            yield
        except (urllib3.exceptions.TimeoutError, TimeoutError):
            failed = True
            raise
        finally:
            if failed:
                self._hosts.failed(host, retry_after_of(answer))
            else:
                self._hosts.succeeded(host)

    def _send(
        self, here: str, host: str, call: _Call, cookies: RequestsCookieJar
    ) -> requests.Response:
        request = requests.Request("GET", here, headers=self._headers(here, call))
        prepared = request.prepare()
        if "Cookie" not in prepared.headers:
            prepared.prepare_cookies(cookies)
        proxy = call.settings.proxy
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

    def _ask_robots(self, settings: RequestSettings, url: str) -> Answer:
        call = _Call(url, NO_VALIDATORS, ACCEPT_ROBOTS, settings, obey=False, cut=ROBOTS_BYTES)
        try:
            response = self._get(call)
        except FetchError as error:
            # For an address that is refused, the request for the page gives the better message.
            if error.status is None and not error.retry:
                return Answer(404)
            return Answer(error.status, reason=error.reason, unknown_host=is_unknown_host(error))
        return Answer(response.status, response.content)

    def _headers(self, here: str, call: _Call) -> dict[str, str]:
        validators = call.validators
        headers = {
            "User-Agent": call.settings.user_agent or self.user_agent,
            "Accept": call.accept,
            "Accept-Encoding": ACCEPT_ENCODING,
        }
        # RFC 9110 §13.1.3: both are sent, as servers without entity tags only use the date.
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        return {**headers, **call.settings.headers_for(here)}

    def _response(
        self, call: _Call, here: str, moved: str | None, answer: requests.Response
    ) -> Response:
        url, validators = call.url, call.validators
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
            raise status_error(url, status, retry_after_of(answer))
        content = decode(
            pieces(answer),
            headers.get("content-encoding", ""),
            url,
            self.options.max_bytes * call.times,
            call.cut,
        )
        if not content.strip():
            raise FetchError(url, "is an empty document", retry=True, status=status)
        fresh = validators_of(answer.headers, content, datetime.now(UTC))
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


def _without_conditions(found: Response) -> Response:
    """Return `found` with only its digest as validator, so that the next request is unconditional.

    The next request goes to the refreshing page first. It has an ETag and a date of its own, and
    the server may wrongly answer 304 to those of the target.
    """
    return replace(found, validators=Validators(digest=found.validators.digest))
