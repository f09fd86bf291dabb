"""The engine: segments through CTranslate2, in token-sized batches with several in flight.

In goes a model and segments, out come translations as they are ready. Models are loaded once, late
and under a lock; a segment over the model's comfortable length is cut and joined, never truncated.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pipeline.errors import ModelError
from pipeline.options import TranslateOptions
from pipeline.translate import quality
from pipeline.translate.alignment import link
from pipeline.translate.models import Model
from pipeline.translate.segments import pieces

COMFORTABLE = 160
"""Tokens a sentence may have before it is cut: these models were trained on single sentences."""
LENGTH_PENALTY = 0.2
"""Argos's, kept for comparability."""


STRICT_BEAM, STRICT_NGRAM, STRICT_PENALTY = 4, 4, 1.2
"""Decoding of the second attempt: wider, and with repetition made dear."""


class Tokeniser(Protocol):
    """Segments to the model's word pieces and back."""

    def encode(self, text: str) -> list[str]:
        """The pieces of a text."""
        ...

    def decode(self, tokens: list[str]) -> str:
        """The text of pieces."""
        ...


class SentencePiece:
    """A package's sentencepiece.model. Unlike Argos's decoder it leaves "_" alone."""

    def __init__(self, path: Path) -> None:
        import sentencepiece

        self._processor = sentencepiece.SentencePieceProcessor(model_file=str(path))

    def encode(self, text: str) -> list[str]:
        """See Tokeniser.encode."""
        return list(self._processor.encode(text, out_type=str))

    def decode(self, tokens: list[str]) -> str:
        """See Tokeniser.decode."""
        return str(self._processor.decode_pieces(tokens)).replace("▁", " ")


