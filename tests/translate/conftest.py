"""One packages folder and one translator with the real embedded model for all tests here."""

from pathlib import Path

import pytest

from pipeline.options import TranslateOptions
from pipeline.translate import Models, Translator


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packages")
    Models(folder).ensure_embedded()
    return folder


@pytest.fixture(scope="session")
def translator(packages: Path) -> Translator:
    return Translator(TranslateOptions(packages_dir=packages))
