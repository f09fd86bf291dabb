"""`babelwire articles`: lists what sources announced, and what became of it.

Takes ids of sources, a state and a limit; prints names that `babelwire explain` takes.
"""

import json
from typing import Annotated

import typer

from pipeline.cli import arguments, completing, show
from pipeline.cli.context import open_store
from pipeline.desk.cataloguing import left_out, record
from pipeline.store import STATES, Item


def articles(
    context: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            help="Ids of sources. Default: all.",
            metavar="SOURCE",
            autocompletion=completing.sources,
        ),
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(
            "--state",
            "-s",
            metavar="STATE",
            autocompletion=completing.states,
            help=f"Only what is in this state: {', '.join(STATES)}; may be repeated.",
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=0, help="How many at most; 0: all.")
    ] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
) -> None:
    """List the newest articles and announced entries, with their state.

    `babelwire explain` takes the names in the first column, and says more about one.
    """
    for one in state or ():
        if one not in STATES:
            raise typer.BadParameter(f"must be one of {', '.join(STATES)}", param_hint="--state")
    settings = context.obj.settings()
    with open_store(settings) as store:
        known = {*settings.sources, *(source for source, _ in store.references.counts())}
        arguments.sources(sources or (), known)
        found = store.catalogue.newest(limit, sources or (), state or ())
        rows = [(one, left_out(store, one)) for one in found]
    if as_json:
        show.say(json.dumps([record(*row) for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        for line in lines(*row):
            show.say(line)
    if not rows:
        show.tell("nothing there: `babelwire status` shows what each source has")


def lines(item: Item, feeds: list[str]) -> list[str]:
    """An entry for people: name, date, source and state; title; address; why it is no article."""
    state = " ".join([item.state, *item.languages])
    found = [f"{item.name:<9} {show.local(item.dated)}  {item.source}  {state}"]
    for text in (item.title, item.url, item.reason, *feeds):
        found += show.wrapped(text, 10) if text else []
    return found
