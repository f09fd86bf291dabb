"""The ASGI application: an index of the feeds, and the feeds.

In comes the output folder; out a Starlette application that answers GET and HEAD. Every other
path is 404 and every other method 405, with one plain line.
"""

from dataclasses import asdict
from pathlib import Path

from babel import Locale, UnknownLocaleError
from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from pipeline.web.files import Files, respond
from pipeline.web.listing import Listed, listing

_MEDIA_TYPES = {
    "RSS": "application/rss+xml",
    "Atom": "application/atom+xml",
    "JSON": "application/feed+json",
}
_PAGE_HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def application(output_dir: Path) -> Starlette:
    """An application that serves what is published under `output_dir`.

    The folder is read at each request, so that it may be created, filled or changed later.
    """
    files = Files(output_dir)
    templates = Environment(
        loader=PackageLoader("pipeline.web"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )

    async def index(_: Request) -> Response:
        feeds = await run_in_threadpool(listing, output_dir)
        page = templates.get_template("index.html").render(
            feeds=[_shown(feed) for feed in feeds], media_types=_MEDIA_TYPES
        )
        return HTMLResponse(page, headers=_PAGE_HEADERS)

    async def file(request: Request) -> Response:
        published = await run_in_threadpool(files.find, request.path_params["path"])
        if published is None:
            raise HTTPException(404)
        return respond(published, request.headers)

    return Starlette(
        routes=[Route("/", index), Route("/{path:path}", file)],
        exception_handlers={HTTPException: _failure},
    )


async def _failure(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse(
        f"{error.detail}\n", status_code=error.status_code, headers=error.headers
    )


def _shown(feed: Listed) -> dict[str, object]:
    tag = feed.language.replace("_", "-")
    try:
        name = Locale.parse(tag, sep="-").get_display_name("en") or feed.language
    except (UnknownLocaleError, ValueError):
        name = feed.language
    return {**asdict(feed), "tag": tag, "name": name}
