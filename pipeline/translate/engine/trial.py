"""Try a package in this process: load it, and translate a few sentences.

    python -m pipeline.translate.engine.trial FOLDER [requantised]

Writes one JSON object, {"fault": "…"}, to standard output; the fault is "" for a package that can
be used. `packages.trial` starts this in a process of its own, because a broken model can end it.
"""

import json
import sys
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from pipeline.errors import ModelError
from pipeline.options import TranslateOptions
from pipeline.translate.engine.engine import Engine
from pipeline.translate.engine.faults import faults
from pipeline.translate.packages.package import Model, model_at
from pipeline.translate.packages.routes import serves

# Faults of a translation by what is said of the package.
_FAULTS = {
    "it writes nothing": {"empty"},
    "it repeats itself": {"loop", "long", "stutter"},
    "it writes in the letters of another language": {"script"},
}
_MOST = 3  # sentences of five with the same fault make a package unusable


def fault(model: Model) -> str:
    """Return what makes a package unusable; "" for a usable one."""
    try:
        loaded = Engine(TranslateOptions(device="cpu", threads=1)).load_model(model)
        sentences = _sentences(model.from_code)
        tokens = [loaded.tokeniser.encode(one) for one in sentences]
        results = loaded.translator.translate_batch(
            tokens,
            target_prefix=[[model.target_prefix]] * len(tokens) if model.target_prefix else None,
            beam_size=1,
            max_input_length=0,
            max_decoding_length=3 * max(map(len, tokens)) + 32,
            asynchronous=True,
        )
        skip = 1 if model.target_prefix else 0
        said = [loaded.tokeniser.decode(one.result().hypotheses[0][skip:]) for one in results]
    except ModelError as error:
        return error.reason
    except (RuntimeError, ValueError, OSError, UnicodeError) as error:
        return f"it cannot translate ({error})"
    return judged(sentences, said, model.from_code, model.to_code)


def judged(sentences: Sequence[str], said: Sequence[str], source: str, target: str) -> str:
    """Return what is wrong with a package that translates sentences so; "" if nothing is.

    Most of them must have the same fault, or all be copies: related languages share sentences. Of
    a language without sentences here all must have it, and copies are no fault.
    """
    known = _best(source) is not None
    pairs = list(zip(sentences, said, strict=True))
    found = [set(faults(*pair, (source, target))) for pair in pairs]
    for words, kinds in _FAULTS.items():
        if sum(bool(kinds & one) for one in found) >= (_MOST if known else len(pairs)):
            return words
    copies = all(_words(a) == _words(b) for a, b in pairs)
    if copies and known and not serves(source, target):
        return "it only copies its source"
    return ""


def _words(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _sentences(code: str) -> list[str]:
    """Return sentences in a language; English ones for a language that has none here."""
    return _by_language()[_best(code) or "en"]


def _best(code: str) -> str | None:
    """Return the language with sentences that fits `code` best."""
    best = max(_by_language(), key=lambda one: serves(one, code))
    return best if serves(best, code) else None


@cache
def _by_language() -> dict[str, list[str]]:
    path = resources.files("pipeline.translate") / "data" / "trial.toml"
    found: dict[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Try the package that the arguments name."""
    folder, *more = sys.argv[1:]
    found = fault(model_at(Path(folder), requantised=bool(more)))
    sys.stdout.write(json.dumps({"fault": found}))


if __name__ == "__main__":
    main()
