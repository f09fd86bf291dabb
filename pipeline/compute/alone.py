"""Compute what may end a process in a process of its own, so that it ends no other.

`translated` and `extracted` take what was under way on a worker when it died. A text or page that
ends the process is deadly: None in place of its result. Run as a module this is that process: it
reads a call from standard input and writes the result to standard output, both pickled.
"""

import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from pipeline import __version__
from pipeline.article import Article
from pipeline.compute import tasks
from pipeline.compute.pages import PageWork

T = TypeVar("T")

log = logging.getLogger(__name__)

LIMIT = 900.0
"""Seconds after which the process is taken to hang for ever, and ended."""
_one = Lock()  # such a process at a time


def translated(
    host: tasks.Host,
    wanted: tasks.Wanted,
    texts: Sequence[list[str]],
    options: Mapping[str, Any],
) -> list[tasks.Text | None]:
    """The results of texts, in order; None for a deadly one. Raises RuntimeError."""
    found = _called(host, "translate", wanted, list(texts), dict(options))
    if found is not None:
        return list(found.texts)
    if len(texts) == 1:
        return [None]
    return [one for half in _halves(texts) for one in translated(host, wanted, half, options)]


def extracted(host: tasks.Host, works: Sequence[PageWork]) -> list[Article | Exception | None]:
    """The articles of pages, in order, or what extraction raised; None for a deadly one.

    Raises RuntimeError.
    """
    found = _called(host, "extract", list(works))
    if found is not None:
        return list(found.articles)
    if len(works) == 1:
        return [None]
    return [one for half in _halves(works) for one in extracted(host, half)]


def _halves(things: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
    half = len(things) // 2
    return things[:half], things[half:]


def _called(host: tasks.Host, task: str, *arguments: Any) -> Any:
    """The result of a task in a process of its own; None: it ended the process."""
    told = pickle.dumps((host.packages, host.threads, host.device, task, arguments))
    command = [sys.executable, "-m", "pipeline.compute.alone"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        with _one:
            ran = subprocess.run(  # noqa: S603 - our own program
                command, input=told, capture_output=True, timeout=LIMIT, env=environment
            )
    except subprocess.TimeoutExpired:
        return None
    if ran.returncode:
        said = ran.stderr.decode(errors="replace").strip()[-300:]
        log.info("a process of its own ended with %d: %s", ran.returncode, said)
        if ran.returncode == 1:  # as Python ends with an error of its own
            raise RuntimeError(f"a process of its own could not be started: {said}")
        return None
    result = pickle.loads(ran.stdout)  # noqa: S301 - from our own program
    if isinstance(result, Exception):
        raise RuntimeError(str(result)) from result
    return result


def main() -> None:
    """Answer the call on standard input."""
    with suppress(OSError):  # where the kernel must end a process for its memory, then this one
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    packages, threads, device, task, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no result
    host = tasks.Host(packages, threads, device)
    tasks.serve(host)
    result: Any
    try:
        if task == "translate":
            host.look()
        result = getattr(tasks, task)(__version__, *arguments)
    except Exception as error:  # noqa: BLE001 - it is raised by who asked
        result = RuntimeError(f"{type(error).__name__}: {error}")
    with out:
        pickle.dump(result, out)


if __name__ == "__main__":
    main()
