"""Compute what may end a process in a process of its own, so that it ends no other.

`translated` and `extracted` take what was under way on a worker when it died. A text or page that
ends the process is deadly: None in place of its result.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TypeVar

from pipeline import __version__
from pipeline.article import Article
from pipeline.compute import separate, tasks
from pipeline.compute.pages import PageWork

S = TypeVar("S")
T = TypeVar("T")

log = logging.getLogger(__name__)

LIMIT = 900.0
"""Seconds after which the process is taken to hang for ever, and ended."""


def translated(
    host: tasks.Host,
    wanted: tasks.Wanted,
    texts: Sequence[list[str]],
    options: Mapping[str, Any],
) -> list[tasks.Text | None]:
    """The results of texts, in order; None for a deadly one. Raises RuntimeError."""

    def computed(some: Sequence[list[str]]) -> Sequence[tasks.Text] | None:
        batch = _called(host, tasks.translate, wanted, list(some), dict(options))
        return None if batch is None else batch.texts

    return _each(texts, computed)


def extracted(host: tasks.Host, works: Sequence[PageWork]) -> list[Article | Exception | None]:
    """The articles of pages, in order, or what extraction raised; None for a deadly one.

    Raises RuntimeError.
    """

    def computed(some: Sequence[PageWork]) -> Sequence[Article | Exception] | None:
        bundle = _called(host, tasks.extract, list(some))
        return None if bundle is None else bundle.articles

    return _each(works, computed)


def _each(
    things: Sequence[S], compute: Callable[[Sequence[S]], Sequence[T] | None]
) -> list[T | None]:
    """What is computed of each thing; None for one that gives None alone, too: found by halving."""
    found = compute(things)
    if found is not None:
        return list(found)
    if len(things) == 1:
        return [None]
    half = len(things) // 2
    return _each(things[:half], compute) + _each(things[half:], compute)


def _called(host: tasks.Host, task: Callable[..., T], *arguments: Any) -> T | None:
    """The result of a task in a process of its own; None: it ended the process."""
    told = (host.packages, host.threads, host.device, task, arguments)
    with TemporaryFile() as said:
        try:
            found: T = separate.call(_computed, *told, limit=LIMIT, said=said)
            return found
        except separate.Ended as ended:
            said.seek(0)
            last = said.read().decode(errors="replace").strip()[-300:]
            log.info("a process of its own ended with %d: %s", ended.code, last)
            if ended.code != 1:  # as Python ends with an error of its own
                return None
            reason = f"a process of its own could not be started: {last}"
            raise RuntimeError(reason) from None
        except Exception as error:
            raise separate.named(error) from error


def _computed(
    packages: Path,
    threads: int,
    device: str,
    task: Callable[..., T],
    arguments: Sequence[Any],
) -> T:
    """The result of a task, in the process of its own."""
    host = tasks.Host(packages, threads, device)
    tasks.serve(host)
    if task is tasks.translate:
        host.look()
    return task(__version__, *arguments)
