"""The scheduler in the daemon's process (`compute.embedded`), and what other processes see."""

import pytest

from pipeline.cli.overview import overview
from pipeline.compute import state
from pipeline.compute.pages import extract_here
from pipeline.config import load
from pipeline.daemon.computing import Computing
from pipeline.desk import Desk
from pipeline.store import Store, sqlite_url
from pipeline.web.backend import Status
from pipeline.web.workermetrics import metrics
from tests.compute.test_pages import page
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]


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
        shown = state.read(settings.state_dir)
        assert shown == desk.compute.state()
        assert [one.pages for one in shown.workers] == [1]
        found = overview(settings, store)["compute"]
        assert state.from_dict(found) == shown
        samples = {
            (sample.name, sample.labels.get("worker"), sample.labels.get("usable")): sample.value
            for metric in metrics(Status(compute=shown).compute)
            for sample in metric.samples
        }
        address = shown.workers[0].address
        assert samples["babelwire_compute_pages_total", address, None] == 1
        assert samples["babelwire_compute_pages_total", "desk", None] == 0
        assert samples["babelwire_compute_workers", None, "yes"] == 1

        # Other settings: the scheduler ends, and nothing is shown of it any more.
        computing.start(load(write_settings("")))
        worker.says("the connection is lost")
        assert state.read(settings.state_dir) is None
        computing.close()
        assert desk.compute.is_closed


def test_an_address_in_use_is_said_and_work_goes_on(processes, write_settings, caplog):
    processes.scheduler()
    text = f'scheduler = "{processes.address}"\nembedded = true'
    computing = Computing()
    computing.start(load(write_settings(f"[compute]\n{text}")))
    assert "the scheduler cannot listen there" in caplog.text
    computing.close()


def test_without_workers_nothing_is_shown():
    assert list(metrics(Status().compute)) == []
