"""`babelwire daemon` and `babelwire serve`."""

import logging
import os
from collections.abc import Callable, Sequence
from typing import Annotated

import typer
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.cli.context import Context, open_store, set_up_logging
from pipeline.cli.passes import do_pass_with_lines
from pipeline.config import Settings
from pipeline.desk import Desk, Report
from pipeline.desk.labels import named
from pipeline.desk.waiting import lacked
from pipeline.errors import BabelwireError
from pipeline.store import Store
from pipeline.translate import Models

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
    settings = shared.settings()
    set_up_logging(logging.DEBUG if shared.debug else logging.INFO, shared.log_format)
    with open_store(settings) as store, Site(store, settings) as site:

        def server() -> Server:
            return Server(site, host or settings.serve.host, port or settings.serve.port)

        one = Daemon(settings, store, shared.settings, server if serve else None, site.renew)
        clean = one.run()
    if one.stuck or not clean:
        # Abandoned threads would keep the process alive until they end by themselves.
        logging.shutdown()
        os._exit(1 if one.stuck else 0)


def serve(context: typer.Context, host: Host = None, port: Port = None) -> None:
    """Serve the feeds and pages over HTTP, so that readers can subscribe, until stopped."""
    from pipeline.web import serve as serve_application

    shared: Context = context.obj
    settings = shared.settings()
    set_up_logging(logging.DEBUG if shared.debug else logging.INFO, shared.log_format)
    with open_store(settings) as store, Site(store, settings) as site:
        serve_application(site, host or settings.serve.host, port or settings.serve.port)


class Site:
    """An ASGI application that serves the output folder and pages from the store.

    `renew` gives it new settings between two requests; the address it listens on stays.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        from pipeline.web import Triggers

        self._store = store
        self._triggers = Triggers(self._run)
        self._served: ASGIApp | None = None
        self.renew(settings)

    def renew(self, settings: Settings) -> None:
        """Use these settings from the next request on; waiting passes stay in the queue."""
        from pipeline.web import StoreBackend, application

        self._settings = settings
        desk = Desk(settings, self._store)
        feeds = [named(feed, desk.label) for feed in settings.feeds]
        backend = StoreBackend(
            self._store,
            feeds,
            settings.sources,
            triggers=self._triggers,
            models=lambda: _models(settings),
            lacking=lambda: lacked(settings, self._store),
        )
        self._served = application(
            settings.output_dir,
            backend,
            token=settings.serve.token,
            base_url=settings.document.base_url,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        assert self._served is not None
        await self._served(scope, receive, send)

    def __enter__(self) -> "Site":
        return self

    def __exit__(self, *_: object) -> None:
        self._triggers.close()

    def _run(self, sources: Sequence[str], say: Callable[[str], None]) -> Report:
        return do_pass_with_lines(self._settings, self._store, list(sources), say)


def _models(settings: Settings) -> list[str]:
    """The names of the installed packages; none if the folder cannot be read."""
    try:
        packages = Models(settings.translate.packages_dir).installed()
    except BabelwireError as error:
        logging.getLogger(__name__).warning("%s", error)
        return []
    return [f"{one.from_code} → {one.to_code} {one.version}" for one in packages]
