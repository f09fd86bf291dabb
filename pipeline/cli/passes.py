"""`babelwire run`: runs a pass, or requests it from a running daemon.

Takes source ids; shows the report, for people or as JSON, and exits with its code.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import arguments, completing, show
from pipeline.cli.context import Context, open_store
from pipeline.errors import BabelwireError

# The desk, with all stages, is imported when a pass is made: not to complete a command line.
if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.desk import Progress, Report
    from pipeline.store import Store

_POLL = 0.3  # seconds between two checks of a pass request
_PAUSE = 5.0  # seconds between two progress lines


def run(
    context: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            help="Ids of sources. Default: all.",
            metavar="SOURCE",
            autocompletion=completing.sources,
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Fetch pages again even if they have not changed.")
    ] = False,
    retranslate: Annotated[
        str | None,
        typer.Option(
            metavar="LANG|all",
            autocompletion=completing.languages_or_all,
            help="Translate articles into this language (or all) again, as after a model update.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as one JSON object.")
    ] = False,
    lines: Annotated[
        bool,
        typer.Option(
            "--progress",
            help="Print progress lines every few seconds, even if standard error is no terminal.",
        ),
    ] = False,
) -> None:
    """Run one pass: fetch what is new, translate it, write the feeds.

    Exit code: 0 success, 1 something failed that had not failed before, 2 wrong settings.
    """
    shared: Context = context.obj
    settings = shared.settings()
    arguments.sources(sources or (), settings.sources)
    if retranslate not in (None, "all"):
        arguments.published(retranslate, settings)
    with open_store(settings) as store:
        if retranslate is not None:
            languages = [] if retranslate == "all" else [retranslate]
            number = store.translations.forget(languages, sources or [])
            store.memory.forget_failed()
            show.tell(f"{show.many(number, 'article')} to translate again")
        report = do_pass(settings, store, sources or [], force, lines=lines)
    if as_json:
        show.say(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
    else:
        show.report(report)
    raise typer.Exit(report.exit_code)


def do_pass(
    settings: Settings, store: Store, only: list[str], force: bool, *, lines: bool = False
) -> Report:
    """Run a pass by a running daemon, else here, and show its progress (as `lines` of text)."""
    report = by_daemon(settings, store, only, force)
    return _watched(settings, store, only, force, lines) if report is None else report


def do_pass_with_lines(
    settings: Settings,
    store: Store,
    only: list[str],
    say: Callable[[str], None],
    stopping: Event,
    *,
    here: bool = True,
) -> Report:
    """Run a pass like `do_pass`, but without a terminal: `say` is called with progress lines.

    It ends when `stopping` is set. Without `here`, only the daemon makes it, if need be at its next
    start; BabelwireError is raised if it ends before the pass.
    """
    from pipeline.desk import Desk
    from pipeline.desk.progress import ProgressLines

    report = by_daemon(settings, store, only, False, say, stopping, here=here)
    if report is not None:
        return report
    desk = Desk(settings, store, ProgressLines(say))
    desk.stopping = stopping
    return desk.run(only)


def by_daemon(
    settings: Settings,
    store: Store,
    only: list[str],
    force: bool,
    say: Callable[[str], None] = show.tell,
    stopping: Event | None = None,
    *,
    here: bool = True,
) -> Report | None:
    """Request the pass from a running daemon, show its progress, return its report.

    Returns None if no daemon runs, or if it ends before the pass, so that it can be made `here`.
    """
    from pipeline.desk import Desk, Report, daemon_at

    process = daemon_at(settings.state_dir)
    if process is None and here:
        return None
    Desk(settings, store).choose(only)  # so that a wrong id is reported here, not in the log
    asked = store.pass_requests.add(only, force, datetime.now(UTC))
    say(f"asked the daemon (process {process})")
    stopping = stopping or Event()
    progress = ""
    while True:
        request = store.pass_requests.get(asked)
        if request is None or request.finished_at is not None:
            break
        if request.progress != progress:
            progress = request.progress
            say(progress)
        if daemon_at(settings.state_dir) is None and here:
            say("the daemon has ended; doing the pass here")
            store.pass_requests.finish(asked, None, datetime.now(UTC))
            return None
        if stopping.wait(_POLL):
            raise BabelwireError(
                "the daemon", "has ended before the pass", "its next start makes it"
            )
    number = request.number if request is not None else None
    made = store.passes.get(number) if number is not None else None
    if made is None or made.report is None:
        raise BabelwireError("the daemon", "could not do the pass", progress or "see its log")
    return Report.from_dict(made.report)


def _watched(settings: Settings, store: Store, only: list[str], force: bool, lines: bool) -> Report:
    from pipeline.desk import Desk
    from pipeline.desk.progress import ProgressLines

    def one(progress: Progress) -> Report:
        return Desk(settings, store, progress).run(only, force=force)

    if lines:
        return one(ProgressLines(show.tell, _PAUSE))
    watcher = show.progress()
    if isinstance(watcher, show.BarProgress):
        with watcher:
            return one(watcher)
    return one(watcher)
