"""`babelwire daemon` and `babelwire serve`."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import Context, open_store, set_up_logging
from pipeline.config import Settings
from pipeline.desk import Desk
from pipeline.errors import BabelwireError
from pipeline.store import Store
from pipeline.translate import Models

if TYPE_CHECKING:
    from starlette.applications import Starlette

Host = Annotated[
    str | None, typer.Option(help="Listen on this address. Default: the settings' serve.host.")
]
Port = Annotated[
    int | None, typer.Option(help="Listen on this port. Default: the settings' serve.port.")
]


def daemon(
    context: typer.Context,
    host: Host = None,
    port: Port = None,
    serve: Annotated[bool, typer.Option(help="Serve the feeds as well.")] = True,
) -> None:
    """Look at every source at its own times, and serve the feeds, until told to stop.

    Stops cleanly on SIGTERM and SIGINT, with exit code 0.
    """
    from pipeline.daemon import Daemon
    from pipeline.web import Server

    shared: Context = context.obj
    settings = shared.settings()
    set_up_logging(logging.DEBUG if shared.debug else logging.INFO, shared.log_format)
    with open_store(settings) as store:
        desk = Desk(settings, store)
        with _site(settings, store, desk) as site:
            address = host or settings.serve.host, port or settings.serve.port
            server = Server(site, *address) if serve else None
            Daemon(settings, store, server, desk).run()


def serve(context: typer.Context, host: Host = None, port: Port = None) -> None:
    """Serve the feeds and pages over HTTP, so that a reader can subscribe; until told to stop."""
    from pipeline.web import serve as serve_application

    shared: Context = context.obj
    settings = shared.settings()
    set_up_logging(logging.DEBUG if shared.debug else logging.INFO, shared.log_format)
    with open_store(settings) as store:
        desk = Desk(settings, store)
        with _site(settings, store, desk) as site:
            serve_application(site, host or settings.serve.host, port or settings.serve.port)


@contextmanager
def _site(settings: Settings, store: Store, desk: Desk) -> "Iterator[Starlette]":
    """The web application over the store; passes are the desk's, and are stopped at the end."""
    from pipeline.web import Storeroom, application

    room = Storeroom(
        store,
        settings.feeds,
        settings.sources,
        run=desk.run,
        models=lambda: _models(settings),
    )
    try:
        yield application(settings.output_dir, room, token=settings.serve.token)
    finally:
        desk.stop()
        room.close()


def _models(settings: Settings) -> list[str]:
    """The installed packages by name; none where the folder cannot be read."""
    try:
        packages = Models(settings.translate.packages_dir).installed()
    except BabelwireError as error:
        logging.getLogger(__name__).warning("%s", error)
        return []
    return [f"{one.from_code} → {one.to_code} {one.version}" for one in packages]
