"""The quality gate: every hypothesis checked, faulty ones tried in other ways, broken ones refused.

In goes a text and a way to have it translated, out comes a hypothesis with what the checks said.
What is broken in every way stays in its own words; the verdict says where. Pure: each text is a
coroutine (`work.py`), which goes on when the model has answered.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

from pipeline.translate.engine.casing import copies, is_title_case
from pipeline.translate.engine.faults import HARD, faults, severity
from pipeline.translate.engine.questions import Work
from pipeline.translate.engine.stutter import said_once
from pipeline.translate.text.alignment import joined
from pipeline.translate.text.segments import has_words, seam

Way = Literal["plain", "headline", "parts", "strict", "small"]
"""How a text is translated: as the options say; with the common words of Title Case in small
letters; cut in two; so too, and with repetition made dear; with every word but the first in small
letters, repetition made dear, and a wider beam."""

CUT: Final = frozenset({"parts", "strict"})
STRICT: Final = frozenset({"strict", "small"})
WIDE: Final = frozenset({"small"})
_COPIES: Final = frozenset({"copied", "untranslated"})
_REPEATS: Final = frozenset({"loop", "stutter"})


class Said(NamedTuple):
    """A translation and its word links in Pharaoh format."""

    text: str
    links: str


Attempt = Callable[[str, Way], Work[Said | None]]
"""Has a text translated in one of the ways; None where that way has nothing to say of it."""


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


def checked(text: str, attempt: Attempt, language: str = "") -> Work[Hypothesis]:
    """A hypothesis for a text into `language`: the best of all attempts its faults call for."""
    said = yield from _understood(text, attempt)
    found = faults(text, said.text, language)
    if not found:
        return Hypothesis(text, *said)
    one = Hypothesis(text, *said, Verdict(found, (), found))

    def again(one: Hypothesis, way: Way) -> Work[Hypothesis]:
        other = yield from attempt(text, way)
        return _better(one, other, way, language) if other else one

    if _COPIES.issuperset(found):
        # That is code, or of another language: its halves would be copied, or mangled.
        one = yield from again(one, "small")
    else:
        # Models lose numbers and stutter in long sentences; repetition made dear costs them words.
        one = _unstuttered((yield from again(one, "parts")), language)
        if _needs_strictness(one):
            one = yield from again(one, "strict")
        if _is_broken(one):
            one = yield from again(one, "small")
    return _kept(_unstuttered(one, language))


def _kept(one: Hypothesis) -> Hypothesis:
    if one.verdict is None or not _is_broken(one):
        return one
    whole = ((0, len(one.segment)),)
    return Hypothesis(one.segment, one.segment, "", replace(one.verdict, kept=whole))


def _understood(text: str, attempt: Attempt) -> Work[Said]:
    """The first attempt; at a headline in Title Case whose words stayed it is made once more.

    Models take capital words for names and leave them. The second attempt, with the common words
    small, counts unless more words stay.
    """
    first = (yield from attempt(text, "plain")) or Said(text, "")
    if not is_title_case(text) or not copies(text, first.text):
        return first
    other = yield from attempt(text, "headline")
    if other and has_words(other.text) and copies(text, other.text) <= copies(text, first.text):
        return other
    return first


def _is_broken(one: Hypothesis) -> bool:
    return one.verdict is not None and not HARD.isdisjoint(one.verdict.left)


def _needs_strictness(one: Hypothesis) -> bool:
    """Whether what is in doubt repeats itself, is broken, or could not be cut into parts before."""
    if one.verdict is None or not one.verdict.left:
        return False
    return _repeats(one) or _is_broken(one) or "parts" not in one.verdict.tries


def _repeats(one: Hypothesis) -> bool:
    return one.verdict is not None and not _REPEATS.isdisjoint(one.verdict.left)


def _better(one: Hypothesis, other: Said, way: Way, language: str) -> Hypothesis:
    """The better of a doubtful hypothesis and another attempt; the first one where they tie.

    Of two that repeat themselves the one in parts loses less, once that is taken out.
    """
    before = one.verdict or Verdict()
    verdict = replace(before, tries=(*before.tries, way))
    found = severity(one.segment, other.text, language)
    worst = severity(one.segment, one.text, language)
    left = faults(one.segment, other.text, language)
    instead = found == worst and way == "parts" and _repeats(one) and _REPEATS.issuperset(left)
    if found < worst or instead:
        return Hypothesis(one.segment, *other, replace(verdict, left=left))
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
