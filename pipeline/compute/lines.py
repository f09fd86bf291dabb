"""Say in lines which workers there are, and what was computed where and why. Pure."""

from collections.abc import Iterator

from pipeline.compute.state import ComputeState, WorkerState


def lines(state: ComputeState) -> Iterator[str]:
    """The lines; those about a worker below it begin with four spaces."""
    if state.connected:
        threads = sum(one.threads for one in state.workers)
        workers = _many(len(state.workers), "worker")
        yield f"{state.scheduler}: {workers}, {_many(threads, 'thread')}"
    else:
        yield f"{state.scheduler}: not connected"
    for one in state.workers:
        yield from _worker(one)
    if state.embedded:
        yield f"the daemon's scheduler does not run: {state.embedded}"
    if state.trouble:
        yield f"computing on the desk: {state.trouble}"
    if state.local_batches or state.local_pages:
        what = _amount(state.local_batches, state.local_pages)
        yield f"computed on the desk: {what}; the last time because {state.local_why}"
    if state.alone:
        yield (
            f"{_many(state.alone, 'text or page', 'texts or pages')} computed in a process of "
            "their own, because a worker died meanwhile"
        )
    if state.deadly:
        yield f"{state.deadly:,} of them put aside, because they ended that process, too"


def _worker(one: WorkerState) -> Iterator[str]:
    yield f"{one.address}: {_many(one.threads, 'thread')}, {', '.join(one.models) or 'no models'}"
    if one.batches or one.pages:
        speed = f", {one.throughput:,.0f} word pieces/s a thread" if one.throughput else ""
        yield f"    {_amount(one.batches, one.pages)}{speed}"
    yield from (f"    {line}" for line in one.refused)


def _amount(batches: int, pages: int) -> str:
    counts = ((batches, "batch", "batches"), (pages, "page", "pages"))
    return " and ".join(_many(*one) for one in counts if one[0])


def _many(number: int, one: str, more: str = "") -> str:
    return f"{number:,} {one if number == 1 else more or one + 's'}"
