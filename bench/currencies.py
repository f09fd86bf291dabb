#!/usr/bin/env python3
"""Amounts in news, after translation: sentences that lose a currency, with and without the rule.

    PYTHONPATH=. python bench/currencies.py [../shared/distil] [--sentences 600]

Takes sentences with the sign of reais, pounds, euros or the dollars of five countries from the
collections `corpus.src.gz` (English) and `corpus.pt.src.gz` (Portuguese, most of a Brazilian
daily), translates them with the built-in models, and counts those where the translation has the
sign less often than the sentence, and the currency in words neither. The signs are counted by a
reader of its own, which shares nothing with the rule's.
"""

import argparse
import gzip
import random
import re
import tempfile
from pathlib import Path
from unittest import mock

from pipeline.options import TranslateOptions
from pipeline.translate import Models, Translator
from pipeline.translate.engine import model

# Signs, and the words for their currency in either language.
SIGNS = {
    r"R ?\$": r"\breais\b|\breal\b|\bBRL\b",
    "£": r"\blibras?\b|\bpounds?\b|\bGBP\b",
    "€": r"\beuros?\b|\bEUR\b",
    r"\b(?:HK|NZ|A|C|S)\$": r"\bhonc|\bHong|\bneoz|\bNew Z|\baustral|\bcanad|\bsingap",
}
FILES = {("en", "pt"): "corpus.src.gz", ("pt", "en"): "corpus.pt.src.gz"}
LONGEST = 300  # characters


def sentences(file: Path, count: int) -> list[str]:
    """Sentences with a sign beside a digit."""
    sign = re.compile("|".join(rf"(?:{one})\s?\d" for one in SIGNS))
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        found = [one.strip() for one in lines if len(one) < LONGEST and sign.search(one)]
    return random.Random(1).sample(found, min(count, len(found)))


def loses(source: str, translation: str) -> bool:
    """Whether a sign is there less often, and its currency is not named."""
    return any(
        len(re.findall(rf"(?:{sign})\s?\d", source)) > len(re.findall(sign, translation))
        and not re.search(words, translation, re.IGNORECASE)
        for sign, words in SIGNS.items()
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared/distil"))
    parser.add_argument("--sentences", type=int, default=600)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        options = TranslateOptions(packages_dir=Path(folder))
        Models.of(options)
        for (source, target), name in FILES.items():
            texts = sentences(given.folder / name, given.sentences)
            for what, rule in (("without", lambda *_: []), ("with", model.agreed)):
                with mock.patch.object(model, "agreed", rule):
                    found = Translator(options).texts(texts, source, target)
                lost = [pair for pair in zip(texts, found, strict=True) if loses(*pair)]
                print(
                    f"{source} → {target}, {what} the rule: {len(lost)} of {len(texts)} sentences"
                )
            for one, other in lost[:8]:
                print(f"    {one}\n    {other}")


if __name__ == "__main__":
    main()
