"""Make an Argos Translate package of a trained student.

    python -m tools.distil.package TEACHER CHECKPOINT PAIR VERSION OUT --about README.md

PAIR is "en-pt"; OUT a folder, where `translate-en_pt-1_1.argosmodel` is written for version 1.1.
The weights are int8 within ±90, so that they are multiplied exactly on every processor. The file is
the same each time it is made of the same checkpoint. `--about` is put into the package as its
README, with the teacher's licence and the figures.
"""

import argparse
import json
import tempfile
import zipfile
from pathlib import Path

import torch
from babel import Locale

from pipeline.translate.packages.requantise import requantise
from tools.distil.export import export
from tools.distil.marian import Teacher
from tools.distil.vocabulary import with_straight_quotes

# No file of the package has a time of its own.
TIME = (2026, 1, 1, 0, 0, 0)


def build(
    teacher: Teacher, checkpoint: Path, pair: tuple[str, str], version: str, about: Path, out: Path
) -> Path:
    """Write the package into the folder `out` and return its path."""
    name = f"translate-{pair[0]}_{pair[1]}-{version.replace('.', '_')}"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / name
        model(teacher, checkpoint, root / "model")
        with_straight_quotes(teacher.vocabulary, root / "sentencepiece.model")
        root.joinpath("README.md").write_bytes(about.read_bytes())
        metadata = {
            "package_version": version,
            "argos_version": "1.9.0",
            "from_code": pair[0],
            "from_name": Locale(pair[0]).get_display_name("en"),
            "to_code": pair[1],
            "to_name": Locale(pair[1]).get_display_name("en"),
            "type": "translate",
            "links": [],
        }
        root.joinpath("metadata.json").write_text(json.dumps(metadata, indent=4))
        out.mkdir(parents=True, exist_ok=True)
        path = out / f"{name}.argosmodel"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for file in sorted(root.rglob("*")):
                if file.is_file():
                    entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), TIME)
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    entry.external_attr = 0o644 << 16
                    archive.writestr(entry, file.read_bytes())
    return path


def model(teacher: Teacher, checkpoint: Path, folder: Path) -> None:
    """Write the CTranslate2 model of a checkpoint, int8 within ±90, into `folder`."""
    export(teacher, torch.load(checkpoint), folder, "int8")
    wide = folder / "model.bin"
    narrow = folder / "narrow.bin"
    if requantise(wide, narrow):
        narrow.replace(wide)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("teacher", type=Path)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("pair", help='for example "en-pt"')
    parser.add_argument("version", help='for example "1.1"')
    parser.add_argument("out", type=Path)
    parser.add_argument("--about", type=Path, required=True)
    given = parser.parse_args()
    first, _, second = given.pair.partition("-")
    teacher = Teacher(given.teacher)
    print(build(teacher, given.checkpoint, (first, second), given.version, given.about, given.out))


if __name__ == "__main__":
    main()
