"""Translate a corpus with the teacher, or with the student.

    python -m tools.distil.teach MODEL CORPUS OUT

CORPUS has a sentence a line; OUT gets `source<TAB>translation` lines. It goes on where it stopped;
a line cut off by a stop is made again.

MODEL is the teacher's folder: about 630 words a second and thread, with the PyPI package
fxtranslate, which runs Marian models natively. Or it is the file of a package: the student's own
translations, greedily, about 2,000 words a second. In training the teacher then judges what the
student says by itself, mistakes included, and shows how to go on from there: what it has seen so
far were only sentences without any ("on-policy" distillation; Lin et al. 2020, "Autoregressive
Knowledge Distillation through Imitation Learning"; Agarwal et al. 2024).
"""

import argparse
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from pipeline.errors import ModelError
from pipeline.translate.packages.unpacking import read_package_file
from tools.distil.greedy import greedy
from tools.distil.marian import Teacher

Translate = Callable[[list[str]], Iterable[str]]
AT_ONCE = 200


def teacher(folder: Path) -> Translate:
    """The translations of the Marian model in `folder`."""
    import fxtranslate  # the student needs none of it

    files = Teacher(folder)
    vocabulary = files.vocabulary.read_bytes()
    marian = fxtranslate.Translator(
        model=files.model.read_bytes(), src_vocab=vocabulary, trg_vocab=vocabulary
    )
    return lambda sentences: map(marian.translate, sentences)


def student(package: Path) -> Translate:
    """The translations of an Argos package, with one thread.

    Raises ModelError for a file that is no package.
    """
    inside, _ = read_package_file(package)
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(package) as archive:
            archive.extractall(folder)
        root = Path(folder, inside)
        translate = greedy(root / "model", root / "sentencepiece.model")
    return lambda sentences: translate(sentences)[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", type=Path, help="folder of a Marian model, or file of a package")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    try:
        translate = (teacher if given.model.is_dir() else student)(given.model)
    except (FileNotFoundError, ModelError) as error:
        parser.error(str(error))
    sentences = [one for one in given.corpus.read_text(encoding="utf-8").split("\n") if one]
    done = given.out.read_text(encoding="utf-8") if given.out.exists() else ""
    done = done[: done.rfind("\n") + 1]
    given.out.write_text(done, encoding="utf-8")
    with given.out.open("a", encoding="utf-8") as out:
        left = sentences[done.count("\n") :]
        for start in range(0, len(left), AT_ONCE):
            some = left[start : start + AT_ONCE]
            for sentence, translation in zip(some, translate(some), strict=True):
                out.write(f"{sentence}\t{translation}\n")
            out.flush()


if __name__ == "__main__":
    main()
