"""The desk's connection: what it costs while there is no scheduler."""

import threading
from pathlib import Path

import pytest

from tests.waiting import held_port, until

pytest.importorskip("distributed")


@pytest.mark.slow
def test_trying_again_and_again_leaves_nothing_behind(packages_dir, monkeypatch):
    from pipeline.compute import link
    from pipeline.options import ComputeOptions

    tries = 0
    monkeypatch.setattr(link, "_PERIOD", 0.0)
    with held_port() as port:
        one = link.Link(ComputeOptions(scheduler=f"tcp://127.0.0.1:{port}", wait=0))
        lose = one._lose

        def lost(error):
            nonlocal tries
            tries += 1
            lose(error)

        monkeypatch.setattr(one, "_lose", lost)
        assert not one.ready("anything")
        until(lambda: tries >= 3)
        threads, files = threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))
        until(lambda: tries >= 10)
        assert threading.active_count() <= threads
        assert len(list(Path("/proc/self/fd").iterdir())) <= files + 2
        assert "no scheduler answers" in one.trouble
        one.close()
        assert one.is_closed
        assert not one.ready("anything")
