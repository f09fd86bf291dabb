"""Models carried to a machine without a network, in one file."""

import json
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import ModelError
from pipeline.options import TranslateOptions
from pipeline.translate import Models, Translator
from pipeline.translate.packages import bundles
from tests.conftest import BEAM, EMBEDDED, EMBEDDED_KEY
from tests.portuguese import is_portuguese
from tests.translate.mirror import package
from tests.translate.packages import left_over, untried


@pytest.fixture(autouse=True, scope="module")
def _untried():
    with untried():
        yield


SENTENCE = "The council met on Tuesday and agreed to repair the old bridge before the winter."


def test_bundle_carries_models_to_a_machine_without_a_network(mirror, models, tmp_path):
    mirror.offer(package(mirror, "de", "en"))
    models.install_file(EMBEDDED)
    parts = models.bundle([("en", "pt"), ("de", "pt")], tmp_path / "bundle.zip")
    assert [(part.from_code, part.to_code) for part in parts] == [("en", "pt"), ("de", "en")]
    assert parts[0].licence == "MPL-2.0"
    assert [one.key for one in models.installed()] == [EMBEDDED_KEY]  # fetched, not installed
    there = Models(tmp_path / "there", "http://127.0.0.1:9/")
    assert bundles.is_bundle(tmp_path / "bundle.zip")
    assert [one.key for one in there.install_bundle(tmp_path / "bundle.zip")] == [
        EMBEDDED_KEY,
        "de_en-1.0",
    ]
    assert there.verify()[1][1] == []
    options = TranslateOptions(packages_dir=tmp_path / "there", beam_size=BEAM)
    assert is_portuguese(Translator(options).texts([SENTENCE], "en", "pt")[0])
    assert left_over(models) == left_over(there) == set()
    again = models.bundle([("en", "pt")], tmp_path / "again.zip")
    assert again[0] == parts[0]  # the same model makes the same file


def test_damaged_model_is_not_bundled(mirror, models, tmp_path):
    models.install_file(package(mirror, "de", "en"))
    (models.installed()[0].path / "model" / "model.bin").write_bytes(b"\1" * 64)
    with pytest.raises(ModelError, match="damaged"):
        models.bundle([("de", "en")], tmp_path / "bundle.zip")
    assert not (tmp_path / "bundle.zip").exists()


def tampered(bundle: Path, **changes: object) -> None:
    with zipfile.ZipFile(bundle) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(contents[bundles.MANIFEST])
    manifest["packages"][-1] |= changes
    contents[bundles.MANIFEST] = json.dumps(manifest).encode()
    with zipfile.ZipFile(bundle, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": "0" * 64},
        {"file": "../../evil.argosmodel"},
        {"file": "gone.argosmodel"},
        {"colour": "blue"},
    ],
)
def test_bundle_that_is_not_what_it_says_installs_nothing(mirror, models, tmp_path, changes):
    models.install_file(package(mirror, "de", "en"))
    models.install_file(package(mirror, "en", "es"))
    models.bundle([("de", "en"), ("en", "es")], tmp_path / "bundle.zip")
    tampered(tmp_path / "bundle.zip", **changes)
    there = Models(tmp_path / "there")
    with pytest.raises(ModelError) as caught:
        there.install_bundle(tmp_path / "bundle.zip")
    assert caught.value.remedy and there.installed() == []
