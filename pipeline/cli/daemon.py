"""`babelwire daemon` and `babelwire serve`."""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.article import FeedSpec, Source
from pipeline.cli.context import Context, compute_state, open_store
from pipeline.cli.logs import set_up_logging
from pipeline.cli.passes import do_pass_with_lines
from pipeline.config import Settings
from pipeline.config.document import ReaderOptions
from pipeline.desk import Desk, Report
from pipeline.desk.imagecache import ImageCache
from pipeline.desk.labels import named
from pipeline.desk.locks import daemon_at, is_running
from pipeline.desk.previewing import Previewer
from pipeline.desk.waiting import lacked
from pipeline.errors import BabelwireError
from pipeline.store import Store
from pipeline.translate import Models, Translator

if TYPE_CHECKING:
    from pipeline.web import Backend

# Seconds to wait for a triggered pass that was stopped, and for one that only waits for the daemon.
_END_SECONDS, _END_SECONDS_BESIDE = 10.0, 1.0

Host = Annotated[
    str | None, typer.Option(help="Listen on this address. Default: serve.host in the settings.")
]
Port = Annotated[
    int | None, typer.Option(help="Listen on this port. Default: serve.port in the settings.")
]


def daemon(
    context: typer.Context,
    host: Host = None,
    port: Port = None,
    serve: Annotated[bool, typer.Option(help="Also serve the feeds and pages.")] = True,
) -> None:
    """Visit every source at its own times, and serve the feeds, until stopped.

    Stops cleanly on SIGTERM and SIGINT, with exit code 0.
    """
    from pipeline.daemon import Daemon
    from pipeline.web import Server

    shared: Context = context.obj

    def load() -> Settings:
        """The settings, with what was given on the command line."""
        return served_at(shared.settings(), host, port)

    def server(settings: Settings) -> Server:
        return Server(site, settings.serve.host, settings.serve.port)

    settings = load()
    set_up_logging(logging.DEBUG if shared.debug else logging.INFO, shared.log_format)
    with open_store(settings) as store, Site(store, settings, beside_daemon=True) as site:
        one = Daemon(settings, store, load, server if serve else None, site.renew)
        site.translate_with(one.translator)
        clean = one.run()
        clean = site.close() and clean
    if one.stuck or not clean:
        _end(1 if one.stuck else 0)


def served_at(settings: Settings, host: str | None, port: int | None) -> Settings:
    """The settings with another address of the server, where one is given."""
    given = {"host": host, "port": port}
    serve = settings.serve.model_copy(
        update={name: one for name, one in given.items() if one is not None}
    )
    document = settings.document.model_copy(update={"serve": serve})
    return settings.model_copy(update={"document": document})


def _end(code: int) -> NoReturn:
    """End the process: abandoned threads would keep it alive until they end by themselves."""
    logging.shutdown()
    os._exit(code)


def serve(context: typer.Context, host: Host = None, port: Port = None) -> None:
    """Serve the feeds and pages over HTTP, so that readers can subscribe, until stopped."""
    from pipeline.web import serve as serve_application

    shared: Context = context.obj
    settings = shared.settings()
    set_up_logging(logging.DEBUG if shared.debug else logging.INFO, shared.log_format)
    settings = served_at(settings, host, port)
    with open_store(settings) as store, Site(store, settings) as site:
        site.go_on()
        serve_application(site, settings.serve.host, settings.serve.port)
        ended = site.close()
    if not ended:
        _end(0)


