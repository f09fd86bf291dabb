"""A model's words, recorded once: tests get the same ones on every processor and of every model.

Which words a model chooses differs by processor, by weights and by the width of the search. What is
done with them does not: masks are put back, spans placed, faults found, terms set in. Tests of that
ask a recording, which stands where the engine has CTranslate2 and the tokeniser, and so below
everything that is tested. Recordings are made by `python -m tests.translate.record`.

A file is JSON: "letters" are the characters that the tokeniser was asked for, "words" the scores of
words ([log-probability, pieces]), and "texts" what was translated: its "pieces" and, by the
decoding, what the model said, with its score. Where attention was asked for, each piece is a line
with the source pieces it attends to ("▁casa 2:0.61 3:0.11"); else all pieces are one.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pipeline.options import TranslateOptions
from pipeline.translate import DictMemory, Models, Translator
from pipeline.translate.engine.engine import Engine
from pipeline.translate.engine.model import Loaded
from pipeline.translate.packages.package import Model

COMMAND = "python -m tests.translate.record"
_FAINT = 0.05  # attention below which a source piece is not worth a place in the file


class NotRecorded(Exception):
    """A test asks for what no recording has: it must be recorded."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path.name} has no recording of {what}: record it with `{COMMAND}`")


class Recording:
    """The answers of a model in a file; with `model` what is missing is asked of it, and kept."""

    def __init__(self, path: Path, model: Callable[[], Loaded] | None = None) -> None:
        self.path, self._model = path, model
        there = json.loads(path.read_text("utf-8")) if path.exists() else {}
        letters = there.get("letters", {})
        self._letters = {one: kind == "known" for kind in letters for one in letters[kind]}
        self._words: dict[str, Any] = there.get("words", {})
        self._texts: dict[str, dict[str, Any]] = there.get("texts", {})
        self._of_pieces = {one["pieces"]: text for text, one in self._texts.items()}
        self._asked: set[tuple[str, str]] = set()

    def _loaded(self, what: str) -> Loaded:
        """The model, for what is missing. Raises NotRecorded where nothing is to be recorded."""
        if self._model is None:
            raise NotRecorded(self.path, what)
        return self._model()

    def knows(self, letter: str) -> bool:
        """Whether the vocabulary has a character."""
        if letter not in self._letters:
            asked = self._loaded(f"the character {letter!r}")
            self._letters[letter] = asked.tokeniser.knows(letter)
        self._asked.add(("letters", letter))
        return self._letters[letter]

    def score(self, word: str) -> tuple[float, int]:
        """See casing.Score."""
        if word not in self._words:
            score = self._loaded(f"the score of {word!r}").tokeniser.score
            assert score is not None
            value, pieces = score(word)
            self._words[word] = [round(value, 3), pieces]
        self._asked.add(("words", word))
        value, pieces = self._words[word]
        return value, pieces

    def pieces(self, text: str) -> list[str]:
        """The pieces of a text."""
        if text not in self._texts:
            pieces = " ".join(self._loaded(repr(text)).tokeniser.encode(text))
            self._texts[text] = {"pieces": pieces}
            self._of_pieces[pieces] = text
        self._asked.add((text, "pieces"))
        return str(self._texts[text]["pieces"]).split(" ")

    def said(self, tokens: list[str], decoding: dict[str, Any], *, attention: bool) -> Any:
        """A translation as CTranslate2 gives it."""
        pieces = " ".join(tokens)
        text = self._of_pieces.get(pieces, pieces)  # what no text was cut into is asked for itself
        how = ", ".join(f"{name} {value}" for name, value in decoding.items())
        answers = self._texts.setdefault(text, {})
        if how not in answers or (attention and isinstance(answers[how]["said"], str)):
            way = f"{how} {'with' if attention else 'without'} attention"
            found = self._loaded(f"{text!r} translated with {way}").translator.translate_batch(
                [tokens],
                **decoding,
                length_penalty=TranslateOptions().length_penalty,
                replace_unknowns=True,
                max_input_length=0,
                max_decoding_length=3 * len(tokens) + 32,
                return_attention=True,
                return_scores=True,
            )[0]
            answers[how] = _written(found, attention=attention)
        self._asked.add((text, how))
        return _read(answers[how], len(tokens), attention=attention)

    def write(self, *, whole: bool) -> None:
        """Write the file; where the `whole` of its tests ran, without what none of them asked."""
        asked = self._asked

        def wanted(*key: str) -> bool:
            return not whole or key in asked

        letters = sorted(one for one in self._letters if wanted("letters", one))
        texts = {
            text: {
                how: answers[how]
                for how in ("pieces", *sorted(answers.keys() - {"pieces"}))
                if wanted(text, how)
            }
            for text, answers in sorted(self._texts.items())
        }
        content = {
            "letters": {
                "known": "".join(one for one in letters if self._letters[one]),
                "unknown": "".join(one for one in letters if not self._letters[one]),
            },
            "words": {
                word: one for word, one in sorted(self._words.items()) if wanted("words", word)
            },
            "texts": {text: answers for text, answers in texts.items() if answers},
        }
        if not any((letters, content["words"], content["texts"])):
            return
        self.path.parent.mkdir(exist_ok=True)
        text = json.dumps(content, ensure_ascii=False, indent=1)
        self.path.write_text(f"{text}\n", "utf-8")


