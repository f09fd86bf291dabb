#!/usr/bin/env python3
"""The names of news, after translation: how many that a person kept are missing.

    pip install sacrebleu
    PYTHONPATH=. python bench/names.py [../shared/bench/translation/news.en-pt.jsonl] [--list]

Translates documents as articles (JSON lines: `source` and `reference`, lists of sentences; English
to Portuguese). A kept name is a word of two letters or more with a capital that is in the source
and in the reference. It is missing if the translation has no such word, and a near twin if that has
one of nearly the same letters instead. Many missing names are translated, and rightly so
("Pensilvânia"): the figure compares versions, `--list` shows them. The documents are counted in two
halves, the even and the odd ones, to choose a rule on one and confirm it on the other.
"""

import argparse
import html
import json
import re
import tempfile
import time
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

import sacrebleu

from pipeline.article import Article, Translation
from pipeline.options import TranslateOptions
from pipeline.translate import Translator
from pipeline.translate.engine.names import words

NEWS = Path(__file__).parents[2] / "shared/bench/translation/news.en-pt.jsonl"
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.S)
_TAG = re.compile(r"<[^>]*>")
_ALIKE = 0.7  # share of letters that near twins have in common


def translated(documents: Sequence[Sequence[str]]) -> tuple[list[list[str]], float]:
    """The sentences of the documents, and the seconds of the processor they took."""
    articles = [
        Article(
            url=f"https://example.org/{number}",
            title="",
            text="",
            language="en",
            html="".join(f"<p>{html.escape(one, quote=False)}</p>" for one in sentences),
        )
        for number, sentences in enumerate(documents)
    ]
    with tempfile.TemporaryDirectory(prefix="babelwire-bench-") as folder:
        translator = Translator(TranslateOptions(packages_dir=Path(folder)))
        translator.texts(["Warm up."], "en", "pt")
        began = time.process_time()
        done = [found for _, found in translator.translate(articles, "pt")]
        took = time.process_time() - began
    out = []
    for sentences, one in zip(documents, done, strict=True):
        if not isinstance(one, Translation):
            raise SystemExit(str(one))
        rows = [html.unescape(_TAG.sub("", row)) for row in _PARAGRAPH.findall(one.html)]
        if len(rows) != len(sentences):
            raise SystemExit(f"{len(rows)} paragraphs of {len(sentences)} came back")
        out.append(rows)
    return out, took


def kept(source: str, reference: str) -> list[str]:
    """The names of a sentence that a person kept, each as often as the source has it."""
    there = _words(reference)
    found = (source[a:b] for a, b in words(source))
    return [one for one in found if len(one) > 1 and one[0].isupper() and one in there]


def missing(name: str, source: str, target: str) -> str | None:
    """None if a translation has a name, else its near twin there, or ""."""
    there = _words(target)
    if name in there:
        return None
    others = there - _words(source)
    near = (one for one in others if one[:1].casefold() == name[:1].casefold())
    return next((one for one in near if _likeness(one, name) >= _ALIKE), "")


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()


def _words(text: str) -> set[str]:
    return {text[a:b] for a, b in words(text)}


def main(path: Path, listed: bool) -> None:
    """Measure and print Markdown."""
    documents = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    out, took = translated([one["source"] for one in documents])
    print("| documents | names kept by people | missing | near twins | BLEU | chrF |")
    print("|---|---|---|---|---|---|")
    lines = []
    for half, chosen in (("even", [0]), ("odd", [1]), ("all", [0, 1])):
        numbers = [number for number in range(len(documents)) if number % 2 in chosen]
        triples = [
            triple
            for n in numbers
            for triple in zip(
                documents[n]["source"], documents[n]["reference"], out[n], strict=True
            )
        ]
        names = [(name, *triple) for triple in triples for name in kept(*triple[:2])]
        gone = [(missing(name, s, t), name, s, t) for name, s, _, t in names]
        gone = [one for one in gone if one[0] is not None]
        lines = [f"{name} ({twin}):\n    {s}\n    {t}" for twin, name, s, t in gone]
        targets, references = [t for *_, t in triples], [r for _, r, _ in triples]
        bleu = sacrebleu.corpus_bleu(targets, [references]).score
        chrf = sacrebleu.corpus_chrf(targets, [references]).score
        twins = sum(bool(one[0]) for one in gone)
        print(f"| {half} | {len(names)} | {len(gone)} | {twins} | {bleu:.2f} | {chrf:.2f} |")
    print(f"{took:.1f} seconds of the processor")
    if listed:
        print(*lines, sep="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("news", nargs="?", type=Path, default=NEWS)
    parser.add_argument("--list", action="store_true", help="show each missing name")
    given = parser.parse_args()
    main(given.news, given.list)
