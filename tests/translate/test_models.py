"""Argos packages: installed whole or not at all, and nothing outside the project's folder."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import ModelError, NoModel
from pipeline.translate import Models
from pipeline.translate.packages import models as module
from pipeline.translate.packages.package import sha256
from pipeline.translate.packages.routes import shortest
from tests.conftest import EMBEDDED, EMBEDDED_FOLDER, EMBEDDED_KEY, EMBEDDED_KEYS
from tests.translate.packages import small_package, untried


@pytest.fixture(autouse=True, scope="module")
def _untried():
    with untried():
        yield


# Processes of their own install the package that these tests do.
EMBED = f"import pipeline.translate.packages.models as m; m.EMBEDDED = (Path({str(EMBEDDED)!r}),)"


def test_embedded_package_is_installed_once(packages: Path) -> None:
    there = Models(packages).installed()
    assert [model.key for model in there] == EMBEDDED_KEYS
    assert {(model.from_code, model.to_code) for model in there} >= {("en", "pt"), ("pt", "en")}
    model = there[0]
    before = (model.path / "metadata.json").stat().st_mtime_ns
    Models(packages).ensure_embedded()
    assert (model.path / "metadata.json").stat().st_mtime_ns == before
    assert len(model.digest) == 64


def test_import_and_installation_touch_no_other_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    code = (
        "import sys; from pathlib import Path; from pipeline.translate import Models, Translator\n"
        "assert not {'argostranslate', 'ctranslate2', 'onnxruntime'} & set(sys.modules)\n"
        f"{EMBED}; Models(Path({str(tmp_path / 'packages')!r})).ensure_embedded()"
    )
    blank = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    subprocess.run([sys.executable, "-c", code], check=True, env=blank | {"HOME": str(home)})
    assert list(home.rglob("*")) == []
    assert Models(tmp_path / "packages").route("en", "pt")


def test_two_processes_install_at_once(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from pipeline.translate import Models\n"
        f"{EMBED}; models = Models(Path({str(tmp_path)!r})); models.ensure_embedded()\n"
        "print(models.installed()[0].key)"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [process.communicate()[0].strip() for process in running] == [EMBEDDED_KEY] * 2
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == [EMBEDDED_FOLDER]


def test_removed_package_stays_removed(tmp_path: Path) -> None:
    Models(tmp_path).ensure_embedded()
    Models(tmp_path).remove("en", "pt")
    models = Models(tmp_path)
    models.ensure_embedded()
    with pytest.raises(NoModel, match="babelwire models install en pt"):
        models.route("en", "pt")
    assert models.install_file(EMBEDDED).key == EMBEDDED_KEY
    assert models.route("en", "pt")


def test_a_package_of_an_earlier_version_is_replaced_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = small_package(tmp_path / "old.argosmodel", "en", "pt")
    monkeypatch.setattr(module, "_EARLIER", frozenset({sha256(file)}))
    folder = tmp_path / "packages"
    old = Models(folder).install_file(file)
    other = Models(folder).install_file(small_package(tmp_path / "x.argosmodel", "pt", "en"))
    fresh = Models(folder)
    assert fresh.coming() == (("en", "pt"),)
    fresh.ensure_embedded()
    assert [one.key for one in fresh.installed()] == [EMBEDDED_KEY, other.key]
    assert old.key != EMBEDDED_KEY and Models(folder).coming() == ()


def truncated(path: Path) -> None:
    path.write_bytes(EMBEDDED.read_bytes()[: EMBEDDED.stat().st_size // 2])


def damaged(path: Path) -> None:
    content = bytearray(EMBEDDED.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 100] = bytes(100)
    path.write_bytes(content)


def escaping(path: Path) -> None:
    small_package(path, "en", "xx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("translate-en_xx-1_0/../../evil.txt", "x")


def escaping_on_windows(name: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        small_package(path, "en", "xx")
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(name, "x")

    return make


def linked(path: Path) -> None:
    small_package(path, "en", "xx")
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("translate-en_xx-1_0/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")


def unrelated(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("holiday/photo.jpg", b"x")


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_text("not a zip"),
        lambda path: None,
        lambda path: small_package(path, "en", "../x"),
        lambda path: small_package(path, "en", "xx", type="sbd"),
        truncated,
        damaged,
        escaping,
        *map(
            escaping_on_windows,
            (
                "translate-en_xx-1_0\\..\\..\\evil.txt",
                "\\evil.txt",
                "\\\\host\\evil.txt",
                "C:\\evil.txt",
                "C:evil.txt",
                "translate-en_xx-1_0\\metadata.json",  # twice in it
            ),
        ),
        linked,
        unrelated,
    ],
)
def test_bad_file_is_refused_and_leaves_no_trace(make, packages: Path, tmp_path: Path) -> None:
    path, folder = tmp_path / "x.argosmodel", tmp_path / "packages"
    make(path)
    models = Models(folder)
    with pytest.raises(ModelError) as caught:
        models.install_file(path)
    assert str(path) in caught.value.thing
    assert caught.value.remedy
    assert models.installed() == []
    assert not folder.exists() or {p.name for p in folder.iterdir()} <= {".lock"}


def macos(name: str) -> dict[str, str]:
    return {
        f"translate-de_en-1_0/{name}": name,
        f"__MACOSX/translate-de_en-1_0/._{name}": "junk",
        "__MACOSX/._translate-de_en-1_0": "junk",
    }


def windows(name: str) -> dict[str, str]:
    return {"German\\": "", "German\\model\\": "", "German\\" + name.replace("/", "\\"): name}


@pytest.mark.parametrize(
    ("shape", "folder"),
    [
        (macos, "translate-de_en-1_0"),
        (lambda name: {f"./translate-de_en-1_0/{name}": name}, "translate-de_en-1_0"),
        (lambda name: {f"German/{name}": name, ".DS_Store": "junk"}, "German"),
        (lambda name: {f"German/{name}": name, "README.txt": "junk"}, "German"),
        (lambda name: {f"models/./German/{name}": name}, "translate-de_en-1_0"),
        (lambda name: {f".German/{name}": name}, "translate-de_en-1_0"),
        (lambda name: {name: name}, "translate-de_en-1_0"),
        # Made on Windows.
        (windows, "German"),
        (lambda name: {name.replace("/", "\\"): name}, "translate-de_en-1_0"),
        (lambda name: {f"./{name}": name, "__MACOSX/._x": "junk"}, "translate-de_en-1_0"),
    ],
)
def test_zips_of_other_tools_are_taken(tmp_path: Path, shape, folder: str) -> None:
    with (
        zipfile.ZipFile(small_package(tmp_path / "plain", "de", "en")) as old,
        zipfile.ZipFile(tmp_path / "odd.argosmodel", "w") as new,
    ):
        written: set[str] = set()
        for entry in old.infolist():
            name = entry.filename.split("/", 1)[1]
            for path in sorted(shape(name).keys() - written):
                written.add(path)
                new.writestr(path, old.read(entry))
    models = Models(tmp_path / "packages")
    assert models.install_file(tmp_path / "odd.argosmodel").key == "de_en-1.0"
    assert models.verify()[0][1] == []
    assert {p.name for p in (tmp_path / "packages").iterdir()} == {".lock", folder}
    packed = models.bundle([("de", "en")], tmp_path / "bundle.zip")
    assert packed[0].file == "translate-de_en-1_0.argosmodel"


def test_a_zip_of_several_packages_is_no_package(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(small_package(tmp_path / "a", "de", "en"), "a") as one,
        zipfile.ZipFile(small_package(tmp_path / "b", "en", "es")) as other,
    ):
        for entry in other.infolist():
            one.writestr(entry, other.read(entry))
    with pytest.raises(ModelError, match="several packages"):
        Models(tmp_path / "packages").install_file(tmp_path / "a")


def test_broken_folders_do_not_hide_the_others(tmp_path: Path) -> None:
    models = Models(tmp_path / "packages")
    models.install_file(small_package(tmp_path / "a", "de", "en"))
    (tmp_path / "packages" / "stray").mkdir()
    (tmp_path / "packages" / "torn").mkdir()
    (tmp_path / "packages" / "torn" / "metadata.json").write_text("{")
    assert [model.key for model in models.installed()] == ["de_en-1.0"]


def test_newer_version_replaces_the_older(tmp_path: Path) -> None:
    models = Models(tmp_path / "packages")
    models.install_file(small_package(tmp_path / "a", "de", "en", "1.9"))
    assert models.install_file(small_package(tmp_path / "b", "de", "en", "1.10")).version == "1.10"
    assert [model.key for model in models.installed()] == ["de_en-1.10"]


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match=r"translate\.packages_dir"):
        Models(tmp_path / "file" / "packages").ensure_embedded()


def test_no_network_says_how_to_install_from_a_file(tmp_path: Path) -> None:
    models = Models(tmp_path, index="http://127.0.0.1:9/")
    with pytest.raises(ModelError, match="babelwire models install FILE"):
        models.install_pair("en", "es")


def test_routes(tmp_path: Path) -> None:
    models = Models(tmp_path / "packages")
    for n, pair in enumerate(["de en", "en fr", "de fr", "en pt", "fr it", "zt en"]):
        models.install_file(small_package(tmp_path / str(n), *pair.split()))

    def route(source: str, target: str) -> list[str]:
        return [f"{m.from_code}{m.to_code}" for m in models.route(source, target)]

    assert route("de", "fr") == ["defr"]
    assert route("de", "pt-BR") == ["deen", "enpt"]
    assert route("de", "it") == ["defr", "frit"]
    assert route("zh-Hant", "it") == ["zten", "enfr", "frit"]
    assert shortest(models.installed(), "pt", "en") == ()
