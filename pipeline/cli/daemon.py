"""`babelwire daemon` and `babelwire serve`."""

import logging
import os
from typing import Annotated

import typer

from pipeline.cli.context import Context, open_store, set_up_logging

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
    from pipeline.web import Server, application

    shared: Context = context.obj
    settings = shared.settings()
    set_up_logging(logging.DEBUG if shared.debug else logging.INFO, shared.log_format)

    def server() -> Server:
        return Server(
            application(settings.output_dir),
            host or settings.serve.host,
            port or settings.serve.port,
        )

    with open_store(settings) as store:
        clean = Daemon(settings, store, shared.settings, server if serve else None).run()
    if not clean:
        # Threads that were abandoned would keep the process alive until they end by themselves.
        logging.shutdown()
        os._exit(0)


def serve(context: typer.Context, host: Host = None, port: Port = None) -> None:
    """Serve the feeds over HTTP, so that a reader can subscribe; until told to stop."""
    from pipeline.web import application
    from pipeline.web import serve as serve_application

    shared: Context = context.obj
    settings = shared.settings()
    set_up_logging(logging.DEBUG if shared.debug else logging.INFO, shared.log_format)
    serve_application(
        application(settings.output_dir),
        host or settings.serve.host,
        port or settings.serve.port,
    )