def _written(found: Any, *, attention: bool) -> dict[str, Any]:
    score, said = round(found.scores[0], 3), found.hypotheses[0]
    if not attention:
        return {"score": score, "said": " ".join(said)}
    lines = []
    for piece, row in zip(said, found.attention[0], strict=False):
        weights = [f"{at}:{round(one, 2)}" for at, one in enumerate(row) if one >= _FAINT]
        lines.append(" ".join((piece, *weights)))
    return {"score": score, "said": lines}


def _read(one: dict[str, Any], columns: int, *, attention: bool) -> Any:
    """As CTranslate2's TranslationResult."""
    lines = one["said"].split(" ") if isinstance(one["said"], str) else one["said"]
    pieces, rows = [], []
    for line in filter(None, lines):
        piece, *weights = line.split(" ")
        row = [0.0] * (columns + 1)
        for weight in weights:
            at, _, value = weight.partition(":")
            row[int(at)] = float(value)
        pieces.append(piece)
        rows.append(row)
    return SimpleNamespace(
        hypotheses=[pieces], scores=[one["score"]], attention=[rows] if attention else []
    )


class Replayed:
    """What the engine calls of ctranslate2.Translator and of a tokeniser, out of a recording."""

    num_translators = 1

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    def translate_batch(
        self,
        batch: Sequence[list[str]],
        *,
        target_prefix: None,
        beam_size: int,
        no_repeat_ngram_size: int,
        repetition_penalty: float,
        length_penalty: float,
        replace_unknowns: bool,
        max_input_length: int,
        max_decoding_length: int,
        return_attention: bool,
        asynchronous: bool,
    ) -> list[Any]:
        """See ctranslate2.Translator.translate_batch: what is asked otherwise is no argument."""
        decoding = {
            "beam_size": beam_size,
            "no_repeat_ngram_size": no_repeat_ngram_size,
            "repetition_penalty": repetition_penalty,
        }
        found = [
            self._recording.said(tokens, decoding, attention=return_attention) for tokens in batch
        ]
        return [SimpleNamespace(result=lambda one=one: one) for one in found]

    def score(self, word: str) -> tuple[float, int]:
        """See Tokeniser.score."""
        return self._recording.score(word)

    def encode(self, text: str) -> list[str]:
        """See Tokeniser.encode."""
        return self._recording.pieces(text)

    def sizes(self, texts: Sequence[str]) -> list[int]:
        """About as many pieces as there would be: what is not translated is not recorded."""
        return [sum(1 + len(word) // 5 for word in text.split()) for text in texts]

    def decode(self, tokens: list[str]) -> str:
        """See Tokeniser.decode."""
        return "".join(tokens).replace("▁", " ").removeprefix(" ")

    def knows(self, text: str, /) -> bool:
        """See Tokeniser.knows."""
        # Every letter is asked for: what is recorded does not depend on one that is lacking.
        known = [self._recording.knows(letter) for letter in sorted({*text} - {" "})]
        return all(known)


class _Engine(Engine):
    """An engine whose models are a recording."""

    def __init__(self, options: TranslateOptions, recording: Recording) -> None:
        super().__init__(options)
        self._replayed = Replayed(recording)

    def load_model(self, model: Model) -> Loaded:
        return Loaded(model, self._replayed, self._replayed, self.options)


class RecordedTranslator(Translator):
    """A translator of English into Portuguese whose model is a recording."""

    def __init__(
        self, recording: Recording, options: TranslateOptions, *more: Any, **others: Any
    ) -> None:
        super().__init__(options, *more, models=Models(options.packages_dir), **others)
        self.recording = recording
        self._engine = _Engine(options, recording)

    def again(
        self, memory: DictMemory | None = None, glossaries: Any = None, **options: Any
    ) -> "RecordedTranslator":
        """Another one with the same words, and a memory, glossaries and options of its own."""
        changed = self.options.model_copy(update=options)
        return RecordedTranslator(self.recording, changed, memory, glossaries=glossaries)
