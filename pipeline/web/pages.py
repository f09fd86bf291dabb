"""The pages for people: index, feed, article, search, status.

Returns HTML that needs no script and loads nothing from other sites except an article's pictures.
What does not exist gets a page with status 404.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipeline.compute.lines import lines
from pipeline.syndicate import FORMATS, OPML_TYPE
from pipeline.syndicate.pages import ASSETS, article_page, asset, environment
from pipeline.syndicate.pages.pagestrings import name as language_name
from pipeline.syndicate.pages.pagestrings import spoken as spoken_in
from pipeline.syndicate.pages.pagestrings import words
from pipeline.web import serverstrings
from pipeline.web.backend import Backend, Channel, Status
from pipeline.web.files import Files, respond
from pipeline.web.published import channels
from pipeline.web.responses import page

# A limit, so that no crawler makes the store count far back.
_LAST_PAGE = 200


@cache
def _templates() -> Environment:
    made = environment(__package__)
    made.globals.update(
        ago=serverstrings.ago,
        span=serverstrings.span,
        formats=FORMATS,
        chart=_chart,
        columns=_columns,
        language_name=language_name,
    )
    made.filters["by_language"] = _by_language
    return made


def _chart(values: Mapping[str, float], unit: str, nothing: str, spoken: str) -> Markup:
    return _rendered("chart.html", values=values, unit=unit, nothing=nothing, spoken=spoken)


def _columns(values: Mapping[str, Mapping[str, int]], nothing: str, spoken: str) -> Markup:
    return _rendered("columns.html", values=values, nothing=nothing, spoken=spoken)


def _rendered(template: str, **values: Any) -> Markup:
    # Safe: rendered by an environment that escapes.
    return Markup(_templates().get_template(template).render(values))  # noqa: S704


def _by_language(feeds: Sequence[Channel], spoken: str) -> list[tuple[str, list[Channel]]]:
    """Feeds by language: the page's language first, the others sorted by their own names."""
    found: dict[str, list[Channel]] = {}
    for feed in feeds:
        found.setdefault(feed.language, []).append(feed)

    def place(language: str) -> tuple[bool, str]:
        return spoken_in(language, other="") != spoken, language_name(language, language)

    return [(language, found[language]) for language in sorted(found, key=place)]


def render(request: Request, template: str, own: str = "", **values: Any) -> str:
    """Render a template, with words in the language `own` ("": that which the client prefers)."""
    chosen = own or serverstrings.preferred(request.headers.get("accept-language", ""))
    spoken = spoken_in(chosen)
    base = request.scope.get("root_path", "")
    values = {"spoken": spoken, "words": words(spoken), "base": base, **values}
    return _templates().get_template(template).render(values)


# HTTP statuses whose message is translated, by its key. For others the reason is in English.
_KEYS = {401: "refused", 404: "not_found", 429: "too_many", 503: "unavailable"}


def failure(request: Request, code: int, reason: str) -> Response:
    """The page for an error with the HTTP status `code`."""
    text = render(request, "failure.html", code=code, reason=reason, key=_KEYS.get(code, "wrong"))
    return page(text, request.headers, status=code)


