"""The translation memory as translation sees it: segments in, known translations out.

A segment is one sentence with its white space normalised; `model` names the model and every option
that changes what it writes. The database's memory implements the protocol; `DictMemory` lasts as
long as the process.
"""

from collections.abc import Collection, Mapping
from typing import Protocol


class Memory(Protocol):
    """Where translations of segments are kept. Both methods may be called from several threads."""

    def get(self, model: str, segments: Collection[str]) -> dict[str, str]:
        """The known translations among `segments`; what is not known is left out."""
        ...

    def put(self, model: str, pairs: Mapping[str, str]) -> None:
        """Keep translations (segment → translation); called as results arrive."""
        ...


def correction_key(source: str, target: str) -> str:
    """What the memory files people's own translations under: they win over every model's."""
    return f"{source}>{target}!"


class DictMemory:
    """A memory that is gone with the process; for filters, previews and tests."""

    def __init__(self) -> None:
        self._pairs: dict[str, dict[str, str]] = {}

    def get(self, model: str, segments: Collection[str]) -> dict[str, str]:
        """See Memory.get."""
        known = self._pairs.get(model, {})
        return {segment: known[segment] for segment in segments if segment in known}

    def put(self, model: str, pairs: Mapping[str, str]) -> None:
        """See Memory.put."""
        self._pairs.setdefault(model, {}).update(pairs)
