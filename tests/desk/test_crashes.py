"""What becomes of the pages that are read while the process ends: by a signal, or by a page."""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.article import Page, Reference, Source
from pipeline.cli import statuslines
from pipeline.cli.context import open_store
from pipeline.cli.overview import overview
from pipeline.compute import separate
from pipeline.config import load
from pipeline.desk import Desk, Report, apart, collector
from pipeline.errors import NotAnArticle
from pipeline.store import Known
from tests.conftest import PAGE, ROOT, write_page
from tests.waiting import until

SLUGS = ("bridge", "ferry", "market")
FOLDER = """
[[sources]]
id = "town"
kind = "folder"
path = "pages"
language = "en"
[[feeds]]
id = "first"
title = "First"
languages = ["en"]
"""
TOWN = Source(id="town", kind="folder", path="pages")
# A parser that ends its process at the pages of a certain kind, and reads others.
DEADLY = """
import os, sys
sys.path[:] = sys.argv[1:]
from pipeline.compute import pages, separate
whole = pages.extract
def deadly(content, url, **options):
    if b"about the ferry" in content:
        os.kill(os.getpid(), {number})
    return whole(content, url, **options)
pages.extract = deadly
separate.answer()
"""


class Killed(BaseException):
    """The process was killed."""


@pytest.fixture
def settings(tmp_path: Path, write_settings: Callable[..., Path]) -> Path:
    for slug in SLUGS:
        write_page(tmp_path / "pages", slug, f"The {slug} news", f"It was about the {slug}.")
    return write_settings(FOLDER)


def run(settings: Path, later: timedelta = timedelta()) -> Report:
    loaded = load(settings)
    with open_store(loaded) as store:
        clock = Desk(loaded, store)._clock
        return Desk(loaded, store, clock=lambda: clock() + later).run()


def known(settings: Path) -> dict[str, Known]:
    loaded = load(settings)
    with open_store(loaded) as store:
        found = store.references.announced("town", since=_beginning(store))
    return {Path(one.reference.url).stem: one for one in found}


def _beginning(store):
    return store.sources.state("town").visit_at or min(
        one.started for one in store.passes.latest(100)
    )


def shown(settings: Path) -> str:
    loaded = load(settings)
    with open_store(loaded) as store:
        return "\n".join(statuslines.lines(overview(loaded, store)))


def published(settings: Path) -> set[str]:
    path = settings.parent / "output/first/en.json"
    text = path.read_text("utf-8") if path.exists() else ""
    return {slug for slug in SLUGS if f"news.example.org/{slug}" in text}


def kill_at(monkeypatch: pytest.MonkeyPatch, slug: str) -> Callable[[], None]:
    """Have this process killed when it begins to read a page, wherever; returns what ends that."""
    whole, whole_apart = collector.extract_page, collector.extract_apart

    def killed(reading):
        def read(page, source, part=1, **options):
            if f"about the {slug}".encode() in page.content:
                raise Killed
            return reading(page, source, part, **options)

        return read

    monkeypatch.setattr(collector, "extract_page", killed(whole))
    monkeypatch.setattr(collector, "extract_apart", killed(whole_apart))

    def end() -> None:
        monkeypatch.setattr(collector, "extract_page", whole)
        monkeypatch.setattr(collector, "extract_apart", whole_apart)

    return end


@pytest.mark.parametrize(
    "slug", ["ferry", *(pytest.param(one, marks=pytest.mark.slow) for one in ("bridge", "market"))]
)
def test_a_page_during_which_the_process_was_killed_is_read_at_the_next_start(
    settings, slug, monkeypatch
):
    well = kill_at(monkeypatch, slug)
    for _ in range(2):
        with pytest.raises(Killed):
            run(settings)
        assert known(settings)[slug].state == "waiting"  # not failed: nothing is wrong with it
    well()
    report = run(settings)
    assert not report.failures and published(settings) == set(SLUGS)
    assert known(settings)[slug].crashes == 0


def test_a_page_that_ends_the_process_again_and_again_waits_and_is_shown(settings, monkeypatch):
    well = kill_at(monkeypatch, "bridge")  # which comes first, but for what has happened
    for _ in range(3):
        with pytest.raises(Killed):
            run(settings)
    run(settings)
    assert published(settings) == {"ferry", "market"}
    assert "the process ended 3 times while it read this page" in shown(settings)
    assert "again at" in shown(settings)
    with pytest.raises(Killed):
        run(settings, timedelta(seconds=11))
    run(settings, timedelta(seconds=30))  # twice as long
    well()
    run(settings, timedelta(seconds=32))
    assert published(settings) == set(SLUGS)
    assert "the process ended" not in shown(settings)


