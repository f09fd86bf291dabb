"""Put a glossary's terms into the translations of many segments at once.

`settle` takes segments with their terms, their translations and alignment links, and a function
that translates more segments. It returns the translations with their terms, and names the terms
that are missing all the same. Raises what that function raises.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from pipeline.translate.glossary import Use, agreed, apply, has_terms, with_targets
from pipeline.translate.text.alignment import parse_links, pharaoh
from pipeline.translate.text.edits import Edit, carried, edited

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
    term, or else supplies articles and endings to it.
    """
    done, unsure = {}, {}
    for segment, terms in uses.items():
        pairs = parse_links(found.links.get(segment, ""))
        first = apply(segment, found.texts[segment], pairs, terms, languages)
        done[segment] = Settled(first.text, pharaoh(first.links), first.missing)
        if first.missing or first.changed:
            other = with_targets(segment, terms)
            if other != segment:
                unsure[segment] = other
    if not unsure:
        return done
    second = again(list(dict.fromkeys(unsure.values())))
    for segment, other in unsure.items():
        text, terms = second.texts[other], uses[segment]
        if other in second.kept or not has_terms(text, terms):
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
    return done
