"""The engine: segments through CTranslate2, in token-sized batches with several in flight.

In goes a model and segments, out come translations as they are ready. Models are loaded once, late
and under a lock; a segment over the model's comfortable length is cut and joined, never truncated.
"""

import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from pipeline.errors import ModelError
from pipeline.options import TranslateOptions
from pipeline.translate import casing, gate
from pipeline.translate.alignment import joined, link, parse_links, pharaoh
from pipeline.translate.batching import Job, batches
from pipeline.translate.cores import cores
from pipeline.translate.cutting import cut, halved, rejoined, wordless
from pipeline.translate.edits import carried
from pipeline.translate.gate import Hypothesis
from pipeline.translate.masking import WAYS, masked
from pipeline.translate.package import Model
from pipeline.translate.quality import faults, severity
from pipeline.translate.segments import seam
from pipeline.translate.tokeniser import Tokeniser, tokeniser
from pipeline.translate.wording import function_words

STRICT_NGRAM, STRICT_PENALTY = 4, 1.2
"""Decoding of later attempts: repetition is made dear."""
WIDE_BEAM = 2
"""How wide the search is at least for what was broken twice. A beam of 4 mends no more."""
_LOST = frozenset({"empty", "short", "cut"})  # faults of a part that its whole may hide
_CUT_AGAIN = frozenset({"numbers", "garbled", "stutter", "loop"})  # what shorter parts are free of
_OTHER_CASE = frozenset({"tr", "az"})  # languages in which "I" is not the capital of "i"
_GPU_WORKERS = 2  # so that one copies while the other computes


