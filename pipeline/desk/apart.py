"""Extracts a page in a process of its own: one during which this process has ended before.

Takes a page and its source; returns the article, or raises what the extraction raises. If the
process ends, by a fault in a parser or for want of memory, `Died` says so, and this one goes on. It
ends when this one is killed.
"""

import os
import pickle
import select
import signal
import subprocess
import sys
from contextlib import suppress
from threading import Lock
from typing import IO, cast

from pipeline.article import Article, Page, Source
from pipeline.compute.pages import PageWork, turn_of
from pipeline.desk.multipage import extract_page
from pipeline.errors import FetchError

# The program of the process. It finds the same modules as this one.
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; import pipeline.extract.answering as a"
_PROGRAM += "; a.answer_one()"
_TURN = 1.0  # seconds between two looks at the answer, between which a step can be cut off
_one_at_a_time = Lock()  # a process needs as much memory as a small daemon


class Died(FetchError):  # noqa: N818
    """The process that read the page has ended without an answer."""


def extract_apart(page: Page, source: Source, part: int = 1) -> Article:
    """The article on a page of the source, like `extract_page`.

    Raises:
        NotAnArticle: the page holds none.
        Died: reading the page ends the process that does it.
    """
    return extract_page(page, source, part, extracting=_extract)


def _extract(work: PageWork) -> Article:
    """The article on a page, like `extract_here`."""
    options = work._asdict()
    question = pickle.dumps((options.pop("content"), options.pop("url"), options))
    with turn_of(work):
        while not _one_at_a_time.acquire(timeout=_TURN):
            pass
        try:
            answer, code = _answer(question)
        finally:
            _one_at_a_time.release()
    try:
        found = pickle.loads(answer)  # noqa: S301 - of a process of ours
    except (EOFError, pickle.UnpicklingError):
        raise Died(
            work.url,
            f"reading this page ends the process that does it ({_ended(code)})",
            "please report it; `exclude` its address to be rid of it",
            retry=True,
        ) from None
    if isinstance(found, Exception):
        raise found
    return cast(Article, found)


def _answer(question: bytes) -> tuple[bytes, int]:
    """What the process answers, and its exit status; a negative one is the number of a signal."""
    process = subprocess.Popen(  # noqa: S603 - this very program
        [sys.executable, "-c", _PROGRAM, *sys.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        with suppress(BrokenPipeError):
            _write(process.stdin, question)
        answer = _all_of(process.stdout)
        if not answer:
            process.wait()  # it has closed its end because it ends
        return answer, process.poll() or 0
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def _write(file: IO[bytes], content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(file.fileno(), left) :]


def _all_of(file: IO[bytes]) -> bytes:
    parts: list[bytes] = []
    while True:
        if not select.select([file], [], [], _TURN)[0]:
            continue
        part = os.read(file.fileno(), 1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)


def _ended(code: int) -> str:
    """How a process has ended, for people."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
