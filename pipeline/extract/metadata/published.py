"""When the article was published and last modified.

In: the machine-readable facts of a page, its address and language. Out: both dates and their
origins. Never raises. Dates in page furniture are ignored; an article without any other date has
none.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import islice
from urllib.parse import urlsplit

from bs4 import Tag

from pipeline.extract.metadata import dates, jsonld, nearbydate
from pipeline.extract.metadata.facts import Facts
from pipeline.extract.page import lexicon

_PUBLISHED = tuple(lexicon.data("dates")["published"])
_SHOWN = 12  # shown dates that are compared with the declared one
_MIDNIGHT = time(tzinfo=UTC)
_SLOW = timedelta(minutes=5)  # that the shown time may differ from the declared one
_AHEAD, _BEHIND = 3, 6  # hours from UTC that a shown day alone can prove
_MODIFIED = tuple(lexicon.data("dates")["modified"])
_VAGUE = frozenset(lexicon.data("dates")["vague"])
_DAY = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Dates:
    """The date of publication and that of the last modification, each with its origin.

    `others` are declared dates of publication on another day: the date that the page shows decides
    between them. Unless `sure`, a date shown near the title replaces the date of publication.
    """

    published: datetime | None = None
    origin: str = ""
    modified: datetime | None = None
    modified_origin: str = ""
    others: tuple[tuple[datetime, str], ...] = ()
    sure: bool = False


def choose(facts: Facts, url: str, language: str | None) -> Dates:
    """Return the dates that a page declares, or shows in elements with a date's class."""
    modified, modified_origin = next(_read(_modified(facts), language), (None, ""))
    declared = list(_read(_published(facts), language))
    published, origin = declared[0] if declared else (None, "")
    day = dates.day_of_url(urlsplit(url).path)
    if day is not None and published is not None and abs(published - day) > timedelta(days=400):
        published, origin = day, "address"
    sure = published is not None and origin not in _VAGUE
    if published is None:
        published, origin = next(_read(_shown(facts), language), (None, ""))
    if published is None and day is not None:
        published, origin = day, "address"
    if published is not None and origin != "address":
        shown = (text for text, _ in _shown(facts))
        published = in_local_time(published, shown, language)
    if published is None and modified is not None:
        published, origin = modified, modified_origin
    if modified is not None and published is not None and modified < published:
        modified, modified_origin = None, ""
    others = () if published is None else _contradicting(published, declared, modified)
    return Dates(published, origin, modified, modified_origin, others, sure)


def settle(
    stated: Dates, near: Callable[[], datetime | None], texts: Sequence[str], language: str | None
) -> Dates:
    """Return the dates after comparison with those shown near the title.

    `near` finds the date there; `texts` are the lines that may show it.
    """
    if stated.published is None:
        shown = near()
        return replace(stated, published=shown, origin="near the title") if shown else stated
    if not stated.sure or stated.others:
        shown = near()
        if shown is None or shown.date() == stated.published.date():
            return stated
        for other, origin in stated.others:
            if other.date() == shown.date():
                return replace(stated, published=other, origin=origin)
        if not stated.sure:
            return replace(stated, published=shown, origin="near the title")
        return stated
    if stated.origin in ("address", "selector"):
        return stated
    return replace(stated, published=in_local_time(stated.published, texts, language))


def _contradicting(
    published: datetime, declared: list[tuple[datetime, str]], modified: datetime | None
) -> tuple[tuple[datetime, str], ...]:
    """Return declared dates more than a time zone away, one for each day.

    Microdata may belong to other articles on the page. The day of the last modification is no
    contradiction.
    """
    found: dict[date, tuple[datetime, str]] = {}
    for moment, origin in declared:
        if modified is not None and moment.date() == modified.date():
            continue
        if abs(moment - published) > _DAY and "itemprop" not in origin and origin != "microdata":
            found.setdefault(moment.date(), (moment, origin))
    return tuple(found.values())


