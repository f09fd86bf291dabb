"""The pages for people: index, feed, article, search.

Returns HTML that needs no script and loads nothing from other sites except an article's pictures.
What does not exist gets a page with status 404.
"""

from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup, escape
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipeline.store.search import RANKED, marks
from pipeline.syndicate import OPML_TYPE
from pipeline.syndicate.pages import ASSETS, article_page, asset, environment, index_page
from pipeline.syndicate.pages.pagestrings import spoken as spoken_in
from pipeline.syndicate.pages.pagestrings import words
from pipeline.web import serverstrings
from pipeline.web.backend import LAST_PAGE, Backend
from pipeline.web.files import Files, respond
from pipeline.web.published import channels
from pipeline.web.responses import page

_NOT_FOR_CRAWLERS = ("/search", "/status", "/source/", "/metrics", "/api/")


@cache
def _templates() -> Environment:
    made = environment(__package__)
    made.globals.update(ago=serverstrings.ago, span=serverstrings.span)
    made.filters["marked"] = _marked
    return made


def render(request: Request, template: str, own: str = "en", **values: Any) -> str:
    """Render a template, with words in the language that the client prefers, else in `own`."""
    spoken = spoken_for(request, own)
    values = {"spoken": spoken, "words": words(spoken), **_around(request), **values}
    return _templates().get_template(template).render(values)


def _around(request: Request) -> dict[str, Any]:
    """What links at the top of a page depend on: where the site is, and what it has."""
    state = request.app.state
    base = request.scope.get("root_path", "")
    return {"base": base, "live": state.live, "with_status": state.desk}


def spoken_for(request: Request, own: str = "en") -> str:
    """The language of a page's words: that which the client prefers, else `own`, else English."""
    return serverstrings.preferred(request.headers.get("accept-language", ""), spoken_in(own))


def _marked(line: str, query: str) -> Markup:
    """The line with the words of a query marked."""
    at, parts = 0, []
    for start, end in marks(line, query):
        parts += [escape(line[at:start]), Markup("<mark>"), escape(line[start:end])]
        parts.append(Markup("</mark>"))
        at = end
    return Markup("").join([*parts, escape(line[at:])])


# HTTP statuses whose message is translated, by its key. For others the reason is in English.
_KEYS = {401: "refused", 404: "not_found", 429: "too_many", 503: "unavailable"}


def failure(request: Request, code: int, reason: str) -> Response:
    """The page for an error with the HTTP status `code`."""
    text = render(request, "failure.html", code=code, reason=reason, key=_KEYS.get(code, "wrong"))
    return page(text, request.headers, status=code)


async def bare(request: Request) -> Response:
    """Redirect an address with a trailing slash to the page without."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{request.url.path.rstrip('/')}{query}", status_code=308)


class Pages:
    """The routes for people. Without a backend: only the index, assets and published OPML files."""

    def __init__(
        self,
        files: Files,
        backend: Backend | None,
        *,
        base_url: str = "",
        index_translations: bool = False,
    ) -> None:
        self._files = files
        self._backend = backend
        self._base_url = base_url.rstrip("/")
        self._indexed = index_translations

    def routes(self) -> list[Route]:
        """The routes, by path."""
        routes = [
            Route("/", self.index),
            Route("/assets/{name}", self.asset),
            Route("/feeds.opml", self.subscriptions),
            Route("/feeds.{language}.opml", self.subscriptions),
        ]
        # Browsers ask for it where a page has no link to an icon, and so do feed readers.
        routes.append(Route("/favicon.ico", self.favicon))
        routes.append(Route("/robots.txt", self.robots))
        if self._backend is not None:
            pages = {
                "/feed/{feed}/{language}": self.feed,
                "/article/{article}/{language}": self.article,
                "/search": self.search,
            }
            routes += [Route(path, answer) for path, answer in pages.items()]
            routes += [Route(f"{path}/", bare) for path in pages]
        return routes

    async def asset(self, request: Request) -> Response:
        """The stylesheet or an icon."""
        return self._asset(request, request.path_params["name"])

    async def favicon(self, request: Request) -> Response:
        """The icon of the site: the output folder's, if somebody put one there."""
        own = await run_in_threadpool(self._files.find, "favicon.ico")
        return respond(own, request.headers) if own else self._asset(request, "favicon.ico")

    async def robots(self, request: Request) -> Response:
        """What crawlers should leave alone (RFC 9309): the output folder's file, or one that keeps
        them from pages that cost work and are no use to them.

        Article pages are not among those: a crawler must read a page to see that it is not to be
        indexed.
        """
        own = await run_in_threadpool(self._files.find, "robots.txt")
        if own is not None:
            return respond(own, request.headers)
        base = quote(request.scope.get("root_path", ""))
        lines = ["User-agent: *", *(f"Disallow: {base}{path}" for path in _NOT_FOR_CRAWLERS)]
        return page(
            "\n".join(lines) + "\n",
            request.headers,
            media_type="text/plain; charset=utf-8",
            cache="public, max-age=3600",
        )

    def _asset(self, request: Request, name: str) -> Response:
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
        text = index_page(feeds, spoken_for(request), lists=lists, **_around(request))
        return page(text, request.headers)

    async def feed(self, request: Request) -> Response:
        """One page of the entries of a feed in one language."""
        assert self._backend is not None
        names = request.path_params["feed"], request.path_params["language"]
        before = request.query_params.get("before", "")[:100]
        found = await run_in_threadpool(self._backend.entries, *names, before)
        if found is None:
            raise HTTPException(404)
        channel, older = found
        values: dict[str, Any] = {"feed": channel, "older": older, "later": bool(before)}
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
        text = article_page(
            view,
            self._root(request),
            indexed=self._indexed,
            spoken=spoken_for(request, view.language),
            **_around(request),
        )
        return page(text, request.headers)

    async def search(self, request: Request) -> Response:
        """The articles that contain the words of the query `q`."""
        assert self._backend is not None
        query = request.query_params.get("q", "").strip()[:200]
        language, number = request.query_params.get("language", ""), page_number(request)
        found, more, total = (
            await run_in_threadpool(self._backend.search, query, language, number)
            if query
            else ((), False, 0)
        )
        values: dict[str, Any] = {
            "query": query,
            "found": found,
            "page": number,
            "more": more,
            "total": total,
            "ranked": RANKED,
        }
        languages = self._backend.languages()
        text = render(request, "search.html", language=language, languages=languages, **values)
        return page(text, request.headers)


def page_number(request: Request) -> int:
    """The number of the page in the query, from 1; raises 404 for anything else."""
    number = request.query_params.get("page", "1")
    if not number.isascii() or not number.isdecimal() or not 1 <= int(number[:9]) <= LAST_PAGE:
        raise HTTPException(404)
    return int(number)
