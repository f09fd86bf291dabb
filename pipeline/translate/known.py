"""What is known of segments: their translations, word links, verdicts, terms, and who made them.

It grows over the hops of a route: `step` takes one segment over one hop.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.translate.engine.gate import Verdict
from pipeline.translate.glossary import Use
from pipeline.translate.text.alignment import compose


@dataclass(slots=True)
class Known:
    """Segments with their translations, word links and verdicts, and those translated just now."""

    texts: dict[str, str]
    fresh: set[str] = field(default_factory=set)
    links: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    terms: dict[str, tuple[Use, ...]] = field(default_factory=dict)
    corrected: Collection[str] = ()

    @property
    def kept(self) -> dict[str, tuple[tuple[int, int], ...]]:
        """The ranges of translations that are the source's own words, where there are any."""
        return {one: verdict.kept for one, verdict in self.verdicts.items() if verdict.kept}

    def author(self, segment: str) -> Literal["memory", "model", "person"]:
        """Who made a translation, or made it just now."""
        if segment in self.corrected:
            return "person"
        return "model" if segment in self.fresh else "memory"


def step(all_: Known, segment: str, found: Known, hop: int, hops: int, aligned: bool) -> None:
    """Take a segment over a hop: its text, links and verdict."""
    before = all_.texts[segment]
    if before in found.fresh:
        all_.fresh.add(segment)
    if aligned:
        here = found.links.get(before, "")
        all_.links[segment] = compose(all_.links[segment], here) if hop else here
    all_.texts[segment] = found.texts[before]
    verdict = found.verdicts.get(before)
    if verdict is None:
        return
    if verdict.kept and hops > 1:
        # Words of the language in the middle are of no use to anybody.
        all_.texts[segment] = segment
        verdict = replace(verdict, kept=((0, len(segment)),))
    all_.verdicts[segment] = verdict
