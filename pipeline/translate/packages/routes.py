"""Find the models that lead from one language to another, if necessary over a pivot language.

`shortest` takes the available models and a language pair, and returns the chain of models, () if
there is none. The shortest chain is used; English is the preferred pivot, because Argos trains its
models on pairs with English. Pure functions; never raises.
"""

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Hop(Protocol):
    """The language pair of a model or an offer."""

    @property
    def from_code(self) -> str: ...
    @property
    def to_code(self) -> str: ...


H = TypeVar("H", bound=Hop)

SAME = 2
"""The least result of `serves` for a model in the variant of a language that is wanted."""

# Codes of Argos that differ from BCP 47.
_ARGOS_CODES = {"zt": "zh-hant", "pb": "pt-br"}
# Tags for which Argos uses another code (ISO 639-3 macrolanguages, old codes).
_ALIASES = {"nn": "nb", "no": "nb", "iw": "he", "in": "id", "fil": "tl", "cmn": "zh"}
# Regions that write Chinese in traditional characters, if the tag names no script (CLDR's likely
# subtags).
_TRADITIONAL = frozenset({"tw", "hk", "mo"})
_TRADITIONAL_SCRIPT = "hant"


def tag(code: str) -> str:
    """Return a language code as a lower-case BCP 47 tag, for comparison ("pt_BR" → "pt-br")."""
    lower = code.strip().lower().replace("_", "-")
    return _ARGOS_CODES.get(lower, lower)


def serves(code: str, wanted: str) -> int:
    """Return how well a model's language fits a wanted one.

    3: equal; SAME (2): another region of the same variant, as "pt" for "pt-AO" and "zt" for
    "zh-TW"; 1: another variant, as "pt" for "pt-BR"; 0: another language.
    """
    have, want = tag(code), tag(wanted)
    if have == want:
        return 3
    (language, variant), (other, other_variant) = _variant(have), _variant(want)
    return SAME - (variant != other_variant) if language == other else 0


def reads(source: str, target: str) -> bool:
    """Return whether who reads `target` reads a text in `source`: the same language and script.

    A tag without a script implies that of its region, and "zh" alone simplified characters (CLDR's
    likely subtags).
    """
    fit = serves(source, target)
    return fit >= SAME or (fit > 0 and _TRADITIONAL_SCRIPT not in _variants(source, target))


def _variants(*codes: str) -> set[str]:
    return {_variant(tag(code))[1] for code in codes}


def _variant(code: str) -> tuple[str, str]:
    """Return the language of a tag, and which of its variants Argos has packages of its own for."""
    primary, *subtags = code.split("-")
    language = _ALIASES.get(primary, primary)
    variant = ""
    if language == "pt" and "br" in subtags:
        variant = "br"
    elif language == "zh" and "hans" not in subtags:
        traditional = _TRADITIONAL.union({_TRADITIONAL_SCRIPT}).intersection(subtags)
        variant = _TRADITIONAL_SCRIPT if traditional else ""
    return language, variant


def fit(hop: Hop, source: str, target: str) -> int:
    """Return how well a model fits a language pair: the worse of its two languages."""
    return min(serves(hop.from_code, source), serves(hop.to_code, target))


def shortest(models: Sequence[H], source: str, target: str, via: str = "en") -> tuple[H, ...]:
    """Return the best chain of models from `source` to `target`, () if there is none.

    A direct model comes first, then a chain over `via`, then any shortest chain. Of equally long
    chains the one whose codes fit better is used, then the earlier one. Between two variants of one
    language a chain must begin and end with them.
    """
    if serves(source, target):
        models = [
            one
            for one in models
            if serves(one.from_code, source) != 1 and serves(one.to_code, target) != 1
        ]
    first = [m for m in models if serves(m.from_code, source)]
    first.sort(key=lambda m: -serves(m.from_code, source))
    direct = [m for m in first if serves(m.to_code, target)]
    if direct:
        return (max(direct, key=lambda m: serves(m.from_code, source) + serves(m.to_code, target)),)
    for head in first:
        if serves(head.to_code, via):
            tails = [m for m in models if serves(m.from_code, via) and serves(m.to_code, target)]
            if tails:
                return (head, max(tails, key=lambda m: serves(m.to_code, target)))
    chains: list[tuple[H, ...]] = [(m,) for m in first]
    seen = {m.to_code for m in first}
    while chains:
        longer = []
        for chain in chains:
            for model in models:
                if serves(model.from_code, chain[-1].to_code) and model.to_code not in seen:
                    seen.add(model.to_code)
                    longer.append((*chain, model))
        if done := [chain for chain in longer if serves(chain[-1].to_code, target)]:
            return max(done, key=lambda chain: serves(chain[-1].to_code, target))
        chains = longer
    return ()
