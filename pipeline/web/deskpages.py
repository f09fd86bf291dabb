"""The pages for whoever runs the site: status, a source, and the forms that start work.

Returns HTML that needs no script. What a form asks for is done for a client with the token only;
without it, the form comes again with what is wrong. A page follows a running pass on request: it
has the browser load it again after some seconds, which the reader can stop.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipeline.compute.lines import lines
from pipeline.store import STATES
from pipeline.web import serverstrings
from pipeline.web.api import Api, form_of, started
from pipeline.web.backend import LAST_PAGE, Backend, Pass, SourceHealth, Status
from pipeline.web.pages import bare, page_number, render, spoken_for
from pipeline.web.responses import page

_FOLLOW_SECONDS = 5
_UNFINISHED = ("waiting", "running")
SOURCES = 50
"""How many sources a page of the status page has."""
_GOLDEN = 137.508  # degrees: hues at multiples of it are far apart, however many there are


def colours(codes: Sequence[str]) -> dict[str, str]:
    """A colour for each of these codes, all different; neighbours are far apart.

    They are of one lightness, which stands out from a light ground and from a dark one (WCAG 2.2,
    1.4.11: 3:1), as oklch() of CSS Color 4.
    """
    return {code: f"oklch(0.62 0.14 {at * _GOLDEN % 360:.0f})" for at, code in enumerate(codes)}


def by_attention(sources: Sequence[SourceHealth]) -> list[SourceHealth]:
    """The sources that fail first, then those that are silent, those with failed pages, and the
    others; each of these in the order of the settings."""

    def place(one: SourceHealth) -> int:
        matters = bool(one.failures), one.silent, bool(one.pages.get("failed"))
        return matters.index(True) if any(matters) else len(matters)

    return sorted(sources, key=place)


def _named(sources: Sequence[SourceHealth], part: str) -> list[SourceHealth]:
    """The sources whose id or title has `part`, whatever its capitals."""
    wanted = part.casefold()
    return [one for one in sources if wanted in f"{one.id}\n{one.title}".casefold()]


class DeskPages:
    """The routes. With an `api`, which knows the token, there are forms that start work."""

    def __init__(self, backend: Backend, api: Api | None) -> None:
        self._backend = backend
        self._api = api

    def routes(self) -> list[Route]:
        """The routes, by path."""
        pages = {"/status": self.status, "/source/{source}": self.source}
        routes = [Route(path, answer) for path, answer in pages.items()]
        routes += [Route(f"{path}/", bare) for path in pages]
        if self._api is not None:
            routes.append(Route("/status", self.start, methods=["POST"]))
            routes.append(Route("/source/{source}", self.retry, methods=["POST"]))
        return routes

    async def status(self, request: Request) -> Response:
        """The status page, with one page (`page`, from 1) of the sources: all, or those whose id or
        title has the text `q`."""
        return await self._status(request)

    async def source(self, request: Request) -> Response:
        """The page of a source: its last visits, its entries by state."""
        return await self._source(request)

    async def start(self, request: Request) -> Response:
        """Start a pass from the form; redirects to the status page, which follows it."""
        form = await form_of(request)
        chosen = form.get("source", "")
        refused = self._refused(request, form)
        if refused is not None:
            return await self._status(request, refused, chosen)
        accepted = await started(self._backend.trigger, [chosen] if chosen else [])
        return _see(request, "/status", run=accepted.id, follow="1")

    async def retry(self, request: Request) -> Response:
        """Have failed pages of a source fetched again; redirects to its page."""
        form = await form_of(request)
        refused = self._refused(request, form)
        if refused is not None:
            return await self._source(request, refused)
        source = request.path_params["source"]
        number, accepted = await started(self._backend.retry, source)
        path = f"/source/{quote(source, safe='')}"
        return _see(request, path, run=accepted.id, again=str(number), follow="1")

    def _refused(self, request: Request, form: Mapping[str, str]) -> HTTPException | None:
        """Why the client's token is not accepted; None: it is."""
        assert self._api is not None
        try:
            self._api.check(request, form.get("token", ""))
        except HTTPException as error:
            return error
        return None

    async def _status(
        self, request: Request, refused: HTTPException | None = None, chosen: str = ""
    ) -> Response:
        status: Status = await run_in_threadpool(self._backend.status)
        desk = serverstrings.desk(spoken_for(request))
        number, part = page_number(request), request.query_params.get("q", "").strip()[:200]
        found = _named(by_attention(status.sources), part)
        start = (number - 1) * SOURCES
        if start and start >= len(found):
            raise HTTPException(404)
        shown = found[start : start + SOURCES]
        codes = sorted({*status.languages, *(x for day in status.per_day.values() for x in day)})
        lacking = await run_in_threadpool(self._backend.lacking)
        return await self._answer(
            request,
            "status.html",
            refused,
            status.passes,
            status=status,
            chosen=chosen,
            sources=shown,
            choices=[*shown, *(one for one in found[start + SOURCES :] if one.id == chosen)],
            first=start + 1,
            page=number,
            more=len(found) > start + SOURCES and number < LAST_PAGE,
            found=len(found),
            part=part,
            keep=urlencode([("q", part)] * bool(part) + [("page", number)] * (number > 1)),
            colours=colours(codes),
            words_by_run={
                f"{desk['run']} {run.id}": run.words for run in status.passes if run.finished
            },
            stages={desk.get(x, x): n for x, n in status.ended.seconds.items()}
            if status.ended
            else {},
            titles={one.id: one.title for one in status.sources},
            failing=sum(bool(one.failures) for one in status.sources),
            silent=sum(one.silent and not one.failures for one in status.sources),
            waiting=sum(one.pages.get("waiting", 0) for one in status.sources),
            failed=sum(one.pages.get("failed", 0) for one in status.sources),
            workers=list(lines(status.compute)) if status.compute else [],
            lacking=lacking,
            lacked=sum(one.articles for one in lacking),
        )

    async def _source(self, request: Request, refused: HTTPException | None = None) -> Response:
        name = request.path_params["source"]
        state, number = request.query_params.get("state", ""), page_number(request)
        found = await run_in_threadpool(self._backend.source, name, state, number)
        if found is None:
            raise HTTPException(404)
        health = found.health
        passes = await run_in_threadpool(self._backend.passes)
        again = request.query_params.get("again", "")
        return await self._answer(
            request,
            "source.html",
            refused,
            [one for one in passes if not one.sources or name in one.sources],
            found=found,
            source=health,
            page=number,
            titles={health.id: health.title},
            states=[one for one in STATES if health.pages.get(one) or one == found.state],
            again=int(again) if again.isascii() and again.isdecimal() and len(again) < 9 else None,
        )

    async def _answer(
        self,
        request: Request,
        template: str,
        refused: HTTPException | None,
        passes: Sequence[Pass],
        **values: Any,
    ) -> Response:
        """The page, which is loaded again after some seconds if it follows a pass that has not
        ended: the one that the client has started, or any."""
        asked = request.query_params.get("run", "")[:40]
        started: Pass | None = None
        if asked:
            started = await run_in_threadpool(self._backend.run, asked)
        working = [one for one in passes if one.state in _UNFINISHED]
        busy = bool(working) or (started is not None and started.state in _UNFINISHED)
        following = "follow" in request.query_params and refused is None
        text = render(
            request,
            template,
            desk=serverstrings.desk(spoken_for(request)),
            started=started,
            working=working,
            busy=busy,
            following=following,
            refused=refused.status_code if refused else 0,
            may_trigger=self._api is not None,
            **values,
        )
        code = refused.status_code if refused else 200
        response = page(text, request.headers, cache="no-store", status=code)
        response.headers.update((refused.headers if refused else None) or {})
        if following and busy:
            response.headers["refresh"] = str(_FOLLOW_SECONDS)
        return response


def _see(request: Request, path: str, **query: str) -> Response:
    where = f"{request.scope.get('root_path', '')}{path}?{urlencode(query)}"
    return RedirectResponse(where, status_code=303, headers={"cache-control": "no-store"})
