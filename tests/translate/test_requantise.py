"""Int8 weights that every processor multiplies exactly: a copy beside the package's own."""

import json
import shutil
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import ModelError
from pipeline.options import TranslateOptions
from pipeline.translate import Models, Translator
from pipeline.translate.memory import memory_key
from pipeline.translate.packages.package import COPY, RECORD
from pipeline.translate.packages.requantise import (
    FLOAT32,
    INT8,
    LIMIT,
    Variable,
    requantise,
    variables,
)
from tests.conftest import BEAM, EMBEDDED, EMBEDDED_FOLDER
from tests.portuguese import is_portuguese
from tests.translate.packages import small_package, untried

pytestmark = pytest.mark.usefixtures("one_embedded")


@pytest.fixture(autouse=True, scope="module")
def _untried():
    with untried():
        yield


SENTENCE = "The council met on Tuesday and agreed to repair the old bridge before the winter."


def model_file(*tensors: tuple[str, int, bytes], version: int = 6) -> bytes:
    """A model.bin of these variables (name, type, data), with an alias of the first one."""

    def string(text: str) -> bytes:
        return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"

    out = struct.pack("<I", version) + string("Spec") + struct.pack("<II", 7, len(tensors))
    for name, kind, data in tensors:
        size = {INT8: 1, FLOAT32: 4}.get(kind, 2)
        shape = struct.pack("<BI", 1, len(data) // size)
        typed = (kind, len(data)) if version > 3 else (size, len(data) // size)
        out += string(name) + shape + struct.pack("<BI", *typed) + data
    return out + struct.pack("<I", 1) + string("alias") + string(tensors[0][0])


WEIGHTS = bytes(np.array([-128, -127, -3, 0, 1, 64, 127], "i1"))
SCALE = bytes(np.array([2.5], "<f4"))


def requantised(tmp_path: Path, content: bytes) -> bytes | None:
    (tmp_path / "model.bin").write_bytes(content)
    done = requantise(tmp_path / "model.bin", tmp_path / "out.bin")
    assert done is (tmp_path / "out.bin").exists()
    return (tmp_path / "out.bin").read_bytes() if done else None


@pytest.mark.parametrize("version", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("scale_first", [False, True])
def test_weights_shrink_and_their_values_stay(tmp_path, version, scale_first):
    pair = [("a/weight", INT8, WEIGHTS), ("a/weight_scale", FLOAT32, SCALE)]
    others = [("bias", FLOAT32, SCALE * 3), ("ids", INT8, WEIGHTS)]  # without a scale: no weights
    tensors = [*others, *(pair[::-1] if scale_first else pair), ("end", FLOAT32, SCALE)]
    old = model_file(*tensors, version=version)
    new = requantised(tmp_path, old)
    assert new is not None and len(new) == len(old)
    there = {name: new[one.start : one.end] for name, one in variables(new).items()}
    weights = np.frombuffer(there[b"a/weight"], "i1").astype(float)
    scale = np.frombuffer(there[b"a/weight_scale"], "<f4")[0]
    assert np.abs(weights).max() == LIMIT
    before = np.frombuffer(WEIGHTS, "i1").astype(float) / 2.5
    assert np.abs(weights / scale - before).max() <= 0.5 / scale + 1e-6
    assert (there[b"ids"], there[b"bias"]) == (WEIGHTS, SCALE * 3)  # no weights: as they were
    (tmp_path / "out.bin").unlink()
    assert requantised(tmp_path, new) is None


@pytest.mark.parametrize(
    "tensors",
    [
        [("a/weight", FLOAT32, SCALE * 8)],
        [("a/weight", 4, b"\x7f\x7f" * 8), ("a/weight_scale", FLOAT32, SCALE)],  # float16
        [("a/weight", INT8, WEIGHTS[2:6]), ("a/weight_scale", FLOAT32, SCALE)],  # small already
        [("a/weight", INT8, b""), ("a/weight_scale", FLOAT32, b"")],
    ],
)
def test_models_without_large_int8_weights_need_no_copy(tmp_path, tensors):
    assert requantised(tmp_path, model_file(*tensors)) is None


SOUND = model_file(("a/weight", INT8, WEIGHTS), ("a/weight_scale", FLOAT32, SCALE))


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 64, b"\xff" * 99, b"\7" + SOUND[1:], SOUND[:40], SOUND[:-40], b"PK\3"]
)
def test_other_files_are_refused(tmp_path, content):
    (tmp_path / "model.bin").write_bytes(content)
    with pytest.raises(ValueError, match=r"."):
        requantise(tmp_path / "model.bin", tmp_path / "out.bin")
    assert not (tmp_path / "out.bin").exists()


def full_package(path: Path) -> Path:
    """The embedded package with weights up to ±127, whatever the tests' package has."""
    with zipfile.ZipFile(EMBEDDED) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.endswith("model/model.bin"):
                content = stretched(content)
            new.writestr(entry, content)
    return path


def stretched(model: bytes) -> bytes:
    """A model.bin with a weight of 127."""
    at = weights_of(model)[0].start
    return model[:at] + b"\x7f" + model[at + 1 :]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return full_package(tmp_path_factory.mktemp("full") / "x.argosmodel")


def largest(folder: Path) -> int:
    content = (folder / "model.bin").read_bytes()
    found = [np.frombuffer(content[one.start : one.end], "i1") for one in weights_of(content)]
    return max(int(np.abs(one.astype(int)).max()) for one in found)


def weights_of(content: bytes) -> list[Variable]:
    there = variables(content)
    return [one for name, one in there.items() if one.kind == INT8 and name + b"_scale" in there]


def test_installation_keeps_the_package_and_uses_the_copy(tmp_path, package):
    models = Models(tmp_path / "packages")
    model = models.install_file(package)
    assert (largest(model.path / "model"), largest(model.weights)) == (127, LIMIT)
    assert model.requantised and model.weights.name == COPY
    assert models.verify() == [(model, [])]
    options = TranslateOptions(packages_dir=tmp_path / "packages", beam_size=BEAM)
    assert is_portuguese(Translator(options).texts([SENTENCE], "en", "pt")[0])
    # A bundle has what was installed, and a damaged copy is noticed.
    models.bundle([("en", "pt")], tmp_path / "bundle.zip")
    [again] = Models(tmp_path / "there").install_bundle(tmp_path / "bundle.zip")
    assert again.digest == model.digest and again.requantised
    (model.weights / "model.bin").write_bytes(b"x")
    [(_, [fault])] = models.verify(thorough=False)
    assert fault.startswith(f"{COPY}/model.bin: has 1 bytes")


def test_it_can_be_switched_off_and_the_memory_knows(tmp_path, package):
    off = TranslateOptions(packages_dir=tmp_path, requantise=False)
    plain = Models.of(off).install_file(package)
    assert plain.weights == plain.path / "model" and not (plain.path / COPY).exists()
    on = off.model_copy(update={"requantise": True})
    [small] = Models.of(on).installed()  # it gets its copy now
    assert small.requantised and small.digest == plain.digest
    assert Models(tmp_path).verify() == [(small, [])]
    assert memory_key(small, on) != memory_key(plain, off)
    assert f"weights={LIMIT}" in memory_key(small, on)
    assert Models.of(off).installed() == [plain]


@pytest.mark.parametrize("by_hand", [False, True])
def test_packages_from_before_get_their_copy(tmp_path, package, by_hand):
    path = Models(tmp_path).install_file(package).path
    shutil.rmtree(path / COPY)
    record = json.loads((path / RECORD).read_text())
    del record["requantised"]
    for kind in ("files", "sizes"):
        record[kind] = {name: one for name, one in record[kind].items() if COPY not in name}
    if by_hand:
        (path / RECORD).unlink()
    else:
        (path / RECORD).write_text(json.dumps(record))
    models = Models.of(TranslateOptions(packages_dir=tmp_path))
    [model] = models.installed()
    assert model.requantised and largest(model.weights) == LIMIT
    assert {p.name for p in tmp_path.iterdir()} == {".lock", EMBEDDED_FOLDER}
    [(_, faults)] = models.verify()
    assert len(faults) == by_hand  # no checksums were recorded
    before = (model.weights / "model.bin").stat().st_mtime_ns
    assert Models.of(TranslateOptions(packages_dir=tmp_path)).installed() == [model]
    assert (model.weights / "model.bin").stat().st_mtime_ns == before


def test_a_folder_that_cannot_be_written_leaves_the_model_as_it_is(tmp_path, package, monkeypatch):
    path = Models(tmp_path, requantise=False).install_file(package).path
    models = Models(tmp_path)

    def refused(*_: object) -> None:
        raise ModelError("packages", "cannot be written")

    monkeypatch.setattr(models._folder, "exclusive", refused)
    models.ensure_embedded()
    assert models.installed()[0].weights == path / "model"


def test_a_copy_in_the_package_file_is_not_trusted(tmp_path):
    file = small_package(tmp_path / "x.argosmodel", "de", "en")
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(f"translate-de_en-1_0/{COPY}/model.bin", b"evil")
    model = Models(tmp_path / "packages").install_file(file)
    assert not model.requantised and not (model.path / COPY).exists()
