"""A glossary's terms in many translations at once: placed by links, checked, and tried otherwise.

In go segments with their terms, translations and word links, and a way to translate more; out come
the translations with their terms. What has lost one all the same is named.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from pipeline.translate.glossary import Use, agreed, apply, present, switched
from pipeline.translate.text.alignment import parse_links, pharaoh
from pipeline.translate.text.edits import Edit, carried, edited

FAULT = "term"
"""What the gate calls a translation in which a term did not come out."""


class Found(Protocol):
    """Translations and word links by segment, and which segments stayed in their own words."""

    @property
    def texts(self) -> dict[str, str]: ...
    @property
    def links(self) -> dict[str, str]: ...
    @property
    def kept(self) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True)
class Settled:
    """A translation with its terms, its links in the Pharaoh format, and the terms it lacks."""

    text: str
    links: str
    missing: tuple[Use, ...] = ()


def settle(
    found: Found,
    uses: Mapping[str, tuple[Use, ...]],
    languages: tuple[str, str],
    again: Callable[[list[str]], Found],
) -> dict[str, Settled]:
    """Each segment of `uses` with its terms in its translation.

    Word links say which words a term replaces. Where they do not (some packages' attention tells
    nothing), and where the words around a replaced one may not agree with the new one, the segment
    is translated `again` with the target's terms written into it. Where all of them come out, that
    one counts instead of a first that lacks one; else it only says how articles and endings go.
    """
    done, unsure = {}, {}
    for segment, terms in uses.items():
        pairs = parse_links(found.links.get(segment, ""))
        first = apply(segment, found.texts[segment], pairs, terms, languages)
        done[segment] = Settled(first.text, pharaoh(first.links), first.missing)
        if first.missing or first.changed:
            other = switched(segment, terms)
            if other != segment:
                unsure[segment] = other
    if not unsure:
        return done
    second = again(list(dict.fromkeys(unsure.values())))
    for segment, other in unsure.items():
        text, terms = second.texts[other], uses[segment]
        if other in second.kept or not present(text, terms):
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
