"""Tell models apart by what is in their files, whatever they are called.

`weights_digest` takes an installed package and returns a digest of what CTranslate2 reads of it.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from pipeline.errors import ModelError
from pipeline.translate.packages.package import Model, sha256


def weights_digest(model: Model) -> str:
    """Return the SHA-256 of the names and contents of a model's weights, vocabulary and settings.

    The files are read once, and again when one was replaced; what was recorded at the installation
    is not trusted. Raises ModelError when they cannot be read.
    """
    try:
        return _digest(model.weights, model.stamp)
    except OSError as error:
        reason = f"its files cannot be read ({error.strerror or error})"
        raise ModelError(model.key, reason, "install it again") from error


@lru_cache(maxsize=256)
def _digest(weights: Path, _stamp: tuple[int, ...]) -> str:
    lines = [
        f"{sha256(path)} {path.relative_to(weights).as_posix()}\n"
        for path in sorted(weights.rglob("*"))
        if path.is_file()
    ]
    if not lines:
        raise FileNotFoundError(f"{weights} is empty")
    return hashlib.sha256("".join(lines).encode()).hexdigest()
