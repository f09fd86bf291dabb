"""Pages gather into bundles while workers are busy; each thread gets its own article."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from pipeline.compute.bundles import MOST_BYTES, MOST_PAGES, Bundles
from pipeline.compute.pages import PageWork
from tests.waiting import LONG, until


def work(number: int, size: int = 1) -> PageWork:
    return PageWork(b"x" * size, str(number))


class Workers:
    """Answers with the addresses of pages; the first bundle waits until it is let go."""

    def __init__(self) -> None:
        self.bundles: list[list[str]] = []
        self.go = Event()

    def __call__(self, works):
        self.bundles.append([one.url for one in works])
        if len(self.bundles) <= 2:
            assert self.go.wait(LONG)
        return [one.url for one in works]


def test_what_gathers_goes_together():
    workers = Workers()
    bundles = Bundles(lambda: 1, workers)
    with ThreadPoolExecutor(40) as pool:
        coming = [pool.submit(bundles.extract, work(one)) for one in range(2)]
        until(lambda: len(workers.bundles) == 2)  # a page goes out at once while workers are idle
        coming += [pool.submit(bundles.extract, work(one)) for one in range(2, 40)]
        until(lambda: len(bundles._waiting) == 38)
        workers.go.set()
        assert [one.result(LONG) for one in coming] == [str(one) for one in range(40)]
    assert sorted(map(len, workers.bundles)) == [1, 1, 6, MOST_PAGES, MOST_PAGES]


def test_large_pages_go_alone():
    workers = Workers()
    bundles = Bundles(lambda: 1, workers)
    with ThreadPoolExecutor(6) as pool:
        coming = [pool.submit(bundles.extract, work(one)) for one in range(2)]
        until(lambda: len(workers.bundles) == 2)
        coming += [pool.submit(bundles.extract, work(one, MOST_BYTES)) for one in range(2, 5)]
        until(lambda: len(bundles._waiting) == 3)
        workers.go.set()
        assert [one.result(LONG) for one in coming] == [str(one) for one in range(5)]
    assert set(map(len, workers.bundles)) == {1}


def test_without_workers_each_thread_reads_its_page():
    workers = Workers()
    workers.go.set()
    bundles = Bundles(lambda: 0, workers)
    with ThreadPoolExecutor(9) as pool:
        found = list(pool.map(lambda one: bundles.extract(work(one)), range(30)))
    assert found == [str(one) for one in range(30)]
    assert set(map(len, workers.bundles)) == {1}


def test_a_bundle_that_breaks_is_an_error_of_each_page():
    def broken(_):
        raise MemoryError("full")

    found = Bundles(lambda: 1, broken).extract(work(1))
    assert isinstance(found, MemoryError)
    with pytest.raises(MemoryError):
        raise found
