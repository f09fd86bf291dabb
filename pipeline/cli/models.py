"""`babelwire models …`: the translation models, which are Argos packages."""

import json
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import arguments, completing, show
from pipeline.cli.context import Context
from pipeline.errors import ModelError, UsageError
from pipeline.translate import Model, Models, is_bundle

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Find, install, update, check, bundle and remove translation models (Argos packages).",
)
_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_UNSTATED = "not stated"

Json = Annotated[bool, typer.Option("--json", help="Print a JSON array.")]
Pairs = Annotated[
    list[str] | None,
    typer.Argument(
        help="Pairs of language codes, such as en:pt. Default: all.", metavar="[FROM:TO]…"
    ),
]


def _models(context: typer.Context) -> Models:
    shared: Context = context.obj
    return Models.of(shared.translate_options())


@app.command()
def available(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Option(
            "--from", help="Only from this language.", autocompletion=completing.languages
        ),
    ] = "",
    target: Annotated[
        str,
        typer.Option("--to", help="Only to this language.", autocompletion=completing.languages),
    ] = "",
    as_json: Json = False,
) -> None:
    """List the models in the package index (`translate.package_index`; default: that of Argos)."""
    models = _models(context)
    there = {(one.from_code, one.to_code): one.version for one in models.installed()}
    offers = [
        one
        for one in models.available()
        if source.lower() in ("", one.from_code) and target.lower() in ("", one.to_code)
    ]
    if as_json:
        rows = [
            {
                "from": one.from_code,
                "to": one.to_code,
                "version": one.version,
                "installed": there.get((one.from_code, one.to_code)),
                "licence": one.licence,
                "links": list(one.links),
            }
            for one in offers
        ]
        show.say(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    show.table(
        ("from", "to", "version", "installed", "licence"),
        [
            (
                f"{one.from_code} {one.from_name}",
                f"{one.to_code} {one.to_name}",
                one.version,
                there.get((one.from_code, one.to_code), "–"),
                one.licence or _UNSTATED,
            )
            for one in offers
        ],
    )


@app.command("list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """List the installed models, with their licences if the packages state them."""
    found = _models(context).installed()
    if as_json:
        rows = [
            {
                "from": one.from_code,
                "to": one.to_code,
                "version": one.version,
                "licence": one.licence,
                "bytes": one.size,
                "sha256": one.archive,
                "path": str(one.path),
            }
            for one in found
        ]
        show.say(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    show.table(
        ("from", "to", "version", "licence", "size", "path"),
        [
            (
                f"{one.from_code} {one.from_name}",
                f"{one.to_code} {one.to_name}",
                one.version,
                one.licence or _UNSTATED,
                f"{one.size / 1e6:.0f} MB",
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
            help="Package files (*.argosmodel), bundles, addresses of package files, pairs of "
            "languages (en:pt), or two language codes.",
            metavar="FILE… | URL… | FROM:TO… | FROM TO",
        ),
    ],
) -> None:
    """Install models from the package index, from files or from a bundle.

    An interrupted download continues when the command is run again. If there is no package for a
    pair, the packages of the best route over other languages are installed.

    Examples: `babelwire models install en es`, `babelwire models install en_es.argosmodel`,
    `babelwire models install bundle.zip`.
    """
    models = _models(context)
    if len(what) == 2 and all(_CODE.fullmatch(one) and not Path(one).exists() for one in what):
        what = [":".join(what)]
    failed = False
    with show.downloads() as progress:
        for name in what:
            try:
                done = _installed(models, name, progress)
            except ModelError as error:  # continue with the others
                show.tell(f"babelwire: {error}")
                failed = True
                continue
            for one in done:
                show.say(f"installed {_named(one)}")
            if not done:
                show.say(f"{name}: models between these languages are installed already")
    if failed:
        raise typer.Exit(1)


def _installed(models: Models, name: str, progress: show.Downloads) -> list[Model]:
    if name.startswith(("http://", "https://")):
        return [models.install_url(name, progress)]
    path = Path(name)
    if not path.exists() and ":" in name:
        with arguments.between(*_pair(name)):
            return models.install_pair(*_pair(name), progress)
    return models.install_bundle(path) if is_bundle(path) else [models.install_file(path)]


@app.command()
def update(context: typer.Context, pairs: Pairs = None) -> None:
    """Install newer versions from the package index. A running daemon uses them at once."""
    models = _models(context)
    due = models.updates([_pair(one) for one in pairs or ()])
    failed = False
    with show.downloads() as progress:
        for old, offer in due:
            try:
                show.say(f"updated {old.key} to {_named(models.update(offer, progress))}")
            except ModelError as error:  # continue with the others
                show.tell(f"babelwire: {error}")
                failed = True
    if not due:
        show.say("all models are up to date")
    else:
        show.tell("`babelwire run --retranslate LANG` applies new models to published articles")
    if failed:
        raise typer.Exit(1)


@app.command()
def verify(context: typer.Context, pairs: Pairs = None) -> None:
    """Compare the installed models with the checksums recorded when they were installed.

    Exit code 1 if a file is missing or has changed.
    """
    bad = False
    for model, faults in _models(context).verify([_pair(one) for one in pairs or ()]):
        show.say(f"{model.key}: {'as installed' if not faults else 'DAMAGED'}")
        for fault in faults:
            show.say(f"  {fault}")
        if faults:
            bad = True
            show.tell(f"  babelwire models install {model.from_code} {model.to_code}")
    if bad:
        raise typer.Exit(1)


@app.command()
def bundle(
    context: typer.Context,
    pairs: Annotated[
        list[str],
        typer.Argument(help="Pairs of language codes, such as en:pt.", metavar="FROM:TO…"),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")] = Path(
        "babelwire-models.zip"
    ),
) -> None:
    """Put models into one file, which `models install` reads on a machine without a network.

    Models that are not installed here are downloaded from the package index.
    """
    models = _models(context)
    with show.downloads() as progress:
        parts = models.bundle([_pair(one) for one in pairs], output, progress)
    for part in parts:
        licence = part.licence or _UNSTATED
        show.say(f"{part.file}  {part.sha256}  licence: {licence}")
    show.say(f"wrote {output}: {output.stat().st_size / 1e6:.1f} MB")


@app.command()
def remove(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            help="From this language.", metavar="FROM", autocompletion=completing.languages
        ),
    ],
    target: Annotated[
        str,
        typer.Argument(help="To this language.", metavar="TO", autocompletion=completing.languages),
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove the model of a pair. Its translations stay in the memory and the feeds."""
    models = _models(context)
    doomed = ", ".join(one.key for one in models.of_pair(source.lower(), target.lower()))
    if not yes and not sys.stdin.isatty():
        raise UsageError(doomed, "is removed only if somebody says so", "add --yes")
    if not yes and not typer.confirm(f"Remove {doomed}?"):
        raise typer.Exit(1)
    models.remove(source.lower(), target.lower())
    show.say(f"removed {doomed}")


def _pair(words: str) -> tuple[str, str]:
    source, _, target = words.partition(":")
    if not _CODE.fullmatch(source) or not _CODE.fullmatch(target):
        raise UsageError(words, "is no pair of language codes", "write one such as en:pt")
    return source.lower(), target.lower()


def _named(one: Model) -> str:
    licence = one.licence or _UNSTATED
    return f"{one.key}: {one.from_name} to {one.to_name}, licence: {licence}"
