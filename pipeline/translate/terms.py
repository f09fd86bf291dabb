"""Put a glossary's terms into the translations of many segments at once.

`settle` takes segments with their terms, their translations and alignment links, and a function
that translates more segments. It returns the translations with their terms, and names the terms
that are missing all the same. Raises what that function raises.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from pipeline.translate.glossary import Applied, Use, agreed, apply, has_terms, with_targets
from pipeline.translate.text.alignment import parse_links, pharaoh
from pipeline.translate.text.edits import Edit, carried, edited
from pipeline.translate.verbs import LANGUAGE, is_cued, is_verb, probes

FAULT = "term"
"""The name of the fault "a term is missing" in the gate's verdicts."""


class Found(Protocol):
    """Translations and alignment links by segment; `kept` has those still in the source's words."""

    @property
    def texts(self) -> dict[str, str]: ...
    @property
    def links(self) -> dict[str, str]: ...
    @property
    def kept(self) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True)
class Settled:
    """A translation with its terms, its links in the Pharaoh format, and its missing terms."""

    text: str
    links: str
    missing: tuple[Use, ...] = ()


def settle(
    found: Found,
    uses: Mapping[str, tuple[Use, ...]],
    languages: tuple[str, str],
    again: Callable[[list[str]], Found],
) -> dict[str, Settled]:
    """Return each segment of `uses` with its terms in its translation.

    A term replaces the words that the alignment links lead to. If the links lead nowhere (the
    attention of some packages is useless), or if other words were replaced and those around may no
    longer agree, the segment is translated `again` with the target terms written into it. This
    second translation is used only if it has all terms: it replaces a first one with a missing
    term, or else supplies articles and endings to it. A term that is a verb in its segment does not
    replace the verb: it is missing.
    """
    verbs: dict[str, list[Use]] = {}

    def applied(segment: str) -> Applied:
        pairs = parse_links(found.links.get(segment, ""))
        left = _without(uses[segment], verbs.get(segment))
        return apply(segment, found.texts[segment], pairs, left, languages)

    first = {segment: applied(segment) for segment in uses}
    verbs.update(_verbs(first, languages, again))
    first.update({segment: applied(segment) for segment in verbs})
    done = {
        one: Settled(made.text, pharaoh(made.links), made.missing) for one, made in first.items()
    }
    unsure = {}
    for segment, made in first.items():
        other = with_targets(segment, _without(uses[segment], verbs.get(segment)))
        if other != segment and (made.missing or made.changed):
            unsure[segment] = other
    if unsure:
        left = {segment: _without(uses[segment], verbs.get(segment)) for segment in unsure}
        _improve(done, unsure, left, languages, again)
    for segment, some in verbs.items():
        done[segment] = replace(done[segment], missing=(*done[segment].missing, *some))
    return done


def _without(uses: tuple[Use, ...], others: Collection[Use] | None) -> tuple[Use, ...]:
    return tuple(use for use in uses if use not in others) if others else uses


def _verbs(
    first: Mapping[str, Applied], languages: tuple[str, str], again: Callable[[list[str]], Found]
) -> dict[str, list[Use]]:
    """Return the terms for which the model wrote a verb, by segment."""
    if languages[0] != LANGUAGE:
        return {}
    changed = [
        (segment, use, written, probes(segment[use.start : use.end].lower()))
        for segment, made in first.items()
        for use, written in made.replaced
        if written.casefold() != use.wanted.casefold()
    ]
    asked = sorted({probe for *_, some in changed for probe in some})
    found = again(asked).texts if asked else {}
    verbs: dict[str, list[Use]] = {}
    for segment, use, written, some in changed:
        said = [found[probe] for probe in some]
        if is_cued(segment, use) or is_verb(written, use.wanted, *said):
            verbs.setdefault(segment, []).append(use)
    return verbs


def _improve(
    done: dict[str, Settled],
    unsure: Mapping[str, str],
    uses: Mapping[str, tuple[Use, ...]],
    languages: tuple[str, str],
    again: Callable[[list[str]], Found],
) -> None:
    """Improve results with translations of `unsure`, which have the target terms in the source."""
    second = again(list(dict.fromkeys(unsure.values())))
    kept = second.kept
    for segment, other in unsure.items():
        text, terms = second.texts[other], uses[segment]
        if other in kept or not has_terms(text, terms):
            continue
        if not done[segment].missing:
            done[segment] = replace(
                done[segment], text=agreed(done[segment].text, text, terms, languages)
            )
            continue
        edits = [Edit(use.start, use.end, use.wanted) for use in terms]
        back = edited(segment, edits).came_from
        pairs = parse_links(second.links.get(other, ""))
        targets = {number: (number,) for _, number in pairs}
        done[segment] = Settled(text, pharaoh(carried(pairs, back, targets)))
