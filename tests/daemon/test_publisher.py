"""What visits bring is published, and what an earlier daemon has left."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from queue import SimpleQueue

import pytest

from pipeline.daemon import publisher as module
from pipeline.daemon.publisher import Publisher
from pipeline.desk import Report
from pipeline.desk.report import SourceReport
from pipeline.errors import PublishError
from tests.waiting import LONG, until


def visit(name: str, **brought: int) -> Report:
    report = Report(started=datetime.now(UTC))
    report.sources[name] = SourceReport(**brought)
    return report


class Press:
    """Notes for which sources it was called; fails as often as `failures` says."""

    trouble: Exception | None = None  # raised instead of reported
    stage = "publish"

    def __init__(self, failures: int = 0) -> None:
        self.calls: list[list[str]] = []
        self.failures = failures

    def __call__(self, brought: list[Report], names: list[str]) -> Report:
        self.calls.append(names)
        if self.trouble is not None:
            raise self.trouble
        report = Report(started=datetime.now(UTC))
        if len(self.calls) <= self.failures:
            report.fail(self.stage, PublishError("a.rss", "cannot be written"))
        return report


class Queue(SimpleQueue):
    """Counts what is put in, and how often its reader came for more: it is done with the rest."""

    def __init__(self) -> None:
        self.given = self.asked = 0

    def put(self, one: Report | None) -> None:
        self.given += 1
        super().put(one)

    def get(self, block: bool = True, timeout: float | None = None) -> Report | None:
        self.asked += 1
        return super().get(block, timeout)


@contextmanager
def working(press: Press) -> Iterator[Publisher]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SimpleQueue", Queue)
        publisher = Publisher(press)
    publisher.start()
    try:
        yield publisher
    finally:
        assert publisher.end(LONG)


def hand_in(publisher: Publisher, *reports: Report) -> None:
    """One after the other, as if each visit ended after the last was published."""
    queue = publisher._brought
    for report in reports:
        publisher.put(report)
        until(lambda: queue.asked > queue.given, "the publisher's coming back for more")


def test_the_first_visit_has_everything_published_whatever_it_brings():
    press = Press()
    with working(press) as publisher:
        hand_in(publisher, visit("a"), visit("b"), visit("b", new=1), visit("c"))
        hand_in(publisher, visit("d", carried=1), visit("e", unchanged=1))
    assert press.calls == [[], ["b"], ["d"]]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is retried without a pause."""
    monkeypatch.setattr(module, "_FIRST_RETRY", 0.0)


@pytest.mark.usefixtures("at_once")
def test_a_full_pass_that_failed_is_made_again_by_itself():
    press = Press(failures=2)
    with working(press) as publisher:
        hand_in(publisher, visit("a"))
        until(lambda: len(press.calls) == 3, "the pass that works")
        publisher.put(visit("b"))
        publisher.put(visit("c", new=1))
        until(lambda: len(press.calls) == 4, "the pass of the news")
    assert press.calls[:3] == [[], [], []] and press.calls[3][-1] == "c"


@pytest.mark.parametrize(
    "failure", [PublishError("a.rss", "cannot be written"), RuntimeError("out of order")]
)
def test_what_failed_is_made_again_at_its_time_and_not_with_every_visit(failure, monkeypatch):
    press = Press()
    with working(press) as publisher:
        hand_in(publisher, visit("a"))
        press.trouble = failure
        hand_in(publisher, visit("b", new=1), visit("c"), visit("d", new=1), visit("c"))
        assert press.calls == [[], ["b"], ["d"]]
        press.trouble = None
        publisher._retry_at = 0.0
        hand_in(publisher, visit("c"))
        until(lambda: len(press.calls) == 4, "the pass that works")
        hand_in(publisher, visit("e"), visit("f", new=1))
    assert press.calls[:3] == [[], ["b"], ["d"]]
    assert press.calls[3] == ["b", "d", "c"] and press.calls[4] == ["f"]


def test_a_full_disk_does_not_make_each_visit_a_pass():
    press = Press(failures=1000)
    with working(press) as publisher:
        hand_in(publisher, visit("a", new=1), *(visit("b") for _ in range(20)))
    assert press.calls == [[]]


@pytest.mark.usefixtures("at_once")
def test_failures_elsewhere_are_no_reason_for_another_pass():
    press = Press()
    with working(press) as publisher:
        hand_in(publisher, visit("a"))
        press.failures = 1000
        for press.stage in ("translate", "notify", "fetch"):
            hand_in(publisher, visit("b", new=1), visit("c"))
    assert press.calls == [[], ["b"], ["b"], ["b"]]


def test_everything_is_looked_after_when_models_were_installed():
    press = Press()
    with working(press) as publisher:
        hand_in(publisher, visit("a"), visit("b"))
        publisher.look_after_all()
        until(lambda: press.calls == [[], []], "a pass over everything")
        hand_in(publisher, visit("c"), visit("d", new=1))
    assert press.calls == [[], [], ["d"]]


def test_everything_is_looked_after_now_and_then(monkeypatch: pytest.MonkeyPatch):
    press = Press()
    with working(press) as publisher:
        monkeypatch.setattr(module, "_FULL_PASS_EVERY", -math.inf)
        hand_in(publisher, visit("a"))
        monkeypatch.undo()
        hand_in(publisher, visit("b"), visit("c"))
    assert press.calls == [[], []]
