"""Translate segments with a model in memory, through CTranslate2 and the quality gate.

`Loaded.translate` takes segments and yields their hypotheses as they finish. A segment that is too
long for the model is cut into pieces and joined again, never truncated. Each text is a coroutine
(see `questions`): it is masked, its capitals are adapted, and it is retried if the gate finds
faults. Raises ModelError when CTranslate2 fails.
"""

import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from pipeline.errors import ModelError
from pipeline.options import TranslateOptions
from pipeline.translate.engine import casing, gate, names
from pipeline.translate.engine.batches import BatchTranslator, Pending
from pipeline.translate.engine.batching import carried_out
from pipeline.translate.engine.cutting import cut, halved, rejoined, wordless
from pipeline.translate.engine.faults import faults, severity
from pipeline.translate.engine.gate import Hypothesis, Output
from pipeline.translate.engine.masking import WAYS, Masked, masked
from pipeline.translate.engine.questions import Answer, Ask, Decoding, Work, together
from pipeline.translate.engine.tokeniser import Tokeniser
from pipeline.translate.figures.comparing import compare
from pipeline.translate.figures.currencies import agreed
from pipeline.translate.figures.standins import Aside, aside
from pipeline.translate.packages.package import Model
from pipeline.translate.text.alignment import joined, link, pinned
from pipeline.translate.text.capitals import raised
from pipeline.translate.text.edits import edited, relinked
from pipeline.translate.text.functionwords import function_words
from pipeline.translate.text.segments import part_separator

STRICT_NGRAM, STRICT_PENALTY = 4, 1.2
"""Decoding options of later attempts, which penalise repetition."""
WIDE_BEAM = 2
"""The least beam size for a text that was broken twice. A beam of 4 repairs no more of them."""
_LOST = frozenset({"empty", "short", "cut"})  # faults of a part that may not show in the whole
_CUT_AGAIN = frozenset(
    {"figures", "numbers", "garbled", "stutter", "loop"}
)  # rarer in shorter parts
_OTHER_CASE = frozenset({"tr", "az"})  # languages in which "I" is not the capital of "i"


class Usage:
    """Counts the users of a model, and keeps the time of its last use (time.monotonic)."""

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
        """Return the seconds since the last use; 0 while the model is in use."""
        with self._lock:
            return 0.0 if self._users else time.monotonic() - self._last


