"""Translate with a CTranslate2 model and a SentencePiece vocabulary: greedily, with one thread."""

import time
from collections.abc import Callable
from pathlib import Path

import ctranslate2
import sentencepiece


def greedy(model: Path, vocabulary: Path) -> Callable[[list[str]], tuple[list[str], float]]:
    """Load a model; return what translates sentences, with the seconds that the model took."""
    spm = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
    translator = ctranslate2.Translator(
        str(model), compute_type="default", intra_threads=1, inter_threads=1
    )

    def translate(sources: list[str]) -> tuple[list[str], float]:
        tokens = spm.encode(sources, out_type=str)
        start = time.perf_counter()
        results = translator.translate_batch(
            tokens, beam_size=1, max_batch_size=1024, batch_type="tokens", replace_unknowns=True
        )
        seconds = time.perf_counter() - start
        return [spm.decode(result.hypotheses[0]).strip() for result in results], seconds

    return translate
