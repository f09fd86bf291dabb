"""Schedulers and workers as processes of their own, for tests.

They are forked from one that has imported everything: a start takes milliseconds, not seconds.
"""

import multiprocessing
import os
import signal
from contextlib import ExitStack, suppress
from pathlib import Path

from pipeline.options import ComputeOptions
from tests.conftest import ROOT
from tests.waiting import LONG, held_port, until

PATCHED = Path(__file__).parent / "patched"
_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(["tests.compute.forked"])


class Process:
    """`babelwire` with some words, as a process; what it says on standard error is in a file."""

    def __init__(self, folder: Path, *words: str | Path, **more: str) -> None:
        from tests.compute.forked import be_babelwire

        self._said = folder / f"said-{len(list(folder.glob('said-*')))}"
        self._said.touch()
        path = os.pathsep.join([str(PATCHED), str(ROOT)])
        environment = {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"} | more
        self.process = _FORKING.Process(
            target=be_babelwire, args=([*map(str, words)], str(self._said), environment)
        )
        self.process.start()

    @property
    def said(self) -> str:
        return self._said.read_text("utf-8")

    @property
    def code(self) -> int | None:
        """Its exit code, negative for a signal; None: it runs."""
        return self.process.exitcode

    def says(self, words: str) -> None:
        """Wait until it has said something; fail if it ends before."""
        until(lambda: words in self.said or self.code is not None, words)
        assert words in self.said, self.said

    def signal(self, number: int) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        self.process.kill()
        self.process.join(LONG)

    def ends(self) -> int | None:
        self.process.join(LONG)
        return self.code

    def end(self) -> None:
        if self.code is None:
            with suppress(ProcessLookupError):
                self.signal(signal.SIGCONT)
            self.kill()


class Processes:
    """A scheduler and workers on loopback, which end with the test."""

    def __init__(self, folder: Path, packages: Path) -> None:
        self.folder, self.packages = folder, packages
        self.stack = ExitStack()
        self.port = self.stack.enter_context(held_port())
        self.address = f"tcp://127.0.0.1:{self.port}"

    def start(self, *words: str | Path, **more: str) -> Process:
        process = Process(self.folder, *words, **more)
        self.stack.callback(process.end)
        return process

    def scheduler(self) -> Process:
        process = self.start("scheduler", self.address)
        process.says("listening at")
        return process

    def worker(self, *words: str | Path, packages: Path | None = None, **more: str) -> Process:
        """A worker of one thread; `connected` waits for it."""
        folder = packages or self.packages
        given = ["worker", self.address, "--threads", "1", "--packages", folder, *words]
        return self.start(*given, **more)

    def options(self, wait: float = LONG) -> ComputeOptions:
        return ComputeOptions(scheduler=self.address, wait=wait)
