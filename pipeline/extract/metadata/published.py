"""When the article was published and changed.

In: the facts of a page, its address and language. Out: both dates and where they were found.
It refuses dates that only the furniture of a page shows: what names no date gets none.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bs4 import Tag

from pipeline.extract import lexicon
from pipeline.extract.metadata import dates, things
from pipeline.extract.metadata.facts import Facts

_PUBLISHED = tuple(lexicon.data("dates")["published"])
_MODIFIED = tuple(lexicon.data("dates")["modified"])


def choose(
    facts: Facts, url: str, language: str | None
) -> tuple[datetime | None, str, datetime | None, str]:
    """Return the date of publication, its origin, the date of the last change, its origin."""
    modified, modified_origin = _first(_modified(facts), language)
    published, origin = _first(_published(facts), language)
    day = dates.day_of_url(urlsplit(url).path)
    if day is not None and (published is None or abs(published - day) > timedelta(days=400)):
        published, origin = day, "address"
    if published is None:
        published, origin = _first(_shown(facts), language)
    if published is None and modified is not None:
        published, origin = modified, modified_origin
    if modified is not None and published is not None and modified < published:
        modified, modified_origin = None, ""
    return published, origin, modified, modified_origin


def _first(
    candidates: Iterator[tuple[str, str]], language: str | None
) -> tuple[datetime | None, str]:
    for text, origin in candidates:
        found = dates.parse(text, language)
        if found is not None:
            return found, origin
    return None, ""


def _published(facts: Facts) -> Iterator[tuple[str, str]]:
    described = things.describing(facts.things)
    for key in ("datePublished", "dateCreated", "uploadDate"):
        for thing in described:
            yield things.plain(thing.get(key)), "json-ld"
    for name in _PUBLISHED:
        for value in facts.meta.get(name, ()):
            yield value, name
    for prop in ("datepublished", "datecreated"):
        for tag in facts.props.get(prop, ()):
            yield _machine(tag) or _text(tag), "microdata"
    for tag in facts.times:
        if tag.has_attr("pubdate") or "published" in str(tag.get("class") or "").lower():
            yield _machine(tag) or _text(tag), "time"


def _modified(facts: Facts) -> Iterator[tuple[str, str]]:
    for thing in things.describing(facts.things):
        yield things.plain(thing.get("dateModified")), "json-ld"
    for name in _MODIFIED:
        for value in facts.meta.get(name, ()):
            yield value, name
    for tag in facts.props.get("datemodified", ()):
        yield _machine(tag) or _text(tag), "microdata"


def _shown(facts: Facts) -> Iterator[tuple[str, str]]:
    """Dates that stand on the page: `<time>` first, then what is named so."""
    for tag in facts.times:
        if not facts.furniture.holds(tag):
            yield _machine(tag) or _text(tag), "time"
    for tag in facts.dated:
        if not facts.furniture.holds(tag):
            value = _machine(tag)
            if value:
                yield value, "byline"
            text = _text(tag)
            if len(text) <= 200:
                yield text, "byline"


def _machine(tag: Tag) -> str:
    for name in ("datetime", "content", "title", "data-datetime", "data-timestamp", "data-time"):
        value = tag.get(name)
        if isinstance(value, str) and any(char.isdigit() for char in value):
            return value
    return ""


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())
