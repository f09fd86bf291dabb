"""Another model than the embedded one, for tests which must hold for any: it chooses other words.

    python -m tests.otherweights OUT.argosmodel [--limit 90] [--noise 0.0] [--seed 1]

Out comes the embedded package with its int8 weights rounded to the range ±limit, as they are stored
for processors without VNNI, and moved by Gaussian noise of a share of each tensor's own deviation.
The model file is CTranslate2's binary format, version 6: version, specification, revision, number
of variables; of each its name, rank, dimensions, type (0: float32, 1: int8), bytes and data; then
aliases, which stay as they are. Numbers are little-endian, strings a 16-bit length and bytes that
end in a zero.
"""

import argparse
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FLOAT32, INT8 = 0, 1
_FULL = 127  # the largest int8 weight of a package as it comes


@dataclass
class Variable:
    """A tensor of a model; `content` is its raw data."""

    dimensions: tuple[int, ...]
    kind: int
    content: bytes


def reweighted(model: bytes, limit: int, noise: float, seed: int) -> bytes:
    """A model.bin with other weights. Raises ValueError for one of another version."""
    head, variables, aliases = _read(model)
    rng = np.random.default_rng(seed)
    for name, one in variables.items():
        scale = variables.get(name.removesuffix(b"\0") + b"_scale\0")
        if one.kind != INT8 or scale is None or scale.kind != FLOAT32:
            continue
        weights = np.frombuffer(one.content, np.int8).astype(np.float32)
        weights += rng.normal(0.0, noise * weights.std(), weights.shape).astype(np.float32)
        rounded = np.rint(weights * limit / _FULL).clip(-limit, limit)
        one.content = rounded.astype(np.int8).tobytes()
        # What a weight is divided by: the values stay what they were but for rounding and noise.
        factors = np.frombuffer(scale.content, np.float32) * np.float32(limit / _FULL)
        scale.content = factors.astype(np.float32).tobytes()
    return head + b"".join(_written(name, one) for name, one in variables.items()) + aliases


def _read(model: bytes) -> tuple[bytes, dict[bytes, Variable], bytes]:
    at = 0

    def number(form: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from(f"<{form}", model, at)
        at += struct.calcsize(f"<{form}")
        return int(value)

    def taken(size: int) -> bytes:
        nonlocal at
        at += size
        return model[at - size : at]

    version = number("I")
    if version != 6:
        raise ValueError(f"model.bin is of version {version}, not 6")
    taken(number("H"))
    number("I")
    count = number("I")
    head = model[:at]
    variables: dict[bytes, Variable] = {}
    for _ in range(count):
        name = taken(number("H"))
        dimensions = tuple(number("I") for _ in range(number("B")))
        kind = number("B")
        variables[name] = Variable(dimensions, kind, taken(number("I")))
    return head, variables, model[at:]


def _written(name: bytes, one: Variable) -> bytes:
    rank = len(one.dimensions)
    return b"".join(
        (
            struct.pack("<H", len(name)),
            name,
            struct.pack(f"<B{rank}I", rank, *one.dimensions),
            struct.pack("<BI", one.kind, len(one.content)),
            one.content,
        )
    )


def write(source: Path, target: Path, limit: int, noise: float, seed: int) -> None:
    """Write the package `source` to `target` with other weights."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.endswith("model/model.bin"):
                content = reweighted(content, limit, noise, seed)
            new.writestr(entry, content)


def main() -> None:
    """Write a package as the command line wants it."""
    from pipeline.translate.packages.models import EMBEDDED

    parser = argparse.ArgumentParser(prog="python -m tests.otherweights", description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--limit", type=int, choices=range(1, 128), metavar="1..127", default=90)
    parser.add_argument("--noise", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    write(EMBEDDED, asked.target, asked.limit, asked.noise, asked.seed)


if __name__ == "__main__":
    main()