def cores() -> int:
    """CPUs this process may use: its affinity, and the container's quota where there is one."""
    count = len(os.sched_getaffinity(0))
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        if quota != "max":
            count = min(count, max(1, int(quota) // int(period)))
    except (OSError, ValueError):
        return count  # no cgroup v2 here, so no quota to respect
    return count


@dataclass(frozen=True)
class Loaded:
    """A model in memory. CTranslate2's translators and the tokenisers are safe to share."""

    model: Model
    tokeniser: Tokeniser
    translator: Any
    options: TranslateOptions

    def translate(
        self, segments: Sequence[str], aligned: Collection[str] = ()
    ) -> Iterator[tuple[str, str, str]]:
        """(segment, translation, links) for each distinct segment, in the order they finish.

        `links` is a word alignment in Pharaoh format, "" for segments not in `aligned` and where
        the model gives none. A hypothesis with faults is tried once more, with other decoding, and
        the better one kept; where that is broken all the same, the segment itself is given back.
        """
        plain = [segment for segment in segments if segment not in aligned]
        for group, attention in ((plain, False), ([s for s in segments if s in aligned], True)):
            yield from self._checked(group, attention)

    def _checked(self, segments: Sequence[str], attention: bool) -> Iterator[tuple[str, str, str]]:
        doubted: dict[str, tuple[str, str]] = {}
        for segment, text, links in self._cased(segments, attention):
            if quality.faults(segment, text):
                doubted[segment] = (text, links)
            else:
                yield segment, text, links
        if not doubted:
            return
        for segment, text, links in self._cased(list(doubted), attention, strict=True):
            first = doubted[segment]
            again = quality.severity(segment, text) < quality.severity(segment, first[0])
            best = (text, links) if again else first
            if quality.HARD & set(quality.faults(segment, best[0])):
                best = (segment, "")
            yield segment, *best

    def _cased(
        self, segments: Sequence[str], attention: bool, *, strict: bool = False
    ) -> Iterator[tuple[str, str, str]]:
        """Segments in capitals are translated as sentences and put into capitals again."""
        wanted: dict[str, list[str]] = {}
        for segment in segments:
            wanted.setdefault(quality.calmed(segment), []).append(segment)
        for calm, text, links in self._group(list(wanted), attention, strict):
            for segment in wanted[calm]:
                yield segment, text if segment == calm else text.upper(), links

    def _group(
        self, segments: Sequence[str], attention: bool, strict: bool
    ) -> Iterator[tuple[str, str, str]]:
        jobs: list[list[str]] = []
        owners: list[tuple[int, int]] = []
        parts: list[list[str]] = []
        gaps: list[list[str]] = []
        for index, segment in enumerate(segments):
            tokens = self.tokeniser.encode(segment)
            cut = pieces(segment, COMFORTABLE, len(tokens))
            parts.append([""] * len(cut))
            gaps.append([piece[len(piece.rstrip()) :] for piece in cut])
            for number, piece in enumerate(cut):
                jobs.append(self.tokeniser.encode(piece.strip()) if len(cut) > 1 else tokens)
                owners.append((index, number))
        missing = [len(part) for part in parts]
        for job, tokens, weights in self._run(jobs, attention, strict):
            index, number = owners[job]
            text = self.tokeniser.decode(tokens)
            parts[index][number] = text
            missing[index] -= 1
            if missing[index]:
                continue
            segment, links = segments[index], ""
            if weights and len(parts[index]) == 1:
                links = link(segment, text, jobs[job], tokens, weights)
            joined = zip(parts[index], gaps[index], strict=True)
            yield segment, "".join(part + gap for part, gap in joined), links

    def _run(
        self, jobs: Sequence[list[str]], attention: bool, strict: bool
    ) -> Iterator[tuple[int, list[str], list[list[float]]]]:
        """Word pieces in, word pieces out, by job number; a bounded number of batches in flight."""
        order = sorted((n for n, job in enumerate(jobs) if job), key=lambda n: -len(jobs[n]))
        yield from ((n, [], []) for n, job in enumerate(jobs) if not job)
        flying: deque[tuple[list[int], list[Any]]] = deque()
        for batch in batches(order, lambda n: len(jobs[n]), self.options.batch_tokens):
            flying.append((batch, self._submit([jobs[n] for n in batch], attention, strict)))
            if len(flying) > 2 * self.translator.num_translators:
                yield from self._collect(*flying.popleft())
        while flying:
            yield from self._collect(*flying.popleft())

    def _submit(self, batch: list[list[str]], attention: bool, strict: bool) -> list[Any]:
        prefix = self.model.target_prefix
        longest = max(len(tokens) for tokens in batch)
        results: list[Any] = self.translator.translate_batch(
            batch,
            target_prefix=[[prefix]] * len(batch) if prefix else None,
            beam_size=max(STRICT_BEAM, self.options.beam_size)
            if strict
            else self.options.beam_size,
            no_repeat_ngram_size=STRICT_NGRAM if strict else 0,
            repetition_penalty=STRICT_PENALTY if strict else 1,
            length_penalty=LENGTH_PENALTY,
            replace_unknowns=True,
            max_input_length=0,
            max_decoding_length=3 * longest + 32,
            return_attention=attention,
            asynchronous=True,
        )
        return results

    def _collect(
        self, batch: list[int], results: list[Any]
    ) -> Iterator[tuple[int, list[str], list[list[float]]]]:
        skip = 1 if self.model.target_prefix else 0
        for number, result in zip(batch, results, strict=True):
            try:
                found = result.result()
            except RuntimeError as error:
                reason = f"the model failed ({error})"
                raise ModelError(self.model.key, reason, "babelwire models verify") from error
            weights = found.attention[0] if found.attention else []
            yield number, found.hypotheses[0][skip:], weights[skip:]


def batches(order: Sequence[int], size: Callable[[int], int], limit: int) -> Iterator[list[int]]:
    """Cut a list sorted by falling size into batches whose padded size is at most `limit`."""
    batch: list[int] = []
    for number in order:
        if batch and size(batch[0]) * (len(batch) + 1) > limit:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


class Engine:
    """Models in memory, loaded at first use and shared by all threads.

    Of more than `max_loaded` the one unused longest goes, once nobody translates with it any more.
    """

    def __init__(self, options: TranslateOptions) -> None:
        self.options = options
        self._loaded: dict[Path, tuple[str, Loaded]] = {}
        self._lock = threading.Lock()

    def load(self, model: Model) -> Loaded:
        """The model, from memory where the same package is there already. Raises ModelError."""
        digest = model.digest
        with self._lock:
            known = self._loaded.pop(model.path, None)
            if known is None or known[0] != digest:
                while len(self._loaded) >= self.options.max_loaded:
                    del self._loaded[next(iter(self._loaded))]
                known = (digest, self._open(model))
            self._loaded[model.path] = known  # at the end: used last
            return known[1]

    def loaded(self) -> list[str]:
        """The models in memory, by the names of their packages."""
        with self._lock:
            return sorted(loaded.model.key for _, loaded in self._loaded.values())

    def _open(self, model: Model) -> Loaded:
        import ctranslate2

        try:
            tokeniser = _tokeniser(model)
            translator = ctranslate2.Translator(
                str(model.path / "model"),
                device=self.options.device,
                inter_threads=self.options.threads or cores(),
                intra_threads=1,
                max_queued_batches=-1,
            )
        except (RuntimeError, ValueError, OSError) as error:
            if self.options.device == "cuda" and "cuda" in str(error).lower():
                reason = f"the GPU cannot be used ({error})"
                raise ModelError(model.key, reason, 'set translate.device to "auto"') from error
            reason = f"the model cannot be loaded ({error})"
            remedy = f"babelwire models install {model.from_code} {model.to_code}"
            raise ModelError(model.key, reason, remedy) from error
        return Loaded(model, tokeniser, translator, self.options)


def _tokeniser(model: Model) -> Tokeniser:
    path = model.path / "sentencepiece.model"
    if path.is_file():
        return SentencePiece(path)
    # The older packages: Moses and BPE, as Argos does them.
    from argostranslate.tokenizer import BPETokenizer

    bpe: Tokeniser = BPETokenizer(model.path / "bpe.model", model.from_code, model.to_code)
    return bpe
