#!/usr/bin/env python3
"""What becomes of headlines in Title Case, with and without their being understood.

In go news documents (JSON lines: `source` and `reference`), of which the first sentences without a
full stop are headlines; each is put in Title Case as English newspapers do. Out come, for
each way, the share of headlines of which over two fifths of the small words are still
English, and BLEU and chrF without regard to case.

    pip install sacrebleu
    PYTHONPATH=. python bench/headlines.py ../shared/bench/translation/news.en-pt.jsonl
"""

import json
import sys
import tempfile
from pathlib import Path

import sacrebleu

from pipeline.options import TranslateOptions
from pipeline.translate import Translator
from pipeline.translate.engine import gate

SMALL = {"a", "an", "the", "and", "or", "of", "to", "in", "on", "at", "by", "for", "with", "as"}


def title_case(text: str) -> str:
    """A headline as the New York Times would print it."""
    words = text.split()
    return " ".join(
        word if number and word in SMALL else word[:1].upper() + word[1:]
        for number, word in enumerate(words)
    )


def half_english(plain: str, out: str) -> bool:
    """Whether more than two fifths of the longer words that are no names are still there."""
    words = [word for word in plain.split() if word.isalpha() and word.islower() and len(word) > 3]
    there = set(out.lower().split())
    return bool(words) and sum(word in there for word in words) > 0.4 * len(words)


def main() -> None:
    """Measure and print Markdown."""
    documents = [json.loads(line) for line in Path(sys.argv[1]).read_text("utf-8").splitlines()]
    pairs = [(one["source"][0].strip(), one["reference"][0]) for one in documents]
    pairs = [pair for pair in pairs if not pair[0].endswith(".")]
    titles = [title_case(source) for source, _ in pairs]
    references = [[reference for _, reference in pairs]]
    print(f"{len(pairs)} headlines\n\n| | half English | BLEU | chrF |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="babelwire-bench-") as folder:
        options = TranslateOptions(packages_dir=Path(folder))
        understood = gate.is_title_case
        ways = {
            "as written, in sentence case": ([source for source, _ in pairs], understood),
            "Title Case, as the model takes it": (titles, lambda _: False),
            "Title Case, understood": (titles, understood),
        }
        for name, (texts, judge) in ways.items():
            gate.is_title_case = judge
            out = Translator(options).texts(texts, "en", "pt")
            half = sum(half_english(p, o) for (p, _), o in zip(pairs, out, strict=True))
            low = [[reference.lower() for reference in references[0]]]
            small = [one.lower() for one in out]
            bleu, chrf = sacrebleu.corpus_bleu(small, low), sacrebleu.corpus_chrf(small, low)
            print(f"| {name} | {half / len(pairs):.3f} | {bleu.score:.2f} | {chrf.score:.2f} |")
            if "-v" in sys.argv:
                print("\n".join(out))


if __name__ == "__main__":
    main()
