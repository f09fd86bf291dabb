"""Store a model's int8 weights in a smaller range, which every processor multiplies exactly.

Without VNNI an int8 kernel adds two products of an unsigned and a signed byte in 16 bits
(`vpmaddubsw`), which saturates for weights near ±127. Weights within ±90 do so rarely enough to
lose nothing; their scales are adapted, so that the values stay what they were but for rounding.

`requantise` takes the `model.bin` of a CTranslate2 model and writes another one, `variables`
returns what is in one. Both raise ValueError for a file in another format.

The format (CTranslate2's `model_spec.py`, versions 2 to 6) is little-endian: version, name of the
specification, its revision, number of variables; of each variable its name, rank, dimensions,
type, size and data; then aliases. Strings are a 16-bit length and bytes that end in a zero. Until
version 3 the type is the bytes of an item, and the size a number of items.
"""

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIMIT = 90
"""The largest weight that is written. On NTREX's 1,997 sentences 90 loses nothing, 63 0.3 BLEU."""
_VERSIONS = range(2, 7)
_TYPED = 4  # the first version with a number for each type
FLOAT32, INT8 = 0, 1
"""The numbers of types in the format."""
_KINDS_BY_SIZE = {4: FLOAT32, 1: INT8}
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Variable:
    """A tensor: its type, and the place of its data in the file, in bytes."""

    kind: int | None
    start: int
    end: int


def variables(content: bytes | mmap.mmap) -> dict[bytes, Variable]:
    """Return the variables of a model.bin by name. Raises ValueError for another format."""
    try:
        return dict(_Reader(content).read())
    except struct.error as error:
        raise ValueError("ends too early") from error


class _Reader:
    def __init__(self, content: bytes | mmap.mmap) -> None:
        self._content, self._at = content, 0

    def read(self) -> list[tuple[bytes, Variable]]:
        version = self._number("I")
        if version not in _VERSIONS:
            raise ValueError(f"is of version {version}")
        self._skip(self._number("H"))
        self._number("I")
        return [self._variable(version) for _ in range(self._number("I"))]

    def _variable(self, version: int) -> tuple[bytes, Variable]:
        length = self._number("H")
        name = self._content[self._at : self._at + length].removesuffix(b"\0")
        self._skip(length)
        self._skip(4 * self._number("B"))
        kind: int | None = self._number("B")
        size = self._number("I")
        if version < _TYPED:
            kind, size = _KINDS_BY_SIZE.get(kind or 0), size * (kind or 0)
        start = self._at
        self._skip(size)
        return name, Variable(kind, start, self._at)

    def _number(self, form: str) -> int:
        (value,) = struct.unpack_from(f"<{form}", self._content, self._at)
        self._at += struct.calcsize(f"<{form}")
        return int(value)

    def _skip(self, size: int) -> None:
        self._at += size
        if self._at > len(self._content):
            raise ValueError("ends too early")


def requantise(source: Path, target: Path, limit: int = LIMIT) -> bool:
    """Write `target`, the model.bin `source` with its int8 weights within ±`limit`.

    Returns False, and writes nothing, if there are no larger ones: in models of other types, and
    in those that have been requantised. Raises ValueError when `source` is of another format, and
    OSError.
    """
    with (
        source.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        changed = _changed(content, limit)
        if not changed:
            return False
        with target.open("wb") as out:
            at = 0
            for start in sorted(changed):
                _copy(content, at, start, out)
                data = changed[start]()
                out.write(data)
                at = start + len(data)
            _copy(content, at, len(content), out)
    return True


def _changed(content: mmap.mmap, limit: int) -> dict[int, Any]:
    """Return functions that make the changed data of variables, by their places in the file."""
    import numpy as np  # late: most commands need no models

    changed: dict[int, Any] = {}
    there = variables(content)
    for name, one in there.items():
        scale = there.get(name + b"_scale")
        if one.kind != INT8 or scale is None or scale.kind != FLOAT32 or one.start == one.end:
            continue
        largest = int(np.abs(np.frombuffer(content[one.start : one.end], "i1").astype("i2")).max())
        if largest <= limit:
            continue
        factor = np.float32(limit / largest)

        def weights(one: Variable = one, factor: Any = factor) -> bytes:
            old = np.frombuffer(content[one.start : one.end], "i1").astype("f4")
            return bytes(np.rint(old * factor).astype("i1").tobytes())

        def factors(scale: Variable = scale, factor: Any = factor) -> bytes:
            # A weight is divided by its scale.
            old = np.frombuffer(content[scale.start : scale.end], "<f4")
            return bytes((old * factor).astype("<f4").tobytes())

        changed[one.start], changed[scale.start] = weights, factors
    return changed


def _copy(content: mmap.mmap, start: int, end: int, out: Any) -> None:
    for at in range(start, end, _CHUNK):
        out.write(content[at : min(at + _CHUNK, end)])
