"""A model in memory: segments through CTranslate2, checked, and never truncated.

In go segments, out come hypotheses as they are ready. A segment over the model's comfortable length
is cut and joined. Each text is a coroutine (`work.py`): what the model would lose is taken out,
what it misunderstands is written otherwise, what the gate doubts is translated in other ways.
"""

import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pipeline.errors import ModelError
from pipeline.options import TranslateOptions
from pipeline.translate.engine import casing, gate
from pipeline.translate.engine.batching import carried_out
from pipeline.translate.engine.cutting import cut, halved, rejoined, wordless
from pipeline.translate.engine.faults import faults, severity
from pipeline.translate.engine.gate import Hypothesis, Said
from pipeline.translate.engine.masking import WAYS, Masked, masked
from pipeline.translate.engine.questions import Answer, Ask, Decoding, Work, together
from pipeline.translate.engine.tokeniser import Tokeniser
from pipeline.translate.packages.package import Model
from pipeline.translate.text.alignment import joined, link, parse_links, pharaoh
from pipeline.translate.text.edits import carried
from pipeline.translate.text.functionwords import function_words
from pipeline.translate.text.segments import seam

STRICT_NGRAM, STRICT_PENALTY = 4, 1.2
"""Decoding of later attempts: repetition is made dear."""
WIDE_BEAM = 2
"""How wide the search is at least for what was broken twice. A beam of 4 mends no more."""
_LOST = frozenset({"empty", "short", "cut"})  # faults of a part that its whole may hide
_CUT_AGAIN = frozenset({"numbers", "garbled", "stutter", "loop"})  # what shorter parts are free of
_OTHER_CASE = frozenset({"tr", "az"})  # languages in which "I" is not the capital of "i"


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
        sizes.update(self._sizes([piece for piece in owners if piece not in sizes]))
        for one in carried_out(
            {piece: sizes[piece] for piece in owners},
            partial(gate.checked, attempt=self._attempt, language=self.model.to_code),
            partial(self._run, attention=attention),
            self._decoding("plain"),
            limit=self.options.batch_tokens,
            workers=self.translator.num_translators,
        ):
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

    def _decoding(self, way: gate.Way) -> Decoding:
        options, strict = self.options, way in gate.STRICT
        return Decoding(
            max(options.beam_size, WIDE_BEAM if way in gate.WIDE else 1),
            options.no_repeat_ngram or (STRICT_NGRAM if strict else 0),
            STRICT_PENALTY if strict else 1,
        )

    def _attempt(self, text: str, way: gate.Way) -> Work[Said | None]:
        """What the gate calls to have a text translated in one of its ways."""
        return self._in_parts(text, way) if way in gate.CUT else self._cased(text, way)

    def _in_parts(self, text: str, way: gate.Way, *, again: bool = True) -> Work[Said | None]:
        """A text cut in two, each part translated by itself, and cut once more where it has faults.

        What cannot be cut was translated so already, as "parts" at first, and is not once more.
        There is no translation of what a part is lost of.
        """
        source, target = self._languages
        parts = halved(text, function_words(source))
        if len(parts) == 1 and (way == "parts" or not again):
            return None
        done = yield from together([self._part(one.strip(), way, again=again) for one in parts])
        said = rejoined(parts, [one.text for one in done], self._is_common)
        if any(_LOST.intersection(faults(*pair, target)) for pair in zip(parts, said, strict=True)):
            return None
        between = parts[0][len(parts[0].rstrip()) :]
        whole = seam(said[0], between, said[-1], self._languages).join(said)
        linked = zip(parts, said, [one.links for one in done], strict=True)
        return Said(whole, joined(text, whole, list(linked)))

    def _part(self, part: str, way: gate.Way, *, again: bool) -> Work[Said]:
        target = self.model.to_code
        said = yield from self._cased(part, way)
        if again and _CUT_AGAIN.intersection(faults(part, said.text, target)):
            other = yield from self._in_parts(part, way, again=False)
            if other and severity(part, other.text, target) < severity(part, said.text, target):
                return other
        return said

    def _is_common(self, word: str) -> bool:
        """Whether a capital on this word of the target language is none of its own."""
        language, score = self.model.to_code, self.tokeniser.score
        if language in _OTHER_CASE and word[:1] in "Iİ":
            return False
        return casing.small(word) in function_words(language) or (
            score is not None and casing.is_common(word, score)
        )

    def _cased(self, segment: str, way: gate.Way) -> Work[Said]:
        """Capitals are made small for the model; a line all in capitals gets them back.

        Headlines in Title Case do not, their names aside: the languages these models write put them
        like sentences.
        """
        low = calm = casing.calmed(segment)
        if way == "small" and calm == segment:
            calm = segment[:1] + segment[1:].lower()
        elif way == "headline":
            calm = casing.headline(calm, self.tokeniser.score)
        said = yield from self._masked(calm, self._decoding(way))
        if low != segment:
            return said._replace(text=said.text.upper())
        return said if calm == segment else said._replace(text=casing.restored(segment, said.text))

    def _masked(self, text: str, decoding: Decoding) -> Work[Said]:
        """What the model would lose is taken out and put back, in other ways where it is lost."""
        for way in WAYS:
            one = masked(text, self.tokeniser.knows, way)
            tokens = [] if one.wordless else self.tokeniser.encode(one.text)
            if not tokens:
                break
            (answer,) = yield [Ask(tokens, decoding)]
            said = self._restored(one, tokens, answer)
            if said is not None:
                return said
        return Said(text, "")

    def _restored(self, one: Masked, tokens: list[str], answer: Answer) -> Said | None:
        text = self.tokeniser.decode(answer.tokens)
        back = one.restored(text)
        if back is None:
            return None
        weights = answer.attention
        links = link(one.text, text, tokens, answer.tokens, weights) if weights else ""
        if links:
            pairs = carried(parse_links(links), one.edited.came_from, back.became)
            links = pharaoh(pairs)
        return Said(back.text, links)

    def _run(
        self, batch: Sequence[list[str]], decoding: Decoding, *, attention: bool
    ) -> Iterable[Answer]:
        prefix = self.model.target_prefix
        longest = max(len(tokens) for tokens in batch)
        results: list[Any] = self.translator.translate_batch(
            batch,
            target_prefix=[[prefix]] * len(batch) if prefix else None,
            beam_size=decoding.beam_size,
            no_repeat_ngram_size=decoding.no_repeat_ngram,
            repetition_penalty=decoding.repetition_penalty,
            length_penalty=self.options.length_penalty,
            replace_unknowns=True,
            max_input_length=0,
            max_decoding_length=3 * longest + 32,
            return_attention=attention,
            asynchronous=True,
        )
        return map(self._answer, results)

    def _answer(self, result: Any) -> Answer:
        try:
            found = result.result()
        except RuntimeError as error:
            reason = f"the model failed ({error})"
            raise ModelError(self.model.key, reason, "babelwire models verify") from error
        skip = 1 if self.model.target_prefix else 0
        weights = found.attention[0] if found.attention else []
        return Answer(found.hypotheses[0][skip:], weights[skip:])
