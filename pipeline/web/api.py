"""The routes for programs: health, metrics, passes on request; entries and previews: `queries`.

Answers in JSON, plain text or the Prometheus format. A pass is started only for a client with the
token (else 401); without a token in the settings these routes do not exist. Too many attempts get
429.
"""

import hmac
import json
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import parse_qs

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from pipeline.errors import BabelwireError, StoreError
from pipeline.web import openapi, workermetrics
from pipeline.web.backend import Backend, Status
from pipeline.web.queries import Queries, body

T = TypeVar("T")
log = logging.getLogger(__name__)

_MOST_BODY = 10_000
# Requests with a token, right or wrong, per minute and client, against guessing. Each client has
# its own limit; only the latest 1,000 clients are remembered.
_PER_MINUTE = 10
_MOST_CLIENTS = 1000
_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


class Limit:
    """A rate limit: at most `most` times in `seconds`."""

    def __init__(
        self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._times: deque[float] = deque()

    def wait(self) -> float:
        """Count one more and return 0, or return the seconds to wait if the limit is reached."""
        now = self._clock()
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        if len(self._times) >= self._most:
            return self._times[0] + self._seconds - now
        self._times.append(now)
        return 0.0


class Api:
    """The routes for programs. With `token` "", passes cannot be triggered."""

    def __init__(self, backend: Backend, token: str, *, metrics: bool = True) -> None:
        self._backend = backend
        self._metrics = metrics
        self._token = token
        self._limits: OrderedDict[str, Limit] = OrderedDict()
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(_Desk(backend))

    def routes(self) -> list[Route]:
        """The routes, by path."""
        routes = [
            Route("/healthz", self.healthy),
            Route("/readyz", self.ready),
        ]
        if self._metrics:
            routes.append(Route("/metrics", self.metrics))
        if self._token:
            routes += [
                Route("/api/run", self.trigger, methods=["POST"]),
                Route("/api/runs/{run}", self.run),
                *Queries(self._backend, self.admit).routes(),
            ]
        return [*routes, Route(openapi.PATH, self.described)]

    async def described(self, request: Request) -> Response:
        """These routes in OpenAPI, those for which the settings have no token left out."""
        base = request.scope.get("root_path", "")
        text = openapi.description(base, [route.path for route in self.routes()])
        shared = {"access-control-allow-origin": "*", "cache-control": "no-cache"}
        return JSONResponse(text, headers={**_HEADERS, **shared})

    async def healthy(self, _: Request) -> Response:
        """200: the server answers."""
        return PlainTextResponse("ok\n", headers=_HEADERS)

    async def ready(self, _: Request) -> Response:
        """200: the store answers too; else 503."""
        try:
            ready = await run_in_threadpool(self._backend.ready)
        except StoreError as error:
            log.warning("%s", error)
            ready = False
        return PlainTextResponse(
            "ok\n" if ready else "the store does not answer\n",
            status_code=200 if ready else 503,
            headers=_HEADERS,
        )

    async def metrics(self, _: Request) -> Response:
        """The figures of the status page for Prometheus."""
        text = await run_in_threadpool(generate_latest, self._registry)
        return Response(text, headers={**_HEADERS, "content-type": CONTENT_TYPE_LATEST})

    async def trigger(self, request: Request) -> Response:
        """Start a pass: 202 with its id. The body may be {"sources": ["…"]}."""
        self.check(request, _bearer(request))
        content = await body(request, _MOST_BODY)
        if not content:
            sources: Any = []
        else:
            try:
                sources = json.loads(content).get("sources", [])
            except (ValueError, AttributeError):
                raise HTTPException(400, 'the body must be JSON: {"sources": ["…"]}') from None
        if not isinstance(sources, list) or not all(isinstance(one, str) for one in sources):
            raise HTTPException(400, '"sources" must be a list of source ids')
        accepted = await started(self._backend.trigger, sources)
        base = request.scope.get("root_path", "")
        where = {"location": f"{base}/api/runs/{accepted.id}", **_HEADERS}
        return JSONResponse(accepted.as_dict(), status_code=202, headers=where)

    async def run(self, request: Request) -> Response:
        """The state of a pass. Needs the token, because reports contain addresses."""
        self.admit(request)
        found = await run_in_threadpool(self._backend.run, request.path_params["run"])
        if found is None:
            raise HTTPException(404)
        return JSONResponse(found.as_dict(), headers=_HEADERS)

    def admit(self, request: Request) -> None:
        """Let a request with the token pass, however many there are; others are limited.

        Raises HTTPException: 401 or 429.
        """
        token = _bearer(request)
        if not self._matches(token):
            self.check(request, token)

    def check(self, request: Request, token: str) -> None:
        """Count an attempt. Raises HTTPException: 429 for too many, 401 for a wrong token."""
        wait = self._limit(request.client.host if request.client else "").wait()
        if wait:
            retry = {"retry-after": str(int(wait) + 1)}
            raise HTTPException(429, "too many requests", headers=retry)
        if not self._matches(token):
            needed = {"www-authenticate": 'Bearer realm="babelwire"'}
            raise HTTPException(401, "the token is missing or wrong", headers=needed)

    def _matches(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self._token.encode())

    def _limit(self, client: str) -> Limit:
        limit = self._limits.setdefault(client, Limit(_PER_MINUTE, 60))
        self._limits.move_to_end(client)
        if len(self._limits) > _MOST_CLIENTS:
            self._limits.popitem(last=False)
        return limit


async def started(work: Callable[..., T], *arguments: Any) -> T:
    """The result of what starts a pass. Raises HTTPException: 503 if too many wait, 404 for an
    unknown source."""
    try:
        return await run_in_threadpool(work, *arguments)
    except StoreError:
        raise
    except BabelwireError as error:
        raise HTTPException(503 if error.retry else 404, str(error)) from None


def _bearer(request: Request) -> str:
    """The token of an Authorization header (RFC 6750 §2.1), "" without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a posted form, each once. Raises HTTPException: 413 for too large a one."""
    content = await body(request, _MOST_BODY)
    fields = parse_qs(content.decode("utf-8", "replace"), max_num_fields=10)
    return {name: values[0] for name, values in fields.items()}


class _Desk(Collector):
    """The figures of the status page as Prometheus metrics, read at each request."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def collect(self) -> Iterator[Metric]:
        """The metrics."""
        yield from metrics(self._backend.status())


def metrics(status: Status) -> Iterator[Metric]:
    """A status as Prometheus metrics. Pure."""

    def gauge(name: str, text: str, *labels: str) -> GaugeMetricFamily:
        return GaugeMetricFamily(f"babelwire_{name}", text, labels=labels)

    articles = gauge("articles", "Stored articles")
    articles.add_metric([], status.articles)
    memory = gauge("memory_segments", "Segments in the translation memory")
    memory.add_metric([], status.memory)
    untranslated = gauge("untranslated", "Translations that could not be made")
    untranslated.add_metric([], status.untranslated)
    translations = gauge("translations", "Articles by language", "language")
    for language, number in status.languages.items():
        translations.add_metric([language], number)
    pages = gauge("references", "Announced pages by state", "source", "state")
    failures = gauge("source_failures", "Failures of a source in a row", "source")
    success = gauge("source_last_success_seconds", "When a source last worked", "source")
    for source in status.sources:
        failures.add_metric([source.id], source.failures)
        if source.last_success:
            success.add_metric([source.id], source.last_success.timestamp())
        for state, number in source.pages.items():
            pages.add_metric([source.id, state], number)
    yield from (articles, memory, untranslated, translations, pages, failures, success)
    ended = status.ended
    if ended is not None and ended.finished is not None:
        seconds = gauge("last_run_stage_seconds", "Time of the last run by stage", "stage")
        for stage, value in ended.seconds.items():
            seconds.add_metric([stage], value)
        finished = gauge("last_run_finished_seconds", "When the last run ended")
        finished.add_metric([], ended.finished.timestamp())
        failed = gauge("last_run_failures", "Failures of the last run")
        failed.add_metric([], len(ended.failures))
        yield from (seconds, finished, failed)
    yield from workermetrics.metrics(status.compute)
    if status.passes and status.passes[0].id.isdecimal():
        runs = CounterMetricFamily("babelwire_runs", "Runs so far")
        runs.add_metric([], int(status.passes[0].id))
        yield runs
