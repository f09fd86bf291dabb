"""`babelwire sources …` and `babelwire init`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.article import Source
from pipeline.cli import arguments, completing, show, subscribing
from pipeline.config import template
from pipeline.config.values import duration

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="List, find, check and change the sources.",
)


@app.command("list")
def list_(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
) -> None:
    """List the sources of the settings."""
    sources = context.obj.settings().sources.values()
    if as_json:
        rows = [
            {
                "id": one.id,
                "kind": one.kind,
                "title": one.title,
                "place": _place(one),
                "schedule": _schedule(one),
                "language": one.language,
            }
            for one in sources
        ]
        show.say(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    show.table(
        ("id", "kind", "title", "schedule", "place"),
        [(one.id, one.kind, one.title, _schedule(one), _place(one)) for one in sources],
    )


app.command("add")(subscribing.add)
app.command("remove")(subscribing.remove)
app.command("check")(subscribing.check_)
app.command("import")(subscribing.import_)
app.command("export")(subscribing.export)


def _place(source: Source) -> str:
    return source.path or source.url or " ".join(source.urls)


def _schedule(source: Source) -> str:
    if source.cron:
        return f"cron {source.cron}"
    if source.every:
        return f"every {duration(source.every)}"
    return "by hand"


def init(
    folder: Annotated[
        Path, typer.Argument(help="The folder to write babelwire.toml to.", metavar="[DIR]")
    ] = Path(),
    language: Annotated[
        list[str] | None,
        typer.Option(
            "--language",
            "-l",
            metavar="LANG",
            help="Publish in this language; may be repeated. Default: en and pt.",
            autocompletion=completing.languages,
        ),
    ] = None,
) -> None:
    """Write a commented settings file to start from.

    It reads saved pages from the folder `pages` beside it. Nothing is overwritten.
    """
    languages = [str(arguments.language(one)) for one in language or template.LANGUAGES]
    path = template.write(folder, list(dict.fromkeys(languages)))
    pages = path.parent / template.PAGES_FOLDER
    show.say(f"Wrote {path}")
    show.say(f"Put saved article pages into {pages}, or name a feed in the settings; then run")
    show.say(f"  babelwire --config {path} run" if folder != Path() else "  babelwire run")
