"""The ASGI application: the feeds as files, the pages for people, the answers for programs.

In come the output folder and, where there is a store, a newsroom; out a Starlette application.
Every path that is none of these is 404, and every other method 405.
"""

import logging
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pipeline.errors import StoreError
from pipeline.web.api import Api
from pipeline.web.files import Files, respond
from pipeline.web.newsroom import Newsroom
from pipeline.web.pages import Pages, failure

log = logging.getLogger(__name__)


def application(
    output_dir: Path, newsroom: Newsroom | None = None, *, token: str = "", base_url: str = ""
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

    may_trigger = newsroom is not None and bool(token)
    routes = Pages(files, newsroom, may_trigger=may_trigger, base_url=base_url).routes()
    if newsroom is not None:
        routes = Api(newsroom, token).routes() + routes
    return Starlette(
        routes=[*routes, Route("/{path:path}", file)],
        exception_handlers={HTTPException: _refused, StoreError: _broken},
    )


def _for_people(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if _for_people(request) and not request.url.path.startswith("/api/"):
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