def in_local_time(published: datetime, texts: Iterable[str], language: str | None) -> datetime:
    """Return a UTC instant in the time zone of the newsroom, where the page shows that.

    The reader sees the newsroom's day, which is often the day before or after the UTC one. The
    instant stays the same. A shown time gives the offset; a shown day gives the smallest offset
    that fits.
    """
    if published.utcoffset() != timedelta(0) or published.timetz() == _MIDNIGHT:
        return published
    for text in islice(texts, _SHOWN):
        shown = dates.parse(text, language)
        if shown is None or abs(shown - published) > _DAY:
            continue
        if shown.date() == published.date():
            return published
        if shown == published:
            return published.astimezone(shown.tzinfo)
        local = published.astimezone(timezone(_offset(published, shown.replace(tzinfo=UTC))))
        return local if local.date() == shown.date() else published
    return published


def _offset(published: datetime, shown: datetime) -> timedelta:
    """Return the offset from UTC of a clock that shows this at that instant, zero if none can."""
    if shown.timetz() != _MIDNIGHT:
        offset = timedelta(minutes=15 * round((shown - published) / timedelta(minutes=15)))
        fits = timedelta(hours=-12) <= offset <= timedelta(hours=14)
        return offset if fits and abs(shown - published - offset) <= _SLOW else timedelta(0)
    ahead = shown > published
    gap = shown - published if ahead else published - (shown + timedelta(days=1))
    hours = gap // timedelta(hours=1) + (0 if ahead and not gap % timedelta(hours=1) else 1)
    if hours > (_AHEAD if ahead else _BEHIND):
        return timedelta(0)
    return timedelta(hours=hours if ahead else -hours)


def _read(
    candidates: Iterator[tuple[str, str]], language: str | None
) -> Iterator[tuple[datetime, str]]:
    for text, origin in candidates:
        found = dates.parse(text, language)
        if found is not None:
            yield found, origin


def _published(facts: Facts) -> Iterator[tuple[str, str]]:
    described = jsonld.describing(facts.things)
    for key in ("datePublished", "dateCreated", "uploadDate"):
        for thing in described:
            yield jsonld.plain(thing.get(key)), "json-ld"
    for name in _PUBLISHED:
        for value in facts.meta.get(name, ()):
            yield value, name
    for prop in ("datepublished", "datecreated"):
        for tag in facts.props.get(prop, ()):
            yield machine_date(tag) or _text(tag), "microdata"
    for tag in facts.times:
        named = tag.has_attr("pubdate") or "published" in str(tag.get("class") or "").lower()
        if named and not facts.furniture.holds(tag):
            yield machine_date(tag) or _text(tag), "time"


def _modified(facts: Facts) -> Iterator[tuple[str, str]]:
    for thing in jsonld.describing(facts.things):
        yield jsonld.plain(thing.get("dateModified")), "json-ld"
    for name in _MODIFIED:
        for value in facts.meta.get(name, ()):
            yield value, name
    for tag in facts.props.get("datemodified", ()):
        yield machine_date(tag) or _text(tag), "microdata"


def _shown(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the dates shown on the page: `<time>` first, then elements with a date's class."""
    for tag in facts.times:
        if not facts.furniture.holds(tag) and not _is_other(tag):
            yield machine_date(tag) or _text(tag), "time"
    for tag in facts.dated:
        if not facts.furniture.holds(tag) and not _is_other(tag):
            value = machine_date(tag)
            if value:
                yield value, "byline"
            text = _text(tag)
            if len(text) <= 200:
                yield nearbydate.without_others(text), "byline"


def _is_other(tag: Tag) -> bool:
    """Say whether the words before an element make it the date of another event: "Received:"."""
    before = tag.find_previous(string=re.compile(r"\S"))
    return before is not None and nearbydate.labels_other(before.strip())


def machine_date(tag: Tag) -> str:
    """Return the machine-readable date of an element, "" where it has none."""
    for name in ("datetime", "content", "title", "data-datetime", "data-timestamp", "data-time"):
        value = tag.get(name)
        if isinstance(value, str) and any(char.isdigit() for char in value):
            return value
    return ""


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())
