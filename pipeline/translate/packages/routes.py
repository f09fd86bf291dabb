"""Routes: which installed models lead from one language to another.

In goes what is installed and a pair of languages, out comes the chain of models. Pure. A chain is
never longer than needed, and English in the middle is preferred: Argos trains on English pairs.
"""

from collections import deque
from collections.abc import Sequence
from typing import Protocol, TypeVar


class Hop(Protocol):
    """What a route needs to know of a model."""

    @property
    def from_code(self) -> str: ...
    @property
    def to_code(self) -> str: ...


H = TypeVar("H", bound=Hop)

# Argos's codes that are not the language's BCP 47 primary tag.
_ARGOS_CODES = {"zt": "zh-hant", "pb": "pt-br"}
# Tags that mean a language Argos knows by another code (ISO 639-3 macrolanguages, old codes).
_ALIASES = {"nn": "nb", "no": "nb", "iw": "he", "in": "id", "fil": "tl"}


def tag(code: str) -> str:
    """A language code in the form compared here: lower-case BCP 47 ("pt_BR" → "pt-br")."""
    lower = code.strip().lower().replace("_", "-")
    return _ARGOS_CODES.get(lower, lower)


def serves(code: str, wanted: str) -> int:
    """How well a model's language serves a wanted one: 2 the same, 1 the same primary tag, 0 no."""
    have, want = tag(code), tag(wanted)
    if have == want:
        return 2
    have, want = (_ALIASES.get(x.split("-")[0], x.split("-")[0]) for x in (have, want))
    return int(have == want)


def shortest(models: Sequence[H], source: str, target: str, via: str = "en") -> tuple[H, ...]:
    """The best chain of models from `source` to `target`: direct, through `via`, then any shortest.

    Returns () where no chain leads there. Of two equal models the one whose codes fit more
    exactly wins, then the earlier.
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
