"""Read a Marian model file with 8-bit weights, as Mozilla's Firefox Translations ships them.

The format is Marian's binary format version 1 (marian-dev, src/common/binary.cpp): a header of
64-bit counts, then names, shapes and data of all tensors. Weights of type `intgemm8` are stored
with their quantisation factor behind them.
"""

import struct
from pathlib import Path

import numpy as np

FLOAT32 = 0x404
INTGEMM8 = 0x4101


class Teacher:
    """A folder with a Marian model (`model.*.bin`) and its vocabulary (`vocab.*.spm`)."""

    def __init__(self, folder: Path) -> None:
        """Raise FileNotFoundError where the folder lacks one of the two files."""
        self.model = _only(folder, "model.*.bin")
        self.vocabulary = _only(folder, "vocab.*.spm")

    def weights(self) -> dict[str, np.ndarray]:
        """Read all tensors as float32; matrices of 8-bit weights are (outputs, inputs).

        Raises ValueError where the file has a tensor of another type than float32 or intgemm8.
        """
        tensors = {}
        for name, kind, shape, data in _tensors(self.model.read_bytes()):
            size = int(np.prod(shape))
            if "QuantMult" in name or name.startswith("special:"):
                continue
            if kind == FLOAT32:
                tensors[name] = np.frombuffer(data, np.float32, size).reshape(shape).copy()
            elif kind == INTGEMM8:
                (factor,) = struct.unpack_from("<f", data, size)
                values = np.frombuffer(data, np.int8, size).astype(np.float32) / factor
                # The embedding is stored a row a word, all other matrices transposed.
                rows = shape if name == "Wemb" else shape[::-1]
                tensors[name] = values.reshape(rows)
            else:
                raise ValueError(f"{self.model}: tensor {name} has type {kind:#x}, not known here")
        return tensors


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise FileNotFoundError(f"{folder}: {len(found)} files {pattern}; one is needed")
    return found[0]


def _tensors(data: bytes):
    _version, count = struct.unpack_from("<QQ", data, 0)
    at = 16
    headers = [struct.unpack_from("<QQQQ", data, at + 32 * i) for i in range(count)]
    at += 32 * count
    names = []
    for name_length, *_ in headers:
        names.append(data[at : at + name_length].split(b"\0")[0].decode())
        at += name_length
    shapes = []
    for _, _, rank, _ in headers:
        shapes.append(struct.unpack_from(f"<{rank}i", data, at))
        at += 4 * rank
    (padding,) = struct.unpack_from("<Q", data, at)
    at += 8 + padding
    for (_, kind, _, length), name, shape in zip(headers, names, shapes, strict=True):
        yield name, kind, shape, data[at : at + length]
        at += length
