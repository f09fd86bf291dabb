"""The quality gate: every hypothesis checked, faulty ones tried in other ways, broken ones refused.

In go texts and a way to have them translated, out come hypotheses with what the checks said. What
is broken in every way stays in its own words; the verdict says where.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, Literal

from pipeline.translate.alignment import joined
from pipeline.translate.casing import copies, is_title_case
from pipeline.translate.quality import HARD, faults, severity
from pipeline.translate.segments import has_words, seam
from pipeline.translate.stutter import said_once

Way = Literal["plain", "headline", "parts", "strict", "small"]
"""How a text is translated: as the options say; with the common words of Title Case in small
letters; cut in two; so too, and with repetition made dear; with every word but the first in small
letters, repetition made dear, and a wider beam."""

FIRST: Final = frozenset({"plain", "headline"})
CUT: Final = frozenset({"parts", "strict"})
STRICT: Final = frozenset({"strict", "small"})
WIDE: Final = frozenset({"small"})
_REPEATS: Final = frozenset({"loop", "stutter"})

Attempt = Callable[[Sequence[str], Way], Iterator[tuple[str, str, str]]]
"""Yields (text, translation, links) for each text."""

_TOGETHER: Final = 16  # doubted texts that are translated again at once, while first ones go on
# Fewer of them when these shares of all characters are there, and each by itself after the last.
_DUE: Final = (0.6, 0.85)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of a translation.

    `first` are the faults of the first hypothesis, `tries` the ways it was translated again, `left`
    the faults of what was kept. `kept` are the ranges of characters of the kept text that are the
    source's own words, because every translation of them was broken.
    """

    first: tuple[str, ...] = ()
    tries: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    kept: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        """One line, which `parse` reads."""
        kept = ",".join(f"{start}-{end}" for start, end in self.kept)
        parts = (",".join(self.first), ",".join(self.tries), ",".join(self.left), kept)
        return "|".join(parts)

    @classmethod
    def parse(cls, line: str) -> "Verdict":
        """The verdict of a line; of a line that is none, one that found nothing."""
        parts = line.split("|")
        if len(parts) != 4:
            return cls()
        first, tries, left = (tuple(part.split(",")) if part else () for part in parts[:3])
        ranges = [pair.split("-") for pair in parts[3].split(",") if pair]
        return cls(first, tries, left, tuple((int(a), int(b)) for a, b in ranges))


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A segment's translation, its word links in Pharaoh format, and the verdict on it.

    `verdict` is None where the first hypothesis had no fault.
    """

    segment: str
    text: str
    links: str = ""
    verdict: Verdict | None = None


def checked(texts: Sequence[str], attempt: Attempt, language: str = "") -> Iterator[Hypothesis]:
    """A hypothesis for each distinct text into `language`: flawless ones first, as they come."""
    # Second attempts are few: alone, after all first ones, they would leave most workers idle.
    beside = ThreadPoolExecutor(1, "second-attempts")
    try:
        waiting: list[Hypothesis] = []
        again: list[Future[list[Hypothesis]]] = []
        heard = passed = 0
        due = [share * sum(map(len, texts)) for share in _DUE]
        for text, translated, links in _understood(texts, attempt):
            found = faults(text, translated, language)
            if found:
                waiting.append(Hypothesis(text, translated, links, Verdict(found, (), found)))
            else:
                yield Hypothesis(text, translated, links)
            heard += len(text)
            before, passed = passed, sum(heard >= characters for characters in due)
            many = 1 if passed > before or passed == len(due) else _TOGETHER
            if len(waiting) >= many:
                again.append(beside.submit(_mended, waiting, attempt, language))
                waiting = []
        if waiting:
            again.append(beside.submit(_mended, waiting, attempt, language))
        yield from chain.from_iterable(each.result() for each in again)
    finally:
        beside.shutdown(cancel_futures=True)  # whoever stops early waits for one of them at most


def _mended(doubted: Sequence[Hypothesis], attempt: Attempt, language: str) -> list[Hypothesis]:
    """The best of all attempts at each; its own words where every one of them is broken."""
    found = {one.segment: one for one in doubted}

    def again(way: Way, todo: Sequence[str]) -> None:
        for text, translated, links in attempt(todo, way) if todo else ():
            found[text] = _better(found[text], translated, links, way, language)

    # Models lose numbers and stutter in long sentences; repetition made dear costs them words.
    again("parts", list(found))
    found = {text: _unstuttered(one, language) for text, one in found.items()}
    again("strict", [text for text, one in found.items() if _needs_strictness(one)])
    again("small", [text for text, one in found.items() if _is_broken(one)])
    return [_kept(_unstuttered(one, language)) for one in found.values()]


def _kept(one: Hypothesis) -> Hypothesis:
    if one.verdict is None or not _is_broken(one):
        return one
    whole = ((0, len(one.segment)),)
    return Hypothesis(one.segment, one.segment, "", replace(one.verdict, kept=whole))


def _understood(texts: Sequence[str], attempt: Attempt) -> Iterator[tuple[str, str, str]]:
    """First attempts; those at headlines in Title Case whose words stayed are made once more.

    Models take capital words for names and leave them. The second attempt, with the common words
    small, counts unless more words stay.
    """
    headlines: dict[str, tuple[str, str]] = {}
    for text, translated, links in attempt(texts, "plain"):
        if is_title_case(text) and copies(text, translated):
            headlines[text] = (translated, links)
        else:
            yield text, translated, links
    for text, translated, links in attempt(list(headlines), "headline") if headlines else ():
        first = headlines[text]
        better = has_words(translated) and copies(text, translated) <= copies(text, first[0])
        yield (text, translated, links) if better else (text, *first)


def _is_broken(one: Hypothesis) -> bool:
    return one.verdict is not None and not HARD.isdisjoint(one.verdict.left)


def _needs_strictness(one: Hypothesis) -> bool:
    """Whether what is in doubt repeats itself, is broken, or could not be cut into parts before."""
    if one.verdict is None or not one.verdict.left:
        return False
    return _repeats(one) or _is_broken(one) or "parts" not in one.verdict.tries


def _repeats(one: Hypothesis) -> bool:
    return one.verdict is not None and not _REPEATS.isdisjoint(one.verdict.left)


def _better(one: Hypothesis, text: str, links: str, way: Way, language: str) -> Hypothesis:
    """The better of a doubtful hypothesis and another attempt; the first one where they tie.

    Of two that repeat themselves the one in parts loses less, once that is taken out.
    """
    before = one.verdict or Verdict()
    verdict = replace(before, tries=(*before.tries, way))
    found, worst = severity(one.segment, text, language), severity(one.segment, one.text, language)
    left = faults(one.segment, text, language)
    instead = found == worst and way == "parts" and _repeats(one) and _REPEATS.issuperset(left)
    if found < worst or instead:
        return Hypothesis(one.segment, text, links, replace(verdict, left=left))
    return replace(one, verdict=verdict)


def _unstuttered(one: Hypothesis, language: str) -> Hypothesis:
    """Take out what is said twice in a row, where that is all there is to say against it."""
    verdict = one.verdict
    if verdict is None or verdict.left != ("stutter",):
        return one
    text, links = said_once(one.text, one.links)
    left = faults(one.segment, text, language)
    if left:
        return one
    return Hypothesis(
        one.segment, text, links, replace(verdict, tries=(*verdict.tries, "once"), left=())
    )


def join(
    segment: str,
    cuts: Sequence[str],
    done: Mapping[str, Hypothesis],
    languages: tuple[str, str] = ("", ""),
) -> Hypothesis:
    """The hypothesis of a segment from those of the pieces it was cut into.

    Each of `cuts` ends with the white space that followed it; `done` knows them without it. Between
    the pieces stands what the second of the `languages` writes there.
    """
    if len(cuts) == 1:
        only = done[cuts[0].strip()]
        return only if only.segment == segment else replace(only, segment=segment)
    text, merged = "", Verdict()
    linked: list[tuple[str, str, str]] = []
    for number, cut in enumerate(cuts, 1):
        one = done[cut.strip()]
        linked.append((cut, one.text, one.links))
        if one.verdict:
            ranges = tuple((a + len(text), b + len(text)) for a, b in one.verdict.kept)
            merged = Verdict(
                tuple(dict.fromkeys((*merged.first, *one.verdict.first))),
                tuple(dict.fromkeys((*merged.tries, *one.verdict.tries))),
                tuple(dict.fromkeys((*merged.left, *one.verdict.left))),
                (*merged.kept, *ranges),
            )
        text += one.text
        between = cut[len(cut.rstrip()) :]
        follows = done[cuts[number].strip()].text if number < len(cuts) else ""
        text += seam(text, between, follows, languages) if follows else between
    links = joined(segment, text, linked)
    return Hypothesis(segment, text, links, None if merged == Verdict() else merged)
