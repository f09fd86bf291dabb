"""The route of the image cache: `/images/<key>`, with or without the ending of a name.

Takes a function that finds images by key; answers with the image, with 404 for what published
articles do not show or hosts do not give, and with 503 when too many are being fetched.
"""

from collections.abc import Callable

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.desk.imagecache import Crowded, Image
from pipeline.syndicate.images import FOLDER
from pipeline.web.responses import matches

Find = Callable[[str], Image | None]

# Threads that wait for hosts of images, so that these do not keep the others; requests that wait
# for such a thread.
_THREADS = 8
_WAITING = 100
_HEADERS = {
    # An image at an address never changes: the address is a digest of that of the original.
    "cache-control": "public, max-age=2592000, immutable",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
    "referrer-policy": "no-referrer",
}


class Images:
    """The route."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._threads: CapacityLimiter | None = None

    def routes(self) -> list[Route]:
        """The route."""
        return [Route(f"/{FOLDER}/{{name}}", self.image)]

    async def image(self, request: Request) -> Response:
        """An image."""
        key = request.path_params["name"].partition(".")[0]
        headers = {**_HEADERS, "etag": f'"{key}"'}
        if self._threads is None:  # made within the event loop that it belongs to
            self._threads = CapacityLimiter(_THREADS)
        if self._threads.statistics().tasks_waiting >= _WAITING:
            raise HTTPException(503, "too many images are asked for", headers={"retry-after": "5"})
        try:
            found = await to_thread.run_sync(self._find, key, limiter=self._threads)
        except (Crowded, TimeoutError):
            reason = "too many images are being fetched"
            raise HTTPException(503, reason, headers={"retry-after": "5"}) from None
        if found is None:
            raise HTTPException(404, headers={"cache-control": "max-age=600"})
        if "if-none-match" in request.headers and matches(request.headers, headers["etag"]):
            return Response(status_code=304, headers=headers)
        return Response(found.content, headers={**headers, "content-type": found.media_type})
