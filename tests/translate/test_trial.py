"""A package is tried before it replaces a working one; doctor tries those that are there."""

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from pipeline.cli import checkup
from pipeline.errors import ModelError
from pipeline.options import TranslateOptions
from pipeline.translate import Models
from pipeline.translate.engine import trial as child
from pipeline.translate.packages import models as module
from pipeline.translate.packages import trial
from tests.conftest import EMBEDDED, EMBEDDED_KEY, babelwire
from tests.tinymodels import tiny_package
from tests.translate.packages import small_package

pytestmark = pytest.mark.usefixtures("one_embedded")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed") / "packages"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "EMBEDDED", (EMBEDDED,))
        Models(folder).ensure_embedded()
    return folder


@pytest.fixture
def models(installed: Path, tmp_path: Path) -> Models:
    """Models in a folder with the embedded package: its files, which nobody writes to."""
    shutil.copytree(installed, tmp_path / "packages", copy_function=os.link)
    return Models(tmp_path / "packages")


def changed(path: Path, name: str, content: bytes) -> Path:
    """The embedded package as version 9.9, with another file in it."""
    with zipfile.ZipFile(EMBEDDED) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.infolist():
            kept = content if entry.filename.endswith(name) else old.read(entry)
            if entry.filename.endswith("metadata.json"):
                kept = kept.replace(b'"1.0"', b'"9.9"')
            new.writestr(entry, kept)
    return path


def header(path: Path) -> bytes:
    """A model.bin that begins as it should."""
    with zipfile.ZipFile(EMBEDDED) as archive:
        [name] = [one for one in archive.namelist() if one.endswith("model/model.bin")]
        return archive.read(name)[:200_000] + bytes(1_000)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: small_package(path, "en", "pt", "9.9"), "cannot be loaded"),
        (lambda path: changed(path, "model/model.bin", b"junk"), "cannot be loaded"),
        (lambda path: changed(path, "model/model.bin", header(path)), "cannot be loaded"),
        (lambda path: changed(path, "sentencepiece.model", b"junk"), "cannot be loaded"),
        (lambda path: changed(path, "shared_vocabulary.json", b'["a"]'), "cannot translate"),
        (lambda path: tiny_package(path, "en", "pt", [".", "!"]), "it writes nothing"),
        (lambda path: tiny_package(path, "en", "pt", ["um", "dois"], loop=True), "repeats itself"),
        (lambda path: tiny_package(path, "en", "pt", ["дом", "большой"]), "letters of another"),
    ],
)
def test_a_package_that_cannot_translate_does_not_replace_one_that_can(
    models, tmp_path, make, reason
):
    before = models.installed()
    with pytest.raises(ModelError, match=reason) as caught:
        models.install_file(make(tmp_path / "x.argosmodel"))
    assert str(tmp_path / "x.argosmodel") in caught.value.thing and caught.value.remedy
    assert models.installed() == before and [one.key for one in before] == [EMBEDDED_KEY]
    assert models.verify()[0][1] == []
    assert {p.name for p in models.packages_dir.iterdir() if p.name.startswith(".")} == {".lock"}


@pytest.mark.parametrize("pair", ["en de", "sw de", "pt pb"])
def test_a_package_that_writes_words_is_taken(tmp_path, pair):
    words = ["A", "frase", "de", "sempre."]
    file = tiny_package(tmp_path / "x.argosmodel", *pair.split(), words)
    assert Models(tmp_path / "packages").install_file(file).version == "1.0"


SENTENCES = [
    "Das Wetter ist heute schön.",
    "Wir kaufen Brot und Milch.",
    "Er liest jeden Abend ein Buch.",
    "Sie singt laut im Garten.",
    "Gut.",
]


@pytest.mark.parametrize(
    ("said", "source", "target", "expected"),
    [
        (SENTENCES, "de", "en", "it only copies its source"),
        ([one.upper() + " ." for one in SENTENCES], "de", "nl", "it only copies its source"),
        (SENTENCES, "pt", "pb", ""),  # one language: nothing need change
        ([*SENTENCES[:4], "Good."], "de", "en", ""),  # related languages share sentences
        (["", "", "", "Er leest.", "Goed."], "de", "nl", "it writes nothing"),
        (["", "", "Hij leest.", "Zij zingt.", "Goed."], "de", "nl", ""),
        ([f"{one} " + "ja nee " * 30 for one in SENTENCES], "de", "nl", "it repeats itself"),
        (["aaaa" * 60] * 5, "de", "nl", "it repeats itself"),
        (["好" * 90] * 5, "de", "zh", "it repeats itself"),
        # There are no sentences in Swahili: it is tried on others, which it may not know.
        (SENTENCES, "sw", "en", ""),
        (["", "", "", "", "Good."], "sw", "en", ""),
        (["", "...", "", "", "?"], "sw", "en", "it writes nothing"),
    ],
)
def test_what_is_wrong_is_said(said, source, target, expected):
    assert child.judged(SENTENCES, said, source, target) == expected


