"""`babelwire add`, `sources add|remove|check|import|export`: change sources without an editor.

Takes addresses, ids or OPML files; changes the settings file, or shows what was found. Stores
nothing in the database.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from pipeline import ingest  # its modules are imported when they are used
from pipeline.article import Source
from pipeline.cli import arguments, completing, show
from pipeline.cli.context import Context
from pipeline.config.edit import add_sources, remove_source
from pipeline.errors import BabelwireError

_EVERY = 1800.0  # seconds: the `every` of a source that is added here


def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="A site, a section, a feed or a sitemap.")],
    name: Annotated[str, typer.Option("--id", help="Its id. Default: made from its title.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what was found.")] = False,
) -> None:
    """Find the feeds, sitemaps and index pages of a site, and add the best one as a source.

    A source that is there already is not added again.
    """
    shared: Context = context.obj
    settings = shared.settings()
    with ingest.Client(settings.fetch) as client:
        finding = ingest.find_sources(url, client)
    for number, one in enumerate(finding.candidates):
        show.say(f"{'chosen ' if not number else 'also   '} {_described(one)}")
    for address, reason in finding.rejected:
        show.tell(f"not     {address}: {reason}")
    best = finding.candidates[0]
    if known := _known(best.url, settings.sources.values()):
        show.say(f"{known} has this address already: nothing is added")
        return
    if dry_run:
        return
    chosen = name or ingest.source_id(best.title, best.url, settings.sources)
    add_sources(settings.path, [replace(best.source(chosen), every=_EVERY)])
    show.say(f"added {chosen} to {settings.path}")


def _known(url: str, sources: Iterable[Source]) -> str:
    """Return the id of the source that has an address, however it is written; "" for none."""
    return next(
        (one.id for one in sources if one.url and ingest.identity(one.url) == ingest.identity(url)),
        "",
    )


def _described(one: ingest.Candidate) -> str:
    newest = f", newest {one.newest:%Y-%m-%d}" if one.newest else ""
    full = f", {one.complete} with full text" if one.complete else ""
    articles = show.many(one.announced, "article")
    return f"{one.kind} {one.url} ({one.reason}; {articles}{full}{newest})"


def remove(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            help="The source's id.", metavar="SOURCE", autocompletion=completing.sources
        ),
    ],
) -> None:
    """Remove a source from the settings. Its articles stay stored until they are pruned."""
    settings = context.obj.settings()
    remove_source(settings.path, name)
    show.say(f"removed {name} from {settings.path}")


def check_(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Ids of sources. Default: all.",
            metavar="SOURCE",
            autocompletion=completing.sources,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
) -> None:
    """Poll sources once; show what they announce and their first article. Stores nothing.

    Exit code 1 if one of them fails.
    """
    settings = context.obj.settings()
    arguments.sources(names or (), settings.sources)
    rows: list[dict[str, object]] = []
    with ingest.Client(settings.fetch) as client:
        for name in names or settings.sources:
            rows.append(_checked(settings.sources[name], client))
            if not as_json:
                _show(rows[-1])
    if as_json:
        show.say(json.dumps(rows, ensure_ascii=False, indent=2))
    raise typer.Exit(1 if any(row.get("error") for row in rows) else 0)


def _checked(source: Source, client: ingest.Client) -> dict[str, object]:
    try:
        found = ingest.check(source, client)
    except BabelwireError as error:
        return {"source": source.id, "error": str(error)}
    row: dict[str, object] = {
        "source": source.id,
        "articles": len(found.found.references),
        "language": found.language,
        "dated": found.dated,
        "full_text": found.complete,
        "newest": found.newest.isoformat() if found.newest else None,
        "moved": found.source.url if found.found.moved else None,
        "notes": list(found.found.notes),
        "problems": [str(problem) for problem in found.found.problems],
    }
    return row | _first_article(found, client)


def _first_article(found: ingest.Check, client: ingest.Client) -> dict[str, object]:
    from pipeline.desk.guard import guard
    from pipeline.desk.multipage import extract_page

    if not found.found.references:
        return {"error": f"{found.source.id}: announces no articles"}
    first = found.found.references[0]
    try:
        with guard(first.url, "the page"):
            page = ingest.fetch(first, client, source=found.source)
            if page is None:
                return {}
            article = extract_page(page, found.source)
    except BabelwireError as error:
        return {"error": str(error)}
    shown = ("url", "title", "authors", "published", "language", "summary", "partial")
    values = asdict(article)
    return {"first": {key: _plain(values[key]) for key in shown}}


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | list | tuple | None) else str(value)


def _show(row: dict[str, object]) -> None:
    if row.get("error"):
        show.tell(f"{row['source']}: {row['error']}")
        return
    articles = show.many(int(str(row["articles"])), "article")
    show.say(
        f"{row['source']}: {articles}, {row['dated']} dated, "
        f"{row['full_text']} with full text, language {row['language'] or 'not stated'}"
    )
    first = row.get("first")
    if isinstance(first, dict):
        show.say(f"  {first['title']} ({first['published'] or 'undated'}) {first['url']}")
        show.say(f"  {first['summary']}")


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An OPML file; - for standard input.")],
) -> None:
    """Add the feeds of an OPML file to the settings; those that are there already stay as they are.

    Each is visited every half hour, unless babelwire exported it with another schedule.
    """
    settings = context.obj.settings()
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise BabelwireError(str(file), f"cannot be read ({error.strerror})") from error
    listed = ingest.read_opml(content, str(file), settings.sources)
    new = [
        one if one.every or one.cron else replace(one, every=_EVERY)
        for one in listed.sources
        if not _known(one.url, settings.sources.values())
    ]
    if new:
        add_sources(settings.path, new)
    for problem in listed.problems:
        show.tell(str(problem))
    show.say(
        f"{show.many(len(new), 'source')} added, {len(listed.sources) - len(new)} existed already"
    )
    raise typer.Exit(1 if listed.problems else 0)


def export(context: typer.Context) -> None:
    """Write the sources that are feeds, sitemaps or index pages as OPML to standard output."""
    settings = context.obj.settings()
    sources = [one for one in settings.sources.values() if one.url]
    sys.stdout.buffer.write(ingest.write_opml(sources))
