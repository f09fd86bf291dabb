"""Locks of a state folder: who waits can be stopped, who asks is in nobody's way."""

import threading
from pathlib import Path

import pytest

from pipeline.desk.locks import (
    Stopped,
    daemon_at,
    daemon_lock,
    held,
    is_running,
    pass_sign,
    sweep,
)
from pipeline.desk.progress import NoProgress
from pipeline.errors import BabelwireError, StoreError
from tests.waiting import LONG

QUIET = NoProgress()


def test_who_waits_for_a_lock_can_be_stopped(tmp_path: Path) -> None:
    stopping, ended = threading.Event(), threading.Event()

    def wait() -> None:
        with pytest.raises(Stopped), held(tmp_path, "source-a", QUIET, stopping):
            raise AssertionError
        ended.set()

    with held(tmp_path, "source-a", QUIET):
        thread = threading.Thread(target=wait)
        thread.start()
        stopping.set()
        assert ended.wait(LONG)
    thread.join(LONG)
    with held(tmp_path, "source-a", QUIET, stopping):  # it is free: nobody has to wait
        pass


def test_errors_inside_are_not_those_of_the_state_folder(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError), held(tmp_path, "source-a", QUIET):
        raise ConnectionError("reset by peer")
    (tmp_path / "locks").rename(tmp_path / "other")
    (tmp_path / "locks").write_text("a file where a folder should be")
    with pytest.raises(StoreError), held(tmp_path, "source-a", QUIET):
        raise AssertionError


def test_asking_for_a_daemon_makes_none_refuse_and_changes_nothing(tmp_path: Path) -> None:
    assert daemon_at(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    over = threading.Event()
    answers = set()

    def ask() -> None:
        while not over.is_set():
            answers.add(daemon_at(tmp_path))

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for one in askers:
        one.start()
    for _ in range(100):
        with daemon_lock(tmp_path):
            assert daemon_at(tmp_path) is not None
            with pytest.raises(BabelwireError, match="running here already"), daemon_lock(tmp_path):
                raise AssertionError
    over.set()
    for one in askers:
        one.join(LONG)
    assert daemon_at(tmp_path) is None


def test_nobody_who_asks_takes_another_for_a_daemon(tmp_path: Path) -> None:
    with daemon_lock(tmp_path):
        sign = tmp_path / "locks" / "daemon-alive.lock"
        assert sign.exists()
    sign.touch()  # as after a kill
    answers: list[int | None] = []

    def ask() -> None:
        answers.extend(daemon_at(tmp_path) for _ in range(300))

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for one in askers:
        one.start()
    for one in askers:
        one.join(LONG)
    assert set(answers) == {None}


def test_a_pass_shows_that_it_is_running(tmp_path: Path) -> None:
    assert not is_running(tmp_path, 1)
    sign = pass_sign(tmp_path, 1)
    (tmp_path / "locks" / "pass-2.lock").touch()  # as after a kill
    assert is_running(tmp_path, 1) and not is_running(tmp_path, 2)
    sign.end()
    assert not is_running(tmp_path, 1)


def test_signs_of_killed_passes_are_swept_away_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign = pass_sign(tmp_path, 1)
    killed = tmp_path / "locks" / "pass-2.lock"
    killed.touch()
    sweep(tmp_path)
    assert killed.exists()
    monkeypatch.setattr("pipeline.desk.locks._LEFT", -1.0)
    sweep(tmp_path)
    assert not killed.exists() and is_running(tmp_path, 1)
    sign.end()
