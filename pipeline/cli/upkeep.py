"""`babelwire retry`, `reextract`, `prune` and `doctor`: maintenance of the store."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.cli import arguments, completing, show
from pipeline.cli.context import Context, open_store
from pipeline.cli.passes import do_pass

Some = Annotated[
    list[str] | None,
    typer.Argument(
        help="Ids of sources. Default: all.",
        metavar="SOURCE",
        autocompletion=completing.sources,
    ),
]


def _now() -> datetime:
    return datetime.now(UTC)


def retry(context: typer.Context, sources: Some = None) -> None:
    """Run a pass that also fetches the pages again that failed or held no article.

    Failed segments are translated again, and so are articles not published because of them.
    """
    settings = context.obj.settings()
    arguments.sources(sources or (), settings.sources)
    with open_store(settings) as store:
        number = store.references.retry(sources or [])
        failed = store.memory.forget_failed()
        store.translations.release()
        pages, segments = show.many(number, "page"), show.many(failed, "segment")
        show.tell(f"{pages} to fetch again, {segments} to translate again")
        report = do_pass(settings, store, sources or [], force=False)
    show.report(report)
    raise typer.Exit(report.exit_code)


def reextract_(context: typer.Context, sources: Some = None) -> None:
    """Extract the articles from the stored pages again, without fetching them, then publish.

    Entries keep their ids; only changed texts are translated again.
    """
    from pipeline.desk import Desk, reextract

    settings = context.obj.settings()
    arguments.sources(sources or (), settings.sources)
    with open_store(settings) as store:
        desk = Desk(settings, store, show.PlainProgress())
        chosen = desk.choose(sources or [])
        names = [one.id for one in chosen]
        report = reextract(settings, store, names, show.PlainProgress(), _now)
        begun = desk.begin(chosen)
        begun.follow(report)
        report = desk.finish(begun, names)
    show.report(report)
    raise typer.Exit(report.exit_code)


def prune_(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be deleted.")
    ] = False,
) -> None:
    """Delete old pages, articles and translated segments, as set in [retention].

    Articles that a feed shows or a source still announces stay. The daemon does this every day.
    """
    from pipeline.desk import prune

    settings = context.obj.settings()
    with open_store(settings) as store:
        pruned = prune(settings, store, _now(), trial=dry_run)
    words = ", ".join(f"{number} {name}" for name, number in asdict(pruned).items())
    show.say(f"{'would be deleted' if dry_run else 'deleted'}: {words}")


def claim(context: typer.Context) -> None:
    """Let this state_dir have the database, which belongs to another one.

    For a state_dir that was lost, or replaced by this one. Stop what runs with the other first: it
    is refused at its next start.
    """
    from pipeline.store import Store, take_over

    settings = context.obj.settings()
    url = settings.document.database
    if not url:
        show.say(f"the database is in its state_dir, {settings.state_dir}: nothing to claim")
        return
    with Store(url) as store:
        before = take_over(store.database, settings.state_dir)
        name = store.database.name
    of = f"; it belonged to {before}" if before else ""
    show.say(f"{name} belongs to {settings.state_dir.absolute()} now{of}")


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
) -> None:
    """Check settings, models, disk, database, clock and network; show a remedy for each fault.

    A note is no fault: something that may be better. Exit code 1 if something is wrong.
    """
    from pipeline.cli import checkup

    shared: Context = context.obj
    settings = shared.settings()
    findings = list(checkup.examine(settings))
    if as_json:
        show.say(json.dumps([asdict(one) for one in findings], ensure_ascii=False, indent=2))
    else:
        for one in findings:
            judged = "FAULT" if not one.well else "note" if one.remedy else "ok"
            show.say(f"{judged:5} {one.what}: {one.finding}")
            if one.remedy:
                show.say(f"      → {one.remedy}")
    raise typer.Exit(0 if all(one.well for one in findings) else 1)