@dataclass(frozen=True)
class Loaded:
    """A model in memory; safe to share between threads, as its translator and tokeniser are.

    `shares` is how many batches this process computes at once where nobody else does.
    """

    model: Model
    tokeniser: Tokeniser
    translator: BatchTranslator
    options: TranslateOptions
    shares: int = 1
    usage: Usage = field(default_factory=Usage)

    @property
    def _languages(self) -> tuple[str, str]:
        return self.model.from_code, self.model.to_code

    def translate(
        self, segments: Sequence[str], aligned: Collection[str] = ()
    ) -> Iterator[Hypothesis]:
        """Yield a hypothesis for each segment, in the order they finish; segments must be distinct.

        Its `links` are in Pharaoh format, "" for segments that are not in `aligned` and for models
        without attention. A faulty translation is retried in other ways, and the best one is kept;
        a piece that stays broken is left in the source's words, and the verdict says so. Raises
        ModelError.
        """
        plain = [segment for segment in segments if segment not in aligned]
        with self.usage:
            for group, attention in ((plain, False), ([s for s in segments if s in aligned], True)):
                yield from self._translate_group(group, attention)

    def _translate_group(self, segments: Sequence[str], attention: bool) -> Iterator[Hypothesis]:
        """Cut long segments, have the pieces translated and checked, and join them."""
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
            partial(gate.checked, attempt=self._attempt, languages=self._languages),
            partial(self._run, attention=attention),
            self._decoding("plain"),
            limit=self.options.batch_tokens,
            shares=self.shares,
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

    def _attempt(self, text: str, way: gate.Way) -> Work[Output | None]:
        """Have a text translated in one of the gate's ways: the gate's `Attempt`.

        Its figures stand aside: first those that models write wrong, then, if the value of another
        one is wrong, all of them. The text as it is comes last, for a model that loses stand-ins.
        """
        best: Output | None = None
        for form in self._forms(text):
            output = yield from self._with_figures(form, way)
            if output is None:
                continue
            output = self._with_currencies(text, output)
            if best is None or self._is_better(text, output, best):
                best = output
            if compare(text, best.text, self._languages).is_right:
                break
        return best

    def _forms(self, text: str) -> Iterator[Aside | str]:
        some = aside(text, *self._languages)
        yield some or text
        every = aside(text, *self._languages, every=True)
        if every and (some is None or every.text != some.text):
            yield every
        if some:
            yield text

    def _is_better(self, text: str, one: Output, other: Output) -> bool:
        found, worst = (severity(text, out.text, self._languages) for out in (one, other))
        return found < worst

    def _with_figures(self, text: Aside | str, way: gate.Way) -> Work[Output | None]:
        """Translate a text with stand-ins and put its figures back; None if one is missing."""
        plain = text if isinstance(text, str) else text.text
        cut_ = way in gate.CUT
        output = yield from (self._in_parts(plain, way) if cut_ else self._cased(plain, way))
        if output is None or isinstance(text, str):
            return output
        back = text.restored(output.text)
        if back is None:
            return None
        links = relinked(output.links, text.edited, back)
        places = text.places(output.text)
        return Output(back.text, pinned(links, text.edited.old, back.text, places))

    def _with_currencies(self, text: str, output: Output) -> Output:
        """Give the amounts of a translation the currency of the text's, if they stay right."""
        edits = agreed(text, output.text, self._languages)
        if not edits:
            return output
        back = edited(output.text, edits)
        done = Output(back.text, relinked(output.links, edited(text, ()), back))
        return output if self._is_better(text, output, done) else done

    def _in_parts(self, text: str, way: gate.Way, *, again: bool = True) -> Work[Output | None]:
        """Translate a text in two parts; a part with faults is cut once more if `again`.

        A text that cannot be cut is translated as a whole in the way "strict"; in other cases that
        has been done before, and the result is None. It is also None if the translation of a part
        has lost text.
        """
        parts = halved(text, function_words(self.model.from_code))
        if len(parts) == 1 and (way == "parts" or not again):
            return None
        done = yield from together([self._part(one.strip(), way, again=again) for one in parts])
        texts = rejoined(parts, [one.text for one in done], self._is_common)
        if any(
            _LOST.intersection(faults(*pair, self._languages))
            for pair in zip(parts, texts, strict=True)
        ):
            return None
        between = parts[0][len(parts[0].rstrip()) :]
        whole = part_separator(texts[0], between, texts[-1], self._languages).join(texts)
        linked = zip(parts, texts, [one.links for one in done], strict=True)
        return Output(whole, joined(text, whole, list(linked)))

    def _part(self, part: str, way: gate.Way, *, again: bool) -> Work[Output]:
        languages = self._languages
        output = yield from self._cased(part, way)
        if again and _CUT_AGAIN.intersection(faults(part, output.text, languages)):
            other = yield from self._in_parts(part, way, again=False)
            if other and severity(part, other.text, languages) < severity(
                part, output.text, languages
            ):
                return other
        return output

    def _is_common(self, word: str) -> bool:
        """Return whether a word of the target language is written in lower case in a sentence."""
        language, score = self.model.to_code, self.tokeniser.score
        if language in _OTHER_CASE and word[:1] in "Iİ":
            return False
        return casing.small(word) in function_words(language) or (
            score is not None and casing.is_common(word, score)
        )

    def _cased(self, segment: str, way: gate.Way) -> Work[Output]:
        """Translate a segment with fewer capitals; a line in capitals gets them back.

        A headline in Title Case gets back only those of its names, because most languages write
        headlines in sentence case.
        """
        uncapitalised = adapted = casing.calmed(segment, self.tokeniser.score)
        if adapted == segment:
            adapted = casing.steadied(segment, self.tokeniser.score)
        if way == "small" and adapted == segment:
            adapted = segment[:1] + segment[1:].lower()
        elif way == "headline":
            adapted = casing.headline(adapted, self.tokeniser.score)
        output = yield from self._masked(adapted, self._decoding(way))
        if uncapitalised != segment:
            return output._replace(text=raised(output.text))
        return (
            output
            if adapted == segment
            else output._replace(text=casing.restored(segment, output.text))
        )

    def _masked(self, text: str, decoding: Decoding) -> Work[Output]:
        """Translate a masked text and restore it; try the next of WAYS if that fails."""
        for way in WAYS:
            one = masked(text, self.tokeniser.knows, way)
            tokens = [] if one.wordless else self.tokeniser.encode(one.text)
            if not tokens:
                break
            (answer,) = yield [Ask(tokens, decoding)]
            output = self._restored(one, tokens, answer)
            if output is not None:
                return (yield from self._with_names(text, output, decoding))
        return Output(text, "")

    def _with_names(self, text: str, output: Output, decoding: Decoding) -> Work[Output]:
        """Translate a text again with its lost names aside; return the better output."""
        aside = names.lost(text, output.text, self._is_rare, self._is_common_name)
        if not aside or len(aside) > names.MOST or casing.is_title_case(text):
            return output
        for way in filter(None, WAYS):
            one = masked(text, self.tokeniser.knows, way, aside)
            tokens = [] if one.wordless else self.tokeniser.encode(one.text)
            if not tokens:
                break
            (answer,) = yield [Ask(tokens, decoding)]
            other = self._restored(one, tokens, answer)
            if other:
                found, worst = (severity(text, o.text, self._languages) for o in (other, output))
                better = names.is_better(text, output.text, other.text, aside)
                return other if better and found <= worst else output
        return output

    def _is_common_name(self, word: str) -> bool:
        """Return whether a word is a common one, whose lower-case form is a piece of its own.

        For a word in lower case: whether it is likelier so than with a capital.
        """
        score = self.tokeniser.score
        if score is None:
            return False
        if word.islower():
            return casing.is_common(word.capitalize(), score)
        return score(word.lower())[1] == 1 and casing.is_common(word.capitalize(), score)

    def _is_rare(self, word: str) -> bool:
        """Return whether a word is in several pieces, as a name is and no common word.

        A word that is in several pieces in lower case, too, is no common one, however likely.
        """
        score = self.tokeniser.score
        return len(self.tokeniser.encode(word)) > 1 and not (
            score is not None
            and casing.is_common(word, score)
            and (word.isupper() or score(casing.small(word))[1] == 1)
        )

    def _restored(self, one: Masked, tokens: list[str], answer: Answer) -> Output | None:
        text = self.tokeniser.decode(answer.tokens)
        back = one.restored(text, self.model.to_code)
        if back is None:
            return None
        weights = answer.attention
        links = link(one.text, text, tokens, answer.tokens, weights) if weights else ""
        return Output(back.text, relinked(links, one.edited, back))

    def _run(
        self, batch: Sequence[list[str]], decoding: Decoding, *, attention: bool
    ) -> Iterable[Answer]:
        prefix = self.model.target_prefix
        longest = max(len(tokens) for tokens in batch)
        results = self.translator.translate_batch(
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

    def _answer(self, result: Pending) -> Answer:
        try:
            found = result.result()
        except RuntimeError as error:
            reason = f"the model failed ({error})"
            raise ModelError(self.model.key, reason, "babelwire models verify") from error
        skip = 1 if self.model.target_prefix else 0
        weights = found.attention[0] if found.attention else []
        return Answer(found.hypotheses[0][skip:], weights[skip:])
