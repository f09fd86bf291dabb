"""Completes an article with what its feed says of it, by the rule in docs/feeds.md.

`completed` takes an extracted article and its reference, and returns the article with the fields
that its page left open, with the better authors, and with the categories, enclosures and episode of
its entry. Pure; never raises.
"""

from dataclasses import replace
from datetime import datetime, time, timedelta

from pipeline.article import Article, Reference
from pipeline.extract import is_person, people_in

_MOST_CATEGORIES = 20
_SHOWN = frozenset({"near the title", "byline", "time"})
"""Origins of a date that no metadata declares."""
_DAY, _LATER = timedelta(days=1), timedelta(days=100)


def completed(article: Article, reference: Reference) -> Article:
    """The article, with what its page does not say taken from its source."""
    facts, origins = reference.facts, dict(article.origins)
    filled = replace(
        article,
        title=article.title or reference.title or "",
        published=_published(article, reference),
        language=article.language or reference.language,
        image=article.image or facts.image or None,
        site=article.site or facts.site or None,
    )
    for name in ("title", "published", "language", "image", "site"):
        if getattr(filled, name) != getattr(article, name):
            origins[name] = "source"
    authors, origin = _authors(article, reference)
    if origin:
        origins["authors"] = origin
    keywords = _categories(facts.categories, article.keywords)
    if facts.categories:
        origins["keywords"] = "entry"
    return replace(
        filled,
        authors=authors,
        keywords=keywords,
        enclosures=facts.enclosures,
        episode=facts.episode,
        origins=origins,
    )


def _published(article: Article, reference: Reference) -> datetime | None:
    """When the article was published.

    A date that the page only shows may be that of a comment, an event or a print: it loses to the
    source's where it is some days or weeks later, and where it is the same day without a time.
    """
    page, source = article.published, reference.published
    if page is None or source is None or article.origins.get("published") not in _SHOWN:
        return page or source
    apart = page - source
    if source.time() == time() and abs(apart) < _DAY:
        return page
    vague = page.time() == time() and abs(apart) < _DAY
    return source if vague or timedelta() < apart < _LATER else page


def _authors(article: Article, reference: Reference) -> tuple[tuple[str, ...], str]:
    """The authors and, if they are not the page's, where they are from.

    What the settings select is final. Else the first of the page, the entry and the feed that names
    a person; where none does, the first that names anybody. The site's name is nobody.
    """
    facts = reference.facts
    if article.authors and article.origins.get("authors") == "selector":
        return article.authors, ""
    sites = [one for one in (article.site, facts.site) if one]
    candidates = [
        (article.authors, ""),
        (people_in(facts.authors, sites), "entry"),
        (people_in(facts.feed_authors, sites), "feed"),
    ]
    named = [one for one in candidates if one[0]]
    persons = [one for one in named if any(is_person(name) for name in one[0])]
    return (*persons, *named, ((), ""))[0]


def _categories(entry: tuple[str, ...], page: tuple[str, ...]) -> tuple[str, ...]:
    """The entry's categories, and then the page's keywords, each once."""
    if not entry:
        return page
    found: dict[str, str] = {}
    for word in (*entry, *page):
        found.setdefault(word.casefold(), word)
    return tuple(found.values())[:_MOST_CATEGORIES]
