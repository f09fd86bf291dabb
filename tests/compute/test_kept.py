"""A process that is kept for calls: what it returns and raises, when it ends and begins again."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from pipeline.compute import separate
from pipeline.compute.kept import Kept, Late
from pipeline.errors import NotAnArticle
from tests.waiting import LONG, until


@pytest.fixture
def kept():
    one = Kept()
    yield one
    one.close()


def refuses(thing: str) -> None:
    raise NotAnArticle(thing, "is no article", "take another")


def for_ever() -> None:
    while True:
        time.sleep(LONG)


def shouts() -> str:
    print("what a library says is no answer", flush=True)  # noqa: T201
    return "quietly"


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_one_process_answers_one_call_after_another(kept):
    first = kept.call(os.getpid, limit=LONG)
    assert first not in (os.getpid(), 0)
    assert kept.call(sorted, [3, 1, 2], limit=LONG) == [1, 2, 3]
    large = b"x" * 3_000_000  # more than a pipe holds, in both directions
    assert kept.call(bytes.upper, large, limit=LONG) == large.upper()
    assert kept.call(shouts, limit=LONG) == "quietly"
    with pytest.raises(NotAnArticle, match="is no article") as error:
        kept.call(refuses, "a page", limit=LONG)
    assert (error.value.thing, error.value.remedy) == ("a page", "take another")
    assert kept.call(os.getpid, limit=LONG) == first


def test_a_call_without_an_end_is_ended_and_another_process_answers_the_next(kept):
    first = kept.call(os.getpid, limit=LONG)
    with pytest.raises(Late):
        kept.call(for_ever, limit=0.2)
    assert not is_alive(first)
    assert kept.call(os.getpid, limit=LONG) not in (first, os.getpid())


def test_a_call_waits_for_others_no_longer_than_its_limit(kept):
    begun = Event()

    def first() -> None:
        begun.set()
        with pytest.raises(separate.Ended):
            kept.call(for_ever, limit=LONG)

    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(first)
        assert begun.wait(LONG)
        until(lambda: kept._turn.locked())
        with pytest.raises(Late):
            kept.call(os.getpid, limit=0.2)
        kept.close()  # which ends the other
        under_way.result(LONG)


def test_a_process_that_ends_by_itself_says_how(kept):
    with pytest.raises(separate.Ended, match="exit code 3"):
        kept.call(os._exit, 3, limit=LONG)
    assert kept.call(os.getpid, limit=LONG)


def test_a_process_without_calls_ends_and_so_does_that_of_one_who_closes():
    idle = Kept(idle=0.0)
    process = idle.call(os.getpid, limit=LONG)
    until(lambda: not is_alive(process), "the end of the idle process")
    assert idle.call(os.getpid, limit=LONG) != process
    idle.close()
    other = Kept()
    process = other.call(os.getpid, limit=LONG)
    other.close()
    assert not is_alive(process)
