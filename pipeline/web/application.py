"""The ASGI application: published files, pages for people, the API.

Takes the output folder and, if there is a store, a backend; returns a Starlette application.
Unknown paths get 404, other methods 405, and 503 if the store cannot be read.
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, ExceptionHandler, Receive, Scope, Send

from pipeline.errors import StoreError
from pipeline.syndicate.pages import base_path
from pipeline.web.api import Api
from pipeline.web.backend import Backend
from pipeline.web.deskpages import DeskPages
from pipeline.web.files import Files, browses, respond
from pipeline.web.images import Find, Images
from pipeline.web.pages import Pages, failure

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a site is that is not the whole one: at the path `under` below the public address.

    Of the output folder it serves the feeds with the ids `feeds` (None: everything), with addresses
    below its own. With `desk` it has a status page, metrics and the API.
    """

    under: str = ""
    feeds: Collection[str] | None = None
    desk: bool = True


WHOLE = Place()


def application(
    output_dir: Path,
    backend: Backend | None = None,
    *,
    token: str = "",
    base_url: str = "",
    place: Place = WHOLE,
    images: Find | None = None,
    index_translations: bool = False,
) -> Starlette:
    """The application that serves the files below `output_dir`.

    The folder is read at each request, so it may be created, filled or changed later. With a
    `backend` there are also article pages, search, status and metrics; with a `token`, clients that
    have it may start passes. `base_url` is the public address ("": that of each request). `place`
    says where the site is below it. `images` finds the images of an image cache. With
    `index_translations`, search engines may index articles in other languages than the original.
    """
    site = f"{base_url.rstrip('/')}{place.under}" if base_url else ""
    files = Files(output_dir, place.feeds, (base_url.rstrip("/"), site) if place.under else None)
    base = base_path(base_url) + place.under

    async def file(request: Request) -> Response:
        path = request.path_params["path"]
        published = files.remembered(path) or await run_in_threadpool(files.find, path)
        if published is None:
            raise HTTPException(404)
        if published.shown_as != published.media_type and browses(request.headers):
            # Where browsers show feeds, what they show can be read.
            shown = await run_in_threadpool(files.readable, path, base)
            published = shown or published
        return respond(published, request.headers)

    routes = Pages(
        files,
        backend,
        base_url=site,
        index_translations=index_translations,
    ).routes()
    if backend is not None and place.desk:
        api = Api(backend, token)
        routes = api.routes() + DeskPages(backend, api if token else None).routes() + routes
    if images is not None:
        routes = Images(images).routes() + routes
    served = Starlette(
        routes=[*routes, Route("/{path:path}", file)],
        exception_handlers=FAILURES,
        middleware=[Middleware(_UnderBasePath, base=base, files=files)] if base else [],
    )
    served.state.live, served.state.desk = backend is not None, place.desk
    return served


class _UnderBasePath:
    """Middleware that answers below the path of the public address and at the root as well.

    Some proxies remove the path before they forward a request, others keep it. Links in the answers
    contain it in either case.
    """

    def __init__(self, served: ASGIApp, base: str, files: Files) -> None:
        self._served = served
        self._base = base
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = f"{self._base}/" if scope["path"] == self._base else scope["path"]
            inside = path.startswith(f"{self._base}/")
            # A feed may have the name of the base path: its files come first.
            if not inside or await self._is_file(path.strip("/")):
                path = f"{self._base}{path}"
            scope = {**scope, "root_path": self._base, "path": path}
        await self._served(scope, receive, send)

    async def _is_file(self, path: str) -> bool:
        known = self._files.remembered(path) or await run_in_threadpool(self._files.find, path)
        return known is not None


def _wants_html(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    if _wants_html(request) and not path.startswith("/api/"):
        response = failure(request, error.status_code, error.detail)
        response.headers.update(error.headers or {})
        return response
    return PlainTextResponse(
        f"{error.detail}\n",
        status_code=error.status_code,
        headers={**(error.headers or {}), "x-content-type-options": "nosniff"},
    )


async def _store_error(request: Request, error: Exception) -> Response:
    # The reason is only logged, because it contains paths and addresses.
    log.error("%s", error)
    if _wants_html(request):
        return failure(request, 503, "the store does not answer")
    return PlainTextResponse("the store does not answer\n", status_code=503)


FAILURES: Mapping[Any, ExceptionHandler] = {HTTPException: _http_error, StoreError: _store_error}
"""What is answered where a route raises."""