def test_every_language_has_five_sentences_and_is_told_from_others():
    assert len({tuple(child._sentences(code)) for code in ("en", "de", "zh", "zt", "pt-BR")}) == 5
    assert child._sentences("pb") == child._sentences("pt")
    assert child._sentences("zh-TW") == child._sentences("zt")
    assert child._sentences("xx") == child._sentences("en")
    for code in ("ar", "ja", "th", "uk"):
        assert len(child._sentences(code)) == 5
        assert not child.judged(child._sentences(code), ["Uma frase."] * 5, code, "pt")


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ends the process .*SIGSEGV"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ends the process .*SIGKILL"),
        ("raise MemoryError", "cannot be loaded .MemoryError."),
        ("print(1)", "cannot be loaded"),
        ("import time; time.sleep(600)", "does not translate five sentences"),
    ],
)
def test_a_model_that_ends_its_process_ends_no_other(models, tmp_path, monkeypatch, work, reason):
    (tmp_path / "brokentrial.py").write_text(work)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(trial, "_MODULE", "brokentrial")
    if "sleep" in work:
        monkeypatch.setattr(trial, "_TIMEOUT", 0.5)
    with pytest.raises(ModelError, match=reason):
        models.install_file(EMBEDDED)
    assert [one.key for one in models.installed()] == [EMBEDDED_KEY]


@pytest.mark.parametrize(
    ("machine", "flags", "limit", "requantise", "well", "words"),
    [
        ("x86_64", {"avx2", "avx512_vnni"}, "", True, True, "has VNNI; weights within ±90"),
        ("x86_64", {"avx2"}, "", True, True, "has no VNNI; weights within ±90"),
        ("AMD64", {"avx2"}, "", False, False, "has no VNNI"),
        ("x86_64", {"avx_vnni"}, "", False, True, "has VNNI"),
        ("x86_64", {"avx_vnni"}, "SSE41", False, False, "limited by ONEDNN_MAX_CPU_ISA=SSE41"),
        ("aarch64", set(), "", False, True, "int8 by RUY"),
    ],
)
def test_doctor_says_whether_large_weights_are_exact(
    monkeypatch, machine, flags, limit, requantise, well, words
):
    monkeypatch.setattr(checkup.platform, "machine", lambda: machine)
    monkeypatch.setattr(checkup, "_processor_flags", lambda: flags)
    for name in checkup._LIMITS:
        monkeypatch.delenv(name, raising=False)
    if limit:
        monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", limit)
    options = TranslateOptions(requantise=requantise)
    library = "RUY" if machine == "aarch64" else "DNNL"
    found = checkup._kernels(trial.Kernels("AVX2", library), options)
    assert (found.well, bool(found.remedy)) == (well, not well)
    assert words in found.finding


def test_doctor_tries_what_is_there_and_names_the_kernels(tmp_path):
    settings = tmp_path / "babelwire.toml"
    settings.write_text(
        f'languages = ["pt"]\n[translate]\npackages_dir = "{tmp_path / "packages"}"\n[[sources]]\n'
        'id = "s"\nkind = "folder"\npath = "."\n[[feeds]]\nid = "f"\ntitle = "F"\n'
    )
    Models(tmp_path / "packages").ensure_embedded()
    [package] = Models(tmp_path / "packages").installed()
    done = babelwire("-c", settings, "doctor")
    assert done.returncode == 0, done.stdout
    assert "kernels: int8 by " in done.stdout
    # Put there by hand, so that there are no checksums that could tell.
    (package.path / ".babelwire.json").unlink()
    (package.path / "sentencepiece.model").write_bytes(b"junk")
    done = babelwire("-c", settings, "doctor")
    assert done.returncode == 1
    assert f"FAULT models: {EMBEDDED_KEY}: " in done.stdout
    assert "babelwire models install en pt" in done.stdout
