"""Package files with everything a package needs but a model that works."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.translate import Models
from pipeline.translate.packages import trial


@contextmanager
def untried() -> Iterator[None]:
    """Within the block packages are installed without a trial, so that their model need not work.

    Only in this process. What the trial finds is tested in test_trial.py.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trial, "tried", lambda _: trial.Trial(""))
        yield


def small_package(path: Path, source: str, target: str, version: str = "1.0", **extra: str) -> Path:
    """An archive with everything a package needs but a model that works."""
    metadata = {"from_code": source, "to_code": target, "package_version": version, **extra}
    folder = f"translate-{source}_{target}-{version.replace('.', '_')}"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{folder}/metadata.json", json.dumps(metadata))
        archive.writestr(f"{folder}/model/model.bin", b"\0" * 64)
        archive.writestr(f"{folder}/sentencepiece.model", b"\0" * 64)
    return path


def left_over(models: Models) -> set[str]:
    """Everything in the packages folder but packages and the lock."""
    return {
        p.relative_to(models.packages_dir).as_posix()
        for p in models.packages_dir.rglob("*")
        if p.name != ".lock" and p.relative_to(models.packages_dir).parts[0].startswith(".")
    } - {".downloads"}
