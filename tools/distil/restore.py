"""Read the student's decoder out of an Argos package, to train it on.

The weights are those of the package: int8 values divided by their scales. What was lost by rounding
is learnt again in minutes.
"""

import re
import zipfile
from pathlib import Path

import numpy as np

from pipeline.translate.packages.requantise import FLOAT32, INT8, Variable, variables
from pipeline.translate.packages.unpacking import read_package_file

# The blocks of a decoder layer here, each with its name in CTranslate2's file, and its matrices
# there, which have several of ours below one another.
BLOCKS = {
    "self_attention": ("self_attention", {"linear_0": "qkv", "linear_1": "o"}),
    "context": ("attention", {"linear_0": "q", "linear_1": "kv", "linear_2": "o"}),
    "feed": ("ffn", {"linear_0": "a", "linear_1": "b"}),
}
_LAYER = re.compile(rb"decoder/layer_(\d+)/")


def restored(package: Path) -> dict[str, np.ndarray]:
    """Return the state of a StudentDecoder, from the file of a package that `package.py` wrote.

    Raises ModelError for a file that is no package, ValueError for a model of another format, and
    KeyError for one that lacks a matrix of the student.
    """
    folder, _ = read_package_file(package)
    with zipfile.ZipFile(package) as archive:
        content = archive.read(f"{folder}/model/model.bin")
    there = variables(content)
    numbers = {int(found[1]) for one in there if (found := _LAYER.match(one))}
    if not numbers:
        raise KeyError(f"{package}: the model has no decoder layers")
    state: dict[str, np.ndarray] = {}
    for number in sorted(numbers):
        for block, (called, matrices) in BLOCKS.items():
            prefix, ours = f"decoder/layer_{number}/{called}", f"{block}.{number}"
            for matrix, parts in matrices.items():
                weight = _array(content, there, f"{prefix}/{matrix}/weight")
                bias = _array(content, there, f"{prefix}/{matrix}/bias")
                weights = np.split(weight.reshape(len(bias), -1), len(parts))
                for part, rows, values in zip(
                    parts, weights, np.split(bias, len(parts)), strict=True
                ):
                    state[f"{ours}.{part}.weight"] = rows
                    state[f"{ours}.{part}.bias"] = values
            for theirs, mine in (("gamma", "scale"), ("beta", "bias")):
                state[f"{ours}.norm.{mine}"] = _array(
                    content, there, f"{prefix}/layer_norm/{theirs}"
                )
    return state


def _array(content: bytes, there: dict[bytes, Variable], name: str) -> np.ndarray:
    """The values of a variable, in a row; those of quantised matrices divided by their scales."""
    one = there[name.encode()]
    if one.kind == FLOAT32:
        return np.frombuffer(content[one.start : one.end], "<f4").copy()
    if one.kind != INT8:
        raise ValueError(f"{name} is neither float32 nor int8")
    scales = _array(content, there, f"{name}_scale")
    values = np.frombuffer(content[one.start : one.end], "i1").astype("f4")
    return (values.reshape(len(scales), -1) / scales[:, None]).ravel()
