"""The command line: parses arguments, calls the desk, shows results.

Exit codes: 0 success; 1 something failed, see standard error (of a pass: something that had not
failed before); 2 the settings or the arguments are
wrong; 130 interrupted from the keyboard.
"""

import atexit
import gc
import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline import __version__
from pipeline.cli.commands import Commands
from pipeline.cli.context import Context
from pipeline.cli.logs import set_up_logging
from pipeline.errors import BabelwireError, SettingsError, UsageError

app = typer.Typer(
    name="babelwire",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Clean the news, translate it offline, publish one feed per language.",
    epilog="Begin with `babelwire init`, then `babelwire run`.",
)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"babelwire {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            "-c",
            help="The settings file. Default: $BABELWIRE_CONFIG, ./babelwire.toml, "
            "./config/babelwire.toml, /etc/babelwire/babelwire.toml.",
        ),
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help="Log everything; show tracebacks of errors.")
    ] = False,
    log_format: Annotated[
        str, typer.Option(help="The format of log lines: text or json.", metavar="text|json")
    ] = "text",
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Options of every command."""
    del version  # handled by its callback
    if log_format not in ("text", "json"):
        raise typer.BadParameter("must be text or json", param_hint="--log-format")
    set_up_logging(logging.DEBUG if debug else logging.ERROR, log_format)
    context.obj = Context(config=config, debug=debug, log_format=log_format)


def main() -> None:
    """Run the command line; show errors as one line each, and exit with the code."""
    debug = "--debug" in sys.argv
    # Pydantic would look for plug-ins of its own among all installed distributions.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Until the command begins there is no garbage, but many modules to look for it in.
    gc.disable()
    # At its end Python looks for garbage in all modules, which takes seconds on a busy machine.
    atexit.register(gc.freeze)
    try:
        app(prog_name="babelwire")
    except BabelwireError as error:
        if debug:
            raise
        for line in str(error).splitlines():
            _tell(line)
        sys.exit(2 if isinstance(error, SettingsError | UsageError) else 1)
    except KeyboardInterrupt:
        _tell("interrupted; finished work is kept")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output is gone: let the flush at exit write to /dev/null.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if debug:
            raise
        _tell(f"unexpected {type(error).__name__}: {error} — run again with --debug")
        sys.exit(1)


def _tell(line: str) -> None:
    """Print a line to standard error. Not by `show`, which takes long to import."""
    sys.stderr.write(f"babelwire: {line}\n")
