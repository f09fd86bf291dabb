"""Extracts a page in a process of its own: one during which this process has ended before.

Takes a page and its source; returns the article, or raises what the extraction raises. If that
process ends, too, `Died` says so, and this one goes on.
"""

from pipeline.article import Article, Page, Source
from pipeline.compute import separate
from pipeline.compute.pages import PageWork, extract_here, turn_of
from pipeline.desk.multipage import extract_page
from pipeline.errors import FetchError


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
    try:
        with turn_of(work):
            return separate.call(extract_here, work)
    except separate.Ended as ended:
        raise Died(
            work.url,
            f"reading this page ends the process that does it ({ended})",
            "please report it; `exclude` its address to be rid of it",
            retry=True,
        ) from None
