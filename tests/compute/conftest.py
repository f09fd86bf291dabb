"""A scheduler and workers for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.compute import separate
from pipeline.compute.cluster import Cluster
from pipeline.options import TranslateOptions
from tests.compute.processes import Processes
from tests.waiting import LONG

pytest.importorskip("distributed")

PATCHED_PROGRAM = """
import sys; sys.path[:] = sys.argv[1:]
from pipeline.compute.separate import answer
from tests.compute import patching
patching.apply()
answer()
"""


@pytest.fixture
def processes(tmp_path: Path, packages_dir: Path) -> Iterator[Processes]:
    one = Processes(tmp_path, packages_dir)
    with one.stack:
        yield one


class Desk:
    """Makes clusters for a test, and closes them after it."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._made: list[Cluster] = []

    def __call__(self, wait: float = LONG) -> Cluster:
        options = TranslateOptions(packages_dir=self._processes.packages, threads=1)
        self._made.append(Cluster(self._processes.options(wait), options))
        self._made[-1].connect()
        return self._made[-1]

    def close(self) -> None:
        for one in self._made:
            one.close()


@pytest.fixture
def desk(processes: Processes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    # What is computed in a process of its own has the fake model, too.
    monkeypatch.setattr(separate, "_PROGRAM", PATCHED_PROGRAM)
    one = Desk(processes)
    yield one
    one.close()
