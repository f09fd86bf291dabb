"""The article on a page of a source, joined with the pages it continues on.

In: a page, the settings of its source, and a function that fetches another page. Out: one article;
it is marked partial where one of its further pages could not be fetched.
"""

import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from threading import Lock

from pipeline.article import Article, Page, Source
from pipeline.desk.guard import guard
from pipeline.errors import BabelwireError
from pipeline.extract import extract

log = logging.getLogger(__name__)

# A page may take fifty times its size while it is read: of large ones there is one at a time.
_LARGE = 1_000_000  # bytes
_one_large_page = Lock()


def extract_page(page: Page, source: Source, part: int = 1) -> Article:
    """The article on a page of the source; `part` is the page's number in an article of several.

    Raises:
        NotAnArticle: the page holds none.
        Exception: the page broke the extractor.
    """
    with _one_large_page if len(page.content) > _LARGE else nullcontext():
        article = extract(
            page.content,
            page.url,
            charset=page.charset,
            language=source.language,
            selectors=source.selectors,
            part=part,
        )
    for kind in source.selectors.missed(article.origins):
        log.warning(
            "%s: no selector of `%s` fits the page: it was looked for",
            page.url,
            kind,
            extra={"source": source.id},
        )
    return article


def joined(article: Article, source: Source, get: Callable[[str], Page | None]) -> Article:
    """The article with the pages it goes on over, `source.join_pages` in all.

    `get` fetches a page. One that cannot be had, or holds no article, ends it and marks it as
    partial; one that says the same again ends it.
    """
    parts = [article]
    seen = {article.url}
    while len(parts) < source.join_pages and (address := parts[-1].next_page):
        if address in seen:
            break
        seen.add(address)
        try:
            page = get(address)
            if page is None or (page.url in seen and page.url != address):
                break
            with guard(address, "the page"):
                part = extract_page(page, source, len(parts) + 1)
        except BabelwireError as error:
            log.warning("%s", error, extra={"source": source.id})
            return _whole(parts, partial=True)
        if any(part.text == other.text for other in parts):
            break
        parts.append(part)
    return _whole(parts, partial=parts[-1].partial)


def _whole(parts: list[Article], *, partial: bool) -> Article:
    return replace(
        parts[0],
        html="\n".join(part.html for part in parts),
        text="\n\n".join(part.text for part in parts),
        partial=partial,
    )
