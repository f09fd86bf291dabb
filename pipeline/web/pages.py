"""The pages for people: index, feed, article, search, status.

In come requests, out HTML that needs no script and loads nothing from elsewhere but an article's
own pictures. What does not exist is a page that says so.
"""

from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.web import wording
from pipeline.web.files import Files
from pipeline.web.listing import channels
from pipeline.web.newsroom import Newsroom, Status
from pipeline.web.responses import page

MEDIA_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
FORMAT_NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON"}
_MOST_FOUND = 50
# Further back than this nobody leafs, and no crawler shall make the store count.
_LAST_PAGE = 200


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.web"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        tag=wording.tag,
        side=wording.side,
        name=wording.name,
        moment=wording.moment,
        media_types=MEDIA_TYPES,
        format_names=FORMAT_NAMES,
        chart=_chart,
    )
    return environment


def _chart(values: Any, unit: str, nothing: str) -> Markup:
    # Rendered by the escaping environment, so safe already.
    text = _templates().get_template("chart.html").render(values=values, unit=unit, nothing=nothing)
    return Markup(text)  # noqa: S704


def render(request: Request, template: str, language: str = "", **values: Any) -> str:
    """A template's page, in the words for `language`, else for who asks."""
    chosen = language or wording.preferred(request.headers.get("accept-language", ""))
    spoken = wording.spoken(chosen)
    return (
        _templates()
        .get_template(template)
        .render(spoken=spoken, words=wording.words(spoken), **values)
    )


def failure(request: Request, code: int, reason: str) -> Response:
    """The page of an error."""
    text = render(request, "failure.html", code=code, reason=reason)
    return page(text, request.headers, status=code)


# What the pages are dressed with, and its type.
_ASSETS = {"style.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}


@cache
def asset(name: str) -> str:
    """A file that the pages load, one of `_ASSETS`."""
    return resources.files(__package__).joinpath("data", name).read_text("utf-8")


class Pages:
    """The pages over a newsroom; without one there are the index and the stylesheet only."""

    def __init__(
        self, files: Files, newsroom: Newsroom | None, *, may_trigger: bool, base_url: str = ""
    ) -> None:
        self._files = files
        self._room = newsroom
        self._may_trigger = may_trigger
        self._base_url = base_url.rstrip("/")

    def routes(self) -> list[Route]:
        """What is answered where."""
        routes = [Route("/", self.index), Route("/assets/{name}", self.asset)]
        # What shows a feed as a page has no other way to ask for an icon.
        routes.append(Route("/favicon.ico", self.asset))
        if self._room is not None:
            routes += [
                Route("/feed/{feed}/{language}", self.feed),
                Route("/article/{article}/{language}", self.article),
                Route("/search", self.search),
                Route("/status", self.status),
            ]
        return routes

    async def asset(self, request: Request) -> Response:
        """The stylesheet, the icon."""
        name = request.path_params.get("name", "icon.svg")
        if name not in _ASSETS:
            raise HTTPException(404)
        return page(
            asset(name),
            request.headers,
            media_type=_ASSETS[name],
            cache="public, max-age=3600",
        )

    async def index(self, request: Request) -> Response:
        """All feeds, by language, with what to subscribe to."""
        work = self._room.feeds if self._room else lambda: channels(self._files.root)
        feeds = await run_in_threadpool(work)
        opml = await run_in_threadpool(self._files.find, "feeds.opml")
        text = render(
            request, "index.html", feeds=feeds, opml=opml is not None, paged=self._room is not None
        )
        return page(text, request.headers)

    async def feed(self, request: Request) -> Response:
        """One feed in one language, page by page."""
        assert self._room is not None
        number = request.query_params.get("page", "1")
        if not number.isascii() or not number.isdecimal() or not 1 <= int(number) <= _LAST_PAGE:
            raise HTTPException(404)
        names = request.path_params["feed"], request.path_params["language"]
        found = await run_in_threadpool(self._room.entries, *names, int(number))
        if found is None:
            raise HTTPException(404)
        channel, more = found
        more = more and int(number) < _LAST_PAGE
        text = render(
            request, "feed.html", channel.language, feed=channel, page=int(number), more=more
        )
        return page(text, request.headers)

    async def article(self, request: Request) -> Response:
        """An article in one language, its original beside it."""
        assert self._room is not None
        names = request.path_params["article"], request.path_params["language"]
        story = await run_in_threadpool(self._room.article, *names)
        if story is None:
            raise HTTPException(404)
        public = urlsplit(story.url).scheme in ("http", "https")
        # OpenGraph and hreflang ask for absolute addresses: the settings' or those asked for.
        root = self._base_url or str(request.base_url).rstrip("/")
        text = render(
            request, "article.html", story.language, story=story, public=public, root=root
        )
        return page(text, request.headers)

    async def search(self, request: Request) -> Response:
        """Articles that hold the words of `q`."""
        assert self._room is not None
        query = request.query_params.get("q", "").strip()[:200]
        language = request.query_params.get("language", "")
        found = (
            await run_in_threadpool(self._room.search, query, language, _MOST_FOUND)
            if query
            else ()
        )
        return page(render(request, "search.html", query=query, found=found), request.headers)

    async def status(self, request: Request) -> Response:
        """The desk at a glance."""
        assert self._room is not None
        status: Status = await run_in_threadpool(self._room.status)
        text = render(
            request,
            "status.html",
            desk=wording.desk(wording.preferred(request.headers.get("accept-language", ""))),
            status=status,
            words_by_run={run.id: run.words for run in status.passes if run.finished},
            failing=sum(bool(one.failures) for one in status.sources),
            waiting=sum(one.pages.get("waiting", 0) for one in status.sources),
            may_trigger=self._may_trigger,
            ticket=request.query_params.get("run", "")[:40],
        )
        return page(text, request.headers, cache="no-store")