class Pages:
    """The routes for people. Without a backend: only the index, assets and published OPML files."""

    def __init__(
        self, files: Files, backend: Backend | None, *, may_trigger: bool, base_url: str = ""
    ) -> None:
        self._files = files
        self._backend = backend
        self._may_trigger = may_trigger
        self._base_url = base_url.rstrip("/")

    def routes(self) -> list[Route]:
        """The routes, by path."""
        routes = [
            Route("/", self.index),
            Route("/assets/{name}", self.asset),
            Route("/feeds.opml", self.subscriptions),
            Route("/feeds.{language}.opml", self.subscriptions),
        ]
        # For browsers that show a feed as a page: it cannot link to an icon.
        routes.append(Route("/favicon.ico", self.asset))
        if self._backend is not None:
            pages = {
                "/feed/{feed}/{language}": self.feed,
                "/article/{article}/{language}": self.article,
                "/search": self.search,
                "/status": self.status,
            }
            routes += [Route(path, answer) for path, answer in pages.items()]
            routes += [Route(f"{path}/", self.bare) for path in pages]
        return routes

    async def bare(self, request: Request) -> Response:
        """Redirect an address with a trailing slash to the page without."""
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{request.url.path.rstrip('/')}{query}", status_code=308)

    async def asset(self, request: Request) -> Response:
        """A stylesheet, a script or the icon."""
        name = request.path_params.get("name", "icon.svg")
        if name not in ASSETS:
            raise HTTPException(404)
        return page(
            asset(name),
            request.headers,
            media_type=ASSETS[name],
            cache="public, max-age=3600",
        )

    async def subscriptions(self, request: Request) -> Response:
        """The list of all feeds, or of those in a language, as OPML: the published file or, if the
        settings have no public address, one made for the address of the request."""
        language = request.path_params.get("language", "")
        path = f"feeds.{language}.opml" if language else "feeds.opml"
        published = await run_in_threadpool(self._files.find, path)
        if published is not None:
            return respond(published, request.headers)
        if self._backend is None:
            raise HTTPException(404)
        content = await run_in_threadpool(
            self._backend.subscriptions, self._root(request), language
        )
        if content is None:
            raise HTTPException(404)
        return page(content.decode(), request.headers, media_type=f"{OPML_TYPE}; charset=utf-8")

    def _root(self, request: Request) -> str:
        return self._base_url or str(request.base_url).rstrip("/")

    async def index(self, request: Request) -> Response:
        """All feeds by language, with their addresses to subscribe to."""
        work = self._backend.feeds if self._backend else lambda: channels(self._files.root)
        feeds = await run_in_threadpool(work)
        paged = self._backend is not None
        lists = paged or await run_in_threadpool(self._files.find, "feeds.opml") is not None
        text = render(request, "index.html", feeds=feeds, lists=lists, paged=paged, live=paged)
        return page(text, request.headers)

    async def feed(self, request: Request) -> Response:
        """One page of the entries of a feed in one language."""
        assert self._backend is not None
        number = _page_number(request)
        names = request.path_params["feed"], request.path_params["language"]
        found = await run_in_threadpool(self._backend.entries, *names, number)
        if found is None:
            raise HTTPException(404)
        channel, more = found
        values: dict[str, Any] = {
            "feed": channel,
            "page": number,
            "more": more and number < _LAST_PAGE,
        }
        root = self._root(request)
        text = render(request, "feed.html", channel.language, root=root, **values)
        return page(text, request.headers)

    async def article(self, request: Request) -> Response:
        """An article page: the article in one language, beside its original."""
        assert self._backend is not None
        names = request.path_params["article"], request.path_params["language"]
        view = await run_in_threadpool(self._backend.article, *names)
        if view is None:
            raise HTTPException(404)
        base = request.scope.get("root_path", "")
        text = article_page(view, self._root(request), base=base)
        return page(text, request.headers)

    async def search(self, request: Request) -> Response:
        """The articles that contain the words of the query `q`."""
        assert self._backend is not None
        query = request.query_params.get("q", "").strip()[:200]
        language, number = request.query_params.get("language", ""), _page_number(request)
        found, more = (
            await run_in_threadpool(self._backend.search, query, language, number)
            if query
            else ((), False)
        )
        values: dict[str, Any] = {"query": query, "found": found, "page": number, "more": more}
        languages = self._backend.languages()
        text = render(request, "search.html", language=language, languages=languages, **values)
        return page(text, request.headers)

    async def status(self, request: Request) -> Response:
        """The status page."""
        assert self._backend is not None
        status: Status = await run_in_threadpool(self._backend.status)
        spoken = serverstrings.preferred(request.headers.get("accept-language", ""))
        desk = serverstrings.desk(spoken)
        ended = next((one for one in status.passes if one.finished), None)
        text = render(
            request,
            "status.html",
            desk=desk,
            status=status,
            languages={language_name(x, spoken): n for x, n in status.languages.items()},
            words_by_run={
                f"{desk['run']} {run.id}": run.words for run in status.passes if run.finished
            },
            stages={desk.get(x, x): n for x, n in ended.seconds.items()} if ended else {},
            failing=sum(bool(one.failures) for one in status.sources),
            waiting=sum(one.pages.get("waiting", 0) for one in status.sources),
            may_trigger=self._may_trigger,
            workers=list(lines(status.compute)) if status.compute else [],
            lacking=await run_in_threadpool(self._backend.lacking),
            accepted=request.query_params.get("run", "")[:40],
        )
        return page(text, request.headers, cache="no-store")


def _page_number(request: Request) -> int:
    """The number of the page in the query, from 1; raises 404 for anything else."""
    number = request.query_params.get("page", "1")
    if not number.isascii() or not number.isdecimal() or not 1 <= int(number[:9]) <= _LAST_PAGE:
        raise HTTPException(404)
    return int(number)
