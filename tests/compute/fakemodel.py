"""A model that turns each piece round, in the place of ctranslate2.Translator.

It takes FAKE_SECONDS for each batch, and the process is killed by a text that has POISON in it.
"""

import os
import signal
import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

POISON = "nightshade"


class FakeTranslator:
    """See ctranslate2.Translator."""

    def __init__(self, *_: Any, inter_threads: int = 1, **__: Any) -> None:
        self.num_translators = inter_threads
        self.asked: list[Sequence[list[str]]] = []

    def translate_batch(self, batch: Sequence[list[str]], **options: Any) -> list[Any]:
        """See ctranslate2.Translator.translate_batch."""
        self.asked.append(batch)
        if any(POISON in "".join(tokens).replace("▁", "") for tokens in batch):
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(float(os.environ.get("FAKE_SECONDS", "0")))
        return [_Done(translated(tokens, **options)) for tokens in batch]


class _Done:
    def __init__(self, found: Any) -> None:
        self._found = found

    def result(self) -> Any:
        return self._found


def translated(tokens: list[str], *, return_attention: bool = False, **_: Any) -> Any:
    """The result of a text."""
    said = [f"▁{one[1:][::-1]}" if one.startswith("▁") else one[::-1] for one in tokens]
    rows = [[float(a == b) for b in range(len(tokens))] for a in range(len(tokens))]
    return SimpleNamespace(hypotheses=[said], attention=[rows] if return_attention else [])
