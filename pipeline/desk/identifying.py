"""Decides which stored article a page belongs to, even if its canonical URL is wrong.

Takes an extracted article, its page, its reference and the store; returns the article, perhaps with
a corrected URL, and the key that identifies it. A canonical URL is not used if a different article
is stored under it. A page with the text of a stored article is not taken for a new one.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from pipeline.article import Article, Page
from pipeline.ingest import fingerprint, identity, is_same_story
from pipeline.store import Known, Store

# How far back the same text is looked for if the article has no date.
_LOOK_BACK = timedelta(days=14)


def identified(
    article: Article, page: Page, known: Known, store: Store, now: datetime
) -> tuple[Article, str]:
    """The article and its key, both corrected if its canonical URL cannot be right.

    Some templates and caches put the canonical URL of one page on all pages of a site (RFC 6596 §5
    warns of it): the articles would replace one another. Other sites give each visitor different
    URLs: the same articles would be new in each visit.
    """
    if "#" in known.reference.url:
        return _of_shared_address(article, known.reference.url, store)
    own, key = identity(page.url), identity(article.url)
    holder = store.articles.of_key(key)
    if holder is None:
        twin = None if known.article else _twin(article, known.reference.source, store, now)
        return (article, key) if twin is None else (replace(article, url=twin[0]), twin[1])
    name, held = holder
    if name == known.article or is_one(held, article):
        return article, key
    if key != own:
        return replace(article, url=page.url), own
    # The canonical URL is the page's own address. Was the other article ever found there, or does
    # it only claim this URL? In the second case this article gets a key of its own.
    found_there = any(identity(url) == key for url in store.articles.addresses(name))
    return article, key if found_there else f"{key}#"


def _of_shared_address(article: Article, url: str, store: Store) -> tuple[Article, str]:
    """The article and key of an entry that shares its address with others.

    Where the address is all that the entries have, all of them are the one article that is there.
    """
    key = identity(url)
    holder = store.articles.of_key(key)
    if holder is not None and is_one(holder[1], article):
        return article, key
    return replace(article, url=url), f"{key}#{urlsplit(url).fragment}"


def _twin(article: Article, source: str, store: Store, now: datetime) -> tuple[str, str] | None:
    """The address and key of a stored article of the source with the same title, text and date."""
    dated = article.published
    since, until = (dated, dated) if dated and dated <= now else (now - _LOOK_BACK, now)
    return store.articles.twin(source, article, since, until)


def is_one(one: Article, other: Article) -> bool:
    """Return whether two texts may be the same article, perhaps edited meanwhile."""
    if _folded(one.title) == _folded(other.title) or _folded(one.text) == _folded(other.text):
        return True
    return is_same_story(fingerprint(one.text), fingerprint(other.text))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
