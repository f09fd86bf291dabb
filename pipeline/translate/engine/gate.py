"""The quality gate: check every hypothesis, retry faulty ones, and replace broken ones.

`checked` takes a text and a function that has it translated, and returns a hypothesis with the
verdict on it. A text that is broken in every attempt stays in the source's words; the verdict says
where. `join` puts the hypotheses of pieces together.
Each text is a coroutine (see `questions`), resumed when the model has answered. Never raises.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

from pipeline.translate.engine.casing import copies, is_title_case
from pipeline.translate.engine.faults import HARD, faults, severity
from pipeline.translate.engine.questions import Work
from pipeline.translate.engine.stutter import said_once
from pipeline.translate.text.alignment import joined
from pipeline.translate.text.segments import has_words, part_separator

Way = Literal["plain", "headline", "parts", "strict", "small"]
"""How a text is translated. "plain": as the options say. "headline": with the common words of a
Title Case headline in lower case. "parts": cut in two. "strict": cut in two, with penalties on
repetition. "small": in lower case except the first letter, with penalties on repetition and a wider
beam."""

CUT: Final = frozenset({"parts", "strict"})
STRICT: Final = frozenset({"strict", "small"})
WIDE: Final = frozenset({"small"})
_COPIES: Final = frozenset({"copied", "untranslated"})
_REPEATS: Final = frozenset({"loop", "stutter"})


class Output(NamedTuple):
    """The output of one attempt: a translation, and its alignment links in Pharaoh format."""

    text: str
    links: str


Attempt = Callable[[str, Way], Work[Output | None]]
"""Has a text translated in one of the ways; None if that way does not apply to it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gate's verdict on a translation.

    `first` are the faults of the first hypothesis, `tries` the ways of later attempts, `left` the
    faults of the final text. `kept` are the ranges, in characters, of the final text that are still
    the source's words, because every translation of them was broken.
    """

    first: tuple[str, ...] = ()
    tries: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    kept: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        """Return the verdict as one line, which `parse` reads."""
        kept = ",".join(f"{start}-{end}" for start, end in self.kept)
        parts = (",".join(self.first), ",".join(self.tries), ",".join(self.left), kept)
        return "|".join(parts)

    @classmethod
    def parse(cls, line: str) -> "Verdict":
        """Return the verdict in a line, an empty verdict if the line is not valid."""
        parts = line.split("|")
        if len(parts) != 4:
            return cls()
        first, tries, left = (tuple(part.split(",")) if part else () for part in parts[:3])
        ranges = [pair.split("-") for pair in parts[3].split(",") if pair]
        return cls(first, tries, left, tuple((int(a), int(b)) for a, b in ranges))


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A segment's translation, its alignment links in Pharaoh format, and the verdict.

    `verdict` is None if the first hypothesis had no fault.
    """

    segment: str
    text: str
    links: str = ""
    verdict: Verdict | None = None


def checked(text: str, attempt: Attempt, languages: tuple[str, str] = ("", "")) -> Work[Hypothesis]:
    """Return the best hypothesis for a text, after retries if it has faults.

    `languages` are the codes of the text's language and of the target language.
    """
    output = yield from _first_attempt(text, attempt)
    found = faults(text, output.text, languages)
    if not found:
        return Hypothesis(text, *output)
    one = Hypothesis(text, *output, Verdict(found, (), found))

    def again(one: Hypothesis, way: Way) -> Work[Hypothesis]:
        other = yield from attempt(text, way)
        return _better(one, other, way, languages) if other else one

    if _COPIES.issuperset(found):
        # Copied text is code, or in another language: its halves would be copied or garbled, too.
        one = yield from again(one, "small")
    else:
        # Models lose numbers and stutter in long sentences, so cut first. Penalties on repetition
        # come second, because they make models lose words.
        one = _without_stutter((yield from again(one, "parts")), languages)
        if _needs_strictness(one):
            one = yield from again(one, "strict")
        if _is_broken(one):
            one = yield from again(one, "small")
    return _or_source(_without_stutter(one, languages))


def _or_source(one: Hypothesis) -> Hypothesis:
    if one.verdict is None or not _is_broken(one):
        return one
    whole = ((0, len(one.segment)),)
    return Hypothesis(one.segment, one.segment, "", replace(one.verdict, kept=whole))


def _first_attempt(text: str, attempt: Attempt) -> Work[Output]:
    """Return the first attempt; for a headline in Title Case the better one of two.

    Models take capitalised words for names and copy them. If words were copied, the headline is
    translated again with its common words in lower case; this attempt is used unless it copies more
    words.
    """
    first = (yield from attempt(text, "plain")) or Output(text, "")
    if not is_title_case(text) or not copies(text, first.text):
        return first
    other = yield from attempt(text, "headline")
    if other and has_words(other.text) and copies(text, other.text) <= copies(text, first.text):
        return other
    return first


def _is_broken(one: Hypothesis) -> bool:
    return one.verdict is not None and not HARD.isdisjoint(one.verdict.left)


def _needs_strictness(one: Hypothesis) -> bool:
    """Return whether a faulty text repeats itself, is broken, or could not be cut into parts."""
    if one.verdict is None or not one.verdict.left:
        return False
    return _repeats(one) or _is_broken(one) or "parts" not in one.verdict.tries


def _repeats(one: Hypothesis) -> bool:
    return one.verdict is not None and not _REPEATS.isdisjoint(one.verdict.left)


def _better(one: Hypothesis, other: Output, way: Way, languages: tuple[str, str]) -> Hypothesis:
    """Return the better one of a faulty hypothesis and another attempt; the first one in a tie.

    In a tie of two that only repeat themselves, the attempt in parts is better: it has lost less,
    and the repetition is removed afterwards.
    """
    before = one.verdict or Verdict()
    verdict = replace(before, tries=(*before.tries, way))
    found = severity(one.segment, other.text, languages)
    worst = severity(one.segment, one.text, languages)
    left = faults(one.segment, other.text, languages)
    instead = found == worst and way == "parts" and _repeats(one) and _REPEATS.issuperset(left)
    if found < worst or instead:
        return Hypothesis(one.segment, *other, replace(verdict, left=left))
    return replace(one, verdict=verdict)


def _without_stutter(one: Hypothesis, languages: tuple[str, str]) -> Hypothesis:
    """Remove repetitions if they are the only fault left, and their removal causes no other."""
    verdict = one.verdict
    if verdict is None or verdict.left != ("stutter",):
        return one
    text, links = said_once(one.text, one.links)
    left = faults(one.segment, text, languages)
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
    """Return the hypothesis of a segment from those of the pieces that it was cut into.

    Each of `cuts` ends with the white space after it; the keys of `done` are without it. The space
    between translated pieces is that of the target language, the second of `languages`.
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
        text += part_separator(text, between, follows, languages) if follows else between
    links = joined(segment, text, linked)
    return Hypothesis(segment, text, links, None if merged == Verdict() else merged)
