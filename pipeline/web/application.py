"""The ASGI application: the feeds as files, the pages for people, the answers for programs.

In come the output folder and, where there is a store, a newsroom; out a Starlette application.
Every path that is none of these is 404, and every other method 405.
"""

import logging
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.errors import StoreError
from pipeline.syndicate.pages import base_path
from pipeline.web.api import Api
from pipeline.web.backend import Backend
from pipeline.web.files import Files, respond
from pipeline.web.pages import Pages, failure

log = logging.getLogger(__name__)


def application(
    output_dir: Path, newsroom: Backend | None = None, *, token: str = "", base_url: str = ""
) -> Starlette:
    """An application that serves what is published under `output_dir`.

    The folder is read at each request, so that it may be created, filled or changed later. With a
    newsroom there are pages of articles, search, status and metrics; with a `token` besides, who
    has it may start passes. `base_url` is where the public finds all this ("": where it asks).
    """
    files = Files(output_dir)

    async def file(request: Request) -> Response:
        path = request.path_params["path"]
        published = files.remembered(path) or await run_in_threadpool(files.find, path)
        if published is None:
            raise HTTPException(404)
        return respond(published, request.headers)

    base = base_path(base_url)
    may_trigger = newsroom is not None and bool(token)
    routes = Pages(files, newsroom, may_trigger=may_trigger, base_url=base_url).routes()
    if newsroom is not None:
        routes = Api(newsroom, token).routes() + routes
    return Starlette(
        routes=[*routes, Route("/{path:path}", file)],
        exception_handlers={HTTPException: _refused, StoreError: _broken},
        middleware=[Middleware(_Below, base=base, files=files)] if base else [],
    )


class _Below:
    """Answers below the path of the public address, and at the root as well: some proxies take the
    path away before they ask, others leave it. Links have it in either case."""

    def __init__(self, served: ASGIApp, base: str, files: Files) -> None:
        self._served = served
        self._base = base
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = f"{self._base}/" if scope["path"] == self._base else scope["path"]
            inside = path.startswith(f"{self._base}/")
            # A feed of that very name has its files there.
            if not inside or await self._is_file(path.strip("/")):
                path = f"{self._base}{path}"
            scope = {**scope, "root_path": self._base, "path": path}
        await self._served(scope, receive, send)

    async def _is_file(self, path: str) -> bool:
        known = self._files.remembered(path) or await run_in_threadpool(self._files.find, path)
        return known is not None


def _for_people(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    if _for_people(request) and not path.startswith("/api/"):
        response = failure(request, error.status_code, error.detail)
        response.headers.update(error.headers or {})
        return response
    return PlainTextResponse(
        f"{error.detail}\n",
        status_code=error.status_code,
        headers={**(error.headers or {}), "x-content-type-options": "nosniff"},
    )


async def _broken(request: Request, error: Exception) -> Response:
    # The reason is the operator's: it names paths and addresses.
    log.error("%s", error)
    if _for_people(request):
        return failure(request, 503, "the store does not answer")
    return PlainTextResponse("the store does not answer\n", status_code=503)
