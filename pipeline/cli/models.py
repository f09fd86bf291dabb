"""`babelwire models …`: the translation models, which are Argos packages."""

import json
import re
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import show
from pipeline.cli.context import Context
from pipeline.errors import ModelError
from pipeline.translate import Models

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="List, install and remove translation models (Argos packages).",
)
_CODE = re.compile(r"[A-Za-z]{2,3}")


def _models(context: typer.Context) -> Models:
    shared: Context = context.obj
    models = Models(shared.translate_options().packages_dir)
    models.ensure_embedded()
    return models


@app.command("list")
def list_(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
) -> None:
    """List the installed models."""
    found = _models(context).installed()
    if as_json:
        rows = [
            {
                "from": one.from_code,
                "to": one.to_code,
                "version": one.version,
                "path": str(one.path),
            }
            for one in found
        ]
        show.say(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    show.table(
        ("from", "to", "version", "path"),
        [
            (
                f"{one.from_code} {one.from_name}",
                f"{one.to_code} {one.to_name}",
                one.version,
                one.path,
            )
            for one in found
        ],
    )


@app.command()
def install(
    context: typer.Context,
    what: Annotated[
        list[str],
        typer.Argument(
            help="Package files (*.argosmodel), or two language codes: from and to.",
            metavar="FILE... | FROM TO",
        ),
    ],
) -> None:
    """Install models: from files, or from the Argos index over the network.

    Examples: `babelwire models install en es`, `babelwire models install en_es.argosmodel`.
    """
    models = _models(context)
    pair = len(what) == 2 and all(_CODE.fullmatch(one) for one in what)
    if pair and not any(Path(one).exists() for one in what):
        done = models.install_pair(what[0].lower(), what[1].lower())
        show.say(f"installed {done.key}: {done.from_name} to {done.to_name}")
        return
    failed = False
    for name in what:
        try:
            done = models.install_file(Path(name))
            show.say(f"installed {done.key}: {done.from_name} to {done.to_name}")
        except ModelError as error:  # the other files are installed all the same
            show.tell(f"babelwire: {error}")
            failed = True
    if failed:
        raise typer.Exit(1)


@app.command()
def remove(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="From this language.", metavar="FROM")],
    target: Annotated[str, typer.Argument(help="To this language.", metavar="TO")],
) -> None:
    """Remove a model. What it translated stays in the memory and the feeds."""
    _models(context).remove(source.lower(), target.lower())
    show.say(f"removed {source} to {target}")