class Site:
    """An ASGI application that serves the output folder and pages from the store.

    `renew` gives it new settings between two requests. Beside a daemon, the passes that it accepts
    are made by the daemon, at its next start if it ends before.
    """

    def __init__(self, store: Store, settings: Settings, *, beside_daemon: bool = False) -> None:
        from pipeline.web import Triggers

        self._store = store
        self._here = not beside_daemon
        self._stopping = Event()
        self._triggers = Triggers(self._run)
        self._previewer: Previewer | None = None
        self._images: ImageCache | None = None
        self._lent: Callable[[], Translator] | None = None
        self.renew(settings)

    def translate_with(self, translator: Callable[[], Translator]) -> None:
        """Use the models of a daemon for previews, so that none is in memory twice."""
        self._lent = translator

    def renew(self, settings: Settings) -> None:
        """Use these settings from the next request on; waiting passes stay in the queue."""
        from pipeline.web import readers

        self._settings = settings
        desk = Desk(settings, self._store)
        feeds = [named(feed, desk.label) for feed in settings.feeds]

        def translator() -> Translator:
            return self._lent() if self._lent else desk.translator()

        self._previewer = Previewer(settings, translator, self._previewer)
        on = settings.images.cache
        self._images = ImageCache(settings, self._store, self._images) if on else None
        if not settings.serve.readers:
            self._served = self._application(settings, feeds)
            return
        sites = {
            one.token: self._application(settings, feeds, one) for one in settings.serve.readers
        }
        backend = self._backend(settings, feeds, settings.sources)
        other = readers.outside(backend, settings.serve.token)
        self._served = readers.Gate(sites, other, settings.base_url)

    def _application(
        self, settings: Settings, feeds: Sequence[FeedSpec], reader: ReaderOptions | None = None
    ) -> ASGIApp:
        """What everybody is shown, or a `reader`: the feeds named, and what belongs to them."""
        from pipeline.web import Place, application, readers

        sources, every, place = settings.sources, True, Place()
        if reader is not None:
            every, under = not reader.feeds, readers.prefix(reader.token)
            feeds = [feed for feed in feeds if every or feed.id in reader.feeds]
            if settings.base_url:
                feeds = [replace(feed, base_url=f"{settings.base_url}{under}") for feed in feeds]
            place = Place(under=under, feeds=[one.id for one in feeds], desk=every)
        if not every:
            names = {name for feed in feeds for name in feed.sources}
            sources = {name: one for name, one in sources.items() if name in names}
        cache, only = self._images, None if every else tuple(sources)
        return application(
            settings.output_dir,
            self._backend(settings, feeds, sources, every, place.under),
            token=settings.serve.token if every else "",
            base_url=settings.base_url,
            place=place,
            images=(lambda key: cache.find(key, only)) if cache else None,
            index_translations=settings.document.index_translations,
        )

    def _backend(
        self,
        settings: Settings,
        feeds: Sequence[FeedSpec],
        sources: Mapping[str, Source],
        every: bool = True,
        under: str = "",
    ) -> "Backend":
        from pipeline.web import StoreBackend

        assert self._previewer is not None  # by `renew`
        return StoreBackend(
            self._store,
            feeds,
            sources,
            triggers=self._triggers,
            models=lambda: _models(settings),
            running=lambda number: is_running(settings.state_dir, number),
            lacking=lambda: lacked(settings, self._store),
            compute=lambda: compute_state(settings),
            previews=self._previewer.preview,
            confined=not every,
            image_base=settings.image_base + under if settings.image_base else "",
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._served(scope, receive, send)

    def __enter__(self) -> "Site":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> bool:
        """Stop the running pass at its next page. Returns False if it does not end soon."""
        self._stopping.set()
        for one in (self._previewer, self._images):
            if one is not None:
                one.close()
        return self._triggers.close(_END_SECONDS if self._here else _END_SECONDS_BESIDE)

    def _run(self, sources: Sequence[str], say: Callable[[str], None]) -> Report:
        report = do_pass_with_lines(
            self._settings, self._store, list(sources), say, self._stopping, here=self._here
        )
        if self._here and report.interrupted:  # stopped, or not begun because the server ends
            self._store.pass_requests.add(sources, False, datetime.now(UTC))
        return report

    def go_on(self) -> None:
        """Make the passes that were accepted before, by a server or a daemon that has ended.

        Where a daemon runs, it makes them.
        """
        requests = self._store.pass_requests
        if daemon_at(self._settings.state_dir) is not None:
            return
        requests.restart()
        for _ in range(requests.waiting()):
            request = requests.take(datetime.now(UTC))
            if request is None:
                return
            try:
                self._triggers.take(request.sources)
            except BabelwireError:  # too many wait: the others are made at the next start
                requests.restart()
                return
            requests.finish(request.id, None, datetime.now(UTC))


def _models(settings: Settings) -> list[str]:
    """The names of the installed packages; none if the folder cannot be read."""
    try:
        packages = Models(settings.translate.packages_dir).installed()
    except BabelwireError as error:
        logging.getLogger(__name__).warning("%s", error)
        return []
    return [f"{one.from_code} → {one.to_code} {one.version}" for one in packages]
