"""Batches of texts by real workers, on good and bad days: the same results as in this process."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from pipeline.compute.lines import lines
from pipeline.errors import DeadlyText
from pipeline.translate import Models
from tests.compute.fakemodel import POISON, FakeTranslator, translated
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]
OPTIONS = {"beam_size": 1, "return_attention": True}


def texts(number: int) -> list[list[str]]:
    return [[f"▁word{number}", "▁and", f"▁more{at}"] for at in range(4)]


def said(pending) -> list[tuple[list[list[str]], list[list[list[float]]]]]:
    return [(one.hypotheses, one.attention) for one in (each.result() for each in pending)]


def expected(batch) -> list[tuple[list[list[str]], list[list[list[float]]]]]:
    found = [translated(tokens, **OPTIONS) for tokens in batch]
    return [(one.hypotheses, one.attention) for one in found]


@pytest.fixture
def model(packages_dir: Path):
    return Models(packages_dir, requantise=True).route("en", "pt")[0]


class Here:
    """The model in this process: counts what it is asked."""

    def __init__(self) -> None:
        self.translator = FakeTranslator()

    def __call__(self) -> FakeTranslator:
        return self.translator

    @property
    def asked(self) -> int:
        return len(self.translator.asked)


def batches(remote, numbers):
    """Start batches, all at once; return what each said as it is asked for."""
    started = [(texts(one), remote.translate_batch(texts(one), **OPTIONS)) for one in numbers]
    for batch, pending in started:
        assert said(pending) == expected(batch)


def test_workers_give_what_this_process_would(processes, desk, model):
    processes.scheduler()
    processes.worker()
    cluster, here = desk(), Here()
    remote = cluster.elsewhere(model, here)
    assert remote.num_translators == 1
    batches(remote, range(5))
    (worker,) = cluster.state().workers
    assert (worker.batches, here.asked, worker.refused) == (5, 0, ())
    assert worker.pieces == 5 * 12
    assert model.key in worker.models
    processes.worker()
    until(lambda: remote.num_translators == 2)
    assert not cluster.state().trouble


def test_a_killed_worker_loses_nothing(processes, desk, model):
    processes.scheduler()
    one, two = (processes.worker(FAKE_SECONDS="0.4") for _ in range(2))
    cluster, here = desk(), Here()
    remote = cluster.elsewhere(model, here)
    until(lambda: remote.num_translators == 2)
    started = [(texts(at), remote.translate_batch(texts(at), **OPTIONS)) for at in range(12)]
    assert said(started[0][1]) == expected(started[0][0])
    one.kill()  # both have a batch, and more wait
    for batch, pending in started[1:]:
        assert said(pending) == expected(batch)
    assert here.asked == 0
    two.kill()
    three = processes.worker()
    batches(remote, range(20, 22))
    assert here.asked == 0, three.said


def test_without_a_scheduler_the_desk_computes_and_goes_back(processes, desk, model):
    scheduler = processes.scheduler()
    worker = processes.worker(FAKE_SECONDS="0.2")
    cluster, here = desk(wait=1.0), Here()
    remote = cluster.elsewhere(model, here)
    until(lambda: remote.num_translators and cluster.state().workers)
    started = [(texts(at), remote.translate_batch(texts(at), **OPTIONS)) for at in range(6)]
    scheduler.kill()
    for batch, pending in started:
        assert said(pending) == expected(batch)
    assert here.asked > 0
    until(lambda: cluster.state().trouble)
    found = "\n".join(lines(cluster.state()))
    assert "computing on the desk: no scheduler answers" in found
    worker.says("the connection is lost")
    processes.scheduler()
    until(lambda: cluster.state().workers)
    before = here.asked
    batches(remote, range(30, 33))
    assert here.asked == before
    assert not cluster.state().trouble


def test_no_scheduler_at_all(processes, desk, model):
    cluster, here = desk(wait=0.5), Here()
    batches(cluster.elsewhere(model, here), range(3))
    state = cluster.state()
    assert (here.asked, state.local_batches, state.connected) == (3, 3, False)
    assert "no scheduler answers" in state.local_why


@pytest.mark.parametrize("whole", [True, False], ids=["worker of two", "the only worker"])
def test_a_silent_worker_holds_nobody_up(processes, desk, model, whole):
    processes.scheduler()
    silent = processes.worker()
    cluster, here = desk(wait=1.0), Here()
    remote = cluster.elsewhere(model, here)
    until(lambda: cluster.state().workers)
    batches(remote, range(3))
    if whole:
        processes.worker()
        until(lambda: len(cluster.state().workers) == 2)
    silent.signal(signal.SIGSTOP)
    batches(remote, range(10, 16))
    silent.signal(signal.SIGCONT)
    until(lambda: len(cluster.state().workers) == 1 + whole)
    before = here.asked
    batches(remote, range(40, 43))
    assert here.asked == before


def test_a_silent_scheduler_is_given_up(processes, desk, model):
    scheduler = processes.scheduler()
    processes.worker()
    cluster, here = desk(wait=1.0), Here()
    remote = cluster.elsewhere(model, here)
    until(lambda: cluster.state().workers)
    scheduler.signal(signal.SIGSTOP)
    batches(remote, range(4))
    assert here.asked
    scheduler.signal(signal.SIGCONT)
    until(lambda: cluster.state().workers)
    before = here.asked
    batches(remote, range(50, 53))
    assert here.asked == before


def test_a_slow_worker_holds_nobody_up(processes, desk, model):
    processes.scheduler()
    fast = processes.worker()
    cluster, here = desk(), Here()
    remote = cluster.elsewhere(model, here)
    until(lambda: cluster.state().workers)
    batches(remote, range(3))
    processes.worker(FAKE_SECONDS="100000")
    until(lambda: len(cluster.state().workers) == 2)
    batches(remote, range(10, 16))
    assert (here.asked, fast.code) == (0, None)


def test_a_poisonous_text_is_taken_out_and_sent_no_more(processes, desk, model):
    processes.scheduler()
    workers = [processes.worker() for _ in range(3)]
    cluster, here = desk(wait=1.0), Here()
    remote = cluster.elsewhere(model, here)
    until(lambda: len(cluster.state().workers) == 3)
    batch = [*texts(1), ["▁deadly", f"▁{POISON}"], *texts(2)]
    pending = remote.translate_batch(batch, **OPTIONS)
    good = [one for at, one in enumerate(pending) if at != 4]
    assert said(good) == expected([*texts(1), *texts(2)])
    with pytest.raises(DeadlyText, match="ended the process"):
        pending[4].result()
    dead = [one.code for one in workers]
    assert dead.count(-signal.SIGKILL) in (1, 2)
    # It is known: no further worker dies of it, and the rest of its batch is computed.
    again = remote.translate_batch(batch, **OPTIONS)
    assert said(again[:4]) == expected(texts(1))
    with pytest.raises(DeadlyText):
        again[4].result()
    assert [one.code for one in workers] == dead
    state = cluster.state()
    assert (state.deadly, here.asked) == (1, 0)
    assert "1 of them put aside" in "\n".join(lines(state))


def other_weights(packages: Path, folder: Path) -> Path:
    """A copy of the packages with other weights under the same names."""
    shutil.copytree(packages, folder)
    for path in folder.glob("*/**/model.bin"):
        path.write_bytes(path.read_bytes() + b"\0")
    return folder


def nothing(packages: Path, folder: Path) -> Path:
    """A packages folder with the same models but the one from English to Portuguese."""
    shutil.copytree(packages, folder)
    Models(folder).remove("en", "pt")
    return folder


@pytest.mark.parametrize(
    ("packages", "version", "line", "remedy"),
    [
        (other_weights, "", "has another {key} than the desk", "copy the desk's package"),
        (nothing, "", "has no {key}", "babelwire models install en pt"),
        (None, "0.0.7", "has babelwire 0.0.7 instead of", "pip install babelwire=="),
    ],
)
def test_another_worker_gets_no_batch(
    processes, desk, model, tmp_path, packages, version, line, remedy
):
    processes.scheduler()
    folder = packages(processes.packages, tmp_path / "other") if packages else processes.packages
    more = {"FAKE_VERSION": version} if version else {}
    worker = processes.worker(packages=folder, **more)
    worker.says("connected to")
    cluster, here = desk(wait=2.0), Here()
    remote = cluster.elsewhere(model, here)
    batches(remote, range(2))
    assert here.asked == 2
    until(lambda: cluster.state().workers)
    (one,) = cluster.state().workers
    assert any(line.format(key=model.key) in said and remedy in said for said in one.refused)
    assert one.batches == 0
    right = processes.worker()
    right.says("connected to")
    until(lambda: len(cluster.state().workers) == 2)
    batches(remote, range(5, 8))
    assert here.asked == 2


def test_sigterm_hands_back_what_is_under_way(processes, desk, model):
    processes.scheduler()
    one = processes.worker(FAKE_SECONDS="0.5")
    cluster, here = desk(), Here()
    remote = cluster.elsewhere(model, here)
    until(lambda: cluster.state().workers)
    started = [(texts(at), remote.translate_batch(texts(at), **OPTIONS)) for at in range(5)]
    assert said(started[0][1]) == expected(started[0][0])
    one.signal(signal.SIGTERM)
    assert one.ends() == os.EX_OK
    assert "stopped" in one.said
    processes.worker()
    for batch, pending in started[1:]:
        assert said(pending) == expected(batch)
