"""Packages with a CTranslate2 model of a few numbers, which says the same to everything.

`tiny_package` writes one whose decoder follows a chain: after each word it says the next one of
`words`, and after the last the end, or, with `loop`, the first again.
"""

import json
import tempfile
import zipfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import sentencepiece
from ctranslate2 import specs

_SPECIAL = ["<unk>", "<s>", "</s>"]
# What the tokeniser is trained on: more words than it has pieces.
_LINES = ["abc def ghi jkl mno pqr stu vwx yz ä ö ü ß . , ! ? 1 2 3 4 5 6 7 8 9 0 A B C"] * 4


def tiny_package(
    path: Path,
    source: str,
    target: str,
    words: Sequence[str],
    *,
    loop: bool = False,
    version: str = "1.0",
) -> Path:
    """Write a package file whose model says `words` to everything."""
    folder = f"translate-{source}_{target}-{version.replace('.', '_')}"
    metadata = {"from_code": source, "to_code": target, "package_version": version}
    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(path, "w") as archive:
        _save(Path(place) / "model", [f"▁{word}" for word in words], loop=loop)
        _train(Path(place) / "sentencepiece")
        archive.writestr(f"{folder}/metadata.json", json.dumps(metadata))
        archive.write(Path(place) / "sentencepiece.model", f"{folder}/sentencepiece.model")
        for file in sorted((Path(place) / "model").iterdir()):
            archive.write(file, f"{folder}/model/{file.name}")
    return path


def _train(prefix: Path) -> None:
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(_LINES),
        model_prefix=str(prefix),
        vocab_size=60,
        model_type="char",
        hard_vocab_limit=False,
        minloglevel=2,
    )


def _save(folder: Path, words: list[str], *, loop: bool) -> None:
    vocabulary = [*_SPECIAL, *words]
    size = len(vocabulary)
    spec = specs.TransformerSpec.from_config((1, 1), 1)
    for side in (spec.encoder, spec.decoder):
        embeddings = side.embeddings[0] if isinstance(side.embeddings, list) else side.embeddings
        embeddings.weight = np.eye(size, dtype="f4")
        side.position_encodings.encodings = np.zeros((1024, size), "f4")
        side.scale_embeddings = False
        _normal(side.layer_norm, size)
        [layer] = side.layer
        for name in ("self_attention", "attention"):
            if hasattr(layer, name):
                attention = getattr(layer, name)
                shapes = (3, 1) if name == "self_attention" else (1, 2, 1)
                for linear, times in zip(attention.linear, shapes, strict=True):
                    _silent(linear, times * size, size)
                _normal(attention.layer_norm, size)
        _silent(layer.ffn.linear_0, size, size)
        _silent(layer.ffn.linear_1, size, size)
        _normal(layer.ffn.layer_norm, size)
    # From each word to the one that comes next; "<s>" begins, "</s>" ends.
    begin, end = 1, 2
    chain = [begin, *range(len(_SPECIAL), size), len(_SPECIAL) if loop else end]
    after = np.zeros((size, size), "f4")
    for one, other in pairwise(chain):
        after[other, one] = 9.0
    spec.decoder.projection.weight = after
    spec.decoder.projection.bias = np.zeros(size, "f4")
    spec.register_source_vocabulary(vocabulary)
    spec.register_target_vocabulary(vocabulary)
    spec.validate()
    folder.mkdir()
    spec.save(str(folder))


def _silent(linear: specs.common_spec.LinearSpec, rows: int, columns: int) -> None:
    linear.weight = np.zeros((rows, columns), "f4")
    linear.bias = np.zeros(rows, "f4")


def _normal(norm: specs.common_spec.LayerNormSpec, size: int) -> None:
    norm.gamma, norm.beta = np.ones(size, "f4"), np.zeros(size, "f4")
