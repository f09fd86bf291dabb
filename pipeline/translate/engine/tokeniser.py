"""Encode segments into a model's word pieces, decode them, and query its vocabulary.

`tokeniser` takes an installed package and returns its tokeniser: SentencePiece, or Moses and BPE
for older packages. Tokenisers are safe to share between threads. Loading raises OSError or
RuntimeError.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from pipeline.translate.engine.casing import Score
from pipeline.translate.packages.package import Model


class Tokeniser(Protocol):
    """Encodes segments into the model's word pieces and decodes them."""

    @property
    def score(self) -> Score | None:
        """The function casing.Score of the vocabulary; None if it has no probabilities."""
        ...

    def encode(self, text: str) -> list[str]:
        """Return the pieces of a text."""
        ...

    def sizes(self, texts: Sequence[str]) -> list[int]:
        """Return the number of pieces of each text."""
        ...

    def decode(self, tokens: list[str]) -> str:
        """Return the text of pieces."""
        ...

    def knows(self, text: str, /) -> bool:
        """Return whether the vocabulary has all characters of a text; see masking.Knows."""
        ...


class SentencePiece:
    """A package's sentencepiece.model. Unlike Argos's decoder it keeps "_" in texts."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        import sentencepiece

        self._processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
        self._unknown = self._processor.unk_id()
        self._threads = threads
        self._pieces = {" "}  # characters that are known to be pieces of their own

    def encode(self, text: str) -> list[str]:
        """See Tokeniser.encode."""
        return list(self._processor.encode(text, out_type=str))

    def sizes(self, texts: Sequence[str]) -> list[int]:
        """See Tokeniser.sizes. One call takes a fifth of the time of many."""
        return list(map(len, self._processor.encode(list(texts), num_threads=self._threads)))

    def decode(self, tokens: list[str]) -> str:
        """See Tokeniser.decode."""
        return str(self._processor.decode_pieces(tokens)).replace("▁", " ")

    def knows(self, text: str, /) -> bool:
        """See Tokeniser.knows."""
        left = set(text) - self._pieces
        if not left:
            return True
        found = {char for char in left if self._processor.piece_to_id(char) != self._unknown}
        self._pieces |= found
        return found == left or self._unknown not in self._processor.encode(text)

    def score(self, word: str) -> tuple[float, int]:
        """See Tokeniser.score."""
        ids = self._processor.encode(word)
        # -50 is far below the score of any known piece.
        scores = (-50.0 if i == self._unknown else self._processor.get_score(i) for i in ids)
        return sum(scores), len(ids)


class Moses:
    """A package's bpe.model after Moses's tokenisation, with Argos's implementation."""

    score = None

    def __init__(self, path: Path, model: Model) -> None:
        from argostranslate.tokenizer import BPETokenizer

        self._tokenizer = BPETokenizer(path, model.from_code, model.to_code)
        # At its first use, two threads might both find it half loaded.
        self._tokenizer.lazy_load()

    def encode(self, text: str) -> list[str]:
        """See Tokeniser.encode."""
        return list(self._tokenizer.encode(text))

    def sizes(self, texts: Sequence[str]) -> list[int]:
        """See Tokeniser.sizes."""
        return [len(self.encode(text)) for text in texts]

    def decode(self, tokens: list[str]) -> str:
        """See Tokeniser.decode."""
        return str(self._tokenizer.decode(tokens))

    def knows(self, _: str, /) -> bool:
        """See Tokeniser.knows. Always True: BPE falls back on single letters."""
        return True


def tokeniser(model: Model, threads: int = 1) -> Tokeniser:
    """Return the tokeniser of an installed package; `sizes` uses so many `threads`."""
    path = model.path / "sentencepiece.model"
    if path.is_file():
        return SentencePiece(path, threads)
    return Moses(model.path / "bpe.model", model)
