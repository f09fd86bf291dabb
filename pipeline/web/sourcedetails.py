"""A source for whoever runs the site: its last visits, its entries by state, problems by cause.

Takes the store and stored reports of passes; returns the values defined in `backend`. Only reads.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pipeline.store import STATES, PassRecord, Store
from pipeline.web.backend import LAST_PAGE, Pass, Problem, SourceHealth, SourceView, Visit

PAGE_SIZE = 50
_VISITS = 10
_THINGS = 5
# Of more problems in a pass, those of several sources are one.
_APART = 20
# What became of a visit's pages, as a report counts them, in the order of the work.
_COUNTED = (
    "announced",
    "fetched",
    "new",
    "changed",
    "rejected",
    "dropped",
    "failed",
    "gone",
    "left",
)
# The states in which somebody may want to do something come first.
_ATTENTION = ("failed", "rejected", "waiting", "done")

# Failures of a report by source, stage and reason.
_Alike = dict[tuple[str, str, str], list[Mapping[str, Any]]]


def grouped(failures: Iterable[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """The failures of a report by source, stage and reason, in the order of their first.

    If those are many, as when the network is down, what several sources have in common is one
    problem, of no source.
    """
    found: _Alike = {}
    for one in failures:
        key = str(one.get("source") or ""), str(one.get("stage", "")), str(one.get("reason", ""))
        found.setdefault(key, []).append(one)
    if len(found) > _APART:
        found = _in_common(found)
    return tuple(
        Problem(
            source=source,
            stage=stage,
            reason=reason,
            things=tuple(str(one.get("thing", "")) for one in alike if one.get("thing") != source)[
                :_THINGS
            ],
            count=sum(int(one.get("count", 1)) + int(one.get("others", 0)) for one in alike),
            remedies=tuple(dict.fromkeys(filter(None, (one.get("remedy") for one in alike)))),
        )
        for (source, stage, reason), alike in found.items()
    )


def _in_common(found: _Alike) -> _Alike:
    """The failures with those of several sources that have stage and reason in common put together,
    under no source."""
    sources = Counter((stage, reason) for _, stage, reason in found)
    together: _Alike = {}
    for (source, stage, reason), alike in found.items():
        key = source if sources[stage, reason] == 1 else "", stage, reason
        together.setdefault(key, []).extend(alike)
    return together


def said(report: Mapping[str, Any]) -> dict[str, Any]:
    """What a Pass says of its report, as `Report.as_dict` gives it ({}: there is none yet)."""
    failures = report.get("failures", ())
    return {
        "seconds": report.get("seconds", {}),
        "words": report.get("words", 0),
        "failures": tuple(f"{one.get('thing')}: {one.get('reason')}" for one in failures),
        "problems": grouped(failures),
    }


def view(
    store: Store,
    health: SourceHealth,
    state: str,
    page: int,
    pass_of: Callable[[PassRecord], Pass],
) -> SourceView | None:
    """The source with one page of its entries in a state; None: there is no such state or page."""
    chosen = state or next((one for one in _ATTENTION if health.pages.get(one)), "done")
    if chosen not in STATES:
        return None
    found = store.catalogue.of_state(health.id, chosen, PAGE_SIZE + 1, (page - 1) * PAGE_SIZE)
    if not found and page > 1:
        return None
    known = store.sources.state(health.id)
    return SourceView(
        health=health,
        visits=tuple(
            _visit(record, pass_of(record), health.id)
            for record in store.passes.over(health.id, _VISITS)
        ),
        notes=known.notes,
        due=known.due_at,
        state=chosen,
        items=tuple(found[:PAGE_SIZE]),
        more=len(found) > PAGE_SIZE and page < LAST_PAGE,
    )


def _visit(record: PassRecord, run: Pass, source: str) -> Visit:
    report = record.report or {}
    mine = report.get("sources", {}).get(source, {})
    return Visit(
        run=run.id,
        state=run.state,
        started=run.started,
        pages={name: mine[name] for name in _COUNTED if mine.get(name)},
        notes=tuple(mine.get("notes", ())),
        problems=grouped(one for one in report.get("failures", ()) if one.get("source") == source),
    )
