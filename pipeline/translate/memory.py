"""The interface of the translation memory, and a memory that lasts as long as the process.

A memory stores translations by model and segment. A segment is one sentence with its white space
normalised. `model` is a key that names the model and every option that changes its output. The
memory in the database implements the same protocol.
"""

import re
from collections.abc import Collection, Mapping
from typing import Protocol

from pipeline.options import TranslateOptions
from pipeline.translate.packages.package import Model
from pipeline.translate.packages.requantise import LIMIT

_NAME = re.compile(r"([a-z]+)_([a-z]+)-")
_PAIR = re.compile(r"(?:^|,pair=)([\w-]+)>([\w-]+)!?(?:#.*)?$")
# More options that change a model's output, by their names in the memory's keys.
_KEY_OPTIONS = {"compute": "compute_type", "ngram": "no_repeat_ngram", "cut": "segment_tokens"}


class Memory(Protocol):
    """Where translations of segments are kept. Both methods may be called from several threads."""

    def get(self, model: str, segments: Collection[str]) -> dict[str, str]:
        """Return the stored translations of `segments`; those without one are left out."""
        ...

    def put(self, model: str, pairs: Mapping[str, str]) -> None:
        """Store translations (segment → translation); called whenever results are ready."""
        ...


def correction_key(source: str, target: str) -> str:
    """Return the key of corrections by people; they take precedence over every model."""
    return f"{source}>{target}!"


def languages(key: str) -> tuple[str, str]:
    """Return the language codes of a key of a model or of corrections; ("", "") for another text.

    "en_pt-1.0@…" is a key of ("en", "pt"). Codes with subtags cannot be told from the rest of a
    model's name; such keys have them at their end, see `memory_key`.
    """
    found = _PAIR.search(key) or _NAME.match(key)
    return (found[1], found[2]) if found else ("", "")


def memory_key(model: Model, options: TranslateOptions) -> str:
    """Return the memory's key of a model: its name, its digest, and options that change its output.

    It also has the version of the gate, and the range of requantised weights. Options with their
    default value are left out, except beam size and length penalty. Language codes with subtags
    ("pt-BR", "zh_Hant") are added as "pair=en>pt-BR".
    """
    defaults = TranslateOptions()
    key = f"{model.key}@{model.digest[:12]}/beam={options.beam_size}"
    key += f",lp={options.length_penalty},gate=9"
    if model.requantised:
        key += f",weights={LIMIT}"
    for name, option in _KEY_OPTIONS.items():
        value = getattr(options, option)
        if value != getattr(defaults, option):
            key += f",{name}={value}"
    codes = model.from_code, model.to_code
    return key if languages(key) == codes else f"{key},pair={correction_key(*codes)[:-1]}"


class Aside:
    """A memory that looks into another one, and keeps what is new to itself."""

    def __init__(self, under: Memory) -> None:
        self._under, self._own = under, DictMemory()

    def get(self, model: str, segments: Collection[str]) -> dict[str, str]:
        """See Memory.get."""
        return self._under.get(model, segments) | self._own.get(model, segments)

    def put(self, model: str, pairs: Mapping[str, str]) -> None:
        """See Memory.put."""
        self._own.put(model, pairs)


class DictMemory:
    """A memory in a dict, for filters, previews and tests."""

    def __init__(self) -> None:
        self._pairs: dict[str, dict[str, str]] = {}

    def get(self, model: str, segments: Collection[str]) -> dict[str, str]:
        """See Memory.get."""
        known = self._pairs.get(model, {})
        return {segment: known[segment] for segment in segments if segment in known}

    def put(self, model: str, pairs: Mapping[str, str]) -> None:
        """See Memory.put."""
        self._pairs.setdefault(model, {}).update(pairs)
