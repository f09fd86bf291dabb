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


def test_a_bundle_of_pages_is_not_late_because_batches_are_fast():
    from pipeline.compute import tasks
    from pipeline.compute.link import Usual

    usual = Usual()
    assert not usual.is_late(tasks.extract, 1e6)  # nobody knows how long one takes
    usual.took(tasks.extract, 20.0)
    for _ in range(100):
        usual.took(tasks.translate, 2.0)
    assert usual.is_late(tasks.translate, 10.0) and not usual.is_late(tasks.translate, 7.0)
    assert not usual.is_late(tasks.extract, 70.0) and usual.is_late(tasks.extract, 90.0)
    for _ in range(100):
        usual.took(tasks.extract, 0.1)
    assert not usual.is_late(tasks.extract, 4.9)  # a moment of waiting is no lateness
    assert not usual.is_late(tasks.translate, 7.0)
