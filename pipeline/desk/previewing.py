"""Previews for the API: the article of a page, in a language, as `babelwire preview` shows it.

Takes a `Wanted`; returns the values of `previews.as_dict`. Nothing is stored. Pages, texts and
times are bounded, and one preview is made at a time, because models use all processors; few wait.
Pages are extracted in a process of its own, which is killed when the time is over.
Raises `Unusable` for a wrong request, `Busy` if too many wait, `TooLarge`, `Overdue`, and what
fetching, extracting and translating raise: FetchError, NotAnArticle, ModelError.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import Any

from pipeline.article import Article, Page, Reference, Source
from pipeline.compute import separate
from pipeline.compute.kept import Kept, Late
from pipeline.compute.pages import PageWork, extract_here, turn_of
from pipeline.config import Settings
from pipeline.desk import previews
from pipeline.desk.multipage import extract_page
from pipeline.errors import BabelwireError, FetchError
from pipeline.ingest import Client, fetch
from pipeline.ingest.given import given_page
from pipeline.ingest.urls import web_address
from pipeline.options import FetchOptions
from pipeline.translate import Translator

MOST_BYTES = 2_000_000  # of a page
MOST_CHARACTERS = 100_000  # of a text that is translated
SECONDS = 60.0  # from the beginning until a preview is given up
_FETCH_SECONDS = 20.0  # that fetching the page may take
_WAITING = 4  # previews that wait for the one that is made


class Busy(BabelwireError):  # noqa: N818
    """Too many previews wait."""


class Unusable(BabelwireError):  # noqa: N818
    """What was asked for has no usable address, no readable page, or an unknown source."""


class TooLarge(BabelwireError):  # noqa: N818
    """The page is larger, or its text longer, than a preview may be."""


class Overdue(BabelwireError):  # noqa: N818
    """The preview took too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be previewed: the page at `url`, or `html`, of which `url` is the address.

    `to` is the language to translate to. `language` overrides the page's own, `source` is the id of
    the source whose rules apply. Each may be "": none.
    """

    url: str = ""
    html: str = ""
    to: str = ""
    language: str = ""
    source: str = ""


class Previewer:
    """Makes previews. `translator` returns the translator whose models and memory are used.

    One with a `previous` takes over what that one knows of hosts, and its process.
    """

    def __init__(
        self,
        settings: Settings,
        translator: Callable[[], Translator],
        previous: "Previewer | None" = None,
    ) -> None:
        self._settings = settings
        self._translator = translator
        known: Client | None = previous._client if previous else None
        self._client: Client = Client(_bounded(settings.fetch), previous=known)
        self._process: Kept = previous._process if previous else Kept()
        self._turn = BoundedSemaphore()
        self._lock = Lock()
        self._waiting = 0

    def close(self) -> None:
        """Close the connections; end the process that extracts when it is done."""
        self._client.stop()
        self._client.close()
        self._process.close()

    def preview(self, wanted: Wanted) -> dict[str, Any]:
        """The article, see `previews.as_dict`."""
        source = self._rules(wanted.source)
        with self._in_turn():
            deadline = monotonic() + SECONDS
            page = self._page(wanted, source)
            if len(page.content) > MOST_BYTES:
                raise TooLarge(page.url, f"is larger than {MOST_BYTES:,} bytes")
            language = wanted.language or source.language
            article = extract_page(
                page,
                replace(source, language=language),
                extracting=lambda work: self._extracted(work, deadline),
            )
            if not wanted.to:
                return previews.as_dict(article, None)
            if len(article.html) > MOST_CHARACTERS:
                reason = f"has a text of more than {MOST_CHARACTERS:,} characters"
                raise TooLarge(page.url, reason, "ask for it without a translation")

            def on_progress(_words: int) -> None:
                if monotonic() > deadline:
                    raise _overdue(page.url, "translate")

            aside = self._translator().aside()
            _, result = next(iter(aside.translate([article], wanted.to, on_progress)))
            if isinstance(result, BabelwireError):
                raise result
            return previews.as_dict(previews.in_translation(article, result), result)

    def _extracted(self, work: PageWork, deadline: float) -> Article:
        """The article on a page, like `extract_here`, before the deadline."""
        try:
            with turn_of(work, max(deadline - monotonic(), 0)):
                return self._process.call(extract_here, work, limit=deadline - monotonic())
        except (Late, TimeoutError):
            raise _overdue(work.url, "extract") from None
        except separate.Ended as ended:
            raise Unusable(
                work.url,
                f"reading this page ends the process that does it ({ended})",
                "please report it",
            ) from None

    def _rules(self, name: str) -> Source:
        if not name:
            return Source(id="", kind="urls")
        source = self._settings.sources.get(name)
        if source is None:
            raise Unusable(name, "there is no such source", "see the status page")
        return source

    def _page(self, wanted: Wanted, source: Source) -> Page:
        if wanted.html:
            content = wanted.html.encode("utf-8", "replace")
            with _usable(wanted.url):
                page = given_page(content, wanted.url)
            # It came as text: its charset is ours, whatever it declares.
            return replace(page, headers={"content-type": "text/html; charset=utf-8"})
        with _usable(wanted.url):
            url = web_address(wanted.url)
        found = fetch(Reference(source="", url=url), self._client, source=source)
        assert found is not None  # the request had no validators
        return found

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        with self._lock:
            if self._waiting > _WAITING:
                raise Busy("preview", f"{_WAITING} previews are waiting", "try again", retry=True)
            self._waiting += 1
        try:
            with self._turn:
                yield
        finally:
            with self._lock:
                self._waiting -= 1


def _overdue(url: str, what: str) -> Overdue:
    return Overdue(url, f"took longer than {SECONDS:.0f} s to {what}")


@contextmanager
def _usable(url: str) -> Iterator[None]:
    """Let what the block says of an address, or of a page, be said of the request."""
    try:
        yield
    except FetchError as error:
        raise Unusable(error.thing or url, error.reason, error.remedy) from error


def _bounded(options: FetchOptions) -> FetchOptions:
    """The settings' options, with less time and space for a page."""
    most = min(options.max_bytes, MOST_BYTES)
    return options.within(_FETCH_SECONDS).model_copy(update={"max_bytes": most})
