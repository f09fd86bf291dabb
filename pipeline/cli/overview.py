"""`babelwire status`: what is stored, what is due, what failed and why.

Takes the settings, the store and the state of a running daemon; returns one value for scripts, and
lines for people. Changes nothing, and sends no requests.
"""

import json
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from pipeline.article import Source
from pipeline.cli import show
from pipeline.cli.context import open_store
from pipeline.config import Settings
from pipeline.desk import daemon_at, decisions, livestate
from pipeline.desk.waiting import Waiting, lacked
from pipeline.store import Store

_SHOWN = 20
_STATES = ("done", "waiting", "failed", "rejected", "skipped", "gone")


def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show sources, articles, queues, models and feeds, what failed and why, the last passes."""
    settings = context.obj.settings()
    with open_store(settings) as store:
        found = overview(settings, store)
    if as_json:
        show.say(json.dumps(found, ensure_ascii=False, indent=2))
        return
    show.table(
        (
            "source",
            "last success",
            "next due",
            "pages",
            "no article",
            "failed",
            "failures",
            "error",
        ),
        [
            (
                one["id"],
                one["last_success"] or "never",
                one["next_due"] or ("when a daemon runs" if one["scheduled"] else "by hand"),
                one["pages"],
                one["rejected"],
                one["failed"],
                one["failures"],
                one["error"] or "",
            )
            for one in found["sources"]
        ],
    )
    show.say()
    for line in _lines(found):
        show.say(line)


def overview(settings: Settings, store: Store) -> dict[str, Any]:
    """What `status` shows, as a value for JSON."""
    counts = store.references.counts()
    totals: Counter[str] = Counter()
    for (_, state), number in counts.items():
        totals[state] += number
    wanted = decisions.wanted(settings.feeds, ())
    process = daemon_at(settings.state_dir)
    return {
        "sources": [_source(one, store, counts) for one in settings.sources.values()],
        "pages": {state: totals[state] for state in _STATES},
        "articles": store.articles.count(),
        "gone": [
            {"article": name, "url": url, "since": _text(since)}
            for name, url, since in store.articles.gone()
        ],
        "languages": dict(sorted(store.translations.counts().items())),
        "memory": store.memory.count(),
        "failed": store.memory.failed(),
        "queues": {
            "to fetch": totals["waiting"],
            "to translate": {
                language: store.translations.pending(language, sources)[0]
                for language, sources in wanted.items()
            },
            "passes": store.pass_requests.waiting(),
        },
        "daemon": asdict(livestate.read(settings.state_dir, process)) if process else None,
        "feeds": [
            {"path": path, "written": _text(written)}
            for path, written in store.publications.written()
        ],
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
            for one in store.translations.failures()
        ],
        "waiting": [asdict(one) for one in lacked(settings, store)],
        "passes": [
            {
                "pass": one.id,
                "started": _text(one.started),
                "finished": _text(one.finished),
                "exit_code": one.exit_code,
            }
            for one in store.passes.latest(5)
        ],
    }


def _source(source: Source, store: Store, counts: dict[tuple[str, str], int]) -> dict[str, Any]:
    state = store.sources.state(source.id)
    pages = {name: counts.get((source.id, name), 0) for name in _STATES}
    return {
        "id": source.id,
        "title": source.title,
        "kind": source.kind,
        "scheduled": bool(source.every or source.cron),
        "last_run": _text(state.last_run),
        "last_success": _text(state.last_success),
        "next_due": _text(state.due_at) if source.every or source.cron else None,
        "failures": state.failures,
        "error": state.error,
        "moved": state.move.url if state.move else None,
        "notes": list(state.notes),
        "pages": pages["done"],
        **{name: pages[name] for name in _STATES if name != "done"},
    }


def _lines(found: dict[str, Any]) -> list[str]:
    """The lines below the table of sources."""
    languages = ", ".join(f"{number} in {name}" for name, number in found["languages"].items())
    pages = ", ".join(f"{number} {state}" for state, number in found["pages"].items() if number)
    queues = found["queues"]
    pending = ", ".join(f"{n} into {name}" for name, n in queues["to translate"].items() if n)
    lines = [f"{one['id']}: {note}" for one in found["sources"] for note in one["notes"]]
    lines += [
        f"{found['articles']} articles ({languages or 'none published yet'})",
        f"pages: {pages or 'none yet'}",
        f"waiting: {queues['to fetch']} to be fetched, {pending or 'none'} to be translated, "
        f"{queues['passes']} pass requests",
        f"{found['memory']} segments in the translation memory",
    ]
    if found["failed"]:
        lines.append(f"{found['failed']} segments untranslated because every attempt failed")
    if found["doubted"]:
        number = sum(one["segments"] for one in found["doubted"])
        lines.append(f"{number} segments in {len(found['doubted'])} translations may be wrong")
    if found["gone"]:
        lines.append(f"{len(found['gone'])} articles are kept although their pages are gone")
    lines += [str(Waiting(**one)) for one in found["waiting"]]
    lines += _daemon(found["daemon"])
    newest = max((one["written"] for one in found["feeds"]), default="")
    lines.append(f"{len(found['feeds'])} feed files{f', the newest of {newest}' if newest else ''}")
    for one in found["passes"]:
        ended = "unfinished" if one["finished"] is None else f"exit code {one['exit_code']}"
        lines.append(f"pass {one['pass']}: {one['started']}, {ended}")
    problems = [one["error"] for one in (*found["failing"], *found["untranslated"])]
    lines += [f"failed: {text}" for text in problems[:_SHOWN]]
    if len(problems) > _SHOWN:
        lines.append(f"and {len(problems) - _SHOWN} more: see `babelwire status --json`")
    return lines


def _daemon(found: dict[str, Any] | None) -> list[str]:
    if found is None:
        return ["the daemon is not running"]
    loaded = ", ".join(found["models"]) or "none"
    lines = [f"the daemon runs as process {found['process']}; models loaded: {loaded}"]
    if found["steps"]:
        lines.append(f"  running: {', '.join(found['steps'])}")
    if found["visits"]:
        lines.append(f"  {found['visits']} visits wait to be translated and published")
    return lines


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
