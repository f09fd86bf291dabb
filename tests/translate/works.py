"""Works (see `translate/engine/questions.py`) that need no model, and what becomes of them."""

from pipeline.translate.engine.questions import T, Work


def at_once(result: T) -> Work[T]:
    """A work that asks nothing."""
    yield from ()
    return result


def done(work: Work[T]) -> T:
    """The result of a work that asks nothing."""
    try:
        asked = next(work)
    except StopIteration as end:
        result: T = end.value
        return result
    raise AssertionError(f"asked for {asked}")
