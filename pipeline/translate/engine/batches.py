"""What computes the batches of a model: CTranslate2 in this process, or something in its place.

A `BatchTranslator` takes texts in word pieces and returns their hypotheses. `Elsewhere` gives one
that computes in another place, such as on other machines; it is pure, too: the same batch gives the
same hypotheses, wherever it is computed.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from pipeline.translate.packages.package import Model


class Hypotheses(Protocol):
    """The result of a text, as ctranslate2.TranslationResult has it.

    `hypotheses` are in word pieces, the best first. `attention` has for each of them a row of
    weights for each piece, if it was requested.
    """

    @property
    def hypotheses(self) -> list[list[str]]: ...

    @property
    def attention(self) -> list[list[list[float]]]: ...


class Pending(Protocol):
    """A text that is being translated, as ctranslate2.AsyncTranslationResult has it."""

    def result(self) -> Hypotheses:
        """Wait for it. Raises RuntimeError when the model fails, ModelError when it cannot be."""
        ...


class BatchTranslator(Protocol):
    """The part of ctranslate2.Translator that the engine uses."""

    @property
    def num_translators(self) -> int:
        """How many batches are computed at once."""
        ...

    def translate_batch(self, batch: Sequence[list[str]], **options: Any) -> Sequence[Pending]:
        """Start a batch, with the options of ctranslate2.Translator.translate_batch.

        Returns a result for each text, in order, without waiting for it.
        """
        ...


Here = Callable[[], BatchTranslator]
"""Loads the model into this process. Raises ModelError."""
Elsewhere = Callable[[Model, Here], BatchTranslator]
"""Gives the translator of a model in another place, which may fall back on `Here`."""
