"""Find the models that lead from one language to another, if necessary over a pivot language.

`shortest` takes the available models and a language pair, and returns the chain of models, () if
there is none. The shortest chain is used; English is the preferred pivot, because Argos trains its
models on pairs with English. Pure functions; never raises.
"""

from collections import deque
from collections.abc import Sequence
from typing import Protocol, TypeVar


class Hop(Protocol):
    """The language pair of a model or an offer."""

    @property
    def from_code(self) -> str: ...
    @property
    def to_code(self) -> str: ...


H = TypeVar("H", bound=Hop)

# Codes of Argos that differ from BCP 47.
_ARGOS_CODES = {"zt": "zh-hant", "pb": "pt-br"}
# Tags for which Argos uses another code (ISO 639-3 macrolanguages, old codes).
_ALIASES = {"nn": "nb", "no": "nb", "iw": "he", "in": "id", "fil": "tl"}


def tag(code: str) -> str:
    """Return a language code as a lower-case BCP 47 tag, for comparison ("pt_BR" → "pt-br")."""
    lower = code.strip().lower().replace("_", "-")
    return _ARGOS_CODES.get(lower, lower)


def serves(code: str, wanted: str) -> int:
    """Return how well a model's language fits a wanted one: 2 equal, 1 same primary tag, 0 not."""
    have, want = tag(code), tag(wanted)
    if have == want:
        return 2
    have, want = (_ALIASES.get(x.split("-")[0], x.split("-")[0]) for x in (have, want))
    return int(have == want)


def shortest(models: Sequence[H], source: str, target: str, via: str = "en") -> tuple[H, ...]:
    """Return the best chain of models from `source` to `target`, () if there is none.

    A direct model comes first, then a chain over `via`, then any shortest chain. Of two equal
    models the one whose codes fit better is used, then the earlier one.
    """
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
    queue: deque[tuple[H, ...]] = deque((m,) for m in first)
    seen = {m.to_code for m in first}
    while queue:
        chain = queue.popleft()
        if serves(chain[-1].to_code, target):
            return chain
        for model in models:
            if serves(model.from_code, chain[-1].to_code) and model.to_code not in seen:
                seen.add(model.to_code)
                queue.append((*chain, model))
    return ()
