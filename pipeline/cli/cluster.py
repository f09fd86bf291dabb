"""`babelwire worker`, `babelwire scheduler` and `babelwire cluster certificates`."""

import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.context import Context
from pipeline.cli.logs import set_up_logging
from pipeline.cli.show import say
from pipeline.errors import BabelwireError
from pipeline.options import ComputeOptions
from pipeline.scheduleraddress import parsed
from pipeline.translate import Models
from pipeline.translate.engine.cores import cores

app = typer.Typer(no_args_is_help=True, help="Compute on several machines.")

Certificates = Annotated[
    Path | None,
    typer.Option(
        "--certificates", help="The folder of certificates. Default: that of the settings."
    ),
]


def worker(
    context: typer.Context,
    address: Annotated[
        str, typer.Argument(help="The scheduler: tls://host:8786, or tcp://127.0.0.1:8786.")
    ],
    threads: Annotated[
        int, typer.Option(min=0, help="Batches computed at once. Default: one for each processor.")
    ] = 0,
    certificates: Certificates = None,
    packages: Annotated[
        Path | None,
        typer.Option(help="The folder of translation packages. Default: that of `models`."),
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Listen on this port. Default: any.")
    ] = 0,
) -> None:
    """Compute translations and extractions for the desk that is connected to a scheduler.

    Waits for the scheduler, also when it is gone for a while. On SIGTERM running work is finished
    or handed back.
    """
    from pipeline.compute.security import require_libraries

    shared: Context = context.obj
    set_up_logging(logging.DEBUG if shared.debug else logging.WARNING, shared.log_format)
    require_libraries()
    try:
        at = parsed(address)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="ADDRESS") from error
    from pipeline.compute.tasks import Host
    from pipeline.compute.worker import work

    options = shared.translate_options()
    folder = packages or options.packages_dir
    if not folder.exists() or os.access(folder, os.W_OK):
        Models.of(
            options.model_copy(update={"packages_dir": folder})
        )  # installs what comes with us
    host = Host(folder, threads or options.threads or cores(), options.device)
    folder_of = certificates or _settings(shared).certificates
    code = work(at, host, _tell, certificates=folder_of, port=port)
    logging.shutdown()
    # A batch that was handed back may still be computed in a thread: nobody waits for it.
    os._exit(code)


def scheduler(
    context: typer.Context,
    address: Annotated[
        str, typer.Argument(help="Where to listen. Default: compute.scheduler of the settings.")
    ] = "",
    host: Annotated[str, typer.Option(help="Listen on this address only.")] = "",
    certificates: Certificates = None,
) -> None:
    """Run the scheduler that gives the desk's work to workers, until stopped."""
    from pipeline.compute.security import require_libraries

    shared: Context = context.obj
    set_up_logging(logging.DEBUG if shared.debug else logging.WARNING, shared.log_format)
    require_libraries()
    options = _settings(shared)
    text = address or options.scheduler
    if not text:
        reason = "no address is given"
        raise BabelwireError("scheduler", reason, "babelwire scheduler tls://0.0.0.0:8786")
    try:
        at = parsed(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="ADDRESS") from error
    from pipeline.compute.scheduler import serve

    serve(at, host, certificates or options.certificates, _tell)


@app.callback()
def group() -> None:
    """Compute on several machines."""


@app.command("certificates")
def certificates_(
    folder: Annotated[Path, typer.Argument(help="A new folder for them.")],
) -> None:
    """Make the certificates of a cluster: copy ca.pem and worker.pem to each worker."""
    from pipeline.compute.certificates import make

    for path in make(folder, datetime.now(UTC)):
        say(str(path))


def _settings(shared: Context) -> ComputeOptions:
    settings = shared.settings_or_none()
    return settings.compute if settings is not None else ComputeOptions()


def _tell(line: str) -> None:
    typer.echo(f"babelwire: {line}", err=True)
