"""What `babelwire status` says of sources: of each, or of many those that somebody has to look at.

Takes the values that `overview` makes of them; returns lines, those about others that follow with
four spaces before them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.cli.show import local, many
from pipeline.store import STATES

# What people call the states of pages.
_CALLED = {"done": "with an article", "rejected": "without"}
# The order of `_condition` in a summary.
_CONDITIONS = ("well", "failing", "silent", "moved", "with a note", "not visited yet")

_Source = Mapping[str, Any]


def each(sources: Sequence[_Source]) -> Iterator[str]:
    """Of each source a line, and below it one for each thing that is wrong or new."""
    if not sources:
        yield "none: add one with `babelwire add`"
    for one in sources:
        pages = counted({**one, "done": one["pages"]})
        due = "when a daemon runs" if one["scheduled"] else "by hand"
        yield f"{one['id']}: {pages or 'no pages yet'}"
        yield f"    last success {local(one['last_success']) or 'never'}"
        yield f"    newest article {local(one['newest']) or 'none'}"
        yield f"    next visit {local(one['next_due']) or due}"
        if one["failures"]:
            yield f"    {many(one['failures'], 'failed visit')} in a row"
        if one["error"]:
            yield f"    error: {one['error']}"
        if one["moved"]:
            yield f"    has moved to {one['moved']}"
        yield from (f"    note: {note}" for note in one["notes"])


def summary(sources: Sequence[_Source]) -> Iterator[str]:
    """How many sources are in which condition, and all that is wrong or new, by what it is.

    Every source of which anything is to be said is named; the others are a number.
    """
    numbers = Counter(_condition(one) for one in sources)
    told = ", ".join(f"{numbers[name]:,} {name}" for name in _CONDITIONS if numbers[name])
    yield f"{many(len(sources), 'source')}: {told}"
    if last := max((one["last_success"] for one in sources if one["last_success"]), default=None):
        yield f"last success {local(last)}"
    if due := min((one["next_due"] for one in sources if one["next_due"]), default=None):
        yield f"next visit {local(due)}"
    yield from _failing([one for one in sources if one["error"] or one["failures"]])
    yield from (f"{one['id']}: has moved to {one['moved']}" for one in sources if one["moved"])
    yield from _noted(sources)
    rest = numbers["well"] + numbers["not visited yet"]
    yield f"nothing to say of {many(rest, 'source')}: `babelwire status --all` shows each"


def counted(numbers: Mapping[str, Any], called: Mapping[str, str] = _CALLED) -> str:
    """How many pages are in which state: "12 with an article, 2 failed, 1 without"."""
    return ", ".join(
        f"{numbers[state]:,} {called.get(state, state)}" for state in STATES if numbers[state]
    )


def _condition(one: _Source) -> str:
    if one["failures"] or one["error"]:
        return "failing"
    if one["silent"]:
        return "silent"
    if one["moved"]:
        return "moved"
    if one["notes"]:
        return "with a note"
    return "well" if one["last_success"] else "not visited yet"


def _failing(sources: Iterable[_Source]) -> Iterator[str]:
    """The sources that fail, by the reason without what it concerns: most often their address."""
    alike: dict[str, list[_Source]] = {}
    for one in sorted(sources, key=lambda one: -int(one["failures"])):
        error = one["error"] or ""
        alike.setdefault(error.partition(": ")[2] or error, []).append(one)
    for reason, some in sorted(alike.items(), key=lambda item: -len(item[1])):
        if len(some) == 1:
            [one] = some
            yield f"{one['id']}: {many(one['failures'], 'failed visit')} in a row"
            yield f"    last success {local(one['last_success']) or 'never'}"
            yield f"    error: {one['error']}"
            continue
        yield f"{many(len(some), 'source')} failing: {reason}"
        yield f"    failed visits in a row: {_listed((one['id'], one['failures']) for one in some)}"


def _noted(sources: Sequence[_Source]) -> Iterator[str]:
    """What is to be said of sources, by what it is: each note once, with all it is said of."""
    silent = [one for one in sources if one["silent"]]
    if len(silent) > 1:
        yield f"{many(len(silent), 'source')} silent: see whether their addresses are still right"
        yield f"    newest article: {_listed((one['id'], one['newest'][:10]) for one in silent)}"
    alike: dict[str, list[str]] = {}
    for one in sources:
        # The last note of a silent source says that it is.
        for note in one["notes"][:-1] if one["silent"] and len(silent) > 1 else one["notes"]:
            alike.setdefault(note, []).append(one["id"])
    for note, names in alike.items():
        if len(names) == 1:
            yield f"{names[0]}: {note}"
        else:
            yield f"{many(len(names), 'source')}: {note}"
            yield f"    {', '.join(names)}"


def _listed(things: Iterable[tuple[str, object]]) -> str:
    """Names, each with what is said of it: "town 96, village 3"."""
    return ", ".join(f"{name} {said}" for name, said in things)
