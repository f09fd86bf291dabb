"""Another model than the embedded one, for tests which must hold for any: it chooses other words.

    python -m tests.otherweights OUT.argosmodel [--limit 90] [--noise 0.0] [--seed 1]

Out comes the embedded package with its int8 weights rounded to the range ±limit, as they are stored
for processors without VNNI, and moved by Gaussian noise of a share of each tensor's own deviation.
"""

import argparse
import zipfile
from pathlib import Path

import numpy as np

from pipeline.translate.packages.requantise import FLOAT32, INT8, variables

_FULL = 127  # the largest int8 weight of a package as it comes


def reweighted(model: bytes, limit: int, noise: float, seed: int) -> bytes:
    """A model.bin with other weights. Raises ValueError for one in another format."""
    rng, new, there = np.random.default_rng(seed), bytearray(model), variables(model)
    for name, one in there.items():
        scale = there.get(name + b"_scale")
        if one.kind != INT8 or scale is None or scale.kind != FLOAT32:
            continue
        weights = np.frombuffer(model[one.start : one.end], np.int8).astype(np.float32)
        weights += rng.normal(0.0, noise * weights.std(), weights.shape).astype(np.float32)
        rounded = np.rint(weights * limit / _FULL).clip(-limit, limit)
        new[one.start : one.end] = rounded.astype(np.int8).tobytes()
        # What a weight is divided by: the values stay what they were but for rounding and noise.
        factors = np.frombuffer(model[scale.start : scale.end], np.float32)
        changed = factors * np.float32(limit / _FULL)
        new[scale.start : scale.end] = changed.astype(np.float32).tobytes()
    return bytes(new)


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
    from tests.conftest import EMBEDDED

    parser = argparse.ArgumentParser(prog="python -m tests.otherweights", description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--limit", type=int, choices=range(1, 128), metavar="1..127", default=90)
    parser.add_argument("--noise", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    write(EMBEDDED, asked.target, asked.limit, asked.noise, asked.seed)


if __name__ == "__main__":
    main()
