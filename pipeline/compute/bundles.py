"""Send pages to workers in bundles: what has gathered while the workers were busy goes together.

`Bundles.extract` is called by the threads of visits, each with a page, and returns its article. A
page goes out alone while a worker is idle; it waits for nothing else.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from pipeline.article import Article
from pipeline.compute.pages import PageWork

MOST_PAGES = 16
"""The most pages of a bundle."""
MOST_BYTES = 4_000_000
"""The most bytes of a bundle of several pages."""
_AHEAD = 2  # bundles for each thread of the workers: one is computed, and one waits

_Waiting = tuple[PageWork, "Future[Article | Exception]"]


class Bundles:
    """Pages that wait to be sent. `width` gives the threads of the workers; 0: there are none.

    `run` extracts a bundle and returns an article, or an error, for each page in order.
    """

    def __init__(
        self,
        width: Callable[[], int],
        run: Callable[[Sequence[PageWork]], Sequence[Article | Exception]],
    ) -> None:
        self._width = width
        self._run = run
        self._changed = threading.Condition()
        self._waiting: deque[_Waiting] = deque()
        self._under_way = 0

    def extract(self, work: PageWork) -> Article | Exception:
        """Return the article of a page, or what was raised."""
        mine: Future[Article | Exception] = Future()
        with self._changed:
            self._waiting.append((work, mine))
        while not mine.done():
            width = self._width()
            with self._changed:
                bundle = self._take(width)
                if not bundle:
                    # Whoever has sent this page, or a bundle before it, says when it is back.
                    if not mine.done():
                        self._changed.wait()
                    continue
            self._send(bundle)
        return mine.result()

    def _take(self, width: int) -> list[_Waiting]:
        """The next bundle; [] while enough are under way. Without workers it is one page."""
        if width and self._under_way >= _AHEAD * width:
            return []
        bundle: list[_Waiting] = []
        size = 0
        while self._waiting and len(bundle) < (MOST_PAGES if width else 1):
            size += len(self._waiting[0][0].content)
            if bundle and size > MOST_BYTES:
                break
            bundle.append(self._waiting.popleft())
        self._under_way += bool(bundle)
        return bundle

    def _send(self, bundle: Sequence[_Waiting]) -> None:
        found: Sequence[Article | Exception]
        try:
            found = self._run([work for work, _ in bundle])
        except Exception as error:  # noqa: BLE001 - each page's thread raises it
            found = [error] * len(bundle)
        with self._changed:
            self._under_way -= 1
            for (_, future), one in zip(bundle, found, strict=True):
                future.set_result(one)
            self._changed.notify_all()
