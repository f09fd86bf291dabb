"""Pages extracted by real workers, in bundles, on good and bad days."""

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from pipeline.compute.pages import PageWork, extract_here
from pipeline.errors import BabelwireError, NotAnArticle
from tests.compute.fakemodel import POISON
from tests.conftest import PAGE
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]


def page(number: int, text: str = "It was opened by the mayor herself.") -> PageWork:
    slug = f"bridge-{number}"
    html = PAGE.format(
        language="en", title=f"The {number}th bridge is open", slug=slug, day=2, text=text
    )
    return PageWork(html.encode(), f"https://news.example.org/{slug}")


def outcome(extract, work):
    try:
        return extract(work)
    except BabelwireError as error:
        return type(error), str(error)


def all_at_once(cluster, works):
    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(lambda one: outcome(cluster.extract, one), works))


def test_workers_read_pages_as_this_process_does(processes, desk):
    processes.scheduler()
    processes.worker()
    cluster = desk()
    wall = PageWork(b"<html><title>Not found</title><h1>404</h1></html>", "https://a.example/404")
    works = [*map(page, range(9)), wall]
    found = all_at_once(cluster, works)
    assert found == [outcome(extract_here, one) for one in works]
    assert found[-1][0] is NotAnArticle
    state = cluster.state()
    assert (sum(one.pages for one in state.workers), state.local_pages) == (10, 0)
    with pytest.raises(TypeError, match="wants the bytes of a page"):
        cluster.extract(PageWork("no bytes", "https://a.example/"))


def test_a_worker_killed_in_a_bundle_loses_no_page(processes, desk):
    processes.scheduler()
    one, two = (processes.worker(FAKE_PAGE_SECONDS="0.2") for _ in range(2))
    cluster = desk(wait=1.0)
    cluster.extract(page(99))
    until(lambda: len(cluster.state().workers) == 2)
    works = list(map(page, range(30)))
    with ThreadPoolExecutor(len(works)) as pool:
        coming = [pool.submit(cluster.extract, work) for work in works]
        until(lambda: any(each.done() for each in coming))
        one.kill()
        until(lambda: sum(each.done() for each in coming) > 10)
        two.kill()  # the desk goes on alone
        found = [each.result() for each in coming]
    assert found == list(map(extract_here, works))


def test_a_poisonous_page_is_put_aside_and_its_bundle_read(processes, desk):
    processes.scheduler()
    workers = [processes.worker() for _ in range(3)]
    cluster = desk(wait=1.0)
    cluster.extract(page(99))
    until(lambda: len(cluster.state().workers) == 3)
    bundle = [page(1), page(2, f"They ate {POISON} berries."), page(3)]
    found = cluster._extract_bundle(bundle)
    assert [found[0], found[2]] == [extract_here(bundle[0]), extract_here(bundle[2])]
    assert isinstance(found[1], BabelwireError)
    assert "ended the process" in str(found[1])
    dead = [one.code for one in workers]
    assert dead.count(-signal.SIGKILL) in (1, 2)
    assert cluster.state().deadly == 1
    assert cluster.extract(page(4)) == extract_here(page(4))