class Usage:
    """Whether a model is being used, and when it last was (seconds of time.monotonic)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._last = time.monotonic()

    def __enter__(self) -> None:
        with self._lock:
            self._users += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._users -= 1
            self._last = time.monotonic()

    def idle(self) -> float:
        """Seconds since it was used; 0 while it is."""
        with self._lock:
            return 0.0 if self._users else time.monotonic() - self._last


@dataclass(frozen=True)
class Loaded:
    """A model in memory. CTranslate2's translators and the tokenisers are safe to share."""

    model: Model
    tokeniser: Tokeniser
    translator: Any
    options: TranslateOptions
    usage: Usage = field(default_factory=Usage)

    @property
    def _languages(self) -> tuple[str, str]:
        return self.model.from_code, self.model.to_code

    def translate(
        self, segments: Sequence[str], aligned: Collection[str] = ()
    ) -> Iterator[Hypothesis]:
        """A hypothesis for each distinct segment, in the order they finish.

        `links` is a word alignment in Pharaoh format, "" for segments not in `aligned` and where
        the model gives none. What has faults is tried in other ways and the best kept; a piece that
        is broken all the same stays in its own words, and the verdict says so.
        """
        plain = [segment for segment in segments if segment not in aligned]
        with self.usage:
            for group, attention in ((plain, False), ([s for s in segments if s in aligned], True)):
                yield from self._whole(group, attention)

    def _whole(self, segments: Sequence[str], attention: bool) -> Iterator[Hypothesis]:
        """Cut what is too long, have the pieces translated and checked, and join them."""
        cuts: dict[str, list[str]] = {}
        owners: dict[str, list[str]] = {}
        done: dict[str, Hypothesis] = {}
        sizes = self._sizes(segments)

        def count(text: str) -> int:
            return sizes[text] if text in sizes else self.tokeniser.sizes([text])[0]

        for segment in segments:
            cuts[segment] = cut(segment, self.options.segment_tokens, count)
            for piece in dict.fromkeys(one.strip() for one in cuts[segment]):
                if wordless(piece):
                    done[piece] = Hypothesis(piece, piece)
                else:
                    owners.setdefault(piece, []).append(segment)
        missing = {
            segment: len({one.strip() for one in all_} - done.keys())
            for segment, all_ in cuts.items()
        }
        yield from (self._join(one, cuts[one], done) for one, left in missing.items() if not left)
        for one in gate.checked(list(owners), self._attempt(attention), self.model.to_code):
            done[one.segment] = one
            for segment in owners[one.segment]:
                missing[segment] -= 1
                if not missing[segment]:
                    yield self._join(segment, cuts[segment], done)

    def _join(
        self, segment: str, cuts: Sequence[str], done: Mapping[str, Hypothesis]
    ) -> Hypothesis:
        return gate.join(segment, cuts, done, self._languages)

    def _sizes(self, texts: Sequence[str]) -> dict[str, int]:
        return dict(zip(texts, self.tokeniser.sizes(texts), strict=True))

    def _attempt(self, attention: bool) -> gate.Attempt:
        """What the gate calls to have pieces translated, in one of its ways."""

        def attempt(texts: Sequence[str], way: gate.Way) -> Iterator[tuple[str, str, str]]:
            if way in gate.CUT:
                return self._parts(texts, attention, way)
            return self._cased(texts, attention, way)

        return attempt

    def _parts(
        self, texts: Sequence[str], attention: bool, way: gate.Way, *, again: bool = True
    ) -> Iterator[tuple[str, str, str]]:
        """Texts cut in two, each part translated by itself, and cut once more where it has faults.

        What cannot be cut was translated as "parts" already, at first. There is no translation of
        what a part is lost of.
        """
        source, target = self._languages
        cuts = {text: halved(text, function_words(source)) for text in texts}
        cuts = {text: parts for text, parts in cuts.items() if way != "parts" or len(parts) > 1}
        wanted = dict.fromkeys(one.strip() for one in chain.from_iterable(cuts.values()))
        found = {part: rest for part, *rest in self._cased(list(wanted), attention, way)}
        faulty = [
            part
            for part in (found if again else ())
            if _CUT_AGAIN.intersection(faults(part, found[part][0], target))
        ]
        for part, *rest in self._parts(faulty, attention, way, again=False) if faulty else ():
            if severity(part, rest[0], target) < severity(part, found[part][0], target):
                found[part] = rest
        for text, parts in cuts.items():
            rows = [found[one.strip()] for one in parts]
            said = rejoined(parts, [row[0] for row in rows], self._is_common)
            if any(
                _LOST.intersection(faults(*pair, target)) for pair in zip(parts, said, strict=True)
            ):
                continue
            between = parts[0][len(parts[0].rstrip()) :]
            whole = seam(said[0], between, said[-1], self._languages).join(said)
            linked = zip(parts, said, [row[1] for row in rows], strict=True)
            yield text, whole, joined(text, whole, list(linked))

    def _is_common(self, word: str) -> bool:
        """Whether a capital on this word of the target language is none of its own."""
        language, score = self.model.to_code, self.tokeniser.score
        if language in _OTHER_CASE and word[:1] in "Iİ":
            return False
        return casing.small(word) in function_words(language) or (
            score is not None and casing.is_common(word, score)
        )

    def _cased(
        self, segments: Sequence[str], attention: bool, way: gate.Way
    ) -> Iterator[tuple[str, str, str]]:
        """Capitals are made small for the model; a line all in capitals gets them back.

        Headlines in Title Case do not, their names aside: the languages these models write put them
        like sentences.
        """
        wanted: dict[str, list[str]] = {}
        for segment in segments:
            calm = casing.calmed(segment)
            if way == "small" and calm == segment:
                calm = segment[:1] + segment[1:].lower()
            elif way == "headline":
                calm = casing.headline(calm, self.tokeniser.score)
            wanted.setdefault(calm, []).append(segment)
        for calm, text, links in self._group(list(wanted), attention, way):
            for segment in wanted[calm]:
                if casing.calmed(segment) != segment:
                    yield segment, text.upper(), links
                elif calm != segment:
                    yield segment, casing.restored(segment, text), links
                else:
                    yield segment, text, links

    def _group(
        self, texts: Sequence[str], attention: bool, attempt: gate.Way
    ) -> Iterator[tuple[str, str, str]]:
        """What the model would lose is taken out and put back, in other ways where it is lost."""
        waiting = list(texts)
        for way in WAYS:

            def job(text: str, way: str = way) -> Job:
                one = masked(text, self.tokeniser.knows, way)
                return Job(one, [] if one.wordless else self.tokeniser.encode(one.text))

            texts, waiting = waiting, []
            for done, tokens, weights in self._run(texts, job, attention, attempt):
                one = done.masked
                if not done.tokens:
                    yield one.segment, one.segment, ""
                    continue
                text = self.tokeniser.decode(tokens)
                back = one.restored(text)
                if back is None:
                    waiting.append(one.segment)
                    continue
                links = link(one.text, text, done.tokens, tokens, weights) if weights else ""
                if links:
                    pairs = carried(parse_links(links), one.edited.came_from, back.became)
                    links = pharaoh(pairs)
                yield one.segment, back.text, links

    def _run(
        self, texts: Sequence[str], job: Callable[[str], Job], attention: bool, way: gate.Way
    ) -> Iterator[tuple[Job, list[str], list[list[float]]]]:
        """Jobs with their translations in word pieces; a bounded number of batches in flight."""
        flying: deque[tuple[list[Job], list[Any]]] = deque()
        # Later attempts run beside first ones: shared out they would only take more steps.
        workers = self.translator.num_translators if way in gate.FIRST else 1
        for batch in batches(self._sizes(texts), job, self.options.batch_tokens, workers):
            tokens = [one.tokens for one in batch if one.tokens]
            flying.append((batch, self._submit(tokens, attention, way) if tokens else []))
            if len(flying) > 2 * self.translator.num_translators:
                yield from self._collect(*flying.popleft())
        while flying:
            yield from self._collect(*flying.popleft())

    def _submit(self, batch: list[list[str]], attention: bool, way: gate.Way) -> list[Any]:
        prefix = self.model.target_prefix
        longest = max(len(tokens) for tokens in batch)
        options, strict = self.options, way in gate.STRICT
        results: list[Any] = self.translator.translate_batch(
            batch,
            target_prefix=[[prefix]] * len(batch) if prefix else None,
            beam_size=max(options.beam_size, WIDE_BEAM if way in gate.WIDE else 1),
            no_repeat_ngram_size=options.no_repeat_ngram or (STRICT_NGRAM if strict else 0),
            repetition_penalty=STRICT_PENALTY if strict else 1,
            length_penalty=options.length_penalty,
            replace_unknowns=True,
            max_input_length=0,
            max_decoding_length=3 * longest + 32,
            return_attention=attention,
            asynchronous=True,
        )
        return results

    def _collect(
        self, batch: list[Job], results: list[Any]
    ) -> Iterator[tuple[Job, list[str], list[list[float]]]]:
        skip = 1 if self.model.target_prefix else 0
        coming = iter(results)
        for job in batch:
            if not job.tokens:
                yield job, [], []
                continue
            try:
                found = next(coming).result()
            except RuntimeError as error:
                reason = f"the model failed ({error})"
                raise ModelError(self.model.key, reason, "babelwire models verify") from error
            weights = found.attention[0] if found.attention else []
            yield job, found.hypotheses[0][skip:], weights[skip:]


