"""The extraction of a page as a task: what goes in, and the function that does it anywhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import NamedTuple

from pipeline.article import Article, Selectors
from pipeline.extract import extract

# Extraction may need fifty times the size of a page in memory: large ones are read one at a time.
_LARGE = 1_000_000  # bytes
_one_large_page = Lock()


class PageWork(NamedTuple):
    """A page to extract the article of; the fields are the arguments of `extract`."""

    content: bytes
    url: str
    charset: str | None = None
    language: str | None = None
    selectors: Selectors = Selectors()
    part: int = 1


@contextmanager
def turn_of(work: PageWork, within: float = -1.0) -> Iterator[None]:
    """Wait until this process may begin to read a page, wherever that is done.

    Raises:
        TimeoutError: that was not `within` so many seconds (-1: it is waited for without a limit).
    """
    large = len(work.content) > _LARGE
    if large and not _one_large_page.acquire(timeout=within):
        raise TimeoutError
    try:
        yield
    finally:
        if large:
            _one_large_page.release()


def extract_here(work: PageWork) -> Article:
    """Return the article of a page, computed in this process.

    Raises:
        NotAnArticle: the page holds none.
        Exception: a bug in extraction.
    """
    with turn_of(work):
        return extract(
            work.content,
            work.url,
            charset=work.charset,
            language=work.language,
            selectors=work.selectors,
            part=work.part,
        )
