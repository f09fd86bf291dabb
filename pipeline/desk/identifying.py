"""Which article a page holds, where the page is wrong about that.

In: an extracted article, its page and reference, the store. Out: the article with an address of its
own, and the key by which it is recognised. Refuses to believe a canonical address under which quite
another article is known, and to take a page for a new article whose words are there already.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.article import Article, Page
from pipeline.ingest import fingerprint, identity, is_same_story
from pipeline.store import Known, Store

# How far back an article without a date is looked for.
_LOOK_BACK = timedelta(days=14)


def identified(
    article: Article, page: Page, known: Known, store: Store, now: datetime
) -> tuple[Article, str]:
    """The article and its key; both change where its canonical address cannot be its own.

    Templates and caches put one page's canonical address on all of a site's (RFC 6596 §5 warns of
    that): its articles would replace one another. And sites give each visitor addresses of his own:
    their articles would be new with each asking.
    """
    own, key = identity(page.url), identity(article.url)
    holder = store.articles.of_key(key)
    if holder is None:
        twin = None if known.article else _twin(article, known.reference.source, store, now)
        return (article, key) if twin is None else (replace(article, url=twin[0]), twin[1])
    name, held = holder
    if name == known.article or _is_one(held, article):
        return article, key
    if key != own:
        return replace(article, url=page.url), own
    # The page is at this address; is the other article, or did it only say so?
    at_home = any(identity(url) == key for url in store.articles.addresses(name))
    return article, key if at_home else f"{key}#"


def _twin(article: Article, source: str, store: Store, now: datetime) -> tuple[str, str] | None:
    """The address and key of the same title, words and date from the same source."""
    dated = article.published
    since, until = (dated, dated) if dated and dated <= now else (now - _LOOK_BACK, now)
    return store.articles.twin(source, article, since, until)


def _is_one(one: Article, other: Article) -> bool:
    """Whether two texts may be one article, perhaps edited meanwhile."""
    if _folded(one.title) == _folded(other.title) or _folded(one.text) == _folded(other.text):
        return True
    return is_same_story(fingerprint(one.text), fingerprint(other.text))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
