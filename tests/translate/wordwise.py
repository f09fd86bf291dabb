"""A model that translates word by word: each word gets an ending, and their order is turned round.

It stands where the engine has CTranslate2 and a tokeniser. Words in capitals and those with digits
stay as they are, as names do in models; everything else is as bad as in a model: what it has no
letters for is lost, and words move.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pipeline.options import TranslateOptions
from pipeline.translate import Models, Translator
from pipeline.translate.engine.engine import Engine
from pipeline.translate.engine.model import Loaded
from pipeline.translate.packages.package import Model
from tests.translate.packages import small_package, untried

_PIECE = re.compile(r" ?(?:\w+(?:['’\-]\w+)*|[^\w\s])")
_SAME = re.compile(r"[^a-z]|\w+['’]?\w*\d")


def translated(word: str) -> str:
    """A word in the target language."""
    return word if _SAME.match(word) else f"{word}o"


class WordByWord:
    """A tokeniser and a translator; `word` translates a word."""

    num_translators = 1
    score = None

    def __init__(self, word: Callable[[str], str] = translated, *, turned: bool = True) -> None:
        self.word, self.turned = word, turned
        self.asked: list[str] = []

    def encode(self, text: str) -> list[str]:
        """See Tokeniser.encode."""
        return [piece.replace(" ", "▁") for piece in _PIECE.findall(f" {text}")]

    def sizes(self, texts: Sequence[str]) -> list[int]:
        """See Tokeniser.sizes."""
        return [len(self.encode(text)) for text in texts]

    def decode(self, tokens: list[str]) -> str:
        """See Tokeniser.decode."""
        return "".join(tokens).replace("▁", " ").removeprefix(" ")

    def knows(self, text: str, /) -> bool:
        """See Tokeniser.knows: the letters and signs of Western Europe."""
        return all(ord(char) < 0x100 for char in text)

    def translate_batch(self, batch: Sequence[list[str]], **_: Any) -> list[Any]:
        """See ctranslate2.Translator.translate_batch."""
        found = [self._translated(tokens) for tokens in batch]
        return [SimpleNamespace(result=lambda one=one: one) for one in found]

    def _translated(self, tokens: list[str]) -> Any:
        self.asked.append(self.decode(tokens))
        order = list(range(len(tokens)))
        if self.turned:  # all but the marks at the end
            last = len(tokens)
            while last and not tokens[last - 1].strip("▁")[0].isalnum():
                last -= 1
            order[:last] = order[:last][::-1]
        said = [self._piece(tokens[at], first=n == 0) for n, at in enumerate(order)]
        rows = [[float(column == at) for column in range(len(tokens) + 1)] for at in order]
        return SimpleNamespace(hypotheses=[said], scores=[0.0], attention=[rows])

    def _piece(self, piece: str, *, first: bool) -> str:
        space, word = ("▁", piece[1:]) if piece.startswith("▁") else ("", piece)
        return f"{space or ('▁' if first else '')}{self.word(word)}"


class _Engine(Engine):
    def __init__(self, options: TranslateOptions, fake: WordByWord) -> None:
        super().__init__(options)
        self._fake = fake

    def load_model(self, model: Model) -> Loaded:
        return Loaded(model, self._fake, self._fake, self.options)


def word_by_word(
    folder: Path, *, target: str = "pt", fake: WordByWord | None = None, **more: Any
) -> Translator:
    """A translator of English whose model is WordByWord."""
    options = TranslateOptions(packages_dir=folder / f"packages-{target}")
    models = Models(options.packages_dir)
    with untried():
        models.install_file(small_package(folder / f"{target}.argosmodel", "en", target))
    made = Translator(options, models=models, **more)
    made._engine = _Engine(options, fake or WordByWord())
    return made
