"""`babelwire backup` and `babelwire restore`: one file with the settings and the database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import show
from pipeline.cli.context import Context
from pipeline.errors import SettingsError


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write.", metavar="FILE.zip")],
) -> None:
    """Write the settings, the glossaries and the database into one file, also while a daemon runs.

    Feeds and pages are not in it: the next pass writes them from the database. Models are not in
    it: `babelwire restore` says which to install. The file may hold tokens and passwords.
    """
    from pipeline.desk.backup import make

    made = make(context.obj.settings(), file, datetime.now(UTC))
    show.say(f"wrote {file}: {file.stat().st_size / 1e3:,.0f} kB, schema {made.schema}")
    for path in made.left_out:
        show.tell(f"not in it: {path}, which is not in the folder of the settings")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="What `backup` wrote.", metavar="FILE.zip")],
    keep_settings: Annotated[
        bool,
        typer.Option("--keep-settings", help="Restore the database alone, for these settings."),
    ] = False,
) -> None:
    """Put back what is in a backup. What was there before is kept under another name.

    The settings are written to where they are now; where there are none, to --config, or to
    ./babelwire.toml. It is refused while a daemon or a pass is running, and for the backup of a
    newer babelwire. Restart a `babelwire serve` afterwards.
    """
    from pipeline.config import find
    from pipeline.desk.backup import restore as put_back

    shared: Context = context.obj
    try:
        path = find(shared.config)
    except SettingsError:
        path = Path("babelwire.toml")
    done = put_back(file, path.absolute(), datetime.now(UTC), keep_settings=keep_settings)
    show.say(f"restored {done.settings} and {done.database}, as of {show.local(done.backup.made)}")
    for kept in done.kept:
        show.say(f"what was there before: {kept}")
    for path_left_out in done.backup.left_out:
        show.tell(f"was not in the backup: {path_left_out}")
    if lacking := _lacking(shared, done.backup.models):
        show.say(f"install the models: babelwire models install {' '.join(lacking)}")
    show.say("then: babelwire doctor, babelwire run")


def _lacking(shared: Context, pairs: tuple[str, ...]) -> list[str]:
    """The pairs for which no model is installed here."""
    from pipeline.errors import BabelwireError
    from pipeline.translate import Models

    try:
        models = Models.of(shared.translate_options(), embedded=False)
        there = {(one.from_code, one.to_code) for one in models.installed()} | {*models.coming()}
    except BabelwireError:
        return list(pairs)  # `doctor` says what is wrong
    return [one for one in pairs if tuple(one.split(":")) not in there]
