"""`babelwire run`: a pass, done here or by the daemon that runs.

In: ids of sources. Out: a report, for people or as JSON, and an exit code.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from time import sleep
from typing import Annotated

import typer

from pipeline.cli import show
from pipeline.cli.context import Context, open_store
from pipeline.config import Settings
from pipeline.desk import Desk, Progress, Report, daemon_at
from pipeline.desk.progress import ProgressLines
from pipeline.errors import BabelwireError
from pipeline.store import Store

_POLL = 0.3  # seconds between two looks at a pass request
_PAUSE = 5.0  # seconds between two lines of progress


def run(
    context: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Ids of sources; none: all of them.", metavar="[SOURCE]..."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Fetch pages again that have not changed.")
    ] = False,
    retranslate: Annotated[
        str | None,
        typer.Option(
            metavar="LANG|all",
            help="Translate again what is in this language (or all), after a better model came.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as one JSON object.")
    ] = False,
    lines: Annotated[
        bool,
        typer.Option(
            "--progress",
            help="Say every few seconds how far it is, where standard error is no terminal too.",
        ),
    ] = False,
) -> None:
    """Run one pass: fetch what is new, translate it, write the feeds.

    Exit code: 0 all well, 1 some sources or articles failed (see what is said), 2 wrong settings.
    """
    shared: Context = context.obj
    settings = shared.settings()
    with open_store(settings) as store:
        if retranslate is not None:
            languages = [] if retranslate == "all" else [retranslate]
            number = store.translations.forget(languages, sources or [])
            store.memory.forget_failed()
            show.tell(f"{number} articles to translate again")
        report = do_pass(settings, store, sources or [], force, lines=lines)
    if as_json:
        show.say(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
    else:
        show.report(report)
    raise typer.Exit(report.exit_code)


def do_pass(
    settings: Settings, store: Store, only: list[str], force: bool, *, lines: bool = False
) -> Report:
    """A pass, by the daemon where one runs, else here; its progress is shown (as `lines`)."""
    report = by_daemon(settings, store, only, force)
    return _watched(settings, store, only, force, lines) if report is None else report


def do_pass_with_lines(
    settings: Settings, store: Store, only: list[str], say: Callable[[str], None]
) -> Report:
    """A pass as `do_pass` makes it, for whoever is not at this terminal: `say` is told of it."""
    report = by_daemon(settings, store, only, False, say)
    return Desk(settings, store, ProgressLines(say)).run(only) if report is None else report


def by_daemon(
    settings: Settings,
    store: Store,
    only: list[str],
    force: bool,
    say: Callable[[str], None] = show.tell,
) -> Report | None:
    """Have the daemon do the pass where one runs, and show its progress; None where none does."""
    process = daemon_at(settings.state_dir)
    if process is None:
        return None
    Desk(settings, store).choose(only)  # a wrong name is said here, not in the daemon's log
    asked = store.pass_requests.add(only, force, datetime.now(UTC))
    say(f"asked the daemon (process {process})")
    progress = ""
    while True:
        request = store.pass_requests.get(asked)
        if request is None or request.finished_at is not None:
            break
        if request.progress != progress:
            progress = request.progress
            say(progress)
        if daemon_at(settings.state_dir) is None:
            say("the daemon has ended; doing the pass here")
            store.pass_requests.finish(asked, None, datetime.now(UTC))
            return None
        sleep(_POLL)
    number = request.number if request is not None else None
    made = store.passes.get(number) if number is not None else None
    if made is None or made.report is None:
        raise BabelwireError("the daemon", "could not do the pass", progress or "see its log")
    return Report.from_dict(made.report)


def _watched(settings: Settings, store: Store, only: list[str], force: bool, lines: bool) -> Report:
    def one(progress: Progress) -> Report:
        return Desk(settings, store, progress).run(only, force=force)

    if lines:
        return one(ProgressLines(show.tell, _PAUSE))
    watcher = show.progress()
    if isinstance(watcher, show.BarProgress):
        with watcher:
            return one(watcher)
    return one(watcher)
