#!/usr/bin/env python3
"""The figures of news, after translation: how many are lost or have another value, and the cost.

    PYTHONPATH=. python bench/newsfigures.py [../shared/bench/translation/news.en-pt.jsonl]

Translates the sentences (JSON lines: `source` and `reference`; English to Portuguese) and compares
the figures by value. The translations by people are the peer: they convert miles, and err. The
last line is the share of the processor's time that figures take: finding, writing and comparing
them, and translating again what had a wrong one.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

from pipeline.options import TranslateOptions
from pipeline.translate import Translator
from pipeline.translate.figures.comparing import compare
from pipeline.translate.figures.reading import figures

NEWS = Path(__file__).parents[2] / "shared/bench/translation/news.en-pt.jsonl"
PAIR = ("en", "pt")


def translated(sentences: Sequence[str]) -> tuple[list[str], float]:
    """The translations, and the seconds of the processor they took."""
    with tempfile.TemporaryDirectory(prefix="babelwire-bench-") as folder:
        translator = Translator(TranslateOptions(packages_dir=Path(folder)))
        translator.texts(["Warm up."], *PAIR)
        began = time.process_time()
        out = translator.texts(sentences, *PAIR)
        return out, time.process_time() - began


def row(name: str, sources: Sequence[str], targets: Sequence[str]) -> str:
    """A row of the table; it shows each sentence with a fault below."""
    pairs = [pair for pair in zip(sources, targets, strict=True) if figures(pair[0], PAIR[0])]
    found = [(compare(*pair, PAIR), pair) for pair in pairs]
    lost = sum(one.lost > 0 for one, _ in found)
    altered = sum(one.altered for one, _ in found)
    new = sum(one.new > 0 for one, _ in found)
    faulty = [f"    {source}\n    {target}" for one, (source, target) in found if not one.is_right]
    return "\n".join([f"| {name} | {len(pairs)} | {lost} | {altered} | {new} |", *faulty])


def main(path: Path) -> None:
    documents = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    sources = [one for document in documents for one in document["source"]]
    references = [one for document in documents for one in document["reference"]]
    ours, with_figures = translated(sources)
    with patch("pipeline.translate.engine.model.aside", _none):
        plain, without = translated(sources)
    print(
        "| translated by | sentences with figures | lost | altered | new |\n|---|---|---|---|---|"
    )
    print(row("babelwire", sources, ours))
    print(row("babelwire, without stand-ins", sources, plain).partition("\n")[0])
    print(row("people", sources, references).partition("\n")[0])
    print(f"time with stand-ins against without: {with_figures / without:.3f}")


def _none(*_: object, **__: object) -> None:
    return None


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("news", nargs="?", type=Path, default=NEWS)
    main(parser.parse_args().news)