def test_a_page_that_was_stored_before_keeps_its_article(settings, monkeypatch):
    run(settings)
    write_page(settings.parent / "pages", "ferry", "The ferry news", "More about the ferry.")
    well = kill_at(monkeypatch, "ferry")
    for _ in range(4):
        with suppress(Killed):
            run(settings)
        assert published(settings) == set(SLUGS)
    well()
    run(settings, timedelta(minutes=1))
    assert known(settings)["ferry"].state == "done"
    assert "More about the ferry" in (settings.parent / "output/first/en.json").read_text()


@pytest.mark.parametrize(
    "number", [signal.SIGKILL, pytest.param(signal.SIGSEGV, marks=pytest.mark.slow)]
)
def test_a_page_that_kills_ends_this_process_twice(settings, number, monkeypatch):
    well = kill_at(monkeypatch, "ferry")
    for _ in range(2):
        with pytest.raises(Killed):
            run(settings)
    well()
    monkeypatch.setattr(separate, "_PROGRAM", DEADLY.format(number=int(number)))
    [failure] = run(settings).failures
    assert "ends the process that does it" in str(failure) and number.name in str(failure)
    assert published(settings) == {"bridge", "market"}
    one = known(settings)["ferry"]
    assert (one.state, one.attempts) == ("failed", 1) and one.retry_at is not None
    run(settings, timedelta(minutes=6))  # again in a process of its own
    assert known(settings)["ferry"].attempts == 2
    monkeypatch.undo()
    run(settings, timedelta(minutes=20))
    assert published(settings) == set(SLUGS)


def read_apart(html: bytes):
    reference = Reference(source="town", url="https://news.example.org/ferry")
    headers = {"content-type": "text/html; charset=utf-8"}
    return apart.extract_apart(
        Page(reference=reference, url=reference.url, content=html, headers=headers), TOWN
    )


def test_what_is_read_apart_is_what_is_read_here():
    html = PAGE.format(language="en", slug="ferry", title="The ferry", text="Word. " * 9, day=2)
    html += "<p>and more</p>" * 6_000  # more than a pipe holds
    there = read_apart(html.encode())
    page = Page(
        reference=Reference(source="town", url=there.url),
        url=there.url,
        content=html.encode(),
        headers={"content-type": "text/html; charset=utf-8"},
    )
    assert there.title == "The ferry" and there == apart.extract_page(page, TOWN)


def test_a_page_without_an_article_is_refused_apart_as_well():
    with pytest.raises(NotAnArticle) as refused:
        read_apart(b"<html><body><p>Hello</p></body></html>")
    assert refused.value.reason and refused.value.thing


def test_a_fault_of_the_extraction_is_one_apart_as_well(monkeypatch):
    program = (
        "import sys; sys.path[:] = sys.argv[1:]; from pipeline.compute import pages, separate\n"
        "class Odd(Exception):\n def __init__(self, one, two): super().__init__('odd')\n"
        "def read(*_, **__): raise Odd(1, 2)\n"
        "pages.extract = read\nseparate.answer()"
    )
    monkeypatch.setattr(separate, "_PROGRAM", program)
    with pytest.raises(RuntimeError, match="Odd: odd"):
        read_apart(b"<p>")


def test_the_other_process_ends_with_this_one(tmp_path):
    """Whatever it is doing: here it says which one it is, and reads for ever."""
    noted = tmp_path / "pid"
    endless = (
        "import os, sys, time; sys.path[:] = sys.argv[1:]\n"
        "from pipeline.compute import pages, separate\n"
        f"def read(*_, **__):\n open({str(noted)!r} + '~', 'w').write(str(os.getpid()))\n"
        f" os.rename({str(noted)!r} + '~', {str(noted)!r})\n"
        " while True: time.sleep(0.01)\n"
        "pages.extract = read\nseparate.answer()"
    )
    reference = Reference(source="town", url="https://news.example.org/ferry")
    page = Page(reference=reference, url=reference.url, content=b"<p>", headers={})
    program = (
        "import pickle, sys\n"
        "from pipeline.compute import separate\nfrom pipeline.desk import apart\n"
        "separate._PROGRAM = sys.argv[1]\n"
        "apart.extract_apart(*pickle.load(sys.stdin.buffer))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, endless], stdin=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdin is not None
        process.stdin.write(pickle.dumps((page, TOWN)))
        process.stdin.close()
        until(noted.exists, "the other process")
        process.kill()
    other = int(noted.read_text())
    until(lambda: not _lives(other), "its end")


def _lives(process: int) -> bool:
    """Whether a process runs, and is not only waiting to be forgotten."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        return True
    return status.rpartition(")")[2].split()[0] != "Z"
