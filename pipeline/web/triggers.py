"""Runs the passes that are triggered over HTTP: one at a time, and at most five wait.

Takes source ids; returns a `Pass` with an id to look its state up by. The last hundred are kept, as
long as the process lives. A pass that cannot run at all ends as failed. Raises BabelwireError if
too many wait.
"""

import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock

from pipeline.desk.report import Report
from pipeline.errors import BabelwireError
from pipeline.web.backend import Pass
from pipeline.web.sourcedetails import said

_log = logging.getLogger(__name__)
_MOST_WAITING = 5
_KEPT = 100


# Runs a pass over sources; calls the second argument with progress lines.
Run = Callable[[Sequence[str], Callable[[str], None]], Report]


class Triggers:
    """Runs passes, one at a time, in a thread."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._known: OrderedDict[str, Pass] = OrderedDict()
        self._lock = Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="triggered")
        self._accepted: set[Future[None]] = set()

    def take(self, sources: Sequence[str]) -> Pass:
        """Queue a pass over `sources`, or return the one that already waits for the same sources.

        Raises:
            BabelwireError: too many passes wait.
        """
        with self._lock:
            waiting = [one for one in self._known.values() if one.state == "waiting"]
            same = next((one for one in waiting if one.sources == tuple(sources)), None)
            if same is not None:
                return same
            if len(waiting) >= _MOST_WAITING:
                raise BabelwireError(
                    "run", f"{len(waiting)} passes are waiting", "try again later", retry=True
                )
            one = Pass(id=f"t{secrets.token_hex(8)}", state="waiting", sources=tuple(sources))
            self._known[one.id] = one
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            accepted = self._worker.submit(self._work, one)
            self._accepted = {each for each in self._accepted if not each.done()} | {accepted}
        return one

    def find(self, name: str) -> Pass | None:
        """The triggered pass with this id, or None."""
        with self._lock:
            return self._known.get(name)

    def unfinished(self) -> tuple[Pass, ...]:
        """The waiting passes, the next one last. The running one is in the store."""
        with self._lock:
            return tuple(one for one in reversed(self._known.values()) if one.state == "waiting")

    def close(self, seconds: float = 10.0) -> bool:
        """Accept no more passes, and wait for those that are accepted, which `run` must end soon.

        Returns False if that takes longer than `seconds`.
        """
        self._worker.shutdown(wait=False)
        return not wait(self._accepted, seconds).not_done

    def _work(self, waiting: Pass) -> None:
        started = replace(waiting, state="running", started=datetime.now(UTC))
        self._put(started)
        try:
            report = self._run(
                waiting.sources, lambda words: self._put(replace(started, said=words))
            )
        except Exception as error:  # noqa: BLE001 - any error must end the pass as failed
            _log.error("the triggered pass failed: %s", error)
            reason = str(error) if isinstance(error, BabelwireError) else type(error).__name__
            ended = replace(started, state="failed", failures=(reason,))
        else:
            ended = replace(
                started,
                state="failed" if report.exit_code else "done",
                **said(report.as_dict()),
            )
        self._put(replace(ended, finished=datetime.now(UTC)))

    def _put(self, one: Pass) -> None:
        with self._lock:
            if one.id in self._known:
                self._known[one.id] = one
