"""The results for segments: their translations, alignment links, verdicts, terms and authors.

A route of several models is translated hop by hop: `step` takes the result of one hop for one
segment and adds it to the results of the hops before. Never raises.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.translate.engine.gate import Verdict
from pipeline.translate.glossary import Use
from pipeline.translate.text.alignment import compose
from pipeline.translate.text.blocks import Block, rebuild
from pipeline.translate.text.spans import Text


@dataclass(slots=True)
class Known:
    """Translations (`texts`), alignment links, verdicts and terms by segment.

    `fresh` are the segments that a model translated just now, `corrected` those that a person
    translated.
    """

    texts: dict[str, str]
    fresh: set[str] = field(default_factory=set)
    links: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    terms: dict[str, tuple[Use, ...]] = field(default_factory=dict)
    corrected: Collection[str] = ()

    @property
    def kept(self) -> dict[str, tuple[tuple[int, int], ...]]:
        """The ranges, in characters, of each translation that are still the source's words."""
        return {one: verdict.kept for one, verdict in self.verdicts.items() if verdict.kept}

    def author(self, segment: str) -> Literal["memory", "model", "person"]:
        """Who made a translation: "memory" means a model, earlier."""
        if segment in self.corrected:
            return "person"
        return "model" if segment in self.fresh else "memory"


def step(result: Known, segment: str, found: Known, hop: int, hops: int, aligned: bool) -> None:
    """Replace the text, links and verdict of `segment` in `result` by those after one more hop.

    `found` is what the model of this hop made of the texts so far. `hop` counts from 0, `hops` is
    the length of the route. `aligned` says whether the segment has alignment links.
    """
    before = result.texts[segment]
    if before in found.fresh:
        result.fresh.add(segment)
    if aligned:
        here = found.links.get(before, "")
        result.links[segment] = compose(result.links[segment], here) if hop else here
    result.texts[segment] = found.texts[before]
    verdict = found.verdicts.get(before)
    if verdict is None:
        return
    if verdict.kept and hops > 1:
        # Words of the pivot language are of no use to readers: the whole segment stays as it was.
        result.texts[segment] = segment
        verdict = replace(verdict, kept=((0, len(segment)),))
    result.verdicts[segment] = verdict


def rebuilt(blocks: Sequence[Block], known: Known, source: str, target: str) -> list[Text]:
    """Return blocks in the target language, with their spans, and ranges still in the source's."""
    kept = known.kept
    return [rebuild(one, known.texts, source, target, known.links, kept) for one in blocks]
