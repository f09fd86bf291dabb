"""`babelwire status`: what is stored, what is due, what failed and why.

Takes the settings, the store and the state of a running daemon; returns one value for scripts, and
lines for people. Changes nothing, and sends no requests.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from pipeline.article import Source
from pipeline.cli import show, statuslines
from pipeline.cli.context import compute_state, open_store
from pipeline.config import Settings
from pipeline.desk import daemon_at, decisions, livestate, silence
from pipeline.desk.hubs import lines as hub_lines
from pipeline.desk.hubs import owed
from pipeline.desk.locks import is_running
from pipeline.desk.waiting import lacked
from pipeline.editions import by_language, language_of
from pipeline.store import STATES, PassRecord, SourceState, Store


def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    whole: Annotated[
        bool, typer.Option("--all", help="Show each source, also those without problems.")
    ] = False,
) -> None:
    """Show sources, articles, queues, models and feeds, what failed and why, the last passes.

    Of more than 25 sources, only those with problems are named.
    """
    settings = context.obj.settings()
    with open_store(settings) as store:
        found = overview(settings, store, measured=as_json)
    if as_json:
        show.say(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in statuslines.lines(found, whole=whole):
        show.say(line)


def overview(settings: Settings, store: Store, *, measured: bool = False) -> dict[str, Any]:
    """What `status` shows, as a value for JSON.

    With `measured`, also how often each source has articles, and not only those that are late.
    """
    counts, states = store.references.counts(), store.sources.states()
    known = {name: states.get(name, SourceState()) for name in settings.sources}
    looked = {name: state.last_success for name, state in known.items()}
    rhythms = silence.rhythms(store, looked, measured=measured)
    totals: Counter[str] = Counter()
    for (_, state), number in counts.items():
        totals[state] += number
    wanted = decisions.wanted(settings.feeds, ())
    waits = lacked(settings, store)
    without = {
        edition: sum(one.articles for one in waits if one.target == language_of(edition))
        for edition in wanted
    }
    process = daemon_at(settings.state_dir)
    setbacks = store.translations.failures()
    return {
        "sources": [
            _source(one, known[one.id], rhythms[one.id], counts)
            for one in settings.sources.values()
        ],
        "pages": {state: totals[state] for state in STATES},
        "articles": store.articles.count(),
        "gone": [
            {"article": name, "url": url, "since": _text(since)}
            for name, url, since in store.articles.gone()
        ],
        "languages": dict(sorted(by_language(store.translations.counts()).items())),
        "memory": store.memory.count(),
        "failed": store.memory.failed(),
        "queues": {
            "to fetch": totals["waiting"],
            "to translate": by_language(
                {  # What waits for a model is told as that.
                    edition: store.translations.pending(edition, sources)[0] - without[edition]
                    for edition, sources in wanted.items()
                }
            ),
            "passes": store.pass_requests.waiting(),
        },
        "hubs": hub_lines(owed(settings.feeds, store)),
        "daemon": asdict(livestate.read(settings.state_dir, process)) if process else None,
        "compute": asdict(workers) if (workers := compute_state(settings)) else None,
        "feeds": [
            {"path": path, "written": _text(written)}
            for path, written in store.publications.written()
            if "/" in path  # else the index page
        ],
        "doubted": [
            {"url": url, "language": language, "segments": number}
            for url, language, number in store.translations.doubted()
        ],
        "failing": [
            {
                "source": one.reference.source,
                "url": one.reference.url,
                "error": one.error,
                "retry": _text(one.retry_at),
            }
            for one in store.references.failing()
        ],
        "untranslated": [
            {"article": one.article, "url": one.url, "language": one.language, "error": one.error}
            for one in setbacks
            if not one.held_back
        ],
        "held_back": [
            {"article": one.article, "url": one.url, "language": one.language, "error": one.error}
            for one in setbacks
            if one.held_back
        ],
        "waiting": [asdict(one) for one in waits],
        "passes": [
            {
                "pass": one.id,
                "started": _text(one.started),
                "finished": _text(one.finished),
                "exit_code": one.exit_code,
                "state": _state(settings, one),
            }
            for one in store.passes.latest(5)
        ],
    }


def _state(settings: Settings, one: PassRecord) -> str:
    """Whether a pass is "running", "done", or "unfinished" because it was stopped or killed."""
    if one.finished is None and is_running(settings.state_dir, one.id):
        return "running"
    return "done" if one.complete else "unfinished"


def _source(
    source: Source,
    state: SourceState,
    rhythm: silence.Rhythm,
    counts: Mapping[tuple[str, str], int],
) -> dict[str, Any]:
    pages = {name: counts.get((source.id, name), 0) for name in STATES}
    said = silence.note(rhythm)
    return {
        "id": source.id,
        "title": source.title,
        "kind": source.kind,
        "scheduled": bool(source.every or source.cron),
        "last_run": _text(state.last_run),
        "last_success": _text(state.last_success),
        "newest": _text(rhythm.newest),
        "rhythm": rhythm.every.total_seconds() if rhythm.every else None,
        "silent": rhythm.silent,
        "next_due": _text(state.due_at) if source.every or source.cron else None,
        "failures": state.failures,
        "error": state.error,
        "moved": state.move.url if state.move else None,
        "notes": [*state.notes, *([said] if said else [])],
        "pages": pages["done"],
        **{name: pages[name] for name in STATES if name != "done"},
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
