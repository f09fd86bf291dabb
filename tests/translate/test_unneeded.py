"""What Argos Translate requires and babelwire does not: an installation may leave it out."""

import subprocess
import sys
from functools import cache
from types import ModuleType

from pipeline.translate.packages import argos
from tests.conftest import EMBEDDED, ROOT

# MiniSBD and onnxruntime cut sentences for Argos, sacremoses tokenises for its older packages.
UNNEEDED = ("minisbd", "onnxruntime", "sacremoses", "stanza", "spacy", "torch")
PROGRAM = """
import sys
from pathlib import Path
for name in {unneeded!r}:
    sys.modules[name] = None  # an import of it raises ModuleNotFoundError
from babelwire.options import TranslateOptions
from babelwire.translate import Models, Translator
options = TranslateOptions(packages_dir=Path(sys.argv[1]))
Models.of(options)
[text] = Translator(options).texts(["The night train is late."], "en", "pt")
print(len(text.split()), "argostranslate.translate" in sys.modules)
"""


def test_models_are_installed_and_used_without_it(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(unneeded=UNNEEDED), str(tmp_path / "packages")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    words, imported = done.stdout.split()
    assert int(words) > 2 and imported == "False"


def test_languages_that_a_program_has_loaded_by_argos_are_forgotten(tmp_path, monkeypatch):
    asked: list[int] = []

    @cache
    def get_installed_languages() -> list[str]:
        asked.append(1)
        return []

    loaded = ModuleType("argostranslate.translate")
    vars(loaded)["get_installed_languages"] = get_installed_languages
    monkeypatch.setitem(sys.modules, "argostranslate.translate", loaded)
    get_installed_languages()
    argos.unpack(EMBEDDED, tmp_path)
    get_installed_languages()
    assert len(asked) == 2
    assert sys.modules["argostranslate.translate"] is loaded


def test_nothing_is_left_behind_after_a_package(tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "argostranslate.translate", raising=False)
    argos.unpack(EMBEDDED, tmp_path)
    assert "argostranslate.translate" not in sys.modules
    assert any(tmp_path.rglob("metadata.json"))
