"""When the article was published and changed.

In: the facts of a page, its address and language. Out: both dates and where they were found.
It refuses dates that only the furniture of a page shows: what names no date gets none.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import islice
from urllib.parse import urlsplit

from bs4 import Tag

from pipeline.extract.metadata import dates, jsonld
from pipeline.extract.metadata.facts import Facts
from pipeline.extract.page import lexicon

_PUBLISHED = tuple(lexicon.data("dates")["published"])
_SHOWN = 12  # shown dates to compare with the declared one
_MIDNIGHT = time(tzinfo=UTC)
_SLOW = timedelta(minutes=5)  # by which the shown time may differ from the declared one
_AHEAD, _BEHIND = 3, 6  # hours from UTC that a shown day alone can prove
_MODIFIED = tuple(lexicon.data("dates")["modified"])
_VAGUE = frozenset(lexicon.data("dates")["vague"])
_DAY = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Dates:
    """The date of publication with its origin, and that of the last change with its.

    `others` are declared dates of publication that name another day, for the date that the reader
    sees to decide between; `sure` is false where that date is right, whatever it is.
    """

    published: datetime | None = None
    origin: str = ""
    modified: datetime | None = None
    modified_origin: str = ""
    others: tuple[tuple[datetime, str], ...] = ()
    sure: bool = False


def choose(facts: Facts, url: str, language: str | None) -> Dates:
    """Return the dates that a page declares, or shows in elements that are named so."""
    modified, modified_origin = next(_read(_modified(facts), language), (None, ""))
    declared = list(_read(_published(facts), language))
    published, origin = declared[0] if declared else (None, "")
    day = dates.day_of_url(urlsplit(url).path)
    if day is not None and (published is None or abs(published - day) > timedelta(days=400)):
        published, origin = day, "address"
    sure = published is not None and origin not in _VAGUE
    if published is None:
        published, origin = next(_read(_shown(facts), language), (None, ""))
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
    told: Dates, near: Callable[[], datetime | None], texts: Sequence[str], language: str | None
) -> Dates:
    """Return the dates in the light of what the reader sees near the title.

    `near` finds the date there, `texts` are the lines that may show it.
    """
    if told.published is None:
        shown = near()
        return replace(told, published=shown, origin="near the title") if shown else told
    if not told.sure or told.others:
        shown = near()
        if shown is None or shown.date() == told.published.date():
            return told
        for other, origin in told.others:
            if other.date() == shown.date():
                return replace(told, published=other, origin=origin)
        if not told.sure:
            return replace(told, published=shown, origin="near the title")
        return told
    if told.origin in ("address", "selector"):
        return told
    return replace(told, published=in_local_time(told.published, texts, language))


def _contradicting(
    published: datetime, declared: list[tuple[datetime, str]], modified: datetime | None
) -> tuple[tuple[datetime, str], ...]:
    """Return declared dates more than a time zone away, one of each day.

    Microdata may be of other articles on the page, and the day of the last change is no other.
    """
    found: dict[date, tuple[datetime, str]] = {}
    for moment, origin in declared:
        if modified is not None and moment.date() == modified.date():
            continue
        if abs(moment - published) > _DAY and "itemprop" not in origin and origin != "microdata":
            found.setdefault(moment.date(), (moment, origin))
    return tuple(found.values())


def in_local_time(published: datetime, texts: Iterable[str], language: str | None) -> datetime:
    """Return an instant given in UTC in the zone of the page's own clock, where it shows one.

    The day that the reader sees is that of the newsroom, often the day beside the one in UTC. The
    instant stays the same; a shown time tells the offset, a shown day alone the smallest that fits.
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
    """Return the offset from UTC of a clock that shows this at that instant, zero if none does."""
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
    """Dates that stand on the page: `<time>` first, then what is named so."""
    for tag in facts.times:
        if not facts.furniture.holds(tag):
            yield machine_date(tag) or _text(tag), "time"
    for tag in facts.dated:
        if not facts.furniture.holds(tag):
            value = machine_date(tag)
            if value:
                yield value, "byline"
            text = _text(tag)
            if len(text) <= 200:
                yield text, "byline"


def machine_date(tag: Tag) -> str:
    """Return what an element says of a date to machines, "" where it says nothing."""
    for name in ("datetime", "content", "title", "data-datetime", "data-timestamp", "data-time"):
        value = tag.get(name)
        if isinstance(value, str) and any(char.isdigit() for char in value):
            return value
    return ""


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())
