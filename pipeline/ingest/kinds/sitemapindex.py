"""Choose which sitemaps of an index to read, where it names more than one visit can read.

`choose` takes the sitemaps that an index names, with their dates, and returns those to read, the
most promising first, and what is left out. Sitemaps whose addresses differ in numbers only are one
family: one of each family is read before more of any. Pure; never raises.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from urllib.parse import unquote, urlsplit

# How many sitemaps of an index one visit reads.
MAX_SITEMAPS = 12

_NAMES = tomllib.loads(files("pipeline.ingest").joinpath("data/links.toml").read_text("utf-8"))
_ARTICLES = frozenset(_NAMES["article_sitemaps"])
_LISTS = frozenset(_NAMES["list_sitemaps"])
_NUMBER = re.compile(r"[-_./]?\d+")
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:\d\d)?)?(?!\d)")
_SHOWN = 5  # families that are named in a note
Named = tuple[str, datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The addresses to read, in this order; `left_out` counts the others by their names."""

    read: tuple[str, ...]
    left_out: Mapping[str, int]

    def note(self) -> str:
        """Return what a person should know of what was left out, "" where nothing was."""
        if not self.left_out:
            return ""
        most = Counter(self.left_out).most_common(_SHOWN)
        names = ", ".join(name if count == 1 else f"{count:,} {name}" for name, count in most)
        others = f" and {len(self.left_out) - _SHOWN:,} other names" * (len(self.left_out) > _SHOWN)
        total = len(self.read) + sum(self.left_out.values())
        return f"names {total:,} sitemaps; not read: {names}{others}"


def choose(sitemaps: Iterable[Named], oldest: datetime | None) -> Choice:
    """Choose at most MAX_SITEMAPS of the sitemaps that an index names, changed since `oldest`.

    News sitemaps come first, as they hold the last two days; then those of articles, others, and
    those of tags, authors and other lists, of which one is read where there is anything else.
    Within these the newest come first, by their dates, else by the numbers in their names.
    """
    fresh = [one for one in sitemaps if not (oldest and one[1] and one[1] < oldest)]
    families: dict[str, list[Named]] = {}
    for one in dict(fresh).items():
        families.setdefault(_NUMBER.sub("", one[0]), []).append(one)
    ranks = _ranks(list(families))
    ordered = sorted(families, key=lambda name: ranks[name])
    members = {name: _newest_first(families[name]) for name in ordered}
    taken = {name: members[name][:1] for name in ordered[:MAX_SITEMAPS]}
    best = min(ranks.values(), default=0)
    left = MAX_SITEMAPS - len(taken)
    for rank in sorted({ranks[name] for name in taken}):
        if rank == _LIST and best != _LIST:
            break
        more = [one for name in taken if ranks[name] == rank for one in members[name][1:]]
        for one in _newest_first(more)[:left]:
            taken[_NUMBER.sub("", one[0])].append(one)
            left -= 1
    by_rank: dict[int, list[Named]] = {}
    for name, several in taken.items():
        by_rank.setdefault(ranks[name], []).extend(several)
    read = tuple(url for rank in sorted(by_rank) for url, _ in _newest_first(by_rank[rank]))
    left_out = Counter(_shown(url) for url, _ in dict(fresh).items() if url not in read)
    return Choice(read=read, left_out=left_out)


_NEWS, _ARTICLE, _OTHER, _LIST = range(4)


def _ranks(families: Sequence[str]) -> dict[str, int]:
    """Return the rank of each family by the words of its name that not all of them have."""
    words = {name: _words(name) for name in families}
    common = frozenset.intersection(*words.values()) if len(families) > 1 else frozenset()
    return {name: _rank(own - common) for name, own in words.items()}


def _words(name: str) -> frozenset[str]:
    parts = urlsplit(name)
    return frozenset(_WORD.findall(unquote(f"{parts.path} {parts.query}").lower()))


def _rank(words: frozenset[str]) -> int:
    if words & _LISTS:
        return _LIST
    if "news" in words or "googlenews" in words:
        return _NEWS
    return _ARTICLE if words & _ARTICLES else _OTHER


def _newest_first(sitemaps: Sequence[Named]) -> list[Named]:
    """Sort by date, undated ones last: by the dates in their names, then by their numbers.

    Most sites number upwards and some downwards: the lowest number comes second.
    """
    dated = sorted((one for one in sitemaps if one[1]), key=_age)
    named: list[Named] = []
    numbered: list[Named] = []
    for one in sitemaps:
        if not one[1]:
            (named if _DATE.search(_own(one[0])) else numbered).append(one)
    named.sort(key=lambda one: _numbers(one[0]), reverse=True)
    numbered.sort(key=lambda one: _numbers(one[0]), reverse=True)
    if len(numbered) > 2 and len({_NUMBER.sub("", url) for url, _ in numbered}) == 1:
        numbered.insert(1, numbered.pop())
    return [*dated, *named, *numbered]


def _age(sitemap: Named) -> float:
    return -sitemap[1].timestamp() if sitemap[1] else float("inf")


def _own(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def _numbers(url: str) -> tuple[int, ...]:
    return tuple(int(digits[:18]) for digits in _DIGITS.findall(_own(url)))


def _shown(url: str) -> str:
    return _DIGITS.sub("*", _own(url).rstrip("?").rpartition("/")[2])[:80]
