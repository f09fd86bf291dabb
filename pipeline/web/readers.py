"""Feeds that need a token in their address: everything is below `/t/<token>/`, for each reader.

`Gate` takes the application of each reader's token, and finds out whose a request is. Without a
right token nothing is found (404) but `outside`: health checks and the API, which has a token of
its own. A reader's token is compared with all that there are, in constant time; it is in no log,
and in no answer but those to requests that have it.
"""

import hmac
from collections.abc import Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.syndicate.pages import base_path
from pipeline.web.api import Api
from pipeline.web.application import FAILURES
from pipeline.web.backend import Backend
from pipeline.web.files import Files
from pipeline.web.pages import Pages

FOLDER = "t"
"""The first part of the path of what needs a token."""


def prefix(token: str) -> str:
    """The path that a token adds to the public address: "/t/<token>"."""
    return f"/{FOLDER}/{token}"


def outside(backend: Backend, token: str) -> ASGIApp:
    """What is answered without a reader's token: health, and the API, whose token is `token`."""
    pages = Pages(Files(Path(), feeds=()), None)
    routes = [
        *Api(backend, token, metrics=False).routes(),
        Route("/robots.txt", _robots),
        Route("/assets/{name}", pages.asset),
        Route("/favicon.ico", pages.favicon),
    ]
    served = Starlette(routes=routes, exception_handlers=FAILURES)
    served.state.live = served.state.desk = False  # pages link to nothing that is not there
    return served


async def _robots(_: Request) -> Response:
    """Crawlers find nothing here (RFC 9309)."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


class Gate:
    """The application that hands requests on: to the site of the token, else to `other`.

    `sites` are by token. They are given the path with the token, which they are made for.
    """

    def __init__(self, sites: Mapping[str, ASGIApp], other: ASGIApp, base_url: str = "") -> None:
        self._sites = [(token.encode(), site) for token, site in sites.items()]
        self._other = other
        self._base = base_path(base_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._other(scope, receive, send)
            return
        path = scope["path"]
        if self._base and path.startswith(f"{self._base}/"):
            path = path.removeprefix(self._base)
        folder, _, rest = path.removeprefix("/").partition("/")
        token, slash, rest = rest.partition("/")
        site = self._site(token) if folder == FOLDER else None
        if site is None:
            # Whatever was no token stays out of what the answer is made of.
            path = f"/{FOLDER}" if folder == FOLDER else path
            scope = {**_moved(scope, f"{self._base}{path}"), "root_path": self._base}
            await self._other(scope, receive, send)
            return
        path = f"{self._base}{prefix(token)}{slash}{rest}"
        await site(_moved(scope, path), receive, _kept_private(send))

    def _site(self, token: str) -> ASGIApp | None:
        """The site of a token; all are compared, whichever it is."""
        given, found = token.encode("utf-8", "replace"), None
        for known, site in self._sites:
            if hmac.compare_digest(known, given):
                found = site
        return found


def _moved(scope: Scope, path: str) -> Scope:
    """The scope of a request for another path."""
    return {**scope, "path": path, "raw_path": path.encode("utf-8", "replace")}


def _kept_private(send: Send) -> Send:
    """Sends answers with headers by which the address stays with the reader."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["referrer-policy"] = "no-referrer"
            headers["x-robots-tag"] = "noindex, nofollow"
            cache = headers.get("cache-control", "")
            headers["cache-control"] = cache.replace("public", "private") or "private"
        await send(message)

    return sent