class Engine:
    """Models in memory, loaded at first use and shared by all threads.

    Of more than `max_loaded` the one unused longest goes, once nobody translates with it any more;
    so does each that was not used for `unload_after` seconds.
    """

    def __init__(self, options: TranslateOptions) -> None:
        self.options = options
        self._loaded: dict[Path, tuple[tuple[int, ...], Loaded]] = {}
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def load(self, model: Model) -> Loaded:
        """The model, from memory where the same package is there already. Raises ModelError."""
        stamp = model.stamp
        with self._lock:
            for path in [one for one in self._loaded if not one.exists()]:
                del self._loaded[path]  # its package was updated or removed
            known = self._loaded.pop(model.path, None)
            if known is None or known[0] != stamp:
                while len(self._loaded) >= self.options.max_loaded:
                    del self._loaded[next(iter(self._loaded))]
                known = (stamp, self._open(model))
            self._loaded[model.path] = known  # at the end: used last
            with known[1].usage:
                self._look_later()
            return known[1]

    def loaded(self) -> list[str]:
        """The models in memory, by the names of their packages."""
        with self._lock:
            return sorted(loaded.model.key for _, loaded in self._loaded.values())

    def _look_later(self) -> None:
        """See to it that idle models go, as long as there are any. The lock is held."""
        if not self.options.unload_after or self._timer is not None or not self._loaded:
            return
        # The timer must not keep an engine, and so its models, that nobody has any more.
        engine = weakref.ref(self)
        left = min(
            self.options.unload_after - loaded.usage.idle() for _, loaded in self._loaded.values()
        )
        self._timer = threading.Timer(max(left, 0.05), lambda: _release(engine))
        self._timer.daemon = True
        self._timer.start()

    def release_idle(self) -> None:
        """Let go of the models that were not used for `unload_after` seconds."""
        with self._lock:
            self._timer = None
            for path, (_, loaded) in list(self._loaded.items()):
                if loaded.usage.idle() >= self.options.unload_after:
                    del self._loaded[path]
            self._look_later()

    def _open(self, model: Model) -> Loaded:
        import ctranslate2

        try:
            workers = self._workers(ctranslate2)
            found = tokeniser(model, workers)
            translator = ctranslate2.Translator(
                str(model.path / "model"),
                device=self.options.device,
                device_index=self.options.device_index,
                compute_type=self.options.compute_type,
                inter_threads=workers,
                intra_threads=1,
                max_queued_batches=-1,
            )
        except (RuntimeError, ValueError, OSError) as error:
            if self.options.device == "cuda" and "cuda" in str(error).lower():
                reason = f"the GPU cannot be used ({error})"
                raise ModelError(model.key, reason, 'set translate.device to "auto"') from error
            if "compute type" in str(error).lower():
                reason = f"cannot be computed so here ({error})"
                raise ModelError(
                    model.key, reason, 'set translate.compute_type to "auto"'
                ) from error
            reason = f"the model cannot be loaded ({error})"
            remedy = f"babelwire models install {model.from_code} {model.to_code}"
            raise ModelError(model.key, reason, remedy) from error
        return Loaded(model, found, translator, self.options)

    def _workers(self, ctranslate2: Any) -> int:
        """Batches computed at once: one a CPU, two on a GPU, which one of them keeps busy."""
        gpu = self.options.device == "cuda" or (
            self.options.device == "auto" and ctranslate2.get_cuda_device_count() > 0
        )
        return _GPU_WORKERS if gpu else self.options.threads or cores()


def _release(engine: "weakref.ref[Engine]") -> None:
    there = engine()
    if there is not None:
        there.release_idle()
