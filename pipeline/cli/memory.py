"""`babelwire memory …`: statistics, export and import (TMX), pruning of the translation memory.

Exported segments can be corrected in a translator's editor and imported again.
"""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from pipeline import __version__
from pipeline.cli import completing, show
from pipeline.cli.context import open_store
from pipeline.desk import prune
from pipeline.errors import UsageError
from pipeline.store import Store
from pipeline.translate.memory import correction_key, languages
from pipeline.translate.packages.routes import serves
from pipeline.translate.text.tags import primary
from pipeline.translate.tmx import Unit, read, write

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="The translation memory: statistics, export, corrections.",
)
_CHUNK = 1000  # units looked up per query

Source = Annotated[
    str | None,
    typer.Option(
        "--from", help="Source language.", metavar="LANG", autocompletion=completing.languages
    ),
]
Target = Annotated[
    str | None,
    typer.Option(
        "--to", help="Target language.", metavar="LANG", autocompletion=completing.languages
    ),
]


def _chosen(store: Store, source: str | None, target: str | None) -> list[str]:
    keys = []
    for key in store.memory.sizes():
        here = languages(key)
        if here[0] and source in (None, here[0]) and target in (None, here[1]):
            keys.append(key)
    return keys


@app.command()
def stats(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
) -> None:
    """Show how many segments are stored, by language pair and by model or people."""
    with open_store(context.obj.settings()) as store:
        ages, failed = store.memory.ages(), store.memory.failed()
        rows = [
            {
                "from": languages(key)[0],
                "to": languages(key)[1],
                "by": "people" if key.endswith("!") else key,
                "segments": number,
                "oldest": ages[key][0].date().isoformat(),
                "newest": ages[key][1].date().isoformat(),
            }
            for key, number in store.memory.sizes().items()
        ]
    if as_json:
        show.say(json.dumps({"memory": rows, "failed": failed}, indent=2))
        return
    heading = ("from", "to", "translated by", "segments", "oldest", "newest")
    show.table(heading, [tuple(row.values()) for row in rows])
    if failed:
        show.tell(f"{failed} of them failed every attempt and stay untranslated")


@app.command()
def export(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(help="The file to write. Default: standard output.", metavar="[FILE.tmx]"),
    ] = None,
    source: Source = None,
    target: Target = None,
) -> None:
    """Write the translation memory as TMX, for a translator's editor."""
    with open_store(context.obj.settings()) as store:
        units = _units(store, _chosen(store, source, target))
        if file is None:
            number = write(units, sys.stdout.buffer, __version__)
        else:
            with file.open("wb") as stream:
                number = write(units, stream, __version__)
    show.tell(f"{show.many(number, 'segment')} exported")


def _units(store: Store, keys: list[str]) -> Iterator[Unit]:
    for key in keys:
        source, target = languages(key)
        model = "" if key.endswith("!") else key
        for text, translation in store.memory.pairs(key):
            yield Unit(source, target, text, translation, model)


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A TMX file.", metavar="FILE.tmx")],
) -> None:
    """Import corrected translations: they take precedence over those of all models, permanently.

    Segments of a model that nobody changed are skipped, and what is in the memory already. The next
    pass publishes the articles in these languages again, without translating anything again.
    """
    with open_store(context.obj.settings()) as store:
        kept, same = _take(store, read(file))
        if kept:
            store.translations.forget(sorted({target for _, target in kept}))
    for (source, target), number in sorted(kept.items()):
        show.tell(f"{show.many(number, 'correction')} from {source} to {target}")
    show.tell(f"{sum(kept.values())} imported, {same} unchanged")


def _take(store: Store, units: Iterator[Unit]) -> tuple[dict[tuple[str, str], int], int]:
    kept: dict[tuple[str, str], int] = {}
    same = 0
    codes = [languages(key) for key in store.memory.sizes()]
    while chunk := list(islice(units, _CHUNK)):
        pairs: dict[tuple[str, str], dict[str, str]] = {}
        for unit in chunk:
            if unit.untouched:
                same += 1
                continue
            pair = _known_as(codes, unit.source, unit.target)
            pairs.setdefault(pair, {})[unit.source_text] = unit.target_text
        for pair, wanted in pairs.items():
            for key in _chosen(store, *pair):
                for text, known in store.memory.get(key, list(wanted)).items():
                    if wanted.get(text) == known:
                        del wanted[text]
                        same += 1
            store.memory.put(correction_key(*pair), wanted)
            if wanted:
                kept[pair] = kept.get(pair, 0) + len(wanted)
    return kept, same


def _known_as(codes: list[tuple[str, str]], source: str, target: str) -> tuple[str, str]:
    """The codes under which the memory has two languages: "pt-br" may be "pt" or "pb" there."""
    fitting = [one for one in codes if serves(one[0], source) and serves(one[1], target)]
    return max(
        fitting,
        key=lambda one: serves(one[0], source) + serves(one[1], target),
        default=(primary(source), primary(target)),
    )


@app.command("prune")
def prune_(
    context: typer.Context,
    corrections: Annotated[
        bool, typer.Option("--corrections", help="Delete people's corrections, and only those.")
    ] = False,
    source: Source = None,
    target: Target = None,
) -> None:
    """Delete segments older than the settings allow; or, with --corrections, the corrections."""
    settings = context.obj.settings()
    with open_store(settings) as store:
        if not corrections:
            if source or target:
                raise UsageError(
                    "memory prune", "--from and --to need --corrections", "leave them out"
                )
            number = prune(settings, store, datetime.now(UTC)).memory
            show.tell(f"{show.many(number, 'segment')} deleted")
            return
        keys = [key for key in _chosen(store, source, target) if key.endswith("!")]
        number = sum(store.memory.drop(key) for key in keys)
        if keys:
            store.translations.forget(sorted({languages(key)[1] for key in keys}))
    show.tell(f"{show.many(number, 'correction')} deleted")
