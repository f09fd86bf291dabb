"""Extracts the article of a page, and joins an article that continues on further pages.

Takes a page, its source and a function that fetches another page; returns one article. It is marked
partial if one of its further pages could not be fetched.
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from pipeline.article import Article, Page, Source
from pipeline.compute.pages import PageWork, extract_here
from pipeline.desk.guard import guard
from pipeline.errors import BabelwireError

log = logging.getLogger(__name__)


def extract_page(
    page: Page,
    source: Source,
    part: int = 1,
    *,
    extracting: Callable[[PageWork], Article] = extract_here,
) -> Article:
    """The article on a page of the source; `part` is the page's number in its article, from 1.

    `extracting` does what `extract_here` does, perhaps elsewhere.

    Raises:
        NotAnArticle: the page holds none.
        Exception: a bug in extraction; call this inside `guard`.
    """
    article = extracting(
        PageWork(
            page.content,
            page.url,
            charset=page.charset,
            language=source.language,
            selectors=source.selectors,
            part=part,
        )
    )
    for kind in source.selectors.missed(article.origins):
        log.warning(
            "%s: no selector of `%s` matches the page: it was found without",
            page.url,
            kind,
            extra={"source": source.id},
        )
    return article


def joined(
    article: Article,
    source: Source,
    get: Callable[[str], Page | None],
    extracting: Callable[[Page, Source, int], Article] = extract_page,
) -> Article:
    """The article joined with its further pages, at most `source.join_pages` in all.

    `get` fetches a page, `extracting` reads it. A page that cannot be fetched or holds no article
    ends the article and marks it as partial, and so do pages beyond `source.join_pages`. A page
    with the same text as an earlier one ends the article.
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
                part = extracting(page, source, len(parts) + 1)
        except BabelwireError as error:
            log.warning("%s", error, extra={"source": source.id})
            return _join(parts, partial=True)
        if any(part.text == other.text for other in parts):
            break
        parts.append(part)
    else:
        left = parts[-1].next_page
        return _join(parts, partial=parts[-1].partial or bool(left and left not in seen))
    return _join(parts, partial=parts[-1].partial)


MORE_PAGES = "has articles of several pages, whose first is read: set `join_pages` to join them"
"""What a person should know of a source that does not join the pages of its articles."""


def _join(parts: list[Article], *, partial: bool) -> Article:
    return replace(
        parts[0],
        html="\n".join(part.html for part in parts),
        text="\n\n".join(part.text for part in parts),
        partial=partial,
    )
