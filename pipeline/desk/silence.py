"""Decides whether a source is silent for much longer than its own rhythm, by docs/sources.md.

Takes the dates of a source's newest articles and the time of its last successful visit; returns
when it had the newest one, how often it has any, and whether it is silent. Only `rhythms` reads the
store.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from pipeline.store import Store

READ = 300
"""How many of the newest articles are looked at."""
_DAYS = 30  # with articles
_LEAST_GAPS = 5
_LONGER = 4  # times the median gap
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When a source had its newest article, and `every` how long it has one (None: not known)."""

    newest: datetime | None = None
    every: timedelta | None = None
    silent: bool = False


def rhythm(dates: Sequence[datetime], looked: datetime | None) -> Rhythm:
    """Return the rhythm of a source, of the dates of its READ newest articles, the newest first.

    `looked` is when it was last visited with success: a source that nobody asks is not silent.
    """
    if not dates:
        return Rhythm()
    days = sorted({one.date() for one in dates}, reverse=True)[: _DAYS + 1]
    gaps = [later - earlier for later, earlier in pairwise(days)]
    if len(gaps) < _LEAST_GAPS and len(dates) < READ:
        return Rhythm(newest=dates[0])
    middle = timedelta(days=median([one.days for one in gaps] or [1]))
    every = middle if len(gaps) >= _LEAST_GAPS else _DAY
    pause = looked - dates[0] if looked is not None else timedelta()
    longest = max(gaps, default=_DAY)
    silent = pause > _LONGER * every and pause > longest
    return Rhythm(newest=dates[0], every=every, silent=silent)


def rhythms(
    store: Store, looked: Mapping[str, datetime | None], *, measured: bool = False
) -> dict[str, Rhythm]:
    """Return the rhythm of each source of `looked` by its stored articles. Raises StoreError.

    `every` is known of those that may be silent by the dates of their last two articles. With
    `measured`, it is of all.
    """
    latest = store.dates.latest(list(looked))
    found = {source: Rhythm() for source in looked}
    found |= {source: Rhythm(newest=newest) for source, (newest, _) in latest.items()}
    asked = [
        source
        for source, dates in latest.items()
        if measured or _may_be_silent(*dates, looked[source])
    ]
    if asked:
        for source, days in store.dates.days(asked, READ, _DAYS + 1).items():
            dates = [latest for latest, number in days for _ in range(number)]
            found[source] = rhythm(dates, looked[source])
    return found


def _may_be_silent(newest: datetime, other: datetime | None, looked: datetime | None) -> bool:
    """Whether a source may be silent, by its newest article and the one before it.

    The median of its gaps is one day or more, and the longest is not shorter than the last one.
    """
    if other is None or looked is None:
        return False
    pause = looked - newest
    return pause > _LONGER * _DAY and pause > newest.date() - other.date()


def note(found: Rhythm) -> str:
    """A message for people about a silent source, "" about another."""
    if not found.silent or found.newest is None or found.every is None:
        return ""
    days = found.every / _DAY
    often = "every day" if days <= 1 else f"every {days:g} days"
    return (
        f"is silent: its newest article is of {found.newest:%Y-%m-%d}, and it had some {often} "
        "before: see whether its address is still the right one"
    )
