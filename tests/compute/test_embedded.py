"""The scheduler in the daemon's process (`compute.embedded`), and what other processes see."""

import itertools
import socket
from collections.abc import Callable

import pytest

from pipeline.cli.overview import overview
from pipeline.compute import ComputeState, scheduler, state
from pipeline.compute.lines import lines
from pipeline.compute.pages import extract_here
from pipeline.config import Settings, load
from pipeline.daemon.computing import Computing
from pipeline.desk import Desk
from pipeline.store import Store, sqlite_url
from pipeline.web.backend import Status
from pipeline.web.workermetrics import metrics
from tests.compute.test_pages import page
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]


class FakeClock:
    """Seconds that pass only in `run`, which calls something every second."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def run(self, call: Callable[[], None], seconds: int) -> None:
        for _ in range(seconds):
            self.now += 1
            call()


def shown(settings: Settings) -> ComputeState:
    found = state.read(settings.state_dir)
    assert found is not None
    return found


@pytest.fixture
def embedded(processes, write_settings) -> Settings:
    text = f'scheduler = "{processes.address}"\nembedded = true\nwait = 0'
    return load(write_settings(f"[compute]\n{text}"))


def test_the_daemon_runs_the_scheduler_and_shows_the_workers(processes, write_settings):
    text = f'scheduler = "{processes.address}"\nembedded = true\nwait = 120'
    settings = load(write_settings(f"[compute]\n{text}"))
    computing = Computing()
    computing.start(settings)
    worker = processes.worker()
    worker.says("connected to")
    with Store(sqlite_url(settings.state_dir)) as store:
        desk = Desk(settings, store)
        assert Desk(settings, store).compute is desk.compute  # one connection for both
        assert desk.compute.extract(page(1)) == extract_here(page(1))
        until(lambda: desk.compute.state().workers)
        computing.show(desk)
        assert shown(settings) == desk.compute.state()
        assert [one.pages for one in shown(settings).workers] == [1]
        found = overview(settings, store)["compute"]
        assert state.from_dict(found) == shown(settings)
        samples = {
            (sample.name, sample.labels.get("worker"), sample.labels.get("usable")): sample.value
            for metric in metrics(Status(compute=shown(settings)).compute)
            for sample in metric.samples
        }
        address = shown(settings).workers[0].address
        assert samples["babelwire_compute_pages_total", address, None] == 1
        assert samples["babelwire_compute_pages_total", "desk", None] == 0
        assert samples["babelwire_compute_workers", None, "yes"] == 1

        # Other settings: the scheduler ends, and nothing is shown of it any more.
        computing.start(load(write_settings("")))
        worker.says("the connection is lost")
        assert state.read(settings.state_dir) is None
        computing.close()
        assert desk.compute.is_closed


def test_a_port_that_is_taken_is_said_once_and_tried_again_until_it_is_free(
    processes, embedded, caplog, monkeypatch
):
    """Who has the port is no scheduler, and never answers: work is computed here."""
    caplog.set_level("INFO")
    clock, tries = FakeClock(), []

    class Counted(scheduler.Embedded):
        def __init__(self, *arguments):
            tries.append(clock.now)
            super().__init__(*arguments)

    monkeypatch.setattr(scheduler, "Embedded", Counted)
    computing = Computing(clock)
    with Store(sqlite_url(embedded.state_dir)) as store, socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", processes.port))
        other.listen()
        computing.start(embedded)
        desk = Desk(embedded, store)
        assert desk.compute.extract(page(1)) == extract_here(page(1))
        clock.run(lambda: computing.show(desk), 500)
        pauses = [late - early for early, late in itertools.pairwise(tries)]
        assert pauses[:4] == sorted(pauses[:4]) and pauses[0] < 5 and max(pauses) <= 60
        assert len(pauses) < 20
        assert caplog.text.count("cannot listen") == 1
        [said] = [line for line in lines(shown(embedded)) if "cannot listen" in line]
        assert said.startswith("the daemon's scheduler does not run")

        other.close()
        clock.run(lambda: computing.show(desk), 60)
        assert "the scheduler of workers listens" in caplog.text
        until(lambda: desk.compute.state().connected)
        computing.show(desk)
        assert shown(embedded).embedded == "" and shown(embedded).connected
        computing.close()


def test_a_scheduler_that_is_there_is_used_and_replaced_when_it_ends(processes, embedded, caplog):
    caplog.set_level("INFO")
    other = processes.scheduler()
    clock = FakeClock()
    computing = Computing(clock)
    computing.start(embedded)
    with Store(sqlite_url(embedded.state_dir)) as store:
        desk = Desk(embedded, store)
        worker = processes.worker()
        worker.says("connected to")
        until(lambda: desk.compute.extract(page(1)) and desk.compute.state().workers)
        computing.show(desk)
        assert shown(embedded).connected and "cannot listen" in shown(embedded).embedded
        other.kill()
        clock.run(lambda: computing.show(desk), 60)
        assert "the scheduler of workers listens" in caplog.text
        until(lambda: worker.said.count("connected to") == 2)
        computing.close()


def test_a_scheduler_that_ends_by_a_fault_is_started_again(embedded, caplog):
    clock = FakeClock()
    computing = Computing(clock)
    computing.start(embedded)
    with Store(sqlite_url(embedded.state_dir)) as store:
        desk = Desk(embedded, store)
        first = computing._scheduler
        assert first is not None and first.is_running
        first.close()  # as by a fault: nobody has asked the daemon for it
        clock.run(lambda: computing.show(desk), 5)
        assert "has ended" in caplog.text
        assert computing._scheduler is not first and computing._scheduler.is_running
        computing.close()
        clock.run(lambda: computing.show(desk), 100)
        assert not computing._scheduler.is_running  # it was closed on purpose


def test_without_workers_nothing_is_shown():
    assert list(metrics(Status().compute)) == []
