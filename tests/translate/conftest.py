"""Translators for all tests here: with the real embedded model, and with recorded words."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.options import TranslateOptions
from pipeline.translate import Models, Translator
from pipeline.translate.engine.engine import Engine
from pipeline.translate.engine.model import Loaded
from pipeline.translate.packages import downloads
from pipeline.translate.packages import models as module
from tests.conftest import BEAM, EMBEDDED
from tests.translate.mirror import Mirror
from tests.translate.packages import small_package, untried
from tests.translate.record import MODE
from tests.translate.recorded import RecordedTranslator, Recording

RECORDINGS = Path(__file__).parent / "recordings"


@pytest.fixture(scope="session")
def packages(packages_dir: Path) -> Path:
    return packages_dir


@pytest.fixture(scope="session")
def translator(packages: Path) -> Translator:
    """One with the embedded model: which words it chooses no test may depend on."""
    return Translator(TranslateOptions(packages_dir=packages, beam_size=BEAM))


@pytest.fixture(scope="session")
def small_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A packages folder with a model from English into Portuguese that does not work."""
    folder = tmp_path_factory.mktemp("small")
    with untried():
        Models(folder / "packages").install_file(small_package(folder / "x.argosmodel", "en", "pt"))
    return folder / "packages"


@pytest.fixture
def one_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let babelwire come with one package only, the one from English to Portuguese."""
    monkeypatch.setattr(module, "EMBEDDED", (EMBEDDED,))


@pytest.fixture(scope="module")
def recording(request: pytest.FixtureRequest) -> Iterator[Recording]:
    """The recorded words of a test module."""
    path = RECORDINGS / f"{request.path.stem}.json"
    mode = os.environ.get(MODE)
    if mode is None:
        yield Recording(path)
        return
    loaded: list[Loaded] = []

    def model() -> Loaded:
        if not loaded:
            options = TranslateOptions(packages_dir=request.getfixturevalue("packages_dir"))
            loaded.append(Engine(options).load(Models(options.packages_dir).route("en", "pt")[0]))
        return loaded[0]

    if mode == "afresh":
        path.unlink(missing_ok=True)
    made = Recording(path, model)
    failed = request.session.testsfailed
    yield made
    made.write(whole=request.session.testsfailed == failed)


@pytest.fixture(scope="module")
def recorded(recording: Recording, small_packages: Path) -> RecordedTranslator:
    """A translator whose model is the module's recording."""
    return RecordedTranslator(recording, TranslateOptions(packages_dir=small_packages))


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """A package index that nothing is in yet."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    monkeypatch.setattr(downloads, "_PAUSE", 0.0)
    with Mirror(folder).running() as mirror:
        yield mirror


@pytest.fixture
def models(tmp_path: Path, mirror: Mirror) -> Models:
    """Models in a new folder, with the mirror for an index."""
    return Models(tmp_path / "packages", mirror.url)
