"""The routes of the API that answer from the store and the models: the list of entries, previews.

Take query parameters or a JSON body; answer in JSON, or with an error in plain text. Both need the
token, because entries have the addresses and errors of sources, and a preview costs time.
"""

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.desk.previewing import MOST_BYTES, Busy, Overdue, TooLarge, Unusable, Wanted
from pipeline.errors import BabelwireError, FetchError, ModelError, NotAnArticle, StoreError
from pipeline.store import STATES
from pipeline.web.backend import PAGE_OF_ENTRIES, Backend, Query

MOST = 100
"""How many entries a page of the list has at most."""
# In a JSON string, a byte of a page may take six: "\\u0000".
_MOST_BODY = 6 * MOST_BYTES
_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
_NAMES = frozenset({"source", "state", "language", "since", "limit", "before"})
# HTTP statuses of what a preview raises, the more special kinds first.
_STATUS: tuple[tuple[type[BabelwireError], int], ...] = (
    (Unusable, 400),
    (TooLarge, 413),
    (NotAnArticle, 422),
    (ModelError, 422),
    (FetchError, 502),
    (Busy, 503),
    (Overdue, 504),
)
_RETRY_SECONDS = 10


class Queries:
    """The routes. `admit` raises HTTPException for a client without the token."""

    def __init__(self, backend: Backend, admit: Callable[[Request], None]) -> None:
        self._backend = backend
        self._admit = admit

    def routes(self) -> list[Route]:
        """The routes, by path."""
        return [
            Route("/api/articles", self.articles),
            Route("/api/preview", self.preview, methods=["POST"]),
        ]

    async def articles(self, request: Request) -> Response:
        """A page of the entries that sources announced, the last one first, with what became of
        each; `next` is the address of the following page, null on the last one."""
        self._admit(request)
        query = _query(request)
        found, more = await run_in_threadpool(self._backend.announced, query)
        following = None
        if more and found:
            values = [(name, one) for name, one in request.query_params.multi_items()]
            values = [(name, one) for name, one in values if name != "before"]
            values.append(("before", str(found[-1]["reference"])))
            base = request.scope.get("root_path", "")
            following = f"{base}/api/articles?{urlencode(values)}"
        return JSONResponse({"articles": found, "next": following}, headers=_HEADERS)

    async def preview(self, request: Request) -> Response:
        """The article of a page, in a language; nothing is stored."""
        self._admit(request)
        wanted = _wanted(await body(request, _MOST_BODY))
        try:
            found = await run_in_threadpool(self._backend.preview, wanted)
        except StoreError:
            raise
        except BabelwireError as error:
            raise _refusal(error) from None
        return JSONResponse(found, headers=_HEADERS)


async def body(request: Request, most: int) -> bytes:
    """The body of a request. Raises HTTPException if it has more than `most` bytes."""
    parts, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise HTTPException(413, "the request is too large")
        parts.append(chunk)
    return b"".join(parts)


def _refusal(error: BabelwireError) -> HTTPException:
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    headers = {"retry-after": str(_RETRY_SECONDS)} if isinstance(error, Busy) else None
    return HTTPException(status, str(error), headers=headers)


def _wanted(content: bytes) -> Wanted:
    """What the body of a request wants. Raises HTTPException for a body that is not as it must."""
    known = [field.name for field in fields(Wanted)]
    try:
        values = json.loads(content)
    except (ValueError, RecursionError):
        raise HTTPException(400, "the body must be a JSON object") from None
    if not isinstance(values, dict):
        raise HTTPException(400, "the body must be a JSON object")
    for name, value in values.items():
        if name not in known:
            raise HTTPException(400, f"{name[:40]!r} is unknown; known are {', '.join(known)}")
        if not isinstance(value, str):
            raise HTTPException(400, f'"{name}" must be a string')
    wanted = Wanted(**values)
    if not (wanted.url or wanted.html):
        raise HTTPException(400, 'give "url" or "html"')
    return wanted


def _query(request: Request) -> Query:
    """What the query parameters ask for. Raises HTTPException for an unknown or wrong one."""
    given = request.query_params
    if unknown := sorted(set(given) - _NAMES):
        raise HTTPException(400, f"{unknown[0][:40]!r} is unknown; known are {_listed(_NAMES)}")
    states = tuple(given.getlist("state"))
    if wrong := [one for one in states if one not in STATES]:
        raise HTTPException(400, f"no state is called {wrong[0][:40]!r}: {_listed(STATES)}")
    return Query(
        limit=_number(given.get("limit", str(PAGE_OF_ENTRIES)), "limit", MOST),
        before=_number(given["before"], "before", 2**62) if "before" in given else 0,
        sources=tuple(given.getlist("source")),
        states=states,
        language=given.get("language", ""),
        since=_moment(given["since"]) if "since" in given else None,
    )


def _listed(names: Any) -> str:
    return ", ".join(sorted(names))


def _number(text: str, name: str, most: int) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 20 and 1 <= int(text) <= most:
        return int(text)
    raise HTTPException(400, f'"{name}" must be a number from 1 to {most}')


def _moment(text: str) -> datetime:
    """A time in ISO 8601; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))  # a + that was not escaped
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise HTTPException(400, '"since" must be a time, as 2026-03-01T12:00:00Z') from None
