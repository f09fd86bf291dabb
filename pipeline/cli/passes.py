"""`babelwire run` and `babelwire status`: a pass, and what the passes left behind."""

import json
from datetime import UTC, datetime
from time import sleep
from typing import Annotated, Any

import typer

from pipeline.cli import show
from pipeline.cli.context import Context, open_store
from pipeline.config import Settings
from pipeline.desk import Desk, Progress, Report, daemon_at
from pipeline.errors import BabelwireError
from pipeline.store import Store

_SHOWN = 20
_POLL = 0.3  # seconds between two looks at an errand


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
            show.tell(f"{number} articles to translate again")
        report = do_pass(settings, store, sources or [], force)
    if as_json:
        show.say(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
    else:
        show.report(report)
    raise typer.Exit(report.exit_code)


def do_pass(settings: Settings, store: Store, only: list[str], force: bool) -> Report:
    """A pass, by the daemon where one runs, else here; its progress is shown."""
    report = by_daemon(settings, store, only, force)
    return _watched(settings, store, only, force) if report is None else report


def by_daemon(settings: Settings, store: Store, only: list[str], force: bool) -> Report | None:
    """Have the daemon do the pass where one runs, and show its progress; None where none does."""
    process = daemon_at(settings.state_dir)
    if process is None:
        return None
    Desk(settings, store).choose(only)  # a wrong name is said here, not in the daemon's log
    number = store.errands.ask(only, force, datetime.now(UTC))
    show.tell(f"asked the daemon (process {process})")
    said = ""
    while True:
        errand = store.errands.get(number)
        if errand is None or errand.finished_at is not None:
            break
        if errand.said != said:
            said = errand.said
            show.tell(said)
        if daemon_at(settings.state_dir) is None:
            show.tell("the daemon has ended; doing the pass here")
            store.errands.done(number, None, datetime.now(UTC))
            return None
        sleep(_POLL)
    run = store.runs.get(errand.run) if errand is not None and errand.run is not None else None
    if run is None or run.report is None:
        raise BabelwireError("the daemon", "could not do the pass", said or "see its log")
    return Report.from_dict(run.report)


def _watched(settings: Settings, store: Store, only: list[str], force: bool) -> Report:
    def one(progress: Progress) -> Report:
        return Desk(settings, store, progress).run(only, force=force)

    watcher = show.progress()
    if isinstance(watcher, show.BarProgress):
        with watcher:
            return one(watcher)
    return one(watcher)


def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show the sources, the articles, what failed and why, and the last passes."""
    settings = context.obj.settings()
    with open_store(settings) as store:
        found = _status(settings, store)
    if as_json:
        show.say(json.dumps(found, ensure_ascii=False, indent=2))
        return
    show.table(
        ("source", "last success", "pages", "no article", "failed", "error"),
        [
            (
                one["id"],
                one["last_success"] or "never",
                one["pages"],
                one["rejected"],
                one["failed"],
                one["error"] or "",
            )
            for one in found["sources"]
        ],
    )
    languages = ", ".join(f"{number} in {name}" for name, number in found["languages"].items())
    show.say()
    show.say(f"{found['articles']} articles ({languages or 'none published yet'})")
    show.say(f"{found['memory']} segments in the translation memory")
    doubted = found["doubted"]
    if doubted:
        number = sum(one["segments"] for one in doubted)
        show.say(f"{number} segments in {len(doubted)} translations may be wrong")
    for run_ in found["runs"]:
        ended = "unfinished" if run_["finished"] is None else f"exit code {run_['exit_code']}"
        show.say(f"pass {run_['run']}: {run_['started']}, {ended}")
    problems = [one["error"] for one in (*found["failing"], *found["untranslated"])]
    for text in problems[:_SHOWN]:
        show.say(f"failed: {text}")
    if len(problems) > _SHOWN:
        show.say(f"and {len(problems) - _SHOWN} more: see `babelwire status --json`")


def _status(settings: Settings, store: Store) -> dict[str, Any]:
    counts = store.references.counts()
    rows = []
    for source in settings.sources.values():
        state = store.sources.state(source.id)
        rows.append(
            {
                "id": source.id,
                "title": source.title,
                "kind": source.kind,
                "last_run": _text(state.last_run),
                "last_success": _text(state.last_success),
                "failures": state.failures,
                "error": state.error,
                "moved": state.move.url if state.move else None,
                "notes": list(state.notes),
                "pages": counts.get((source.id, "done"), 0),
                "waiting": counts.get((source.id, "waiting"), 0),
                "rejected": counts.get((source.id, "rejected"), 0),
                "failed": counts.get((source.id, "failed"), 0),
            }
        )
    return {
        "sources": rows,
        "articles": store.articles.count(),
        "languages": dict(sorted(store.translations.counts().items())),
        "memory": store.memory.count(),
        "doubted": [
            {"url": url, "language": language, "segments": number}
            for url, language, number in store.translations.doubted()
        ],
        "failing": [
            {"source": one.reference.source, "url": one.reference.url, "error": one.error}
            for one in store.references.failing()
        ],
        "untranslated": [
            {"article": one.article, "url": one.url, "language": one.language, "error": one.error}
            for one in store.translations.setbacks()
        ],
        "runs": [
            {
                "run": one.id,
                "started": _text(one.started),
                "finished": _text(one.finished),
                "exit_code": one.exit_code,
            }
            for one in store.runs.latest(5)
        ],
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
