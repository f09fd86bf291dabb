"""Package files with everything a package needs but a model that works."""

import json
import zipfile
from pathlib import Path


def small_package(path: Path, source: str, target: str, version: str = "1.0", **extra: str) -> Path:
    """An archive with everything a package needs but a model that works."""
    metadata = {"from_code": source, "to_code": target, "package_version": version, **extra}
    folder = f"translate-{source}_{target}-{version.replace('.', '_')}"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{folder}/metadata.json", json.dumps(metadata))
        archive.writestr(f"{folder}/model/model.bin", b"\0" * 64)
        archive.writestr(f"{folder}/sentencepiece.model", b"\0" * 64)
    return path
